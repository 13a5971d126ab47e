"""Work that waits in the database is found, whatever else lies there."""

import asyncio
from datetime import timedelta

from shared.contracts.documents.ledgers import WaitingEntry
from shared.ledgers.work_queue import WorkQueue, sweep_together
from shared.runtime.clock import now
from shared.runtime.heartbeat import Peers
from shared.runtime.store import Document, Store
from shared.runtime.versioned import VersionedCollection

FINISHED = 210
"""More than one sweep takes."""


async def test_what_is_due_is_found_behind_any_number_of_finished_entries(store: Store) -> None:
    collection, found = store.collection("due_work"), asyncio.Event()
    about: Document = {"version": 1, "case_no": None, "correlation_id": "c"}
    await asyncio.gather(
        *(
            collection.insert_one({"_id": f"finished {number}", "next_at": None, **about})
            for number in range(FINISHED)
        )
    )
    await collection.insert_one({"_id": "due", "next_at": now() - timedelta(seconds=1), **about})

    async def work(entry: WaitingEntry) -> None:
        assert entry.id == "due"
        found.set()

    entries = VersionedCollection(collection, WaitingEntry)
    running = asyncio.create_task(sweep_together(Peers(), WorkQueue(entries, work)))
    try:
        async with asyncio.timeout(10):
            await found.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
