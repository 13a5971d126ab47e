"""The file in which the database that stands in for MongoDB keeps what it holds in memory: a line of JSON for each change."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Place = tuple[str, str]
"""A collection: the names of its database and of itself."""
Documents = dict[str, Any]
"""Documents by `_id`, as text."""
LONGEST = 64 * 2**20
"""How many bytes may be appended before the file is written anew, without what was changed since."""


def written(place: Place, document: Any) -> str:
    """The line of a document as it is now."""
    return _line({"in": place, "document": document})


def removed(place: Place, key: Any) -> str:
    """The line of a document that was removed; `key` is its `_id`."""
    return _line({"in": place, "removed": key})


def dropped(database: str, collection: str | None = None) -> str:
    """The line of a collection that was dropped, or of a whole database."""
    return _line({"dropped": [database, collection]})


class Journal:
    """Appends lines; each stands in the file, for the kernel to write, before `append` returns: no kill of the process loses it.

    Nothing is forced to the disk, so what a loss of power leaves is a part of the lines, from the first on.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._file, self._appended = path, -1, 0

    def read(self) -> dict[Place, Documents]:
        """What the lines leave; a last one that was not written to its end counts as never written."""
        found: dict[Place, Documents] = {}
        if self._path.exists():
            with self._path.open(encoding="utf-8", newline="\n") as lines:
                for line in lines:
                    if line.endswith("\n"):
                        _apply(found, json.loads(line))
        return found

    def begin(self, documents: Iterable[tuple[Place, Any]]) -> None:
        """Have these documents alone in the file, and append to it from now on."""
        new = self._path.with_suffix(".new")
        with new.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(written(place, document) for place, document in documents)
        new.replace(self._path)
        self.close()
        self._file, self._appended = os.open(self._path, os.O_WRONLY | os.O_APPEND), 0

    def append(self, lines: list[str]) -> None:
        """Write lines; OSError where not all of them could be, and then none of them counts."""
        data = "".join(lines).encode()
        before = os.fstat(self._file).st_size
        if os.write(self._file, data) != len(data):
            os.ftruncate(self._file, before)
            raise OSError(f"{self._path} takes no more")
        self._appended += len(data)

    def is_long(self) -> bool:
        """Whether it is time to begin anew."""
        return self._appended > LONGEST

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _line(change: dict[str, Any]) -> str:
    return json.dumps(change, ensure_ascii=False, separators=(",", ":")) + "\n"


def _apply(found: dict[Place, Documents], change: dict[str, Any]) -> None:
    if "dropped" in change:
        database, collection = change["dropped"]
        for place in [each for each in found if each[0] == database and collection in (None, each[1])]:
            del found[place]
        return
    database, collection = change["in"]
    documents = found.setdefault((database, collection), {})
    if "removed" in change:
        documents.pop(_text(change["removed"]), None)
    else:
        documents[_text(change["document"]["_id"])] = change["document"]


def _text(key: Any) -> str:
    return json.dumps(key)
