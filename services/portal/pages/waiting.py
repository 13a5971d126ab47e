"""What waits for an officer, and what happened since the last visit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.cases.query import ROW
from services.portal.cases.views import listed, turn
from services.portal.cases.visits import note_visit
from services.portal.identity.sessions import User
from shared.contracts.vocabulary import Stage, Status
from shared.lifecycle.case import Document
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS, Label
from shared.runtime.clock import now
from shared.runtime.store import Store

MOST = 100
OLDEST = 30


@dataclass(frozen=True, slots=True)
class Event:
    """A movement of a case, as the start page tells it."""

    case: Document
    at: datetime
    stage: Label
    status: Label


async def waiting(store: Store, authority: str) -> tuple[list[dict[str, Any]], int]:
    """Cases that ask for something, at most 30, whoever waited longest first, with how long; and how many there are."""
    wanted, cases = {"authority": authority, "turn": "authority"}, store.collection("cases")
    found = await cases.find(wanted, sort=[("turn_began_at", 1)], limit=OLDEST, projection=ROW)
    rows = [row(case) for case in found]
    return rows, len(rows) if len(rows) < OLDEST else await cases.count(wanted)


def row(case: Document) -> dict[str, Any]:
    """A case as lists show it: with whose turn it is, and for how long it has been (`waited`)."""
    return listed(case) | {"turn": turn(case), "waited": now() - case["turn_began_at"]}


async def since_last_visit(store: Store, user: User) -> tuple[datetime | None, list[Event]]:
    """When the officer was here before this session, and every movement by others since, newest first."""
    before = await note_visit(store, user)
    if before is None:
        return None, []
    wanted = {"authority": user.authority, "updated_at": {"$gt": before}}
    found = await store.collection("cases").find(
        wanted,
        sort=[("updated_at", -1)],
        limit=MOST,
        projection={"case_no": 1, "kind": 1, "overview": 1, "timeline": 1},
    )
    events = [
        Event(case, entry["at"], STAGE_LABELS[Stage(entry["stage"])], STATUS_LABELS[Status(entry["status"])])
        for case in found for entry in case["timeline"] if entry["at"] > before and entry["by"] != user.username
    ]  # fmt: skip
    return before, sorted(events, key=lambda event: event.at, reverse=True)[:MOST]
