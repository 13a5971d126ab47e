"""Answering the questionnaire in the browser: saved by itself, by two at once, offline, submitted, supplemented, compared."""

import asyncio
import re
from pathlib import Path

from openpyxl import Workbook
from playwright.async_api import Locator, Route, expect

from services.portal.workbook.layout import SheetColumn
from simulator.files import pdf
from tests.api_client import World
from tests.browser.answering import is_made_early
from tests.browser.conftest import Sitting
from tests.browser.looking import ASSET_BYTES, LANGUAGES, Seat, assets_of
from tests.browser.saving import is_saved
from tests.workbooks import edited, place_of


async def opened(seat: Seat, number: str, part: str = "") -> None:
    await seat.goes(f"/cases/{number}/questionnaire{f'?part={part}' if part else ''}")


def control(seat: Seat, kind: str) -> str:
    """A selector for the first control of a kind."""
    return {
        "long_text": "textarea[id^='a-q-']:not(.line)", "text": "textarea.line[id^='a-q-']",
        "yes": "input[type=radio][value=yes]",
    }[kind]  # fmt: skip


async def stored(world: World, number: str) -> dict[str, object]:
    """Every answer's value by question, by the API."""
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/questionnaire")
    return {
        question["id"]: question["answer"]["value"]
        for each in stage["questionnaires"] for part in each["parts"] for question in part["questions"]
    }  # fmt: skip


async def at_the_first_text(seat: Seat, world: World) -> tuple[str, Locator, str]:
    """A questionnaire that is open on its first part: its case, the field of its first long text, and the field's name."""
    number = await world.questionnaire_opened()
    await seat.goes(f"/cases/{number}")
    area = seat.page.locator(control(seat, "long_text")).first
    return number, area, str(await area.get_attribute("name"))


@LANGUAGES
async def test_a_part_is_answered_and_each_answer_saves_itself(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}")
    await seat.looks("questionnaire-empty")
    area = seat.page.locator(control(seat, "long_text")).first
    name = await area.get_attribute("name")
    assert name
    await area.fill("《食品安全法》第十二条\nArticle 12")
    await is_saved(seat.page)
    assert (await stored(world, number))[name] == "《食品安全法》第十二条\nArticle 12"
    question = seat.page.locator(f"[data-question='{name}']")
    (tmp_path / "law.pdf").write_bytes(pdf("law"))
    await question.locator("details.attached").evaluate("(each) => { each.open = true; }")
    await question.locator("input[type=file]").set_input_files(tmp_path / "law.pdf")
    await expect(question.locator("[data-file]")).to_have_count(1)
    await area.fill("改动 changed")  # a file that came meanwhile is nobody's other answer
    await is_saved(seat.page)
    await seat.page.reload()
    await expect(seat.page.locator(f"textarea[name='{name}']")).to_have_value("改动 changed")
    await seat.looks("questionnaire")
    before = seat.page.url
    await seat.page.click("[data-next]")
    await seat.page.wait_for_url(lambda url: url != before)
    assert "#q-" in seat.page.url
    seat.expected = (422,)
    await seat.page.click(".sticky .btn-primary")
    await seat.page.wait_for_selector(".alert-danger li a")
    summary = seat.page.locator(".alert-danger summary")
    assert re.search(r"(\(\d+\)|（\d+）)$", await summary.first.inner_text()), "each part says how many"
    first = await seat.page.inner_text(".alert-danger li a >> nth=0")
    assert re.match(r"1\.\d+ ", first)
    await seat.looks("questionnaire-refused")
    link = seat.page.locator(".alert-danger li a").first
    target = await link.get_attribute("href")
    await link.click()
    await seat.page.wait_for_url(lambda url: url.endswith(str(target)))
    shown = await seat.page.inner_text(f"{target[target.index('#') :]} h3" if target else "h3")
    assert shown.split()[0] == first.split()[0], "the question has the number that the summary gave it"


async def test_a_page_made_anew_while_the_last_one_saves_shows_what_was_typed(
    officer: Seat, world: World
) -> None:
    """The new page was made before the text was stored, the old one heard that it is before it went."""
    number, area, name = await at_the_first_text(officer, world)
    is_heard = asyncio.Event()
    is_made = await is_made_early(officer.page, is_heard)

    async def saved_after_the_page_was_made(route: Route) -> None:
        await is_made.wait()
        await route.fulfill(response=await route.fetch())

    await officer.page.locator("#answers").evaluate(
        "(form) => form.addEventListener('fas:saved', () => console.log('heard'))"
    )
    officer.page.on("console", lambda said: is_heard.set() if said.text == "heard" else None)
    await officer.page.route("**/questionnaire/save", saved_after_the_page_was_made, times=1)
    async with officer.page.expect_request("**/questionnaire/save"):
        await area.fill("typed last")
    await officer.page.reload()
    await expect(area).to_have_value("typed last")
    await is_saved(officer.page)
    await officer.page.reload()
    await expect(area).to_have_value("typed last")
    assert (await stored(world, number))[name] == "typed last"


