"""The faults, each over a load: what is done to which process or wire, and when."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aio_pika

from deploy.local.mongodb import MongoEngine
from deploy.local.system import ALL
from simulator.customs import DECLARATIONS
from tests.faults.hooks import POINTS
from tests.faults.load import FaultLoad, Shape
from tests.faults.proxy import Proxy
from tests.faults.system_under_test import Hooks, SystemUnderTest
from tests.faults.versions import previous_version, unpack

FULL = Shape()
_HOLD_BRIEFLY = {"shared.runtime.retry.HELD_SECONDS": 4.0}
SMALL = Shape(cases=30, at_once=10)

POISONED = Shape(cases=112, repeated=0, disordered=0, early=0, poison=0.1, seconds=60)
"""About 900 receipts and 100 that can't be read, over a minute."""


@dataclass
class Rig:
    """What a fault works on."""

    plant: SystemUnderTest
    load: FaultLoad
    random: Random
    exits: list[tuple[str, int | None, float]] = field(default_factory=list)
    returned: list[float] = field(default_factory=list)
    """When a server was back, in seconds of the witness; from there the first receipt acknowledged is counted."""

    @property
    def broker(self) -> Proxy:
        """The wire to the broker."""
        return self.plant.proxies["rabbitmq"]

    @property
    def database(self) -> Proxy:
        """The wire to the database."""
        return self.plant.proxies["mongodb"]

    def back(self) -> None:
        """A server is back now."""
        self.returned.append(self.plant.witness.seconds())


Fault = Callable[[Rig], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """One kind of fault over one load; `rows` are those of FAULTS.md section 4 that it covers."""

    name: str
    rows: str
    fault: Fault
    shape: Shape = FULL
    hooks: Callable[[Random], Hooks] = field(default=lambda _: Hooks())
    engine: MongoEngine = "memory"
    limit: float = 1200
    before: Callable[[SystemUnderTest], Awaitable[None]] | None = None
    """What else is started before the load."""
    baseline: bool = False
    """Whether the same load without poison runs before, to compare how long the readable receipts take."""
    waits_count: bool = True
    """Whether the longest wait is judged; not where a process was stopped in the middle of a call."""


async def nothing(rig: Rig) -> None:
    """No fault: what the others are compared with."""


async def broker_killed(rig: Rig) -> None:
    """SIGKILL three times, down for some seconds each; the gateway's queues are filling up, since it was stopped before."""
    for part in (0.15, 0.4, 0.65):
        await rig.load.reached(part)
        stopped = asyncio.create_task(rig.plant.pause("customs_gateway", 2.5))
        await asyncio.sleep(2)
        await rig.plant.kill_server("rabbitmq", down=rig.random.uniform(0, 6))
        rig.back()
        await stopped


async def broker_restarted(rig: Rig) -> None:
    """Stopped as an operator does, three times."""
    for part in (0.15, 0.4, 0.65):
        await rig.load.reached(part)
        await rig.plant.kill_server("rabbitmq", down=rig.random.uniform(0, 3), clean=True)
        rig.back()


async def broker_frozen(rig: Rig) -> None:
    """SIGSTOP for 30 s; later a memory alarm, under which the broker takes nothing for 20 s."""
    await rig.load.reached(0.3)
    await rig.plant.pause_program(rig.plant.servers.server("rabbitmq").main, 30)
    rig.back()
    await rig.load.reached(0.6)
    await rig.plant.rabbitmqctl("set_vm_memory_high_watermark", "0.00001")
    await asyncio.sleep(20)
    await rig.plant.rabbitmqctl("set_vm_memory_high_watermark", "0.4")
    rig.back()


async def services_killed(rig: Rig) -> None:
    """SIGKILL of a service at random, twenty times."""
    for kill in range(20):
        await rig.load.reached(0.03 + 0.04 * kill)
        await rig.plant.kill(rig.random.choice(ALL))


async def bad_network(rig: Rig) -> None:
    """Resets, a slow line, a black hole and replies that never come, on the wires to broker and database."""
    for part, proxy in ((0.05, rig.broker), (0.4, rig.database)):
        await rig.load.reached(part)
        for _ in range(3):
            proxy.reset()
            await asyncio.sleep(rig.random.uniform(0.3, 1))
        proxy.become("delay")
        await asyncio.sleep(8)
        proxy.become("hole")
        await asyncio.sleep(8)
        proxy.become("deaf")
        await asyncio.sleep(4)
        proxy.become("pass")
        proxy.reset()
        rig.back()


async def customs_away(rig: Rig) -> None:
    """Customs' queue unbound, deleted, and full."""
    async with await aio_pika.connect_robust(rig.plant.settings.rabbit_url) as connection:
        channel = await connection.channel()
        for part, act in ((0.1, _unbound), (0.35, _deleted), (0.6, _full)):
            await rig.load.reached(part)
            await act(rig, channel)


async def _unbound(rig: Rig, channel: aio_pika.abc.AbstractChannel, seconds: float = 8) -> None:
    queue = await channel.get_queue(DECLARATIONS)
    await queue.unbind(DECLARATIONS, "declaration")
    await asyncio.sleep(seconds)
    await queue.bind(DECLARATIONS, "declaration")


async def _deleted(rig: Rig, channel: aio_pika.abc.AbstractChannel) -> None:
    await _emptied(rig, channel)
    await channel.queue_delete(DECLARATIONS)
    await asyncio.sleep(15)  # nobody else may declare it: the services see that it is missing


async def _full(rig: Rig, channel: aio_pika.abc.AbstractChannel) -> None:
    """A queue that holds two messages and refuses more, while customs reads nothing."""
    await _emptied(rig, channel)
    await channel.queue_delete(DECLARATIONS)
    full: dict[str, Any] = {"x-queue-type": "quorum", "x-max-length": 2, "x-overflow": "reject-publish"}
    queue = await channel.declare_queue(DECLARATIONS, durable=True, arguments=full)
    await queue.bind(DECLARATIONS, "declaration")
    await rig.load.customs.rest(12)


async def _emptied(rig: Rig, channel: aio_pika.abc.AbstractChannel) -> None:
    """Deleting a queue deletes what is in it; that is customs' own loss and not ours to count, so nothing is in it."""
    queue = await channel.get_queue(DECLARATIONS, ensure=False)
    await queue.unbind(DECLARATIONS, "declaration")
    while (await channel.declare_queue(DECLARATIONS, passive=True)).declaration_result.message_count:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)


