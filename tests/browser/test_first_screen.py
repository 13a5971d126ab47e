"""What an officer came for is on the first screen, near for the keyboard, and nothing moves under the eye."""

import re

from playwright.async_api import Page, ViewportSize, expect

from shared.runtime.store import Store
from tests.api_client import World
from tests.browser.conftest import Sitting, is_signed_in
from tests.browser.looking import LANGUAGES, NARROW, Seat

LAPTOP, TABLET = ViewportSize(width=1440, height=900), ViewportSize(width=768, height=1024)
_FIRST_FIELD = """(form) => {
    const fields = [...document.querySelectorAll(`${form} :is(textarea, select, input:not([type=hidden]))`)];
    const { top, bottom } = fields.find((each) => each.checkVisibility()).getBoundingClientRect();
    return Math.min(bottom, top + 100); // of a long text its beginning
}"""
_SHIFTED = """() => new Promise((resolve) => {
    let total = 0;
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) total += each.value;
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(total), 100)));
})"""
_CUT_OFF = """() => [...document.querySelectorAll("main *")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible")
    .filter((each) => each.checkVisibility()) // what is folded is seen once it is opened
    .filter((each) => each.clientWidth > 1 && !each.matches(".visually-hidden, textarea, input, .visually-hidden *"))
    .filter((each) => !each.matches(":has(> .picture)")) // drawn as wide as its names need; a table says the same
    .map((each) => `${each.tagName}.${each.className}: ${each.scrollWidth} px of ${each.clientWidth}`)"""


async def forms_of(world: World) -> dict[str, str]:
    """An address for each kind of form, with what finds the form."""
    number = await world.questionnaire_opened()
    consulted = await world.questionnaire_opened()
    await world.answered(consulted)
    await world.receipt("CONSULTATION_OPENED", consulted, "protocol_consultation", text_zh="草案" * 200)
    rectified = await world.questionnaire_opened()
    await world.answered(rectified)
    about = {"rectification_no": "ZG1", "issued_on": "2026-11-01", "requirement": "完善监控计划。"}
    await world.receipt("RECTIFICATION_REQUIRED", rectified, "evaluation", **about)
    return {
        f"/cases/{await world.draft()}/application": "#application",
        f"/cases/{await world.check_initiated()}/acceptance": "#answer",
        f"/cases/{number}/questionnaire": "#answers", f"/cases/{rectified}/evaluation": "#rectification",
        f"/cases/{consulted}/protocol_consultation": "#reply",
    }  # fmt: skip


async def tabs_to(page: Page, form: str) -> int:
    """How often Tab is pressed until one is in the first field, by way of the links that skip."""
    for count in range(1, 30):
        await page.keyboard.press("Tab")
        at = page.locator(":focus")
        if await at.get_attribute("href") == form:
            await page.keyboard.press("Enter")
        elif await page.locator(f"{form} :is(textarea, input, select):focus").count():
            return count
    raise AssertionError(f"{form} is not reached")


