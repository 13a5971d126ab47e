"""Figures as bars and columns: where each begins and how long it is. Pure; lengths are percent, heights pixels.

What is shown of something is never nothing: the shortest bar is still seen, and nothing has none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.cases.counts import Hour, StageAges, StageDays

_LONGEST, _SHORTEST = 84.0, 0.6
"""Percent: the rest of the line is for the number behind the longest bar."""
_WORDED = 5.0
"""Percent: a shorter part of a bar has no room for its number, which the table has."""
TALLEST, SPARK_TALLEST, _LOWEST = 90.0, 32.0, 3.0


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of a bar: of which band of age, from where, how long, how many, and whether the number stands in it."""

    band: int
    x: float
    width: float
    count: int
    worded: bool


@dataclass(frozen=True, slots=True)
class StageBar:
    """The cases of a stage, and where their bar ends."""

    found: StageAges
    parts: tuple[BarPart, ...]
    end: float


@dataclass(frozen=True, slots=True)
class DaysBars:
    """The days of a stage with the lengths of both sides' bars."""

    found: StageDays
    ours: float
    customs: float


@dataclass(frozen=True, slots=True)
class HourColumn:
    """An hour with its place; what came is above the line, what was parked below it."""

    found: Hour
    x: float
    width: float
    received: float
    parked: float


@dataclass(frozen=True, slots=True)
class HoursPicture:
    """The columns, and what the tallest one means."""

    columns: tuple[HourColumn, ...]
    most: int
    received: int
    parked: int


@dataclass(frozen=True, slots=True)
class SparkColumn:
    """One of a row of values: where its column stands, and how high it is."""

    began_at: datetime
    value: int
    x: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Values by the hour in a small picture on a scale of their own."""

    columns: tuple[SparkColumn, ...]
    most: int
    total: int


def sparkline(hours: Sequence[Hour], value_of: Callable[[Hour], int]) -> Sparkline:
    """A column for each hour, the oldest first, from end to end; the tallest is 32 pixels high."""
    values = [value_of(each) for each in hours]
    most = max(values, default=0)
    columns = tuple(
        SparkColumn(hour.began_at, value, x, width, _high(value, most, SPARK_TALLEST))
        for hour, value, (x, width) in zip(hours, values, _side_by_side(len(hours)), strict=True)
    )
    return Sparkline(columns, most, sum(values))


def stage_bars(found: Sequence[StageAges]) -> tuple[StageBar, ...]:
    """A bar for each stage, the one with most cases the longest."""
    most = max((each.total for each in found), default=0)
    bars = []
    for each in found:
        parts, x = [], 0.0
        for band, count in enumerate(each.counts):
            if count:
                width = max(_LONGEST * count / most, _SHORTEST)
                parts.append(BarPart(band, x, width, count, worded=width >= _WORDED))
                x += width
        bars.append(StageBar(each, tuple(parts), x))
    return tuple(bars)


def days_bars(found: Sequence[StageDays]) -> tuple[DaysBars, ...]:
    """Two bars for each stage, all on one scale."""
    most = max((max(each.ours, each.customs) for each in found), default=0.0)
    return tuple(
        DaysBars(each, _share(each.ours, most, _LONGEST), _share(each.customs, most, _LONGEST))
        for each in found
    )


def hours_picture(hours: Sequence[Hour]) -> HoursPicture:
    """A column for each hour, the oldest first, from end to end."""
    most = max((each.received for each in hours), default=0)
    columns = tuple(
        HourColumn(each, x, width, _high(each.received, most), _high(each.parked, most))
        for each, (x, width) in zip(hours, _side_by_side(len(hours)), strict=True)
    )
    return HoursPicture(
        columns, most, sum(each.received for each in hours), sum(each.parked for each in hours)
    )


def _side_by_side(count: int) -> list[tuple[float, float]]:
    """Where each of so many columns begins and how wide it is, in percent of the line."""
    wide = 100 / max(count, 1)
    return [(place * wide, wide * 0.8) for place in range(count)]


def _share(value: float, most: float, whole: float) -> float:
    return max(whole * value / most, _SHORTEST) if value else 0.0


def _high(value: int, most: int, tallest: float = TALLEST) -> float:
    return max(tallest * value / most, _LOWEST) if value else 0.0
