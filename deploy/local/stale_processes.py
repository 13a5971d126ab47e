"""A data folder has one user at a time; what a killed one left running is stopped before the next starts."""

import fcntl
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from deploy.local.programs import records, stop_recorded

_SECONDS = 20.0


class FolderInUse(Exception):
    """Somebody who is alive uses this folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is in use by another process.")
        self.folder = folder


class FolderLock:
    """Held until released; the system lets go of it when the holder dies, however that happens."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: TextIO = (folder / "lock").open("a")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise FolderInUse(folder) from None

    def release(self) -> None:
        """Let another use the folder."""
        self._file.close()


def stop_stale_processes(data_dir: Path, say: Callable[[str], None]) -> int:
    """Stop what the records of a folder name and is still running; only for who holds its lock. Returns how many."""
    found = [record for record in sorted(records(data_dir).glob("*.json")) if stop_recorded(record, _SECONDS)]
    for record in found:
        say(f"Stopped {record.stem}, left over from an earlier run")
    return len(found)


def sweep(folders: Iterable[Path], say: Callable[[str], None]) -> list[Path]:
    """Stop what is left over in those of the folders whose user is gone; returns these folders."""
    swept = []
    for folder in sorted(each for each in folders if each.is_dir()):
        try:
            lock = FolderLock(folder)
        except FolderInUse:
            continue
        stop_stale_processes(folder, say)
        swept.append(folder)
        lock.release()
    return swept
