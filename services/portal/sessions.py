"""Signing in with a token that can be revoked: only its digest is stored."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from shared.contracts.vocabulary import Role
from shared.lifecycle.clock import now
from shared.runtime.errors import Refuse
from shared.runtime.store import Store

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class User:
    """Who is asking: everything that decides what he may see comes from here."""

    username: str
    role: Role
    authority: str
    country: str
    scope: tuple[str, ...]


async def begin_session(store: Store, username: str) -> str:
    """A new token of 256 bits for a user who has just shown the password."""
    token = secrets.token_urlsafe(32)
    session = {"_id": _digest(token), "username": username, "begun_at": now(), "ends_at": now() + LIFETIME}
    await store.collection("sessions").insert_one(session)
    return token


async def user_of(store: Store, token: str) -> User:
    """The user of a token; Refuse where it is unknown, over, revoked, or the account was disabled."""
    session = await store.collection("sessions").find_one({"_id": _digest(token)})
    if not session or session["ends_at"] < now() or session.get("revoked_at"):
        raise Refuse("not_signed_in", "请先登录。 Please sign in.", status=401)
    account = await store.collection("accounts").find_one({"_id": session["username"]})
    if not account or account["disabled"]:
        raise Refuse("not_signed_in", "请先登录。 Please sign in.", status=401)
    authority = await store.collection("authorities").find_one({"_id": account["authority"]}) or {}
    return User(
        username=account["_id"], role=Role(account["role"]), authority=account["authority"] or "",
        country=authority.get("country", ""), scope=tuple(authority.get("scope", ())),
    )  # fmt: skip


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
