"""The time limits as they are kept: one document, which operators change and everybody reads."""

from collections.abc import Mapping

from shared.contracts.collections import TIME_LIMITS
from shared.contracts.documents.time_limits import TimeLimits
from shared.lifecycle.time_limits import DEFAULT_LIMITS
from shared.runtime.clock import now
from shared.runtime.store import Document, DuplicateKey, Store


async def find_limits(store: Store) -> TimeLimits:
    """The limits that hold now; the defaults where none were set."""
    found = await store.collection(TIME_LIMITS.name).find_one(_ONE)
    return TimeLimits(found) if found else DEFAULT_LIMITS


async def keep_limits(store: Store, before: TimeLimits, months: Mapping[str, int], by: str) -> bool:
    """Set the limits, if they are still those that were read; from now on these hold for every open case."""
    kept = store.collection(TIME_LIMITS.name)
    values: Document = {
        "version": before.version + 1,
        "months": dict(months),
        "changed_at": now(),
        "changed_by": by,
    }
    if before.version:
        return await kept.update_one(_ONE | {"version": before.version}, {"$set": values}) == 1
    try:
        await kept.insert_one(_ONE | values)
    except DuplicateKey:
        return False
    return True


_ONE: Document = {"_id": "limits"}
