"""What a run of the benchmarks has: servers, how much is measured, and where it is told."""

import asyncio
import json
import secrets
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from deploy.local.mongodb import mongodb
from deploy.local.ports import LOOPBACK, Ports, free_ports
from deploy.local.programs import Program, without_settings
from deploy.local.server import Server
from deploy.local.servers import start_servers
from deploy.local.system import ALL, RunningSystem, SystemPorts, start_system
from shared.runtime.settings import Settings
from tests.bench.measurement import Measurement

SERVE = ("-m", "tests.bench.serve")
_TICK = 0.01
_PATIENCE = 60.0
CANNED, STANDIN = "canned replies", "the database"


@dataclass(frozen=True)
class Sizes:
    """How much is done for each measurement."""

    runs: int = 5
    receipts: Mapping[str, int] = field(default_factory=lambda: {CANNED: 300, STANDIN: 120})
    warm: int = 40
    paced: Mapping[str, tuple[int, float]] = field(
        default_factory=lambda: {CANNED: (250, 50), STANDIN: (60, 10)}
    )
    """How many receipts, and how many a second: the stand-in of a database can't do 50."""
    drivers: tuple[str, ...] = ("motor", "pymongo")
    ladders: int = 50
    translations: int = 2000
    cases: tuple[int, int] = (1_000, 10_000)
    calls: int = 40
    uploads: int = 20
    idle_seconds: float = 5


QUICK = Sizes(
    runs=1, receipts={CANNED: 8, STANDIN: 8}, warm=2, paced={CANNED: (8, 50), STANDIN: (8, 10)}, drivers=("pymongo",), ladders=2,
    translations=50, cases=(20, 40), calls=2, uploads=2, idle_seconds=0.2,
)  # fmt: skip


def _forget(told: dict[str, Any]) -> None:
    """Keep nothing."""


@dataclass
class Stand:
    """The servers of a run. `environment` has the settings that lead to them."""

    folder: Path
    sizes: Sizes
    environment: dict[str, str] = field(repr=False)
    keep: Callable[[dict[str, Any]], None] = _forget

    def tell(self, measurement: Measurement) -> None:
        """Print a measurement, and keep it."""
        told = measurement.told()
        print(json.dumps(told, ensure_ascii=False), flush=True)
        self.keep(told)

    def settings(self, environment: Mapping[str, str]) -> Settings:
        """The settings that an environment has."""
        given: dict[str, Any] = {
            name.removeprefix("FAS_").lower(): each for name, each in environment.items()
        }
        return Settings(**given)

    @contextmanager
    def canned(self, delay: float = 0) -> Iterator[str]:
        """A canned reply server; its URL."""
        (port,) = free_ports(1)
        command = [sys.executable, "-m", "tests.bench.canned", "--port", str(port), "--delay", str(delay)]
        program = Program(f"canned-{port}", command, self.folder, without_settings())
        server = Server("canned", "Canned replies", [program], lambda: _ask(port), {})
        try:
            server.start()
            yield f"mongodb://{LOOPBACK}:{port}/?directConnection=true"
        finally:
            server.stop()

    @contextmanager
    def standin(self) -> Iterator[str]:
        """A database of its own, empty: mongod where it is on PATH, else the stand-in; its URL."""
        (port,) = free_ports(1)
        folder = self.folder / f"database-{port}"
        folder.mkdir()
        server = mongodb(folder, port, "memory")
        try:
            server.start()
            yield server.environment["FAS_MONGO_URL"]
        finally:
            server.stop()

    @contextmanager
    def database(self, kind: str) -> Iterator[str]:
        """One of the two."""
        with self.canned() if kind == CANNED else self.standin() as url:
            yield url

    def own(self, mongo_url: str, driver: str = "motor") -> dict[str, str]:
        """The settings of a system of its own on these servers."""
        name = f"bench-{secrets.token_hex(4)}"
        return self.environment | {
            "FAS_MONGO_URL": mongo_url, "FAS_MONGO_DRIVER": driver, "FAS_MONGO_DATABASE": name, "FAS_S3_BUCKET": name,
            "FAS_SECRET_KEY": secrets.token_hex(32), "FAS_LOG_FORMAT": "json",
        }  # fmt: skip

    def system(self, environment: Mapping[str, str], services: tuple[str, ...] = ALL) -> RunningSystem:
        """The services, ready; use it as a context."""
        folder = self.folder / f"system-{secrets.token_hex(3)}"
        folder.mkdir()
        return start_system(
            environment, data_dir=folder, say=say, services=services, ports=SystemPorts.random(), serve=SERVE
        )

    async def ready(self, ports: Sequence[int]) -> None:
        """Wait until the services with these health ports are ready."""
        async with asyncio.timeout(_PATIENCE):
            for port in ports:
                while not await asyncio.to_thread(_is_ready, port):
                    await asyncio.sleep(_TICK)


@contextmanager
def a_stand(folder: Path, sizes: Sizes) -> Iterator[Stand]:
    """Start a broker and an object store; the databases are started where they are measured."""
    with ExitStack() as held:
        given = {"FAS_MONGO_URL": "mongodb://none"}
        servers = held.enter_context(start_servers(folder, ports=Ports.random(), say=say, given=given))
        yield Stand(folder, sizes, servers.environment)


def say(text: str) -> None:
    """How far it is, on standard error: standard output is for the measurements."""
    print(f"  {text}", file=sys.stderr, flush=True)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/ready", timeout=2):
            return True
    except OSError:  # not there yet, or it says what is missing
        return False


def _ask(port: int) -> None:
    with MongoClient[dict[str, Any]](
        LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=1000
    ) as client:
        client.admin.command("ping")
