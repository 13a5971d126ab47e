"""What an operator sees first: who runs, what stands in the queues, in the ledgers and in the outbox."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response

from services.portal.api.ops import RECEIPT_STATES, counts
from services.portal.context import Portal, PortalDep
from services.portal.pages.ops.words import COLOURS, SERVICES, STATES
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from shared.contracts.topology import CUSTOMS_ACKS, CUSTOMS_DECLARATIONS
from shared.lifecycle.case import Document
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import PRESENCES, SECONDS
from shared.runtime.queue_stats import QueueStats

router = pages()
SILENT = timedelta(seconds=4 * SECONDS)
"""No sign of life for so long is told as a fault."""
RATES = (1, 60)
"""Minutes over which receipts a minute are averaged."""
READ_BY_CUSTOMS = (CUSTOMS_DECLARATIONS, CUSTOMS_ACKS)
RECEIPTS_SHOWN = tuple(state for state in RECEIPT_STATES if state != "duplicate")


@router.get("/ops")
async def overview(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """Services, queues, receipts, declarations, outbox."""
    at = now()
    (queues, broker), presences, ledgers, *rates = await asyncio.gather(
        _queues(portal), portal.store.collection(PRESENCES).find({}), counts(portal.store, RECEIPTS_SHOWN),
        *(_rate(portal, at, minutes) for minutes in RATES),
    )  # fmt: skip
    context = {
        "services": processes(presences, at), "service_names": SERVICES, "queues": queues, "broker": broker,
        "read_by_customs": READ_BY_CUSTOMS, **ledgers, "rates": list(zip(RATES, rates, strict=True)),
        "states": STATES, "colours": COLOURS,
    }  # fmt: skip
    return await page(request, "ops/overview.html", context)


async def _queues(portal: Portal) -> tuple[list[QueueStats], str]:
    """The queues, or why the broker does not say."""
    try:
        return await portal.commands.queues(), ""
    except DependencyUnavailable as wait:
        return [], str(wait)


def processes(found: list[Document], at: datetime) -> list[dict[str, Any]]:
    """Every service, with its processes; one that none was heard of has none. Pure."""
    shown = []
    for service in SERVICES:
        running = sorted(
            (each for each in found if each["service"] == service), key=lambda each: each["began_at"]
        )
        shown.append({
            "service": service,
            "processes": [
                {
                    "began_at": each["began_at"], "at": each["at"], "silent": at - each["at"] > SILENT,
                    "quiet_for": at - each["at"], "failing": each["failing"],
                }
                for each in running
            ],
        })  # fmt: skip
    return shown


async def _rate(portal: Portal, at: datetime, minutes: int) -> float:
    since = {"received_at": {"$gte": at - timedelta(minutes=minutes)}}
    return await portal.store.collection("receipts").count(since) / minutes
