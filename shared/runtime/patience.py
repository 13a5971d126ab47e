"""Around every handler: the correlation id is bound, and an absent dependency is waited out; nothing is requeued."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from faststream import BaseMiddleware
from ulid import ULID

from shared.runtime.delivery import handling, names_in
from shared.runtime.dependencies import back, lost
from shared.runtime.errors import Wait
from shared.runtime.logs import bound, get_logger

log = get_logger()
CORRELATION = "x-correlation-id"
"""The header of a request, whose AMQP correlation_id is taken by the reply."""
_FIRST, _LONGEST, _GIVE_UP = 0.2, 5.0, 1200.0


class Patience(BaseMiddleware):
    """Retries a handler that raises Wait for up to 20 minutes (RabbitMQ closes the channel at 30)."""

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
        """Run the handler with its correlation id bound."""
        correlation = msg.headers.get(CORRELATION) or msg.correlation_id or str(ULID())
        with handling(msg), bound(correlation_id=correlation):
            try:
                return await self._patiently(call_next, msg)
            except Exception:
                log.exception("message_failed", **names_in(msg.body))
                raise

    async def _patiently(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
        pause, begun, missed = _FIRST, time.monotonic(), set()
        while True:
            try:
                result = await call_next(msg)
            except Wait as wait:
                missed.add(wait.dependency)
                lost(wait.dependency, wait)
                if time.monotonic() - begun > _GIVE_UP:
                    raise
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST)
            else:
                for dependency in missed:
                    back(dependency)
                return result
