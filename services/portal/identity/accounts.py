"""Who may sign in, and for which authority (DOMAIN 1.9); whoever is disabled loses the sessions too."""

from enum import StrEnum

from services.portal.identity.account_checks import (
    LONGEST_PASSWORD,
    USERNAME,
    password_faults,
    username_faults,
)
from services.portal.identity.login_throttle import forget_failures
from services.portal.identity.passwords import hashed, matches
from services.portal.identity.refusals import refuse_faults
from services.portal.identity.session_repository import carry_session_over, end_sessions_of
from shared.bilingual import Bilingual
from shared.contracts.collections import ACCOUNTS
from shared.contracts.documents.people import Account
from shared.contracts.faults import FieldFault
from shared.contracts.limits import NAME_CHARACTERS
from shared.contracts.text_checks import text_faults
from shared.contracts.vocabulary import Role
from shared.lifecycle.authorities import find_authority
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Document, DuplicateKey, Store


class Denied(StrEnum):
    """Why somebody is not let in; the log is told, the one who tries is not."""

    UNKNOWN_USER = "unknown_user"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    DISABLED = "disabled"


async def add_account(
    store: Store, username: str, role: Role, password: str, authority: str | None = None, *, must_change: bool = False,
) -> Account:  # fmt: skip
    """Give out an account; an officer's authority must be there, an operator has none.

    `must_change`: the password is known to somebody else, so its owner gives another one before anything else answers.
    """
    faults = [*username_faults(username), *password_faults(password)]
    faults += await _role_faults(store, role, authority)
    refuse_faults(faults)
    document = {
        "_id": username, "role": role.value, "authority": authority, "disabled": False,
        "password_hash": await hashed(password), "created_at": now(), "must_change": must_change,
    }  # fmt: skip
    try:
        await store.collection(ACCOUNTS.name).insert_one(document)
    except DuplicateKey as there:
        raise RequestRejected(
            "account_exists",
            Bilingual(
                f"已有账户{username}，请使用其他用户名或重置其密码。",
                f"There is already an account {username}; choose another username or reset that one's password.",
            ),
        ) from there
    return Account(document)


async def list_accounts(store: Store) -> list[Account]:
    """Every account, by username."""
    documents = await store.collection(ACCOUNTS.name).find({}, sort=[("_id", 1)])
    return [Account(document) for document in documents]


async def officers_of(store: Store, authority: str) -> list[Account]:
    """The officers of an authority who may sign in, by name."""
    found = await store.collection(ACCOUNTS.name).find(
        {"authority": authority, "role": Role.OFFICER, "disabled": False}, sort=[("_id", 1)]
    )
    return [Account(document) for document in found]


async def get_account(store: Store, username: str) -> Account | None:
    """The account with this username, to be asked at each request of a session."""
    document = await store.collection(ACCOUNTS.name).find_one({"_id": username})
    return Account(document) if document else None


async def set_disabled(store: Store, username: str, disabled: bool) -> Account:
    """Disable an account, which ends its sessions, or enable it again."""
    return await _changed(store, username, {"disabled": disabled}, sign_out=disabled)


async def reset_password(store: Store, username: str, password: str, *, must_change: bool = False) -> Account:
    """Set another password; sessions that began with the old one end, and failed sign-ins are forgotten."""
    refuse_faults(password_faults(password))
    values = {"password_hash": await hashed(password), "must_change": must_change}
    changed = await _changed(store, username, values, sign_out=True)
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
    refuse_faults(faults)
    values = {"password_hash": await hashed(new), "must_change": False}
    changed = await _change(store, username, values, sign_out=True)
    if changed is not None:
        await carry_session_over(store, session, changed.generation)
    await end_sessions_of(store, username, besides=session)


async def want_second_factor(store: Store, username: str, wanted: bool) -> Account:
    """Demand a second factor of this account, before anything else answers, or demand it no more."""
    return await _changed(store, username, {"factor_wanted": wanted}, sign_out=False)


async def note_sign_in(store: Store, username: str) -> None:
    """Keep when somebody signed in last."""
    await _change(store, username, {"last_sign_in": now()}, sign_out=False)


async def describe_oneself(store: Store, username: str, *, name: str, language: str) -> None:
    """Keep a person's name and what they read (`zh`, `en`); RequestRejected 422 for a name that can't be one."""
    refuse_faults(text_faults("name", "姓名", "name", name, NAME_CHARACTERS, required=False))
    await _change(store, username, {"name": name, "language": language}, sign_out=False)


async def revoke_sessions(store: Store, username: str) -> int:
    """End every session of an account, one that is just beginning too; the number that was ended."""
    await _change(store, username, {}, sign_out=True)
    return await end_sessions_of(store, username)


async def verify(store: Store, username: str, password: str) -> Account | Denied:
    """The account that may sign in with this password, or why none; unknown, disabled and wrong take the same time."""
    known = USERNAME.fullmatch(username) and len(password) <= LONGEST_PASSWORD
    account = await get_account(store, username) if known else None
    right = await matches(account.password_hash if account else None, password[:LONGEST_PASSWORD])
    if account is None:
        return Denied.UNKNOWN_USER
    if not right:
        return Denied.WRONG_PASSWORD
    return Denied.DISABLED if account.disabled else account


async def _changed(store: Store, username: str, values: Document, *, sign_out: bool) -> Account:
    """The account after a change, which `sign_out` its sessions where asked; RequestRejected 404 for an unknown one."""
    account = await _change(store, username, values, sign_out=sign_out)
    if account is None:
        raise unknown_account(username)
    if sign_out:
        await end_sessions_of(store, username)
    return account


async def _change(store: Store, username: str, values: Document, *, sign_out: bool) -> Account | None:
    """Write values to an account; with `sign_out` it begins a new generation, of which no session is."""
    change = ({"$set": values} if values else {}) | ({"$inc": {"generation": 1}} if sign_out else {})
    document = await store.collection(ACCOUNTS.name).find_one_and_update({"_id": username}, change)
    return Account(document) if document else None


def unknown_account(username: str) -> RequestRejected:
    """The refusal 404 of a username that no account has."""
    text = Bilingual(
        f"没有账户{username}，请在账户列表中查看。",
        f"There is no account {username}; the list of accounts has all.",
    )
    return RequestRejected("unknown_account", text, status=404)


async def _role_faults(store: Store, role: Role, authority: str | None) -> list[FieldFault]:
    if role is Role.OPERATOR:
        unwanted = FieldFault(
            "authority", "not_allowed", "运维人员不属于任何主管当局，请不要选择主管当局。",
            "An operator acts for no authority: choose none.",
        )  # fmt: skip
        return [unwanted] if authority else []
    if authority and await find_authority(store, authority):
        return []
    if not authority:
        return [
            FieldFault(
                "authority", "required", "请选择经办人所属的主管当局。", "Choose the authority that the officer acts for."
            )
        ]  # fmt: skip
    return [
        FieldFault(
            "authority", "unknown", f"没有主管当局{authority}，请选择已有的主管当局。",
            f"There is no authority «{authority}»: choose one of those that there are.",
        )
    ]  # fmt: skip
