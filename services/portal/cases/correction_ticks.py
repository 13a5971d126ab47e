"""Which items of customs' opinions officers ticked off; the portal's own note, of which customs learns nothing."""

from collections.abc import Iterable

from shared.contracts.collections import CORRECTIONS
from shared.contracts.documents.people import CorrectionTick
from shared.runtime.clock import now
from shared.runtime.store import Store


async def find_ticks(store: Store, keys: Iterable[str]) -> dict[str, CorrectionTick]:
    """What is noted of these items, by key."""
    documents = await store.collection(CORRECTIONS.name).find({"_id": {"$in": list(keys)}})
    return {each.key: each for each in map(CorrectionTick, documents)}


async def keep_tick(store: Store, case_id: str, key: str, done: bool, by: str) -> None:
    """Note that an item of a case is done, or open again."""
    change = {"done": done, "by": by, "at": now(), "case_id": case_id}
    await store.collection(CORRECTIONS.name).update_one({"_id": key}, {"$set": change}, upsert=True)
