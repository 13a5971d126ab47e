"""(f): how long each service takes until it is ready, and the memory that it then holds."""

import asyncio
import time
from contextlib import ExitStack

from deploy.local.system import ALL, SystemPorts, service_program
from tests.bench.measurement import Goal, Measurement
from tests.bench.processes import pss_megabytes
from tests.bench.stand import STANDIN, Stand, say


async def starting(stand: Stand) -> None:
    """Each service by itself, from nothing to ready, on servers that are there; then all of them, idle."""
    sizes = stand.sizes
    with ExitStack() as held:
        environment = stand.own(held.enter_context(stand.database(STANDIN)))
        with stand.system(environment):
            pass  # queues, indexes, the bucket and the questionnaires are made once
        seconds: dict[str, list[float]] = {name: [] for name in ALL}
        folder, ports = stand.folder / "starting", SystemPorts.random()
        folder.mkdir()
        for number in range(sizes.runs):
            for name in ALL:
                with ExitStack() as running:
                    program = service_program(name, environment, ports, folder)
                    running.callback(program.stop)
                    begun = time.perf_counter()
                    program.start()
                    await stand.ready([ports.health[name]])
                    seconds[name].append(time.perf_counter() - begun)
            say(f"starting: run {number + 1} of {sizes.runs}")
        for name, found in seconds.items():
            stand.tell(Measurement("f", f"{name} ready", "s", found, goals=[Goal(at_most=1.0, of="median")]))
        with stand.system(environment) as system:
            idle: dict[str, list[float]] = {name: [] for name in ALL}
            for _ in range(sizes.runs):
                await asyncio.sleep(sizes.idle_seconds / sizes.runs)
                for name, program in system.programs.items():
                    idle[name].append(pss_megabytes(program.pid))
        for name, found in idle.items():
            stand.tell(
                Measurement(
                    "f", f"memory of {name}, idle (PSS)", "MB", found, goals=[Goal(at_most=80, of="median")]
                )
            )
