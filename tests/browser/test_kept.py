"""What a browser keeps of typed text: given back without overwriting a colleague's, found again, or honestly not kept."""

import asyncio
import re

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.api_client import World
from tests.browser.answering import loses_the_answer
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, Seat
from tests.browser.saving import is_saved
from tests.browser.test_application import begun, crashes, field
from tests.browser.test_questionnaire import control, opened, stored

SAVES = re.compile(r"/(application|questionnaire)/save$")


async def _typed_before_a_crash(seat: Seat, selector: str, text: str) -> BrowserContext:
    """Text that the browser alone has: no save reaches the server, and the page dies."""
    context = seat.page.context
    await context.route(SAVES, lambda route: route.abort())
    await seat.page.locator(selector).first.fill(text)
    await expect(seat.page.locator("[data-state]")).to_contain_text(
        re.compile("kept in this browser|暂存在此浏览器")
    )
    await crashes(seat.page)
    seat.complaints.clear()
    await context.unroute(SAVES)
    return context


async def _two_in_one_part(sits_down: Sitting, world: World) -> tuple[str, Seat, Seat]:
    """A questionnaire, and two officers in front of its first part."""
    number = await world.questionnaire_opened()
    seat, colleague = [await sits_down("en", world.username) for _ in range(2)]
    for each in (seat, colleague):
        await opened(each, number)
    return number, seat, colleague


async def _opens_a_minute_later(seat: Seat, path: str) -> None:
    """By then a page that was just left has been saved, or is not going to be."""
    await seat.page.clock.install()
    await seat.page.clock.fast_forward("01:00")
    await seat.goes(path)


async def _nothing_is_left(page: Page) -> None:
    async with asyncio.timeout(10):
        while await page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('fas:kept:'))"):
            await asyncio.sleep(0.1)
    await expect(page.locator("#notices")).to_have_text("")


async def _comes_back(seat: Seat, context: BrowserContext, path: str) -> Page:
    seat.page = await context.new_page()
    await seat.goes(path)
    return seat.page


def _first_cells(table: Locator) -> Locator:
    """The first text of each row."""
    return table.locator("[data-row] td:nth-child(1 of :has(textarea)) textarea")


@LANGUAGES
async def test_what_comes_back_after_a_crash_does_not_overwrite_what_a_colleague_saved_meanwhile(
    sits_down: Sitting, world: World, lang: str
) -> None:
    colleague = await sits_down("en", world.username)
    address = await begun(colleague)
    seat = await sits_down(lang, world.username)
    await seat.goes(address)
    context = await _typed_before_a_crash(seat, field("department"), "mine")
    await colleague.page.fill(field("department"), "the colleague's")
    await colleague.page.fill(field("contact.name"), "Eva")
    await is_saved(colleague.page)

    page = await _comes_back(seat, context, address)
    told = {"zh": "另一个窗口", "en": "another window of yours"}[lang]
    await expect(page.locator("[data-stale]")).to_contain_text(told)
    assert await page.input_value(field("department")) == "mine"
    await expect(page.locator("[data-stale-conflicts]")).to_contain_text("the colleague's")
    await expect(page.locator(field("contact.name"))).to_have_value("Eva")
    case = f"/cases/{address.split('/')[2]}/stages/application"
    assert (await world.officer.ask("GET", case))["department"] == "the colleague's"
    await page.reload()  # nobody has decided yet
    await expect(page.locator("[data-stale]")).to_be_visible()
    assert (await world.officer.ask("GET", case))["department"] == "the colleague's"
    await seat.looks("application-overtaken")
    await page.click("[data-stale] button")
    await page.wait_for_url("**saved=1")
    found = await world.officer.ask("GET", case)
    assert (found["department"], found["contact"]["name"]) == ("mine", "Eva")


async def test_two_officers_write_into_one_application_and_each_field_stays(
    sits_down: Sitting, world: World
) -> None:
    first, second = [await sits_down("en", world.username) for _ in range(2)]
    address = await begun(first)
    await second.goes(address)
    for turn in ("one", "two"):
        async with first.page.expect_response("**/application/save") as saved:
            await first.page.fill(field("department"), f"department {turn}")
        assert (await saved.value).ok
        async with second.page.expect_response("**/application/save") as saved:
            await second.page.fill(field("overview"), f"overview {turn}")
        assert (await saved.value).ok
        await expect(second.page.locator(field("department"))).to_have_value(f"department {turn}")
        async with first.page.expect_response("**/application/save") as saved:
            await first.page.fill(field("contact.name"), f"name {turn}")
        assert (await saved.value).ok
        await expect(first.page.locator(field("overview"))).to_have_value(f"overview {turn}")
        await expect(first.page.locator(".counter")).to_contain_text("12/2048")
    async with second.page.expect_response("**/application/save") as saved:
        await second.page.fill(field("department"), "typed over what was taken over")
    assert (await saved.value).ok
    found = await world.officer.ask("GET", f"/cases/{address.split('/')[2]}/stages/application")
    assert (found["department"], found["overview"], found["contact"]["name"]) == (
        "typed over what was taken over", "overview two", "name two",
    )  # fmt: skip
    await expect(second.page.locator("[data-stale]")).to_be_hidden()


