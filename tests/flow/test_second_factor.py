"""The second factor: set up by its owner, asked for at every sign-in, each code good once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pyotp
import pytest

from deploy.local.secret import kept_secret
from services.portal.identity.login_throttle import ONE_ACCOUNT_FROM_ONE_ADDRESS
from services.portal.identity.second_factor import SecondFactors, new_secret
from services.portal.identity.sign_in import SignIn
from shared.contracts.collections import ACCOUNTS
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_page_access import Browser
from tests.people import add_account

PASSWORD = "correct horse battery"


@pytest.fixture
async def owner(store: Store) -> str:
    """The username of a new operator with PASSWORD."""
    name = f"factor.{now():%H%M%S%f}"
    await add_account(store, name, Role.OPERATOR, PASSWORD)
    return name


@pytest.fixture
def factors(store: Store, system: Any) -> SecondFactors:
    """Second factors under the key of the running portal."""
    return SecondFactors(store, [kept_secret(system.programs["portal"].data_dir).encode()])


@pytest.fixture
async def browser(owner: str, system: Any) -> AsyncIterator[Browser]:
    """The owner's browser, signed in by the password alone."""
    found = await Browser(system.portal_url).signs_in(owner, PASSWORD)
    yield found
    await found.client.aclose()


def at(secret: str, steps: int = 0) -> str:
    """The code of so many half minutes from now."""
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * steps))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


async def test_a_code_is_good_once_and_no_earlier_one_after_it(
    store: Store, owner: str, factors: SecondFactors
) -> None:
    secret = new_secret()
    with pytest.raises(RequestRejected) as refused:
        await factors.enrol(owner, secret, at(new_secret()))
    assert refused.value.errors[0].field == "code"

    codes = await factors.enrol(owner, secret, at(secret, -1))

    assert len(set(codes)) == 10
    assert [await factors.accepts(owner, each) for each in (at(secret, -1), at(secret, 5), "", "١٢٣٤٥٦")] == [
        False, False, False, False,
    ]  # fmt: skip
    assert await factors.accepts(owner, f" {at(secret)[:3]} {at(secret)[3:]} ")
    assert not await factors.accepts(owner, at(secret))
    assert await factors.accepts(owner, codes[0].upper())
    assert not await factors.accepts(owner, codes[0])
    assert await factors.recovery_codes_left(owner) == 9
    kept = str(await store.collection(ACCOUNTS.name).find_one({"_id": owner}))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    with pytest.raises(RequestRejected, match="already"):
        await factors.enrol(owner, secret, at(secret, 1))


async def test_the_api_asks_for_the_code_and_slows_down_who_guesses_it(
    world: World, owner: str, factors: SecondFactors
) -> None:
    secret = new_secret()
    codes = await factors.enrol(owner, secret, at(secret, -1))
    async with httpx.AsyncClient(
        base_url=world.officer.client.base_url, trust_env=False, timeout=30
    ) as client:

        async def signs_in(**more: str) -> httpx.Response:
            return await client.post("/token", data={"username": owner, "password": PASSWORD, **more})

        required, wrong = await signs_in(), await signs_in(otp="000000x")
        not_the_password = await client.post(
            "/token", data={"username": owner, "password": "no", "otp": at(secret)}
        )
        assert [each.json()["code"] for each in (required, wrong, not_the_password)] == [
            "otp_required", "otp_invalid", "invalid_credentials",
        ]  # fmt: skip
        assert {each.status_code for each in (required, wrong, not_the_password)} == {401}
        assert (await signs_in(otp=at(secret))).status_code == 200
        assert (await signs_in(otp=at(secret))).json()["code"] == "otp_invalid"
        for _ in range(ONE_ACCOUNT_FROM_ONE_ADDRESS):
            last = await signs_in(otp="000000x")
        assert last.status_code == 429
        assert (await signs_in(otp=codes[1])).status_code == 429


