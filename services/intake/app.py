"""Wires intake."""

from services.intake.commands import Checks, IntakeCommands
from services.intake.handlers import commands, router
from services.intake.repository import ScopeRepository
from services.intake.updates import RECORDS
from shared.lifecycle.cases import Cases
from shared.lifecycle.stage_service import prepare_cases, stage_service
from shared.runtime.service import Runtime
from shared.runtime.store import Store
from shared.runtime.tasks import Work


async def prepare(store: Store) -> None:
    """Make the indexes, and say whether earlier versions stored cases; also done by `fas prepare`."""
    await prepare_cases(store)


async def build(runtime: Runtime) -> list[Work]:
    """Connect the queues of intake to its rules."""
    await prepare(runtime.store)
    lifecycle = stage_service(runtime, router, RECORDS, Checks(ScopeRepository(runtime.store)).open)
    commands.provide(IntakeCommands(lifecycle, Cases(runtime.store)))
    return []
