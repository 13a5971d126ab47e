"""Reminders of time limits: told once for each turn, 90, 30, 7 and 1 days before it ends, by days of Beijing. Pure."""

from datetime import datetime

from shared.contracts.times import CHINA

BEFORE = (1, 7, 30, 90)
MOST_DAYS = BEFORE[-1]


def days_left(due: datetime, at: datetime) -> int:
    """How many days there are until the one on which something is due: 0 on that day, less than 0 after it."""
    return (due.astimezone(CHINA).date() - at.astimezone(CHINA).date()).days


def reminder_due(began: datetime, due: datetime, at: datetime) -> int | None:
    """Which of the reminders is to be given now, by its days before the end; None where none is.

    The nearest alone: whoever was not reminded of 90 days in time is not told of two limits at once. A turn that was shorter
    than that from its beginning has no such reminder.
    """
    left, whole = days_left(due, at), days_left(due, began)
    return next((days for days in BEFORE if 0 <= left <= days < whole), None)
