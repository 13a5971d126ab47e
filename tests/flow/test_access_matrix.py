"""Every route of the portal × everybody who may try it; the routes come from the application itself."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from ulid import ULID

from deploy.local.system import RunningSystem
from services.portal.identity import accounts
from services.portal.identity.session_repository import end_session
from services.portal.identity.sessions import begin_session, user_of
from services.portal.web import make_app
from shared.contracts.documents.people import Account
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from simulator.customs import SimulatedCustoms
from tests.access import API, PASSWORD, ROWS, AccessRow, Caller, May, address
from tests.api_client import World, a_world
from tests.dead import a_dead_letter
from tests.people import add_account

Route = tuple[str, str]
NOBODYS: Any = None  # the routes are listed, not called
PARKED_XML = b"<Receipt><Head>"


@dataclass(frozen=True, slots=True)
class Territory:
    """What one authority has, by the names that the rows use, and who tries to get at it."""

    url: str
    store: Store
    mine: Mapping[str, str]
    nobodys: Mapping[str, str]
    officer: Account
    operator: Account
    stranger: Account
    revoked: Account
    disabled: Account


def routes() -> set[Route]:
    """Every method and path of the API; the pages have a matrix of their own (test_page_access.py)."""
    found = set()
    for route in iter_route_contexts(make_app(NOBODYS).routes):
        if str(route.path).startswith(API):
            found |= {(method, str(route.path)) for method in route.methods or {"GET"}}
    return found


@pytest.fixture(scope="module")
async def territory(
    system: RunningSystem, customs: SimulatedCustoms, settings: Settings
) -> AsyncIterator[Territory]:
    """Cases in several stages, a file and parked receipts, and the accounts of the callers."""
    store = open_store(settings)
    async with a_world(system, customs, store) as world, a_world(system, customs, store) as other:
        consultation = await world.questionnaire_opened(specific=["wild"])
        await world.answered(consultation)
        await world.receipt("CONSULTATION_OPENED", consultation, "protocol_consultation", text_en="draft")
        parked, replayed = [await _parked(world) for _ in range(2)]
        dead, dead_again = [await a_dead_letter(settings, store) for _ in range(2)]
        mine = {
            "draft": await world.draft(), "doomed": await world.draft(), "ready": await world.draft(),
            "sent": (await world.submitted())[0], "check": await world.check_initiated(),
            "questionnaire": await world.questionnaire_opened(), "consultation": consultation,
            "attachment": await world.officer.upload(), "parked": parked, "replayed": replayed,
            "dead": dead["_id"], "dead_again": dead_again["_id"],
            "notification": (await world.notification_of(consultation))["id"],
        }  # fmt: skip
        officers = [
            await add_account(store, f"matrix.{name}", Role.OFFICER, PASSWORD, world.authority)
            for name in ("officer", "revoked", "disabled")
        ]
        officer, revoked, disabled = officers
        stranger = await accounts.get_account(store, other.username)
        assert stranger is not None
        yield Territory(
            url=system.portal_url, store=store, mine=mine,
            nobodys={name: _nobodys(value) for name, value in mine.items()},
            officer=officer, revoked=revoked, disabled=disabled, stranger=stranger,
            operator=await add_account(store, "matrix.operator", Role.OPERATOR, PASSWORD),
        )  # fmt: skip
    await store.close()


async def _parked(world: World) -> str:
    """A receipt that can't be read; its id."""
    before = len(world.customs.acks)
    await world.customs.send_bytes(PARKED_XML + str(ULID()).encode())
    await world.customs.ack_after(before)
    newest = await world.operator.ask("GET", "/ops/receipts", params={"state": "parked", "size": 1})
    return str(newest["items"][0]["id"])


def _nobodys(value: str) -> str:
    """An identifier of the same shape that names nothing."""
    return str(ULID()) if len(value) == len(str(ULID())) else "2" + "0" * (len(value) - 1)


@pytest.mark.parametrize(
    ("caller", "route"),
    [(caller, route) for caller in Caller for route in ROWS],
    ids=lambda value: value.name if isinstance(value, Caller) else " ".join(value),
)
async def test_a_route_answers(territory: Territory, caller: Caller, route: Route) -> None:
    row = ROWS[route]

    status, headers, body = await _answer(territory, route, row, caller, territory.mine)

    assert status == row.status(caller), body
    if status >= 400:
        assert headers["content-type"] == "application/problem+json"
    if status == 401:
        assert headers["www-authenticate"] == "Bearer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert routes() == set(ROWS)


