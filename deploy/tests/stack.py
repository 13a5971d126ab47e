"""The Compose file as this test runs it: a project, a port and secrets of its own."""

import json
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dotenv import dotenv_values

from deploy.local.ports import free_ports
from deploy.local.programs import ROOT
from deploy.tests.engine import Engine, EngineFailed
from deploy.tests.registry import Registry

PROJECT = "fas-test"
PROBES = Path(__file__).parent / "probes"
_TICK = 0.1
_PATIENCE = 90.0


class Stack:
    """One project of docker compose."""

    def __init__(self, engine: Engine, registry: Registry) -> None:
        self.engine, self.registry = engine, registry
        self._env_file = engine.folder / "env"
        self._env_file.unlink(missing_ok=True)
        engine.run(ROOT / "deploy/compose-env.sh", self._env_file)
        (self.port,) = free_ports(1)
        self._extra = {"FAS_PORTAL_PORT": str(self.port), "FAS_OUTSIDE_SUBNET": "172.30.84.0/24",
                       "FAS_TRUSTED_PROXIES": "172.30.84.1"}  # fmt: skip
        self.secrets = {name: value or "" for name, value in dotenv_values(self._env_file).items()}

    def pin(self) -> dict[str, str]:
        """Pin the images by the digests that the registry has; the settings that name them."""
        self.engine.run(ROOT / "deploy/pin-images.sh", self._env_file, self.registry.address)
        found = dotenv_values(self._env_file)
        return {name: value or "" for name, value in found.items() if name.endswith("_IMAGE")}

    @property
    def portal_url(self) -> str:
        """Where the portal is published."""
        return f"http://127.0.0.1:{self.port}"

    def compose(self, *words: str, given: Path | None = None) -> str:
        """`docker compose` with these words; what it prints."""
        command = ("docker", "compose", "--project-name", PROJECT, "--env-file", str(self._env_file), *words)
        if given is None:
            return self.engine.run(*command, extra=self._extra)
        with given.open() as file:
            return self.engine.run(*command, extra=self._extra, given=file)

    def probe(self, name: str, *words: str, service: str = "demo_play") -> str:
        """What a script of `probes` prints, run by Python in a new container with the settings of a service."""
        return self.compose(
            "run",
            "--rm",
            "-T",
            "--no-deps",
            "--entrypoint",
            "python",
            service,
            "-",
            *words,
            given=PROBES / name,
        )

    def containers(self, service: str) -> list[str]:
        """The ids of a service's containers that run."""
        return self.compose("ps", "--quiet", "--status", "running", service).split()

    def shown(self, container: str, path: str) -> str:
        """What the engine says of a container, by a template."""
        return self.engine.run("docker", "inspect", "--format", path, container).strip()

    def environment(self, service: str) -> dict[str, str]:
        """The environment of a service's container, one that has ended too."""
        container = self.compose("ps", "--all", "--quiet", service).split()[0]
        given: list[str] = json.loads(self.shown(container, "{{json .Config.Env}}"))
        return dict(each.split("=", 1) for each in given)

    def kill(self, service: str) -> None:
        """SIGKILL to the first process of a service's container, as the kernel does it when memory ends.

        Not `docker kill`, after which the engine would leave it dead as if somebody had wanted that.
        """
        (container,) = self.containers(service)
        os.kill(int(self.shown(container, "{{.State.Pid}}")), signal.SIGKILL)
        self._await(
            lambda: self.containers(service) != [container] or self._restarts(container) > 0,
            f"{service} dead",
        )

    def wait_healthy(self, *services: str) -> None:
        """Until every container of the services is healthy."""
        for service in services:
            self._await(partial(self._healthy, service), f"{service} healthy")

    def _healthy(self, service: str) -> bool:
        states = [self.shown(each, "{{.State.Health.Status}}") for each in self.containers(service)]
        return bool(states) and set(states) == {"healthy"}

    def _restarts(self, container: str) -> int:
        return int(self.shown(container, "{{.RestartCount}}"))

    def _await(self, reached: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + _PATIENCE
        while not reached():
            if time.monotonic() > until:
                raise EngineFailed(
                    f"After {_PATIENCE:.0f} s there is not: {what}.\n{self.compose('ps', '--all')}"
                )
            time.sleep(_TICK)
