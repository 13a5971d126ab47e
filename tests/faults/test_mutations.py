"""The rig can fail: with a protection taken out, it counts what was lost, done twice, stuck or false."""

from dataclasses import replace

import pytest

from tests.faults.load import Shape
from tests.faults.run import run, shown
from tests.faults.scenarios import SCENARIOS

SMALL = Shape(cases=30, at_once=24, poison=0.05)
LIMIT, DRAIN, SEED = 90.0, 30.0, 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mutation", "fault", "seen"),
    [
        ("persist_off", "broker killed", {"lost", "stuck"}),
        ("inbox_off", "replies dropped", {"twice", "lies"}),
        ("acknowledged_first", "killed at every point", {"lost", "stuck"}),
        ("truthy_confirm", "customs away", {"lost", "lies"}),
        ("nack_with_requeue", "calm", {"lost", "stuck"}),
    ],
)
async def test_a_protection_that_is_taken_out_is_missed(mutation: str, fault: str, seen: set[str]) -> None:
    scenario = replace(SCENARIOS[fault], limit=LIMIT)

    result = await run(scenario, SEED, shape=SMALL, mutation=mutation, drain=DRAIN)

    counted = {name for name, found in result.count.faults.items() if found}
    assert counted & seen, shown(result)
    print(shown(result))