async def database_killed(rig: Rig) -> None:
    """SIGKILL twice, down for some seconds."""
    for part in (0.2, 0.6):
        await rig.load.reached(part)
        await rig.plant.kill_server("mongodb", down=rig.random.uniform(0, 5))
        rig.back()


async def database_away(rig: Rig) -> None:
    """Stopped for longer than any handler holds a message, twice, while customs goes on sending."""
    for part in (0.2, 0.6):
        await rig.load.reached(part)
        sending = asyncio.create_task(_sent_meanwhile(rig, 40))
        await rig.plant.kill_server("mongodb", down=25)
        rig.back()
        await sending


async def _sent_meanwhile(rig: Rig, messages: int) -> None:
    for number in range(messages):
        await rig.load.customs.poison(b"<Receipt %d of %d" % (number, rig.random.getrandbits(60)))
        await asyncio.sleep(0.1)


async def replies_dropped(rig: Rig) -> None:
    """The database makes the write and its reply never comes, ten times."""
    for time in range(10):
        await rig.load.reached(0.05 + 0.08 * time)
        rig.database.become("deaf")
        await asyncio.sleep(rig.random.uniform(0.05, 0.4))
        rig.database.reset()
        rig.database.become("pass")
    rig.back()


async def store_away(rig: Rig) -> None:
    """The object store killed in the middle of uploads, and away for a minute."""
    await rig.load.reached(0.1)
    await rig.plant.kill_server("objects", down=60)
    rig.back()
    await rig.load.reached(0.6)
    await rig.plant.kill_server("objects", down=1)


async def services_terminated(rig: Rig) -> None:
    """SIGTERM of every service every 20 s for three minutes."""
    begun = rig.plant.witness.seconds()
    while rig.plant.witness.seconds() - begun < 180:
        ended = await asyncio.gather(*(rig.plant.restart(name) for name in ALL))
        rig.exits += [(name, *how) for name, how in zip(ALL, ended, strict=True)]
        await asyncio.sleep(20)


async def worker_paused(rig: Rig) -> None:
    """A second gateway works on the same ledger; each of the two, and intake, is stopped past its lease and resumed."""
    other = (await rig.plant.more(["customs_gateway"])).programs["customs_gateway"]
    for part, seconds in ((0.15, 14.0), (0.55, 14.0)):
        await rig.load.reached(part)
        await rig.plant.pause("customs_gateway", seconds)
        await rig.plant.pause_program(other, seconds)
    await rig.load.reached(0.8)
    await rig.plant.pause("intake", 14)


