"""Processes side by side (docs/operations/upgrades.md): two versions on the same servers, and eight of each service."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.extent import ALONE
from tests.faults.run import run, shown
from tests.faults.scenarios import SCENARIOS
from tests.faults.versions import NoPreviousVersion, previous_version, unpack

KEPT = Path("build/faults")
pytestmark = [
    pytest.mark.usefixtures("settings"),  # the servers of the other tests are left alone
    pytest.mark.skipif(not ALONE, reason="minutes of load; `make test-alone`"),
]


async def test_two_versions_work_on_the_same_servers_until_the_older_is_gone(tmp_path: Path) -> None:
    try:
        unpack(previous_version(), tmp_path)
    except NoPreviousVersion as missing:
        pytest.skip(str(missing))
    scenario = SCENARIOS["two versions"]

    result = await run(scenario, 7, shape=replace(scenario.shape, cases=60), keep=KEPT)

    assert not result.broken, shown(result)
    assert [status for _, status, _ in result.exits] == [0] * 6


async def test_eight_processes_of_each_service_hold_the_order_within_300_cases() -> None:
    result = await run(SCENARIOS["eight of each"], 7, keep=KEPT)

    assert not result.broken, shown(result)
    assert result.count.receipts > 300 * 8
