"""Wires intake."""

from collections.abc import Coroutine
from typing import Any

from services.intake.desk import Checks, Desk
from services.intake.handlers import register
from services.intake.records import RECORDS
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.runtime.service import Runtime


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of intake to its rules."""
    cases = Cases(runtime.store)
    await cases.prepare()
    checks = Checks(runtime.store)
    await checks.prepare()
    lifecycle = Lifecycle("intake", cases, runtime.publisher, runtime.relay, RECORDS, opening=checks.open)
    register(runtime.broker, lifecycle.advance, Desk(lifecycle, cases).carry_out)
    return []
