"""The format on the page: questions come as they become relevant, tables begin with their rows, nonsense is named by place."""

import re
from pathlib import Path

from playwright.async_api import Locator, expect

from deploy.demo.answers import answer_to, questions_of
from simulator.files import pdf
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, NARROW, Seat
from tests.browser.saving import is_saved
from tests.browser.walking import SAVED_MS

_CUT_OPTIONS = """(select) => {
    const brush = document.createElement("canvas").getContext("2d"), style = getComputedStyle(select);
    brush.font = style.font;
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return [...select.options].map(({ text }) => text).filter((text) => brush.measureText(text).width > room + 1);
}"""
BEEF = {"category": "meat", "specific": ["beef"]}
SAID_OF_YES = {
    "zh": ("选择了“是”，请填写备注。", "选择了“是”，请上传附件。"),
    "en": ("The note is missing, since you chose “Yes”.", "The file is missing, since you chose “Yes”."),
}


def question(seat: Seat, name: str) -> str:
    return f"[data-question='meat.{name}']"


async def opened(seat: Seat, number: str, part: str) -> None:
    await seat.goes(f"/cases/{number}/questionnaire?part=meat.{part}")


async def at_part(part: str, sits_down: Sitting, world: World) -> Seat:
    """An officer before a part of the questionnaire on beef, in English."""
    seat = await sits_down("en", world.username)
    await opened(seat, await world.questionnaire_opened(**BEEF), part)
    return seat


async def _width(found: Locator) -> float:
    box = await found.first.bounding_box()
    assert box
    return box["width"]


