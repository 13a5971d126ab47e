"""Writes docs/operations/metrics.md from what `shared/runtime/metrics.py` declares."""

from shared.runtime import metrics  # noqa: F401 - declares them
from shared.runtime.metered import DECLARED, MetricDeclared

_HEAD = """\
# Metrics

Generated from `shared/runtime/metrics.py` by `make docs`; not edited by hand. `GET /metrics` on each service's health port
(CONTRACT 6), for Prometheus. Why it is so: [decision 0039](../decisions/0039-metrics-of-several-processes.md).

- **services**: who shows it; the others do not have it.
- **take**: how the values of several processes become one. `sum`: each counts what it did itself. `max`: all of them show the
  same of what they share. `min`: down as soon as one says so.
- What is shared is read when somebody scrapes, at most every 15 seconds, and is absent where it can't be read
  (`fas_state_unread_total`).
- Besides, each process shows `process_resident_memory_bytes`, `process_cpu_seconds_total`, `process_open_fds` and the others of
  the Prometheus client.
- Dashboards and alert rules on these: [deploy/observability/](../../deploy/observability/README.md).

| metric | type | labels | unit | services | take | what it says |
|---|---|---|---|---|---|---|
"""


def metrics_page() -> str:
    """The page."""
    return _HEAD + "\n".join(map(_line, DECLARED)) + "\n"


def _line(declared: MetricDeclared) -> str:
    labels = ", ".join(f"`{each}`" for each in declared.labels) or "–"
    owners = ", ".join(declared.owners) or "all"
    return (
        f"| `{declared.name}` | {declared.kind} | {labels} | {declared.unit} | {owners} | `{declared.over}` "
        f"| {declared.meaning} |"
    )
