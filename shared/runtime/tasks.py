"""The tasks that a service consists of."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from shared.runtime.errors import StartRefused
from shared.runtime.logs import get_logger

log = get_logger()
Work = Coroutine[Any, Any, None]


class Parts:
    """The tasks that a service consists of; one that ends by itself stops the service."""

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop, self._tasks = stop, set[asyncio.Task[None]]()
        self.failed = self.stopping = False

    def begin(self, name: str, work: Work) -> "asyncio.Task[None]":
        """Run a part."""
        task = asyncio.create_task(_contained(work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def end(self) -> None:
        """Cancel every part and wait for it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if self.stopping:
            return
        self.failed = True
        error = None if task.cancelled() else task.exception()
        if isinstance(error, StartRefused):
            log.error("cannot_start", detail=str(error))
            print(error, file=sys.stderr)
        else:
            log.error("part_ended", part=task.get_name(), exc_info=error)
        self._stop.set()


async def _contained(work: Work) -> None:
    """Do the work; uvicorn's SystemExit (its port is taken) becomes an error, for it would end the loop and stop nothing."""
    try:
        await work
    except SystemExit as error:
        raise RuntimeError(f"it gave up: {error.__context__ or error}") from error
