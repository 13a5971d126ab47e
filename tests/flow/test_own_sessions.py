"""Where one is signed in: told by device, ended one by one or all others; and what stands of it on the audit trail."""

import re
from typing import Any

from services.portal.identity.accounts import get_account
from services.portal.identity.sessions import begin_session, sessions_of
from services.portal.identity.sign_in_trail import KEPT
from shared.contracts.collections import AUDIT
from shared.contracts.documents.people import AuditEntry
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_page_access import Browser

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"


async def begun(store: Store, username: str, agent: str) -> str:
    """The id of a new session of a browser."""
    account = await get_account(store, username)
    assert account is not None
    before = {each.id for each in await sessions_of(store, username)}
    await begin_session(store, account, page=True, agent=agent)
    return next(each.id for each in await sessions_of(store, username) if each.id not in before)


async def test_sessions_are_told_and_ended(
    world: World, other_world: World, store: Store, system: Any
) -> None:
    browser = await Browser(system.portal_url).signs_in(world.username, world.password)
    elsewhere = await begun(store, world.username, WINDOWS)
    strangers = await begun(store, other_world.username, WINDOWS)

    page = (await browser.client.get("/account")).text
    assert "Chrome on Windows" in page
    assert "The program python-httpx (API)" in page
    assert elsewhere in page
    assert strangers not in page

    end = {"csrf": browser.csrf, "session": elsewhere}
    assert (await browser.client.post("/account/sessions", data=end)).status_code == 303
    assert (await browser.client.post("/account/sessions", data=end)).status_code == 404
    refused = await browser.client.post("/account/sessions", data={**end, "session": strangers})
    assert refused.status_code == 404
    assert strangers in {each.id for each in await sessions_of(store, other_world.username)}

    await begun(store, world.username, "")
    await browser.client.post("/account/sessions", data={"csrf": browser.csrf})
    left = await sessions_of(store, world.username)
    assert len(left) == 1, "all but this one have ended"
    assert (await browser.client.get("/account")).status_code == 200
    await world.officer.ask("GET", "/me", 401)
    await browser.client.aclose()


async def test_coming_going_and_being_refused_stand_on_the_trail_for_a_year(
    world: World, store: Store, system: Any
) -> None:
    browser = Browser(system.portal_url)
    form = {
        "username": world.username,
        "password": "not the password",
        "csrf": await browser.token("/sign-in"),
    }
    assert (await browser.client.post("/sign-in", data=form)).status_code == 401
    typed = "a password in the wrong field"
    assert (await browser.client.post("/sign-in", data={**form, "username": typed})).status_code == 401
    await browser.signs_in(world.username, world.password)
    await browser.client.post("/sign-out", data={"csrf": browser.csrf})

    found = await store.collection(AUDIT.name).find({"by": world.username}, sort=[("_id", 1)])
    entries = [AuditEntry(each) for each in found]
    told = [(each.action.value, each.outcome.value, each.detail) for each in entries]
    assert told[-3:] == [
        ("sign_in", "refused", "wrong_password"), ("sign_in", "done", ""), ("sign_out", "done", ""),
    ]  # fmt: skip
    assert {each.subject for each in entries[-3:]} == {"127.0.0.1"}
    assert all(each.forget_at == each.at + KEPT for each in entries[-3:])
    unknown = await store.collection(AUDIT.name).find({"detail": "unknown_user"})
    assert unknown
    assert typed not in str(await store.collection(AUDIT.name).find({}))
    account = await get_account(store, world.username)
    assert account is not None
    assert account.last_sign_in is not None
    await browser.client.aclose()


async def test_operators_see_names_and_last_sign_ins(world: World, system: Any) -> None:
    officer = await Browser(system.portal_url).signs_in(world.username, world.password)
    form = {"csrf": officer.csrf, "name": " 李 Lee ", "language": "zh"}
    saved = await officer.client.post("/account/about", data=form)
    assert (saved.status_code, officer.client.cookies["fas_lang"]) == (303, "zh")
    long = await officer.client.post("/account/about", data={**form, "name": "x" * 201})
    assert long.status_code == 422

    operator = await Browser(system.portal_url).signs_in(world.operators_name, world.password)
    page = (await operator.client.get("/ops/accounts")).text
    row = re.search(rf'<tr id="a-{re.escape(world.username)}".*?</tr>', page, re.DOTALL)
    assert row
    assert '<span lang="zh-CN">李</span> Lee' in row[0]
    assert "never" not in row[0]
    await officer.client.aclose()
    await operator.client.aclose()


async def test_a_new_browser_speaks_the_language_of_the_account(world: World, system: Any) -> None:
    first = await Browser(system.portal_url).signs_in(world.username, world.password)
    await first.client.post("/account/about", data={"csrf": first.csrf, "name": "", "language": "zh"})
    second = await Browser(system.portal_url).signs_in(world.username, world.password)
    assert 'lang="zh-CN"' in (await second.client.get("/account")).text[:200]
    for browser in (first, second):
        await browser.client.aclose()
