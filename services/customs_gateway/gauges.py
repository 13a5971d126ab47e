"""Keeps the gauges of what waits: deferred and parked receipts, dead letters."""

import asyncio

from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.receipts.ledger import ReceiptLedger
from shared.contracts.states import DeadLetterState, ReceiptState
from shared.runtime import metrics
from shared.runtime.errors import DependencyUnavailable

_SECONDS = 5.0


async def keep_gauges(receipts: ReceiptLedger, letters: DeadLetterRepository) -> None:
    """Count until cancelled."""
    gauges = (
        (receipts.collection, ReceiptState.DEFERRED, metrics.DEFERRED),
        (receipts.collection, ReceiptState.PARKED, metrics.PARKED),
        (letters.collection, DeadLetterState.OPEN, metrics.DEAD_LETTERS),
    )
    while True:
        try:
            for collection, state, gauge in gauges:
                gauge.set(await collection.count({"state": state}))
        except DependencyUnavailable:
            pass
        await asyncio.sleep(_SECONDS)
