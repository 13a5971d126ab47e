"""Sends what documents hold in `outbox`: at once after the update, and by a sweep what a crash left behind."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.connection import is_cancelled
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import Peers
from shared.runtime.logs import get_logger
from shared.runtime.store import Collection, Document
from shared.runtime.tracing import KEPT, span

log = get_logger()
SWEEP_SECONDS = 3.0
"""Between two sweeps; twice that while nothing is owed."""
LONGEST_PAUSE = 24.0
"""Seconds between two tries of a document whose entry is refused; the pauses double from SWEEP_SECONDS up to this."""
OTHERS_FIRST = timedelta(seconds=5)
"""How long an entry is left to the process that wrote it; then any sweep sends it."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_AT_ONCE = 32
_SWEPT = 1000
_STOP_SECONDS = 5.0
_Batch = Sequence[Document]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Relay:
    """Publishes one service's entries `{id, at, by, exchange, key, body, correlation_id, mandatory, trace?}`.

    Each at least once. What a movement wrote goes out together, in its order on one channel; what later movements of the
    same document wrote, after all of it was confirmed. Where an entry is refused, those that were written with it may have
    gone out before it. Entries are taken out after their confirm, so they may be published again, after later ones too:
    e1, e2, e1. That happens when a process dies or stands still, or its confirm is lost. Two running processes do not
    repeat each other's entries: a sweep skips a document while its newest entry is younger than `others_first`. Consumers
    must be idempotent, and bear an entry that comes late (by inbox, version or state).

    Whoever writes entries adds the service to the document's list `owes` in the same update: that is what a sweep looks for,
    because an index serves it (docs/decisions/0027).
    """

    def __init__(
        self, collection: Collection, publisher: Publisher, service: str, *,
        peers: Peers | None = None, others_first: timedelta = OTHERS_FIRST, sweep_seconds: float = SWEEP_SECONDS,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:  # fmt: skip
        self._collection, self._publisher, self._service = collection, publisher, service
        self._peers, self._others_first, self._clock = peers or Peers(), others_first, clock
        self._sweep_seconds = sweep_seconds
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._next: dict[str, list[_Batch]] = {}
        self._refused: dict[str, _Refused] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._left = 0

    def wake(self, document_id: str, entries: Sequence[Document], *, owed_before: bool = False) -> None:
        """Send the entries that this process has just written to a document; what is `owed_before` them goes first."""
        mine = [entry for entry in entries if entry["by"] == self._service]
        if document_id in self._busy:
            self._next.setdefault(document_id, []).append(mine)
        else:
            self._begin(document_id, None if owed_before or document_id in self._refused else [mine])

    def pending(self) -> int:
        """How many documents had entries at the last sweep, up to a thousand."""
        return self._left

    async def run(self) -> None:
        """Sweep until cancelled, less often while nothing is found, or others of this service do; no error ends it."""
        pause, first = self._sweep_seconds, True
        while True:
            try:
                await self.sweep(unmarked=first)
                first = False
                pause = self._sweep_seconds * (1 if self._left else 2)
            except DependencyUnavailable:
                pause = self._sweep_seconds  # said where it was noticed
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
            except Exception:
                log.exception("outbox_failed")
            await asyncio.sleep(self._peers.spread(pause))

    async def close(self) -> None:
        """Finish what is being sent."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=_STOP_SECONDS)

    async def sweep(self, *, unmarked: bool = False) -> None:
        """Send what the processes that wrote it did not send; what an earlier version left `unmarked`, too: that takes longer."""
        looks_for = {"outbox.by" if unmarked else "owes": self._service}
        times = {"outbox.at": 1, "outbox.by": 1}
        left = await self._collection.find(looks_for, projection=times, limit=_SWEPT)
        self._show(left)
        now, young = asyncio.get_running_loop().time(), self._clock() - self._others_first
        for document_id in (each["_id"] for each in left if self._newest(each) <= young):
            refused = self._refused.get(document_id)
            if document_id not in self._busy and (refused is None or refused.until <= now):
                self._begin(document_id, None)
        if self._busy:
            await asyncio.wait(self._busy.values())

    def _show(self, left: Sequence[Document]) -> None:
        """What is left, and how long the oldest of it has been; entries of older versions do not say when they were written."""
        self._left = len(left)
        written = [
            each["at"]
            for found in left
            for each in found["outbox"]
            if each["by"] == self._service and "at" in each
        ]
        oldest = (self._clock() - min(written)).total_seconds() if written else 0.0
        metrics.OUTBOX.show({(self._service,): self._left})
        metrics.OUTBOX_OLDEST.show({(self._service,): max(oldest, 0.0)})

    def _newest(self, document: Document) -> datetime:
        """When the newest of a service's entries was written; those of older versions, which do not say, count as old."""
        written = (each.get("at", _LONG_AGO) for each in document["outbox"] if each["by"] == self._service)
        return max(written, default=_LONG_AGO)

    def _begin(self, document_id: str, batches: Sequence[_Batch] | None) -> None:
        """One task for each document, so that the order of its entries holds."""
        task = self._busy[document_id] = asyncio.create_task(self._send_all(document_id, batches))
        task.add_done_callback(lambda _: self._done(document_id))

    def _done(self, document_id: str) -> None:
        del self._busy[document_id]
        batches = self._next.pop(document_id, None)
        if batches and document_id not in self._refused:
            self._begin(document_id, batches)

    async def _send_all(self, document_id: str, batches: Sequence[_Batch] | None) -> None:
        """Send what movements have just written; without any, what the database holds, one after the other."""
        try:
            async with self._room:
                await self._send(document_id, await self._stored(document_id) if batches is None else batches)
        except DependencyUnavailable:
            self._next.pop(document_id, None)  # said where it was noticed; the sweep comes back to all of it
        except Exception:
            self._next.pop(document_id, None)
            log.exception("outbox_failed", document=document_id)

    async def _stored(self, document_id: str) -> list[_Batch]:
        document = await self._collection.find_one({"_id": document_id}, {"outbox": 1})
        return [[entry] for entry in (document or {}).get("outbox", ()) if entry["by"] == self._service]

    async def _send(self, document_id: str, batches: Sequence[_Batch]) -> None:
        confirmed: list[str] = []
        kept: tuple[Document, Published] | None = None
        for batch in batches:
            sent = list(zip(batch, await asyncio.gather(*map(self._publish, batch)), strict=True))
            confirmed += [entry["id"] for entry, end in sent if end is Published.CONFIRMED]
            kept = next((each for each in sent if each[1] is not Published.CONFIRMED), None)
            if kept:
                self._keep(document_id, *kept)
                break
        if confirmed or not kept:
            await self._take_out(document_id, confirmed)
        if not kept:
            self._refused.pop(document_id, None)

    async def _take_out(self, document_id: str, ids: list[str]) -> None:
        """Remove entries, and the mark that some are owed unless there are others of this service."""
        others = {"outbox": {"$elemMatch": {"by": self._service, "id": {"$nin": ids}}}}
        taken: Document = {"outbox": {"id": {"$in": ids}}}
        last = taken | {"owes": self._service}
        if not await self._collection.update_one({"_id": document_id, "$nor": [others]}, {"$pull": last}):
            await self._collection.update_one({"_id": document_id}, {"$pull": taken})

    async def _publish(self, entry: Document) -> Published:
        with span(f"outbox {entry['key']}", follows=entry.get(KEPT, "")):
            return await self._publisher.publish(
                entry["exchange"], entry["key"], entry["body"].encode(), correlation_id=entry["correlation_id"],
                mandatory=entry["mandatory"],
            )  # fmt: skip

    def _keep(self, document_id: str, entry: Document, outcome: Published) -> None:
        """Try an entry again later; logged once, until the document's entries are sent."""
        refused = self._refused.setdefault(document_id, _Refused())
        if refused.pause == 0:
            log.warning("outbox_kept", outcome=outcome.value, key=entry["key"], document=document_id)
        refused.pause = min(refused.pause * 2 or SWEEP_SECONDS, LONGEST_PAUSE)
        refused.until = asyncio.get_running_loop().time() + refused.pause


class _Refused:
    """When a document whose entry was refused is tried again, in seconds of the loop's clock."""

    __slots__ = ("pause", "until")

    def __init__(self) -> None:
        self.pause = self.until = 0.0
