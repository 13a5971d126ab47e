"""Accounts are given out by customs' side, and a disabled one is out at once (DOMAIN 1.9)."""

import asyncio

import pytest

from services.portal.identity import accounts, authorities
from services.portal.identity.sessions import begin_session, user_of
from shared.contracts.documents.people import Account
from shared.contracts.vocabulary import Role
from shared.lifecycle.authorities import find_authority
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store

PASSWORD = "correct horse battery"


async def an_officer(store: Store, username: str) -> Account:
    """An officer of Aruba."""
    if await find_authority(store, "AW-01") is None:
        await authorities.add_authority(
            store, "AW-01", country="AW", name_zh="阿鲁巴", name_en="Aruba", scope=["aquatic"]
        )
    return await accounts.add_account(store, username, Role.OFFICER, PASSWORD, "AW-01")


async def test_an_officer_signs_in_with_the_right_password_alone(store: Store) -> None:
    given = await an_officer(store, "right.password")
    assert await accounts.verify(store, "right.password", PASSWORD) == given
    assert await accounts.verify(store, "right.password", PASSWORD + "!") is accounts.Denied.WRONG_PASSWORD
    assert await accounts.verify(store, "somebody.else", PASSWORD) is accounts.Denied.UNKNOWN_USER


async def test_the_password_is_kept_as_argon2id_alone(store: Store) -> None:
    await an_officer(store, "hashed")
    kept = await store.collection("accounts").find_one({"_id": "hashed"})
    assert kept is not None
    assert kept["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in str(kept)


async def test_a_disabled_account_is_signed_out_and_stays_out(store: Store) -> None:
    given = await an_officer(store, "disabled.one")
    token = await begin_session(store, given)
    await accounts.set_disabled(store, "disabled.one", True)
    with pytest.raises(RequestRejected, match="sign in"):
        await user_of(store, token)
    assert await accounts.verify(store, "disabled.one", PASSWORD) is accounts.Denied.DISABLED

    await accounts.set_disabled(store, "disabled.one", False)
    assert isinstance(await accounts.verify(store, "disabled.one", PASSWORD), Account)
    with pytest.raises(RequestRejected, match="sign in"):
        await user_of(store, token)


async def test_a_reset_password_ends_the_sessions_of_the_old_one(store: Store) -> None:
    given = await an_officer(store, "forgetful")
    token = await begin_session(store, given)
    await accounts.reset_password(store, "forgetful", "another long password")
    assert await accounts.verify(store, "forgetful", PASSWORD) is accounts.Denied.WRONG_PASSWORD
    assert isinstance(await accounts.verify(store, "forgetful", "another long password"), Account)
    with pytest.raises(RequestRejected):
        await user_of(store, token)


async def test_a_session_that_begins_while_the_password_is_reset_is_good_for_nothing(store: Store) -> None:
    await an_officer(store, "in.between")
    shown = await accounts.verify(store, "in.between", PASSWORD)
    assert isinstance(shown, Account)

    await accounts.reset_password(store, "in.between", "another long password")
    token = await begin_session(store, shown)

    with pytest.raises(RequestRejected, match="sign in"):
        await user_of(store, token)


async def test_only_the_disabled_accounts_sessions_end(store: Store) -> None:
    leaves, stays = await an_officer(store, "leaves"), await an_officer(store, "stays")
    await begin_session(store, leaves)
    kept = await begin_session(store, stays)
    assert await accounts.revoke_sessions(store, "leaves") == 1
    assert (await user_of(store, kept)).username == "stays"


async def test_one_username_is_given_out_once(store: Store) -> None:
    tries = (accounts.add_account(store, "twice", Role.OPERATOR, PASSWORD) for _ in range(3))
    given = await asyncio.gather(*tries, return_exceptions=True)
    assert [each.code for each in given if isinstance(each, RequestRejected)] == ["account_exists"] * 2


@pytest.mark.parametrize(
    ("role", "authority"), [(Role.OFFICER, None), (Role.OFFICER, "XX-99"), (Role.OPERATOR, "AW-01")]
)
async def test_an_officer_needs_an_authority_and_an_operator_has_none(
    store: Store, role: Role, authority: str | None
) -> None:
    with pytest.raises(RequestRejected, match="authority") as refused:
        await accounts.add_account(store, "no.such.role", role, PASSWORD, authority)
    assert [fault.field for fault in refused.value.errors] == ["authority"]
    assert await accounts.get_account(store, "no.such.role") is None


async def test_an_account_that_is_not_there_cannot_be_changed(store: Store) -> None:
    with pytest.raises(RequestRejected, match="no account") as refused:
        await accounts.set_disabled(store, "nobody.here", True)
    assert refused.value.status == 404


async def test_an_authoritys_scope_is_kept_as_specific_categories(store: Store) -> None:
    await authorities.add_authority(
        store, "NZ-77", country="NZ", name_zh="新西兰", name_en="New Zealand", scope=["meat.beef", "aquatic"]
    )
    found = await find_authority(store, "NZ-77")
    assert found is not None
    assert found.scope == ("beef", "farmed", "wild")
    with pytest.raises(RequestRejected) as refused:
        await authorities.add_authority(
            store, "NZ-77", country="NZ", name_zh="新西兰", name_en="New Zealand", scope=["dairy"]
        )
    assert refused.value.code == "authority_exists"
