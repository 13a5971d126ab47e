"""What the last runs of the benchmarks measured, kept for the report: build/bench/<part>.json."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BUILD = Path("build/bench")


class Results:
    """One part's measurements; kept when all of them were made."""

    def __init__(self, part: str, keep: bool) -> None:
        self._part, self._keep, self._found = part, keep, list[dict[str, Any]]()

    def add(self, told: dict[str, Any]) -> None:
        """Note a measurement."""
        self._found.append(told)

    def close(self) -> None:
        """Write them down, with the machine and the commit."""
        if self._keep:
            BUILD.mkdir(parents=True, exist_ok=True)
            kept = {"part": self._part, "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "commit": _commit(),
                    "machine": _machine(), "measurements": self._found}  # fmt: skip
            (BUILD / f"{self._part}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


def _machine() -> str:
    """Processor, cores, memory, system, Python."""
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = int(next(line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")).split()[1])
    cores = len(os.sched_getaffinity(0))
    return (
        f"{model}, {cores} cores, {memory * 1024 / 1e9:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def _commit() -> str:
    """What was measured; empty outside of a clone, with a `+` where something was changed since."""
    known = _git("rev-parse", "--short", "HEAD")
    return known + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=False).stdout.strip()
