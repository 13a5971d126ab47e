"""The life of a service: open everything, consume, and stop so that nothing is left half done."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field

import uvloop
from faststream.rabbit import RabbitBroker

from shared.runtime import logs, metrics
from shared.runtime.addresses import BROKER, BrokerAddress
from shared.runtime.broker import Publisher, make_broker
from shared.runtime.connection import report_loss_of
from shared.runtime.consumers import Consumers
from shared.runtime.dependencies import down
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.guard import guard
from shared.runtime.health import READY, STOPPING, Check, Health
from shared.runtime.heartbeat import Peers, send_heartbeats
from shared.runtime.objects import Objects
from shared.runtime.other_broker import OtherBroker
from shared.runtime.outbox import Relay
from shared.runtime.redeclaring import keep_declared
from shared.runtime.rests import Rests
from shared.runtime.rpc import RpcClient
from shared.runtime.settings import Settings, load_settings
from shared.runtime.shared_state import SharedState
from shared.runtime.store import Collection, Store, open_store
from shared.runtime.tasks import Parts, Work
from shared.runtime.topology import Topology, declare_topology
from shared.runtime.trace_export import start_tracing
from shared.runtime.tracing import trace_no_more

log = logs.get_logger()
CAN_SPARE = frozenset({"object_store"})
"""What a service stays ready without, unless its app says otherwise: all but files goes on, and who asks for one is told."""
_MMAP_THRESHOLD, _LARGE_BYTES = -3, 2**20
STEP_SECONDS = 10.0
"""The longest that one step of stopping takes; a handler that runs longer is cancelled and its message comes again."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a service works with."""

    name: str
    settings: Settings
    store: Store
    objects: Objects
    publisher: Publisher
    rpc: RpcClient
    broker: RabbitBroker
    rests: Rests
    consumers: Consumers
    state: SharedState = field(default_factory=SharedState)
    peers: Peers = field(default_factory=Peers)
    relays: list[Relay] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    publishers: list[Publisher] = field(default_factory=list)
    others: list[OtherBroker] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)

    def relay(self, collection: Collection) -> Relay:
        """Send what documents of this collection hold in `outbox`: from when the service is ready until it has stopped."""
        seconds = self.settings.outbox_seconds
        made = Relay(collection, self.publisher, self.name, peers=self.peers, sweep_seconds=seconds)
        self.relays.append(made)
        return made

    async def another_publisher(self, name: str) -> Publisher:
        """Publishes to our broker on one more connection, until the service has stopped."""
        made = Publisher(self.settings.broker, f"{self.name}.{name}")
        await made.start()
        self.publishers.append(made)
        return made

    def join(self, address: BrokerAddress, topology: Topology) -> OtherBroker:
        """Another broker, from when the service is ready until it has stopped; `/ready` names it where it is away."""
        made = OtherBroker(address, self.name, topology)
        self.others.append(made)
        self.publishers.append(made.publisher)
        consumers = f"{address.dependency}_consumers"
        self.checks.update({address.dependency: made.ping, consumers: made.consumers.check})
        return made

    def overdue(self) -> str:
        """Which consumers have not come back for a minute although their broker answers; '' where none."""
        consumers = (self.consumers, *(each.consumers for each in self.others))
        return "; ".join(filter(None, (each.overdue() for each in consumers)))


Build = Callable[[Runtime], Awaitable[list[Work]]]


def run_service(
    name: str, build: Build, topology: Callable[[Settings], Topology], needed: Sequence[str] = (),
    can_spare: Set[str] = CAN_SPARE,
) -> None:  # fmt: skip
    """Run a service until SIGTERM or Ctrl-C; exit status 0 then, 1 when a part of it ended by itself.

    `topology` is what our broker must have with these settings; `needed` are settings that others can do without. It starts
    with all its servers there, and then stays ready without those that it `can_spare`.
    """
    settings = load_settings(needed)
    _give_back_large_blocks()
    logs.configure(name, settings.log_format, settings.log_level, excused=lambda: bool(down()))
    metrics.expose(name)
    start_tracing(name)
    uvloop.run(_live(name, settings, build, topology(settings), can_spare))


def _give_back_large_blocks() -> None:
    """Have a file's memory given back as soon as it is freed; glibc keeps such blocks after it has freed the first."""
    with suppress(AttributeError):  # a C library without it
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)


