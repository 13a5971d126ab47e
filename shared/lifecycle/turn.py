"""Whose turn it is on a case, and since when. Pure.

A turn begins when it is handed over: who has it may save, or receive and accept, without beginning it anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.contracts.documents.cases import Case, TimelineEntry
from shared.contracts.vocabulary import Stage, Status, Turn
from shared.lifecycle.rules import editable, refused

SIDES = (Turn.AUTHORITY, Turn.CUSTOMS, Turn.SYSTEM)
_SYSTEMS_TURN = (Status.DECLARED, Status.SEND_FAILED)


def whose_turn(stage: Stage, status: Status) -> Turn:
    """Who is to act on a case that stands there."""
    if stage is Stage.COMPLETED or refused(status):
        return Turn.NOBODY
    if editable(stage, status):
        return Turn.AUTHORITY
    return Turn.SYSTEM if status in _SYSTEMS_TURN else Turn.CUSTOMS


def turn_after(case: Case, stage: Stage, status: Status, at: datetime) -> Mapping[str, object]:
    """`turn` and `turn_began_at` of a case that comes to stand there at this time."""
    turn = whose_turn(stage, status)
    return {"turn": turn.value, "turn_began_at": case.turn_began_at if case.turn is turn else at}


def turn_told_by(timeline: Sequence[TimelineEntry]) -> Mapping[str, object]:
    """`turn` and `turn_began_at` as the movements (at least one) tell them."""
    turn, began = turn_of(timeline[-1]), timeline[-1].at
    for entry in reversed(timeline):
        if turn_of(entry) != turn:
            break
        began = entry.at
    return {"turn": turn.value, "turn_began_at": began}


def turn_of(entry: TimelineEntry) -> Turn:
    """Whose turn a movement began or left."""
    return whose_turn(entry.stage, entry.status)
