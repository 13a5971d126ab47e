"""A connection to the broker that comes back by itself, and is waited for when the broker is not there yet."""

import asyncio

import aio_pika
from aio_pika.abc import AbstractRobustConnection

from shared.runtime.logs import get_logger

log = get_logger()
HEARTBEAT_SECONDS = 10
RECONNECT_SECONDS = 1.0


def with_heartbeat(url: str) -> str:
    """The URL with our heartbeat, unless it names one: the default notices a dead peer after 183 s."""
    if "heartbeat=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}heartbeat={HEARTBEAT_SECONDS}"


async def connect(url: str, name: str) -> AbstractRobustConnection:
    """A robust connection; waits for the broker as long as it takes."""
    lost = False
    while True:
        try:
            connection = await aio_pika.connect_robust(
                with_heartbeat(url), client_properties={"connection_name": name}, reconnect_interval=RECONNECT_SECONDS,
                timeout=5,
            )  # fmt: skip
        except (aio_pika.exceptions.AMQPError, OSError, TimeoutError) as error:
            if not lost:
                log.warning("dependency_lost", dependency="broker", error=str(error))
            lost = True
            await asyncio.sleep(RECONNECT_SECONDS)
        else:
            if lost:
                log.info("dependency_back", dependency="broker")
            return connection
