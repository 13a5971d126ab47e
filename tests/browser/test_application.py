"""Applying, and answering a retrospective check, in the browser; nothing that was typed is lost."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from deploy.local.system import RunningSystem
from shared.contracts.collections import SESSIONS
from shared.runtime.store import Store
from simulator.files import pdf
from tests.api_client import FORM, World
from tests.browser.answering import loses_the_answer
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, Seat
from tests.browser.saving import is_saved
from tests.browser.walking import told_number

FILLED = {
    "department": "Veterinary Service", "contact.name": "Maria Croes", "contact.title": "Director",
    "contact.email": "maria@example.aw", "contact.phone.country": "297", "contact.phone.number": "5850200",
    "overview": "沙丁鱼 sardine Sardina pilchardus",
}  # fmt: skip


def field(name: str) -> str:
    return f"[id='f-{name}']"


async def begun(seat: Seat) -> str:
    """A draft for farmed aquatic products, begun by the form; its address."""
    await seat.goes("/assessments/new")
    await seat.page.check("input[value=aquatic]")
    await seat.page.check("input[value=farmed]")
    await seat.page.click("main form button")
    await seat.page.wait_for_selector("#application")
    return seat.page.url.removeprefix(seat.url)


async def crashes(page: Page) -> None:
    """The page's process is gone, with nothing said to the server (a page that is closed sends what was typed last)."""
    session = await page.context.new_cdp_session(page)
    async with page.expect_event("crash"):
        crash = asyncio.ensure_future(session.send("Page.crash"))
    crash.cancel()
    await page.close()


_LINES_APART = """() => {
    const tops = [...document.querySelectorAll(".alert-danger li")].map((each) => each.getBoundingClientRect().top);
    return tops.slice(1).map((top, before) => top - tops[before]);
}"""


@LANGUAGES
async def test_an_application_from_the_first_click_to_its_number(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    seat = await sits_down(lang, world.username)
    await seat.goes("/assessments/new")
    await seat.looks("application-new")
    await begun(seat)
    seat.expected = (422,)
    await seat.page.click("#application .btn-primary")
    await seat.page.wait_for_selector(".alert-danger")
    prompt = "联系人为必填项" if lang == "zh" else "The contact person is required"
    assert prompt in await seat.page.inner_text("[id='prompt-contact.name']")
    await seat.looks("application-refused")
    await seat.page.fill(field("department"), FILLED["department"])
    await expect(seat.page.locator("#prompt-department")).to_have_text("")
    assert prompt in await seat.page.inner_text("[id='prompt-contact.name']"), "it is still missing"
    await expect(seat.page.locator(".alert-danger li.done")).to_have_count(1)
    apart = await seat.page.evaluate(_LINES_APART)
    assert min(apart) > 24, f"links of the summary, {apart} px from one to the next (WCAG 2.5.8)"
    for name, value in FILLED.items():
        await seat.page.fill(field(name), value)
    await is_saved(seat.page)
    await expect(seat.page.locator("[id='prompt-contact.name']")).to_have_text("")
    assert "30/2048" in await seat.page.inner_text(".counter")
    for name in ("letter.pdf", "annex.pdf"):
        (tmp_path / name).write_bytes(pdf(name))
    await seat.page.set_input_files("#file-attachments", [tmp_path / "letter.pdf", tmp_path / "annex.pdf"])
    await expect(seat.page.locator(".uploads [data-file]")).to_have_count(2)
    await seat.page.click(".uploads tbody tr:last-child button")
    await expect(seat.page.locator(".uploads [data-file]")).to_have_count(1)
    (tmp_path / "wrong.pdf").write_bytes(b"no pdf")
    seat.expected = (415, 422)
    await seat.page.set_input_files("#file-attachments", tmp_path / "wrong.pdf")
    await expect(seat.page.locator("[data-prompt=attachments]")).to_contain_text("wrong.pdf")
    await expect(seat.page.locator(".alert-danger li:not(.done)")).to_have_count(0)
    told = "以下内容均已更正" if lang == "zh" else "All of this has been corrected"
    await expect(seat.page.locator(".alert-danger h2:visible")).to_have_text(told)
    await seat.looks("application-corrected")
    await seat.page.goto(seat.page.url.removesuffix("/submit"))
    await seat.looks("application")
    await seat.page.click("#application .btn-primary")
    await seat.page.click("#confirm [value=no]")
    await seat.page.click("#application .btn-primary")
    await seat.page.click("#confirm [value=yes]")
    await seat.page.wait_for_selector(".alert-success")
    number = await told_number(seat.page)
    await world.customs.next_declaration(type="APPLICATION", case_no=number)
    await seat.page.wait_for_selector("[data-transport=sent]")
    await seat.looks("application-submitted")


async def test_what_customs_pinned_stands_beside_the_field_and_is_ticked_off(
    officer: Seat, world: World
) -> None:
    number, declaration = await world.submitted()
    items = [
        ("field:overview", "INCOMPLETE", "请补充拉丁学名"),
        ("field:contact", "OUTDATED", "Is she still in office?"),
    ]
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充", items=items
    )
    await officer.goes(f"/cases/{number}")
    assert "0 of 2 done" in await officer.page.inner_text("#corrections")
    assert await officer.page.evaluate("document.activeElement.id") == "corrections", (
        "it opens on what is open"
    )
    assert "请补充" in await officer.page.inner_text("#opinion")
    await officer.looks("application-supplement")
    await officer.page.fill(field("overview"), "sardine, Sardina pilchardus, whole, frozen")
    await is_saved(officer.page)
    await officer.page.click(".pinned:has-text('拉丁学名') button")
    await officer.page.wait_for_selector("#corrections:has-text('1 of 2 done')")
    assert await officer.page.evaluate("document.activeElement.id") != "corrections", (
        "one stays where one ticked"
    )
    assert "拉丁学名" not in await officer.page.inner_text("#corrections")
    assert await officer.page.input_value(field("overview")) == "sardine, Sardina pilchardus, whole, frozen"


