"""Pages of a list that cost the same wherever they stand: read onward from a row that the reader has seen, not from the top."""

import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from shared.runtime.store import Collection, Document

MOST_COUNTED = 10_000
"""How far pages count; what is more is shown as «10,000+»."""
Order = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """The rows of one page, how many there are in all (see `PagedList.count`), and the place to read the next pages from."""

    rows: list[Row]
    total: int
    at: str = ""


class Paged(BaseModel):
    """Which page of a list is asked for; `at` is the place of a page that the reader has seen, as that page told it.

    From there the pages around it are read. Without it a page is found by its number, from the nearer end of the list.
    """

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    size: Annotated[int, Field(ge=1, le=100)] = 10
    at: Annotated[str, Field(max_length=2000)] = ""

    def last_page(self, total: int) -> int:
        """The number of the last page of a list with so many rows (at least one)."""
        return (total - 1) // self.size + 1


@dataclass(frozen=True, slots=True)
class Place:
    """The first row of a page: the number of the page, which part of the list it is in, and its values in the list's order."""

    page: int
    part: int
    values: tuple[object, ...]

    def told(self, order: Order, size: int) -> str:
        """The place as it stands in an address; it holds for this order and this size alone."""
        values = [_written(value) for value in self.values]
        told = json.dumps([self.page, self.part, values, [*order], size], separators=(",", ":"))
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def place_told(told: str, order: Order, size: int, parts: int) -> Place | None:
    """The place that an address tells; None where it tells none, or one of another list."""
    try:
        page, part, values, of_order, of_size = json.loads(
            base64.urlsafe_b64decode(told + "=" * (-len(told) % 4))
        )
        read = tuple(map(_read, values))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    same = of_order == [list(each) for each in order] and of_size == size and len(read) == len(order)
    return Place(page, part, read) if same and _fits(page, part, parts) else None


def _fits(page: object, part: object, parts: int) -> bool:
    return type(page) is int and type(part) is int and 1 <= page <= 1_000_000 and 0 <= part < parts


def _written(value: object) -> object:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _read(value: object) -> object:
    """A value of a place: a text, a moment or nothing; never a condition of the database."""
    if isinstance(value, dict):
        return datetime.fromisoformat(value["at"]).astimezone(UTC)
    if value is None or isinstance(value, str):
        return value
    raise ValueError("no value of a list's order")


