"""What an update makes of a document: the operators that the product uses, and a ValueError for any other."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.bench.canned.matching import Document, fits


def apply(document: Document, update: Mapping[str, Any], *, inserted: bool = False) -> None:
    """Change a document in place."""
    for operator, fields in update.items():
        if operator == "$setOnInsert" and not inserted:
            continue
        if operator not in _CHANGES:
            raise ValueError(f"The canned server does not know {operator}.")
        for path, value in fields.items():
            holder, name = _holder(document, path)
            _CHANGES[operator](holder, name, value)


def _holder(document: Any, path: str) -> tuple[Any, Any]:
    """Where the last name of a path stands, made where it is not there; lists by number."""
    *names, last = path.split(".")
    for name in names:
        document = document[int(name)] if isinstance(document, list) else document.setdefault(name, {})
    return document, int(last) if isinstance(document, list) else last


def _set(holder: Any, name: Any, value: Any) -> None:
    holder[name] = value


def _unset(holder: Any, name: Any, value: Any) -> None:
    holder.pop(name, None)


def _increase(holder: Any, name: Any, value: Any) -> None:
    holder[name] = holder.get(name, 0) + value


def _push(holder: Any, name: Any, value: Any) -> None:
    listed = isinstance(value, Mapping) and "$each" in value
    entries = holder.setdefault(name, [])
    at = value.get("$position", len(entries)) if listed else len(entries)
    entries[at:at] = value["$each"] if listed else [value]
    if listed and "$slice" in value:
        most = value["$slice"]
        holder[name] = entries[most:] if most < 0 else entries[:most]


def _pull(holder: Any, name: Any, value: Any) -> None:
    holder[name] = [each for each in holder.get(name, ()) if not _pulled(each, value)]


def _pulled(entry: Any, value: Any) -> bool:
    if isinstance(entry, Mapping) and isinstance(value, Mapping):
        return fits(entry, value)
    return fits({"entry": entry}, {"entry": value})


def _add(holder: Any, name: Any, value: Any) -> None:
    entries = holder.setdefault(name, [])
    added = value["$each"] if isinstance(value, Mapping) and "$each" in value else [value]
    entries += [each for each in added if each not in entries]


def _most(holder: Any, name: Any, value: Any) -> None:
    holder[name] = max(holder.get(name, value), value)


def _least(holder: Any, name: Any, value: Any) -> None:
    holder[name] = min(holder.get(name, value), value)


_CHANGES: Mapping[str, Callable[[Any, Any, Any], None]] = {
    "$set": _set, "$setOnInsert": _set, "$unset": _unset, "$inc": _increase, "$push": _push, "$pull": _pull,
    "$addToSet": _add, "$max": _most, "$min": _least,
}  # fmt: skip
