"""Costly work in turns: a few at once, some more waiting, everybody else is told at once to come back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TooBusy(Exception):
    """Too many wait already."""


class ConcurrencyLimiter:
    """`at_once` have their turn together, `waiting` more wait for theirs."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most, self._here = at_once + waiting, 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn and have it; TooBusy without waiting where too many wait already."""
        if self._here >= self._most:
            raise TooBusy
        self._here += 1
        try:
            async with self._free:
                yield
        finally:
            self._here -= 1
