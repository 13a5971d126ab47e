"""What stands on a page is what matters there: the rest is folded, named, and as wide as it can be read."""

import asyncio

from playwright.async_api import Page, Route, expect

from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, NARROW, Seat
from tests.browser.test_first_screen import LAPTOP

_LONGEST_LINE = """() => Math.max(...[...document.querySelectorAll(".hint")].map((hint) => {
    const range = document.createRange();
    range.selectNodeContents(hint);
    const lines = new Set([...range.getClientRects()].filter((each) => each.width).map((each) => Math.round(each.top)));
    return lines.size ? hint.textContent.trim().length / lines.size : 0;
}))"""
_BACKGROUND = "(selector) => getComputedStyle(document.querySelector(selector)).backgroundColor"
_ROWS = """(tables) => [...document.querySelectorAll(tables)]
    .map((table) => [...table.querySelectorAll("[data-row]:not([data-prepared])")].filter((row) =>
        [...row.querySelectorAll("textarea, select, input:not([type=hidden])")].every((cell) => !cell.value)).length)"""


async def longest_part(seat: Seat, number: str) -> str:
    """The address of the questionnaire's largest part, which is open now."""
    links = [f"/cases/{number}/questionnaire?part={part}" for part in await parts_of(seat, number)]
    sizes = {}
    for link in links:
        await seat.goes(link)
        sizes[link] = await seat.page.locator("[data-question]").count()
    longest = max(sizes, key=lambda each: sizes[each])
    await seat.goes(longest)
    return longest


async def parts_of(seat: Seat, number: str) -> list[str]:
    """The keys of the parts."""
    await seat.goes(f"/cases/{number}/questionnaire")
    return [
        str(each)
        for each in await seat.page.locator("[data-open-of]").evaluate_all(
            "(all) => all.map((each) => each.dataset.openOf)"
        )
    ]


@LANGUAGES
async def test_a_long_part_has_an_index_short_lines_and_one_spare_row(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    await seat.page.set_viewport_size(LAPTOP)
    await longest_part(seat, await world.questionnaire_opened())
    page = seat.page
    assert await page.evaluate(_LONGEST_LINE) <= 85
    spare = await page.evaluate(_ROWS, "[data-rows]:not([data-only-prepared])")
    assert spare
    assert set(spare) == {1}
    assert not any(await page.evaluate(_ROWS, "[data-only-prepared]"))
    count = await page.locator("[data-question]").count()
    await page.click(".index summary")
    links = page.locator(".index a")
    assert await links.count() == count
    last = page.locator("[data-question]").last
    name = await last.get_attribute("data-question")
    await links.last.click()
    await expect(last).to_be_in_viewport()
    await expect(page.locator(f"[data-index-of='{name}']")).to_have_class(
        "index-open" if await _open(last) else ""
    )
    await seat.looks("questionnaire-long")


async def _open(question: object) -> bool:
    return "question-open" in str(await question.get_attribute("class"))  # type: ignore[attr-defined]


@LANGUAGES
async def test_on_a_telephone_the_steps_are_one_line(sits_down: Sitting, world: World, lang: str) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/questionnaire")
    line, steps = seat.page.locator(".stages-fold summary"), seat.page.locator(".stages")
    await expect(line).to_be_hidden()
    await expect(steps).to_be_visible()
    await seat.page.set_viewport_size(NARROW)
    await expect(line).to_contain_text({"zh": "2/", "en": "Step 2 of"}[lang])
    await expect(steps).to_be_hidden()
    await line.click()
    await expect(steps).to_be_visible()
    await seat.page.click(".stage-future a >> nth=0")
    await expect(seat.page.locator("dialog[open]")).to_contain_text(number)


async def test_a_digest_is_folded_and_colours_that_are_forced_say_the_same(
    officer: Seat, world: World
) -> None:
    number, declaration = await world.submitted()
    await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
    await officer.goes(f"/cases/{number}/application")
    digest = officer.page.locator("#filled .digest").first
    await expect(digest).to_be_hidden()
    await officer.page.locator("#filled .digest-fold summary").first.click()
    await expect(digest).to_be_visible()
    await officer.page.emulate_media(forced_colors="active")
    current, future = [
        await officer.page.evaluate(_BACKGROUND, f".stage-{state} .step-mark")
        for state in ("current", "future")
    ]
    assert current != future


async def test_what_was_submitted_is_not_praised_when_customs_asks_for_more(
    officer: Seat, world: World
) -> None:
    number, declaration = await world.submitted()
    await officer.goes(f"/cases/{number}/application?submitted=1")
    told = officer.page.locator("[data-submitted]")
    await expect(told).to_contain_text("Delivery to customs")
    await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
    await expect(officer.page.locator(".sentence.status-received")).to_be_visible()
    await expect(told).to_be_visible()
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充 Add it."
    )
    await expect(told).to_have_count(0)
    notice = officer.page.locator("#notices")
    await expect(notice).to_contain_text("Something has changed on this page:")
    await expect(notice).not_to_contain_text("typing")
    await notice.locator("button").click()
    await expect(officer.page.locator("#application")).to_be_visible()


async def test_a_filter_on_a_slow_line_shows_that_it_works(officer: Seat, world: World) -> None:
    await world.draft()
    await officer.goes("/assessments")
    goes_on = asyncio.Event()
    await _holds_back(officer.page, goes_on)
    working = officer.page.locator(".searching")
    await expect(working).to_be_hidden()
    await officer.page.select_option("#w-status", "draft")
    await expect(working).to_be_visible()
    assert float(await officer.page.evaluate("getComputedStyle(document.getElementById('list')).opacity")) < 1
    goes_on.set()
    await expect(working).to_be_hidden()


async def _holds_back(page: Page, goes_on: asyncio.Event) -> None:
    async def later(route: Route) -> None:
        await goes_on.wait()
        await route.continue_()

    await page.route("**/assessments?*", later)
