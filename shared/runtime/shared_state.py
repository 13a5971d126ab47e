"""What several processes see alike (ledgers, queues): read when a scraper asks, and not more often than READ_SECONDS.

Without a scraper it costs nothing, and with any number of them the same.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.runtime import metrics
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import get_logger, one_line
from shared.runtime.metered import SharedGauge

log = get_logger()
READ_SECONDS = 15.0
LIMIT_SECONDS = 3.0
"""How long a reading may take; a scraper gives up after ten seconds."""


@dataclass(frozen=True, slots=True)
class _StateReading:
    read: Callable[[], Awaitable[None]]
    gauges: tuple[SharedGauge, ...]


class SharedState:
    """The readings of a process."""

    def __init__(self) -> None:
        self._readings: dict[str, _StateReading] = {}
        self._read_at = float("-inf")
        self._turn = asyncio.Lock()

    def add(self, name: str, read: Callable[[], Awaitable[None]], *gauges: SharedGauge) -> None:
        """Have `read` fill these gauges; where it fails they show nothing."""
        metrics.STATE_UNREAD.labels(name)
        self._readings[name] = _StateReading(read, gauges)

    async def refresh(self) -> None:
        """Read everything, unless it was read lately."""
        async with self._turn:
            if time.monotonic() - self._read_at < READ_SECONDS:
                return
            await asyncio.gather(*(_read(name, each) for name, each in self._readings.items()))
            self._read_at = time.monotonic()


async def _read(name: str, reading: _StateReading) -> None:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await reading.read()
            return
    except (DependencyUnavailable, TimeoutError):
        pass  # said where it was noticed
    except Exception as error:
        log.warning("state_not_read", detail=name, error=one_line(error))
    metrics.STATE_UNREAD.labels(name).inc()
    for gauge in reading.gauges:
        gauge.forget()
