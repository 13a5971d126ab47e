"""A database in memory: the calls of shared/runtime/store.py, each atomic, with the few operators that our code uses."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.runtime.store import Collection, Document, DuplicateKey, Store
from tests.property.scheduler import Room, no_answer

Watcher = Callable[[Document | None, Document | None], None]
"""Called at every write with the document before and after."""


_CONTAINERS = (dict, list, tuple)


class MemoryCollection(Collection):
    """Documents by `_id`; `watch` sees every write."""

    def __init__(self, room: Room) -> None:
        super().__init__(None)
        self._room = room
        self.documents: dict[Any, Document] = {}
        self.watch: Watcher = lambda before, after: None

    async def find_one(self, filter: Document, projection: Document | None = None) -> Document | None:
        found: Document | None = await self._call(lambda: copied(_projected(self._first(filter), projection)))
        return found

    async def insert_one(self, document: Document) -> None:
        kept: Document = copied(document)

        def insert() -> None:
            if kept["_id"] in self.documents:
                raise DuplicateKey(kept["_id"])
            self._write(None, kept)

        await self._call(insert)

    async def update_one(self, filter: Document, update: Document, *, upsert: bool = False) -> int:
        kept = copied(update)
        return int(await self._call(lambda: 1 if self._update(filter, kept, upsert) else 0))

    async def find_one_and_update(
        self, filter: Document, update: Document, *, upsert: bool = False, projection: Document | None = None
    ) -> Document | None:
        kept = copied(update)
        found: Document | None = await self._call(
            lambda: copied(_projected(self._update(filter, kept, upsert), projection))
        )
        return found

    async def delete_one(self, filter: Document) -> int:
        def delete() -> int:
            found = self._first(filter)
            if found is None:
                return 0
            del self.documents[found["_id"]]
            self.watch(found, None)
            return 1

        return int(await self._call(delete))

    async def find(
        self, filter: Document, *, sort: Sequence[tuple[str, int]] = (), skip: int = 0, limit: int = 0,
        projection: Mapping[str, Any] | None = None,
    ) -> list[Document]:  # fmt: skip
        def find() -> list[Document]:
            found = [each for each in self.documents.values() if fits(each, filter)]
            for name, direction in reversed(sort):
                found.sort(key=lambda each: each[name], reverse=direction < 0)
            return [
                copied(_projected(each, projection)) for each in found[skip : skip + limit if limit else None]
            ]

        return await self._call(find)  # type: ignore[no-any-return]

    async def count(self, filter: Document, *, limit: int = 0) -> int:
        return len(await self.find(filter, limit=limit))

    async def create_indexes(self, indexes: Iterable[object]) -> None:
        """Nothing is slow enough to need one."""

    async def _call(self, make: Callable[[], Any]) -> Any:
        return await self._room.call(make, no_answer)

    def _first(self, filter: Document) -> Document | None:
        if isinstance(filter.get("_id"), str):
            found = self.documents.get(filter["_id"])
            return found if found is not None and fits(found, filter) else None
        return next((each for each in self.documents.values() if fits(each, filter)), None)

    def _update(self, filter: Document, update: Document, upsert: bool) -> Document | None:
        before = self._first(filter)
        if before is None and not upsert:
            return None
        if before is None and filter["_id"] in self.documents:
            raise DuplicateKey(filter["_id"])
        after: Document = copied(before) if before is not None else {"_id": filter["_id"]}
        for operator, values in update.items():
            for path, value in values.items():
                *parents, name = path.split(".")
                place = after
                for parent in parents:
                    place = place.setdefault(parent, {})
                if operator == "$unset":
                    place.pop(name, None)
                else:
                    place[name] = _OPERATORS[operator](place.get(name), value)
        self._write(before, after)
        return after

    def _write(self, before: Document | None, after: Document) -> None:
        self.documents[after["_id"]] = after
        self.watch(before, after)


class MemoryStore(Store):
    """Collections by name."""

    def __init__(self, room: Room) -> None:
        self._room, self._collections = room, dict[str, MemoryCollection]()

    def collection(self, name: str) -> MemoryCollection:
        return self._collections.setdefault(name, MemoryCollection(self._room))

    async def time(self) -> datetime:
        return self._room.true_time()


def copied(value: Any) -> Any:
    """A copy of what a document holds."""
    kind = type(value)
    if kind is dict:
        return {name: copied(each) if type(each) in _CONTAINERS else each for name, each in value.items()}
    if kind in _CONTAINERS:
        return [copied(each) for each in value]
    return value


def _projected(document: Document | None, projection: Mapping[str, Any] | None) -> Document | None:
    """The document with the fields that were asked for (1), or without those that were not (0)."""
    if document is None or not projection:
        return document
    if 0 in projection.values():
        return {name: value for name, value in document.items() if name not in projection}
    asked: Document = {}
    for path in projection:
        place = asked
        for name in path.split("."):
            place = place.setdefault(name, {})
    return {"_id": document["_id"], **_asked_of(document, asked)}


def _asked_of(document: Document, asked: Document) -> Document:
    """The parts of a document that a tree of names asks for; an empty tree asks for all of it."""
    return {
        name: _asked_of(document[name], inner)
        if inner and isinstance(document[name], dict)
        else document[name]
        for name, inner in asked.items()
        if name in document
    }


def fits(document: Document, filter: Document) -> bool:
    """Whether a document is one that a filter asks for."""
    return all(
        not any(fits(document, each) for each in wanted) if path == "$nor"
        else _fits(list(_at(document, path.split("."))), wanted)
        for path, wanted in filter.items()
    )  # fmt: skip


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    """What stands at a path; in a list, at the path in each of its elements."""
    if isinstance(value, list) and path:
        for each in value:
            yield from _at(each, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        yield from _at(value.get(path[0]), path[1:])


def _fits(found: list[Any], wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return all(any(_TESTS[name](each, value) for each in found) for name, value in wanted.items())
    inside = any(isinstance(each, list) and wanted in each for each in found)
    return inside or wanted in found or (wanted is None and not found)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "$lte": lambda found, limit: found is not None and found <= limit,
    "$lt": lambda found, limit: found is not None and found < limit,
    "$gt": lambda found, limit: found is not None and found > limit,
    "$ne": lambda found, value: found != value,
    "$in": lambda found, values: found in values,
    "$nin": lambda found, values: found not in values,
    "$elemMatch": lambda found, wanted: any(fits(each, wanted) for each in found or ()),
}
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "$set": lambda before, value: value,
    "$inc": lambda before, value: (before or 0) + value,
    "$push": lambda before, value: [*(before or []), *(value["$each"] if _is_each(value) else [value])],
    "$addToSet": lambda before, value: list(
        dict.fromkeys([*(before or []), *(value["$each"] if _is_each(value) else [value])])
    ),
    "$pull": lambda before, value: [each for each in before or [] if not _is_pulled(each, value)],
}


def _is_pulled(each: Any, wanted: Any) -> bool:
    return fits(each, wanted) if isinstance(wanted, dict) else bool(each == wanted)


def _is_each(value: Any) -> bool:
    return isinstance(value, dict) and "$each" in value
