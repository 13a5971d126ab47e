"""Who may sign in, and for which authority (DOMAIN 1.9); whoever is disabled loses the sessions too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.portal.identity.account_checks import (
    LONGEST_PASSWORD,
    USERNAME,
    authority_faults,
    password_faults,
    scope_faults,
    specific_codes,
    username_faults,
)
from services.portal.identity.login_throttle import forget_failures
from services.portal.identity.passwords import hashed, matches
from shared.bilingual import Bilingual, sentences
from shared.contracts.faults import FieldFault
from shared.contracts.texts import kept
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.store import DuplicateKey, Store

AUTHORITIES = "authorities"
ACCOUNTS = "accounts"
SESSIONS = "sessions"


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
    """Somebody who may sign in: an officer acts for one authority, an operator for none.

    A session is good as long as its account is of the `generation` that it began with.
    """

    username: str
    role: Role
    authority: str | None
    disabled: bool
    created_at: datetime
    generation: int = 0
    second_factor: bool = False


class Denied(StrEnum):
    """Why somebody is not let in; the log is told, the one who tries is not."""

    UNKNOWN_USER = "unknown_user"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    DISABLED = "disabled"


async def add_authority(
    store: Store, code: str, country: str, name_zh: str, name_en: str, scope: Sequence[str]
) -> Authority:
    """Add an authority; `scope` names categories (`aquatic`) or specific ones (`meat.beef` or `beef`)."""
    names = {"name_zh": kept(name_zh).strip(), "name_en": kept(name_en).strip()}
    faults = [*authority_faults(code, country, names), *scope_faults(scope)]
    _refuse(faults)
    authority = Authority(code, country, names["name_zh"], names["name_en"], specific_codes(scope))
    document = {"_id": code, "country": country, **names, "scope": list(authority.scope)}
    try:
        await store.collection(AUTHORITIES).insert_one(document)
    except DuplicateKey as there:
        raise RequestRejected(
            "authority_exists",
            Bilingual(
                f"已有主管当局{code}，请使用其他代码。",
                f"There is already an authority {code}; choose another code.",
            ),
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
        "password_hash": await hashed(password), "created_at": account.created_at,
    }  # fmt: skip
    try:
        await store.collection(ACCOUNTS).insert_one(document)
    except DuplicateKey as there:
        raise RequestRejected(
            "account_exists",
            Bilingual(
                f"已有账户{username}，请使用其他用户名或重置其密码。",
                f"There is already an account {username}; choose another username or reset that one's password.",
            ),
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
    """Set another password; sessions that began with the old one end, and failed sign-ins are forgotten."""
    _refuse(password_faults(password))
    changed = await _changed(store, username, {"password_hash": await hashed(password)}, sign_out=True)
    await forget_failures(store, username)
    return changed


async def change_password(store: Store, username: str, session: str, old: str, new: str) -> None:
    """Give oneself another password, once the old one was verified; every other session ends, this one goes on.

    RequestRejected 422 `validation_error` for a password (`new`) that is too short, too long or the old one.
    """
    faults = list(password_faults(new, "new"))
    if new == old:
        faults.append(
            FieldFault("new", "same", "新密码须与旧密码不同。", "Choose another password than the old one.")
        )
    _refuse(faults)
    change = {"$set": {"password_hash": await hashed(new)}, "$inc": {"generation": 1}}
    changed = await store.collection(ACCOUNTS).find_one_and_update({"_id": username}, change)
    if changed is not None:
        kept = {"$set": {"generation": changed["generation"]}}
        await store.collection(SESSIONS).update_one({"_id": session}, kept)
    await _remove_sessions(store, username, besides=session)


async def revoke_sessions(store: Store, username: str) -> int:
    """End every session of an account, one that is just beginning too; the number that was ended."""
    await store.collection(ACCOUNTS).update_one({"_id": username}, {"$inc": {"generation": 1}})
    return await _remove_sessions(store, username)


async def verify(store: Store, username: str, password: str) -> Account | Denied:
    """The account that may sign in with this password, or why none; unknown, disabled and wrong take the same time."""
    known = USERNAME.fullmatch(username) and len(password) <= LONGEST_PASSWORD
    found = await store.collection(ACCOUNTS).find_one({"_id": username}) if known else None
    right = await matches(found["password_hash"] if found else None, password[:LONGEST_PASSWORD])
    if found is None:
        return Denied.UNKNOWN_USER
    if not right:
        return Denied.WRONG_PASSWORD
    return Denied.DISABLED if found["disabled"] else _account(found)


async def _changed(store: Store, username: str, values: dict[str, Any], *, sign_out: bool) -> Account:
    change: dict[str, Any] = {"$set": values}
    if sign_out:
        change["$inc"] = {"generation": 1}
    found = await store.collection(ACCOUNTS).find_one_and_update({"_id": username}, change)
    if found is None:
        raise unknown_account(username)
    if sign_out:
        await _remove_sessions(store, username)
    return _account(found)


async def _remove_sessions(store: Store, username: str, besides: str = "") -> int:
    sessions = store.collection(SESSIONS)
    held = await sessions.find({"username": username, "_id": {"$ne": besides}}, projection={"_id": 1})
    for session in held:
        await sessions.delete_one({"_id": session["_id"]})
    return len(held)


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


def unknown_account(username: str) -> RequestRejected:
    """The refusal where no account has this name."""
    text = Bilingual(
        f"没有账户{username}；`fas account list`列出全部账户。",
        f"There is no account {username}; `fas account list` shows all.",
    )
    return RequestRejected("unknown_account", text, status=404)


def _refuse(faults: Iterable[FieldFault]) -> None:
    found = list(faults)
    if found:
        raise RequestRejected("validation_error", sentences(fault.text for fault in found), found, status=422)


def _authority(found: dict[str, Any]) -> Authority:
    return Authority(
        found["_id"], found["country"], found["name_zh"], found["name_en"], tuple(found["scope"])
    )


def _account(found: dict[str, Any]) -> Account:
    return Account(
        found["_id"], Role(found["role"]), found["authority"], found["disabled"], found["created_at"],
        found.get("generation", 0), "second_factor" in found,
    )  # fmt: skip
