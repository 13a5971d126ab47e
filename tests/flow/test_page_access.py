"""Every page × everybody who may ask for it (DOMAIN 1.9); the pages come from the application itself.

Public pages are listed here. Every other one wants a session, an officer for the officer's, an operator for `/ops`, and
shows nothing of another authority's case. Whatever changes something wants the session's own token, too.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from services.portal.web import make_app
from tests.api_client import World

NOBODYS: Any = None
PUBLIC = {"/sign-in", "/static/{name:path}", "/language/{lang}", "/calendar.ics", "/help", "/help/{topic}"}
FOR_BOTH = {
    "/",
    "/sign-out",
    "/signed-in",
    "/stay",
    "/menu",
    "/live",
    "/account",
    "/account/password",
    "/account/second-factor",
    "/account/second-factor/remove",
    "/filters",
    "/filters/{filter_id}",
    "/filters/{filter_id}/remove",
    "/account/second-factor/codes",
    "/account/about",
    "/account/sessions",
}
FILLED = {
    "stage": "questionnaire",
    "decision": "agree",
    "file_id": "f" * 32,
    "consultation": "protocol_consultation",
    "change": "nothing",
    "as_format": "csv",
}


def pages() -> list[tuple[str, str]]:
    """Every method and path outside of the API that needs a session."""
    found = set()
    for route in iter_route_contexts(make_app(NOBODYS).routes):
        path = str(route.path)
        if not path.startswith("/api/") and path not in PUBLIC:
            found |= {(method, path) for method in route.methods or {"GET"}}
    return sorted(found)


def address(path: str, case: str) -> str:
    """The path with a case, and something for every other name in it."""
    filled = re.sub(r"{case}", case, path)
    return re.sub(r"{(\w+)(?::\w+)?}", lambda name: FILLED.get(name[1], "1"), filled)


class Browser:
    """Somebody with cookies and the token of the pages."""

    def __init__(self, url: str) -> None:
        self.client = httpx.AsyncClient(base_url=url, timeout=30, trust_env=False)
        self.csrf = ""

    async def token(self, path: str) -> str:
        found = re.search(r'name="csrf" content="([^"]+)"', (await self.client.get(path)).text)
        assert found
        self.csrf = found[1]
        return self.csrf

    async def signs_in(self, username: str, password: str) -> "Browser":
        form = {"username": username, "password": password, "csrf": await self.token("/sign-in")}
        assert (await self.client.post("/sign-in", data=form)).status_code == 303
        home = await self.client.get("/", follow_redirects=True)
        await self.token(str(home.url))
        return self

    async def asks(self, method: str, path: str, *, forged: bool = False) -> httpx.Response:
        headers = {} if forged else {"X-CSRF": self.csrf}
        async with self.client.stream(method, path, headers=headers) as answer:
            if "event-stream" not in answer.headers.get("Content-Type", ""):
                await answer.aread()
            return answer


@pytest.fixture
async def browsers(world: World, other_world: World, system: Any) -> AsyncIterator[dict[str, Browser]]:
    """Who asks: nobody, the officer, another authority's, an operator."""
    url = system.portal_url
    found = {
        "nobody": Browser(url),
        "officer": await Browser(url).signs_in(world.username, world.password),
        "stranger": await Browser(url).signs_in(other_world.username, other_world.password),
        "operator": await Browser(url).signs_in(world.operators_name, world.password),
    }
    await found["nobody"].token("/sign-in")
    yield found
    for browser in found.values():
        await browser.client.aclose()


async def test_a_page_is_for_those_whose_it_is(world: World, browsers: dict[str, Browser]) -> None:
    number = await world.questionnaire_opened()
    faults = []
    for method, path in pages():
        target = address(path, number)
        for who, browser in browsers.items():
            expected = _expected(method, path, who)
            if expected is None:
                continue
            answer = await browser.asks(method, target)
            if answer.status_code not in expected:
                faults.append(f"{who} {method} {target}: {answer.status_code}, not {expected}")
    assert not faults, "\n".join(faults)


async def test_what_changes_something_wants_the_sessions_token(
    world: World, browsers: dict[str, Browser]
) -> None:
    number = await world.questionnaire_opened()
    faults = []
    for method, path in pages():
        if method in ("GET", "HEAD"):
            continue
        who = "operator" if path.startswith("/ops") else "officer"
        answer = await browsers[who].asks(method, address(path, number), forged=True)
        if answer.status_code != 403:
            faults.append(f"{method} {path}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def _expected(method: str, path: str, who: str) -> set[int] | None:
    """The statuses that are right for somebody who must not; None where they may."""
    if who == "nobody":
        return {303} if method in ("GET", "HEAD") else {401}
    if path in FOR_BOTH:
        return None
    if path.startswith("/ops"):
        return None if who == "operator" else {403}
    if who == "operator":
        return {403}
    return {404} if who == "stranger" and "{case}" in path else None
