"""Waits for what nothing announces: a condition of another process or task, looked at again and again."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(
    holds: Callable[[], bool | Awaitable[bool]], seconds: float = 15.0, *, every: float = 0.05
) -> None:
    """Wait until it is so; TimeoutError after `seconds`. `every` is the pause between two looks."""
    async with asyncio.timeout(seconds):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(every)
