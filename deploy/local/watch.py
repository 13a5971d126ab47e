"""Keeps a running system whole: what ends by itself is reported and started again."""

import time
from collections.abc import Callable

from deploy.local.programs import Program
from deploy.local.server import DidNotStart
from deploy.local.servers import Running
from deploy.local.system import RunningSystem

Say = Callable[[str], None]
_TICK = 0.5
_PAUSE = 5.0  # between two starts of the same program


def watch(servers: Running, system: RunningSystem, say: Say) -> None:
    """Return never; ended by the exception of a signal."""
    not_before: dict[str, float] = {}

    def due(name: str) -> bool:
        if time.monotonic() < not_before.get(name, 0):
            return False
        not_before[name] = time.monotonic() + _PAUSE
        return True

    while True:
        for server in servers.servers.values():
            if not server.main.is_running() and due(server.name):
                _report(server.label, server.main, say)
                try:
                    server.start()
                except DidNotStart as error:
                    say(str(error))
        for name, program in system.programs.items():
            if not program.is_running() and due(name):
                _report(name, program, say)
                program.start()
        time.sleep(_TICK)


def _report(label: str, program: Program, say: Say) -> None:
    say(f"{label} ended with status {program.exit_code()} and is started again (its log: {program.log})")
