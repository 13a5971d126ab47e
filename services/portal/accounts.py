"""Who may sign in, and for which authority (DOMAIN 1.9); whoever is disabled loses the sessions too."""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.portal.account_checks import (
    LONGEST_PASSWORD,
    USERNAME,
    authority_faults,
    password_faults,
    scope_faults,
    specific_codes,
    username_faults,
)
from shared.contracts.faults import FieldFault
from shared.contracts.vocabulary import Role
from shared.lifecycle.clock import now
from shared.runtime.errors import Refuse
from shared.runtime.store import DuplicateKey, Store

AUTHORITIES = "authorities"
ACCOUNTS = "accounts"
SESSIONS = "sessions"
_HASHER = PasswordHasher()
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")  # each hash takes 64 MiB


@dataclass(frozen=True, slots=True)
class Authority:
    """An overseas competent authority, and the specific categories that it manages."""

    code: str
    country: str
    name_zh: str
    name_en: str
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in: an officer acts for one authority, an operator for none."""

    username: str
    role: Role
    authority: str | None
    disabled: bool
    created_at: datetime


async def add_authority(
    store: Store, code: str, country: str, name_zh: str, name_en: str, scope: Sequence[str]
) -> Authority:
    """Add an authority; `scope` names categories (`aquatic`) or specific ones (`meat.beef` or `beef`)."""
    names = {"name_zh": name_zh.strip(), "name_en": name_en.strip()}
    faults = [*authority_faults(code, country, names), *scope_faults(scope)]
    _refuse(faults)
    authority = Authority(code, country, names["name_zh"], names["name_en"], specific_codes(scope))
    document = {"_id": code, "country": country, **names, "scope": list(authority.scope)}
    try:
        await store.collection(AUTHORITIES).insert_one(document)
    except DuplicateKey as there:
        raise Refuse(
            "authority_exists", f"There is already an authority {code}; choose another code."
        ) from there
    return authority


async def list_authorities(store: Store) -> list[Authority]:
    """Every authority, by code."""
    return [_authority(found) for found in await store.collection(AUTHORITIES).find({}, sort=[("_id", 1)])]


async def get_authority(store: Store, code: str) -> Authority | None:
    """The authority with this code."""
    found = await store.collection(AUTHORITIES).find_one({"_id": code})
    return _authority(found) if found else None


async def add_account(
    store: Store, username: str, role: Role, password: str, authority: str | None = None
) -> Account:
    """Give out an account; an officer's authority must be there, an operator has none."""
    faults = [*username_faults(username), *password_faults(password)]
    faults += await _role_faults(store, role, authority)
    _refuse(faults)
    account = Account(username, role, authority, disabled=False, created_at=now())
    document = {
        "_id": username, "role": role.value, "authority": authority, "disabled": False,
        "password_hash": await _hashed(password), "created_at": account.created_at,
    }  # fmt: skip
    try:
        await store.collection(ACCOUNTS).insert_one(document)
    except DuplicateKey as there:
        raise Refuse(
            "account_exists",
            f"There is already an account {username}; choose another username or reset that one's password.",
        ) from there
    return account


async def list_accounts(store: Store) -> list[Account]:
    """Every account, by username."""
    return [_account(found) for found in await store.collection(ACCOUNTS).find({}, sort=[("_id", 1)])]


async def get_account(store: Store, username: str) -> Account | None:
    """The account with this username, to be asked at each request of a session."""
    found = await store.collection(ACCOUNTS).find_one({"_id": username})
    return _account(found) if found else None


async def set_disabled(store: Store, username: str, disabled: bool) -> Account:
    """Disable an account, which ends its sessions, or enable it again."""
    return await _changed(store, username, {"disabled": disabled}, sign_out=disabled)


async def reset_password(store: Store, username: str, password: str) -> Account:
    """Set another password; sessions that began with the old one end."""
    _refuse(password_faults(password))
    return await _changed(store, username, {"password_hash": await _hashed(password)}, sign_out=True)


async def revoke_sessions(store: Store, username: str) -> int:
    """End every session of an account; the number that was ended."""
    sessions = store.collection(SESSIONS)
    held = await sessions.find({"username": username})
    for session in held:
        await sessions.delete_one({"_id": session["_id"]})
    return len(held)


async def verify(store: Store, username: str, password: str) -> Account | None:
    """The account that may sign in with this password; unknown, disabled and wrong take the same time."""
    known = USERNAME.fullmatch(username) and len(password) <= LONGEST_PASSWORD
    found = await store.collection(ACCOUNTS).find_one({"_id": username}) if known else None
    given = password[:LONGEST_PASSWORD]
    right = await _in_thread(_matches, found["password_hash"] if found else None, given)
    return _account(found) if found and right and not found["disabled"] else None


async def _changed(store: Store, username: str, values: dict[str, Any], *, sign_out: bool) -> Account:
    found = await store.collection(ACCOUNTS).find_one_and_update({"_id": username}, {"$set": values})
    if found is None:
        detail = f"There is no account {username}; `fas account list` shows all."
        raise Refuse("unknown_account", detail, status=404)
    if sign_out:
        await revoke_sessions(store, username)
    return _account(found)


async def _role_faults(store: Store, role: Role, authority: str | None) -> list[FieldFault]:
    if role is Role.OPERATOR:
        unwanted = FieldFault(
            "authority", "not_allowed", "运行人员不属于任何主管当局。",
            "authority must be left out for an operator, who acts for none.",
        )  # fmt: skip
        return [unwanted] if authority else []
    if authority and await get_authority(store, authority):
        return []
    return [
        FieldFault(
            "authority", "unknown", "须填写已存在的主管当局代码。",
            f"authority must be the code of a known one (`fas authority list`), not «{authority or ''}».",
        )
    ]  # fmt: skip


def _refuse(faults: Iterable[FieldFault]) -> None:
    found = list(faults)
    if found:
        raise Refuse("validation_error", " ".join(fault.message_en for fault in found), found, status=422)


async def _hashed(password: str) -> str:
    hashed: str = await _in_thread(_HASHER.hash, password)
    return hashed


async def _in_thread(work: Any, *given: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, work, *given)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")


def _matches(stored: str | None, password: str) -> bool:
    nobodys = _nobodys_hash()
    try:
        _HASHER.verify(stored or nobodys, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _authority(found: dict[str, Any]) -> Authority:
    return Authority(
        found["_id"], found["country"], found["name_zh"], found["name_en"], tuple(found["scope"])
    )


def _account(found: dict[str, Any]) -> Account:
    return Account(
        found["_id"], Role(found["role"]), found["authority"], found["disabled"], found["created_at"]
    )
