"""Looks every hour for time limits that come near, and has the officers told."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from services.portal.cases.repository import CaseRepository
from services.portal.news.inbox import Inbox, id_of
from services.portal.news.reminders import MOST_DAYS, days_left, reminder_due
from services.portal.news.telling import News
from shared.contracts.documents.cases import Case
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.news import NewsEvent
from shared.lifecycle.kept_limits import find_limits
from shared.lifecycle.time_limits import DEMANDS, Demand, began_before, due_at
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import Peers
from shared.runtime.store import Document, Store

EVERY_SECONDS = 3600.0
AWAY_SECONDS = 30.0
_AT_ONCE = 500


class Reminders:
    """Reminds officers of what is due; whichever process looks first tells, and the others find it told."""

    def __init__(self, store: Store, news: News) -> None:
        self._store, self._news = store, news
        self._cases, self._inbox = CaseRepository(store), Inbox(store)

    async def remind(self) -> None:
        """Tell of every limit that has come near and was not told yet for this turn."""
        limits = await find_limits(self._store)
        for demand in DEMANDS:
            if limits.months.get(demand.code):
                await self._remind_of(demand, limits)

    async def run(self, peers: Peers) -> None:
        """Look every hour, all processes of the portal together, until cancelled."""
        while True:
            try:
                await self.remind()
                pause = peers.spread(EVERY_SECONDS)
            except DependencyUnavailable:  # said where it was noticed
                pause = AWAY_SECONDS
            await asyncio.sleep(pause)

    async def _remind_of(self, demand: Demand, limits: TimeLimits) -> None:
        moment = now() + timedelta(days=MOST_DAYS + 1)
        cases = await self._cases.asked_before(demand, began_before(moment, limits.months[demand.code]))
        due = [told for case in cases if (told := _reminder(case, limits))]
        for some in _parts(due):
            known = await self._inbox.known([each["_id"] for each in some])
            for each in some:
                if each["_id"] not in known:
                    await self._news.tell_officers(each)


def _reminder(case: Case, limits: TimeLimits) -> Document | None:
    """What is to be told of a case now."""
    at, due = now(), due_at(case, limits)
    days = reminder_due(case.turn_began_at, due, at) if due else None
    if due is None or days is None:
        return None
    turn = f"reminder {case.turn_began_at.isoformat()} {days}"
    return {
        "_id": id_of(case.id, turn), "authority": case.authority, "case_id": case.id, "case_no": case.case_no,
        "kind": case.kind, "stage": case.stage, "status": case.status, "event": NewsEvent.REMINDER, "at": at,
        "days": days_left(due, at), "due": due,
    }  # fmt: skip


def _parts(told: list[Document]) -> Iterator[list[Document]]:
    for begin in range(0, len(told), _AT_ONCE):
        yield told[begin : begin + _AT_ONCE]
