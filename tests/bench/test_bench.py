"""The benchmarks run, every part of them, and what they print can be read."""

import json
import subprocess
import sys

from tests.bench.__main__ import PARTS
from tests.bench.measurement import Goal, Measurement, percentile
from tests.bench.report import page
from tests.extent import ALL


def test_the_parts_run_and_print_a_json_object_a_measurement() -> None:
    parts = [*PARTS] if ALL else ["c"]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", *parts],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {each["part"] for each in told} == set(parts)
    for each in told:
        assert each["runs"] >= 1
        assert each["low"] <= each["median"] <= each["high"]
        assert ("goal" in each) == ("met" in each)


def test_a_ratio_is_the_median_of_the_ratios_run_by_run() -> None:
    told = Measurement("a", "it", "1/s", [10, 20, 90], "bare", [10, 10, 30], [Goal(at_least=2.5)]).told()
    assert (told["ratio"], told["met"], told["reference_median"]) == (2, False, 10)


def test_a_goal_of_the_median_looks_at_the_median() -> None:
    told = Measurement("c", "it", "µs", [10, 20, 200], goals=[Goal(at_most=20, of="median")]).told()
    assert (told["goal"], told["met"]) == ("median ≤ 20", True)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([4, 1, 3, 2], 0.5) == 3
    assert percentile([1], 0.99) == 1


def test_the_page_names_each_goal_that_is_not_met() -> None:
    told = Measurement("a", "throughput", "1/s", [10], "bare", [100], [Goal(at_least=0.5)]).told()
    part = {
        "part": "a",
        "at": "2026-11-29 07:00",
        "commit": "abc",
        "machine": "a machine",
        "measurements": [told],
    }
    written = "\n".join(page([part], "## Notes"))
    assert "0 of 1 goals are met" in written
    assert "- (a) throughput against bare: ratio 0.1, median 10 1/s, wanted ratio ≥ 0.5" in written
    assert "a machine" in written
    assert "commit abc" in written
