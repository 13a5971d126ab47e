"""A registry on loopback, from Debian's package: what images can be pushed to, and be pinned by their digests from."""

import json
import time
from types import TracebackType
from typing import Self

import httpx

from deploy.local.ports import free_ports
from deploy.local.programs import Program
from deploy.tests.engine import Engine, EngineFailed

_START_SECONDS = 20.0


class Registry:
    """Started on entering and ended on leaving; what was pushed stays in the engine's folder."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        (port,) = free_ports(1)
        self.address = f"127.0.0.1:{port}"
        settings = {
            "version": 0.1, "http": {"addr": self.address},
            "storage": {"filesystem": {"rootdirectory": str(engine.folder / "registry")}},
        }  # fmt: skip
        self._settings = engine.folder / "registry.json"
        self._settings.write_text(json.dumps(settings))
        command = [str(engine.folder / "root/usr/bin/docker-registry"), "serve", str(self._settings)]
        self._program = Program("registry", command, engine.folder, engine.environment)

    def __enter__(self) -> Self:
        self._program.start()
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            if not self._program.is_running() or time.monotonic() > until:
                self._program.stop(5)
                raise EngineFailed(f"The registry did not start.\n{self._program.tail()}")
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.stop(10)

    def push(self, image: str, name: str) -> None:
        """Have an image of the engine under this name."""
        there = f"{self.address}/{name}"
        self._engine.run("docker", "tag", image, there)
        self._engine.run("docker", "push", "--quiet", there)
        self._engine.run("docker", "rmi", there)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://{self.address}/v2/", trust_env=False, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False
