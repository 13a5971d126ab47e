"""How long each side had its turn. Pure; time on the other side's turn never counts against a party."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from services.portal.views import whose_turn
from shared.contracts.vocabulary import Stage, Status

SIDES = ("authority", "customs", "system")


def spent(timeline: Sequence[Mapping[str, Any]], until: datetime) -> dict[str, timedelta]:
    """The time that authority, customs and system had their turn, from the first movement until now or the end."""
    found = dict.fromkeys(SIDES, timedelta())
    for entry, end in pairwise([*timeline, {"at": until}]):
        who = whose_turn(Stage(entry["stage"]), Status(entry["status"]))
        if who in found:
            found[who] += max(end["at"] - entry["at"], timedelta())
    return found
