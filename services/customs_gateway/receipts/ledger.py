"""The ledger `receipts`: every message of customs with its raw bytes, what became of it, and what is still owed.

States: stored, published (a service has the fact), deferred, and the ends applied, stale, parked, dismissed.
`next_at` is when something is to be done, None when nothing is; `ack` is the acknowledgement, owed while `next_at` is set.
A deferred entry has used `attempts` delays and is due at `resume_at`; `woken` marks a try out of turn, which does not
count, and `once_more` that another receipt of the case was applied while the services were asked. `unanswered` counts
how often the fact was published in vain, `failures` after how many of these a service failed, `failed_at` the last of
them. `delivery` is the mark of the delivery that stored the entry.
"""

from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from ulid import ULID

from services.customs_gateway.limits import bytes_kept
from services.customs_gateway.receipts.translation import Head, guess_message_id, head_of
from services.customs_gateway.work_queue import LEASE
from services.customs_gateway.xml import payload
from shared.contracts.vocabulary import Reason
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.errors import MessageParked, RequestRejected
from shared.runtime.store import Collection, Document, DuplicateKey, Store

FINAL = frozenset({"applied", "stale", "parked", "dismissed"})
NO_FAILURES: Document = {"unanswered": 0, "failures": 0, "failed_at": None}


class Arrival(Enum):
    """How a message came: for the first time (also where an answer of the database was lost, and the handler tried again),
    handed out AGAIN by the broker, which nobody had told that it was stored, or REPEATED by customs."""

    NEW = "new"
    AGAIN = "again"
    REPEATED = "repeated"


class Ledger:
    """Reads and writes entries; every change is conditional on the entry's version."""

    def __init__(self, store: Store) -> None:
        self.collection: Collection = store.collection("receipts")

    async def prepare(self) -> None:
        """Make the indexes that the reads use."""
        for keys in ([("next_at", 1)], [("case_no", 1)], [("state", 1)], [("received_at", -1)]):
            await self.collection.create_index(keys)

    async def store(self, raw: bytes, correlation_id: str, delivery: Delivery) -> tuple[Document, Arrival]:
        """Keep a message; the entry, and how it came. A reused MessageId is kept beside the first, parked."""
        entry = new_entry(raw, correlation_id, now(), delivery.mark)
        found, arrival = await self._insert(entry, delivery)
        if found["sha256"] == entry["sha256"]:
            return found, arrival
        detail = f"The MessageId {entry['_id']} is known with other bytes."
        beside_id = {"_id": f"{entry['_id']}#{entry['sha256'][:16]}"}
        return await self._insert(entry | beside_id | parked(Reason.MESSAGE_ID_REUSED, detail), delivery)

    async def _insert(self, entry: Document, delivery: Delivery) -> tuple[Document, Arrival]:
        """Add an entry, or find the one that has its id."""
        try:
            await self.collection.insert_one(entry)
        except DuplicateKey:
            found = await self.collection.find_one({"_id": entry["_id"]}) or entry
        else:
            return entry, Arrival.NEW
        if found.get("delivery") == delivery.mark:
            return found, Arrival.NEW
        return found, Arrival.AGAIN if delivery.redelivered else Arrival.REPEATED

    async def change(self, entry: Document, values: Document) -> bool:
        """Write values if nobody changed the entry meanwhile; `entry` then has the new version."""
        same, version = {"_id": entry["_id"], "version": entry["version"]}, entry["version"] + 1
        if await self.collection.update_one(same, {"$set": values | {"version": version}}) != 1:
            return False
        entry["version"] = version
        return True

    async def get(self, entry_id: str) -> Document | None:
        """An entry by id."""
        return await self.collection.find_one({"_id": entry_id})

    async def waiting(self, case_no: str) -> list[str]:
        """The ids of a case's receipts that wait for their turn, or for a service's answer, oldest first."""
        unsettled = {"case_no": case_no, "state": {"$in": ["deferred", "published"]}}
        found = await self.collection.find(unsettled, sort=[("received_at", 1)], projection={"_id": 1})
        return [entry["_id"] for entry in found]


