"""Keeps the gauges of what waits: deferred and parked receipts, dead letters."""

import asyncio

from shared.runtime import metrics
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import Store

_SECONDS = 5.0
_GAUGES = (
    ("receipts", "deferred", metrics.DEFERRED),
    ("receipts", "parked", metrics.PARKED),
    ("dead_letters", "open", metrics.DEAD_LETTERS),
)


async def keep_gauges(store: Store) -> None:
    """Count until cancelled."""
    while True:
        try:
            for name, state, gauge in _GAUGES:
                gauge.set(await store.collection(name).count({"state": state}))
        except DependencyUnavailable:
            pass
        await asyncio.sleep(_SECONDS)