class PagedList:
    """One list of the database: `parts` that come one after the other, the cases of none of them in another, each in `order`.

    The last field of `order` is `_id`. `whole` finds all parts at once, for whoever counts them.
    """

    def __init__(
        self,
        collection: Collection,
        parts: Sequence[Document],
        order: Order,
        projection: Mapping[str, object],
        whole: Document | None = None,
    ) -> None:
        self._collection, self._parts, self._order, self._projection = collection, parts, order, projection
        self._counted = parts if whole is None else [whole]

    async def count(self, most: int | None = MOST_COUNTED) -> int:
        """How many rows there are; `most` + 1 where there are more than that."""
        total = 0
        for part in self._counted:
            limit = 0 if most is None else most + 1 - total
            total += await self._collection.count(part, limit=limit)
            if most is not None and total > most:
                break
        return total

    async def page[Row](
        self, wanted: Paged, shape: Callable[[Document], Row], most: int | None = MOST_COUNTED
    ) -> Page[Row]:
        """A page of the list, counted as `count` does."""
        total = await self.count(most)
        rows = await self._rows(wanted, total if most is None or total <= most else None)
        if not rows:
            return Page([], total)
        part, first = rows[0]
        place = Place(wanted.page, part, tuple(first.get(name) for name, _direction in self._order))
        return Page([shape(row) for _part, row in rows], total, place.told(self._order, wanted.size))

    async def batches(self, size: int = 500) -> AsyncIterator[list[Document]]:
        """All rows in order, some at a time, each read on from the last row of those before."""
        rows = await self._onward(self._whole(1), 0, size)
        while rows:
            yield [row for _part, row in rows]
            part, last = rows[-1]
            place = Place(1, part, tuple(last.get(name) for name, _direction in self._order))
            rows = (
                await self._onward(self._from(place, 1, with_it=False), 0, size) if len(rows) == size else []
            )

    async def _rows(self, wanted: Paged, total: int | None) -> list[tuple[int, Document]]:
        before = (wanted.page - 1) * wanted.size
        place = place_told(wanted.at, self._order, wanted.size, len(self._parts))
        if place is not None and before and abs(wanted.page - place.page) < wanted.page:
            rows = await self._around(place, wanted)
            if len(rows) == wanted.size or wanted.page >= place.page:
                return rows
        if total is not None and before > total // 2:
            after = max(total - before - wanted.size, 0)
            limit = min(wanted.size, total - before)
            return (await self._onward(self._whole(-1), after, limit))[::-1] if limit > 0 else []
        return await self._onward(self._whole(1), before, wanted.size)

    async def _around(self, place: Place, wanted: Paged) -> list[tuple[int, Document]]:
        """The rows of a page, counted from the place of another."""
        pages = wanted.page - place.page
        if pages >= 0:
            return await self._onward(self._from(place, 1), pages * wanted.size, wanted.size)
        return (await self._onward(self._from(place, -1), (-pages - 1) * wanted.size, wanted.size))[::-1]

    async def _onward(self, legs: "Sequence[_Leg]", skip: int, limit: int) -> list[tuple[int, Document]]:
        """So many rows after so many others, over all the legs of a way."""
        rows: list[tuple[int, Document]] = []
        for leg in legs:
            found = await self._collection.find(
                leg.filter, sort=leg.order, skip=skip, limit=limit - len(rows), projection=self._projection
            )
            rows += [(leg.part, row) for row in found]
            if len(rows) == limit:
                break
            if skip:
                skip = 0 if found else skip - await self._collection.count(leg.filter, limit=skip)
        return rows

    def _whole(self, direction: int) -> "list[_Leg]":
        """The way over all parts, from the beginning (1) or from the end (-1)."""
        order = self._turned(direction)
        return [_Leg(part, fitting, order) for part, fitting in list(enumerate(self._parts))[::direction]]

    def _from(self, place: Place, direction: int, *, with_it: bool = True) -> "list[_Leg]":
        """The way from a row on (1), with that row unless it is said, or back from it, without it (-1)."""
        order = self._turned(direction)
        fitting, further = (
            self._parts[place.part],
            _beyond(order, place.values, inclusive=with_it and direction > 0),
        )
        beyond = {"$or": [{"$and": [fitting, each]} for each in further]}
        return [
            _Leg(leg.part, beyond if leg.part == place.part else leg.filter, order)
            for leg in self._whole(direction)
            if (leg.part - place.part) * direction >= 0
        ]

    def _turned(self, direction: int) -> Order:
        return [(name, each * direction) for name, each in self._order]


@dataclass(frozen=True, slots=True)
class _Leg:
    """A part of a list, or what is left of it, in the direction in which it is read."""

    part: int
    filter: Document
    order: Order


def _beyond(order: Order, values: Sequence[object], *, inclusive: bool) -> list[Document]:
    """What stands after these values in an order, as alternatives of which each is one stretch of the order's index.

    A field that is missing stands before all others, and no comparison finds it.
    """
    found: list[Document] = []
    same: Document = {}
    for (name, direction), value in zip(order, values, strict=True):
        last = name == "_id"
        if value is None:
            found += [same | {name: {"$ne": None}}] if direction > 0 else []
        else:
            comparison = ("$gt" if direction > 0 else "$lt") + ("e" if last and inclusive else "")
            found.append(same | {name: {comparison: value}})
            found += [same | {name: None}] if direction < 0 and not last else []
        same = same | {name: value}
    return found
