"""Whose turn it is, since when, and how long each side had its turn. Pure; nobody's time counts against another side."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from shared.contracts.vocabulary import Stage, Status
from shared.lifecycle.rules import editable

SIDES = ("authority", "customs", "system")
_SYSTEMS_TURN = (Status.DECLARED, Status.SEND_FAILED)
Entry = Mapping[str, Any]
"""A movement of a case's timeline: `at`, `stage`, `status`."""


def whose_turn(stage: Stage, status: Status) -> str:
    """`authority`, `customs`, `system` or `nobody`: who is to act on a case that stands there."""
    if stage is Stage.COMPLETED:
        return "nobody"
    if editable(stage, status):
        return "authority"
    return "system" if status in _SYSTEMS_TURN else "customs"


def began(timeline: Sequence[Entry]) -> datetime | None:
    """When the present turn began: whoever has it may have saved, or received and accepted, since. None without movements."""
    found: Entry | None = None
    for entry in reversed(timeline):
        if found is not None and _turn(entry) != _turn(found):
            break
        found = entry
    return found["at"] if found else None


def spent(timeline: Sequence[Entry], until: datetime) -> dict[str, timedelta]:
    """The time that authority, customs and system had their turn, from the first movement until now or the end."""
    found = dict.fromkeys(SIDES, timedelta())
    for entry, end in pairwise([*timeline, {"at": until}]):
        who = _turn(entry)
        if who in found:
            found[who] += max(end["at"] - entry["at"], timedelta())
    return found


def _turn(entry: Entry) -> str:
    return whose_turn(Stage(entry["stage"]), Status(entry["status"]))
