"""Log lines of any service, read from files, compressed ones too, or from standard input (CONTRACT 5)."""

import gzip
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

_COMPRESSED = ".gz"
_NAMED = 5


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line: what it says, and the JSON as it stood."""

    said: dict[str, Any]
    text: str

    def of(self, name: str) -> str:
        """A field as text; '' where the line lacks it."""
        value = self.said.get(name)
        return "" if value is None else str(value)


@dataclass(slots=True)
class LogSources:
    """Where lines are read from, as often as is wanted; `unread` says which were no lines of ours."""

    files: list[tuple[str, BinaryIO]]
    unread: dict[str, None] = field(default_factory=dict)

    def lines(self) -> Iterator[LogLine]:
        """Every line that can be read, source by source; what stands before its `{`, such as a container's name, is left out."""
        for name, file in self.files:
            file.seek(0)
            for number, raw in enumerate(file, 1):
                line = _read(raw)
                if line:
                    yield line
                elif raw.strip():
                    self.unread[f"{name}:{number}"] = None

    def complaint(self) -> str:
        """Which lines could not be read, in a sentence; '' where all could."""
        if not self.unread:
            return ""
        named = list(self.unread)[:_NAMED]
        more = f" and {len(self.unread) - len(named)} more" * (len(self.unread) > len(named))
        return f"Not read, since they are no JSON lines of ours: {', '.join(named)}{more}."


def opened(paths: list[Path], held: ExitStack) -> LogSources:
    """The files, or a copy of standard input where there are none; closed with `held`. OSError where one can't be opened."""
    if paths:
        return LogSources(
            [(str(path), held.enter_context(_OPENERS.get(path.suffix, _plain)(path))) for path in paths]
        )
    copy = held.enter_context(TemporaryFile())  # noqa: SIM115 - held
    shutil.copyfileobj(sys.stdin.buffer, copy)
    return LogSources([("standard input", cast(BinaryIO, copy))])


def _plain(path: Path) -> BinaryIO:
    return path.open("rb")


def _unpacked(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb"))


_OPENERS: dict[str, Callable[[Path], BinaryIO]] = {_COMPRESSED: _unpacked}


def _read(raw: bytes) -> LogLine | None:
    text = raw.decode("utf-8", "replace").strip()
    begins = text.find("{")
    if begins < 0:
        return None
    try:
        said = json.loads(text[begins:])
    except ValueError:
        return None
    ours = isinstance(said, dict) and all(isinstance(said.get(name), str) for name in ("event", "timestamp"))
    return LogLine(said, text[begins:]) if ours else None
