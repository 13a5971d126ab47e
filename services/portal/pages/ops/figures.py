"""The operators' figures: receipts by the hour, how long they take, what has waited longest, the days that stages take."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response

from services.portal.cases.figures import LAST_MOVED, Figures
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.paging import MOST_COUNTED
from services.portal.cases.repository import CaseRepository
from services.portal.context import PortalDep
from services.portal.news.mails import MailLedger
from services.portal.operations.overview import Counts, count_all
from services.portal.pages.ops.words import STATES
from services.portal.pages.pictures.bars import days_bars, hours_picture
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from shared.bilingual import Bilingual
from shared.contracts.states import FINAL, DeclarationState, ReceiptState
from shared.lifecycle.stages import STAGE_LABELS
from shared.runtime.clock import now
from shared.runtime.store import Store

router = pages()
DAY, WEEK = 24, 7 * 24
"""Hours of the two pictures."""
WAITS = (*(state for state in ReceiptState if state not in FINAL), ReceiptState.PARKED)
UNSENT = (DeclarationState.QUEUED, DeclarationState.FAILED)
_RECEIPTS, _DECLARATIONS = Bilingual("回执", "Receipts"), Bilingual("申报报文", "Declarations")
_DEAD = Bilingual("死信", "Dead letters")
_OUTBOX = Bilingual("有待发送事件的案件（发件箱）", "Cases with events to be sent (outbox)")
_MAILS = Bilingual("到期未发的邮件", "E-mails that are due")


@dataclass(frozen=True, slots=True)
class Waiting:
    """So much that is not done, since when its oldest waits (None where there is none), and the page that shows it."""

    what: Bilingual
    state: Bilingual | None
    count: int
    since: datetime | None
    address: str


@router.get("/ops/figures")
async def figures(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """Over all authorities, as they are now."""
    at, found = now(), Figures(portal.store)
    hours, waiting, days, last_day, last_week = await asyncio.gather(
        found.receipts_by_hour(at, WEEK),
        waiting_longest(portal.store),
        found.days_by_stage(None),
        found.seconds_to_movement(at - timedelta(hours=DAY)),
        found.seconds_to_movement(at - timedelta(hours=WEEK)),
    )
    context = {
        "at": at, "day": hours_picture(hours[-DAY:]), "week": hours_picture(hours), "waiting": waiting,
        "seconds": {DAY: last_day, WEEK: last_week}, "days": days_bars(days), "stages": STAGE_LABELS,
        "last_moved": LAST_MOVED,
    }  # fmt: skip
    return await page(request, "ops/figures.html", context)


async def waiting_longest(store: Store) -> list[Waiting]:
    """What is not done yet in ledgers, outbox and mails, with the oldest of each state."""
    counts = await count_all(store, MOST_COUNTED + 1)
    of_ledgers, others = await asyncio.gather(_of_ledgers(store, counts), _of_others(store, counts))
    return [*of_ledgers, *others]


async def _of_ledgers(store: Store, counts: Counts) -> list[Waiting]:
    ledgers = Ledgers(store)
    receipts, declarations = await asyncio.gather(
        asyncio.gather(*(ledgers.oldest_receipt(state) for state in WAITS)),
        asyncio.gather(*(ledgers.oldest_declaration(state) for state in UNSENT)),
    )
    came = [
        Waiting(
            _RECEIPTS, STATES[state], counts.receipts[state], entry.received_at if entry else None,
            f"/ops/receipts?state={state}",
        )
        for state, entry in zip(WAITS, receipts, strict=True)
    ]  # fmt: skip
    made = [
        Waiting(
            _DECLARATIONS, STATES[state], counts.declarations[state], entry.at if entry else None, "/ops/reconciliation"
        )
        for state, entry in zip(UNSENT, declarations, strict=True)
    ]  # fmt: skip
    return [*came, *made]


async def _of_others(store: Store, counts: Counts) -> list[Waiting]:
    mails = MailLedger(store)
    dead, owed_since, due, due_since = await asyncio.gather(
        Ledgers(store).oldest_open_dead_letter(),
        CaseRepository(store).owed_since(),
        mails.count_due(),
        mails.oldest_due(),
    )
    died_at = dead.last_died_at if dead else None
    return [
        Waiting(_DEAD, None, counts.dead_letters, died_at, "/ops/dead?state=open"),
        Waiting(_OUTBOX, None, counts.outbox, owed_since, ""),
        Waiting(_MAILS, None, due, due_since, "/ops/mails?state=queued"),
    ]