async def test_typed_text_survives_a_server_that_does_not_answer_and_a_crash_of_the_browser(
    officer: Seat, world: World
) -> None:
    address = await begun(officer)
    officer.expected = (503,)
    await officer.page.route("**/application/save", lambda route: route.abort())
    await officer.page.fill(field("overview"), "typed while the server was away")
    await expect(officer.page.locator("#notices")).to_contain_text("kept in this browser")
    context = officer.page.context
    await crashes(officer.page)
    officer.page = await context.new_page()
    await officer.goes(address)
    assert await officer.page.input_value(field("overview")) == "typed while the server was away"
    await expect(officer.page.locator("#notices")).to_contain_text("restored")
    await is_saved(officer.page)
    case = await world.officer.ask("GET", f"/cases/{address.split('/')[2]}/stages/application")
    assert case["overview"] == "typed while the server was away"


async def test_a_save_whose_answer_was_lost_does_not_pass_for_a_colleagues(
    officer: Seat, world: World
) -> None:
    address = await begun(officer)

    await officer.page.route("**/application/save", loses_the_answer, times=1)
    await officer.page.fill(field("overview"), "sardine")
    await expect(officer.page.locator("#notices")).to_contain_text("kept in this browser")
    await officer.page.fill(field("overview"), "sardine, frozen")
    await is_saved(officer.page)
    await expect(officer.page.locator("#notices")).to_have_text("")
    await expect(officer.page.locator("[data-stale]")).to_be_hidden()
    async with asyncio.timeout(10):
        while (await world.officer.ask("GET", f"/cases/{address.split('/')[2]}/stages/application"))[
            "overview"
        ] != "sardine, frozen":
            await asyncio.sleep(0.1)


