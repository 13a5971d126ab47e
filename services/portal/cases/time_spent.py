"""How long each side had its turn. Pure; nobody's time counts against another side."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.contracts.documents.cases import TimelineEntry
from shared.lifecycle.turn import SIDES, whose_turn


def spent(timeline: Sequence[TimelineEntry], until: datetime) -> dict[str, timedelta]:
    """The time that authority, customs and system had their turn, from the first movement until now or the end."""
    found: dict[str, timedelta] = dict.fromkeys(SIDES, timedelta())
    ends = [*(entry.at for entry in timeline[1:]), until]
    for entry, end in zip(timeline, ends, strict=False):
        who = whose_turn(entry.stage, entry.status)
        if who in found:
            found[who] += max(end - entry.at, timedelta())
    return found
