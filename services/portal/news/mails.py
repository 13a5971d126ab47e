"""The ledger `mails`: every e-mail on its way to a person, and what became of it. It holds no address and no text."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from services.portal.cases.paging import MOST_COUNTED, Order, Page, Paged, PagedList
from services.portal.news.digests import digest_after
from shared.contracts.collections import MAILS
from shared.contracts.documents.news import Mail, Notification
from shared.contracts.news import MailKind, MailState
from shared.ledgers.work_queue import LEASE
from shared.lifecycle.indexes import make_indexes
from shared.runtime.clock import now
from shared.runtime.logs import correlation_id
from shared.runtime.store import Document, DuplicateKey, Store
from shared.runtime.tracing import kept_trace
from shared.runtime.versioned import VersionedCollection

KEPT_AFTER_END = timedelta(days=90)
_NEWEST_FIRST: Order = (("at", -1), ("_id", -1))


class MailLedger(VersionedCollection[Mail]):
    """Reads and writes e-mails."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.collection(MAILS.name), Mail)
        self._store = store

    async def prepare(self) -> None:
        """Make the indexes that the reads use."""
        await make_indexes(self._store, MAILS)

    async def queue(self, kind: MailKind, username: str, told: Notification) -> Mail | None:
        """Have one notification told to somebody at once; None where that is under way already, or was done."""
        mail = Mail(
            _new(kind, username, told, now(), now() + LEASE)
            | {
                "_id": f"{told.id}.{username}", "notifications": [told.id], "version": 1,
                "state": MailState.QUEUED, "attempts": 0, "under_way": False,
            }
        )  # fmt: skip
        try:
            await self.add(mail)
        except DuplicateKey:
            return None
        return mail

    async def gather(self, kind: MailKind, username: str, told: Notification, hour: int) -> None:
        """Have a notification told to somebody in a digest: the first one after it was kept that has not been sent yet.

        Once, however often this is asked for.
        """
        due = digest_after(kind, told.kept_at, hour)
        while not await self._gathered(kind, username, told, due):
            due = digest_after(kind, due, hour)

    async def _gathered(self, kind: MailKind, username: str, told: Notification, due: datetime) -> bool:
        """Whether the digest of this time has the notification now."""
        key = f"{kind}.{username}.{due:%Y%m%d}"
        open_still = {"_id": key, "state": MailState.QUEUED, "attempts": 0, "under_way": False}
        taken_up: Document = {
            "$addToSet": {"notifications": told.id}, "$inc": {"version": 1},
            "$setOnInsert": _new(kind, username, told, due, due),
        }  # fmt: skip
        try:
            await self.collection.update_one(open_still, taken_up, upsert=True)
        except DuplicateKey:  # it is being sent, or was
            kept = await self.get(key)
            return kept is not None and told.id in kept.notifications
        return True

    async def end(self, mail: Mail, state: MailState, **values: object) -> bool:
        """Nothing more is to be done for an e-mail; False where somebody else went on with it."""
        at = {"next_at": None, "under_way": False, "forget_at": now() + KEPT_AFTER_END}
        return await self.change(mail, {"state": state, **at, **values})

    async def page(self, state: str, which: Paged) -> Page[Mail]:
        """A page of the e-mails, in this state where one is given, newest first."""
        found = PagedList(self.collection, [{"state": state} if state else {}], _NEWEST_FIRST, {})
        return await found.page(which, Mail)

    async def each(self, state: str) -> AsyncIterator[list[Mail]]:
        """The same e-mails all of them, some at a time."""
        found = PagedList(self.collection, [{"state": state} if state else {}], _NEWEST_FIRST, {})
        async for rows in found.batches():
            yield [Mail(row) for row in rows]

    async def parked(self, most: int) -> list[Mail]:
        """E-mails that wait for an operator, newest first."""
        found = await self.collection.find({"state": MailState.PARKED}, sort=_NEWEST_FIRST, limit=most)
        return [Mail(each) for each in found]

    async def count_in(self, state: MailState) -> int:
        """How many e-mails are in a state, as far as lists count."""
        return await self.collection.count({"state": state}, limit=MOST_COUNTED)

    async def count_due(self) -> int:
        """How many e-mails should have gone out by now, as far as lists count."""
        return await self.collection.count(_overdue(), limit=MOST_COUNTED)

    async def oldest_due(self) -> datetime | None:
        """Since when the oldest e-mail waits that should have gone out by now; None where none does."""
        found = await self.collection.find(_overdue(), sort=[("due_at", 1)], limit=1)
        return Mail(found[0]).due_at if found else None


def _overdue() -> Document:
    return {"state": MailState.QUEUED, "due_at": {"$lte": now()}}


def _new(kind: MailKind, username: str, told: Notification, due: datetime, next_at: datetime) -> Document:
    return {
        "kind": kind, "username": username, "authority": told.authority, "at": now(), "due_at": due, "next_at": next_at,
        "last_error": None, "sent_at": None, "case_no": None, "correlation_id": correlation_id(), **kept_trace(),
    }  # fmt: skip