async def previous_version_beside(plant: SystemUnderTest) -> None:
    """Every service once more, of the version before this one."""
    code = await asyncio.to_thread(unpack, previous_version(), plant.folder / "previous")
    await plant.more(ALL, code)


async def rolled_out(rig: Rig) -> None:
    """The processes of the older version end one after the other; until then both take messages from the same queues."""
    (older,) = rig.plant.others
    for number, service in enumerate(ALL):
        await rig.load.reached(0.4 + 0.08 * number)
        rig.exits.append((service, *(await rig.plant.end(older, service))))
    for each in (rig.plant.system, older):
        moved = sum(b"case_moved" in program.log.read_bytes() for program in each.programs.values())
        rig.load.failures += [] if moved else ["one of the versions moved no case"]


async def seven_more(plant: SystemUnderTest) -> None:
    """Eight processes of each service that a receipt passes through."""
    for _ in range(7):
        await plant.more(["intake", "questionnaire", "customs_gateway"])


async def a_bit_of_all(rig: Rig) -> None:
    """The short form for every change.

    The broker killed, customs' queue unbound, replies dropped, the database frozen for longer than any handler holds a message,
    all terminated.
    """
    await rig.load.reached(0.1)
    await rig.plant.kill_server("rabbitmq")
    rig.back()
    await rig.load.reached(0.3)
    async with await aio_pika.connect(rig.plant.settings.rabbit_url) as connection:
        await _unbound(rig, await connection.channel(), 3)
    await rig.load.reached(0.5)
    rig.database.become("deaf")
    await asyncio.sleep(0.3)
    rig.database.reset()
    rig.database.become("pass")
    await rig.load.reached(0.6)
    sending = asyncio.create_task(_sent_meanwhile(rig, 20))
    await rig.plant.pause_program(rig.plant.servers.server("mongodb").main, 12)
    rig.back()
    await sending
    await rig.load.reached(0.7)
    ended = await asyncio.gather(*(rig.plant.restart(name) for name in ALL))
    rig.exits += [(name, *how) for name, how in zip(ALL, ended, strict=True)]


def _points(random: Random) -> Hooks:
    """Every point is hit once, at some passage."""
    return Hooks(points={point: random.randint(3, 25) for point in POINTS})


def _early_points(random: Random) -> Hooks:
    """The same within a short run, in which handlers soon give up holding a message."""
    return Hooks(points={point: random.randint(1, 5) for point in POINTS}, limits=_HOLD_BRIEFLY)


def _brief(random: Random) -> Hooks:
    return Hooks(limits=_HOLD_BRIEFLY)


def _clocks(random: Random) -> Hooks:
    off = random.choice((-300.0, 300.0))
    return Hooks(clocks={"customs_gateway": off, "questionnaire": -off})


SHORT = Scenario("a bit of all", "", a_bit_of_all, shape=Shape(cases=30, at_once=15), hooks=_early_points)
SCENARIOS: Mapping[str, Scenario] = {
    each.name: each
    for each in (
        Scenario("calm", "", nothing),
        Scenario("broker killed", "F1", broker_killed),
        Scenario("broker restarted", "F2", broker_restarted),
        Scenario("broker frozen", "F3 F17", broker_frozen),
        Scenario("services killed", "F4", services_killed),
        Scenario("killed at every point", "F5", nothing, hooks=_points),
        Scenario("bad network", "F6 F8 F12", bad_network),
        Scenario("customs away", "F7 F9 F16", customs_away),
        Scenario("database killed", "F11", database_killed, shape=SMALL, engine="file"),
        Scenario("database away", "F11", database_away, shape=SMALL, engine="file", hooks=_brief),
        Scenario("replies dropped", "F12", replies_dropped),
        Scenario("object store away", "F13 F14", store_away),
        Scenario("services terminated", "F15", services_terminated, shape=Shape(seconds=180, at_once=40)),
        Scenario("worker paused", "F18", worker_paused, waits_count=False),
        Scenario("two versions", "", rolled_out, before=previous_version_beside, waits_count=False),
        Scenario(
            "eight of each", "", nothing, shape=Shape(disordered=1), before=seven_more, waits_count=False
        ),
        Scenario("clocks apart", "F19", nothing, hooks=_clocks),
        Scenario("poison", "F10", nothing, shape=POISONED, baseline=True),
    )
}
