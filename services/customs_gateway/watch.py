"""Keeps the gauges of waiting and parked receipts."""

import asyncio

from services.customs_gateway.ledger import Ledger
from shared.runtime import metrics
from shared.runtime.errors import Wait

_SECONDS = 5.0


async def watch(ledger: Ledger) -> None:
    """Count until cancelled."""
    gauges = {"deferred": metrics.DEFERRED, "parked": metrics.PARKED}
    while True:
        try:
            for state, gauge in gauges.items():
                gauge.set(await ledger.collection.count({"state": state}))
        except Wait:
            pass
        await asyncio.sleep(_SECONDS)