async def test_typed_text_survives_a_portal_that_is_killed(
    officer: Seat, world: World, system: RunningSystem
) -> None:
    address = await begun(officer)
    portal = system.programs["portal"]
    officer.expected = (500, 502, 503)
    await officer.page.fill(field("department"), "typed before")
    portal.kill()
    await officer.page.fill(field("overview"), "typed while nobody listened")
    await expect(officer.page.locator("#notices")).to_contain_text("kept in this browser")
    officer.complaints.clear()
    await asyncio.to_thread(portal.start)
    await asyncio.to_thread(system.wait_until_ready, "portal")
    await is_saved(officer.page, 30_000)
    await expect(officer.page.locator("[data-stale]")).to_be_hidden()
    found = await world.officer.ask("GET", f"/cases/{address.split('/')[2]}/stages/application")
    assert (found["department"], found["overview"]) == ("typed before", "typed while nobody listened")


async def test_typed_text_survives_the_end_of_the_session(officer: Seat, world: World, store: Store) -> None:
    await begun(officer)
    ended = await store.collection(SESSIONS.name).find({"username": world.username, "page": True})
    for session in ended:
        await store.collection(SESSIONS.name).delete_one({"_id": session["_id"]})
    officer.expected = (401,)
    await officer.page.fill(field("department"), "typed after the end")
    link = await officer.page.wait_for_selector("#notices a")
    async with officer.page.expect_response(lambda answer: answer.status == 401):
        await officer.page.fill(field("department"), "typed again after the end")
    assert link is not None
    assert await link.evaluate("link => link.isConnected"), "nothing changes under who clicks"
    async with officer.page.context.expect_page() as opened:
        await officer.page.click("#notices a")
    tab = Seat(await opened.value, "en", officer.url)
    await tab.page.wait_for_selector("#f-password")
    await tab.signs_in(world.username, world.password)
    await is_saved(officer.page)


async def test_a_colleagues_form_is_not_overwritten_silently(sits_down: Sitting, world: World) -> None:
    first = await sits_down("en", world.username)
    address = await begun(first)
    second = await sits_down("en", world.username)
    await second.goes(address)
    await first.page.fill(field("department"), "Department of the first")
    await is_saved(first.page)
    second.expected = (409,)
    await second.page.fill(field("department"), "Department of the second")
    await second.page.wait_for_selector("[data-stale]:visible")
    assert await second.page.input_value(field("department")) == "Department of the second"
    await second.page.click("text=Keep mine")
    await second.page.wait_for_selector("text=Saved.")
    assert await second.page.input_value(field("department")) == "Department of the second"


@pytest.mark.parametrize(("lang", "decision"), [("zh", "agree"), ("en", "refuse")])
async def test_a_check_is_answered(sits_down: Sitting, world: World, lang: str, decision: str) -> None:
    number = await world.check_initiated()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}")
    assert "check@example.cn" in await seat.page.inner_text("[data-customs-contact]")
    for name in ("department", "contact.name", "contact.email", "contact.phone.number"):
        assert await seat.page.input_value(field(name)) == "", "customs' own contact is not ours"
    await seat.looks("acceptance")
    for name, value in FILLED.items():
        if name != "overview":
            await seat.page.fill(field(name), value)
    await seat.page.click("main .btn-primary" if decision == "agree" else "main .btn-outline-danger")
    await seat.page.click("#confirm [value=yes]")
    await seat.page.wait_for_selector(".alert-success")
    declared = await world.customs.next_declaration(type="CHECK_ANSWER", case_no=number)
    assert decision.upper() in declared.xml.decode()
    await seat.page.wait_for_selector("[data-transport=sent]")
    assert "check@example.cn" in await seat.page.inner_text("[data-customs-contact]")
    await seat.looks("acceptance-answered")


async def test_the_contact_of_an_answer_is_that_of_the_last_application(officer: Seat, world: World) -> None:
    await world.submitted()
    await world.draft(department="Nobody's: this was never submitted")
    await officer.goes(f"/cases/{await world.check_initiated()}")
    assert await officer.page.input_value(field("contact.email")) == FORM["contact"]["email"]
    assert await officer.page.input_value(field("department")) == FORM["department"]