@LANGUAGES
async def test_the_first_field_is_on_the_first_screen_and_near_and_nothing_moves(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    for path, form in (await forms_of(world)).items():
        await seat.page.set_viewport_size(LAPTOP)
        await seat.goes(path)
        bottom = await seat.page.evaluate(_FIRST_FIELD, form)
        assert bottom < LAPTOP["height"], f"{path}: {bottom}"
        assert await tabs_to(seat.page, form) <= 8, path
        await seat.page.set_viewport_size(TABLET)
        cut_off = await seat.page.evaluate(_CUT_OFF)
        assert not cut_off, f"{path}: {cut_off}"
        await seat.page.set_viewport_size(NARROW)
        await seat.goes(path)
        shifted = await seat.page.evaluate(_SHIFTED)
        assert shifted < 0.02, f"{path}: {shifted}"


async def test_a_part_opens_on_its_answers(officer: Seat, world: World) -> None:
    await officer.page.set_viewport_size(LAPTOP)
    await officer.goes(f"/cases/{await world.questionnaire_opened()}/questionnaire")
    await officer.page.click(".part-link >> nth=2")
    await officer.page.wait_for_url("**#answers")
    title = await officer.page.locator("#part-title").bounding_box()
    assert title
    assert 0 <= title["y"] < 60
    first = await officer.page.locator("[data-question]").first.bounding_box()
    assert first
    assert first["y"] + 80 < LAPTOP["height"] / 2


@LANGUAGES
async def test_the_menu_comes_closed_on_a_narrow_screen_and_opens_without_scripts(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username, java_script_enabled=False)
    await seat.page.set_viewport_size(NARROW)
    await seat.goes("/assessments")
    link = seat.page.locator("nav a[href='/checks']")
    assert not await link.is_visible()
    await seat.page.click(".menu-fold summary")
    assert await link.is_visible()
    await link.click()
    await seat.page.wait_for_url("**/checks")


@LANGUAGES
async def test_the_header_takes_two_lines_of_a_telephone_and_gives_the_rest_with_the_menu(
    sits_down: Sitting, world: World, lang: str
) -> None:
    await world.questionnaire_opened()
    seat = await sits_down(lang, world.username, java_script_enabled=False)
    await seat.page.set_viewport_size(NARROW)
    await seat.goes("/assessments")
    assert (await seat.page.evaluate("document.querySelector('.top').offsetHeight")) <= 52
    folded = [
        seat.page.locator(each) for each in ("#search-box", ".languages", ".help-link", ".who", ".menu")
    ]
    for each in folded:
        await expect(each).to_be_hidden()
    await seat.page.keyboard.press("Tab")
    for _ in range(2):
        await seat.page.keyboard.press("Tab")
    await expect(seat.page.locator(".menu-fold summary")).to_be_focused()
    waiting = seat.page.locator(".menu-fold .count")
    await expect(waiting).to_have_text(re.compile(r"1.*(1 task|1项待办)"))
    await expect(waiting).to_be_visible()
    await seat.page.keyboard.press("Enter")
    for each in folded:
        await expect(each).to_be_visible()
    await seat.page.keyboard.press("Tab")
    await expect(seat.page.locator("#search-box")).to_be_focused()


async def test_ctrl_k_reaches_the_search_where_the_header_is_folded(officer: Seat, world: World) -> None:
    await world.questionnaire_opened()
    await officer.page.set_viewport_size(NARROW)
    await officer.goes("/")
    await officer.looks("folded")
    await officer.page.set_viewport_size(NARROW)
    await officer.page.keyboard.press("Control+k")
    await expect(officer.page.locator("#search-box")).to_be_focused()


@LANGUAGES
async def test_nothing_moves_as_a_list_comes_on_a_telephone(
    sits_down: Sitting, store: Store, world: World, lang: str
) -> None:
    for _ in range(3):
        await world.submitted()
    await world.questionnaire_opened()
    await world.check_initiated()
    lists = {
        world.username: ("/", "/assessments", "/checks", "/notifications", "/figures", "/search?q=tuna", "/filters"),
        world.operators_name: ("/ops", "/ops/receipts", "/ops/dead", "/ops/cases", "/ops/accounts", "/ops/authorities",
            "/ops/audit"),
    }  # fmt: skip
    for username, addresses in lists.items():
        for address in addresses:
            seat = await sits_down(lang)
            await is_signed_in(seat, store, username)
            await seat.page.set_viewport_size(NARROW)
            await seat.goes(address)
            shifted = await seat.page.evaluate(_SHIFTED)
            assert shifted < 0.02, f"{address}: {shifted}"


async def test_the_other_language_opens_at_the_same_place(officer: Seat) -> None:
    await officer.page.set_viewport_size(NARROW)
    await officer.goes("/help/questionnaire")
    await officer.page.evaluate("scrollTo(0, 600)")
    await officer.page.evaluate(
        "document.querySelector('.languages [lang=zh-CN]').click()"
    )  # out of sight, not scrolled to
    await officer.page.wait_for_selector("html[lang=zh-CN] main")
    await officer.page.wait_for_function("scrollY === 600")
    await officer.goes("/help/questionnaire")
    assert await officer.page.evaluate("scrollY") == 0, "once"
