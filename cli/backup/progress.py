"""A line now and then about work that takes long."""

import time

from cli.backup.state import Say

SECONDS = 5.0
_MIB = 1024 * 1024


class Progress:
    """Says how many entries were done, at most once in 5 s, and at the end."""

    def __init__(self, what: str, say: Say) -> None:
        self._what, self._say = what, say
        self._count = self._size = 0
        self._said = time.monotonic()

    def one(self, size: int) -> None:
        """One more, of so many bytes."""
        self._count += 1
        self._size += size
        if time.monotonic() - self._said > SECONDS:
            self._said = time.monotonic()
            self._say(f"{self} …")

    def end(self) -> None:
        """That was all."""
        self._say(str(self))

    def __str__(self) -> str:
        return f"{self._what}: {self._count:,} ({self._size / _MIB:,.1f} MiB)"
