"""Consuming by FastStream, publishing by aio-pika with three outcomes; queues are consumed as they were declared."""

import asyncio
import time
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import Any

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel, AbstractRobustConnection
from faststream import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue, RabbitRoute, RabbitRouter
from faststream.rabbit.subscriber.usecase import RabbitSubscriber
from ulid import ULID

from shared.runtime.addresses import BrokerAddress
from shared.runtime.connection import (
    AWAY,
    RECONNECT_SECONDS,
    alive,
    connect,
    is_cancelled,
    why_lost,
)
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.rests import Rests
from shared.runtime.retry import RetryMiddleware
from shared.runtime.tracing import SpanPart, span, trace_headers, tracing_middlewares

_TICK = 0.02


class Published(Enum):
    """What became of a publish; only CONFIRMED means that a queue holds the message."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Publisher:
    """Publishes on a connection and a channel of its own, many at a time, each confirmed."""

    def __init__(self, address: BrokerAddress, name: str) -> None:
        self._address, self._name = address, name
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractChannel | None = None

    async def start(self) -> None:
        """Connect; waits for the broker."""
        self._connection = await connect(self._address, self._name)
        self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)

    async def close(self) -> None:
        """Close the connection."""
        if self._connection:
            await self._connection.close()

    @property
    def dependency(self) -> str:
        """What the loss of its broker is told by."""
        return self._address.dependency

    @property
    def connection(self) -> AbstractRobustConnection:
        """The connection, for questions about queues; DependencyUnavailable where it was not made yet."""
        if self._connection is None:
            raise DependencyUnavailable(self.dependency, "not connected yet")
        return self._connection

    async def ping(self) -> None:
        """Ask whether the broker answers, by opening a channel; DependencyUnavailable where it does not."""
        if self._connection is None or not alive(self._connection):
            raise DependencyUnavailable(self.dependency, await why_lost(self._address))
        try:
            async with self._connection.channel(publisher_confirms=False):
                pass
        except AWAY as error:
            raise DependencyUnavailable(self.dependency, str(error)) from error

    def on_reconnect(self, done: Callable[[], object]) -> None:
        """Call `done` each time that the connection is back."""
        if self._connection:
            self._connection.reconnect_callbacks.add(lambda _: done())

    async def publish(
        self, exchange: str, key: str, body: bytes, *, content_type: str = "application/json",
        correlation_id: str | None = None, headers: dict[str, Any] | None = None, mandatory: bool = True,
        expiration: float | None = None, limit: float = 5.0,
    ) -> Published:  # fmt: skip
        """Publish persistently; REFUSED when no queue takes it, UNKNOWN when nobody can say (try again, same business id).

        An absent broker is waited for, all in all for `limit` seconds.
        """
        message = aio_pika.Message(
            body, content_type=content_type, correlation_id=correlation_id, headers=headers or {}, expiration=expiration,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT, message_id=str(ULID()),
            timestamp=time.time(),
        )  # fmt: skip
        try:
            async with asyncio.timeout(limit):  # covers waiting for the connection as well as the confirm
                confirm = await self._send(exchange, key, message, mandatory)
        except aiormq.exceptions.DeliveryError:
            return Published.REFUSED
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            return Published.UNKNOWN  # the channel or the connection died under us
        except AWAY:
            return Published.UNKNOWN
        return Published.CONFIRMED if isinstance(confirm, aiormq.spec.Basic.Ack) else Published.REFUSED

    async def _send(self, exchange: str, key: str, message: aio_pika.Message, mandatory: bool) -> object:
        channel = await self._opened()
        target = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        with span(f"{exchange or 'default'}.{key} publish", SpanPart.PRODUCER):
            message.headers |= trace_headers()
            return await target.publish(message, key, mandatory=mandatory)

    async def _opened(self) -> AbstractChannel:
        """The channel; after an outage, or an error that closed it, it opens again by itself."""
        while self._channel is None or self._channel.is_closed:  # noqa: ASYNC110 - aio-pika tells of no event for it
            await asyncio.sleep(_TICK)
        return self._channel


def make_broker(address: BrokerAddress, service: str, rests: Rests) -> RabbitBroker:
    """The consuming side of a service: waits out an absent dependency, lets running handlers finish on shutdown."""
    return RabbitBroker(
        address.url, fail_fast=False, reconnect_interval=RECONNECT_SECONDS, graceful_timeout=8.0,
        app_id=service, middlewares=[*tracing_middlewares(), partial(RetryMiddleware, rests)], logger=None,
    )  # fmt: skip


def new_router(*routes: RabbitRoute) -> RabbitRouter:
    """A router of subscribers; a message whose handler fails goes to the dead letters, unless its subscriber says otherwise.

    The policy stands here because subscribers that were made before the broker do not get the broker's.
    """
    return RabbitRouter(handlers=routes, ack_policy=AckPolicy.REJECT_ON_ERROR)


def queue(name: str) -> RabbitQueue:
    """A quorum queue that topology.py declares."""
    return RabbitQueue(name, queue_type=QueueType.QUORUM, declare=False)


def own_queue(name: str, key: str) -> RabbitQueue:
    """A queue that ends with this process; `name` must be its own."""
    return RabbitQueue(name, durable=False, exclusive=True, auto_delete=True, routing_key=key)


def set_prefetch(broker: RabbitBroker, prefetch: Mapping[str, int]) -> None:
    """How many handlers run at a time for each of these queues, from the broker's start."""
    for each in broker.subscribers:
        if isinstance(each, RabbitSubscriber) and each.queue.name in prefetch and each.channel:
            each.channel.prefetch_count = prefetch[each.queue.name]


def channel_of(prefetch: int) -> Channel:
    """A channel of one subscriber's own; `prefetch` is how many handlers run at a time."""
    return Channel(prefetch_count=prefetch)
