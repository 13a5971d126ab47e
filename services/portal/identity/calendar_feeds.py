"""Secret addresses at which officers' calendar programs read: one an officer, of which only the digest is stored."""

import secrets
from hashlib import sha256

from services.portal.identity.accounts import get_account
from shared.contracts.collections import CALENDAR_FEEDS
from shared.contracts.documents.people import Account, CalendarFeed
from shared.contracts.vocabulary import Role
from shared.lifecycle.indexes import make_indexes
from shared.runtime.clock import now
from shared.runtime.store import Document, Store


async def prepare_feeds(store: Store) -> None:
    """Make the index by which an officer's is found."""
    await make_indexes(store, CALENDAR_FEEDS)


async def make_feed(store: Store, username: str, lang: str) -> str:
    """A new secret of 256 bits; the officer's earlier one opens nothing any more."""
    secret = secrets.token_urlsafe(32)
    document: Document = {"_id": _digest(secret), "username": username, "lang": lang, "made_at": now()}
    await store.collection(CALENDAR_FEEDS.name).insert_one(document)
    await remove_feed(store, username, besides=document["_id"])
    return secret


async def feed_of(store: Store, username: str) -> CalendarFeed | None:
    """The officer's feed, if there is one."""
    found = await store.collection(CALENDAR_FEEDS.name).find({"username": username}, limit=1)
    return CalendarFeed(found[0]) if found else None


async def remove_feed(store: Store, username: str, besides: str = "") -> None:
    """Let the officer's addresses open nothing, but the one with this digest."""
    feeds = store.collection(CALENDAR_FEEDS.name)
    for each in await feeds.find({"username": username}, projection={"_id": 1}):
        if each["_id"] != besides:
            await feeds.delete_one({"_id": each["_id"]})


async def reader_of(store: Store, secret: str) -> tuple[CalendarFeed, Account] | None:
    """Whose feed a secret opens; None where it opens none, and while the account is disabled."""
    document = await store.collection(CALENDAR_FEEDS.name).find_one({"_id": _digest(secret)})
    if document is None:
        return None
    feed = CalendarFeed(document)
    account = await get_account(store, feed.username)
    if account is None or account.disabled or account.role is not Role.OFFICER:
        return None
    return feed, account


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
