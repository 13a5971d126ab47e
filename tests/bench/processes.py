"""What processes use, as the kernel counts it: seconds of the processor, and memory."""

from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")


def cpu_seconds(pid: int) -> float:
    """What a process and all that it started have used."""
    return sum(_used(each) for each in _tree(pid))


def pss_megabytes(pid: int) -> float:
    """The memory of a process, what it shares with others counted in part (PSS), with all that it started; in 10^6 bytes."""
    return sum(_line(_PROC / str(each) / "smaps_rollup", "Pss") for each in _tree(pid)) * 1024 / 1e6


def peak_megabytes(pid: int) -> float:
    """The most memory that one process has ever held; in 10^6 bytes."""
    return _line(_PROC / str(pid) / "status", "VmHWM") * 1024 / 1e6


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in (_PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _used(pid: int) -> float:
    """By its threads, to the nanosecond; `stat` of the process counts in hundredths of a second."""
    threads = (_PROC / str(pid) / "task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e9


def _line(path: Path, name: str) -> int:
    for line in path.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(f"{path} has no {name}")
