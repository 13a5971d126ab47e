"""What an operator sees first: who runs, what stands in the queues, in the ledgers and in the outbox."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.paging import MOST_COUNTED
from services.portal.context import Portal, PortalDep
from services.portal.operations.overview import count_all
from services.portal.pages.ops.words import COLOURS, SERVICES, STATES
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from shared.contracts.topology import READ_BY_CUSTOMS
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import SECONDS, Presence, find_presences
from shared.runtime.queue_stats import QueueStats
from shared.runtime.store import Store

router = pages()
SILENT = timedelta(seconds=4 * SECONDS)
"""No sign of life for so long is told as a fault."""
RATES = (1, 60)
"""Minutes over which receipts a minute are averaged."""


@router.get("/ops")
async def overview(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """Services, queues, receipts, declarations, outbox."""
    at = now()
    (queues, broker), presences, counts, rates = await asyncio.gather(
        _queues(portal),
        find_presences(portal.store),
        count_all(portal.store, MOST_COUNTED + 1),
        _rates(portal.store, at),
    )
    context = {
        "services": processes(presences, at), "service_names": SERVICES, "queues": queues, "broker": broker,
        "read_by_customs": READ_BY_CUSTOMS, "counts": counts, "rates": rates,
        "states": STATES, "colours": COLOURS,
    }  # fmt: skip
    return await page(request, "ops/overview.html", context)


async def _queues(portal: Portal) -> tuple[list[QueueStats], str]:
    """The queues, or why the broker does not say."""
    try:
        return await portal.commands.queues(), ""
    except DependencyUnavailable as wait:
        return [], str(wait)


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process that runs, or ran until lately; `failing` says what it can't reach, by name."""

    began_at: datetime
    at: datetime
    silent: bool
    quiet_for: timedelta
    failing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service with its processes, whichever began first."""

    service: str
    processes: tuple[ProcessRow, ...]


def processes(found: Sequence[Presence], at: datetime) -> list[ServiceRow]:
    """Every service, with its processes; one that none was heard of has none. Pure."""
    rows: dict[str, list[ProcessRow]] = {service: [] for service in SERVICES}
    for each in sorted(found, key=lambda each: each.began_at):
        if each.service in rows:
            quiet_for = at - each.at
            row = ProcessRow(each.began_at, each.at, quiet_for > SILENT, quiet_for, each.failing)
            rows[each.service].append(row)
    return [ServiceRow(service, tuple(running)) for service, running in rows.items()]


async def _rates(store: Store, at: datetime) -> list[tuple[int, float]]:
    """Over how many minutes, and how many receipts a minute came in them."""
    ledgers = Ledgers(store)
    return [
        (minutes, await ledgers.count_received_since(at - timedelta(minutes=minutes)) / minutes)
        for minutes in RATES
    ]
