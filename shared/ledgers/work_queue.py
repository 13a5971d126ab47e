"""Work that waits in the database with a time (`next_at`): done when due, at once when woken, by one task for each entry."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from shared.contracts.documents.ledgers import WaitingEntry
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import Peers
from shared.runtime.logs import bind_fields, get_logger
from shared.runtime.tracing import span
from shared.runtime.versioned import VersionedCollection, as_read

log = get_logger()
POLL_SECONDS = 0.5
IDLE_SECONDS = 1.0
"""The longest between two looks: what an operator writes at the command line is taken up within it."""
HORIZON = timedelta(seconds=IDLE_SECONDS)
LEASE = timedelta(seconds=10)
"""How long an entry belongs to the process that works on it; after that any process may take it."""
_PAUSES = (1, 2, 5, 10, 30)
_AT_ONCE = 32
_TAKEN = 200
_STOP_SECONDS = 6.0
type Work[Entry: WaitingEntry] = Callable[[Entry], Awaitable[None]]
"""What is done with an entry."""


class WorkQueue[Entry: WaitingEntry]:
    """Calls `work(entry)` for entries whose time has come; `work` moves `next_at` on, or clears it at the end.

    Whoever writes an entry sets `next_at` ahead, calls `enqueue`, and holds it until then; the sweep takes what nobody
    finished. Optimistic lease: claiming bumps `version`; a stale holder's write then matches nothing. Where `work` fails,
    the entry is tried again after a growing pause, unless somebody else has changed it meanwhile.
    """

    def __init__(self, entries: VersionedCollection[Entry], work: Work[Entry]) -> None:
        self._entries, self._work = entries, work
        self._busy: dict[str, asyncio.Task[int]] = {}
        self._once_more: dict[str, tuple[Entry, Work[Entry]]] = {}
        self._failures: dict[str, int] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._stopping = False

    def enqueue(self, entry: Entry, work: Work[Entry] | None = None) -> None:
        """Work now on an entry as the caller has just written it; afterwards if it is being worked on.

        It is not read again while its `next_at` is ahead. `work` is what is to be done, where that is known.
        """
        if entry.id in self._busy:
            self._once_more[entry.id] = entry, work or self._work
        else:
            self._begin(entry.id, entry, work or self._work)

    async def sweep(self) -> float | None:
        """Begin what is due; in how many seconds the next entry is, None where none is within HORIZON."""
        horizon = now() + HORIZON
        try:
            near = await self._entries.collection.find(
                {"next_at": {"$ne": None, "$lte": horizon}}, sort=[("next_at", 1)], limit=_TAKEN,
                projection={"_id": 1, "next_at": 1},
            )  # fmt: skip
        except DependencyUnavailable:  # said where it was noticed
            return None
        at = now()
        for entry in near:
            if entry["next_at"] > at:
                return float((entry["next_at"] - at).total_seconds())
            if entry["_id"] not in self._busy:
                self._begin(entry["_id"], None, self._work)
        return None

    @property
    def busy(self) -> bool:
        """Whether something is being worked on."""
        return bool(self._busy)

    async def finish(self) -> None:
        """Begin nothing more, and wait for what was begun."""
        self._stopping = True
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=_STOP_SECONDS)

    def _begin(self, entry_id: str, written: Entry | None, work: Work[Entry]) -> None:
        if self._stopping:
            return  # the entry's time stands in the database
        task = asyncio.create_task(self._process(entry_id, written, work))
        self._busy[entry_id] = task
        task.add_done_callback(lambda _: self._done(entry_id))

    def _done(self, entry_id: str) -> None:
        """Go on with what was written while the entry was worked on, unless that work has written since."""
        task, (entry, work) = self._busy.pop(entry_id), self._once_more.pop(entry_id, (None, self._work))
        if entry and not task.cancelled() and entry.version > task.result():
            self.enqueue(entry, work)

    async def _process(self, entry_id: str, written: Entry | None, work: Work[Entry]) -> int:
        """Work on an entry; the version that it then has as far as is known here, 0 where it was not worked on."""
        entry: Entry | None = None
        async with self._room:
            try:
                entry = written if is_held(written) else await self._claim(entry_id)
                if entry:
                    with (
                        bind_fields(correlation_id=entry.correlation_id, case_no=entry.case_no),
                        span(f"{type(entry).__name__} work", follows=entry.trace, case_no=entry.case_no),
                    ):
                        await (work if entry is written else self._work)(entry)
                self._failures.pop(entry_id, None)
            except DependencyUnavailable as wait:
                log.info("work_put_off", dependency=wait.dependency, error=str(wait))
                await self._reschedule(entry_id, entry)
            except Exception as error:
                log.exception("work_failed", entry=entry_id, error=repr(error))
                await self._reschedule(entry_id, entry)
        return entry.version if entry else 0

    async def _claim(self, entry_id: str) -> Entry | None:
        """The entry where it is due, unless another process took it."""
        entry = await self._entries.get(entry_id)
        if entry is None or entry.next_at is None or entry.next_at > now():
            return None
        return entry if await self._entries.change(entry, {"next_at": now() + LEASE}) else None

    async def _reschedule(self, entry_id: str, entry: Entry | None) -> None:
        failures = self._failures[entry_id] = self._failures.get(entry_id, 0) + 1
        if entry is None:
            return  # it could not be read, so its time stands as it was
        pause = timedelta(seconds=_PAUSES[min(failures, len(_PAUSES)) - 1])
        still_waits = as_read(entry) | {"next_at": {"$ne": None}}
        with suppress(DependencyUnavailable):  # the lease ends by itself
            await self._entries.collection.update_one(still_waits, {"$set": {"next_at": now() + pause}})


def is_held(entry: WaitingEntry | None) -> bool:
    """Whether an entry still belongs to the process that wrote it."""
    return entry is not None and entry.next_at is not None and now() < entry.next_at


async def sweep_together(peers: Peers, *queues: WorkQueue[Any]) -> None:
    """Look for due entries of all queues until cancelled; then finish what was begun.

    One loop for a process: sooner where an entry is known to become due, less often while nothing is or `peers` look too.
    """
    pause = POLL_SECONDS
    try:
        while True:
            due = [seconds for queue in queues if (seconds := await queue.sweep()) is not None]
            idle = not due and not any(queue.busy for queue in queues)
            pause = min(pause * 2, IDLE_SECONDS) if idle else POLL_SECONDS
            await asyncio.sleep(min(due, default=peers.spread(pause)))
    finally:
        await asyncio.gather(*(queue.finish() for queue in queues))