@LANGUAGES
async def test_a_question_comes_when_an_answer_makes_it_relevant_and_a_table_begins_with_its_rows(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened(**BEEF)
    seat = await sits_down(lang, world.username)
    await opened(seat, number, "3")
    rejected = seat.page.locator(question(seat, "rejections"))
    await expect(rejected).to_be_hidden()
    incidents = seat.page.locator(question(seat, "incidents"))
    await incidents.locator("input[value=yes]").check()
    await expect(rejected).to_be_visible()
    await rejected.locator("input[type=date]").first.fill("2025-03-04")
    await rejected.locator("textarea").first.fill("Japan")
    await is_saved(seat.page)
    await incidents.locator("input[value=no]").check()
    await expect(rejected).to_be_hidden()
    await is_saved(seat.page)

    await opened(seat, number, "3")
    await expect(seat.page.locator(question(seat, "rejections"))).to_be_hidden()
    await seat.page.locator(question(seat, "incidents")).locator("input[value=yes]").check()
    kept = seat.page.locator(question(seat, "rejections")).locator("input[type=date]").first
    await expect(kept).to_have_value("2025-03-04")

    diseases = seat.page.locator(question(seat, "cattle_diseases"))
    await expect(diseases.locator("[data-prepared]")).to_have_count(13)
    first = "口蹄疫" if lang == "zh" else "Foot and mouth disease"
    await expect(diseases.locator("[data-prepared]").first).to_contain_text(first)
    years = seat.page.locator(question(seat, "approval_statistics"))
    await expect(years.locator("[data-row]")).to_have_count(3)
    await expect(years.locator("[data-row-add]")).to_have_count(0)
    await years.locator("[data-row]").last.locator("textarea").last.fill("Moved")
    await expect(years.locator("[data-row]")).to_have_count(3)
    await diseases.locator("[data-prepared] textarea").first.fill("Free, by surveillance")
    await is_saved(seat.page)
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/questionnaire")
    (answer,) = (
        each["answer"]["value"]
        for part in stage["questionnaires"][0]["parts"]
        for each in part["questions"]
        if each["id"] == "meat.cattle_diseases"
    )
    (row,) = answer
    assert (row["disease"], row["status"]) == ("foot_and_mouth_disease", "Free, by surveillance")
    assert await _width(diseases.locator("textarea")) > await _width(diseases.locator("select")) - 1
    for place, code in enumerate(("wildlife", "partners")):
        await diseases.locator("[data-prepared]").first.locator("select").nth(place).select_option(code)
    await seat.looks("questionnaire-format")


@LANGUAGES
async def test_what_an_answer_lacks_is_said_and_its_files_are_required_at_once(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    """The note and the file that an answer demands, by their names; the list of files follows the answer unsaved."""
    number = await world.questionnaire_opened(**BEEF)
    seat = await sits_down(lang, world.username)
    await opened(seat, number, "3")
    place = seat.page.locator(question(seat, "regionalisation"))
    mark, files = place.locator("[data-mark-open]"), place.locator("[data-uploads]")
    said, words = SAID_OF_YES[lang], {"zh": ("是", "否"), "en": ("Yes", "No")}[lang]
    required = files.locator("tbody td").nth(2)
    await expect(mark).to_have_text({"zh": "必答，尚未完成", "en": "Required, still open"}[lang])
    await expect(required).to_have_text(words[1])

    async with seat.page.expect_response("**/questionnaire/save"):
        await place.locator("input[value=yes]").check()
        await expect(required).to_have_text(words[0], timeout=500)
        await expect(files.locator("legend .star")).to_be_visible()
    await expect(mark).to_have_text("".join(said) if lang == "zh" else " ".join(said))
    await seat.looks("questionnaire-lacks")
    await place.locator("[name$=':note']").fill("按兽医法第12条实行区域化 by regions, article 12")
    await expect(mark).to_have_text(said[1])
    await seat.page.reload()
    await expect(mark).to_have_text(said[1])
    await expect(required).to_have_text(words[0])
    (tmp_path / "regions.pdf").write_bytes(pdf("regions"))
    await files.locator("input[type=file]").set_input_files(tmp_path / "regions.pdf")
    await expect(mark).to_be_hidden()
    await expect(place).not_to_have_class(re.compile("question-open"))

    await place.locator("input[value=no]").check()
    await expect(required).to_have_text(words[1])
    await expect(files.locator("legend .star")).to_have_count(0)


async def test_a_share_is_calculated_as_its_numbers_are_saved(sits_down: Sitting, world: World) -> None:
    seat = await at_part("3", sits_down, world)
    results = seat.page.locator(question(seat, "surveillance_results"))
    await results.locator("[name$=':row:0:samples']").fill("812000")
    await results.locator("[name$=':row:0:positive']").fill("2")
    await results.locator("[name$=':row:1:samples']").fill("200")
    await results.locator("[name$=':row:1:positive']").fill("1")
    shares = results.locator("[data-calculated]")
    await expect(shares).to_have_text(["0.00025", "0.5", "–"])
    await results.locator("[data-row-remove]").first.click()
    await results.locator("[name$=':row:0:positive']").fill("3")
    await expect(shares).to_have_text(["1.5", "–"])


async def test_without_scripts_the_server_shows_what_is_relevant_and_names_each_place(
    sits_down: Sitting, world: World
) -> None:
    number = await world.questionnaire_opened(**BEEF)
    seat = await sits_down("en", world.username, java_script_enabled=False)
    await opened(seat, number, "3")
    await expect(seat.page.locator(question(seat, "rejections"))).to_be_hidden()
    await seat.page.locator(question(seat, "incidents")).locator("input[value=yes]").check()
    year = seat.page.locator("[name='meat.approval_statistics:row:0:year']")
    await year.fill("many")
    await seat.page.locator("#answers .sticky button:not([formaction])").click()
    await expect(seat.page.locator(question(seat, "rejections"))).to_be_visible(timeout=SAVED_MS)
    await expect(year).to_have_value("many")

    await seat.page.locator("[formaction$='/submit']").click()
    told = seat.page.locator("[role=alert]", has_text="can't be submitted")
    await expect(told).to_contain_text("row 1, “Year”: must be a number")
    await expect(told).to_contain_text("row 1, “Approved at year end”: must be filled in")
    await told.locator("summary", has_text="Part 3").click()
    await told.get_by_role("link", name="row 1, “Approved at year end”").click()
    await expect(seat.page.locator("[name='meat.approval_statistics:row:0:approved']")).to_be_focused()


async def test_numbered_guidance_has_a_line_each_and_a_card_says_which_cells_are_required(
    sits_down: Sitting, world: World
) -> None:
    seat = await at_part("1", sits_down, world)
    listed = seat.page.locator(question(seat, "establishment_list"))
    guidance = (await listed.locator("[id^='help-']").inner_text()).splitlines()
    assert [line.partition(".")[0] for line in guidance] == ["1", "2", "3", "4"]
    labels = [await cell.get_attribute("data-label") for cell in await listed.locator("tbody td").all()]
    assert "Name as registered\u00a0*" in labels
    assert "Approval valid until" in labels


async def test_what_is_typed_and_what_can_be_chosen_is_read_whole_on_a_telephone(
    sits_down: Sitting, world: World
) -> None:
    number = await world.questionnaire_opened(**BEEF)
    seat = await sits_down("en", world.username)
    await seat.page.set_viewport_size(NARROW)
    await opened(seat, number, "5")
    long = (
        "Market access unit, telephone and e-mail as under the contact points; answers in one working day. "
        * 3
    )
    verified = seat.page.locator("[name='meat.certificate_verification']")
    await verified.fill(long)
    exchange = seat.page.locator(question(seat, "electronic_certificates"))
    await exchange.locator("summary", has_text="Note").click()
    note = exchange.locator("[name$=':note']")
    await note.fill(long)
    for field in (verified, note):
        assert await field.evaluate("(each) => each.scrollHeight <= each.clientHeight + 2")
        assert await field.evaluate("(each) => each.scrollWidth <= each.clientWidth + 1")
    await exchange.get_by_label("Certificate data are exchanged electronically").check()
    await is_saved(seat.page)

    await opened(seat, number, "2")
    prepared = seat.page.locator(f"{question(seat, 'growth_promoters')} [data-prepared]").first
    name, label = prepared.locator("td").nth(1), "Substance"
    assert await name.get_attribute("data-label") == label
    assert await name.evaluate("(cell) => getComputedStyle(cell, '::before').display") == "block"
    cut = await prepared.locator("select").evaluate(_CUT_OPTIONS)
    assert cut == []


async def test_what_contradicts_the_format_is_said_as_it_is_left_and_counted_until_it_is_right(
    sits_down: Sitting, world: World
) -> None:
    seat = await at_part("1", sits_down, world)
    page, counted = seat.page, seat.page.locator("[data-wrong-of='meat.1']")
    count = page.locator("[name='meat.establishment_count']")
    beside = page.locator("[data-prompt='meat.establishment_count']")
    await expect(counted).to_be_hidden()
    await count.fill("9.5")
    await is_saved(seat.page)
    await expect(beside).to_be_hidden()
    await count.press("Tab")
    await expect(beside).to_have_text("Must be a whole number.")
    await expect(counted).to_have_text("1 with errors")

    year = page.locator("[name='meat.output_and_exports:row:0:year']")
    table = page.locator("[data-prompt='meat.output_and_exports']")
    await year.fill("25")
    product = page.locator("[name='meat.output_and_exports:row:0:product']")
    await product.fill("Frozen beef")
    await expect(table).to_have_text("Row 1, “Year”: can't be less than 1990.")
    await expect(year).to_have_attribute("aria-invalid", "true")
    await expect(product).not_to_have_attribute("aria-invalid", "true")
    await expect(page.locator("[data-wrong-all]")).to_have_text("; 2 with errors")
    await seat.looks("questionnaire-wrong-cell")
    await page.reload()
    await expect(table).to_be_visible()
    await expect(year).to_have_attribute("aria-invalid", "true")
    await year.fill("2025")
    await expect(table).to_be_hidden()
    await expect(year).not_to_have_attribute("aria-invalid", "true")
    await expect(counted).to_have_text("1 with errors")
    await seat.looks("questionnaire-wrong")


async def test_a_wrong_row_has_its_number_on_the_page_below_an_empty_one_too(
    sits_down: Sitting, world: World
) -> None:
    seat = await at_part("1", sits_down, world)

    def cell(row: int, column: str) -> Locator:
        return seat.page.locator(f"[name='meat.output_and_exports:row:{row}:{column}']")

    table = seat.page.locator("[data-prompt='meat.output_and_exports']")
    await cell(0, "product").fill("Frozen beef")
    while not await cell(2, "year").count():
        await seat.page.click("[data-row-add='meat.output_and_exports']")
    await cell(2, "year").fill("25")
    await cell(2, "product").fill("Chilled beef")
    await expect(table).to_have_text("Row 3, “Year”: can't be less than 1990.")
    await expect(cell(2, "year")).to_have_attribute("aria-invalid", "true")
    await is_saved(seat.page)
    await seat.page.reload()  # what is stored has no empty row
    await expect(table).to_have_text("Row 2, “Year”: can't be less than 1990.")
    await expect(cell(1, "year")).to_have_attribute("aria-invalid", "true")
    await cell(1, "year").focus()
    await seat.page.click(
        "[data-question='meat.output_and_exports'] [data-row]:has([aria-invalid]) [data-row-remove]"
    )
    await expect(table).to_be_hidden()
    await expect(seat.page.locator("[aria-invalid=true]")).to_have_count(0)


@LANGUAGES
async def test_a_part_with_an_error_is_not_ticked_and_a_refusal_counts_questions_and_leads_to_the_reason(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened(**BEEF)
    path = f"/cases/{number}/stages/questionnaire"
    asked = [*questions_of(await world.officer.ask("GET", path))]
    answers = {each["id"]: await answer_to(world.officer, each) for each in asked}
    answers["meat.establishment_count"]["value"] = 9.5
    await world.officer.ask("PUT", path, json={"answers": answers})
    seat = await sits_down(lang, world.username)
    seat.expected = (422,)
    await opened(seat, number, "5")
    page = seat.page
    await expect(page.locator("[data-open-of='meat.1']")).to_be_hidden()
    await expect(page.locator("[data-open-of='meat.5']")).to_have_text("✓")
    await expect(page.locator("[data-wrong-of='meat.1']")).to_have_text(
        "1 题有误" if lang == "zh" else "1 with errors"
    )
    await page.click("[data-next]")
    await page.wait_for_url("**#q-meat-establishment_count")

    await opened(seat, number, "3")
    files = page.locator(f"{question(seat, 'regionalisation')} [data-uploads] tbody")
    await expect(files).to_contain_text("是" if lang == "zh" else "Yes")

    await opened(seat, number, "5")
    await page.click(".sticky .btn-primary")
    told = page.locator(".alert-danger")
    await expect(told.locator("h2")).to_contain_text("1 道题" if lang == "zh" else "1 question is")
    await expect(told.locator("summary")).to_contain_text("（1）" if lang == "zh" else "(1)")
    await expect(told.locator("li")).to_have_count(2)
    await told.locator("li a").first.click()
    beside = page.locator("[data-prompt='meat.establishment_count']")
    await expect(beside).to_contain_text("整数" if lang == "zh" else "whole number")
    await expect(beside).to_contain_text("3行" if lang == "zh" else "3 rows")
