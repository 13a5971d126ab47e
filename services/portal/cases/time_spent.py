"""How long each side had its turn, in all and stage by stage. Pure; nobody's time counts against another side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.documents.cases import TimelineEntry
from shared.contracts.vocabulary import Stage, Turn
from shared.lifecycle.turn import SIDES, turn_of


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time from one movement of a stage to the next movement of the case; `turn` is whose it was."""

    stage: Stage
    turn: Turn
    began_at: datetime
    lasted: timedelta


def stretches(timeline: Sequence[TimelineEntry], until: datetime) -> Iterator[Stretch]:
    """From the first movement until now or the end; where it was nobody's turn there is none."""
    ends = [*(entry.at for entry in timeline[1:]), until]
    for entry, end in zip(timeline, ends, strict=False):
        turn = turn_of(entry)
        if turn in SIDES:
            yield Stretch(entry.stage, turn, entry.at, max(end - entry.at, timedelta()))


def spent(timeline: Sequence[TimelineEntry], until: datetime) -> dict[str, timedelta]:
    """The time that authority, customs and system had their turn, from the first movement until now or the end."""
    return total(stretches(timeline, until))


def total(found: Iterator[Stretch] | Sequence[Stretch]) -> dict[str, timedelta]:
    """The time of each side in these stretches."""
    sums: dict[str, timedelta] = dict.fromkeys(SIDES, timedelta())
    for each in found:
        sums[each.turn] += each.lasted
    return sums
