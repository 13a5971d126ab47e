"""The ledger outside of the system: what was sent and what was told, appended line by line, never changed."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Witness:
    """Appends to a file of JSON lines: `at` (seconds since the run began), `who`, `what`, and what it is about."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._begun = time.monotonic()

    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self._begun

    def saw(self, who: str, what: str, **about: Any) -> None:
        """Append a line; it is with the system when this returns."""
        line = {"at": round(self.seconds(), 3), "who": who, "what": what, **about}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def lines(self, what: str | None = None) -> Iterator[Line]:
        """What was seen so far, oldest first."""
        for text in self.path.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            if what in (None, line["what"]):
                yield line

    def close(self) -> None:
        """No more lines."""
        self._file.close()