async def test_the_owner_sets_it_up_signs_in_with_it_and_removes_it(
    browser: Browser, owner: str, factors: SecondFactors
) -> None:
    page = (await browser.client.get("/account/second-factor")).text
    secret = re.search(r'<code class="password">(\w+)</code>', page)
    assert secret
    assert "<svg" in page
    form = {"csrf": browser.csrf, "offered": hidden(page, "offered"), "old": PASSWORD}

    wrong = await browser.client.post("/account/second-factor", data={**form, "code": "000000x"})
    stranger = await browser.client.post(
        "/account/second-factor", data={**form, "old": "not it", "code": at(secret[1], -1)}
    )
    assert (wrong.status_code, stranger.status_code) == (422, 422)
    assert await factors.recovery_codes_left(owner) is None
    enrolled = await browser.client.post("/account/second-factor", data={**form, "code": at(secret[1], -1)})
    codes = re.findall(r"<li><code>([\w-]+)</code></li>", enrolled.text)
    assert len(codes) == 10
    assert enrolled.headers["cache-control"] == "no-store"

    await browser.client.post("/sign-out", data={"csrf": browser.csrf})
    start = {"username": owner, "password": PASSWORD, "csrf": await browser.token("/sign-in")}
    asked = await browser.client.post("/sign-in", data=start)
    assert asked.status_code == 401
    assert 'name="otp"' in asked.text
    assert 'name="password"' not in asked.text
    second = {"half": hidden(asked.text, "half"), "csrf": start["csrf"]}
    refused = await browser.client.post("/sign-in", data={**second, "otp": ""})
    made_up = await browser.client.post("/sign-in", data={**second, "half": f'["{owner}"]', "otp": codes[1]})
    assert (refused.status_code, made_up.status_code) == (401, 401)
    done = await browser.client.post("/sign-in", data={**second, "otp": codes[0]})
    assert done.status_code == 303

    await browser.token("/account")
    kept = await browser.client.post(
        "/account/second-factor/remove", data={"csrf": browser.csrf, "code": codes[0]}
    )
    gone = await browser.client.post(
        "/account/second-factor/remove", data={"csrf": browser.csrf, "code": codes[1]}
    )
    assert (kept.status_code, gone.status_code) == (422, 303)
    assert await factors.recovery_codes_left(owner) is None


async def test_an_operator_resets_it(world: World, store: Store, factors: SecondFactors, system: Any) -> None:
    secret = new_secret()
    await factors.enrol(world.username, secret, at(secret))
    operator = await Browser(system.portal_url).signs_in(world.operators_name, world.password)
    path = f"/ops/accounts/{world.username}/reset-second-factor"
    assert path in (await operator.client.get("/ops/accounts")).text

    answer = await operator.client.post(path, data={"csrf": operator.csrf, "confirmed": "1"})

    assert answer.status_code == 303
    assert await factors.recovery_codes_left(world.username) is None
    trail = await store.collection("audit").find({"action": "reset_second_factor", "subject": world.username})
    assert [each["outcome"] for each in trail] == ["done"]
    await operator.client.aclose()


async def test_a_mark_between_password_and_code_is_no_sign_in_for_an_account_without_a_second_factor(
    store: Store, owner: str
) -> None:
    """Such a mark is as good as our key; without a code to show it would stand for the password."""
    entrance = SignIn(store, (b"k" * 32,))
    with pytest.raises(RequestRejected) as refused:
        await entrance.finish(owner, await entrance.generation_of(owner), "000000", "192.0.2.7")
    assert refused.value.code == "invalid_credentials"


async def test_the_secret_stands_encrypted_and_outlives_a_change_of_keys(store: Store, owner: str) -> None:
    old, both, new = (SecondFactors(store, keys) for keys in ([b"old"], [b"new", b"old"], [b"new"]))
    secret = new_secret()
    codes = await old.enrol(owner, secret, at(secret, -1))

    assert secret not in str(await store.collection(ACCOUNTS.name).find_one({"_id": owner}))
    assert not await new.accepts(owner, at(secret)), "the new key alone opens nothing of the old one"
    assert await new.accepts(owner, codes[0]), "a recovery code needs no key"
    await both.seal_again()
    assert await new.accepts(owner, at(secret))
    assert not await old.accepts(owner, at(secret, 1))
    sealed = await store.collection(ACCOUNTS.name).find_one({"_id": owner})
    await both.seal_again()
    assert await store.collection(ACCOUNTS.name).find_one({"_id": owner}) == sealed, "once is enough"


async def test_a_secret_of_an_earlier_version_is_good_and_is_encrypted_at_the_next_start(
    store: Store, owner: str
) -> None:
    secret, factors = new_secret(), SecondFactors(store, [b"a key"])
    kept = {"secret": secret, "last_step": 0, "recovery": []}
    await store.collection(ACCOUNTS.name).update_one({"_id": owner}, {"$set": {"second_factor": kept}})

    assert await factors.accepts(owner, at(secret, -1))
    await factors.seal_again()

    assert secret not in str(await store.collection(ACCOUNTS.name).find_one({"_id": owner}))
    assert await factors.accepts(owner, at(secret))


async def test_other_recovery_codes_end_those_before(
    browser: Browser, owner: str, factors: SecondFactors
) -> None:
    secret = new_secret()
    before = await factors.enrol(owner, secret, at(secret, -1))
    await browser.token("/account")

    shown = await browser.client.post(
        "/account/second-factor/codes", data={"csrf": browser.csrf, "code": before[0]}
    )

    codes = re.findall(r"<li><code>([\w-]+)</code></li>", shown.text)
    assert (shown.status_code, len(set(codes) - set(before))) == (200, 10)
    assert not await factors.accepts(owner, before[1])
    assert await factors.accepts(owner, codes[1])
