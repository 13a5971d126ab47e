"""Wires intake."""

from collections.abc import Coroutine
from typing import Any

from services.intake.commands import Checks, IntakeCommands
from services.intake.handlers import register
from services.intake.updates import RECORDS
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.runtime.service import Runtime
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes, and mend what earlier versions stored; also done by `fas prepare`."""
    await Cases(store).prepare()
    await Checks(store).prepare()


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of intake to its rules."""
    cases = Cases(runtime.store)
    await prepare(runtime.store)
    opening = Checks(runtime.store).open
    lifecycle = Lifecycle("intake", cases, runtime.publisher, runtime.relay, RECORDS, opening=opening)
    register(runtime.broker, lifecycle.advance, IntakeCommands(lifecycle, cases).carry_out)
    return []
