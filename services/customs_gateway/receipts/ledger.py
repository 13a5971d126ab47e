"""The ledger `receipts`: every message of customs with its raw bytes, what became of it, and what is still owed.

`ReceiptEntry` says what an entry holds.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from hashlib import sha256

from ulid import ULID

from services.customs_gateway.limits import bytes_kept
from services.customs_gateway.receipts.translation import IncomingMessage, guess_message_id
from shared.bilingual import Bilingual
from shared.contracts.collections import RECEIPTS
from shared.contracts.documents.ledgers import Acknowledgement, ReceiptEntry
from shared.contracts.limits import PRUNED_AT_ONCE
from shared.contracts.states import FINAL, AckOutcome, ReceiptState
from shared.contracts.vocabulary import Reason
from shared.ledgers.work_queue import LEASE
from shared.lifecycle.indexes import make_indexes
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Document, DuplicateKey, Store
from shared.runtime.tracing import kept_trace
from shared.runtime.versioned import VersionedCollection

NO_FAILURES: Document = {"unanswered": 0, "failures": 0, "failed_at": None}
WAITING = (ReceiptState.DEFERRED, ReceiptState.PUBLISHED)
"""A receipt waits for its turn, or for a service's answer."""
WITHOUT_BYTES: Document = {"raw": 0}
_ASKED_AT_ONCE: dict[ReceiptState, Document] = {
    ReceiptState.PUBLISHED: {"unanswered": 0}, ReceiptState.DEFERRED: {"woken": True},
}  # fmt: skip


class Arrival(Enum):
    """How a message came: for the first time, AGAIN from the broker, or REPEATED by customs.

    It is NEW, too, where an answer of the database was lost and the handler tried again. The broker hands out AGAIN what nobody
    told it is stored.
    """

    NEW = "new"
    AGAIN = "again"
    REPEATED = "repeated"


class ReceiptLedger(VersionedCollection[ReceiptEntry]):
    """Reads and writes entries."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.collection(RECEIPTS.name), ReceiptEntry)
        self._store = store

    async def prepare(self) -> None:
        """Make the indexes that the reads use."""
        await make_indexes(self._store, RECEIPTS)

    async def store(self, entry: ReceiptEntry, delivery: Delivery) -> tuple[ReceiptEntry, Arrival]:
        """Keep a new message; its entry, and how it came. A reused MessageId is kept beside the first, parked.

        An entry that customs repeated comes without its bytes, and the repetition was counted.
        """
        found, arrival = await self._insert(entry, delivery)
        if found.sha256 == entry.sha256:
            return found, arrival
        detail = f"The MessageId {entry.id} is known with other bytes."
        beside_id = {"_id": f"{entry.id}#{entry.sha256[:16]}"}
        beside = entry.changed(**beside_id, **parked_values(Reason.MESSAGE_ID_REUSED, detail))
        return await self._insert(beside, delivery)

    async def prune(self, before: datetime) -> int:
        """Drop the bytes of up to PRUNED_AT_ONCE receipts that came before this and are done; how many: 0 at the end.

        The entry stays, so that a repetition is still known; one that is parked may be taken up again and keeps its bytes.
        """
        wanted: Document = {
            "state": {"$in": [*FINAL - {ReceiptState.PARKED}]},
            "received_at": {"$lt": before},
        }
        found = await self.collection.find(
            wanted | {"pruned_at": None, "next_at": None}, sort=[("received_at", 1), ("_id", 1)], limit=PRUNED_AT_ONCE,
            projection=WITHOUT_BYTES,
        )  # fmt: skip
        entries = [*map(ReceiptEntry, found)]
        await asyncio.gather(*(self.change(entry, {"raw": b"", "pruned_at": now()}) for entry in entries))
        return len(entries)

    async def _insert(self, entry: ReceiptEntry, delivery: Delivery) -> tuple[ReceiptEntry, Arrival]:
        """Add an entry, or find the one that has its id."""
        try:
            await self.add(entry)
        except DuplicateKey:
            repeated = None if delivery.redelivered else await self._count_repetition(entry, delivery)
            found = repeated or await self.get(entry.id) or entry
        else:
            return entry, Arrival.NEW
        if found.delivery == delivery.mark:
            return found, Arrival.NEW
        return found, Arrival.AGAIN if delivery.redelivered else Arrival.REPEATED

    async def _count_repetition(self, entry: ReceiptEntry, delivery: Delivery) -> ReceiptEntry | None:
        """Count that customs repeated a receipt, once for a delivery; None where it is another message, or counted before."""
        other = {"$ne": delivery.mark}
        found = await self.collection.find_one_and_update(
            {"_id": entry.id, "sha256": entry.sha256, "delivery": other, "repeated_by": other},
            {"$inc": {"duplicates": 1}, "$set": {"repeated_by": delivery.mark}},
            projection=WITHOUT_BYTES,
        )
        return ReceiptEntry(found) if found else None

    async def end(
        self, receipt_id: str, during: Iterable[ReceiptState], values: Document
    ) -> ReceiptEntry | None:
        """Write the end of a receipt that is in one of these states; the entry without its bytes, None where it is not."""
        found = await self.collection.find_one_and_update(
            {"_id": receipt_id, "state": {"$in": list(during)}}, {"$set": values, "$inc": {"version": 1}},
            projection=WITHOUT_BYTES,
        )  # fmt: skip
        return ReceiptEntry(found) if found else None

    async def waiting(self, case_no: str) -> list[str]:
        """The ids of a case's receipts that wait, oldest first."""
        unsettled = {"case_no": case_no, "state": {"$in": list(WAITING)}}
        found = await self.collection.find(
            unsettled, sort=[("received_at", 1), ("_id", 1)], projection={"_id": 1}
        )
        return [ReceiptEntry(entry).id for entry in found]

    async def count_in(self, state: ReceiptState) -> int:
        """How many receipts are in a state."""
        return await self.collection.count({"state": state})

    async def oldest_in(self, state: ReceiptState) -> datetime | None:
        """When the oldest receipt that is in a state came; None where none is."""
        found = await self.collection.find(
            {"state": state}, sort=[("received_at", 1), ("_id", 1)], limit=1, projection={"received_at": 1}
        )
        return ReceiptEntry(found[0]).received_at if found else None

    async def newest(self, state: str | None, case_no: str | None, limit: int = 100) -> list[ReceiptEntry]:
        """Receipts without their bytes, newest first."""
        wanted = {name: value for name, value in (("state", state), ("case_no", case_no)) if value}
        found = await self.collection.find(
            wanted, sort=[("received_at", -1), ("_id", -1)], limit=limit, projection=WITHOUT_BYTES
        )
        return [ReceiptEntry(entry) for entry in found]

    async def require(self, receipt_id: str) -> ReceiptEntry:
        """One receipt with its bytes; RequestRejected where there is none."""
        entry = await self.get(receipt_id)
        if entry is None:
            text = Bilingual(f"没有回执{receipt_id}。", f"There is no receipt {receipt_id}.")
            raise RequestRejected("not_found", text, status=404)
        return entry

    async def ask_again(self) -> int:
        """Have the services asked at once about every receipt that waits; how many there were.

        A deferred one is tried out of turn, which does not count.
        """
        waiting = {"state": {"$in": list(WAITING)}}
        found = await self.collection.find(waiting, projection={"state": 1})
        for receipt in map(ReceiptEntry, found):
            values = {"next_at": now(), **_ASKED_AT_ONCE[receipt.state]}
            await self.collection.update_one({"_id": receipt.id}, {"$set": values})
        return len(found)


