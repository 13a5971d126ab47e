"""A stored document read by attributes: a typed view over what the database holds, which copies nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, overload

Document = dict[str, Any]
"""A document as it is written, or a part of one."""


class Record:
    """The base of all shapes; `document` is what the database holds, of which a projection may have left parts out."""

    __slots__ = ("document",)

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def changed(self, **values: object) -> Self:
        """The record as it is with other values under these keys; the one it was made from stays as it is."""
        return type(self)({**self.document, **values})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return other.document == self.document

    def __hash__(self) -> int:
        return hash((type(self), self.document.get("_id")))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.document.get('_id', '')}>"


def documents_of(records: Iterable[Record]) -> list[Document]:
    """What records hold, to be written as a list of a document."""
    return [dict(record.document) for record in records]


class _Required:
    """Marks a field that every document of its shape has."""


_REQUIRED = _Required()


class Field[T]:
    """One value of a record: the key that it stands under, and how what stands there is read.

    A document without the key has the value `absent`; where no such value is given, the reader raises KeyError: the
    document is not of this shape, or its projection left the field out.
    """

    __slots__ = ("_absent", "_key", "_read")

    def __init__(
        self, key: str, read: Callable[[Any], T] | None = None, *, absent: T | _Required = _REQUIRED
    ) -> None:
        self._key, self._read, self._absent = key, read, absent

    @overload
    def __get__(self, record: None, shape: type[Record]) -> Self: ...
    @overload
    def __get__(self, record: Record, shape: type[Record]) -> T: ...
    def __get__(self, record: Record | None, shape: type[Record]) -> T | Self:
        if record is None:
            return self
        value = record.document.get(self._key, _REQUIRED)
        if value is _REQUIRED:
            if isinstance(self._absent, _Required):
                raise KeyError(f"{shape.__name__}.{self._key}")
            return self._absent
        read: T = value if self._read is None else self._read(value)
        return read


def maybe[T](read: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """Read a value that may be None."""
    return lambda value: None if value is None else read(value)


def many[T](read: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """Read a list, each of its values alike, in its order."""
    return lambda values: tuple(map(read, values))


def by_name[K, T](name: Callable[[str], K], read: Callable[[Any], T]) -> Callable[[Any], dict[K, T]]:
    """Read a document within the document: its names and its values each alike."""
    return lambda values: {name(key): read(value) for key, value in values.items()}