NAMING = [route for route, row in ROWS.items() if row.path and row.may is not May.OPERATOR]


@pytest.mark.parametrize("route", NAMING, ids=" ".join)
async def test_what_belongs_to_another_authority_answers_like_what_does_not_exist(
    territory: Territory, route: Route
) -> None:
    row = ROWS[route]

    for mine in (territory.mine, await _by_id(territory)):
        theirs = await _answer(territory, route, row, Caller.STRANGER, mine)
        nobodys = await _answer(territory, route, row, Caller.STRANGER, territory.nobodys)

        assert theirs[0] == nobodys[0] == 404
        assert _nameless(theirs, mine) == _nameless(nobodys, territory.nobodys)


async def _by_id(territory: Territory) -> dict[str, str]:
    """The same things, with the cases by their ids instead of their numbers."""
    found = dict(territory.mine)
    for name, number in territory.mine.items():
        case = await territory.store.collection("cases").find_one({"case_no": number}, {"_id": 1})
        found[name] = case["_id"] if case else number
    return found


def _nameless(answer: tuple[int, httpx.Headers, str], things: Mapping[str, str]) -> tuple[Any, str]:
    """Headers and body without identifiers and without what differs from answer to answer."""
    _, headers, body = answer
    for value in things.values():
        body = body.replace(value, "…")
    kept = {name: value for name, value in headers.items() if name not in {"date", "x-request-id"}}
    return kept, body


async def _answer(
    territory: Territory, route: Route, row: AccessRow, caller: Caller, things: Mapping[str, str]
) -> tuple[int, httpx.Headers, str]:
    method, path = route
    token = await _token(territory, caller, row)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    at = address(path, row, things)
    async with (
        asyncio.timeout(30),
        httpx.AsyncClient(base_url=territory.url, headers=headers, timeout=30, trust_env=False) as client,
        client.stream(method, at, **row.given) as answer,
    ):
        endless = answer.headers.get("content-type", "").startswith("text/event-stream")
        body = "" if endless else (await answer.aread()).decode("utf-8", "replace")
        return answer.status_code, answer.headers, re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "…", body)


async def _token(territory: Territory, caller: Caller, row: AccessRow) -> str | None:
    """A token of the caller's, made for this one call."""
    store, operators = territory.store, row.may is May.OPERATOR
    right = territory.operator if operators else territory.officer
    other = territory.officer if operators else territory.operator
    match caller:
        case Caller.NO_SESSION:
            return None
        case Caller.MALFORMED:
            return 'not a token; {"$gt": ""}'
        case Caller.UNKNOWN:
            return "A" * 43
        case Caller.EXPIRED | Caller.SIGNED_OUT | Caller.REVOKED | Caller.DISABLED:
            return await _ended(territory, caller, right)
    return await begin_session(
        store, {Caller.STRANGER: territory.stranger, Caller.OTHER_ROLE: other, Caller.RIGHT: right}[caller]
    )


async def _ended(territory: Territory, how: Caller, right: Account) -> str:
    """A token that was good until a moment ago."""
    store = territory.store
    owner = {Caller.REVOKED: territory.revoked, Caller.DISABLED: territory.disabled}.get(how, right)
    if how is Caller.DISABLED:
        await _set_disabled(store, owner, False)
    token = await begin_session(store, await accounts.get_account(store, owner.username) or owner)
    user = await user_of(store, token)
    if how is Caller.EXPIRED:
        over = {"ends_at": now() - timedelta(seconds=1)}
        await store.collection("sessions").update_one({"_id": user.session}, {"$set": over})
    elif how is Caller.SIGNED_OUT:
        await end_session(store, user.session)
    elif how is Caller.REVOKED:
        await accounts.revoke_sessions(store, owner.username)
    elif how is Caller.DISABLED:
        await _set_disabled(store, owner, True)
    return token


async def _set_disabled(store: Store, account: Account, disabled: bool) -> None:
    """Disable the account alone: its session stays, and must be worth nothing."""
    await store.collection("accounts").update_one({"_id": account.username}, {"$set": {"disabled": disabled}})
