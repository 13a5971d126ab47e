"""How a metric is declared: what it means, which service shows it, and how the values of several processes become one."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

disable_created_metrics()  # type: ignore[no-untyped-call]


class Over(StrEnum):
    """How the values of several processes become one, by the word of PromQL."""

    SUM = "sum"
    MAX = "max"
    """All of them say the same of what they share (a ledger, a queue): a sum would count it once for each process."""
    MIN = "min"


@dataclass(frozen=True, slots=True)
class MetricDeclared:
    """A metric: `name` as Prometheus shows it, the services that have it (none named: all), and what makes its samples."""

    name: str
    kind: str
    meaning: str
    labels: tuple[str, ...]
    unit: str
    owners: tuple[str, ...]
    over: Over
    collector: Collector


DECLARED: list[MetricDeclared] = []
"""Every metric, in the order of the page that is made of them."""


def counter(
    name: str, meaning: str, labels: Sequence[str] = (), *, unit: str, owners: Sequence[str] = ()
) -> Counter:
    """A count of what this process did; Prometheus shows it as `name` with `_total` behind."""
    made = Counter(name, meaning, labels, registry=None)
    _declare(f"{name}_total", "counter", meaning, labels, unit, owners, Over.SUM, made)
    return made


def histogram(
    name: str, meaning: str, labels: Sequence[str] = (), *, buckets: Sequence[float], owners: Sequence[str] = ()
) -> Histogram:  # fmt: skip
    """How long something took, in seconds, by these upper limits."""
    made = Histogram(name, meaning, labels, registry=None, buckets=buckets)
    _declare(name, "histogram", meaning, labels, "seconds", owners, Over.SUM, made)
    return made


def gauge(
    name: str, meaning: str, labels: Sequence[str] = (), *, unit: str, over: Over, owners: Sequence[str] = ()
) -> Gauge:
    """What a process is like now."""
    made = Gauge(name, meaning, labels, registry=None)
    _declare(name, "gauge", meaning, labels, unit, owners, over, made)
    return made


def shared_size(
    name: str, meaning: str, labels: Sequence[str] = (), *, unit: str, owners: Sequence[str]
) -> "SharedGauge":
    """How much there is of something that several processes see alike."""
    made = SharedGauge(name, meaning, labels)
    _declare(name, "gauge", meaning, labels, unit, owners, Over.MAX, made)
    return made


def shared_age(name: str, meaning: str, labels: Sequence[str] = (), *, owners: Sequence[str]) -> "SharedAge":
    """How old, in seconds, the oldest of something is that several processes see alike; 0 where there is none."""
    made = SharedAge(name, meaning, labels)
    _declare(name, "gauge", meaning, labels, "seconds", owners, Over.MAX, made)
    return made


def _declare(
    name: str, kind: str, meaning: str, labels: Sequence[str], unit: str, owners: Sequence[str], over: Over,
    made: Collector,
) -> None:  # fmt: skip
    DECLARED.append(MetricDeclared(name, kind, meaning, tuple(labels), unit, tuple(owners), over, made))


class SharedGauge(Collector):
    """A gauge without a sample until it was read, and where it can't be read: no number is better than an old one."""

    def __init__(self, name: str, meaning: str, labels: Sequence[str] = ()) -> None:
        self._name, self._meaning, self._labels = name, meaning, labels
        self._values: Mapping[tuple[str, ...], float] = {}

    def show(self, values: Mapping[tuple[str, ...], float]) -> None:
        """Show these values by their labels, and no others."""
        self._values = values

    def forget(self) -> None:
        """Show nothing."""
        self._values = {}

    def describe(self) -> Iterable[Metric]:
        """The gauge without samples, for the registry."""
        return [self._family()]

    def collect(self) -> Iterable[Metric]:
        """The gauge as it is now."""
        family = self._family()
        for labels, value in self._values.items():
            family.add_metric(labels, self._now(value))
        return [family]

    def _now(self, value: float) -> float:
        return value

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(self._name, self._meaning, labels=self._labels)


class SharedAge(SharedGauge):
    """Ages in seconds, which grow from when they were shown until they are shown again; 0 stays 0: there is none."""

    _shown_at = 0.0

    def show(self, values: Mapping[tuple[str, ...], float]) -> None:
        """Show these ages by their labels, and no others."""
        super().show(values)
        self._shown_at = time.monotonic()

    def _now(self, value: float) -> float:
        return value + time.monotonic() - self._shown_at if value else 0.0
