"""Open pages as tabs over the page: moved through, closed one by one or together; nothing is lost (DOMAIN 1.8, manual 2.4)."""

from playwright.async_api import expect

from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import BOTH_LANGUAGES, NARROW, Seat
from tests.browser.test_application import begun, field

TABS = "#opened li > a"
_SHIFTED = """() => new Promise((done) => new PerformanceObserver((list) => done(
    list.getEntries().reduce((sum, each) => sum + each.value, 0))).observe({ type: "layout-shift", buffered: true })
    || setTimeout(() => done(0), 300))"""


async def titles(seat: Seat) -> list[str]:
    return [str(await each.text_content()) for each in await seat.page.locator(TABS).all()]


@BOTH_LANGUAGES
async def test_lists_and_cases_that_were_opened_stand_as_tabs(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number, _declaration = await world.submitted()
    check = await world.check_initiated()
    seat = await sits_down(lang, world.username)
    for path in (f"/cases/{number}", "/assessments?status=sent", f"/cases/{check}", "/assessments/new"):
        await seat.goes(path)
    names = {
        "zh": [
            "待我处理", f"{number}评估审查详情", "评估审查查询", f"{check}回顾性检查详情", "评估审查申请",
        ],
        "en": [
            "Waiting for me", f"{number}: evaluation and review", "Applications", f"{check}: retrospective check", "Apply",
        ],
    }[lang]  # fmt: skip
    assert await titles(seat) == names
    await expect(seat.page.locator("#opened [aria-current=page]")).to_have_text(names[-1])
    await seat.looks("opened")
    await seat.page.click(f"{TABS} >> text={names[2]}")
    await seat.page.wait_for_url("**/assessments?status=sent")
    await seat.page.click("#opened summary")
    assert await seat.found_by_axe() == []
    await seat.page.click({"zh": "text=关闭其他选项卡", "en": "text=Close the other tabs"}[lang])
    assert await titles(seat) == [names[0], names[2]]
    await seat.page.click("#opened summary")
    await seat.page.click({"zh": "text=关闭全部选项卡", "en": "text=Close all tabs"}[lang])
    await seat.page.wait_for_selector("#waiting")
    assert await titles(seat) == names[:1]


async def test_a_closed_tab_loses_nothing_that_was_typed(officer: Seat) -> None:
    address = await begun(officer)
    await officer.goes("/assessments")
    await officer.page.click(f"{TABS} >> text=Draft")
    await officer.page.wait_for_url(f"**{address}")
    await officer.page.fill(field("overview"), "typed just before the tab was closed")
    await officer.page.click("#opened li:has([aria-current]) button")
    await officer.page.wait_for_url("**/assessments")
    assert await titles(officer) == ["Waiting for me", "Apply", "Applications"]
    await officer.goes(address)
    assert await officer.page.input_value(field("overview")) == "typed just before the tab was closed"


async def test_another_tab_is_closed_by_the_keyboard_and_the_focus_stays_among_the_tabs(
    officer: Seat, world: World
) -> None:
    number, _declaration = await world.submitted()
    await officer.goes(f"/cases/{number}")
    await officer.goes("/assessments")
    await officer.page.focus(f"#opened button[aria-label*='{number}']")
    await officer.page.keyboard.press("Enter")
    assert await titles(officer) == ["Waiting for me", "Applications"]
    assert await officer.page.evaluate("document.activeElement.textContent") == "Applications"


async def test_many_tabs_are_moved_through_and_the_oldest_falls_off(officer: Seat, world: World) -> None:
    drafts = [await world.draft() for _ in range(21)]
    for case in drafts:
        await officer.goes(f"/cases/{case}/application")
    assert len(await titles(officer)) == 21, "the start page and twenty more"
    hrefs = await officer.page.locator(TABS).evaluate_all("(all) => all.map((each) => each.href)")
    assert not any(drafts[0] in each for each in hrefs)
    left, right = (officer.page.locator(f"#opened [data-move='{way}']") for way in ("-1", "1"))
    await expect(right).to_be_disabled()
    before = await officer.page.evaluate("document.querySelector('#opened ul').scrollLeft")
    await left.click()
    await expect(right).to_be_enabled()
    assert await officer.page.evaluate("document.querySelector('#opened ul').scrollLeft") < before
    await officer.page.set_viewport_size(NARROW)
    assert await officer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_tabs_are_of_one_user_and_end_with_the_session(
    sits_down: Sitting, world: World, officer: Seat
) -> None:
    number, _declaration = await world.submitted()
    await officer.goes(f"/cases/{number}")
    await officer.page.click("text=Sign out")
    await officer.page.wait_for_selector("#f-password")
    assert number not in await officer.page.evaluate("JSON.stringify({...sessionStorage})")
    await officer.signs_in(world.username, world.password)
    await officer.goes(f"/cases/{number}")
    # Away from the case: a request of it on its way would bring a cookie beside the one of the sign-in.
    await officer.page.goto("about:blank")
    await officer.page.context.clear_cookies()
    await officer.goes("/sign-in")
    await officer.signs_in(world.operators_name, world.password)
    assert number not in await officer.page.evaluate("JSON.stringify({...sessionStorage})")


async def test_a_discarded_draft_and_a_page_that_is_gone_have_no_tab(officer: Seat) -> None:
    await begun(officer)
    assert any("Draft" in each for each in await titles(officer))
    await officer.page.click(".discard button")
    await officer.page.click("#confirm [value=yes]")
    await officer.page.wait_for_url("**/assessments")
    assert await titles(officer) == ["Waiting for me", "Apply", "Applications"]


async def test_the_tabs_make_nothing_jump_and_without_scripts_there_are_none(
    sits_down: Sitting, officer: Seat, world: World
) -> None:
    await officer.goes("/assessments")
    assert await officer.page.evaluate(_SHIFTED) < 0.01
    plain = await sits_down("en", world.username, java_script_enabled=False)
    await plain.goes("/assessments")
    await expect(plain.page.locator("#opened")).to_be_hidden()
