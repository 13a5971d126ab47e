"""Makes the indexes that `shared/contracts/queries.py` names."""

from shared.contracts.collections import StoredIn
from shared.contracts.queries import INDEXES
from shared.runtime.store import Store


async def make_indexes(store: Store, *kept: StoredIn) -> None:
    """Make the indexes of these collections; what is there already stays."""
    for each in kept:
        wanted = [
            (index.keys, {"expireAfterSeconds": 0} if index.ends else {}) for index in INDEXES[each.name]
        ]
        await store.collection(each.name).create_indexes(wanted)
