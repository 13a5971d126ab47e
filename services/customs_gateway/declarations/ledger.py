"""The ledger `declarations`: every submission on its way to customs, and whether its case knows what became of it.

`DeclarationEntry` says what an entry holds.
"""

from collections.abc import AsyncIterator
from datetime import datetime

import bson

from shared.contracts.collections import DECLARATIONS
from shared.contracts.documents.ledgers import DeclarationEntry
from shared.contracts.events import SubmissionDeclared
from shared.contracts.states import DeclarationState
from shared.ledgers.work_queue import LEASE
from shared.lifecycle.indexes import make_indexes
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.store import Document, DuplicateKey, Store
from shared.runtime.tracing import kept_trace
from shared.runtime.versioned import VersionedCollection


class DeclarationLedger(VersionedCollection[DeclarationEntry]):
    """Reads and writes entries."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.collection(DECLARATIONS.name), DeclarationEntry)
        self._store = store

    async def prepare(self) -> None:
        """Make the indexes that the reads use."""
        await make_indexes(self._store, DECLARATIONS)

    async def keep(
        self, declared: SubmissionDeclared, correlation_id: str, delivery: Delivery
    ) -> DeclarationEntry | None:
        """Keep a submission; its entry, None where it was kept before: then it belongs to whoever did."""
        entry = DeclarationEntry({
            "_id": declared.declaration_id, "state": DeclarationState.QUEUED, "version": 1, "attempts": 0,
            "next_at": now() + LEASE, "last_error": None, "sent_at": None, "told": False, "failure_told": False,
            "tellings": 0, "failures": 0, "failed_at": None, "type": declared.submission.type, "case_no": declared.case_no,
            "case_id": declared.case_id, "stage": declared.stage.value, "round": declared.round, "at": declared.at,
            "correlation_id": correlation_id, "body": declared.model_dump_json(),
            "delivery": delivery.mark, **kept_trace(),
        })  # fmt: skip
        try:
            await self.add(entry)
        except DuplicateKey:  # of an earlier try of ours, it may be
            kept = await self.get(entry.id)
            return kept if kept and (kept.delivery, kept.version) == (entry.delivery, entry.version) else None
        return entry

    async def note_sent_told(self, declaration_id: str) -> None:
        """Note that the case knows that a declaration is sent: nothing is left to do."""
        await self._note(declaration_id, {"told": True, "next_at": None})

    async def note_failure_told(self, declaration_id: str) -> None:
        """Note that the case knows that sending a declaration failed."""
        await self._note(declaration_id, {"failure_told": True})

    async def tell_again(self, entry: DeclarationEntry, *, sent: bool, failure: bool) -> None:
        """Have the case told again, at once, that the declaration is `sent`; of a `failure` when sending fails again."""
        values: Document = {"told": False, "next_at": now()} if sent else {}
        await self._note(entry.id, values | ({"failure_told": False} if failure else {}))

    async def _note(self, declaration_id: str, values: Document) -> None:
        await self.collection.update_one({"_id": declaration_id}, {"$set": values})

    async def count_sent_before(self, entry: DeclarationEntry) -> int:
        """How many earlier submissions of the same stage are sent."""
        return await self.collection.count({
            "case_no": entry.case_no, "stage": entry.stage, "state": DeclarationState.SENT, "round": {"$lt": entry.round},
        })  # fmt: skip

    async def count_in(self, state: DeclarationState) -> int:
        """How many declarations are in a state."""
        return await self.collection.count({"state": state})

    async def oldest_in(self, state: DeclarationState) -> datetime | None:
        """When the oldest declaration that is in a state was submitted, by its id, which grows with time; None where none is."""
        found = await self.collection.find({"state": state}, sort=[("_id", 1)], limit=1, projection={"at": 1})
        return DeclarationEntry(found[0]).at if found else None

    async def known(self, declaration_ids: list[str]) -> set[str]:
        """Which of these declarations are in the ledger."""
        found = await self.collection.find({"_id": {"$in": declaration_ids}}, projection={"_id": 1})
        return {DeclarationEntry(entry).id for entry in found}

    async def each(self) -> AsyncIterator[DeclarationEntry]:
        """Every entry once; few of them are held at a time."""
        async for raw in self._store.raw(DECLARATIONS.name).each():
            yield DeclarationEntry(bson.decode(raw))
