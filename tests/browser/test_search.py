"""The search of every page, and lists that are taken along."""

from io import BytesIO

from openpyxl import load_workbook
from playwright.async_api import expect

from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import BOTH_LANGUAGES, Seat


@BOTH_LANGUAGES
async def test_a_word_of_an_answer_leads_from_any_page_to_its_question(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    stage = f"/cases/{number}/stages/questionnaire"
    (asked,) = (await world.officer.ask("GET", stage, 200))["questionnaires"]
    question = next(q for part in asked["parts"] for q in part["questions"] if q["kind"] == "long_text")
    answer = {
        "value": "The abattoirs 屠宰场 are inspected daily",
        "note": "",
        "attachments": [],
        "version": 0,
    }
    await world.officer.ask("PUT", stage, 200, json={"answers": {question["id"]: answer}})
    seat = await sits_down(lang)
    await seat.goes("/assessments")
    await seat.signs_in(world.username, world.password)
    page = seat.page

    await page.keyboard.press("Control+k")
    await page.keyboard.type("屠宰 ABATTOIR")
    await page.keyboard.press("Enter")

    await expect(page.locator(".found mark")).to_have_text("abattoir")
    other = {"zh": "en", "en": "zh-CN"}[lang]
    assert await page.locator(f".excerpt [lang={other}]").count(), "a passage in the other language says so"
    assert number in await page.inner_text(".found")
    await seat.looks("search")
    await page.click(".found ul a")
    await expect(page.locator(f"[data-question='{question['id']}']")).to_be_in_viewport()
    assert page.url.endswith(f"#q-{question['id'].replace('.', '-')}")
    await seat.goes("/search?q=nothing-has-this")
    await expect(page.locator(".empty")).to_be_visible()
    await seat.looks("search-empty")


async def test_a_list_is_taken_along_with_its_filters(officer: Seat, world: World) -> None:
    _id, sent = await world.submitted()
    await world.officer.ask("POST", "/assessments", 201, json={"overview": "=1+1"})
    await officer.goes("/assessments?status=draft")

    async with officer.page.expect_download() as download:
        await officer.page.click("a[href^='/assessments.xlsx']")

    (sheet,) = load_workbook(BytesIO((await (await download.value).path()).read_bytes())).worksheets
    _heading, *rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert len(rows) == 1
    assert "'=1+1" in rows[0]
    assert sent not in str(rows)


@BOTH_LANGUAGES
async def test_filters_are_kept_under_a_name_and_chosen_again(
    sits_down: Sitting, world: World, lang: str
) -> None:
    await world.submitted()
    seat = await sits_down(lang, world.username)
    page = seat.page
    await seat.goes("/assessments")
    await page.fill("#w-q", "sardin")
    await page.keyboard.press("Enter")

    await page.click(".saved a[href^='/filters?']")
    await page.fill("#f-name", "鱼 Fish")
    await seat.looks("saved-filters-new")
    await page.keyboard.press("Enter")

    await expect(page.locator(".saved a[aria-current]")).to_have_text("鱼 Fish")
    await seat.goes("/assessments?status=draft")
    await page.click("text=鱼 Fish")
    await expect(page.locator("#w-q")).to_have_value("sardin")
    await seat.looks("list-saved-filter")
    await page.click(".saved a[href='/filters']")
    await seat.looks("saved-filters")
    await page.click(".saved-rows button[formaction]")
    await expect(page.locator(".saved-rows")).to_have_count(0)
