"""What is told and asked again after a restore, at once: the broker of before is gone, and so is what stood in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import bson

from shared.contracts.facts import id_of_failed, id_of_sent
from shared.runtime.clock import now
from shared.runtime.store import Document, Store

_ON_ITS_WAY = timedelta(hours=1)
_AT_ONCE: dict[str, Document] = {"published": {"unanswered": 0}, "deferred": {"woken": True}}


async def requeue_receipts(store: Store) -> int:
    """Have the services asked at once about open receipts; how many there were.

    The answer to a published one was lost with the broker. A deferred one is tried out of turn, which does not count:
    what it waited for may be in its case although the ledger, which was read before, does not know it.
    """
    receipts = store.collection("receipts")
    open_ = await receipts.find({"state": {"$in": list(_AT_ONCE)}}, projection={"state": 1})
    for receipt in open_:
        values = {"next_at": now(), **_AT_ONCE[receipt["state"]]}
        await receipts.update_one({"_id": receipt["_id"]}, {"$set": values})
    return len(open_)


async def requeue_declarations(store: Store) -> int:
    """Let the gateway tell a case again what its copy has not heard of its declarations; how many there were.

    The ledger of declarations was read after the cases and may know more. A case that has heard it answers a repeated
    fact like the first time, so too many do no harm.
    """
    cases, declarations, count = store.collection("cases"), store.collection("declarations"), 0
    async for raw in store.raw("declarations").each():
        declaration = bson.decode(raw)
        if declaration["state"] != "sent" and not declaration["failure_told"]:
            continue
        case = await cases.find_one({"_id": declaration["case_id"]}, {"inbox": 1}) or {}
        values = _unheard(declaration, case.get("inbox", ()))
        if values:
            await declarations.update_one({"_id": declaration["_id"]}, {"$set": values})
            count += 1
    return count


async def requeue_dead_letters(store: Store, began_at: datetime) -> int:
    """Have dead letters put back again that were replayed while the backup was taken, or in the hour before; how many.

    The message stood in the broker alone, or was taken in by a ledger that had been read before; whoever hears it twice
    bears it.
    """
    letters, count = store.collection("dead_letters"), 0
    for letter in await letters.find({"state": "replayed"}, projection={"audit": 1}):
        if letter["audit"][-1]["at"] >= began_at - _ON_ITS_WAY:
            again = {"$set": {"state": "replaying", "next_at": now()}}
            count += await letters.update_one({"_id": letter["_id"]}, again)
    return count


def _unheard(declaration: Document, inbox: Sequence[str]) -> Document:
    values: Document = {}
    declaration_id = declaration["_id"]
    if declaration["state"] == "sent" and _none_of(
        (id_of_sent(declaration_id), f"{declaration_id}.sent"), inbox
    ):
        values |= {"told": False, "next_at": now()}
    if declaration["failure_told"] and _none_of(
        (id_of_failed(declaration_id), f"{declaration_id}.failed"), inbox
    ):
        values |= {"failure_told": False}
    return values


def _none_of(marks: Sequence[str], inbox: Sequence[str]) -> bool:
    """Whether the case has heard none of these; older versions wrote marks with a dot."""
    return not any(mark in inbox for mark in marks)
