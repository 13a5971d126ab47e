"""Sessions: a token that can be revoked, of which only the digest is stored."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from services.portal.identity.accounts import get_account
from services.portal.identity.duties import Duty, duty_of
from services.portal.identity.session_repository import (
    add_session,
    find_session,
    newest_sessions,
    prolong_session,
)
from shared.bilingual import Bilingual
from shared.contracts.documents.people import Account, Session
from shared.contracts.vocabulary import Role
from shared.lifecycle.authorities import find_authority
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store

LIFETIME = timedelta(hours=12)
IDLE = timedelta(minutes=30)
TOKEN_IDLE = timedelta(hours=2)
MOST_SESSIONS = 20
"""Of one account at a time; who signs in once more ends the oldest."""
_TOUCHED = timedelta(seconds=30)
_LONGEST_AGENT = 400


@dataclass(frozen=True, slots=True)
class User:
    """Who is asking: everything that decides what they may see comes from here."""

    username: str
    role: Role
    authority: str
    country: str
    scope: tuple[str, ...]
    session: str
    begun: int = 0
    """When the session began, in seconds since 1970."""
    duty: Duty | None = None
    """What comes before anything else."""
    authority_name: Bilingual | None = None


async def begin_session(store: Store, account: Account, *, page: bool = False, agent: str = "") -> str:
    """A new token of 256 bits for an account whose password was shown; good for 12 hours, unless revoked.

    It ends after 2 hours without a request too, a browser's (`page`) after 30 minutes. `agent`: what the program calls itself.
    """
    token, idle = secrets.token_urlsafe(32), IDLE if page else TOKEN_IDLE
    session = {
        "_id": _digest(token), "username": account.username, "generation": account.generation,
        "begun_at": now(), "ends_at": now() + LIFETIME, "idle_ends_at": now() + idle, "page": page,
        "agent": agent[:_LONGEST_AGENT],
    }  # fmt: skip
    await add_session(store, Session(session), MOST_SESSIONS)
    return token


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


async def _used(store: Store, session: Session) -> None:
    """The idle time begins again; written down twice a minute at most."""
    ends = now() + (IDLE if session.page else TOKEN_IDLE)
    if session.idle_ends_at and session.idle_ends_at < ends - _TOUCHED:
        await prolong_session(store, session.id, ends)


async def _user(store: Store, session: Session, account: Account) -> User:
    authority = await find_authority(store, account.authority) if account.authority else None
    return User(
        username=account.username, role=account.role, authority=account.authority or "",
        country=authority.country if authority else "", scope=authority.scope if authority else (),
        session=session.id, begun=int(session.begun_at.timestamp()), duty=duty_of(account, authority),
        authority_name=Bilingual(authority.name_zh, authority.name_en) if authority else None,
    )  # fmt: skip


async def sessions_of(store: Store, username: str) -> list[Session]:
    """The sessions of an account that are good now, the newest first."""
    account = await get_account(store, username)
    found = await newest_sessions(store, username)
    return [
        each for each in found if account and not _is_over(each) and each.generation == account.generation
    ]


def last_used(session: Session) -> datetime:
    """When the last request of a session came, to half a minute."""
    if session.idle_ends_at is None:
        return session.begun_at
    return max(session.begun_at, session.idle_ends_at - (IDLE if session.page else TOKEN_IDLE))


async def is_there(store: Store, session: str) -> bool:
    """Whether a session that was there a moment ago still is."""
    return await _good(store, session) is not None


async def _good(store: Store, session_id: str) -> tuple[Session, Account] | None:
    """The session and its account, as long as both are good."""
    session = await find_session(store, session_id)
    if session is None or _is_over(session):
        return None
    account = await get_account(store, session.username)
    if account is None or account.disabled or session.generation != account.generation:
        return None
    return session, account


def _is_over(session: Session) -> bool:
    return min(session.ends_at, session.idle_ends_at or session.ends_at) <= now()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
