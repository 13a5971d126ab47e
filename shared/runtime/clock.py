"""The time, in one place."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import get_logger
from shared.runtime.metrics import CLOCK_WRONG_BY
from shared.runtime.store import Store

log = get_logger()
RIGHT_WITHIN = timedelta(seconds=1)
_COMPARED_EVERY = 60.0


class SkewCorrectedClock:
    """The machine's clock, corrected to the database's where the two differ by more than RIGHT_WITHIN.

    So processes on several machines agree whether a time in the database has come (FAULTS F19).
    """

    def __init__(self, machine: Callable[[], datetime]) -> None:
        self._machine, self._wrong_by = machine, timedelta()

    def now(self) -> datetime:
        """The present moment, in UTC and to the millisecond that the database keeps."""
        moment = self._machine() - self._wrong_by
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def compare(self, true: datetime) -> None:
        """Correct the clock to `true`, the database's time at this moment."""
        wrong_by = self._machine() - true
        CLOCK_WRONG_BY.set(wrong_by.total_seconds())
        wrong_by = wrong_by if abs(wrong_by) > RIGHT_WITHIN else timedelta()
        if abs(wrong_by - self._wrong_by) > RIGHT_WITHIN:
            log.warning("clock_corrected", seconds=round(wrong_by.total_seconds(), 1))
        self._wrong_by = wrong_by


_CLOCK = SkewCorrectedClock(lambda: datetime.now(UTC))


def now() -> datetime:
    """The present moment, in UTC and to the millisecond that the database keeps."""
    return _CLOCK.now()


async def sync_clock(store: Store) -> None:
    """Compare the clock with the database's once; DependencyUnavailable where it does not answer."""
    _CLOCK.compare(await store.time())


async def keep_clock_synced(store: Store) -> None:
    """Compare the clock with the database's every minute until cancelled."""
    while True:
        await asyncio.sleep(_COMPARED_EVERY)
        with suppress(DependencyUnavailable):  # said where it was noticed
            await sync_clock(store)
