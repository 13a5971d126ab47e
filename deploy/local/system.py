"""Starts the six services as processes of this machine, waits until each is ready, and stops them."""

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.ports import LOOPBACK, free_ports, port_or_other
from deploy.local.programs import ROOT, Program
from deploy.local.secret import kept_secret
from deploy.local.server import DidNotStart
from deploy.local.servers import given_settings
from shared.runtime.secret_files import without_files

Say = Callable[[str], None]
ALL = ("intake", "questionnaire", "consultation", "documents", "customs_gateway", "portal")
SERVE = ("-m", "cli.main", "serve")
_PORTAL_PORT = 8080
_FIRST_HEALTH_PORT = 8101
_READY_SECONDS = 60.0
_STOP_SECONDS = 25.0
_TICK = 0.1


@dataclass(frozen=True)
class SystemPorts:
    """Where the portal listens, and each service's health port."""

    portal: int
    health: Mapping[str, int]

    @classmethod
    def random(cls) -> "SystemPorts":
        """Ports that are free, claimed for this process."""
        portal, *health = free_ports(1 + len(ALL))
        return cls(portal, dict(zip(ALL, health, strict=True)))

    @classmethod
    def usual(cls, say: Say, portal: int | None = None) -> "SystemPorts":
        """The documented ports, with another, which is announced, for each that is taken; claimed for this process.

        A `portal` that is given is claimed already.
        """
        ports = {
            name: port_or_other(port, f"the health of {name}", say)
            for port, name in enumerate(ALL, _FIRST_HEALTH_PORT)
        }
        return cls(portal or port_or_other(_PORTAL_PORT, "the portal", say), ports)


@dataclass(frozen=True)
class RunningSystem:
    """The services that run. `programs[name]` can be killed and started again by itself."""

    programs: Mapping[str, Program]
    ports: SystemPorts

    @property
    def portal_url(self) -> str:
        """The portal's address, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.ports.portal}"

    def health_url(self, service: str) -> str:
        """Where `/live`, `/ready` and `/metrics` of a service are, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.ports.health[service]}"

    def wait_until_ready(self, *services: str, seconds: float = _READY_SECONDS) -> None:
        """Return when `/ready` of each answers 200; DidNotStart when one of them ends or the time is over."""
        waiting, until = list(services), time.monotonic() + seconds
        while waiting:
            for name in services:
                if not self.programs[name].is_running():
                    why = f"ended with status {self.programs[name].exit_code()}"
                    raise DidNotStart(name, why, self.programs[name])
            why_not = _not_ready(self.health_url(waiting[0]))
            if why_not is None:
                waiting.pop(0)
                continue
            if time.monotonic() > until:
                why = f"is not ready after {seconds:.0f} s ({why_not})"
                raise DidNotStart(waiting[0], why, self.programs[waiting[0]])
            time.sleep(_TICK)

    def stop(self) -> dict[str, int | None]:
        """SIGTERM to all, 25 s for all of them to end, then SIGKILL; returns the exit statuses."""
        for program in self.programs.values():
            program.ask_to_end()
        until = time.monotonic() + _STOP_SECONDS
        return {
            name: program.wait_for_end(max(until - time.monotonic(), 0))
            for name, program in self.programs.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_system(
    environment: Mapping[str, str],
    *,
    data_dir: Path,
    say: Say = print,
    services: Sequence[str] = ALL,
    ports: SystemPorts | None = None,
    log_dir: Path | None = None,
    serve: Sequence[str] = SERVE,
    folder: Path = ROOT,
) -> RunningSystem:
    """Start the services with these settings (on top of the process's own) and wait until each is ready.

    `data_dir` is the folder of the servers (`start_servers`): the records of the processes stand there, and their
    logs unless `log_dir` is given. `serve` are Python's arguments before the service's name, `folder` is where the code stands.
    DidNotStart when a service does not get ready, and then none is left running.
    """
    ports = ports or SystemPorts.usual(say)
    programs = {
        name: service_program(name, environment, ports, data_dir, log_dir, serve, folder) for name in services
    }
    system = RunningSystem(programs, ports)
    with ExitStack() as held:
        held.callback(system.stop)
        since = time.monotonic()
        for program in programs.values():
            program.start()
        system.wait_until_ready(*services)
        say(f"{', '.join(services)} … ready in {time.monotonic() - since:.1f} s")
        held.pop_all()
    return system


def service_program(
    name: str, environment: Mapping[str, str], ports: SystemPorts, data_dir: Path, log_dir: Path | None = None,
    serve: Sequence[str] = SERVE, folder: Path = ROOT,
) -> Program:  # fmt: skip
    """One service as a program, not yet started."""
    own = {"FAS_HEALTH_PORT": str(ports.health[name]), "FAS_PORTAL_PORT": str(ports.portal)}
    given = {**given_settings(), **environment}
    if "FAS_SECRET_KEY" not in given:
        own["FAS_SECRET_KEY"] = kept_secret(data_dir)
    command = [sys.executable, *serve, name]
    settings = without_files({**os.environ, **environment, **own})
    return Program(name, command, data_dir, settings, log_dir, folder)


def _not_ready(url: str) -> str | None:
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=5):  # noqa: S310 - our own loopback address
            return None
    except urllib.error.HTTPError as error:
        return error.read(500).decode(errors="replace")
    except OSError as error:
        return str(error)
