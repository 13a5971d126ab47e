"""Indexes of the database that stands in for MongoDB, in the order of BSON: mongoeco's own give nothing in order.

An entry is flat, so that Python compares it at once: for each field the rank of its type and its value, then the document's
place in its collection, and its cell. An index holds every document, also where the field is missing, which counts as null.
A long list has one entry, whatever is asked of it, and is looked at: to have thousands of entries in order for each document
costs seconds before the first answer, and more memory than the documents.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, product
from math import inf, isnan
from types import NoneType
from typing import Any

from mongoeco.core.filtering import QueryEngine
from sortedcontainers import SortedList

Entry = tuple[Any, ...]
Cell = list[Any]
"""The key of a document in its collection, and the document as it is stored: all indexes of a collection share it."""
Part = tuple[int, Any]
"""A value as it stands in an entry."""
Span = tuple[Entry, Entry]
"""All entries from the first on and before the second, which need not be there."""
NULL: Part = (1, 0)
LONG: Part = (0, 0)
"""A list that has too many elements for an entry each."""
LONGEST_LIST = 200
_LIST: Part = (5, 0)
_RANKS = {NoneType: 1, int: 2, float: 2, str: 3, bool: 8, datetime: 9}


class NoOrder(Exception):
    """A value that these indexes can't order, or too many lists at once: all documents have to be looked at."""


def part_of(value: Any) -> Part:
    """A single value as it stands in an entry; NoOrder where it is of a type that no field of ours has in an index."""
    if value is None:
        return NULL
    rank = _RANKS.get(type(value))
    if rank is None or (rank == 2 and isnan(value)) or (rank == 9 and value.tzinfo is not None):
        raise NoOrder
    return rank, value


class OrderedIndex:
    """The documents of a collection in the order of some fields; brought up to date when it is asked, not at each write."""

    def __init__(self, fields: Sequence[str], cells: dict[Any, Cell]) -> None:
        self.fields, self._cells = tuple(fields), cells
        self.changed: set[Any] | None = None
        """Keys whose documents changed since; None where none was read yet."""
        self._entries: SortedList = SortedList()
        self._held: dict[Any, list[Entry]] = {}
        self._odd: set[Any] = set()
        self._lists: list[set[Any]] = [set() for _ in fields]
        self._long: list[set[Any]] = [set() for _ in fields]

    def refresh(self, collection: Any, read: Callable[[Any], Any]) -> None:
        """Take in what changed; NoOrder where a document has a value that has no place here."""
        changed = list(collection) if self.changed is None else self.changed
        if len(changed) > len(self._held) // 4:
            self._read_all(collection, read)
        else:
            for key in changed:
                for entry in self._held.pop(key, ()):
                    self._entries.remove(entry)
                self._entries.update(self._read(collection, key, read))
        self.changed = set()
        if self._odd:
            raise NoOrder

    def has_lists(self, position: int) -> bool:
        """Whether a document has a list in this field: it then stands in several places."""
        return bool(self._lists[position])

    def has_long(self, position: int) -> bool:
        """Whether a document has a list in this field that stands as `LONG`."""
        return bool(self._long[position])

    def count(self, span: Span) -> int:
        """How many entries there are."""
        return max(int(self._entries.bisect_left(span[1]) - self._entries.bisect_left(span[0])), 0)

    def walk(self, spans: Sequence[Span], at: int, ways: Sequence[int]) -> Iterator[Entry]:
        """The entries of several spans in one order: from the field `at` on, in these ways, 1 rising and -1 falling."""
        walks = [self._one_way(span, 2 * at, ways) for span in spans]
        if len(walks) == 1 or not ways:
            return chain.from_iterable(walks)
        return heapq.merge(*walks, key=lambda entry: _ordered(entry[2 * at :], ways))

    def _one_way(self, span: Span, at: int, ways: Sequence[int]) -> Iterator[Entry]:
        low, high = span
        if len(set(ways)) <= 1:
            falling = bool(ways) and ways[0] < 0
            yield from self._entries.irange(low, high, inclusive=(True, False), reverse=falling)
            return
        while (head := self._first(low, high, rising=ways[0] > 0)) is not None:
            same, beyond = head[: at + 2], (*head[: at + 2], inf)
            yield from self._one_way((max(low, same), min(high, beyond)), at + 2, ways[1:])
            low, high = (beyond, high) if ways[0] > 0 else (low, same)

    def _first(self, low: Entry, high: Entry, *, rising: bool) -> Entry | None:
        if low >= high:
            return None
        return next(self._entries.irange(low, high, inclusive=(True, False), reverse=not rising), None)

    def _read_all(self, collection: Any, read: Callable[[Any], Any]) -> None:
        self._held = {}
        for keys in (self._odd, *self._lists, *self._long):
            keys.clear()
        self._entries = SortedList(
            entry for key in list(collection) for entry in self._read(collection, key, read)
        )

    def _read(self, collection: Any, key: Any, read: Callable[[Any], Any]) -> list[Entry]:
        """The entries of a document as it is now; none where it is gone."""
        for keys in (self._odd, *self._lists, *self._long):
            keys.discard(key)
        stored = collection.get(key)
        if stored is None:
            self._cells.pop(key, None)
            return []
        cell = self._cells.setdefault(key, [key, stored])
        cell[1] = stored
        try:
            parts = _parts_of(read(stored), self.fields)
        except NoOrder:
            self._odd.add(key)
            return []
        for lists, long, some in zip(self._lists, self._long, parts, strict=True):
            if _is_of_a_list(some):
                lists.add(key)
            if LONG in some:
                long.add(key)
        end = (collection.ordinal_for(key), cell)
        self._held[key] = found = [(*sum(each, ()), *end) for each in product(*parts)]
        return found


def _parts_of(document: Any, fields: Iterable[str]) -> list[list[Part]]:
    """By field: its value, and of a list every element besides the list itself."""
    parts: list[list[Part]] = []
    for field in fields:
        if "." in field:
            values: Any = QueryEngine.extract_values(document, field) or [None]
        else:
            value = document.get(field)
            values = [value, *value] if isinstance(value, list) else [value]
        parts.append(
            [LONG]
            if len(values) > LONGEST_LIST
            else list(dict.fromkeys(_LIST if isinstance(each, list) else part_of(each) for each in values))
        )
    if sum(map(_is_of_a_list, parts)) > 1:
        raise NoOrder
    return parts


def _is_of_a_list(parts: list[Part]) -> bool:
    return len(parts) > 1 or parts[0] in (_LIST, LONG)


class _Falling:
    """A part that stands the further in front the larger it is."""

    __slots__ = ("part",)

    def __init__(self, part: Entry) -> None:
        self.part = part

    def __lt__(self, other: "_Falling") -> bool:
        return other.part < self.part

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Falling) and self.part == other.part

    __hash__ = None  # type: ignore[assignment]


def _ordered(values: Entry, ways: Sequence[int]) -> Any:
    """What an entry is merged by."""
    if len(set(ways)) <= 1:
        return _Falling(values) if ways and ways[0] < 0 else values
    parts = [values[each : each + 2] for each in range(0, 2 * len(ways), 2)]
    return [_Falling(part) if way < 0 else part for part, way in zip(parts, ways, strict=True)]
