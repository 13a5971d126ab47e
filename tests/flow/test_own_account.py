"""One's own account: another password, at the API and on the page."""

import re
from typing import Any

import httpx

from services.portal.identity import accounts
from services.portal.identity.login_throttle import ONE_ACCOUNT_FROM_ONE_ADDRESS
from services.portal.identity.sessions import begin_session
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_page_access import Browser

NEW = "another long password"


async def test_a_changed_password_ends_every_other_session(world: World, store: Store) -> None:
    account = await accounts.get_account(store, world.username)
    assert account is not None
    other = await begin_session(store, account)
    body = {"old": world.password, "new": NEW}

    changed = await world.officer.client.put("/me/password", json=body)

    assert (changed.status_code, changed.content) == (204, b"")
    await world.officer.ask("GET", "/me")
    await world.officer.ask("GET", "/me", 401, headers={"Authorization": f"Bearer {other}"})
    form = {"username": world.username, "password": world.password}
    assert (await world.officer.client.post("/token", data=form)).status_code == 401
    assert (await world.officer.client.post("/token", data={**form, "password": NEW})).status_code == 200


async def test_what_is_wrong_with_a_password_is_named(world: World) -> None:
    for old, new, field, code in (
        ("not the old one", NEW, "old", "wrong"), (world.password, "short", "new", "length"),
        (world.password, world.password, "new", "same"), (world.password, "x" * 1100, "new", "length"),
    ):  # fmt: skip
        refused = await world.officer.ask("PUT", "/me/password", 422, json={"old": old, "new": new})
        assert [(each["field"], each["code"]) for each in refused["errors"]] == [(field, code)]
        assert refused["errors"][0]["message_zh"]
        assert world.password not in str(refused)


async def test_guessing_the_old_password_is_as_slow_as_signing_in(world: World) -> None:
    body = {"old": "a wrong password", "new": NEW}
    for _ in range(ONE_ACCOUNT_FROM_ONE_ADDRESS):
        await world.officer.ask("PUT", "/me/password", 422, json=body)

    refused = await world.officer.client.put("/me/password", json={**body, "old": world.password})

    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_attempts"
    assert int(refused.headers["retry-after"]) > 0


async def test_officers_and_operators_change_their_password_on_their_page(world: World, system: Any) -> None:
    for username, password in ((world.username, world.password), (world.operators_name, world.password)):
        here = await Browser(system.portal_url).signs_in(username, password)
        there = await Browser(system.portal_url).signs_in(username, password)
        assert 'href="/account"' in (await here.client.get("/", follow_redirects=True)).text

        async def send(browser: Browser, **typed: str) -> httpx.Response:
            form = {"csrf": browser.csrf, "old": "", "new": "", "again": "", **typed}
            return await browser.client.post("/account/password", data=form)

        differ = await send(here, old=password, new=NEW, again=f"{NEW}!")
        wrong = await send(here, old="not this one", new=NEW, again=NEW)
        for answer, field in ((differ, "again"), (wrong, "old")):
            assert answer.status_code == 422
            assert re.search(rf'id="f-{field}"[^>]*aria-invalid="true"', answer.text)
            assert NEW not in answer.text

        changed = await send(here, old=password, new=NEW, again=NEW)

        assert (changed.status_code, changed.headers["location"]) == (303, "/account?done=password#done")
        assert "was changed" in (await here.client.get("/account?done=password")).text
        assert (await there.client.get("/account")).status_code == 303
        await here.client.aclose()
        await there.client.aclose()
