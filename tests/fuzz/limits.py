"""Measures by the processor's own clock, so that a busy machine makes no test fail."""

import gc
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any


class TooSlow(BaseException):
    """Raised in the middle of what takes too long; no `except Exception` on the way keeps it."""


def quick[T](seconds: float, work: Callable[[], T], tries: int = 3) -> T:
    """What `work` gives back within so many seconds of processor time in one of its tries; TooSlow else."""
    for left in reversed(range(tries)):
        begun = time.process_time()
        try:
            return _interrupted(seconds, work)
        except TooSlow:
            if not left:
                raise
        finally:
            took = time.process_time() - begun
            assert took < seconds + 1, f"what can't be interrupted took {took:.1f} s"
    raise TooSlow


def _interrupted[T](seconds: float, work: Callable[[], T]) -> T:
    signal.signal(signal.SIGPROF, _raise)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(
            signal.SIGPROF, signal.SIG_IGN
        )  # the default would end the process where one is still under way


def _raise(number: int, frame: FrameType | None) -> Any:
    raise TooSlow


def resident() -> int:
    """The bytes of memory that this process occupies now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
