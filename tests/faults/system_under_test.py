"""The whole system under test: real servers, a proxy before each, the services, and who starts a dead one again."""

import asyncio
import json
import os
import secrets
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from deploy.local.mongodb import MongoEngine
from deploy.local.ports import LOOPBACK, Ports
from deploy.local.programs import ROOT, Program
from deploy.local.servers import Running, start_servers
from deploy.local.system import RunningSystem, SystemPorts, start_system
from services.portal.identity import authorities
from shared.contracts.vocabulary import Role
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from tests.brokers import rabbitmqctl
from tests.faults.event_log import Witness
from tests.faults.hooks import SETTING
from tests.faults.proxy import Proxy
from tests.people import add_account

SERVE = ("-m", "tests.faults.serve")
DELAYS = "1,2,5,10,20,40,60"
SERVERS = {"rabbitmq": "FAS_RABBIT_URL", "mongodb": "FAS_MONGO_URL", "objects": "FAS_S3_ENDPOINT"}
_TICK = 0.1


@dataclass(frozen=True)
class Hooks:
    """What `hooks.py` does in the services.

    The passage at which each point kills, a mutation, clocks off by seconds, limits (names of constants) set to so many seconds.
    """

    points: Mapping[str, int] = field(default_factory=dict)
    mutation: str = ""
    clocks: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PlantOfficer:
    """An authority's officer, and how to sign in."""

    authority: str
    username: str
    password: str = field(repr=False)


