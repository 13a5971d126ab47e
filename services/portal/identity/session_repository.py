"""The stored sessions, by the digest of their token and by account."""

from datetime import datetime

from shared.contracts.collections import SESSIONS
from shared.contracts.documents.people import Session
from shared.lifecycle.indexes import make_indexes
from shared.runtime.store import Document, Store


async def prepare_sessions(store: Store) -> None:
    """Make the indexes: sessions that are over go by themselves, an account's are found."""
    await make_indexes(store, SESSIONS)


async def find_session(store: Store, session: str) -> Session | None:
    """The session with this id, if there is one still, good or over."""
    document = await store.collection(SESSIONS.name).find_one({"_id": session})
    return Session(document) if document else None


async def add_session(store: Store, session: Session, most: int) -> None:
    """Keep a session that begins; an account that has more than `most` then loses the oldest ones."""
    await store.collection(SESSIONS.name).insert_one(dict(session.document))
    await _remove(store, {"username": session.username}, newest=most)


async def prolong_session(store: Store, session: str, idle_ends_at: datetime) -> None:
    """Let a session end later for want of requests."""
    await store.collection(SESSIONS.name).update_one(
        {"_id": session}, {"$set": {"idle_ends_at": idle_ends_at}}
    )


async def carry_session_over(store: Store, session: str, generation: int) -> None:
    """Make a session one of its account's new generation, with which all others end."""
    await store.collection(SESSIONS.name).update_one({"_id": session}, {"$set": {"generation": generation}})


async def end_session(store: Store, session: str) -> None:
    """Sign out: the token of this session opens nothing any more."""
    await store.collection(SESSIONS.name).delete_one({"_id": session})


async def newest_sessions(store: Store, username: str) -> list[Session]:
    """The sessions of an account, good or over, the newest first."""
    found = await store.collection(SESSIONS.name).find({"username": username}, sort=[("begun_at", -1)])
    return [Session(each) for each in found]


async def end_own_session(store: Store, username: str, session: str) -> bool:
    """End one session of this account; False where it has none with this id."""
    wanted = {"_id": session, "username": username}
    return await store.collection(SESSIONS.name).delete_one(wanted) > 0


async def end_sessions_of(store: Store, username: str, besides: str = "") -> int:
    """End all sessions of an account but the one with the id `besides`; how many."""
    return await _remove(store, {"username": username, "_id": {"$ne": besides}})


async def _remove(store: Store, which: Document, newest: int = 0) -> int:
    """Remove these sessions, but leave so many of the newest."""
    sessions = store.collection(SESSIONS.name)
    order = [("begun_at", -1)]
    removed = await sessions.find(which, sort=order, skip=newest, projection={"_id": 1})
    for each in map(Session, removed):
        await sessions.delete_one({"_id": each.id})
    return len(removed)
