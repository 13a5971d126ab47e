"""A connection to the broker that comes back by itself, and is waited for when the broker is not there yet."""

import asyncio
from typing import Any

import aio_pika
from aio_pika.abc import AbstractRobustConnection

from shared.runtime.dependencies import back, lost

HEARTBEAT_SECONDS = 10
RECONNECT_SECONDS = 1.0
CONNECT_SECONDS = 5.0


def with_heartbeat(url: str) -> str:
    """The URL with our heartbeat, unless it names one: the default notices a dead peer after 183 s."""
    if "heartbeat=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}heartbeat={HEARTBEAT_SECONDS}"


def told_to_stop() -> bool:
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
        except (aio_pika.exceptions.AMQPError, OSError, TimeoutError) as error:
            lost("broker", error)
            await asyncio.sleep(RECONNECT_SECONDS)
        else:
            back("broker")
            connection.close_callbacks.add(_closed)
            connection.reconnect_callbacks.add(_connected)
            return connection


def _closed(connection: Any, error: BaseException | None) -> None:
    if not connection.close_called:
        lost("broker", str(error or "") or "the connection was lost")


def _connected(_: Any) -> None:
    back("broker")
