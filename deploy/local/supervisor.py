"""Finds the process that `make up` runs in, whoever asks: one at a time, known by its record and its lock."""

import json
import os
from pathlib import Path

from deploy.local.identity import identity
from deploy.local.programs import ROOT, recorded_pid, stop_recorded
from deploy.local.stale_processes import FolderInUse, FolderLock

DATA = ROOT / ".local"
SETTINGS = DATA / "settings.env"
_FOLDER = DATA / "up"
_RECORD = _FOLDER / "process.json"
_WELCOME = _FOLDER / "welcome.txt"
_STOP_SECONDS = 90.0


class RunsAlready(Exception):
    """Another process runs the system from this folder."""

    def __init__(self) -> None:
        pid = running_pid()
        super().__init__(
            f"The system is running already{f' (process {pid})' if pid else ''}; `make down` stops it."
        )


class Supervising:
    """This process is the one, until `end`; RunsAlready where another is."""

    def __init__(self) -> None:
        DATA.mkdir(exist_ok=True, mode=0o700)
        try:
            self._lock = FolderLock(_FOLDER)
        except FolderInUse:
            raise RunsAlready from None
        _WELCOME.unlink(missing_ok=True)
        _RECORD.write_text(json.dumps({"pid": os.getpid(), "identity": identity(os.getpid())}))

    def everything_is_ready(self, welcome: str) -> None:
        """Tell those who wait for it; the text has passwords and is for this user alone."""
        draft = _WELCOME.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(welcome)
        draft.rename(_WELCOME)

    def end(self) -> None:
        """Make way for another."""
        _WELCOME.unlink(missing_ok=True)
        _RECORD.unlink(missing_ok=True)
        self._lock.release()


def running_pid() -> int | None:
    """The process that supervises now, None where there is none."""
    return recorded_pid(_RECORD)


def welcome_text() -> str | None:
    """What was printed when everything was ready; None before that."""
    return _WELCOME.read_text() if _WELCOME.exists() else None


def stop_supervisor() -> bool:
    """Ask it to stop everything and wait for its end; whether there was one."""
    return stop_recorded(_RECORD, _STOP_SECONDS)


def log_file() -> Path:
    """Where a detached supervisor writes what it would say on the terminal."""
    return DATA / "log" / "up.log"
