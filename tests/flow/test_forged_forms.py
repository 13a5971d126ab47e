"""What another site sends is never done, not even by way of the sign-in page; what outlived its own session is."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from services.portal.identity import accounts
from services.portal.identity.seals import Seals
from services.portal.pages import forgery
from shared.contracts.collections import SESSIONS
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_page_access import Browser

FIELD = re.compile(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"')


@pytest.fixture
async def victim(world: World, system: Any) -> AsyncIterator[Browser]:
    """The browser of an operator who is signed in nowhere."""
    browser = Browser(system.portal_url)
    yield browser
    await browser.client.aclose()


def fields(page: str) -> dict[str, str]:
    """The inputs of the page's own form, as a browser sends them back."""
    form = page.partition('<form method="post" action="/sign-in">')[2].partition("</form>")[0]
    return {name: unescape(value) for name, value in FIELD.findall(form)}


async def sent_from_elsewhere(browser: Browser, path: str, **form: str) -> httpx.Response:
    """A form of another site: without cookies, as browsers send it (SameSite=Lax)."""
    async with httpx.AsyncClient(
        base_url=browser.client.base_url, trust_env=False, timeout=30
    ) as without_cookies:
        answer = await without_cookies.post(path, data=form)
        browser.client.cookies.update(without_cookies.cookies)
        return answer


async def signs_in(browser: Browser, page: str, username: str, password: str) -> httpx.Response:
    form = {**fields(page), "username": username, "password": password}
    return await browser.client.post("/sign-in", data=form)


async def test_a_form_of_another_site_is_not_carried_over_the_sign_in(
    world: World, victim: Browser, store: Store
) -> None:
    target = f"/ops/accounts/{world.username}/disable"
    page = await sent_from_elsewhere(victim, target, confirmed="1")

    answer = await signs_in(victim, page.text, world.operators_name, world.password)

    assert page.status_code == 401
    assert target not in page.text + answer.text + answer.headers.get("location", "")
    assert answer.status_code == 303


async def test_a_token_of_ones_own_session_makes_nobody_else_send_the_form(
    world: World, other_world: World, victim: Browser, system: Any
) -> None:
    attacker = await Browser(system.portal_url).signs_in(other_world.username, other_world.password)
    target = f"/ops/accounts/{world.username}/disable"
    page = await sent_from_elsewhere(victim, target, confirmed="1", csrf=attacker.csrf)
    await attacker.client.aclose()

    answer = await signs_in(victim, page.text, world.operators_name, world.password)

    assert answer.status_code == 200
    assert target not in answer.text
    assert "was not sent" in answer.text


async def test_what_is_carried_can_not_be_changed_or_made_up(
    world: World, officer: Browser, store: Store
) -> None:
    page = await _outlived(officer, store, world, "/menu", {"folded": "1"})
    real = fields(page)["carried"]
    victims, path, _ = world.username, f"/ops/accounts/{world.username}/disable", None
    made_up = f'["{victims}", "{path}", [["confirmed", "1"]]]'
    for carried in (made_up, f"confirmed=1&next={path}", real[:-3] + "abc", f"a{real}"):
        form = {**fields(page), "carried": carried, "next": path}
        form |= {"username": world.username, "password": world.password}
        answer = await officer.client.post("/sign-in", data=form)
        assert path not in answer.text
        assert 'name="confirmed"' not in answer.text
        page = (await officer.client.get("/sign-in")).text


async def test_a_form_that_outlived_its_session_is_sent_after_signing_in(
    world: World, officer: Browser, store: Store
) -> None:
    page = await _outlived(officer, store, world, "/menu", {"folded": "1", "next": "/assessments?q=鱼"})

    answer = await signs_in(officer, page, world.username, world.password)

    assert 'action="/menu"' in answer.text
    assert '<textarea hidden name="folded">\n1</textarea>' in answer.text
    assert "/assessments?q=鱼" in answer.text
    token = re.search(r'name="csrf" content="([^"]+)"', answer.text)
    assert token
    sent = await officer.client.post("/menu", data={"folded": "1", "next": "/", "csrf": token[1]})
    assert sent.status_code == 303
    assert sent.cookies["fas_menu"] == "1"


async def test_what_one_user_typed_is_not_shown_to_the_next(
    world: World, officer: Browser, store: Store
) -> None:
    page = await _outlived(officer, store, world, "/menu", {"folded": "1", "next": "/secret-of-the-officer"})

    answer = await signs_in(officer, page, world.operators_name, world.password)

    assert "was not sent" in answer.text
    assert "secret-of-the-officer" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
async def test_what_the_browser_says_comes_from_another_site_is_refused_even_with_the_token(
    officer: Browser, headers: dict[str, str]
) -> None:
    for path in ("/menu", "/sign-in", "/sign-out"):
        answer = await officer.client.post(path, data={"csrf": officer.csrf}, headers=headers)
        assert answer.status_code == 403, path
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    answer = await officer.client.post("/menu", data={"csrf": officer.csrf, "folded": "1"}, headers=own)
    assert answer.status_code == 303


async def test_another_site_does_not_choose_the_language(officer: Browser) -> None:
    foreign = await officer.client.get("/language/zh", headers={"Sec-Fetch-Site": "cross-site"})
    own = await officer.client.get("/language/zh", headers={"Sec-Fetch-Site": "same-origin"})

    assert foreign.status_code == own.status_code == 303
    assert "set-cookie" not in foreign.headers
    assert own.cookies["fas_lang"] == "zh"


async def test_a_long_form_of_nobody_is_not_read(victim: Browser) -> None:
    too_long = b"a=" + b"x" * (forgery.CARRIED_BODY + 1)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    before = await victim.client.post("/cases/1/questionnaire/save", content=too_long, headers=headers)

    assert before.status_code == 401
    assert "xxx" not in before.text


async def test_a_form_sent_late_is_carried_for_a_week_and_no_longer(
    world: World, officer: Browser, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ForgedAnswer:
        """A request as far as it is asked."""

    told: Any = ForgedAnswer()
    seals = Seals.of([b"k" * 32])
    monkeypatch.setattr(forgery, "portal_of", lambda request: type("P", (), {"seals": seals}))
    begun = int(now().timestamp())
    token = seals.forms.dumps(["session", "an.officer", begun])

    assert forgery.whose(told, token) == "an.officer"
    monkeypatch.setattr("time.time", lambda: begun + timedelta(days=7, hours=13).total_seconds())
    assert forgery.whose(told, token) == ""
    assert forgery.whose(told, seals.visitors.dumps(["session", "an.officer", begun])) == ""


async def _outlived(browser: Browser, store: Store, world: World, path: str, form: dict[str, str]) -> str:
    """The page that answers a form sent after the end of its session."""
    for session in await store.collection(SESSIONS.name).find({"username": world.username}):
        await store.collection(SESSIONS.name).update_one(
            {"_id": session["_id"]}, {"$set": {"ends_at": now() - timedelta(minutes=1)}}
        )
    answer = await browser.client.post(path, data={**form, "csrf": browser.csrf})
    assert answer.status_code == 401
    assert await accounts.get_account(store, world.username)
    return answer.text
