"""How long the machines run: the same examples every time, unless FAS_PROPERTY_EXAMPLES multiplies them with new ones."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

TIMES = int(os.environ.get("FAS_PROPERTY_TIMES", "1"))
"""More than 1: that many times the examples, and other ones in every run."""


def run(machine: type[RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """Run a machine; a failure prints its steps, and the blob that repeats it."""
    given = settings(
        max_examples=examples * TIMES, stateful_step_count=steps, deadline=None, derandomize=TIMES == 1, database=None,
        print_blob=True, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=given)  # type: ignore[no-untyped-call]
