"""Guessing passwords is slow from everywhere, and nobody keeps an officer out who signs in from where they always do."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest

from deploy.local.system import RunningSystem, SystemPorts, start_system
from services.portal.identity import accounts, login_throttle, passwords, sessions
from services.portal.identity.accounts import Denied
from services.portal.identity.concurrency import ConcurrencyLimiter, TooBusy
from services.portal.identity.login_throttle import (
    ONE_ACCOUNT_FROM_ONE_ADDRESS,
    ONE_ACCOUNT_FROM_STRANGE_ADDRESSES,
    ONE_ADDRESS,
    LoginThrottle,
)
from services.portal.identity.sign_in import SignIn
from shared.contracts.collections import SIGN_IN_FAILURES
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.errors import RejectedForNow, RequestRejected
from shared.runtime.store import Store
from tests.api_client import World

PASSWORD = "correct horse battery"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
async def entrance(store: Store) -> SignIn:
    """Where people sign in, told addresses by the test; what earlier tests counted is gone."""
    made = SignIn(store, [b"a key"])
    await made.prepare()
    for each in await store.collection(SIGN_IN_FAILURES.name).find({}):
        await store.collection(SIGN_IN_FAILURES.name).delete_one({"_id": each["_id"]})
    return made


@pytest.fixture
async def officer(store: Store) -> str:
    """The username of a new operator with PASSWORD."""
    name = f"guessed.{datetime.now(UTC):%H%M%S%f}"
    await accounts.add_account(store, name, Role.OPERATOR, PASSWORD)
    return name


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords are compared as they are; the list says which were looked at."""
    looked_at: list[str] = []

    async def compared(stored: str | None, password: str) -> bool:
        looked_at.append(password)
        await asyncio.sleep(0)
        return stored is not None and password == PASSWORD

    monkeypatch.setattr(accounts, "matches", compared)
    return looked_at


@contextmanager
def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> Iterator[None]:
    """The same, some time later."""
    with monkeypatch.context() as patched:
        for module in (login_throttle, sessions, accounts):
            patched.setattr(module, "now", lambda: now() + by)
        patched.setattr("services.portal.identity.sign_in.now", lambda: now() + by)
        yield


async def refusal(
    entrance: SignIn, username: str, password: str, address: str = HERE
) -> RequestRejected | None:
    """How the entrance refuses, or None where it lets in."""
    try:
        await entrance.sign_in(username, password, address)
    except RequestRejected as refused:
        return refused
    return None


async def fail(entrance: SignIn, username: str, times: int, address: str = HERE) -> list[str]:
    """Fail so often; the codes of the answers."""
    found = [await refusal(entrance, username, "wrong", address) for _ in range(times)]
    return [each.code if each else "let in" for each in found]


async def test_after_ten_failures_even_the_right_password_waits_and_is_told_until_when(
    entrance: SignIn, officer: str, quick: list[str]
) -> None:
    assert await fail(entrance, officer, ONE_ACCOUNT_FROM_ONE_ADDRESS) == ["invalid_credentials"] * 10
    looked_at = len(quick)

    refused = await refusal(entrance, officer, PASSWORD)

    assert isinstance(refused, RejectedForNow)
    assert (refused.code, refused.status) == ("too_many_attempts", 429)
    assert 55 <= refused.seconds <= 60
    assert "UTC+8之后" in refused.detail
    assert "try again after" in refused.detail
    assert len(quick) == looked_at, "the password was not looked at"


