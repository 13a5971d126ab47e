"""Sends what documents hold in `outbox`: at once after the update, and by a sweep what a crash left behind."""

import asyncio
from collections import defaultdict
from typing import Any

from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.errors import Wait
from shared.runtime.logs import get_logger
from shared.runtime.store import Collection

log = get_logger()
SWEEP_SECONDS = 3.0
_AT_ONCE = 32
_LONGEST_PAUSE = 5.0


class Relay:
    """Publishes one service's entries `{id, by, exchange, key, body, correlation_id, mandatory}`, in order within a document.

    An entry is taken out only after its confirm, so it may be published twice: whoever hears it must bear that.
    """

    def __init__(self, collection: Collection, publisher: Publisher, service: str) -> None:
        self._collection, self._publisher, self._service = collection, publisher, service
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    def wake(self, document_id: str) -> None:
        """Send the entries of this document soon."""
        task = asyncio.create_task(self._send_all(document_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def run(self) -> None:
        """Sweep until cancelled; nothing else ends it."""
        while True:
            try:
                left = await self._collection.find(
                    {"outbox.by": self._service}, projection={"_id": 1}, limit=1000
                )
                metrics.OUTBOX.set(len(left))
                await asyncio.gather(*(self._send_all(each["_id"]) for each in left))
            except Wait as wait:
                log.warning("dependency_lost", dependency=wait.dependency, error=str(wait))
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task and task.cancelling():
                    raise
            except Exception as error:
                log.exception("outbox_failed", error=repr(error))
            await asyncio.sleep(SWEEP_SECONDS)

    async def close(self) -> None:
        """Finish what is being sent."""
        if self._running:
            await asyncio.wait(self._running, timeout=_LONGEST_PAUSE)

    async def _send_all(self, document_id: str) -> None:
        lock = self._locks[document_id]
        try:
            async with self._room, lock:
                await self._send(document_id)
        except Wait as wait:
            log.warning("dependency_lost", dependency=wait.dependency, error=str(wait))
        finally:
            if not lock.locked():
                self._locks.pop(document_id, None)

    async def _send(self, document_id: str) -> None:
        document = await self._collection.find_one({"_id": document_id}, {"outbox": 1})
        for entry in (document or {}).get("outbox", ()):
            if entry["by"] != self._service:
                continue
            if not await self._published(entry):
                return
            await self._collection.update_one(
                {"_id": document_id}, {"$pull": {"outbox": {"id": entry["id"]}}}
            )

    async def _published(self, entry: dict[str, Any]) -> bool:
        outcome = await self._publisher.publish(
            entry["exchange"], entry["key"], entry["body"].encode(), correlation_id=entry["correlation_id"],
            mandatory=entry["mandatory"],
        )  # fmt: skip
        if outcome is Published.CONFIRMED:
            return True
        log.warning("outbox_kept", outcome=outcome.value, key=entry["key"])
        return False
