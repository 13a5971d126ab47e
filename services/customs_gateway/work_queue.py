"""Work that waits in the database with a time (`next_at`): done when due, at once when woken, by one task for each entry."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from shared.contracts.documents.ledgers import WaitingEntry
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import bind_fields, get_logger
from shared.runtime.versioned import VersionedCollection, as_read

log = get_logger()
POLL_SECONDS = 0.5
LEASE = timedelta(seconds=10)
"""How long an entry belongs to the process that works on it; after that any process may take it."""
_PAUSES = (1, 2, 5, 10, 30)
_AT_ONCE = 32
_TAKEN = 200
_STOP_SECONDS = 6.0


class WorkQueue[Entry: WaitingEntry]:
    """Calls `work(entry)` for entries whose time has come; `work` moves `next_at` on, or clears it at the end.

    Whoever writes an entry sets `next_at` a LEASE ahead and calls `enqueue`; the sweep takes what nobody finished.
    Optimistic lease: claiming bumps `version`; a stale holder's write then matches nothing. Where `work` fails, the entry
    is tried again after a growing pause, unless somebody else has changed it meanwhile.
    """

    def __init__(self, entries: VersionedCollection[Entry], work: Callable[[Entry], Awaitable[None]]) -> None:
        self._entries, self._work = entries, work
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._once_more: dict[str, int] = {}
        self._failures: dict[str, int] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._stopping = False

    def enqueue(self, entry_id: str, version: int) -> None:
        """Work on this entry now, if it still has the version that the caller wrote; afterwards if it is being worked on."""
        if entry_id in self._busy:
            self._once_more[entry_id] = version
        else:
            self._begin(entry_id, version)

    async def run(self) -> None:
        """Look for due entries until cancelled; then finish what was begun."""
        try:
            while True:
                await self._sweep()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            self._stopping = True
            if self._busy:
                await asyncio.wait(self._busy.values(), timeout=_STOP_SECONDS)

    async def _sweep(self) -> None:
        try:
            due = await self._entries.collection.find(
                {"next_at": {"$ne": None, "$lte": now()}},
                sort=[("next_at", 1)],
                limit=_TAKEN,
                projection={"_id": 1},
            )
        except DependencyUnavailable:  # said where it was noticed
            return
        for entry in due:
            if entry["_id"] not in self._busy:
                self._begin(entry["_id"], None)

    def _begin(self, entry_id: str, version: int | None) -> None:
        if self._stopping:
            return  # the entry's time stands in the database
        task = asyncio.create_task(self._process(entry_id, version))
        self._busy[entry_id] = task
        task.add_done_callback(lambda _: self._done(entry_id))

    def _done(self, entry_id: str) -> None:
        self._busy.pop(entry_id, None)
        if entry_id in self._once_more:
            self.enqueue(entry_id, self._once_more.pop(entry_id))

    async def _process(self, entry_id: str, version: int | None) -> None:
        entry: Entry | None = None
        async with self._room:
            try:
                entry = await self._claim(entry_id, version)
                if entry:
                    with bind_fields(correlation_id=entry.correlation_id, case_no=entry.case_no):
                        await self._work(entry)
                self._failures.pop(entry_id, None)
            except DependencyUnavailable as wait:
                log.info("work_put_off", dependency=wait.dependency, error=str(wait))
                await self._reschedule(entry_id, entry)
            except Exception as error:
                log.exception("work_failed", entry=entry_id, error=repr(error))
                await self._reschedule(entry_id, entry)

    async def _claim(self, entry_id: str, version: int | None) -> Entry | None:
        """The entry, unless it needs nothing any more, or another process took it; without a version it is taken if due."""
        entry = await self._entries.get(entry_id)
        if entry is None or entry.next_at is None:
            return None
        if version is not None:
            return entry if entry.version == version else None
        due = entry.next_at <= now()
        return entry if due and await self._entries.change(entry, {"next_at": now() + LEASE}) else None

    async def _reschedule(self, entry_id: str, entry: Entry | None) -> None:
        failures = self._failures[entry_id] = self._failures.get(entry_id, 0) + 1
        if entry is None:
            return  # it could not be read, so its time stands as it was
        pause = timedelta(seconds=_PAUSES[min(failures, len(_PAUSES)) - 1])
        still_waits = as_read(entry) | {"next_at": {"$ne": None}}
        with suppress(DependencyUnavailable):  # the lease ends by itself
            await self._entries.collection.update_one(still_waits, {"$set": {"next_at": now() + pause}})
