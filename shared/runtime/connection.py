"""A connection to the broker that comes back by itself, and is waited for when the broker is not there yet."""

import asyncio
from collections.abc import Collection
from typing import Any

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel, AbstractRobustConnection

from shared.runtime.dependencies import mark_down, mark_up

HEARTBEAT_SECONDS = 10
RECONNECT_SECONDS = 1.0
CONNECT_SECONDS = 5.0
AWAY = (
    TimeoutError, aiormq.exceptions.AMQPError, aiormq.exceptions.ChannelInvalidStateError, OSError,
)  # fmt: skip
"""What a call raises whose broker, connection or channel is not there: whether it was done, nobody can say."""


def with_heartbeat(url: str) -> str:
    """The URL with our heartbeat, unless it names one: the default notices a dead peer after 183 s."""
    if "heartbeat=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}heartbeat={HEARTBEAT_SECONDS}"


def is_cancelled() -> bool:
    """Whether this task was cancelled by somebody: aio-pika raises CancelledError when a connection dies, too."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def connect(url: str, name: str) -> AbstractRobustConnection:
    """A robust connection; waits for the broker as long as it takes."""
    while True:
        try:
            connection = await aio_pika.connect_robust(
                with_heartbeat(url), client_properties={"connection_name": name}, reconnect_interval=RECONNECT_SECONDS,
                timeout=CONNECT_SECONDS,
            )  # fmt: skip
        except AWAY as error:
            mark_down("broker", error)
            await asyncio.sleep(RECONNECT_SECONDS)
        else:
            mark_up("broker")
            said_when_lost(connection)
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


def said_when_lost(connection: AbstractRobustConnection) -> None:
    """Note the broker's loss when this connection ends by itself.

    Its return is seen by who guards all connections (`guard.py`): one after the other comes back, and each would tell of it.
    """
    connection.close_callbacks.add(_closed)


def _closed(connection: Any, error: BaseException | None) -> None:
    if not connection.close_called:
        mark_down("broker", str(error or "") or "the connection was lost")
