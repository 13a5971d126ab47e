"""What is counted of many cases and receipts, and what is found in counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil, inf

from shared.contracts.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class StageAges:
    """How many cases wait at a stage: by band of age, the youngest first, and how many of all these on the authority."""

    stage: Stage
    counts: tuple[int, ...]
    ours: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class StageDays:
    """The median days that a stage took each side, of so many cases that are past it."""

    stage: Stage
    cases: int
    ours: float
    customs: float


@dataclass(frozen=True, slots=True)
class Hour:
    """How many receipts came in the hour that began then, and how many of these were parked, then or since."""

    began_at: datetime
    received: int
    parked: int


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long so many receipts took: half of them, and 95 of a hundred, no longer than this; to about 6 %."""

    receipts: int
    half: float
    nearly_all: float


def quantile(counts: Mapping[float, int], share: float) -> float:
    """The least value that this share of all does not exceed; `counts` says how many have each value, and is not empty."""
    still = ceil(share * sum(counts.values()))
    for value in sorted(counts):
        still -= counts[value]
        if still <= 0:
            return value
    return inf
