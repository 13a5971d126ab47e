"""What the manual's figures show, to the letter (DOMAIN 1.2, 1.8): names of steps and parts, buttons, file tables, labels."""

from pathlib import Path

from playwright.async_api import expect

from simulator.files import pdf
from tests.api_client import FORM, World
from tests.browser.conftest import Sitting
from tests.browser.looking import BOTH_LANGUAGES, Seat
from tests.browser.test_application import begun

COLUMNS = {
    "zh": ["序号", "附件类型", "必传", "文件名称", "操作"],
    "en": ["No.", "Attachment type", "Required", "File name", "Action"],
}
STEPS = {
    "zh": ["提交调查问卷", "评估审查", "议定书磋商", "议定书签署", "官方证书磋商", "官方证书确认"],
    "en": [
        "Questionnaire", "Evaluation and review", "Protocol consultation", "Protocol signing",
        "Certificate consultation", "Certificate confirmation",
    ],
}  # fmt: skip


async def cells(seat: Seat, where: str) -> list[list[str]]:
    """A table as an officer reads it, row by row."""
    rows = await seat.page.locator(f"{where} tr").all()
    return [[text.strip() for text in await row.locator("th, td").all_inner_texts()] for row in rows]


@BOTH_LANGUAGES
async def test_the_steps_have_the_manuals_names_and_the_list_the_stages(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number, check = await world.questionnaire_opened(), await world.check_initiated()
    seat = await sits_down(lang, world.username)
    first = {
        "zh": ("评估审查申请", "回顾性检查接收"),
        "en": ("Application for evaluation and review", "Acceptance of the check"),
    }[lang]
    for case, name in zip((number, check), first, strict=True):
        await seat.goes(f"/cases/{case}")
        assert await seat.page.locator(".step-name").all_inner_texts() == [name, *STEPS[lang]]
    await seat.goes("/assessments")
    assert {"zh": "问卷阶段", "en": "Questionnaire"}[lang] in (await cells(seat, "#list"))[1]


@BOTH_LANGUAGES
async def test_a_new_application_is_begun_from_the_list_and_from_an_application(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    name = {"zh": "新增", "en": "Begin a new application"}[lang]
    for start in ("/assessments", await begun(seat)):
        await seat.goes(start)
        await seat.page.click(f"main a:has-text('{name}')")
        await seat.page.wait_for_url("**/assessments/new")


@BOTH_LANGUAGES
async def test_files_stand_in_the_manuals_table_from_the_first_view_on(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    seat = await sits_down(lang, world.username)
    await begun(seat)
    table = await cells(seat, "#f-attachments")
    assert table[0] == COLUMNS[lang]
    assert len(table) == 2, "the row of the required type, without a file"
    kind = {"zh": "申请书附件（包含官方机构印章或负责人签字的扫描件）", "en": "Application letter"}[lang]
    assert table[1][1].startswith(kind)
    assert table[1][2] == {"zh": "是", "en": "Yes"}[lang]
    for name in ("letter.pdf", "annex.pdf"):
        (tmp_path / name).write_bytes(pdf(name))
    await seat.page.set_input_files("#file-attachments", [tmp_path / "letter.pdf", tmp_path / "annex.pdf"])
    await expect(seat.page.locator("#f-attachments [data-file]")).to_have_count(2)
    table = await cells(seat, "#f-attachments")
    assert [row[0] for row in table[1:]] == ["1", "2"]
    assert table[2][3].startswith("annex.pdf")
    remove, download = {"zh": ("删除", "下载"), "en": ("Remove", "Download")}[lang]
    assert table[2][4].split() == [remove, download]
    async with seat.page.expect_download() as saved:
        await seat.page.click(f"#f-attachments tr:last-child a:has-text('{download}')")
    assert (await (await saved.value).path()).read_bytes() == pdf("annex.pdf")
    await seat.looks("file-table")
    await seat.page.click(f"#f-attachments [data-file] >> nth=1 >> text={remove}")
    await seat.page.click(f"#f-attachments [data-file] >> nth=0 >> text={remove}")
    await expect(seat.page.locator("#f-attachments [data-file]")).to_have_count(0)
    assert len(await cells(seat, "#f-attachments")) == 2


@BOTH_LANGUAGES
async def test_customs_opinion_and_files_stand_once_with_the_round_and_evidence_in_its_table(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.receipt(
        "RECTIFICATION_REQUIRED", number, "evaluation", rectification_no="QH959CSFZ8M2BQ2YZB", issued_on="2025-11-03",
        requirement="第二次整改测试", opinion="请补充整改照片。", attachments=[("plan.pdf", pdf("plan"))],
    )  # fmt: skip
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}")
    text = await seat.page.inner_text("main")
    assert text.count("请补充整改照片。") == 1
    assert text.count("plan.pdf") == 1
    assert {"zh": "海关意见", "en": "Opinion of customs"}[lang] in await seat.page.locator(
        "dt"
    ).all_inner_texts()
    table = await cells(seat, "#f-attachments")
    kind, yes = {"zh": ("整改内容文件", "是"), "en": ("File on the rectification", "Yes")}[lang]
    assert table[0] == COLUMNS[lang]
    assert table[1][1:3] == [kind, yes]
    await seat.looks("evaluation-asked")


@BOTH_LANGUAGES
async def test_parts_have_their_numbers_and_the_questionnaire_its_name(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/questionnaire")
    names = await seat.page.locator(".part-name").all_inner_texts()
    first, last, title = {
        "zh": ("第1部分 基本信息", "补充材料", "水产品问卷"),
        "en": ("Part 1: Basic information", "Supplementary materials", "Questionnaire on aquatic products"),
    }[lang]
    assert (names[0], len(names)) == (first, 6)
    assert names[-1] == last
    assert await seat.page.inner_text("#part-title") == f"{first} {title}"


@BOTH_LANGUAGES
async def test_only_the_number_of_a_telephone_is_marked_as_required(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    await begun(seat)
    marked = [
        await each.locator(".star").count() for each in await seat.page.locator(".phone-parts > div").all()
    ]
    assert marked == [0, 0, 1]
    assert await seat.page.locator(".phone > legend .star").count() == 0


async def test_a_row_opens_its_case_on_a_click_anywhere_and_is_blue(officer: Seat, world: World) -> None:
    number, _declaration = await world.submitted()
    await world.draft()
    for path in ("/assessments", "/"):
        if path == "/":
            number = await world.questionnaire_opened()
        await officer.goes(path)
        row = officer.page.locator(f"tr[data-row]:has-text('{number}')")
        await row.hover()
        hovered = await row.locator("td").first.evaluate("(cell) => getComputedStyle(cell).backgroundColor")
        await row.locator("td").nth(3).click(position={"x": 4, "y": 4})
        await officer.page.wait_for_selector("[data-case]")
        assert number in await officer.page.inner_text("h1")
        await officer.goes(path)
        await officer.page.hover("h1")
        chosen = officer.page.locator("tr[aria-current=true]")
        await expect(chosen).to_contain_text(number)
        await expect(chosen.locator("td").first).to_have_css("background-color", "rgb(207, 226, 247)")
        assert hovered != "rgba(0, 0, 0, 0)"


async def test_text_of_a_row_can_be_selected_and_a_new_tab_be_asked_for(officer: Seat, world: World) -> None:
    number, _declaration = await world.submitted()
    await officer.goes("/assessments")
    box = await officer.page.locator(f"tr:has-text('{number}') td").nth(3).bounding_box()
    assert box
    await officer.page.mouse.move(box["x"] + 10, box["y"] + 18)
    await officer.page.mouse.down()
    await officer.page.mouse.move(box["x"] + 60, box["y"] + 18, steps=5)
    await officer.page.mouse.up()
    assert await officer.page.evaluate("getSelection().toString()")
    assert officer.page.url.endswith("/assessments")
    await officer.page.evaluate("getSelection().removeAllRanges()")
    async with officer.page.context.expect_page() as opened:
        await (
            officer.page.locator(f"tr:has-text('{number}') td")
            .nth(3)
            .click(modifiers=["Control"], position={"x": 4, "y": 4})
        )
    await (await opened.value).wait_for_selector("[data-case]")
    assert officer.page.url.endswith("/assessments")


@BOTH_LANGUAGES
async def test_a_case_that_was_not_accepted_says_that_it_ended(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number, declaration = await world.submitted()
    await world.receipt("REJECTED", number, "application", in_reply_to=declaration, opinion="材料不符。")
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}")
    told = {"zh": "无，海关不予受理，已结束", "en": "nobody: customs did not accept it"}[lang]
    assert told in await seat.page.inner_text("[data-turn=nobody]")
    ended = await seat.page.inner_text("[data-ended]")
    assert {"zh": "不予受理：本申请已结束", "en": "Not accepted: this application has ended"}[lang] in ended
    assert "材料不符。" in await seat.page.inner_text("#opinion")
    assert await seat.page.get_attribute("[data-ended] a", "href") == "/assessments/new"
    await seat.looks("refused")
    await seat.page.click("[data-ended] button")
    await seat.page.wait_for_selector("#application [data-file]")
    assert number not in await seat.page.inner_text("h1"), "it is another case"
    for name, value in (("overview", FORM["overview"]), ("contact.email", FORM["contact"]["email"])):
        assert await seat.page.input_value(f"[id='f-{name}']") == value
    assert await seat.page.is_checked("input[value=farmed]")
    draft = seat.page.url
    await seat.goes(f"/cases/{number}")
    await seat.page.click("[data-ended] button")
    await seat.page.wait_for_selector("#application")
    assert seat.page.url == draft, "a second click begins no second one"


@BOTH_LANGUAGES
async def test_the_files_of_a_consultation_and_of_signatories_stand_in_the_table_too(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.receipt("CONSULTATION_OPENED", number, "protocol_consultation", text_zh="议定书草案")
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/protocol_consultation")
    kind, no = {"zh": ("磋商附件", "否"), "en": ("Consultation file", "No")}[lang]
    assert (await cells(seat, "#f-attachments"))[1][1:3] == [kind, no]
    name = "我方意见 Comments of our side on articles 3 to 7.pdf"
    (tmp_path / name).write_bytes(pdf("comments"))
    await seat.page.set_input_files("#file-attachments", tmp_path / name)
    await expect(seat.page.locator("#f-attachments [data-file]")).to_have_count(1)
    await seat.looks("consultation-files")
    await world.signed_from_consultation(number)
    await world.replied(number, "certificate_consultation")
    await world.receipt("CONSULTATION_COMPLETED", number, "certificate_consultation")
    await seat.goes(f"/cases/{number}/certificate_consultation")
    kind = {
        "zh": "证书签字官名单、笔迹、印章",
        "en": "List of certifying officers, signature specimens, seals",
    }[lang]
    assert (await cells(seat, "#signatories"))[1][1:3] == [kind, no]
    await seat.looks("signatories-none")
