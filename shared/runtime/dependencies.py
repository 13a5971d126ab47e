"""Which dependencies are down: one event when one is lost and one when it is back, however many calls notice."""

import asyncio
import time

from shared.runtime.addresses import BROKER, CUSTOMS_BROKER
from shared.runtime.logs import get_logger
from shared.runtime.metrics import DEPENDENCY_UP
from shared.runtime.tls import explain, is_about_certificates

log = get_logger()
ECHO_SECONDS = 5.0
"""How long after a return calls may still fail because of the loss, in a driver's pool of old connections for instance."""
SERVERS = frozenset({BROKER, CUSTOMS_BROKER, "database", "object_store"})
"""What is asked every few seconds whether it is there (guard.py); of other services it is only known when they are needed."""
_away: dict[str, "_Loss"] = {}
_returned_at: dict[str, float] = {}


class _Loss:
    """When a dependency was lost (seconds of `time.monotonic`), why, and the event of its return."""

    __slots__ = ("over", "since", "why")

    def __init__(self, why: str) -> None:
        self.since, self.over, self.why = time.monotonic(), asyncio.Event(), why


def mark_down(dependency: str, error: object = "", *, begun: float | None = None) -> None:
    """A call to `dependency` failed because it does not answer.

    A call that `begun` (`time.monotonic`) before the dependency came back, or within ECHO_SECONDS after, is ignored: a new
    loss is noticed by the guard. One that is lost already is told of again where it turns out that its certificates or ours
    are the reason: only an operator can mend that.
    """
    why, loss = explain(dependency, str(error)), _away.get(dependency)
    if loss is None:
        if begun is not None and begun < _returned_at.get(dependency, -ECHO_SECONDS) + ECHO_SECONDS:
            return
        _away[dependency] = _Loss(why)
    elif is_about_certificates(why) and why != loss.why:
        loss.why = why
    else:
        return
    _show(dependency)
    log.warning("dependency_lost", dependency=dependency, error=why)


def mark_up(dependency: str) -> None:
    """A call to `dependency` was answered."""
    loss = _away.pop(dependency, None)
    if loss is None:
        return
    _returned_at[dependency] = time.monotonic()
    loss.over.set()
    _show(dependency)
    taken = round((time.monotonic() - loss.since) * 1000)
    log.info("dependency_back", dependency=dependency, duration_ms=taken)


def down() -> list[str]:
    """The dependencies that do not answer now, as far as this process has noticed."""
    return sorted(_away)


def watch(dependency: str) -> None:
    """Show from now on whether a server is up."""
    _show(dependency)


def _show(dependency: str) -> None:
    if dependency in SERVERS:
        DEPENDENCY_UP.labels(dependency).set(dependency not in _away)


def reasons() -> dict[str, str]:
    """Why each of the dependencies that are down was lost."""
    return {dependency: loss.why for dependency, loss in sorted(_away.items())}


async def wait_for_return(dependency: str) -> None:
    """Wait until a dependency is up; return at once where it is."""
    loss = _away.get(dependency)
    if loss is not None:
        await loss.over.wait()