def new_entry(
    message: IncomingMessage, correlation_id: str, at: datetime, delivery: str = ""
) -> ReceiptEntry:
    """A message as it came: keyed by its MessageId, or by its digest where none can be read."""
    raw, head, digest = message.raw, message.head, sha256(message.inner).hexdigest()
    kept = bytes_kept(raw)
    return ReceiptEntry({
        "_id": head.message_id or f"sha256:{digest}", "state": ReceiptState.STORED, "version": 1, "raw": kept,
        "size": len(raw), "sha256": digest, "truncated": len(kept) < len(raw), "received_at": at,
        "correlation_id": correlation_id, "message_id": head.message_id or guess_message_id(message.inner),
        "receipt_type": head.receipt_type, "case_no": head.case_no, "stage": head.stage, "attempts": 0, "next_at": at + LEASE,
        "reason": None, "detail": "", "duplicates": 0, "replays": 0, "settled_at": None, "ack": None, "woken": False,
        "resume_at": None, "once_more": False, **NO_FAILURES, "delivery": delivery, "audit": [],
        **kept_trace(),
    })  # fmt: skip


def new_ack(outcome: AckOutcome, reason: str | None = None, detail: str = "") -> Acknowledgement:
    """An acknowledgement with an id of its own."""
    values = {"message_id": str(ULID()), "outcome": outcome, "reason": reason, "detail": detail}
    return Acknowledgement(values)


def end_values(state: ReceiptState, outcome: AckOutcome, reason: str | None, detail: str) -> Document:
    """The values of an entry at its end; the acknowledgement is owed from now on."""
    ack = new_ack(outcome, reason, detail)
    return {
        "state": state, "reason": reason, "detail": detail, "settled_at": now(), "next_at": now() + LEASE,
        "ack": dict(ack.document),
    }  # fmt: skip


def parked_values(reason: str, detail: str) -> Document:
    """The values of a parked entry."""
    return end_values(ReceiptState.PARKED, AckOutcome.PARKED, str(reason), detail)


def replay_values(entry: ReceiptEntry) -> Document:
    """The values of an entry that is tried again from the beginning, as soon as a gateway looks."""
    return {
        "state": ReceiptState.STORED, "attempts": 0, "next_at": now(), "replays": entry.replays + 1, "reason": None,
        "detail": "", "settled_at": None, "ack": None, "woken": False, "resume_at": None, "once_more": False, **NO_FAILURES,
    }  # fmt: skip
