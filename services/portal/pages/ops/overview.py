"""What an operator sees first: what is wrong now; then who runs, what stands in queues, ledgers and the outbox."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response

from services.portal.cases.figures import Figures
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.paging import MOST_COUNTED
from services.portal.context import Portal, PortalDep
from services.portal.operations.overview import count_all
from services.portal.operations.wrong.finding import Finding, away, causes
from services.portal.operations.wrong.ledgers import examine_ledgers
from services.portal.operations.wrong.queues import examine_queue
from services.portal.operations.wrong.services import SILENT, examine_services
from services.portal.pages.ops.figures import DAY
from services.portal.pages.ops.remedies import wrong
from services.portal.pages.ops.words import COLOURS, SERVICES, STATES
from services.portal.pages.pictures.bars import sparkline
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from shared.bilingual import Bilingual
from shared.contracts.topology import READ_BY_CUSTOMS
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import Presence, find_presences
from shared.runtime.queue_stats import QueueStats
from shared.runtime.store import Store

router = pages()
_BROKER = Bilingual("消息服务器", "The broker")
RATES = (1, 60)
"""Minutes over which receipts a minute are averaged."""


@router.get("/ops")
async def overview(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """What is wrong now with the way out, and the last day by the hour; then services, queues, receipts, declarations, outbox."""
    at = now()
    (queues, broker), presences, counts, rates, late, hours = await asyncio.gather(
        _queues(portal),
        find_presences(portal.store),
        count_all(portal.store, MOST_COUNTED + 1),
        _rates(portal.store, at),
        examine_ledgers(portal.store, at),
        Figures(portal.store).receipts_by_hour(at, DAY),
    )
    found = causes([*judged(queues, broker), *examine_services(presences, at), *late])
    context = {
        "wrong": [wrong(each) for each in found],
        "received": sparkline(hours, lambda hour: hour.received), "parked": sparkline(hours, lambda hour: hour.parked),
        "services": processes(presences, at), "service_names": SERVICES, "queues": queues, "broker": broker,
        "read_by_customs": READ_BY_CUSTOMS, "counts": counts, "rates": rates,
        "states": STATES, "colours": COLOURS,
    }  # fmt: skip
    return await page(request, "ops/overview.html", context)


def judged(queues: Sequence[QueueStats], broker: str) -> list[Finding]:
    """What is wrong with the broker, or with its queues; `broker` is why it does not answer. Pure."""
    if broker:
        return [away("broker", _BROKER, "FAS_RABBIT_URL", broker, "fasdependencydown")]
    return [finding for queue in queues for finding in examine_queue(queue)]


async def _queues(portal: Portal) -> tuple[list[QueueStats], str]:
    """The queues, or why the broker does not say."""
    try:
        return await portal.commands.queues(), ""
    except DependencyUnavailable as wait:
        return [], str(wait)


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process that runs, or ran until lately; `failing` says what it can't reach, by name, `ready` whether it works."""

    began_at: datetime
    at: datetime
    silent: bool
    quiet_for: timedelta
    failing: Mapping[str, str]
    ready: bool


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
            row = ProcessRow(each.began_at, each.at, quiet_for > SILENT, quiet_for, each.failing, each.ready)
            rows[each.service].append(row)
    return [ServiceRow(service, tuple(running)) for service, running in rows.items()]


async def _rates(store: Store, at: datetime) -> list[tuple[int, float]]:
    """Over how many minutes, and how many receipts a minute came in them."""
    ledgers = Ledgers(store)
    return [
        (minutes, await ledgers.count_received_since(at - timedelta(minutes=minutes)) / minutes)
        for minutes in RATES
    ]
