"""What waits for an officer, in the menu and in lists, and what happened since the last visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from services.portal.cases.repository import CaseRepository
from services.portal.cases.sentences import sentence_of
from services.portal.cases.views import Json, listed, turn
from services.portal.cases.visits import note_visit
from services.portal.cases.worklist import work_counts
from services.portal.context import portal_of
from services.portal.identity.sessions import User
from services.portal.pages.request_context import Visit
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.vocabulary import Role
from shared.lifecycle.kept_limits import find_limits
from shared.lifecycle.time_limits import Urgency
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import Store

MOST = 100


@dataclass(frozen=True, slots=True)
class Event:
    """A movement of a case, as the start page tells it."""

    case: Case
    at: datetime
    sentence: Bilingual


@dataclass(frozen=True, slots=True)
class MenuCounts:
    """How many tasks the menu tells, drafts apart, and how many of them are overdue."""

    tasks: int
    overdue: int


def menu_of(counts: Mapping[Urgency, int]) -> MenuCounts:
    """What the menu says of an authority's tasks."""
    tasks = sum(count for urgency, count in counts.items() if urgency is not Urgency.DRAFT)
    return MenuCounts(tasks, counts[Urgency.OVERDUE])


async def limits_for(request: Request) -> TimeLimits:
    """The time limits, read once for a page and the menu around it."""
    known: TimeLimits | None = getattr(request.state, "limits", None)
    if known is None:
        known = await find_limits(portal_of(request).store)
        request.state.limits = known
    return known


async def menu_counts(request: Request, visit: Visit) -> MenuCounts | None:
    """The same for whoever looks at a page; None for operators, and while the database is away: a page says so itself."""
    if visit.user is None or visit.user.role is not Role.OFFICER:
        return None
    known: MenuCounts | None = getattr(request.state, "menu", None)
    if known is None:
        portal = portal_of(request)
        try:
            limits = await limits_for(request)
            known = menu_of(await work_counts(portal.cases, limits, visit.user.authority))
        except DependencyUnavailable:
            return None
        request.state.menu = known
    return known


def row(case: Case, limits: TimeLimits) -> Json:
    """A case as lists show it: with whose turn it is and until when, and for how long it has been (`waited`)."""
    return listed(case) | {"turn": turn(case, limits), "waited": now() - case.turn_began_at}


async def since_last_visit(
    store: Store, cases: CaseRepository, user: User
) -> tuple[datetime | None, list[Event]]:
    """When the officer was here before this session, and every movement by others since, newest first."""
    before = await note_visit(store, user)
    if before is None:
        return None, []
    found = await cases.moved_since(user.authority, before, MOST)
    events = [
        Event(case, entry.at, sentence_of(entry))
        for case in found for entry in case.timeline if entry.at > before and entry.by != user.username
    ]  # fmt: skip
    return before, sorted(events, key=lambda event: event.at, reverse=True)[:MOST]
