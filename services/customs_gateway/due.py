"""Work that waits in the database with a time (`next_at`): done when due, at once when woken, by one task for each entry."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.lifecycle.clock import now
from shared.runtime.errors import Wait
from shared.runtime.logs import bound, get_logger
from shared.runtime.store import Collection, Document

log = get_logger()
POLL_SECONDS = 0.5
_AT_ONCE = 32
_TAKEN = 200


class Due:
    """Calls `work(entry)` for entries whose time has come; `work` moves `next_at` on, or clears it at the end."""

    def __init__(self, collection: Collection, work: Callable[[Document], Awaitable[None]]) -> None:
        self._collection, self._work = collection, work
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._once_more: set[str] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    def soon(self, entry_id: str) -> None:
        """Work on this entry now; once more afterwards if it is being worked on."""
        if entry_id in self._busy:
            self._once_more.add(entry_id)
            return
        task = asyncio.create_task(self._take(entry_id))
        self._busy[entry_id] = task
        task.add_done_callback(lambda _: self._done(entry_id))

    def _done(self, entry_id: str) -> None:
        self._busy.pop(entry_id, None)
        if entry_id in self._once_more:
            self._once_more.discard(entry_id)
            self.soon(entry_id)

    async def run(self) -> None:
        """Look for due entries until cancelled."""
        while True:
            try:
                due = await self._collection.find(
                    {"next_at": {"$lte": now()}}, sort=[("next_at", 1)], limit=_TAKEN, projection={"_id": 1}
                )
                for entry in due:
                    if entry["_id"] not in self._busy:
                        self.soon(entry["_id"])
            except Wait as wait:
                log.warning("dependency_lost", dependency=wait.dependency, error=str(wait))
            await asyncio.sleep(POLL_SECONDS)

    async def _take(self, entry_id: str) -> None:
        try:
            async with self._room:
                entry = await self._collection.find_one({"_id": entry_id})
                if entry and entry["next_at"]:
                    with bound(correlation_id=entry["correlation_id"], case_no=entry.get("case_no")):
                        await self._work(entry)
        except Wait as wait:
            log.warning("dependency_lost", dependency=wait.dependency, error=str(wait))
        except Exception as error:
            log.exception("work_failed", entry=entry_id, error=repr(error))
