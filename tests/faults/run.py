"""One run: a plant, a load, a fault, the drain and the count."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

from tests.faults.count import Count, count, drained
from tests.faults.customs import FaultyCustoms
from tests.faults.hooks import POINTS
from tests.faults.load import FaultLoad, Shape
from tests.faults.scenarios import Rig, Scenario
from tests.faults.system_under_test import Hooks, SystemUnderTest, running_plant

DRAIN_SECONDS = 240.0
WAIT_SECONDS, RESUME_SECONDS, EXIT_SECONDS = 6.0, 15.0, 25.0


@dataclass
class RunResult:
    """What a run has counted and measured; `broken` says which goals were missed."""

    scenario: str
    seed: int
    count: Count
    seconds: float
    drain: float
    resumed: list[float]
    exits: list[tuple[str, int | None, float]]
    wait: float
    waited_for: str
    points: list[str]
    missed_points: list[str]
    started_again: int
    p95: float
    """Seconds from a receipt that was sent to its acknowledgement."""
    baseline: float = 0.0
    """The same of the calm load with which it is compared."""
    broken: list[str] = field(default_factory=list)


async def run(
    scenario: Scenario, seed: int, *, shape: Shape | None = None, mutation: str = "",
    say: Callable[[str], None] = print, drain: float = DRAIN_SECONDS, keep: Path | None = None,
) -> RunResult:  # fmt: skip
    """Run a scenario with a seed; the folder of the run is kept in `keep` where a goal was missed."""
    shape = shape or scenario.shape
    baseline = 0.0
    if scenario.baseline:
        calm = replace(scenario, baseline=False)
        baseline = (await run(calm, seed, shape=replace(shape, poison=0), say=say, drain=drain)).p95
    random = Random(seed)
    hooks = replace(scenario.hooks(random), mutation=mutation)
    folder = Path(tempfile.mkdtemp(prefix="fas-rig-"))
    try:
        async with running_plant(folder, seed, hooks, scenario.engine) as plant:
            result = await _run(scenario, seed, shape, plant, hooks, random, drain)
        result.baseline = baseline
        result.broken = _broken(result)
        if result.broken and keep:
            place = keep / f"{scenario.name.replace(' ', '-')}-{seed}"
            shutil.copytree(
                folder, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("rabbitmq", "objects")
            )
            say(f"the witness and the logs are kept in {place}")
        return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _run(
    scenario: Scenario,
    seed: int,
    shape: Shape,
    plant: SystemUnderTest,
    hooks: Hooks,
    random: Random,
    drain: float,
) -> RunResult:
    async with FaultyCustoms(plant.settings.rabbit_url, plant.witness) as customs:
        if scenario.before:
            await scenario.before(plant)
        load = FaultLoad(plant, customs, shape, seed)
        rig = Rig(plant, load, random)
        loading = asyncio.create_task(load.run(scenario.limit))
        await scenario.fault(rig)
        await loading
        plant.witness.saw("rig", "load_over")
        taken = await drained(plant, drain)
        counted = await count(plant, load)
        wait, waited_for = plant.longest_wait() if scenario.waits_count else (0.0, "")
        hit = plant.points_hit(hooks.points)
        return RunResult(
            scenario.name, seed, counted, plant.witness.seconds(), taken, _resumed(rig.returned, customs), rig.exits,
            wait, waited_for, hit, [point for point in hooks.points if point not in hit], plant.started_again,
            _p95([at - customs.sent_at[each] for each, at in customs.acked_at.items() if each in customs.sent_at]),
        )  # fmt: skip


def _resumed(returned: list[float], customs: FaultyCustoms) -> list[float]:
    """Seconds from each return of a server to the first receipt that was acknowledged after it."""
    times = sorted(customs.acked_at.values())
    return [round(next((at - since for at in times if at >= since), 0.0), 1) for since in returned]


def _broken(result: RunResult) -> list[str]:
    broken = [
        f"{len(found)} {name}: {'; '.join(found[:5])}" for name, found in result.count.faults.items() if found
    ]
    if result.resumed and max(result.resumed) > RESUME_SECONDS:
        broken.append(f"resumed only after {max(result.resumed):.1f} s")
    if result.wait > WAIT_SECONDS:
        broken.append(f"{result.waited_for} waited {result.wait:.1f} s")
    broken += [f"{name} ended with {status} after {took:.1f} s" for name, status, took in result.exits
               if status != 0 or took > EXIT_SECONDS]  # fmt: skip
    if result.baseline and result.p95 > 2 * result.baseline:
        broken.append(f"the 95th percentile is {result.p95} s, without poison {result.baseline} s")
    broken += [f"nobody died at: {point}" for point in result.missed_points]
    return broken


def _p95(seconds: list[float]) -> float:
    return round(quantiles(seconds, n=20)[-1], 3) if len(seconds) > 20 else 0.0


def shown(result: RunResult) -> str:
    """One line about a run."""
    counts: dict[str, Any] = {name: len(found) for name, found in result.count.faults.items()}
    told = ", ".join(f"{name} {number}" for name, number in counts.items())
    return (
        f"{result.scenario} (seed {result.seed}): {result.count.receipts} receipts in {result.seconds:.0f} s; {told}; "
        f"resumed {result.resumed}; longest wait {result.wait:.1f} s; {len(result.points)}/{len(POINTS)} points; "
        f"{result.started_again} restarts; {'BROKEN: ' + ' | '.join(result.broken) if result.broken else 'kept'}"
    )
