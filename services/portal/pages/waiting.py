"""What waits for an officer, and what happened since the last visit."""

from dataclasses import dataclass
from datetime import datetime

from services.portal.cases.repository import CaseRepository
from services.portal.cases.views import Json, listed, turn
from services.portal.cases.visits import note_visit
from services.portal.identity.sessions import User
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.documents.time_limits import TimeLimits
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS
from shared.lifecycle.time_limits import DEFAULT_LIMITS
from shared.runtime.clock import now
from shared.runtime.store import Store

MOST = 100
OLDEST = 30


@dataclass(frozen=True, slots=True)
class Event:
    """A movement of a case, as the start page tells it."""

    case: Case
    at: datetime
    stage: Bilingual
    status: Bilingual


async def waiting(
    cases: CaseRepository, authority: str, limits: TimeLimits = DEFAULT_LIMITS
) -> tuple[list[Json], int]:
    """Cases that ask for something, at most 30, whoever waited longest first, with how long; and how many there are."""
    found, total = await cases.waiting(authority, OLDEST)
    return [row(case, limits) for case in found], total


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
        Event(case, entry.at, STAGE_LABELS[entry.stage], STATUS_LABELS[entry.status])
        for case in found for entry in case.timeline if entry.at > before and entry.by != user.username
    ]  # fmt: skip
    return before, sorted(events, key=lambda event: event.at, reverse=True)[:MOST]
