"""Which dependencies are away: said once when one is lost and once when it is back, however many calls notice."""

import time

from shared.runtime.logs import get_logger

log = get_logger()
_away: dict[str, float] = {}


def lost(dependency: str, error: object = "") -> None:
    """A call to `dependency` failed because it does not answer."""
    if dependency not in _away:
        _away[dependency] = time.monotonic()
        log.warning("dependency_lost", dependency=dependency, error=str(error))


def back(dependency: str) -> None:
    """A call to `dependency` was answered."""
    since = _away.pop(dependency, None)
    if since is not None:
        log.info(
            "dependency_back", dependency=dependency, duration_ms=round((time.monotonic() - since) * 1000)
        )


def away() -> list[str]:
    """What does not answer now, as far as this process has noticed."""
    return sorted(_away)
