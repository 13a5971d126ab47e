"""Everything that a play started, however far down, so that it can tell that nothing is left running."""

import ctypes
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_TICK = 0.05


def adopt_orphans() -> None:
    """Become the parent of whatever our children leave behind (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def left_running(patience: float = 5.0) -> list[str]:
    """The command lines of our descendants that still run after `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        _reap()
        left = _child_processes()
        if not left or time.monotonic() > until:
            return sorted(left.values())
        time.sleep(_TICK)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _child_processes() -> dict[int, str]:
    parents = dict(filter(None, map(_parent, Path("/proc").glob("[0-9]*"))))
    found: set[int] = set()
    generation = {os.getpid()}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation}
        found |= generation
    return {pid: _command(pid) for pid in found}


def _parent(process: Path) -> tuple[int, int] | None:
    """A process that runs, and its parent."""
    try:
        state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state in "ZX" else (int(process.name), int(parent))


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        words = "(ended)"
    return f"{pid} {words[:120]}".strip()
