"""Documents that count their changes: each change is made on condition that nobody else made one (compare and set)."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from shared.runtime.store import Collection, Document


class Stored(Protocol):
    """A view of a document as it was read; the document has `_id` and `version`."""

    document: Mapping[str, Any]


def as_read(record: Stored) -> Document:
    """The filter that finds a document only while nobody has changed it since it was read."""
    return {"_id": record.document["_id"], "version": record.document["version"]}


class VersionedCollection[Shape: Stored]:
    """A collection whose documents have a `version`. DependencyUnavailable as in Collection."""

    def __init__(self, collection: Collection, shape: Callable[[Document], Shape]) -> None:
        self.collection, self.shape = collection, shape

    async def add(self, record: Shape) -> None:
        """Add a document; DuplicateKey where its `_id` is taken."""
        await self.collection.insert_one(dict(record.document))

    async def get(self, key: str) -> Shape | None:
        """The document with this `_id`."""
        found = await self.collection.find_one({"_id": key})
        return None if found is None else self.shape(found)

    async def change(self, record: Shape, values: Document) -> bool:
        """Write values unless somebody changed the document since it was read.

        The record then has the values and its new version, and is still one that was read; False where nothing was written.
        """
        written = values | {"version": record.document["version"] + 1}
        if await self.collection.update_one(as_read(record), {"$set": written}) != 1:
            return False
        record.document = {**record.document, **written}
        return True
