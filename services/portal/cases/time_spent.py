"""How long each side had its turn. Pure; nobody's time counts against another side."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from shared.lifecycle.turn import SIDES, Entry, turn_of


def spent(timeline: Sequence[Entry], until: datetime) -> dict[str, timedelta]:
    """The time that authority, customs and system had their turn, from the first movement until now or the end."""
    found: dict[str, timedelta] = dict.fromkeys(SIDES, timedelta())
    for entry, end in pairwise([*timeline, {"at": until}]):
        who = turn_of(entry)
        if who in found:
            found[who] += max(end["at"] - entry["at"], timedelta())
    return found