async def test_nothing_is_submitted_that_a_colleague_changed_unseen(sits_down: Sitting, world: World) -> None:
    case = await world.draft()
    first, second = [await sits_down("en", world.username) for _ in range(2)]
    for each in (first, second):
        await each.goes(f"/cases/{case}/application")
    await second.page.fill(field("overview"), "sardine, whole, frozen")
    await is_saved(second.page)

    first.expected = (409,)
    await first.page.click("#application .btn-primary")
    told = first.page.locator("[data-stale]")
    await expect(told).to_contain_text("submit again")
    await expect(told).to_contain_text("sardine, whole, frozen")
    await expect(told.locator("button")).to_have_count(0)
    assert await first.page.evaluate("document.activeElement.matches('[data-stale]')")
    assert (await world.officer.ask("GET", f"/cases/{case}"))["status"] == "draft"
    assert await first.page.input_value(field("overview")) == "sardine, whole, frozen"
    await first.looks("application-look-again")
    await first.page.click("#application .btn-primary")
    await first.page.click("#confirm [value=yes]")
    await first.page.wait_for_selector(".alert-success")


async def test_only_the_question_that_both_answered_is_asked_about_after_a_crash(
    sits_down: Sitting, world: World
) -> None:
    number, seat, colleague = await _two_in_one_part(sits_down, world)
    address = seat.page.url.removeprefix(seat.url)
    areas = colleague.page.locator(control(colleague, "long_text"))
    both, other = [str(await areas.nth(place).get_attribute("name")) for place in (0, 1)]
    context = await _typed_before_a_crash(seat, f"[name='{both}']", "mine")
    await areas.nth(0).fill("the colleague's")
    await areas.nth(1).fill("the colleague's other answer")
    await is_saved(colleague.page)

    page = await _comes_back(seat, context, address)
    await expect(page.locator(f"[data-conflict='{both}']")).to_contain_text("the colleague's")
    await expect(page.locator(f"[data-conflict='{both}']")).to_contain_text("another window of yours")
    await expect(page.locator(f"textarea[name='{both}']")).to_have_value("mine")
    await expect(page.locator(f"textarea[name='{other}']")).to_have_value("the colleague's other answer")
    found = await stored(world, number)
    assert (found[both], found[other]) == ("the colleague's", "the colleague's other answer")
    await page.reload()
    await page.locator(f"[data-conflict='{both}'] [name=take]").click()
    await page.wait_for_url("**saved=1**")
    await page.reload()
    await expect(page.locator(f"textarea[name='{both}']")).to_have_value("the colleague's")
    await expect(page.locator("#notices")).to_have_text("")


async def test_a_colleagues_answer_to_another_question_appears_without_an_alarm_and_stays(
    sits_down: Sitting, world: World
) -> None:
    number, seat, colleague = await _two_in_one_part(sits_down, world)
    areas = seat.page.locator(control(seat, "long_text"))
    mine, theirs = [str(await areas.nth(place).get_attribute("name")) for place in (0, 1)]
    await colleague.page.fill(f"textarea[name='{theirs}']", "the colleague's")
    await is_saved(colleague.page)

    for text in ("mine", "mine, and more"):
        await seat.page.fill(f"textarea[name='{mine}']", text)
        await is_saved(seat.page)
        await expect(seat.page.locator(f"textarea[name='{theirs}']")).to_have_value("the colleague's")
        await expect(seat.page.locator("[data-conflict] .alert")).to_have_count(0)
    await expect(seat.page.locator("#notices")).to_contain_text("changed in another window of yours")
    async with seat.page.expect_response("**/questionnaire/save"):
        await seat.page.fill(f"textarea[name='{theirs}']", "both of us")
    await is_saved(seat.page)
    found = await stored(world, number)
    assert (found[mine], found[theirs]) == ("mine, and more", "both of us")


@LANGUAGES
async def test_the_start_page_leads_to_what_was_typed_and_never_saved(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang, world.username)
    await opened(seat, number)
    await seat.page.locator(".part-link").nth(1).click()
    area = control(seat, "long_text")
    name = str(await seat.page.locator(area).first.get_attribute("name"))
    context = await _typed_before_a_crash(seat, area, "typed, never saved")

    seat.page = await context.new_page()
    await _opens_a_minute_later(seat, "/")
    await expect(seat.page.locator("#notices a")).to_have_count(1)
    await seat.looks("start-unsaved")
    await seat.page.click("#notices a")
    await expect(seat.page.locator(f"textarea[name='{name}']")).to_have_value("typed, never saved")
    await seat.page.clock.run_for(2_000)
    await is_saved(seat.page)
    assert (await stored(world, number))[name] == "typed, never saved"
    await seat.goes("/")
    await expect(seat.page.locator("#notices")).to_have_text("")


