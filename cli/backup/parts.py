"""The files of a backup: private, counted and digested while they are written, on disk when they are closed."""

import os
from hashlib import file_digest, sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict


class BackupPart(BaseModel):
    """One file: how many entries it holds, its size in bytes, its digest in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int
    size: int
    sha256: str


class HashingWriter:
    """A new file that only its owner may read; OSError where it is there already, or where the disk is full."""

    def __init__(self, path: Path) -> None:
        _make_private(path.parent)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._digest, self._count, self._size = sha256(), 0, 0

    def add(self, entry: bytes) -> None:
        """Write one more entry."""
        self._file.write(entry)
        self._digest.update(entry)
        self._count += 1
        self._size += len(entry)

    @property
    def part(self) -> BackupPart:
        """What was written so far."""
        return BackupPart(count=self._count, size=self._size, sha256=self._digest.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if error is None:
                self._file.flush()
                os.fsync(self._file.fileno())


def _make_private(folder: Path) -> None:
    """A folder with those above it that are missing; `mkdir(parents=True)` would let others into those."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex; a block at a time is held."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def sync_folders(folder: Path) -> None:
    """Have the names in a folder and in those under it on disk, too."""
    for each, _, _ in os.walk(folder):
        opened = os.open(each, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
