"""How long the machines run: the same examples every time, or FAS_PROPERTY_TIMES as many, and new ones in every run."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

TIMES = int(os.environ.get("FAS_PROPERTY_TIMES", "1"))
"""1 is what every run of the tests does, and repeats exactly; more is for a search by hand or at night."""


def run(machine: type[RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """Run a machine; a failure prints its steps, and the blob that repeats it."""
    given = settings(
        max_examples=examples * TIMES, stateful_step_count=steps, deadline=None, derandomize=TIMES == 1, database=None,
        print_blob=True, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=given)
