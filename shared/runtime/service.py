"""The life of a service: open everything, consume, and stop so that nothing is left half done."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import uvloop
from faststream.rabbit import RabbitBroker

from shared.runtime import logs
from shared.runtime.ask import Asker
from shared.runtime.broker import Publisher, make_broker
from shared.runtime.errors import Wait
from shared.runtime.health import READY, Check, Health
from shared.runtime.objects import Objects
from shared.runtime.outbox import Relay
from shared.runtime.settings import Settings, load_settings
from shared.runtime.store import Store, open_store

log = logs.get_logger()
Work = Coroutine[Any, Any, None]
STOP_SECONDS = 20.0
STEP_SECONDS = 10.0
"""The longest that one step of stopping takes; a handler that runs longer is cancelled and its message comes again."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a service works with."""

    settings: Settings
    store: Store
    objects: Objects
    publisher: Publisher
    asker: Asker
    broker: RabbitBroker
    relay: Relay


Build = Callable[[Runtime], Awaitable[list[Work]]]
Declare = Callable[[str], Awaitable[None]]


def run_service(name: str, build: Build, declare: Declare) -> None:
    """Run a service until SIGTERM or Ctrl-C; exit status 0 then, 1 when a part of it ended by itself."""
    settings = load_settings()
    logs.configure(name, settings.log_format, settings.log_level)
    uvloop.run(_live(name, settings, build, declare))


async def _live(name: str, settings: Settings, build: Build, declare: Declare) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runtime = _runtime(name, settings)
    health = Health(settings.health_port, _checks(runtime))
    parts = _Parts()
    parts.begin("health", health.run())
    starting = asyncio.create_task(_start(runtime, build, declare, parts))
    await asyncio.wait([starting, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        starting.result()
        health.state = READY
        log.info("service_ready")
        await parts.until(stop)
    log.info("service_stopping")
    health.state = "stopping"
    turn = asyncio.get_running_loop().time
    end = turn() + STOP_SECONDS
    for step in _stopping(runtime, starting, parts):
        await _within(min(STEP_SECONDS, max(end - turn(), 0.5)), step)
    sys.stdout.flush()
    os._exit(
        1 if parts.failed else 0
    )  # whatever still hangs on an absent server, a thread for instance, ends here


def _runtime(name: str, settings: Settings) -> Runtime:
    store, url = open_store(settings), settings.rabbit_url
    publisher = Publisher(url, name)
    relay = Relay(store.collection("cases"), publisher, name)
    return Runtime(
        settings, store, Objects(settings), publisher, Asker(url, name), make_broker(url, name), relay
    )


async def _start(runtime: Runtime, build: Build, declare: Declare, parts: "_Parts") -> None:
    await declare(runtime.settings.rabbit_url)
    await asyncio.gather(runtime.publisher.start(), runtime.asker.start())
    await _answering(runtime.store.ping)
    await _answering(runtime.objects.ensure_bucket)
    for number, work in enumerate(await build(runtime)):
        parts.begin(f"work {number}", work)
    await runtime.broker.start()
    parts.begin("outbox", runtime.relay.run())


def _stopping(
    runtime: Runtime, starting: "asyncio.Task[None]", parts: "_Parts"
) -> Iterator[Awaitable[object]]:
    """Consuming ends first, what the handlers need ends last."""
    starting.cancel()
    yield asyncio.gather(starting, return_exceptions=True)
    yield runtime.broker.stop()
    yield runtime.relay.close()
    yield parts.end()
    yield asyncio.gather(runtime.asker.close(), runtime.publisher.close(), return_exceptions=True)
    yield runtime.store.close()


async def _within(seconds: float, step: Awaitable[object]) -> None:
    """Do a step of stopping, for so long at most: an absent server must not keep the process."""
    try:
        async with asyncio.timeout(seconds):
            await step
    except Exception as error:
        log.warning("stopping_hurried", error=repr(error))


async def _answering(asked: Callable[[], Awaitable[None]]) -> None:
    """Wait for a dependency as long as it takes."""
    lost = False
    while True:
        try:
            await asked()
        except Wait as wait:
            if not lost:
                log.warning("dependency_lost", dependency=wait.dependency, error=str(wait))
            lost = True
            await asyncio.sleep(0.5)
        else:
            if lost:
                log.info("dependency_back")
            return


def _checks(runtime: Runtime) -> dict[str, Check]:
    async def consuming() -> None:
        if not await runtime.broker.ping(timeout=1.5):
            raise Wait("broker")
        silent = [s for s in runtime.broker.subscribers if not getattr(s, "_consumer_tag", None)]
        if silent:
            raise Wait("broker", f"{len(silent)} of our queues are not consumed")

    return {"broker": consuming, "database": runtime.store.ping, "object_store": runtime.objects.ping}


class _Parts:
    """The tasks that a service consists of; one that ends by itself ends the service."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self.failed = False

    def begin(self, name: str, work: Work) -> None:
        """Run a part."""
        self._tasks.add(asyncio.create_task(work, name=name))

    async def until(self, stop: asyncio.Event) -> None:
        """Wait for the signal, or for a part that ended."""
        waiting = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([*self._tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            self.failed = True
            log.error(
                "part_ended", part=task.get_name(), error=repr(None if task.cancelled() else task.exception())
            )
        waiting.cancel()

    async def end(self) -> None:
        """Cancel every part and wait for it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
