"""Request and reply over the broker's direct reply-to: many at a time, each with a time limit."""

import asyncio

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel, AbstractRobustConnection
from aiormq.abc import DeliveredMessage
from ulid import ULID

from shared.runtime.connection import connect
from shared.runtime.errors import Wait
from shared.runtime.patience import CORRELATION

_REPLY_TO = "amq.rabbitmq.reply-to"


class Asker:
    """Asks services; a request whose asker has left expires in its queue and is not carried out later."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractChannel | None = None
        self._waiting: dict[str, asyncio.Future[bytes]] = {}

    async def start(self) -> None:
        """Connect and listen for replies; waits for the broker."""
        self._connection = await connect(self._url, self._name)
        await self._listen()
        self._connection.reconnect_callbacks.add(lambda *_: self._listen())

    async def close(self) -> None:
        """Close the connection; who still waits is told."""
        for reply in self._waiting.values():
            reply.cancel()
        if self._connection:
            await self._connection.close()

    async def ask(
        self, queue: str, body: bytes, *, limit: float = 10.0, correlation_id: str | None = None
    ) -> bytes:
        """The reply; Wait names the service that did not answer within `limit` seconds."""
        service, request_id = queue.split(".", maxsplit=1)[0], str(ULID())
        message = aio_pika.Message(
            body, content_type="application/json", correlation_id=request_id, reply_to=_REPLY_TO, message_id=request_id,
            expiration=limit, headers={CORRELATION: correlation_id or request_id},
        )  # fmt: skip
        reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = reply
        try:
            async with asyncio.timeout(limit):
                if self._channel is None:
                    raise Wait(service)
                await self._channel.default_exchange.publish(message, queue, mandatory=True)
                return await reply
        except (
            TimeoutError,
            aiormq.exceptions.AMQPError,
            aiormq.exceptions.ChannelInvalidStateError,
            OSError,
        ) as error:
            raise Wait(service, f"no answer within {limit:g} s") from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            raise Wait(service, "the broker's connection was lost") from error
        finally:
            self._waiting.pop(request_id, None)

    async def _listen(self) -> None:
        """Replies come to the channel that asks; a new connection needs a new one."""
        if self._connection is None:
            return
        channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        underlay = await channel.get_underlay_channel()
        await underlay.basic_consume(_REPLY_TO, self._on_reply, no_ack=True)
        self._channel = channel

    async def _on_reply(self, message: DeliveredMessage) -> None:
        reply = self._waiting.get(message.header.properties.correlation_id or "")
        if reply and not reply.done():
            reply.set_result(message.body)
