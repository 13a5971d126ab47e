"""Sessions: a token that can be revoked, of which only the digest is stored."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from services.portal.identity.accounts import ACCOUNTS, AUTHORITIES, SESSIONS, Account
from shared.bilingual import Bilingual
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Document, Store

LIFETIME = timedelta(hours=12)
IDLE = timedelta(minutes=30)
TOKEN_IDLE = timedelta(hours=2)
MOST_SESSIONS = 20
"""Of one account at a time; who signs in once more ends the oldest."""
_TOUCHED = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class User:
    """Who is asking: everything that decides what he may see comes from here."""

    username: str
    role: Role
    authority: str
    country: str
    scope: tuple[str, ...]
    session: str
    begun: int = 0
    """When the session began, in seconds since 1970."""


async def prepare_sessions(store: Store) -> None:
    """Make the indexes: sessions that are over go by themselves, an account's are found."""
    await store.collection(SESSIONS).create_index([("ends_at", 1)], expireAfterSeconds=0)
    await store.collection(SESSIONS).create_index([("username", 1)])


async def begin_session(store: Store, account: Account, *, page: bool = False) -> str:
    """A new token of 256 bits for an account whose password was shown; good for 12 hours, unless revoked.

    It ends after 2 hours without a request too, a browser's (`page`) after 30 minutes.
    """
    token, idle = secrets.token_urlsafe(32), IDLE if page else TOKEN_IDLE
    session = {
        "_id": _digest(token), "username": account.username, "generation": account.generation,
        "begun_at": now(), "ends_at": now() + LIFETIME, "idle_ends_at": now() + idle, "page": page,
    }  # fmt: skip
    sessions = store.collection(SESSIONS)
    await sessions.insert_one(session)
    held = await sessions.find(
        {"username": account.username}, sort=[("begun_at", -1)], skip=MOST_SESSIONS, projection={"_id": 1}
    )
    for each in held:
        await sessions.delete_one({"_id": each["_id"]})
    return token


async def end_session(store: Store, session: str) -> None:
    """Sign out: the token of this session is good for nothing from now on."""
    await store.collection(SESSIONS).delete_one({"_id": session})


async def user_of(store: Store, token: str) -> User:
    """The user of a token, whose idle time begins again.

    RequestRejected where it is unknown, over, revoked, or the account disabled.
    """
    good = await _good(store, _digest(token))
    if good is None:
        raise RequestRejected("not_signed_in", Bilingual("请先登录。", "Please sign in."), status=401)
    await _used(store, good[0])
    return await _user(store, *good)


async def visiting(store: Store, token: str, *, quiet: bool) -> User | None:
    """The user of a browser's session, if it is good still; unless `quiet`, its 30 idle minutes begin again."""
    good = await _good(store, _digest(token))
    if good is None:
        return None
    if not quiet:
        await _used(store, good[0])
    return await _user(store, *good)


async def _used(store: Store, session: Document) -> None:
    """The idle time begins again; written down twice a minute at most."""
    idle = IDLE if session.get("page", True) else TOKEN_IDLE
    ends = session.get("idle_ends_at")
    if ends and ends < now() + idle - _TOUCHED:
        change = {"$set": {"idle_ends_at": now() + idle}}
        await store.collection(SESSIONS).update_one({"_id": session["_id"]}, change)


async def _user(store: Store, session: Document, account: Document) -> User:
    authority = await store.collection(AUTHORITIES).find_one({"_id": account["authority"]}) or {}
    return User(
        username=account["_id"], role=Role(account["role"]), authority=account["authority"] or "",
        country=authority.get("country", ""), scope=tuple(authority.get("scope", ())), session=session["_id"],
        begun=int(session["begun_at"].timestamp()),
    )  # fmt: skip


async def is_there(store: Store, session: str) -> bool:
    """Whether a session that was there a moment ago still is."""
    return await _good(store, session) is not None


async def _good(store: Store, session: str) -> tuple[Document, Document] | None:
    """The session and its account, as long as both are good."""
    found = await store.collection(SESSIONS).find_one({"_id": session})
    if not found or min(found["ends_at"], found.get("idle_ends_at", found["ends_at"])) <= now():
        return None
    account = await store.collection(ACCOUNTS).find_one({"_id": found["username"]})
    if not account or account["disabled"]:
        return None
    same = found.get("generation", 0) == account.get("generation", 0)
    return (found, account) if same else None


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
