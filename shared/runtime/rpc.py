"""Request and reply over the broker's direct reply-to: many at a time, each with a time limit."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

import aio_pika
import aiormq
from aio_pika.abc import AbstractRobustChannel, AbstractRobustConnection
from aiormq.abc import DeliveredMessage
from ulid import ULID

from shared.runtime.addresses import BrokerAddress
from shared.runtime.connection import AWAY, alive, connect, consumer_tags, is_cancelled
from shared.runtime.dependencies import down, mark_down, mark_up
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.queue_stats import QueueStats, read_queue_stats
from shared.runtime.retry import CORRELATION
from shared.runtime.tracing import SpanPart, span, trace_headers

_REPLY_TO = "amq.rabbitmq.reply-to"
_LOST = "the connection to the broker was lost"


class RpcClient:
    """Asks services; a request expires in its queue with its time limit, and is not carried out later."""

    def __init__(self, address: BrokerAddress, name: str) -> None:
        self._address, self._name = address, name
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractRobustChannel | None = None
        self._tag = ""
        self._listening = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[bytes]] = {}

    async def start(self) -> None:
        """Connect and listen for replies; waits for the broker."""
        self._connection = await connect(self._address, self._name)
        self._channel = self._connection.channel(publisher_confirms=True, on_return_raises=True)
        await self._channel.initialize()
        await self._listen()
        self._channel.close_callbacks.add(self._silent)
        self._channel.reopen_callbacks.add(self._listen)

    async def close(self) -> None:
        """Close the connection; calls that still wait are cancelled."""
        for reply in self._waiting.values():
            reply.cancel()
        if self._connection:
            await self._connection.close()

    def connected(self) -> bool:
        """Whether the connection is there now."""
        return alive(self._connection)

    async def listens(self) -> bool:
        """Whether the broker knows of our consumer of replies."""
        if self._channel is None or self._channel.is_closed:
            return False
        return self._tag in await consumer_tags(self._channel)

    async def listen_again(self) -> None:
        """Consume replies again where the broker has ended that; no matter if it can't be done now."""
        with suppress(*AWAY):
            if self._channel is not None and not self._channel.is_closed and not await self.listens():
                await self._listen()

    async def read_queue_stats(self, queues: Sequence[str]) -> list[QueueStats]:
        """How full these queues are and how many read from them; DependencyUnavailable('broker') where it does not answer."""
        if self._connection is None:
            raise DependencyUnavailable("broker", _LOST)
        return await read_queue_stats(self._connection, queues)

    async def ask(
        self, queue: str, body: bytes, *, limit: float = 10.0, correlation_id: str | None = None
    ) -> bytes:
        """The reply; DependencyUnavailable names the service that did not answer within `limit` seconds."""
        service = queue.split(".", maxsplit=1)[0]
        try:
            async with asyncio.timeout(limit):
                reply = await self._asked(queue, body, limit, correlation_id)
        except aiormq.exceptions.PublishError as error:
            raise _waiting(service, "it has no queue") from error
        except AWAY as error:
            raise _waiting(service, str(error) or f"no answer within {limit:g} s") from error
        except asyncio.CancelledError as error:
            if is_cancelled():
                raise
            raise _waiting(service, _LOST) from error
        mark_up(service)
        return reply

    async def _asked(self, queue: str, body: bytes, limit: float, correlation_id: str | None) -> bytes:
        await self._listening.wait()
        if self._channel is None:
            raise ConnectionError(_LOST)
        request_id = str(ULID())
        message = aio_pika.Message(
            body, content_type="application/json", correlation_id=request_id, reply_to=_REPLY_TO, message_id=request_id,
            expiration=limit, timestamp=time.time(), headers={CORRELATION: correlation_id or request_id},
        )  # fmt: skip
        reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = reply
        try:
            with span(f"default.{queue} request", SpanPart.CLIENT):
                message.headers |= trace_headers()
                await self._channel.default_exchange.publish(message, queue, mandatory=True)
                return await reply
        finally:
            self._waiting.pop(request_id, None)

    async def _listen(self, *_: object) -> None:
        """Consume replies on the channel that sends requests; a channel that was opened again needs a new consumer."""
        if self._channel is None:
            return
        underlay = await self._channel.get_underlay_channel()
        consuming = await underlay.basic_consume(_REPLY_TO, self._on_reply, no_ack=True)
        self._tag = consuming.consumer_tag or ""
        self._listening.set()

    def _silent(self, *_: object) -> None:
        """Fail the calls that wait: the channel is closed, and the broker has forgotten where replies go."""
        self._listening.clear()
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(ConnectionError(_LOST))

    async def _on_reply(self, message: DeliveredMessage) -> None:
        reply = self._waiting.get(message.header.properties.correlation_id or "")
        if reply and not reply.done():
            reply.set_result(message.body)


def _waiting(service: str, detail: str) -> DependencyUnavailable:
    if "broker" not in down():  # which is said, and the service may be well
        mark_down(service, detail)
    return DependencyUnavailable(service, detail)
