"""A connection to the broker that comes back by itself, and is waited for when the broker is not there yet."""

import asyncio
from collections.abc import Collection
from typing import Any

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel, AbstractRobustConnection

from shared.runtime.addresses import BrokerAddress
from shared.runtime.dependencies import mark_down, mark_up
from shared.runtime.handshake import EncryptedEnd, look_closer

RECONNECT_SECONDS = 1.0
CONNECT_SECONDS = 5.0
LOST = "the connection was lost"
AWAY = (
    TimeoutError, aiormq.exceptions.AMQPError, aiormq.exceptions.ChannelInvalidStateError, OSError,
)  # fmt: skip
"""What a call raises where broker, connection or channel are not there; it may have been done or not."""


def is_cancelled() -> bool:
    """Whether this task was cancelled by somebody: aio-pika raises CancelledError when a connection dies, too."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def connect(address: BrokerAddress, name: str) -> AbstractRobustConnection:
    """A robust connection; waits for the broker as long as it takes."""
    while True:
        try:
            connection = await aio_pika.connect_robust(
                address.url, client_properties={"connection_name": name}, reconnect_interval=RECONNECT_SECONDS,
                timeout=CONNECT_SECONDS,
            )  # fmt: skip
        except AWAY as error:
            mark_down(address.dependency, await why_lost(address, str(error)))
            await asyncio.sleep(RECONNECT_SECONDS)
        else:
            mark_up(address.dependency)
            report_loss_of(connection, address.dependency)
            return connection


def alive(connection: AbstractRobustConnection | None) -> bool:
    """Whether the connection is there now."""
    if connection is None or connection.transport is None or not connection.connected.is_set():
        return False
    return not connection.transport.connection.is_closed


async def consumer_tags(channel: AbstractChannel) -> Collection[str]:
    """The tags of the consumers that the broker knows of on this channel."""
    underlay: Any = await channel.get_underlay_channel()
    tags: Collection[str] = underlay.consumers
    return tags


async def why_lost(address: BrokerAddress, error: str = LOST) -> str:
    """Why there is no connection; of an encrypted one, what its own tries to come back tell nobody."""
    return await look_closer(address.dependency, error, EncryptedEnd.of_amqp(address.url))


def report_loss_of(connection: AbstractRobustConnection, dependency: str) -> None:
    """Mark the broker as down when this connection ends by itself.

    `guard.py` marks it as up: connections come back one after the other, and each would report it.
    """

    def closed(connection: Any, error: BaseException | None) -> None:
        if not connection.close_called:
            mark_down(dependency, str(error or "") or LOST)

    connection.close_callbacks.add(closed)
