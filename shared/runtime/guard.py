"""Asks each server every few seconds whether it is there, so that a silent loss is noticed and a return is known."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from shared.runtime.dependencies import mark_down, mark_up, watch
from shared.runtime.errors import DependencyUnavailable

Ping = Callable[[], Awaitable[None]]
EVERY_SECONDS = 3.0
ANSWER_SECONDS = 3.0
MISSES = 2
"""How many times ANSWER_SECONDS a ping may wait until its server counts as lost; one slow answer is no loss.

Together longer than a driver looks for a server and we look closer at why: the ping itself tells that."""


async def guard(pings: Mapping[str, Ping]) -> None:
    """Keep asking until cancelled. A ping raises DependencyUnavailable where its server is away; any other error is an answer."""
    async with asyncio.TaskGroup() as group:
        for dependency, ping in pings.items():
            watch(dependency)
            group.create_task(_keep_asking(dependency, ping))


async def _keep_asking(dependency: str, ping: Ping) -> None:
    while True:
        begun, asked = time.monotonic(), asyncio.ensure_future(_answer(ping))
        try:
            why = await _patiently(dependency, asked)
        finally:
            asked.cancel()
        if why is None:
            mark_up(dependency)
        else:
            mark_down(dependency, why, begun=begun)
        await asyncio.sleep(EVERY_SECONDS)


async def _patiently(dependency: str, asked: "asyncio.Future[str | None]") -> str | None:
    """The answer, however long it takes: a second ping beside one that hangs would hang too, and hold a thread."""
    misses = 0
    while not (await asyncio.wait({asked}, timeout=ANSWER_SECONDS))[0]:
        misses += 1
        if misses >= MISSES:
            mark_down(dependency, f"no answer within {misses * ANSWER_SECONDS:g} s")
    return "the connection was lost" if asked.cancelled() else asked.result()


async def _answer(ping: Ping) -> str | None:
    """Why there was no answer, or None."""
    try:
        await ping()
    except DependencyUnavailable as wait:
        return str(wait)
    except Exception:  # it answers, though not as we like; /ready says what
        return None
    return None
