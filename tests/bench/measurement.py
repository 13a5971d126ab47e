"""A measurement: its runs, what it is a ratio to, and whether it is what was wanted."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted of the ratio, or of the median (`of`)."""

    at_least: float | None = None
    at_most: float | None = None
    of: str = "ratio"

    def met_by(self, found: Mapping[str, Any]) -> bool:
        """Whether it was reached."""
        value = found[self.of]
        low, high = self.at_least, self.at_most
        return (low is None or value >= low) and (high is None or value <= high)

    def __str__(self) -> str:
        bounds = (("≥", self.at_least), ("≤", self.at_most))
        said = " and ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)
        return f"{self.of} {said}"


@dataclass(frozen=True, slots=True)
class Measurement:
    """Runs of one thing, each beside a run of what it is compared with.

    `values` and `reference` are in `unit`; the ratio is the median of the runs' ratios. `more` is told beside it.
    """

    part: str
    name: str
    unit: str
    values: Sequence[float]
    reference_name: str = ""
    reference: Sequence[float] = ()
    goals: Sequence[Goal] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """The measurement as one JSON object."""
        found: dict[str, Any] = {
            "part": self.part, "measurement": self.name, "runs": len(self.values),
            "median": _rounded(statistics.median(self.values)), "low": _rounded(min(self.values)),
            "high": _rounded(max(self.values)), "unit": self.unit,
        }  # fmt: skip
        if self.reference:
            ratios = [ours / other for ours, other in zip(self.values, self.reference, strict=True)]
            found |= {
                "ratio": _rounded(statistics.median(ratios)), "ratio_to": self.reference_name,
                "reference_median": _rounded(statistics.median(self.reference)),
            }  # fmt: skip
        if self.goals:
            found |= {
                "goal": "; ".join(map(str, self.goals)),
                "met": all(goal.met_by(found) for goal in self.goals),
            }
        return found | dict(self.more)


def percentile(values: Sequence[float], part: float) -> float:
    """The value that this part of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def _rounded(value: float) -> float:
    """Four digits that count."""
    return float(f"{value:.4g}")
