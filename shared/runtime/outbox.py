"""Sends what documents hold in `outbox`: at once after the update, and by a sweep what a crash left behind."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.connection import is_cancelled
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import get_logger
from shared.runtime.store import Collection, Document

log = get_logger()
SWEEP_SECONDS = 3.0
LONGEST_PAUSE = 24.0
"""Seconds between two tries of a document whose entry is refused; the pauses double from SWEEP_SECONDS up to this."""
OTHERS_FIRST = timedelta(seconds=5)
"""How long an entry is left to the process that wrote it; then any sweep sends it."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_AT_ONCE = 32
_SWEPT = 1000
_STOP_SECONDS = 5.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Relay:
    """Publishes one service's entries `{id, at, by, exchange, key, body, correlation_id, mandatory}`.

    Each at least once. Within a document an entry is published for the first time only after the one before it was
    confirmed. An entry is taken out after its confirm, so it may be published again, after later ones too: e1, e2, e1.
    That happens when a process dies or stands still, or its confirm is lost. Two running processes do not repeat each
    other's entries: a sweep skips a document while its newest entry is younger than `others_first`. Consumers must be
    idempotent, and bear an entry that comes late (by inbox, version or state).
    """

    def __init__(
        self, collection: Collection, publisher: Publisher, service: str, *,
        others_first: timedelta = OTHERS_FIRST, clock: Callable[[], datetime] = _utc_now,
    ) -> None:  # fmt: skip
        self._collection, self._publisher, self._service = collection, publisher, service
        self._others_first, self._clock = others_first, clock
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._once_more: set[str] = set()
        self._refused: dict[str, _Refused] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._left = 0

    def wake(self, document_id: str) -> None:
        """Send the entries of this document soon; one task for each document, so that their order holds."""
        if document_id in self._busy:
            self._once_more.add(document_id)
            return
        task = self._busy[document_id] = asyncio.create_task(self._send_all(document_id))
        task.add_done_callback(lambda _: self._done(document_id))

    def pending(self) -> int:
        """How many documents had entries at the last sweep, up to a thousand."""
        return self._left

    async def run(self) -> None:
        """Sweep until cancelled; no error ends it."""
        while True:
            try:
                await self._sweep()
            except DependencyUnavailable:
                pass  # said where it was noticed
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
            except Exception:
                log.exception("outbox_failed")
            await asyncio.sleep(SWEEP_SECONDS)

    async def close(self) -> None:
        """Finish what is being sent."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=_STOP_SECONDS)

    async def _sweep(self) -> None:
        entries = {"outbox.at": 1, "outbox.by": 1}
        left = await self._collection.find({"outbox.by": self._service}, projection=entries, limit=_SWEPT)
        self._left = len(left)
        metrics.OUTBOX.set(self._left)
        now, young = asyncio.get_running_loop().time(), self._clock() - self._others_first
        for document_id in (each["_id"] for each in left if self._newest(each) <= young):
            refused = self._refused.get(document_id)
            if document_id not in self._busy and (refused is None or refused.until <= now):
                self.wake(document_id)
        if self._busy:
            await asyncio.wait(self._busy.values())

    def _newest(self, document: Document) -> datetime:
        """When the newest of a service's entries was written; entries of older versions, which do not say, count as old."""
        written = (each.get("at", _LONG_AGO) for each in document["outbox"] if each["by"] == self._service)
        return max(written, default=_LONG_AGO)

    def _done(self, document_id: str) -> None:
        del self._busy[document_id]
        if document_id in self._once_more:
            self._once_more.discard(document_id)
            self.wake(document_id)

    async def _send_all(self, document_id: str) -> None:
        try:
            async with self._room:
                await self._send(document_id)
        except DependencyUnavailable:
            pass  # said where it was noticed; the sweep comes back to it
        except Exception:
            log.exception("outbox_failed", document=document_id)

    async def _send(self, document_id: str) -> None:
        document = await self._collection.find_one({"_id": document_id}, {"outbox": 1})
        for entry in (document or {}).get("outbox", ()):
            if entry["by"] != self._service:
                continue
            outcome = await self._publish(entry)
            if outcome is not Published.CONFIRMED:
                self._keep(document_id, entry, outcome)
                return
            await self._collection.update_one(
                {"_id": document_id}, {"$pull": {"outbox": {"id": entry["id"]}}}
            )
        self._refused.pop(document_id, None)

    async def _publish(self, entry: Document) -> Published:
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
