"""Typed text while saves are under way, unheard, refused or answered by a stranger: it stays, and one's own is nobody else's."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Locator, Route, expect

from simulator.files import pdf
from tests.api_client import World
from tests.browser.answering import is_made_early, loses_the_answer
from tests.browser.conftest import Sitting
from tests.browser.looking import Seat
from tests.browser.saving import is_saved
from tests.browser.test_application import begun, crashes, field
from tests.browser.test_kept import SAVES
from tests.browser.test_questionnaire import at_the_first_text, control, opened, stored

SAVE = "button.btn:not(.btn-primary)"


async def _answered_late(seat: Seat) -> Callable[[], None]:
    """The next save is stored, and its answer waits until it is let go."""
    is_let_go = asyncio.Event()

    async def waits(route: Route) -> None:
        answer = await route.fetch()
        await is_let_go.wait()
        await route.fulfill(response=answer)

    await seat.page.route(SAVES, waits, times=1)
    return is_let_go.set


async def _is_kept(seat: Seat) -> None:
    await expect(seat.page.locator("main form [data-state]")).to_contain_text("kept in this browser")


async def test_the_save_button_while_a_save_is_under_way_meets_no_colleague(
    officer: Seat, world: World
) -> None:
    number, area, name = await at_the_first_text(officer, world)
    let_go = await _answered_late(officer)
    async with officer.page.expect_request(SAVES):
        await area.fill("one")
    async with asyncio.timeout(10):
        while (await stored(world, number))[name] != "one":
            await asyncio.sleep(0.1)
    await area.fill("one, two")
    await officer.page.click(f".sticky {SAVE}", no_wait_after=True)
    let_go()
    await officer.page.wait_for_url("**saved=1**")
    await expect(area).to_have_value("one, two")
    assert (await stored(world, number))[name] == "one, two"


async def test_the_save_button_after_an_answer_that_was_lost_meets_no_colleague(officer: Seat) -> None:
    await begun(officer)

    await officer.page.route(SAVES, loses_the_answer, times=1)
    await officer.page.fill(field("department"), "one")
    await _is_kept(officer)
    await officer.page.fill(field("department"), "one, two")
    await officer.page.click("text=Save draft", no_wait_after=True)
    await officer.page.wait_for_url("**saved=1**")
    await expect(officer.page.locator(field("department"))).to_have_value("one, two")


async def test_a_save_that_is_stored_after_the_page_was_made_anew_meets_no_colleague(
    officer: Seat, world: World
) -> None:
    number, area, name = await at_the_first_text(officer, world)
    is_stored = asyncio.Event()
    is_made = await is_made_early(officer.page, is_stored)

    async def stored_after_the_page_was_made(route: Route) -> None:
        await is_made.wait()
        await loses_the_answer(route)
        is_stored.set()

    await officer.page.route(SAVES, stored_after_the_page_was_made, times=1)
    async with officer.page.expect_request(SAVES):
        await area.fill("one")
    await area.fill("one, two")
    await officer.page.reload()
    await is_saved(officer.page)
    await expect(area).to_have_value("one, two")
    await expect(officer.page.locator(f"[data-conflict='{name}']")).to_be_empty()
    async with asyncio.timeout(10):
        while (await stored(world, number))[name] != "one, two":
            await asyncio.sleep(0.1)
    assert not officer.complaints


async def test_what_the_answer_to_a_form_says_is_not_saved_comes_back(
    sits_down: Sitting, world: World
) -> None:
    officer, colleague = [await sits_down("en", world.username) for _ in range(2)]
    number, area, name = await at_the_first_text(officer, world)
    await opened(colleague, number)
    await colleague.page.fill(f"textarea[name='{name}']", "the colleague's")
    await is_saved(colleague.page)
    await area.fill("mine")
    officer.expected = (409,)
    await officer.page.click(f".sticky {SAVE}")
    await expect(officer.page.locator(f"[data-conflict='{name}']")).to_contain_text("the colleague's")
    await officer.goes("/")
    await opened(officer, number)
    await expect(area).to_have_value("mine")
    conflict = officer.page.locator(f"[data-conflict='{name}']")
    await expect(conflict).to_contain_text("the colleague's")
    await conflict.locator("[name=take]").click()
    await officer.page.wait_for_url("**saved=1**")
    await officer.page.reload()
    await expect(area).to_have_value("the colleague's")


async def test_what_was_typed_into_a_check_that_is_refused_comes_back(officer: Seat, world: World) -> None:
    number = await world.check_initiated()
    await officer.goes(f"/cases/{number}/acceptance")
    await officer.page.fill(field("department"), "")
    await officer.page.fill(field("contact.name"), "typed, and refused")
    officer.expected = (422,)
    await officer.page.click("#answer .btn-primary")
    await expect(officer.page.locator(".alert-danger")).to_be_visible()
    await expect(officer.page.locator(field("contact.name"))).to_have_value("typed, and refused")
    await officer.goes("/")
    await officer.goes(f"/cases/{number}/acceptance")
    await expect(officer.page.locator(field("contact.name"))).to_have_value("typed, and refused")


async def test_an_answer_that_is_not_the_portals_saves_nothing(officer: Seat, world: World) -> None:
    number, area, name = await at_the_first_text(officer, world)
    await officer.page.route(
        SAVES, lambda route: route.fulfill(content_type="text/html", body="<h1>Sign in to our network</h1>")
    )
    await area.fill("typed in a hotel")
    await _is_kept(officer)
    await officer.page.unroute(SAVES)
    await is_saved(officer.page)
    assert (await stored(world, number))[name] == "typed in a hotel"


async def test_files_chosen_while_others_go_up_go_up_too(officer: Seat, world: World, tmp_path: Path) -> None:
    _number, _area, name = await at_the_first_text(officer, world)
    for each in "abcde":
        (tmp_path / f"{each}.pdf").write_bytes(pdf(each))
    question = officer.page.locator(f"[data-question='{name}']")
    await question.locator("details.attached").evaluate("(each) => { each.open = true; }")
    first_of_each = [asyncio.Event(), asyncio.Event()]
    holding = [*first_of_each]

    async def waits(route: Route) -> None:
        if holding:
            await holding.pop(0).wait()
        await route.continue_()

    uploads = re.compile("/attachments$")
    await officer.page.route(uploads, waits)
    for names in ("ab", "cde"):
        chosen = [tmp_path / f"{each}.pdf" for each in names]
        async with officer.page.expect_request(uploads):
            await question.locator("input[type=file]").set_input_files(chosen)
    first_of_each[0].set()
    await expect(question.locator("[data-file]")).to_have_count(2)
    first_of_each[1].set()
    await expect(question.locator("[data-file]")).to_have_count(5)


async def test_what_is_not_saved_in_one_window_stays_kept_when_another_saves(
    sits_down: Sitting, world: World
) -> None:
    officer, colleague = [await sits_down("en", world.username) for _ in range(2)]
    number, area, name = await at_the_first_text(officer, world)
    context = officer.page.context
    window = await context.new_page()
    await window.goto(officer.page.url)
    await opened(colleague, number)
    await colleague.page.fill(f"textarea[name='{name}']", "the colleague's")
    await is_saved(colleague.page)
    officer.expected = (409,)
    await area.fill("mine")
    await expect(officer.page.locator(f"[data-conflict='{name}']")).to_contain_text("the colleague's")
    await window.locator(control(officer, "long_text")).nth(1).fill("something else")
    await is_saved(window)
    await crashes(officer.page)
    await window.reload()
    await expect(window.locator(f"textarea[name='{name}']")).to_have_value("mine")


async def test_a_text_in_a_cell_for_a_day_is_put_back_into_another_row(officer: Seat, world: World) -> None:
    """A row above it was removed, and the browser alone knows."""
    number = await world.questionnaire_opened()
    question = "aquatic.establishment_list"
    rows = [
        {"name": "one", "approved": "2020-05-01"},
        {"name": "two", "approved": "spring of 2019", "kind": "a ship"},
    ]
    await world.officer.ask(
        "PUT", f"/cases/{number}/stages/questionnaire", json={"answers": {question: {"value": rows}}}
    )
    await opened(officer, number, "aquatic.1")

    def cell(column: str) -> Locator:
        return officer.page.locator(f"[name='{question}:row:0:{column}']")

    await expect(cell("approved")).to_have_attribute("type", "date")
    await officer.page.route(SAVES, lambda route: route.abort())
    await officer.page.locator(f"[data-rows='{question}'] [data-row-remove]").first.click()
    await expect(cell("approved")).to_have_value("spring of 2019")
    await _is_kept(officer)
    officer.complaints.clear()
    await officer.page.unroute(SAVES)
    await officer.page.reload()
    await expect(cell("approved")).to_have_value("spring of 2019")
    await expect(cell("kind")).to_have_value("a ship")
