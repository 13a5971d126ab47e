"""One program that we start, and can find and stop again, even after its starter was killed."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.identity import identity

ROOT = Path(__file__).resolve().parents[2]
_TICK = 0.05
_TAIL_LINES = 12


@dataclass
class Program:
    """A child in a session of its own: the terminal's Ctrl-C does not reach it, its starter stops it.

    A record in `<data_dir>/run/` names the process; its output goes to `<data_dir>/log/<name>.log`. It works in `folder`.
    """

    name: str
    command: Sequence[str]
    data_dir: Path
    environment: Mapping[str, str] = field(repr=False)  # may have a secret
    log_dir: Path | None = None
    folder: Path = ROOT
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return (self.log_dir or self.data_dir / "log") / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Of the process that runs now, or ran last."""
        if self._child is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._child.pid

    def start(self) -> None:
        """Start it anew; returns at once. One of this name at a time in a data folder."""
        if recorded_pid(self._record) is not None:
            raise RuntimeError(f"{self.name} runs already in {self.data_dir}")
        self._record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log.open("wb" if self._child is None else "ab") as log:
            self._child = subprocess.Popen(
                list(self.command), env=dict(self.environment), cwd=self.folder, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._record.write_text(json.dumps({"pid": self.pid, "identity": identity(self.pid)}))

    def exit_code(self) -> int | None:
        """The exit status, negative for a signal; None while it runs, or where it was never started."""
        return None if self._child is None else self._child.poll()

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._child is not None and self._child.poll() is None

    def ask_to_end(self) -> None:
        """SIGTERM, if it runs; returns at once."""
        if self._child is not None and self.is_running():
            self._child.terminate()

    def wait_for_end(self, seconds: float) -> int | None:
        """Wait for its end and kill it when it takes too long; returns the exit status."""
        if self._child is None:
            return None
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self._record.unlink(missing_ok=True)
        return self._child.returncode

    def stop(self, seconds: float = 25) -> int | None:
        """Ask it to end, wait, kill it where it must be; returns the exit status."""
        self.ask_to_end()
        return self.wait_for_end(seconds)

    def kill(self) -> None:
        """SIGKILL to it and to what it started, and wait for the end."""
        if self._child is None or not self.is_running():
            return
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._child.wait(10)

    def tail(self) -> str:
        """The last lines of its log."""
        return tail(self.log)

    @property
    def _record(self) -> Path:
        return records(self.data_dir) / f"{self.name}.json"


def without_settings() -> dict[str, str]:
    """The environment of this process for a server that is not ours to configure: it needs none of our secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FAS_")}


def records(data_dir: Path) -> Path:
    """Where the records of the programs stand."""
    return data_dir / "run"


def tail(log: Path) -> str:
    """The last lines of a log, indented."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-_TAIL_LINES:])


def recorded_pid(record: Path) -> int | None:
    """The process of a record, None where it has ended: a pid alone may belong to another by now."""
    try:
        content = json.loads(record.read_text())
        pid = int(content["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pid if content.get("identity") and identity(pid) == content["identity"] else None


def stop_recorded(record: Path, seconds: float) -> bool:
    """End the process of a record, which need not be our child, and remove the record; whether there was one."""
    pid = recorded_pid(record)
    if pid is not None:
        _signal(pid, signal.SIGTERM)
        if not _gone(record, seconds):
            _signal(pid, signal.SIGKILL)
            _gone(record, 10)
    record.unlink(missing_ok=True)
    return pid is not None


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _gone(record: Path, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while recorded_pid(record) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(_TICK)
    return True
