"""Declares again what the broker has lost while a service runs: a queue deleted, or a broker that came back empty."""

import asyncio
from contextlib import suppress

from shared.runtime.broker import Publisher
from shared.runtime.connection import AWAY, is_cancelled
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import get_logger
from shared.runtime.topology import Misdeclared, NotPrepared, Topology, find_missing, provide

log = get_logger()
LOOK_SECONDS = 10.0
"""Between two checks for queues that this process does not consume: customs', and those of other services."""


async def keep_declared(publisher: Publisher, topology: Topology, wanted: asyncio.Event) -> None:
    """Declare everything whenever something is missing: check every LOOK_SECONDS, and at once when `wanted`, until cancelled."""
    said = ""
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await wanted.wait()
        asked = wanted.is_set()
        wanted.clear()
        try:
            await _put_right(publisher, topology, asked)
        except (Misdeclared, NotPrepared) as error:
            if str(error) != said:
                said = str(error)
                log.error("topology_refused", error=said)
        except (DependencyUnavailable, *AWAY):
            pass  # said by who guards the broker; when it is back there is a reconnection, or the next look
        except asyncio.CancelledError:
            if is_cancelled():
                raise


async def _put_right(publisher: Publisher, topology: Topology, asked: bool) -> None:
    gone = await find_missing(publisher.connection, topology)
    if gone or (asked and not topology.foreign):
        await provide(publisher.connection, topology)
    if gone:
        log.warning("topology_declared_again", missing=gone)
