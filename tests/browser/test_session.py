"""A browser's session: 30 idle minutes with a warning, and a form that outlives it."""

from datetime import timedelta

import httpx
from playwright.async_api import expect

from shared.contracts.collections import SESSIONS
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import Seat
from tests.browser.saving import is_saved


async def idle_end(store: Store, username: str) -> object:
    found = await store.collection(SESSIONS.name).find_one({"username": username, "page": True})
    assert found
    return found["idle_ends_at"]


async def _ends(store: Store, username: str, in_minutes: float) -> None:
    change = {"$set": {"idle_ends_at": now() + timedelta(minutes=in_minutes)}}
    wanted = {"username": username, "page": True}
    assert await store.collection(SESSIONS.name).update_one(wanted, change) == 1


async def test_a_session_ends_after_its_idle_minutes_and_goes_on_with_every_step(
    officer: Seat, world: World, store: Store
) -> None:
    await _ends(store, world.username, 10)
    before = await idle_end(store, world.username)
    cookies = {each["name"]: each["value"] for each in await officer.page.context.cookies() if "name" in each}
    async with httpx.AsyncClient(base_url=officer.url, cookies=cookies, trust_env=False) as client:
        assert (await client.get("/", headers={"X-Quiet": "1"})).status_code == 200
        assert await idle_end(store, world.username) == before  # an open page alone is nobody's step
        assert (await client.get("/")).status_code == 200
        assert await idle_end(store, world.username) > before  # type: ignore[operator]
        await _ends(store, world.username, -1)
        assert (await client.get("/")).status_code == 303


async def test_the_page_warns_before_the_session_ends_and_can_go_on(
    sits_down: Sitting, world: World, store: Store
) -> None:
    seat = await sits_down("en")
    await seat.page.clock.install()
    await seat.signs_in(world.username, world.password)
    await _ends(store, world.username, 2)
    await seat.page.clock.run_for("28:01")
    assert await seat.page.is_visible("#idle")
    assert await seat.found_by_axe() == []
    async with seat.page.expect_response("**/stay") as stayed:
        await seat.page.click("[data-stay]")
    assert (await stayed.value).status == 204
    assert await idle_end(store, world.username) > now() + timedelta(minutes=20)  # type: ignore[operator]
    await seat.page.clock.run_for("30:01")
    assert "Sign in again in a new tab" in await seat.page.inner_text("#notices")


async def test_a_form_sent_after_the_session_ended_leads_to_sign_in_and_back(
    officer: Seat, store: Store, world: World
) -> None:
    await _ends(store, world.username, -1)
    officer.expected = (401,)
    await officer.page.click(".btn-fold")
    await officer.page.wait_for_selector("text=Your session has ended. Please sign in again.")
    await officer.signs_in(world.username, world.password)
    await officer.page.click("text=Send what I typed")
    await officer.page.wait_for_selector("body.folded")


async def test_whoever_works_in_one_tab_is_idle_in_none(officer: Seat, world: World, store: Store) -> None:
    context = officer.page.context
    await officer.goes("/")
    await context.clock.install()
    await officer.page.reload()
    other = await context.new_page()
    await other.goto(f"{officer.url}/assessments")
    await context.clock.run_for("20:00")
    async with other.expect_response("**/assessments?**"):
        await other.select_option("#w-status", "draft")  # by htmx, without another page
    await context.clock.run_for("10:00")
    for page in (officer.page, other):
        await expect(page.locator("#idle")).to_be_hidden()
        await expect(page.locator("#notices")).to_have_text("")
    await context.clock.run_for("18:01")
    for page in (officer.page, other):
        await expect(page.locator("#idle")).to_be_visible()
    await other.click("[data-stay]")
    await expect(officer.page.locator("#idle")).to_be_hidden()


async def test_whoever_types_is_not_idle(officer: Seat, world: World, store: Store) -> None:
    await officer.goes("/")
    await officer.page.clock.install()
    await officer.goes("/assessments")
    await _ends(store, world.username, 12)
    await officer.page.clock.run_for("20:00")
    async with officer.page.expect_response("**/stay"):
        await officer.page.type("#w-q", "sar")
    assert await idle_end(store, world.username) > now() + timedelta(minutes=20)  # type: ignore[operator]
    await officer.page.clock.run_for("20:00")
    await expect(officer.page.locator("#idle")).to_be_hidden()


async def test_signing_in_again_in_any_tab_lets_the_others_go_on_but_nobody_else_writes_there(
    officer: Seat, world: World, store: Store
) -> None:
    await officer.goes("/assessments/new")
    await officer.page.check("input[value=aquatic]")
    await officer.page.click("main form button")
    await officer.page.wait_for_selector("#application")
    await _ends(store, world.username, -1)
    officer.expected = (401,)
    await officer.page.fill("#f-department", "typed after the end")
    await expect(officer.page.locator("#notices a")).to_have_count(1)
    tab = Seat(await officer.page.context.new_page(), "en", officer.url)
    await tab.signs_in(world.operators_name, world.password)
    await expect(officer.page.locator("#notices")).to_contain_text(f"{world.operators_name} is signed in")
    await expect(officer.page.locator("#application [data-state]")).to_contain_text("kept in this browser")
    await tab.page.click("text=Sign out")
    await tab.signs_in(world.username, world.password)
    await is_saved(officer.page)
    await expect(officer.page.locator("#notices")).to_have_text("")
