"""The collections of the canned server: dictionaries, found by `_id` and by the first field of each index."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from bson import ObjectId

from tests.bench.canned.matching import Document, fits, value_at
from tests.bench.canned.updating import apply


class Taken(Exception):
    """There is a document with this `_id`."""


class CannedCollection:
    """One collection."""

    def __init__(self) -> None:
        self._documents: dict[Any, Document] = {}
        self._by: dict[str, dict[Any, dict[Any, None]]] = {}

    def index(self, field: str) -> None:
        """Find documents by this field too; one inside another is found by a walk over all."""
        if field not in self._by and field != "_id" and "." not in field:
            self._by[field] = {}
            for key, document in self._documents.items():
                self._enter(field, document.get(field), key)

    def add(self, document: Document) -> None:
        """Add a document; Taken where its `_id` is."""
        key = document.setdefault("_id", ObjectId())
        if key in self._documents:
            raise Taken(key)
        self._documents[key] = document
        for field in self._by:
            self._enter(field, document.get(field), key)

    def find(
        self, wanted: Mapping[str, Any], sort: Mapping[str, int], skip: int, limit: int
    ) -> list[Document]:
        """The documents that fit, themselves."""
        found: Iterable[Document] = self._fitting(wanted)
        if not sort:
            most = skip + limit if limit else None
            found = [each for _, each in zip(range(most), found, strict=False)] if most else [*found]
        for field, direction in reversed(list(sort.items())):
            found = sorted(found, key=_ordered_by(field), reverse=direction < 0)
        return [*found][skip : skip + limit if limit else None]

    def count(self, wanted: Mapping[str, Any]) -> int:
        """How many fit."""
        return sum(1 for _ in self._fitting(wanted))

    def update(
        self, wanted: Mapping[str, Any], update: Mapping[str, Any], upsert: bool
    ) -> tuple[Document | None, bool]:
        """Change the first document that fits; it as it is afterwards, and whether it was made."""
        found = next(self._fitting(wanted), None)
        if found is None:
            return (self._upserted(wanted, update), True) if upsert else (None, False)
        before = {field: found.get(field) for field in self._by}
        apply(found, update)
        for field, value in before.items():
            if found.get(field) != value:
                self._by[field].get(_hashed(value), {}).pop(found["_id"], None)
                self._enter(field, found.get(field), found["_id"])
        return found, False

    def remove(self, wanted: Mapping[str, Any], limit: int) -> int:
        """Remove what fits; how many there were."""
        gone = self.find(wanted, {}, 0, limit)
        for each in gone:
            del self._documents[each["_id"]]
            for field, held in self._by.items():
                held.get(_hashed(each.get(field)), {}).pop(each["_id"], None)
        return len(gone)

    def _upserted(self, wanted: Mapping[str, Any], update: Mapping[str, Any]) -> Document:
        made = {name: deepcopy(value) for name, value in wanted.items() if not isinstance(value, Mapping)}
        apply(made, update, inserted=True)
        self.add(made)
        return made

    def _fitting(self, wanted: Mapping[str, Any]) -> Iterator[Document]:
        return (each for each in self._candidates(wanted) if fits(each, wanted))

    def _candidates(self, wanted: Mapping[str, Any]) -> Sequence[Document]:
        for field, value in wanted.items():
            if isinstance(value, (Mapping, list)) or value is None:
                continue
            if field == "_id":
                return [self._documents[value]] if value in self._documents else []
            if field in self._by:
                return [self._documents[key] for key in self._by[field].get(value, ())]
        return [*self._documents.values()]

    def _enter(self, field: str, value: Any, key: Any) -> None:
        self._by[field].setdefault(_hashed(value), {})[key] = None


def _hashed(value: Any) -> Any:
    """A value by which a dictionary finds it; documents and lists stand under None, which no filter looks up."""
    return None if isinstance(value, (Mapping, list)) else value


def _ordered_by(path: str) -> Callable[[Document], tuple[bool, str, Any]]:
    """Nothing first, then values of one type beside each other."""

    def order(document: Document) -> tuple[bool, str, Any]:
        value = value_at(document, path)
        return (value is not None, type(value).__name__, value if value is not None else 0)

    return order
