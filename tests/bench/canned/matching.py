"""Which documents fit a filter: the operators that the product uses, and a ValueError for any other."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Document = dict[str, Any]


def fits(document: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a document fits a filter."""
    return all(
        _LOGIC[key](document, asked) if key[0] == "$" else _path_fits(document, key, asked)
        for key, asked in wanted.items()
    )


def value_at(document: Any, path: str) -> Any:
    """What stands there, not looking into lists; None where nothing does."""
    for name in path.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def _path_fits(document: Mapping[str, Any], path: str, asked: Any) -> bool:
    found = [*_values(document, path.split("."))]
    if isinstance(asked, Mapping) and any(key[:1] == "$" for key in asked):
        return all(_operator(operator, asked)(found, value) for operator, value in asked.items())
    return _equal(found, asked)


def _values(value: Any, names: Sequence[str]) -> Iterator[Any]:
    """Every value at a path; a list counts as itself and as each of its entries."""
    if not names:
        yield value
        if isinstance(value, list):
            yield from value
    elif isinstance(value, Mapping):
        if names[0] in value:
            yield from _values(value[names[0]], names[1:])
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, Mapping):
                yield from _values(each, names)


def _operator(name: str, asked: Mapping[str, Any]) -> Callable[[list[Any], Any], bool]:
    if name == "$regex":
        flags = re.IGNORECASE if "i" in asked.get("$options", "") else 0
        return lambda found, pattern: any(isinstance(v, str) and re.search(pattern, v, flags) for v in found)
    if name not in _OPERATORS:
        raise ValueError(f"The canned server does not know {name}.")
    return _OPERATORS[name]


def _equal(found: list[Any], value: Any) -> bool:
    return value in found or (value is None and not found)


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any], bool]:
    def any_of(found: list[Any], value: Any) -> bool:
        return any(type(each) is type(value) and compare(each, value) for each in found)

    return any_of


_LOGIC: dict[str, Callable[[Mapping[str, Any], Any], bool]] = {
    "$and": lambda document, parts: all(fits(document, part) for part in parts),
    "$or": lambda document, parts: any(fits(document, part) for part in parts),
    "$nor": lambda document, parts: not any(fits(document, part) for part in parts),
}
_OPERATORS: dict[str, Callable[[list[Any], Any], bool]] = {
    "$eq": _equal,
    "$ne": lambda found, value: not _equal(found, value),
    "$in": lambda found, values: any(_equal(found, value) for value in values),
    "$nin": lambda found, values: not any(_equal(found, value) for value in values),
    "$gt": _compared(lambda a, b: a > b),
    "$gte": _compared(lambda a, b: a >= b),
    "$lt": _compared(lambda a, b: a < b),
    "$lte": _compared(lambda a, b: a <= b),
    "$exists": lambda found, there: bool(found) is bool(there),
    "$options": lambda found, value: True,
    "$elemMatch": lambda found, part: any(isinstance(v, Mapping) and fits(v, part) for v in found),
    "$size": lambda found, size: any(isinstance(v, list) and len(v) == size for v in found),
}