async def test_who_types_on_right_after_a_page_was_made_anew_is_nobody_else(
    officer: Seat, world: World
) -> None:
    """The page that was left sends what was typed as it goes, after the new one was made."""
    number, area, name = await at_the_first_text(officer, world)
    for more in ("typed", "typed last", "typed last, and more"):
        await area.fill(more)
        await officer.page.reload()
    await expect(area).to_have_value("typed last, and more")
    await is_saved(officer.page)
    assert not await officer.page.locator("[data-conflict]").filter(has_text="typed").count()
    assert (await stored(world, number))[name] == "typed last, and more"


async def test_a_table_takes_rows_and_gives_them_up(officer: Seat, world: World) -> None:
    number = await world.questionnaire_opened()
    await opened(officer, number)
    parts = await officer.page.locator(".part-link").evaluate_all(
        "(all) => all.map((each) => each.getAttribute('href'))"
    )
    for part in parts:
        await officer.goes(part)
        if await officer.page.locator("table[data-rows]").count():
            break
    table = officer.page.locator("table[data-rows]").first
    name = str(await table.get_attribute("data-rows"))
    for row in range(2):
        await table.locator("[data-row]").nth(row).locator("textarea").first.fill(f"第{row + 1}")
    await is_saved(officer.page)
    rows = (await stored(world, number))[name]
    assert isinstance(rows, list)
    assert [next(iter(row.values())) for row in rows] == ["第1", "第2"]
    await officer.page.click(f"[data-row-add='{name}']")
    await expect(table.locator("[data-row]")).to_have_count(4)
    async with officer.page.expect_response("**/questionnaire/save"):
        await officer.page.keyboard.type("第9")
    async with officer.page.expect_response("**/questionnaire/save"):
        await table.locator("[data-row-remove]").first.click()
    await expect(table.locator("[data-row]")).to_have_count(4)  # with an empty one below the last
    await officer.page.reload()
    await expect(table.locator("[data-row]").nth(1).locator("textarea").first).to_have_value("第9")
    rows = (await stored(world, number))[name]
    assert isinstance(rows, list)
    assert [next(iter(row.values())) for row in rows] == ["第2", "第9"]