class SystemUnderTest:
    """Servers, proxies and services that run; `settings` lead straight to the servers."""

    def __init__(
        self, servers: Running, proxies: Mapping[str, Proxy], system: RunningSystem, settings: Settings,
        environment: Mapping[str, str], folder: Path, witness: Witness,
    ) -> None:  # fmt: skip
        self.servers, self.proxies, self.system, self.settings = servers, proxies, system, settings
        self.environment, self.folder, self.witness = environment, folder, witness
        self.store: Store = open_store(settings)
        self.officers: list[PlantOfficer] = []
        self.operator = PlantOfficer("", "rig.operator", secrets.token_urlsafe(16))
        self.started_again = 0
        self._resting: set[str] = set()
        self.others: list[RunningSystem] = []

    @property
    def apis(self) -> list[str]:
        """The API of each portal; ours first."""
        portals = [each for each in (self.system, *self.others) if "portal" in each.programs]
        return [f"{each.portal_url}/api/v1" for each in portals]

    async def kill(self, service: str) -> None:
        """SIGKILL; the keeper starts it again."""
        self.witness.saw("rig", "killed", service=service)
        await asyncio.to_thread(self.system.programs[service].kill)

    async def pause(self, service: str, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after some time."""
        await self.pause_program(self.system.programs[service], seconds)

    async def pause_program(self, stopped: Program, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after some time."""
        self.witness.saw("rig", "paused", program=stopped.name, seconds=seconds)
        _signal(stopped, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        _signal(stopped, signal.SIGCONT)
        self.witness.saw("rig", "resumed", program=stopped.name)

    async def restart(self, service: str) -> tuple[int | None, float]:
        """SIGTERM, wait for the end, start it; the exit status and how long its end took."""
        self._resting.add(service)
        try:
            since = self.witness.seconds()
            status = await asyncio.to_thread(self.system.programs[service].stop)
            taken = self.witness.seconds() - since
            self.witness.saw("rig", "terminated", service=service, status=status, seconds=round(taken, 2))
            await asyncio.to_thread(self.system.programs[service].start)
        finally:
            self._resting.discard(service)
        return status, taken

    async def leave(self, service: str) -> None:
        """SIGTERM, and nobody starts it again."""
        self._resting.add(service)
        await asyncio.to_thread(self.system.programs[service].stop)
        self.witness.saw("rig", "left", service=service)

    async def kill_server(self, name: str, *, down: float = 0, clean: bool = False) -> None:
        """Kill (or stop) a server, and start it again after `down` seconds with the same data."""
        server = self.servers.server(name)
        self.witness.saw("rig", "server_stopped" if clean else "server_killed", server=name)
        await asyncio.to_thread(server.main.stop if clean else server.kill)
        await asyncio.sleep(down)
        await asyncio.to_thread(server.start)
        self.witness.saw("rig", "server_back", server=name)

    async def rabbitmqctl(self, *command: str) -> str:
        """Have the broker do something that AMQP can't ask for; what it says."""
        self.witness.saw("rig", "rabbitmqctl", command=command)
        return await rabbitmqctl(self.servers.server("rabbitmq"), *command)

    async def more(self, services: Sequence[str], code: Path = ROOT) -> RunningSystem:
        """Start another process of these services, of the code in this folder, with ports of its own; ends with the plant."""
        folder = self.folder / f"more-{len(self.others)}"
        other = await asyncio.to_thread(
            start_system, self.environment, data_dir=folder, say=_silent, services=services,
            ports=SystemPorts.random(), serve=SERVE, folder=code,
        )  # fmt: skip
        self.others.append(other)
        return other

    async def end(self, other: RunningSystem, service: str) -> tuple[int | None, float]:
        """SIGTERM to a service of another system, for good; the exit status and how long its end took."""
        since = self.witness.seconds()
        status = await asyncio.to_thread(other.programs[service].stop)
        return status, self.witness.seconds() - since

    async def keep(self) -> None:
        """Start again what ended by itself, as an orchestrator does, until cancelled."""
        while True:
            for name, each in self.system.programs.items():
                if not each.is_running() and name not in self._resting:
                    self.witness.saw("rig", "started_again", service=name, status=each.exit_code())
                    self.started_again += 1
                    await asyncio.to_thread(each.start)
            await asyncio.sleep(_TICK)

    def points_hit(self, points: Mapping[str, int]) -> list[str]:
        """At which points a process has died."""
        return [point for point in points if (self.folder / point.replace(" ", "-")).exists()]

    def longest_wait(self) -> tuple[float, str]:
        """The longest publish or call of the database that any service has waited for, and which it was; 0 if all were quick."""
        waits: list[dict[str, Any]] = [
            json.loads(line) for path in self.folder.glob("waits-*") for line in path.read_text().splitlines()
        ]
        worst = max(waits, key=lambda each: float(each["seconds"]), default=None)
        return (worst["seconds"], f"{worst['service']} {worst['call']}") if worst else (0.0, "")

    async def people(self, count: int) -> None:
        """Make authorities with an officer each, and an operator."""
        for number in range(count):
            officer = PlantOfficer(f"RIG{number}", f"rig.officer.{number}", secrets.token_urlsafe(16))
            await authorities.add_authority(
                self.store, officer.authority, "AW", "阿鲁巴", "Aruba", ["aquatic", "nuts_seeds"]
            )
            await add_account(self.store, officer.username, Role.OFFICER, officer.password, officer.authority)
            self.officers.append(officer)
        await add_account(self.store, self.operator.username, Role.OPERATOR, self.operator.password)

    async def close(self) -> dict[str, int | None]:
        """End the services; their exit statuses."""
        for other in self.others:
            await asyncio.to_thread(other.stop)
        await self.store.close()
        return await asyncio.to_thread(self.system.stop)


@asynccontextmanager
async def running_plant(
    folder: Path,
    seed: int,
    hooks: Hooks,
    engine: MongoEngine = "memory",
    officers: int = 5,
    *,
    given: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[SystemUnderTest]:
    """A plant with empty servers of its own, until the block ends; `given` are further settings."""
    async with AsyncExitStack() as held:
        witness = Witness(folder / "witness.jsonl")
        held.callback(witness.close)
        servers = await asyncio.to_thread(
            start_servers, folder, ports=Ports.random(), mongo_engine=engine, say=_silent, given={}
        )
        held.push_async_callback(asyncio.to_thread, servers.stop)
        proxies, proxied = await _proxies(servers, seed, held)
        own = {"FAS_MONGO_DATABASE": "rig", "FAS_S3_BUCKET": "rig", "FAS_RECEIPT_DELAYS": DELAYS, **given}
        environment = proxied | own | {SETTING: json.dumps({**asdict(hooks), "folder": str(folder)})}
        system = await asyncio.to_thread(
            start_system, environment, data_dir=folder, say=_silent, ports=SystemPorts.random(), serve=SERVE
        )
        settings = _settings(servers.environment | own)
        plant = SystemUnderTest(servers, proxies, system, settings, environment, folder, witness)
        keeper = asyncio.create_task(plant.keep())
        try:
            await plant.people(officers)
            yield plant
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
            statuses = await plant.close()
            witness.saw("rig", "ended", statuses=statuses)


async def _proxies(
    servers: Running, seed: int, held: AsyncExitStack
) -> tuple[dict[str, Proxy], dict[str, str]]:
    """A proxy before each server, and the settings that lead through them."""
    proxies, environment = {}, dict(servers.environment)
    for name, setting in SERVERS.items():
        parts = urlsplit(environment[setting])
        proxy = proxies[name] = Proxy(parts.port or 0, seed)
        await proxy.start()
        held.push_async_callback(proxy.stop)
        user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        environment[setting] = urlunsplit(parts._replace(netloc=f"{user}{LOOPBACK}:{proxy.port}"))
    environment["FAS_MONGO_URL"] = environment["FAS_MONGO_URL"].partition("?")[0] + "?directConnection=true"
    return proxies, environment


def _settings(environment: Mapping[str, str]) -> Settings:
    found: dict[str, Any] = {name.removeprefix("FAS_").lower(): each for name, each in environment.items()}
    return Settings(**found)


def _signal(program: Program, number: signal.Signals) -> None:

    with suppress(ProcessLookupError):
        os.killpg(program.pid, number)


def _silent(_: str) -> None:
    pass
