"""Tells whether a process is still the one it was: its pid, and when it was started."""

import subprocess
from pathlib import Path

_PROC = Path("/proc")


def identity(pid: int) -> str | None:
    """What sets this process apart from any other that has had its pid; None where it has ended."""
    if not (_PROC / "self" / "stat").exists():
        return _by_ps(pid)
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state, started = fields[0], fields[19]
    return None if state in "ZX" else f"{_boot()}-{started}"


def _boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "boot"


def _by_ps(pid: int) -> str | None:
    asked = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or None
