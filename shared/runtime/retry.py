"""Around every handler: the correlation id is bound, and an absent dependency is waited out, however long.

A message that can't be handled for want of a dependency is never rejected: its subscriber comes to rest (`rests.py`), and it
goes back to its queue.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from aio_pika import IncomingMessage
from faststream import BaseMiddleware, ContextRepo, PublishCommand
from faststream.exceptions import NackMessage
from faststream.message import StreamMessage
from faststream.rabbit.subscriber.usecase import RabbitSubscriber
from ulid import ULID

from shared.runtime.delivery import handle_delivery
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import bind_fields, get_logger, one_line
from shared.runtime.metrics import MESSAGE_WAIT
from shared.runtime.named import find_names
from shared.runtime.rests import Rests

log = get_logger()
CORRELATION = "x-correlation-id"
"""The header of a request, whose AMQP correlation_id is taken by the reply."""
HELD_SECONDS = 1200.0
"""How long a handler holds a message that waits; RabbitMQ takes it away after 30 minutes, and closes the channel."""
_FIRST, _LONGEST = 0.2, 5.0
_Message = StreamMessage[IncomingMessage]
_CallNext = Callable[[_Message], Awaitable[object]]


class RetryMiddleware(BaseMiddleware[PublishCommand, object]):
    """Tries a handler that raises DependencyUnavailable again and again for HELD_SECONDS.

    Then gives the message back to a queue at rest.
    """

    def __init__(self, rests: Rests, msg: object, /, *, context: ContextRepo) -> None:
        super().__init__(msg, context=context)
        self._rests = rests

    async def consume_scope(self, call_next: _CallNext, msg: _Message) -> object:
        """Run the handler with its correlation id bound."""
        correlation = msg.headers.get(CORRELATION) or msg.correlation_id or str(ULID())
        self._note_wait(msg)
        with handle_delivery(msg), bind_fields(correlation_id=correlation):
            try:
                return await self._patiently(call_next, msg)
            except NackMessage:
                log.info("message_given_back", **self._about(msg))
                raise
            except Exception:
                log.exception("message_failed", **self._about(msg))
                raise

    async def publish_scope(
        self, call_next: Callable[[PublishCommand], Awaitable[object]], cmd: PublishCommand
    ) -> object:
        """Send a reply; where it can't be sent its command is done all the same: who asked has been told that nobody answers."""
        try:
            return await call_next(cmd)
        except Exception as error:
            log.warning("reply_not_sent", error=one_line(error))
            return None

    async def _patiently(self, call_next: _CallNext, msg: _Message) -> object:
        pause, begun, subscriber = _FIRST, time.monotonic(), self._subscriber()
        while True:
            try:
                return await call_next(msg)
            except DependencyUnavailable as wait:  # said where it was noticed
                if self._rests.is_resting(subscriber) or time.monotonic() - begun > HELD_SECONDS:
                    await self._rests.begin(subscriber, wait.dependency)
                    raise NackMessage from wait
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST)

    def _note_wait(self, msg: _Message) -> None:
        """How long a message stood in its queue, where it says when it was sent; a process's own queue has no name that stays."""
        sent, queue = msg.raw_message.timestamp, self._subscriber().queue
        if sent is not None:
            waited = max(time.time() - sent.timestamp(), 0.0)
            MESSAGE_WAIT.labels(queue.name if queue.durable else queue.routing_key).observe(waited)

    def _subscriber(self) -> RabbitSubscriber:
        subscriber: RabbitSubscriber = self.context.get_local("handler_")
        return subscriber

    def _about(self, msg: _Message) -> dict[str, str]:
        """Which message it is, as far as it says so itself."""
        return {"queue": self._subscriber().queue.name, "delivery_id": msg.message_id, **find_names(msg.body)}