@LANGUAGES
async def test_two_officers_at_one_question_both_see_what_the_other_wrote(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    first = await sits_down(lang, world.username)
    second = await sits_down(lang, world.username)
    for seat in (first, second):
        await opened(seat, number)
    areas = [seat.page.locator(control(seat, "long_text")) for seat in (first, second)]
    name = str(await areas[0].first.get_attribute("name"))
    other = str(await areas[0].nth(1).get_attribute("name"))
    await areas[0].first.fill("甲的答案")
    await is_saved(first.page)
    second.expected = (409,)
    await areas[1].first.fill("乙的答案")
    await areas[1].nth(1).fill("乙 another question")
    theirs = second.page.locator(f"[data-conflict='{name}']")
    await expect(theirs).to_contain_text("甲的答案")
    await second.looks("questionnaire-overtaken")
    assert (await stored(world, number))[name] == "甲的答案"
    await expect(second.page.locator(f"textarea[name='{name}']")).to_have_value("乙的答案")
    await theirs.locator("[name=keep]").click()
    await second.page.wait_for_url("**saved=1**")
    found = await stored(world, number)
    assert (found[name], found[other]) == ("乙的答案", "乙 another question")


async def test_what_was_typed_survives_a_lost_server_and_a_closed_browser(
    officer: Seat, world: World
) -> None:
    number = await world.questionnaire_opened()
    await opened(officer, number)
    await officer.page.route("**/questionnaire/save", lambda route: route.abort())
    area = officer.page.locator(control(officer, "long_text")).first
    await area.fill("typed while the server was away")
    await expect(officer.page.locator("#answers [data-state]")).to_contain_text("kept in this browser")
    officer.complaints.clear()
    await officer.page.unroute("**/questionnaire/save")
    await officer.page.reload()
    await expect(area).to_have_value("typed while the server was away")
    await is_saved(officer.page)
    assert "typed while the server was away" in (await stored(world, number)).values()


async def test_the_longest_page_of_all_loads_little(officer: Seat, world: World) -> None:
    number = await world.questionnaire_opened()

    assert await assets_of(officer, f"/cases/{number}/questionnaire") < ASSET_BYTES


async def test_without_scripts_everything_works_too(sits_down: Sitting, world: World) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down("en", world.username, java_script_enabled=False)
    await opened(seat, number)
    area = seat.page.locator(control(seat, "long_text")).first
    name = str(await area.get_attribute("name"))
    await area.fill("without scripts")
    await seat.page.click(".sticky .btn:not(.btn-primary)")
    await expect(seat.page).to_have_url(re.compile("saved=1"))
    assert (await stored(world, number))[name] == "without scripts"
    seat.expected = (422,)
    await seat.page.click(".sticky .btn-primary")
    await seat.page.click("main form .btn-primary")  # confirmed on a page of its own
    await expect(seat.page.locator(".alert-danger li")).not_to_have_count(0)


@LANGUAGES
async def test_offline_and_back_with_a_report(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/questionnaire/offline")
    async with seat.page.expect_download() as download:
        await seat.page.click("a[href$='/workbook']")
    await (await download.value).save_as(tmp_path / "filled.xlsx")

    def miscount(book: Workbook) -> None:
        sheet, row = place_of(book, "aquatic.establishment_count")
        sheet.cell(row, SheetColumn.ANSWER).value = 2.5

    (tmp_path / "filled.xlsx").write_bytes(edited((tmp_path / "filled.xlsx").read_bytes(), miscount))
    await seat.page.set_input_files("#workbook", tmp_path / "filled.xlsx")
    await seat.page.click("form .btn-primary")
    await seat.page.wait_for_selector("#report-title")
    report = seat.page.locator("section:has(> #report-title)")
    await expect(report).to_contain_text("整数" if lang == "zh" else "whole number")
    await expect(seat.page.locator("#standing .sentence")).to_contain_text(
        "暂存" if lang == "zh" else "Draft"
    )
    await seat.looks("questionnaire-workbook")
    assert str(await report.locator("a.btn").get_attribute("href")).endswith("/questionnaire/next")
    (tmp_path / "other.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    seat.expected = (422,)
    await seat.page.set_input_files("#workbook", tmp_path / "other.xlsx")
    await seat.page.click("form .btn-primary")
    await expect(seat.page.locator("#prompt-workbook")).to_contain_text("Excel")
    async with seat.page.expect_download() as printed:
        await seat.page.click(f"a[href$='questionnaire.pdf?lang={lang}']")
    await (await printed.value).save_as(tmp_path / "printed.pdf")
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")


@LANGUAGES
async def test_a_supplement_opens_on_what_is_pinned_and_compares(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    declaration = await world.answered(number)
    await world.receipt("RECEIVED", number, "questionnaire", in_reply_to=declaration)
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/questionnaire")
    assert not await seat.page.locator("form#answers").count()
    await seat.looks("questionnaire-submitted")
    asked = [
        name
        for name, value in (await stored(world, number)).items()
        if isinstance(value, str) and len(value) > 3
    ]
    pinned = asked[-1]
    items = [(f"question:{pinned}", "INCOMPLETE", "请补充检测频率")]
    await world.receipt("SUPPLEMENT", number, "questionnaire", opinion="请补正", items=items)
    await world.officer.stands(number, "questionnaire", "supplement")
    await seat.goes(f"/cases/{number}/questionnaire")
    question = seat.page.locator(f"[data-question='{pinned}']")
    await expect(question.locator(".pinned")).to_contain_text("请补充检测频率")
    number_of = await question.locator(".question-no").inner_text()
    assert re.fullmatch(r"[1-5S]\.\d+", number_of)
    told = {"zh": f"第{number_of}题", "en": f"Question {number_of}"}[lang]
    assert told in await seat.page.inner_text("#corrections")
    await question.locator("textarea, input.form-control").first.fill("每批检测 every batch")
    await is_saved(seat.page)
    await seat.page.reload()
    await question.locator(".pinned button").click()
    await expect(question.locator(".pinned-done")).to_be_visible()
    await seat.looks("questionnaire-supplement")
    await seat.goes(f"/cases/{number}/questionnaire/submissions")
    await expect(seat.page.locator(".difference ins").first).to_be_visible()
    await seat.looks("questionnaire-submissions")
    await seat.goes(f"/cases/{number}/questionnaire")
    await seat.page.click(".sticky .btn-primary")
    changes = seat.page.locator("#confirm [data-changes]")
    await expect(changes).to_have_text(re.compile(f"[：:] ?{re.escape(number_of)}[。.]$"))
    await seat.page.click("#confirm [value=yes]")
    await seat.page.wait_for_selector(".alert-success")
    again = await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)
    assert again.message_id != declaration