@LANGUAGES
async def test_text_that_has_no_place_any_more_can_be_read_and_thrown_away(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang, world.username)
    await opened(seat, number)
    part = str(await seat.page.get_attribute("#answers", "data-address"))
    context = await _typed_before_a_crash(seat, control(seat, "long_text"), "typed too late")
    await world.answered(number)

    seat.page = await context.new_page()
    await _opens_a_minute_later(seat, part)
    await seat.page.click("#notices button")
    await expect(seat.page.locator("dialog.shown")).to_contain_text("typed too late")
    await seat.looks("kept-without-a-place")
    await seat.page.click("dialog.shown .btn-outline-danger")
    await seat.page.reload()
    await expect(seat.page.locator("#notices")).to_have_text("")


async def test_a_table_that_is_stored_without_its_empty_row_is_what_was_typed(
    officer: Seat, world: World
) -> None:
    """The answer to a save is lost, and the page that is made anew numbers the rows otherwise than the one that was left."""
    number = await world.questionnaire_opened()
    await opened(officer, number, "aquatic.1")
    table = officer.page.locator("table[data-rows]").first
    name = str(await table.get_attribute("data-rows"))
    await _first_cells(table).first.fill("第1")
    await is_saved(officer.page)

    await officer.page.route(SAVES, loses_the_answer)
    await officer.page.click(f"[data-row-add='{name}']")
    await officer.page.keyboard.type("第9")
    await expect(officer.page.locator("#answers [data-state]")).to_contain_text("kept in this browser")
    assert not await _first_cells(table).nth(1).input_value(), "an empty row is between the two"
    officer.complaints.clear()
    await officer.page.unroute(SAVES)
    await officer.page.reload()

    await expect(_first_cells(table).nth(1)).to_have_value("第9")
    await expect(officer.page.locator("#notices")).to_have_text("")
    async with officer.page.expect_response(SAVES) as saved:
        await _first_cells(table).nth(1).fill("第9 and more")
    assert (await saved.value).ok
    rows = (await stored(world, number))[name]
    assert isinstance(rows, list)
    assert [next(iter(row.values())) for row in rows] == ["第1", "第9 and more"]


async def test_what_was_moved_to_another_prepared_row_stays_there(officer: Seat, world: World) -> None:
    """A prepared row means what stands in its first cell: its place counts, also where the one above is empty."""
    number = await world.questionnaire_opened()
    await opened(officer, number, "aquatic.3")
    cells = _first_cells(officer.page.locator("table[data-rows]:visible:has([data-prepared] textarea)").first)
    await cells.first.fill("Free, by surveillance")
    await is_saved(officer.page)
    await officer.page.route(SAVES, lambda route: route.abort())
    await cells.first.fill("")
    await cells.nth(1).fill("Free, by surveillance")
    await expect(officer.page.locator("#answers [data-state]")).to_contain_text("kept in this browser")
    officer.complaints.clear()
    await officer.page.unroute(SAVES)
    await officer.page.reload()
    await expect(cells.nth(1)).to_have_value("Free, by surveillance")
    await expect(cells.first).to_have_value("")


async def test_a_page_that_is_left_in_the_middle_of_a_word_is_not_called_unsaved(
    officer: Seat, world: World
) -> None:
    number = await world.questionnaire_opened()
    await opened(officer, number)
    area = officer.page.locator(control(officer, "long_text")).first
    name = str(await area.get_attribute("name"))
    await area.fill("typed, and away at once")
    await officer.goes("/assessments")
    async with asyncio.timeout(10):
        while (await stored(world, number))[name] != "typed, and away at once":
            await asyncio.sleep(0.1)
    async with officer.page.expect_response("**/questionnaire?part=**"):  # looked at, quietly
        await _opens_a_minute_later(officer, "/")
    await _nothing_is_left(officer.page)


async def test_what_was_typed_into_a_discarded_draft_is_over(officer: Seat, world: World) -> None:
    address = await begun(officer)
    context = await _typed_before_a_crash(officer, field("department"), "for nothing")
    await world.officer.ask("DELETE", f"/assessments/{address.split('/')[2]}")
    officer.page = await context.new_page()
    officer.expected = (404,)
    await _opens_a_minute_later(officer, "/")
    await _nothing_is_left(officer.page)


async def test_a_browser_that_keeps_nothing_says_so_saves_all_the_same_and_asks_before_it_is_left(
    officer: Seat, world: World
) -> None:
    await officer.page.context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
    )
    address = await begun(officer)
    await officer.page.route(SAVES, lambda route: route.abort())
    await officer.page.fill(field("department"), "typed into a full browser")
    state = officer.page.locator("#application [data-state]")
    await expect(state).to_contain_text("this browser can't keep it")
    async with officer.page.expect_event("dialog") as asked:
        await officer.page.close(run_before_unload=True)
    dialog = await asked.value
    assert dialog.type == "beforeunload"
    await dialog.dismiss()
    officer.complaints.clear()
    await officer.page.unroute(SAVES)
    await is_saved(officer.page)
    case = await world.officer.ask("GET", f"/cases/{address.split('/')[2]}/stages/application")
    assert case["department"] == "typed into a full browser"