def new_entry(raw: bytes, correlation_id: str, at: datetime, delivery: str = "") -> Document:
    """A message as it came: keyed by its MessageId, or by its digest where none can be read."""
    try:
        inner = payload(raw)
        head = head_of(inner)
    except MessageParked:
        inner, head = raw, Head()
    digest = sha256(inner).hexdigest()
    kept = bytes_kept(raw)
    return {
        "_id": head.message_id or f"sha256:{digest}", "state": "stored", "version": 1, "raw": kept, "size": len(raw),
        "sha256": digest, "truncated": len(kept) < len(raw), "received_at": at, "correlation_id": correlation_id,
        "message_id": head.message_id or guess_message_id(inner), "receipt_type": head.receipt_type,
        "case_no": head.case_no, "stage": head.stage, "attempts": 0, "next_at": at + LEASE, "reason": None, "detail": "",
        "duplicates": 0, "replays": 0, "settled_at": None, "ack": None, "woken": False, "resume_at": None,
        "once_more": False, **NO_FAILURES, "delivery": delivery, "audit": [],
    }  # fmt: skip


def ended(state: str, outcome: str, reason: str | None, detail: str) -> Document:
    """The values of an entry at its end; the acknowledgement is owed from now on."""
    return {
        "state": state, "reason": reason, "detail": detail, "settled_at": now(), "next_at": now() + LEASE,
        "ack": {"message_id": str(ULID()), "outcome": outcome, "reason": reason, "detail": detail},
    }  # fmt: skip


def parked(reason: str, detail: str) -> Document:
    """The values of a parked entry."""
    return ended("parked", "PARKED", str(reason), detail)


async def list_receipts(
    store: Store, state: str | None, case_no: str | None, limit: int = 100
) -> list[Document]:
    """Receipts without their bytes, newest first."""
    wanted: dict[str, Any] = {
        name: value for name, value in (("state", state), ("case_no", case_no)) if value
    }
    return await Ledger(store).collection.find(
        wanted, sort=[("received_at", -1)], limit=limit, projection={"raw": 0}
    )


async def show(store: Store, receipt_id: str) -> Document:
    """One receipt with its bytes; RequestRejected where there is none."""
    entry = await Ledger(store).get(receipt_id)
    if entry is None:
        raise RequestRejected("not_found", f"There is no receipt {receipt_id}.", status=404)
    return entry


async def replay(store: Store, receipt_id: str, by: str, why: str = "") -> int:
    """Try a parked receipt again from the beginning; the gateway takes it up within a second. The entry's new version."""
    entry = await replayable(store, receipt_id)
    again = {
        "state": "stored", "attempts": 0, "next_at": now(), "replays": entry["replays"] + 1, "reason": None, "detail": "",
        "settled_at": None, "ack": None, "woken": False, "resume_at": None, "once_more": False, **NO_FAILURES,
    }  # fmt: skip
    await _operate(store, entry, again, by, "replay", why)
    return int(entry["version"])


async def replayable(store: Store, receipt_id: str) -> Document:
    """A parked receipt that can be tried again; RequestRejected says why not."""
    entry = await _parked_entry(store, receipt_id)
    if entry["reason"] == Reason.MESSAGE_ID_REUSED:
        detail = (
            "同一MessageId不会再次办理；请撤除，并请海关以新编号重发。 "
            "A reused MessageId is never applied; dismiss it, and have customs send it anew."
        )
        raise RequestRejected("not_replayable", detail)
    return entry


async def dismiss(store: Store, receipt_id: str, by: str, why: str) -> None:
    """Put a parked receipt aside for good."""
    entry = await _parked_entry(store, receipt_id)
    await _operate(store, entry, {"state": "dismissed", "next_at": entry["next_at"]}, by, "dismiss", why)


async def _parked_entry(store: Store, receipt_id: str) -> Document:
    entry = await show(store, receipt_id)
    if entry["state"] != "parked":
        zh = f"只能处理已搁置的回执，此条为{entry['state']}。"
        en = f"The receipt {receipt_id} is {entry['state']}; only parked ones can be changed."
        raise RequestRejected("not_parked", f"{zh} {en}")
    return entry


async def _operate(store: Store, entry: Document, values: Document, by: str, what: str, why: str) -> None:
    audit = [*entry["audit"], {"at": now(), "by": by, "what": what, "why": why}]
    if not await Ledger(store).change(entry, values | {"audit": audit}):
        raise RequestRejected(
            "changed_meanwhile", f"The receipt {entry['_id']} was changed meanwhile; look again."
        )