async def test_the_pause_ends_and_grows_with_each_further_failure(
    entrance: SignIn, officer: str, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await fail(entrance, officer, ONE_ACCOUNT_FROM_ONE_ADDRESS)
    with later(monkeypatch, timedelta(seconds=61)):
        assert await fail(entrance, officer, 2) == ["invalid_credentials", "too_many_attempts"]
    with later(monkeypatch, timedelta(seconds=61 + 110)):
        assert await fail(entrance, officer, 1) == ["too_many_attempts"]
    with later(monkeypatch, timedelta(seconds=61 + 121)):
        assert await refusal(entrance, officer, PASSWORD) is None


async def test_failures_of_an_earlier_quarter_of_an_hour_do_not_count(
    entrance: SignIn, officer: str, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await fail(entrance, officer, ONE_ACCOUNT_FROM_ONE_ADDRESS - 1)

    with later(monkeypatch, login_throttle.WINDOW + timedelta(seconds=1)):
        answers = await fail(entrance, officer, ONE_ACCOUNT_FROM_ONE_ADDRESS)

    assert set(answers) == {"invalid_credentials"}


async def test_a_success_forgets_the_accounts_failures_here(
    entrance: SignIn, officer: str, quick: list[str]
) -> None:
    for _ in range(3):
        await fail(entrance, officer, ONE_ACCOUNT_FROM_ONE_ADDRESS - 1)
        assert await refusal(entrance, officer, PASSWORD) is None


async def test_failures_of_many_names_keep_nobody_out_and_slow_strangers_down_more_and_more(
    entrance: SignIn, officer: str, quick: list[str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = f"{officer}.new"
    await accounts.add_account(store, newcomer, Role.OPERATOR, PASSWORD)
    assert await refusal(entrance, officer, PASSWORD) is None
    waited: list[float] = []

    async def noted(seconds: float) -> None:
        if seconds:
            waited.append(seconds)

    monkeypatch.setattr("services.portal.identity.sign_in.asyncio", SimpleNamespace(sleep=noted))
    for number in range(ONE_ADDRESS + 60):
        assert await fail(entrance, f"nobody.{number}", 1) == ["invalid_credentials"]
    assert waited == sorted(waited)
    assert len(waited) == 60
    assert waited[-1] == login_throttle.LONGEST_DELAY
    waited.clear()

    assert await refusal(entrance, officer, PASSWORD) is None, "they signed in from here before"
    assert waited == []
    assert await refusal(entrance, newcomer, PASSWORD) is None
    assert waited == [login_throttle.LONGEST_DELAY]
    assert await refusal(entrance, newcomer, PASSWORD, ELSEWHERE) is None
    assert len(waited) == 1


async def test_whoever_is_known_stays_so_under_a_new_key(
    entrance: SignIn, officer: str, quick: list[str], store: Store
) -> None:
    assert await refusal(entrance, officer, PASSWORD) is None
    for number in range(ONE_ACCOUNT_FROM_STRANGE_ADDRESSES):
        await fail(entrance, officer, 1, f"203.0.113.{number}")
    turned, lost = SignIn(store, [b"new", b"a key"]), SignIn(store, [b"new"])

    assert await refusal(turned, officer, PASSWORD) is None
    assert await refusal(lost, officer, "wrong", ELSEWHERE) is not None


async def test_an_attacker_from_elsewhere_does_not_keep_an_officer_out(
    entrance: SignIn, officer: str, quick: list[str]
) -> None:
    assert await refusal(entrance, officer, PASSWORD, HERE) is None
    addresses = [f"203.0.113.{number}" for number in range(ONE_ACCOUNT_FROM_STRANGE_ADDRESSES)]
    for address in addresses:
        await fail(entrance, officer, 1, address)

    from_where_he_was_before = await refusal(entrance, officer, PASSWORD, HERE)
    from_anywhere = await refusal(entrance, officer, PASSWORD, ELSEWHERE)

    assert from_where_he_was_before is None
    assert from_anywhere is not None
    assert from_anywhere.code == "too_many_attempts"


async def test_a_new_password_lets_in_at_once(
    entrance: SignIn, officer: str, quick: list[str], store: Store
) -> None:
    await fail(entrance, officer, ONE_ACCOUNT_FROM_ONE_ADDRESS)

    await accounts.reset_password(store, officer, PASSWORD)

    assert await refusal(entrance, officer, PASSWORD) is None


async def test_unknown_names_are_counted_like_known_ones(entrance: SignIn, quick: list[str]) -> None:
    answers = await fail(entrance, "not.an.account", ONE_ACCOUNT_FROM_ONE_ADDRESS + 1)

    assert answers == ["invalid_credentials"] * 10 + ["too_many_attempts"]


async def test_a_burst_at_the_same_time_is_no_way_around(
    entrance: SignIn, officer: str, quick: list[str]
) -> None:
    await asyncio.gather(*(refusal(entrance, officer, "wrong") for _ in range(90)))

    assert len(quick) < ONE_ACCOUNT_FROM_ONE_ADDRESS + passwords.AT_ONCE


async def test_processes_count_together(
    officer: str, quick: list[str], entrance: SignIn, store: Store
) -> None:
    other = SignIn(store, [b"a key"])
    for each in (entrance, other):
        await fail(each, officer, ONE_ACCOUNT_FROM_ONE_ADDRESS // 2)

    assert await fail(other, officer, 1) == ["too_many_attempts"]


async def test_two_processes_that_begin_a_window_together_lose_no_failure(
    store: Store, entrance: SignIn
) -> None:
    many = [LoginThrottle(store, [b"a key"]) for _ in range(9)]
    attempt = many[0].attempt("together", HERE)

    await asyncio.gather(*(each.failed(attempt) for each in many))

    counter = await store.collection(SIGN_IN_FAILURES.name).find_one({"_id": attempt.both})
    assert counter is not None
    assert counter["failures"] == 9


async def test_hundreds_who_sign_in_from_one_address_are_not_limited(
    entrance: SignIn, officer: str, quick: list[str]
) -> None:
    for _ in range(2 * ONE_ADDRESS):
        assert await refusal(entrance, officer, PASSWORD) is None


async def test_what_is_counted_names_neither_the_user_nor_the_address(
    entrance: SignIn, officer: str, quick: list[str], store: Store
) -> None:
    await fail(entrance, officer, 1)

    kept = str(await store.collection(SIGN_IN_FAILURES.name).find({}))

    assert officer not in kept
    assert HERE not in kept


@pytest.mark.parametrize(
    ("one", "another", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True), ("192.0.2.7", "192.0.2.8", False),
    ],
)  # fmt: skip
def test_a_network_of_one_house_is_one_address(store: Store, one: str, another: str, same: bool) -> None:
    counted = LoginThrottle(store, [b"a key"])

    assert (counted.attempt("a", one).address == counted.attempt("a", another).address) is same


async def test_every_refused_password_was_verified_at_the_same_cost(
    store: Store, officer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    really = passwords._HASHER.verify

    class Counted:
        def verify(self, hash: str, password: str) -> bool:
            verified.append(hash.rsplit("$", 2)[0])
            return really(hash, password)

        hash = passwords._HASHER.hash

    monkeypatch.setattr(passwords, "_HASHER", Counted())
    assert await accounts.verify(store, officer, "wrong") is Denied.WRONG_PASSWORD
    assert await accounts.verify(store, "nobody.at.all", "wrong") is Denied.UNKNOWN_USER
    assert await accounts.verify(store, "Not A Username", "x" * 5000) is Denied.UNKNOWN_USER
    await accounts.set_disabled(store, officer, True)
    assert await accounts.verify(store, officer, PASSWORD) is Denied.DISABLED

    assert verified == ["$argon2id$v=19$m=65536,t=3,p=4"] * 4


async def test_beyond_those_who_wait_everybody_is_sent_away_at_once() -> None:
    turns, release, inside = ConcurrencyLimiter(at_once=2, waiting=3), asyncio.Event(), 0
    most = 0

    async def work() -> str:
        nonlocal inside, most
        try:
            async with turns.turn():
                inside += 1
                most = max(most, inside)
                await release.wait()
                inside -= 1
        except TooBusy:
            return "sent away"
        return "done"

    tasks = [asyncio.create_task(work()) for _ in range(9)]
    sent_away, _ = await asyncio.wait(tasks, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    assert {task.result() for task in sent_away} == {"sent away"}
    release.set()

    answers = await asyncio.gather(*tasks)
    assert (answers.count("done"), answers.count("sent away"), most) == (5, 4, 2)
    assert await work() == "done"


async def test_a_flood_is_answered_503_at_once(
    entrance: SignIn, officer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = asyncio.Event()

    async def slow(stored: str | None, password: str) -> bool:
        await free.wait()
        return False

    monkeypatch.setattr(accounts, "matches", slow)
    monkeypatch.setattr(entrance, "_turns", ConcurrencyLimiter(at_once=2, waiting=2))
    waiting = [asyncio.create_task(refusal(entrance, f"flood.{n}", "wrong")) for n in range(20)]
    busy, held = await asyncio.wait(waiting, timeout=2)
    free.set()
    await asyncio.gather(*held)

    codes = [answer.code for task in busy if (answer := task.result())]
    assert codes == ["busy"] * 16


async def test_a_session_is_over_after_twelve_hours_however_much_it_is_used(
    store: Store, officer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await accounts.get_account(store, officer)
    assert account is not None
    token = await sessions.begin_session(store, account)

    for hours in range(1, 12):
        with later(monkeypatch, timedelta(hours=hours, minutes=59)):
            assert (await sessions.user_of(store, token)).username == officer
    with later(monkeypatch, timedelta(hours=12, seconds=1)), pytest.raises(RequestRejected, match="sign in"):
        await sessions.user_of(store, token)


@pytest.mark.parametrize(("page", "idle"), [(True, sessions.IDLE), (False, sessions.TOKEN_IDLE)])
async def test_a_session_that_nobody_uses_ends(
    store: Store, officer: str, monkeypatch: pytest.MonkeyPatch, page: bool, idle: timedelta
) -> None:
    account = await accounts.get_account(store, officer)
    assert account is not None
    used, left = [await sessions.begin_session(store, account, page=page) for _ in range(2)]

    with later(monkeypatch, idle - timedelta(minutes=1)):
        assert (await sessions.user_of(store, used)).username == officer
    with later(monkeypatch, idle + timedelta(minutes=1)):
        assert (await sessions.user_of(store, used)).username == officer
        with pytest.raises(RequestRejected, match="sign in"):
            await sessions.user_of(store, left)


async def test_one_session_too_many_ends_the_oldest(
    store: Store, officer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await accounts.get_account(store, officer)
    assert account is not None
    tokens = []
    for second in range(sessions.MOST_SESSIONS + 1):
        with later(monkeypatch, timedelta(seconds=second)):
            tokens.append(await sessions.begin_session(store, account))

    with pytest.raises(RequestRejected, match="sign in"):
        await sessions.user_of(store, tokens[0])
    assert [(await sessions.user_of(store, each)).username for each in tokens[1:]] == [officer] * 20


async def test_of_a_token_only_the_digest_is_kept_and_each_sign_in_has_its_own(
    entrance: SignIn, officer: str, quick: list[str], store: Store
) -> None:
    one, another = [await entrance.sign_in(officer, PASSWORD, HERE) for _ in range(2)]

    kept = str(await store.collection("sessions").find({"username": officer}))

    assert one != another
    assert one not in kept
    assert another not in kept


# --- at the HTTP API ---


async def test_signing_in_again_and_again_with_a_wrong_password_is_answered_429(
    world: World, system: RunningSystem, store: Store
) -> None:
    name = f"http.{datetime.now(UTC):%H%M%S%f}"
    await accounts.add_account(store, name, Role.OPERATOR, PASSWORD)
    async with httpx.AsyncClient(
        base_url=world.officer.client.base_url, trust_env=False, timeout=30
    ) as client:
        spoofed = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(12)]
        answers = [
            await client.post("/token", data={"username": name, "password": "wrong"}, headers=headers)
            for headers in spoofed
        ]
        refused = await client.post("/token", data={"username": name, "password": PASSWORD})

    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_attempts"
    assert 0 < int(refused.headers["retry-after"]) <= 120
    lines = _lines(system, "sign_in_refused")
    assert {"wrong_password", "too_many_attempts"} <= {line["reason"] for line in lines}
    assert name in {line.get("user") for line in lines}


async def test_what_was_typed_instead_of_a_name_stands_in_no_log(world: World, system: RunningSystem) -> None:
    async with httpx.AsyncClient(
        base_url=world.officer.client.base_url, trust_env=False, timeout=30
    ) as client:
        await client.post(
            "/token", data={"username": "my-secret-by-mistake", "password": "also-secret-words"}
        )

    log = system.programs["portal"].log.read_text()
    assert "unknown_user" in {line["reason"] for line in _lines(system, "sign_in_refused")}
    assert "my-secret-by-mistake" not in log
    assert "also-secret-words" not in log
    assert world.officer.client.headers["Authorization"].removeprefix("Bearer ") not in log


async def test_signing_out_ends_this_session_alone(world: World, store: Store) -> None:
    account = await accounts.get_account(store, world.username)
    assert account is not None
    other = await sessions.begin_session(store, account)

    assert (await world.officer.client.delete("/token")).status_code == 204

    await world.officer.ask("GET", "/me", 401)
    await world.officer.ask("GET", "/me", headers={"Authorization": f"Bearer {other}"})


async def test_another_roles_and_another_authoritys_things_are_written_down_as_denied(
    world: World, other_world: World, system: RunningSystem
) -> None:
    case = await world.draft()
    await other_world.officer.ask("GET", f"/cases/{case}", 404)
    await other_world.officer.ask("GET", "/ops/overview", 403)

    denied = [line for line in _lines(system, "access_denied") if line["user"] == other_world.username]

    assert [line["reason"] for line in denied] == ["another_authority", "role"]


async def test_behind_a_trusted_proxy_each_client_is_counted_by_itself(
    environment: dict[str, str], system: RunningSystem, store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = f"proxied.{datetime.now(UTC):%H%M%S%f}"
    await accounts.add_account(store, name, Role.OPERATOR, PASSWORD)
    trusting = {**environment, "FAS_TRUSTED_PROXIES": "127.0.0.1"}
    folder = tmp_path_factory.mktemp("proxied")
    with start_system(
        trusting, data_dir=folder, services=("portal",), ports=SystemPorts.random(), say=print
    ) as portal:
        url = f"{portal.portal_url}/api/v1"
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:

            async def answer(password: str, address: str) -> httpx.Response:
                forwarded = {"X-Forwarded-For": f"10.9.9.9, {address}", "X-Forwarded-Proto": "https"}
                form = {"username": name, "password": password}
                return await client.post("/token", data=form, headers=forwarded)

            for _ in range(ONE_ACCOUNT_FROM_ONE_ADDRESS):
                await answer("wrong", HERE)
            here, elsewhere = await answer(PASSWORD, HERE), await answer(PASSWORD, ELSEWHERE)

    assert (here.status_code, elsewhere.status_code) == (429, 200)
    assert here.headers["strict-transport-security"].startswith("max-age=")


async def test_an_answer_over_http_promises_no_https_and_is_not_kept(world: World) -> None:
    answer = await world.officer.client.get("/me", headers={"X-Forwarded-Proto": "https"})
    docs = await world.officer.client.get("/docs")
    style = await world.officer.client.get("/docs-assets/swagger-ui.css")

    assert "strict-transport-security" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    assert (docs.status_code, style.status_code) == (200, 200)
    assert "swagger-ui" in docs.text
    assert "cache-control" not in style.headers


def _lines(system: RunningSystem, event: str) -> list[dict[str, str]]:
    log = system.programs["portal"].log.read_text()
    return [json.loads(line) for line in log.splitlines() if f'"event": "{event}"' in line]
