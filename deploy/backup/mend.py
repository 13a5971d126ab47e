"""What must be told again after a restore: the ledger of declarations was read after the cases, and may know more."""

import bson

from shared.lifecycle.clock import now
from shared.runtime.store import Document, Store


async def tell_again(store: Store) -> int:
    """Let the gateway tell a case again what its copy has not heard of its declarations; how many there were.

    A case that has heard it answers a repeated fact like the first time, so too many do no harm.
    """
    cases, declarations, count = store.collection("cases"), store.collection("declarations"), 0
    async for raw in store.raw("declarations").each():
        declaration = bson.decode(raw)
        if not (declaration["told"] or declaration["failure_told"]):
            continue
        case = await cases.find_one({"_id": declaration["case_id"]}, {"inbox": 1}) or {}
        values = _unheard(declaration, case.get("inbox", ()))
        if values:
            await declarations.update_one({"_id": declaration["_id"]}, {"$set": values})
            count += 1
    return count


def _unheard(declaration: Document, inbox: list[str]) -> Document:
    values: Document = {}
    if declaration["told"] and f"{declaration['_id']}.sent" not in inbox:
        values |= {"told": False, "next_at": now()}
    if declaration["failure_told"] and f"{declaration['_id']}.failed" not in inbox:
        values |= {"failure_told": False}
    return values
