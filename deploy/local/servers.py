"""Starts the broker, the database and the object store that no setting names, all at once, and stops them."""

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from dotenv import dotenv_values

from deploy.local.mongodb import MongoEngine, mongodb
from deploy.local.object_store import object_store
from deploy.local.ports import Ports
from deploy.local.programs import ROOT
from deploy.local.rabbitmq import rabbitmq
from deploy.local.server import Server
from deploy.local.stale_processes import FolderLock, stop_stale_processes
from shared.runtime.secret_files import MisgivenSecret, name_of, read_files, without_files

Say = Callable[[str], None]


@dataclass(frozen=True)
class Running:
    """The servers that were started (none that a setting named), and the settings that lead to all of them.

    `environment` has FAS_RABBIT_URL, FAS_MONGO_URL, FAS_S3_ENDPOINT, FAS_S3_ACCESS_KEY and FAS_S3_SECRET_KEY.
    """

    servers: Mapping[str, Server]
    environment: dict[str, str] = field(repr=False)  # has a secret
    _held: ExitStack

    def server(self, name: str) -> Server:
        """`rabbitmq`, `mongodb` or `objects`, for those who want to kill or restart it; KeyError if it isn't ours."""
        return self.servers[name]

    def stop(self) -> None:
        """End them all and let go of the folder; a second call does nothing."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_servers(
    data_dir: Path, *, ports: Ports | None = None, mongo_engine: MongoEngine = "memory", say: Say = print,
    given: Mapping[str, str] | None = None,
) -> Running:  # fmt: skip
    """Start in `data_dir` what `given` (else the environment and .env) does not name, and wait until each answers.

    Without `ports` they are the documented ones, or free ones where those are taken. What an earlier run left behind
    in the folder is stopped first. FolderInUse when somebody else runs there; DidNotStart when a server does not come
    up, and then none is left running.
    """
    given = given_settings() if given is None else given
    with ExitStack() as held:
        held.callback(FolderLock(data_dir).release)
        stop_stale_processes(data_dir, say)
        servers = _missing(data_dir, given, ports or Ports.usual(say), mongo_engine)
        held.callback(_stop_all, servers)
        _start_all(servers, say)
        names = (
            "FAS_RABBIT_URL",
            "FAS_MONGO_URL",
            "FAS_S3_ENDPOINT",
            "FAS_S3_ACCESS_KEY",
            "FAS_S3_SECRET_KEY",
        )
        environment = {name: given[name] for name in names if name in given}
        for server in servers:
            environment |= server.environment
        return Running({server.name: server for server in servers}, environment, held.pop_all())


def given_settings() -> dict[str, str]:
    """The FAS_ settings of the environment, else of .env, with the secrets of the files that they name; no empty ones.

    One sentence ends the process where a secret is misgiven.
    """
    dotenv = dotenv_values(ROOT / ".env")
    own = {
        name: value for name, value in {**dotenv, **os.environ}.items() if value and name.startswith("FAS_")
    }
    try:
        in_files = read_files(os.environ, dotenv)
    except MisgivenSecret as error:
        raise SystemExit(str(error)) from None
    return without_files(own | {name_of(field): secret for field, secret in in_files.items()})


def _missing(
    data_dir: Path, given: Mapping[str, str], ports: Ports, mongo_engine: MongoEngine
) -> list[Server]:
    servers: list[Server] = []
    if "FAS_RABBIT_URL" not in given:
        servers.append(rabbitmq(data_dir, ports))
    if "FAS_MONGO_URL" not in given:
        servers.append(mongodb(data_dir, ports.mongo, mongo_engine))
    if "FAS_S3_ENDPOINT" not in given:
        servers.append(object_store(data_dir, ports.s3))
    return servers


def _start_all(servers: list[Server], say: Say) -> None:
    give_up = threading.Event()

    def start(server: Server) -> None:
        seconds = server.start(give_up)
        say(f"{server.label} … ready in {seconds:.1f} s")

    with ThreadPoolExecutor(max(len(servers), 1), thread_name_prefix="start") as pool:
        try:
            starts = [pool.submit(start, server) for server in servers]
            done, _ = wait(starts, return_when=FIRST_EXCEPTION)
            for each in done:
                each.result()
        finally:
            give_up.set()  # on the way out after an error or a signal, the others need not go on


def _stop_all(servers: list[Server]) -> None:
    """All at once, since RabbitMQ takes seconds to end."""
    with ThreadPoolExecutor(max(len(servers), 1), thread_name_prefix="stop") as pool:
        list(pool.map(Server.stop, servers))
