"""The inbox: every entry of a case into a state once, read or unread for each officer of its authority."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from services.portal.cases.paging import Order, Page, Paged, PagedList
from services.portal.identity.sessions import User
from shared.bilingual import Bilingual
from shared.contracts.collections import NOTIFICATIONS
from shared.contracts.documents.news import Notification
from shared.lifecycle.indexes import make_indexes
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Document, DuplicateKey, Store

_NEWEST_FIRST: Order = (("at", -1), ("_id", -1))
KEPT = timedelta(days=730)
"""How long an entry is kept, read or not; the movement itself stands in its case for ever."""
MOST_SHOWN = 99
"""How far the header counts what is unread."""


def id_of(case_id: str, movement: str) -> str:
    """The id of a notification: the same for the same movement (its message) of a case."""
    return sha256(f"{case_id}\n{movement}".encode()).hexdigest()[:32]


class Inbox:
    """The entries of all authorities; whoever reads sees those of their own."""

    def __init__(self, store: Store) -> None:
        self._store, self._kept = store, store.collection(NOTIFICATIONS.name)

    async def prepare(self) -> None:
        """Make the indexes that the reads use."""
        await make_indexes(self._store, NOTIFICATIONS)

    async def keep(self, notification: Notification) -> Notification:
        """Keep an entry; as it was kept first where it is there already."""
        try:
            await self._kept.insert_one(dict(notification.document))
        except DuplicateKey:
            kept = await self._kept.find_one({"_id": notification.id})
            return Notification(kept) if kept else notification
        return notification

    async def page(self, user: User, which: Paged, *, unread: bool = False) -> Page[Notification]:
        """A page of the entries of the user's authority, newest first: all, or those that the user has not read."""
        found = PagedList(self._kept, [_unread_by(user) if unread else _of(user)], _NEWEST_FIRST, {})
        return await found.page(which, Notification, None)

    async def each(self, user: User, *, unread: bool = False) -> AsyncIterator[list[Notification]]:
        """All of these, some at a time."""
        found = PagedList(self._kept, [_unread_by(user) if unread else _of(user)], _NEWEST_FIRST, {})
        async for rows in found.batches():
            yield [Notification(row) for row in rows]

    async def count_unread(self, user: User, most: int = 0) -> int:
        """How many the user has not read; no further than to `most`, where it is not 0."""
        return await self._kept.count(_unread_by(user), limit=most)

    async def find(self, user: User, notification_id: str) -> Notification:
        """One entry; RequestRejected 404 where the user's authority has none with this id."""
        found = await self._kept.find_one({"_id": notification_id, "authority": user.authority})
        if found is None:
            raise RequestRejected("not_found", _NONE, status=404)
        return Notification(found)

    async def these(self, authority: str, ids: tuple[str, ...]) -> list[Notification]:
        """Those of these entries that are of an authority, oldest first."""
        found = await self._kept.find({"_id": {"$in": list(ids)}, "authority": authority})
        return sorted(map(Notification, found), key=lambda each: (each.at, each.id))

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Which of these entries are there."""
        found = await self._kept.find({"_id": {"$in": list(ids)}}, projection={"_id": 1})
        return {str(each["_id"]) for each in found}

    async def mark_read(self, user: User, notification_id: str) -> None:
        """The user has read an entry; RequestRejected as in `find`."""
        mine = {"_id": notification_id, "authority": user.authority}
        if not await self._kept.update_one(mine, {"$pull": {"unread_by": user.username}}):
            raise RequestRejected("not_found", _NONE, status=404)

    async def mark_all_read(self, user: User, until: datetime) -> None:
        """The user has read everything that was kept until then."""
        all_mine: Document = _unread_by(user) | {"kept_at": {"$lte": until}}
        await self._kept.update_many(all_mine, {"$pull": {"unread_by": user.username}})


def _of(user: User) -> Document:
    return {"authority": user.authority}


def _unread_by(user: User) -> Document:
    return {"authority": user.authority, "unread_by": user.username}


_NONE = Bilingual("没有这条通知。", "There is no such notification.")