async def _live(name: str, settings: Settings, build: Build, topology: Topology, can_spare: Set[str]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runtime, parts = _runtime(name, settings), Parts(stop)
    runtime.checks.update(_checks(runtime))
    health = Health(
        settings.health_port, runtime.checks, runtime.overdue, str(settings.bind_address),
        can_spare=can_spare, before_metrics=runtime.state.refresh,
    )  # fmt: skip
    parts.begin("health", health.run())
    serving = parts.begin("service", _serve(runtime, build, topology, parts, health))
    await stop.wait()
    log.info("service_stopping")
    health.state = STOPPING
    turn = asyncio.get_running_loop().time
    end = turn() + settings.stop_seconds
    for step in _stopping(runtime, serving, parts):
        await _within(min(STEP_SECONDS, max(end - turn(), 0.5)), step)
    sys.stdout.flush()
    os._exit(
        1 if parts.failed else 0
    )  # whatever still hangs on an absent server, a thread for instance, ends here


def _runtime(name: str, settings: Settings) -> Runtime:
    store, address = open_store(settings), settings.broker
    publisher, rpc, rests = Publisher(address, name), RpcClient(address, name), Rests()
    broker = make_broker(address, name, rests)
    consumers = Consumers(broker, rpc, rests)
    return Runtime(name, settings, store, Objects(settings), publisher, rpc, broker, rests, consumers)


async def _serve(runtime: Runtime, build: Build, topology: Topology, parts: Parts, health: Health) -> None:
    """Start everything, then send what the outboxes hold, until cancelled."""
    await declare_topology(runtime.settings.broker, topology)
    await asyncio.gather(runtime.publisher.start(), runtime.rpc.start())
    await _answering(runtime.store.ping)
    await _answering(runtime.objects.ensure_bucket)
    for number, work in enumerate([*await build(runtime), *runtime.works]):
        parts.begin(f"work {number}", work)
    await runtime.broker.start()
    if runtime.broker._connection:
        report_loss_of(runtime.broker._connection, BROKER)
    _watch(runtime, topology, parts)
    for other in runtime.others:
        parts.begin("other broker", other.run())
    beats = send_heartbeats(runtime.store, runtime.name, health.failing, runtime.peers, health.can_spare)
    parts.begin("presence", beats)
    health.state = READY
    log.info("service_ready")
    await _sending(runtime.relays)


async def _sending(relays: Sequence[Relay]) -> None:
    """Send what the outboxes hold, until cancelled; a service without an outbox just waits."""
    await asyncio.gather(asyncio.Event().wait(), *(relay.run() for relay in relays))


def _watch(runtime: Runtime, topology: Topology, parts: Parts) -> None:
    """Keep queues and consumers in place and watch the servers, until cancelled."""
    wanted = asyncio.Event()
    runtime.publisher.on_reconnect(wanted.set)
    parts.begin("topology", keep_declared(runtime.publisher, topology, wanted))
    parts.begin("consumers", runtime.consumers.watch(wanted.set))
    pings = {BROKER: _broker(runtime), "database": runtime.store.ping, "object_store": runtime.objects.ping}
    parts.begin("guard", guard(pings))


def _broker(runtime: Runtime) -> Check:
    """Ping the broker by every connection: after an outage they come back one by one."""

    async def ping() -> None:
        if not runtime.consumers.connected():
            raise DependencyUnavailable(BROKER, "the connection was lost")
        await runtime.publisher.ping()

    return ping


def _stopping(runtime: Runtime, serving: "asyncio.Task[None]", parts: Parts) -> Iterator[Awaitable[object]]:
    """Consuming ends first, what the handlers need ends last."""
    parts.stopping = True
    serving.cancel()
    yield asyncio.wait([serving])
    yield runtime.rests.close()
    yield asyncio.gather(runtime.broker.stop(), *(each.stop() for each in runtime.others))
    yield asyncio.gather(*(relay.close() for relay in runtime.relays))
    yield parts.end()
    publishers = (runtime.publisher, *runtime.publishers)
    yield asyncio.gather(runtime.rpc.close(), *(each.close() for each in publishers), return_exceptions=True)
    yield runtime.store.close()
    yield asyncio.to_thread(trace_no_more)


async def _within(seconds: float, step: Awaitable[object]) -> None:
    """Do a step of stopping within these seconds: a server that is down must not keep the process."""
    try:
        async with asyncio.timeout(seconds):
            await step
    except (Exception, asyncio.CancelledError) as error:
        log.warning("stopping_hurried", error=logs.one_line(error))


async def _answering(asked: Callable[[], Awaitable[None]]) -> None:
    """Wait for a dependency as long as it takes."""
    while True:
        try:
            await asked()
        except DependencyUnavailable:  # said where it was noticed
            await asyncio.sleep(0.5)
        else:
            return


def _checks(runtime: Runtime) -> dict[str, Check]:
    return {
        BROKER: runtime.publisher.ping, "consumers": runtime.consumers.check, "database": runtime.store.ping,
        "object_store": runtime.objects.ping,
    }  # fmt: skip
