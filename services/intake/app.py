"""Wires intake."""

from collections.abc import Coroutine
from typing import Any

from services.intake.desk import Desk
from services.intake.handlers import register
from services.intake.records import RECORDS
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.runtime.service import Runtime


def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of intake to its rules."""
    cases = Cases(runtime.store)
    desk = Desk(cases, runtime.store)
    lifecycle = Lifecycle("intake", cases, runtime.publisher, runtime.relay, RECORDS, opening=desk.open_check)
    register(runtime.broker, lifecycle.advance, desk.using(lifecycle).carry_out)
    return []
