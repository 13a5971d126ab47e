"""The course of a case as one line: its stages side by side, whose turn it was in each, submissions, and today. Pure.

Places along the line are in percent of its length. Each stage has room for its name; what is left over goes to the stages by
the days that they took, so a long stage is a long one in the picture too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.portal.cases.time_spent import Stretch, stretches, total
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import DeclarationType, Stage, Turn
from shared.lifecycle.stages import STAGES_OF

_ROOM_OF_NAMES = 76.0
"""Percent of the line that the stages share alike."""
_SHORTEST, _BESIDE = 0.4, 2.0
"""Percent: what is shown of the shortest stretch, and how far apart the middles of two beads are at least."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of one side: where it begins, and how long it is."""

    turn: Turn
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bead:
    """A submission of ours by its round: where it is, and when it was made."""

    x: float
    round: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StageOnLine:
    """A stage with its place on the line; `spent` by side, and since when it is entered (None: not yet)."""

    stage: Stage
    x: float
    width: float
    entered_at: datetime | None
    spent: dict[str, timedelta]
    bars: tuple[Bar, ...]
    beads: tuple[Bead, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The line; `today` is where an open case stands, None for one that is closed."""

    stages: tuple[StageOnLine, ...]
    today: float | None
    at: datetime


def course_of(case: Case, at: datetime) -> Course:
    """The line of a case at this moment."""
    found = list(stretches(case.timeline, at))
    shown = [stage for stage in STAGES_OF[case.kind] if stage is not Stage.COMPLETED]
    lasted = {
        stage: sum((each.lasted for each in found if each.stage is stage), timedelta()) for stage in shown
    }
    whole = sum(lasted.values(), timedelta())
    room, left = _ROOM_OF_NAMES / len(shown), 100 - _ROOM_OF_NAMES
    stages, x = [], 0.0
    for stage in shown:
        width = room + (left * (lasted[stage] / whole) if whole else left / len(shown))
        stages.append(_on_line(case, stage, [each for each in found if each.stage is stage], x, width))
        x += width
    return Course(tuple(stages), None if case.turn is Turn.NOBODY else _end_of(stages, case.stage), at)


def _on_line(case: Case, stage: Stage, found: Sequence[Stretch], x: float, width: float) -> StageOnLine:
    entered = case.stages.get(stage)
    bars = _bars(found, x, width)
    return StageOnLine(
        stage,
        x,
        width,
        entered.entered_at if entered else None,
        total(found),
        bars,
        _beads(case, stage, found, bars),
    )


def _bars(found: Sequence[Stretch], x: float, width: float) -> tuple[Bar, ...]:
    """The stretches one after the other; together they are as long as the stage, but for a gap to the next."""
    whole = sum((each.lasted for each in found), timedelta())
    inside = width * 0.96
    bars = []
    for each in found:
        share = inside * (each.lasted / whole) if whole else inside / len(found)
        bars.append(Bar(each.turn, x, max(share, _SHORTEST)))
        x += share
    return tuple(bars)


def _beads(case: Case, stage: Stage, found: Sequence[Stretch], bars: Sequence[Bar]) -> tuple[Bead, ...]:
    """The submissions of a stage where they were made; none lies upon the one before it."""
    beads: list[Bead] = []
    for made in case.submissions:
        if made.stage is stage and made.type is not DeclarationType.SIGNATORIES:
            place = next(
                (bar.x for each, bar in zip(found, bars, strict=True) if each.began_at >= made.at), None
            )
            at_end = bars[-1].x + bars[-1].width if bars else 0.0
            earliest = beads[-1].x + _BESIDE if beads else 0.0
            beads.append(Bead(max(at_end if place is None else place, earliest), made.round, made.at))
    return tuple(beads)


def _end_of(stages: Sequence[StageOnLine], stage: Stage) -> float | None:
    """Where the last stretch of the case's present stage ends."""
    bars = next((each.bars for each in stages if each.stage is stage), ())
    return bars[-1].x + bars[-1].width if bars else None
