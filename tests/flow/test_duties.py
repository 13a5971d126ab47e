"""What comes before anything else: another password where somebody was given one, a second factor where it is demanded."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pyotp
import pytest

from services.portal.identity import accounts
from services.portal.identity.authorities import AuthorityForm, change_authority
from shared.contracts.vocabulary import Role
from shared.lifecycle.authorities import find_authority
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_page_access import Browser
from tests.flow.test_second_factor import hidden
from tests.people import add_account

GIVEN, NEW = "given out by an operator", "another long password"


@pytest.fixture
async def newcomer(world: World, store: Store) -> str:
    """The username of an officer whose password GIVEN is to be changed."""
    name = f"newcomer.{now():%H%M%S%f}"
    await add_account(store, name, Role.OFFICER, GIVEN, world.authority, must_change=True)
    return name


@pytest.fixture
async def api(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """The API, nobody signed in."""
    async with httpx.AsyncClient(
        base_url=world.officer.client.base_url, trust_env=False, timeout=30
    ) as client:
        yield client


async def token_of(api: httpx.AsyncClient, username: str, password: str) -> dict[str, str]:
    """The headers of a token."""
    answer = await api.post("/token", data={"username": username, "password": password})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_a_token_of_a_given_password_is_good_for_changing_it_alone(
    api: httpx.AsyncClient, newcomer: str
) -> None:
    headers = await token_of(api, newcomer, GIVEN)
    for method, path in (("GET", "/me"), ("GET", "/cases"), ("POST", "/assessments"), ("GET", "/events")):
        refused = await api.request(method, path, headers=headers, json={} if method == "POST" else None)
        assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required"), path
        assert "PUT /api/v1/me/password" in refused.json()["detail"]

    changed = await api.put("/me/password", headers=headers, json={"old": GIVEN, "new": NEW})

    assert changed.status_code == 204
    assert (await api.get("/me", headers=headers)).status_code == 200, "the same token goes on"
    assert (await api.get("/me", headers=await token_of(api, newcomer, NEW))).status_code == 200


async def test_whoever_may_do_nothing_else_may_sign_out(api: httpx.AsyncClient, newcomer: str) -> None:
    headers = await token_of(api, newcomer, GIVEN)
    assert (await api.delete("/token", headers=headers)).status_code == 204
    assert (await api.get("/me", headers=headers)).status_code == 401


async def test_pages_lead_to_the_change_and_on_from_it(newcomer: str, system: Any) -> None:
    browser = Browser(system.portal_url)
    await browser.signs_in(newcomer, GIVEN)
    led = await browser.client.get("/assessments?status=draft")
    assert led.headers["location"] == "/account/password?next=%2Fassessments%3Fstatus%3Ddraft"
    page = (await browser.client.get(led.headers["location"])).text
    assert 'href="/assessments"' not in page, "no menu"
    posted = await browser.client.post("/assessments/new", data={"csrf": browser.csrf})
    assert posted.status_code == 403

    form = {"csrf": browser.csrf, "old": GIVEN, "new": NEW, "next": hidden(page, "next")}
    wrong = await browser.client.post("/account/password", data={**form, "again": "typed otherwise"})
    changed = await browser.client.post("/account/password", data={**form, "again": NEW})

    assert wrong.status_code == 422
    assert hidden(wrong.text, "next") == form["next"]
    assert (changed.status_code, changed.headers["location"]) == (303, "/assessments?status=draft")
    assert (await browser.client.get("/assessments")).status_code == 200
    assert (await browser.client.get("/account/password")).headers["location"] == "/account#password"
    await browser.client.aclose()


async def test_a_form_that_outlived_its_session_waits_behind_the_change(
    newcomer: str, store: Store, system: Any
) -> None:
    """An operator resets the password while somebody types: what was typed comes through sign-in and change of password."""
    await accounts.reset_password(store, newcomer, NEW)
    browser = await Browser(system.portal_url).signs_in(newcomer, NEW)
    await accounts.reset_password(store, newcomer, GIVEN, must_change=True)
    asked = await browser.client.post(
        "/menu", data={"csrf": browser.csrf, "folded": "1", "next": "/assessments"}
    )
    assert asked.status_code == 401
    form = {"username": newcomer, "password": GIVEN, "carried": hidden(asked.text, "carried")}
    led = await browser.client.post("/sign-in", data={**form, "csrf": await browser.token("/sign-in")})
    assert led.status_code == 200
    change = {"old": GIVEN, "new": NEW, "again": NEW, "csrf": await browser.token("/account/password")}

    resumed = await browser.client.post(
        "/account/password", data={**change, "carried": hidden(led.text, "carried")}
    )

    assert 'action="/menu"' in resumed.text
    assert re.search(r'<textarea hidden name="folded">\s*1</textarea>', resumed.text)
    await browser.client.aclose()


async def test_a_second_factor_that_an_authority_demands_comes_first(
    world: World, api: httpx.AsyncClient, store: Store, system: Any
) -> None:
    headers = await token_of(api, world.username, world.password)
    operator = await token_of(api, world.operators_name, world.password)
    browser = await Browser(system.portal_url).signs_in(world.username, world.password)
    authority = await find_authority(store, world.authority)
    assert authority is not None
    wanted = AuthorityForm.made(authority.name_zh, authority.name_en, authority.scope, factor_wanted=True)

    await change_authority(store, authority, wanted)

    refused = await api.get("/me", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    assert (await api.get("/me", headers=operator)).status_code == 200
    led = await browser.client.get("/assessments")
    assert led.headers["location"] == "/account/second-factor?next=%2Fassessments"
    offer = (await browser.client.get(led.headers["location"])).text
    secret = re.search(r'<code class="password">(\w+)</code>', offer)
    assert secret
    form = {name: hidden(offer, name) for name in ("offered", "next", "csrf")}
    code = pyotp.TOTP(secret[1]).at(now())
    shown = await browser.client.post(
        "/account/second-factor", data={**form, "old": world.password, "code": code}
    )
    assert 'href="/assessments"' in shown.text
    assert (await browser.client.get("/assessments")).status_code == 200
    assert (await api.get("/me", headers=headers)).status_code == 200, "the account has one now"
    await browser.client.aclose()


async def test_an_operator_demands_a_second_factor_of_an_account_and_waives_it(
    world: World, api: httpx.AsyncClient, store: Store, system: Any
) -> None:
    headers = await token_of(api, world.username, world.password)
    operator = await Browser(system.portal_url).signs_in(world.operators_name, world.password)
    for change, status in (("want", 403), ("waive", 200)):
        path = f"/ops/accounts/{world.username}/{change}-second-factor"
        asked = await operator.client.post(path, data={"csrf": operator.csrf})
        assert "confirmed" in asked.text
        await operator.client.post(path, data={"csrf": operator.csrf, "confirmed": "1"})
        assert (await api.get("/me", headers=headers)).status_code == status
    trail = await store.collection("audit").find({"subject": world.username, "outcome": "done"})
    assert {"want_second_factor", "waive_second_factor"} <= {each["action"] for each in trail}
    await operator.client.aclose()
