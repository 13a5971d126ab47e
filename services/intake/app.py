"""Wires intake."""

from services.intake.commands import Checks, IntakeCommands
from services.intake.handlers import commands, router
from services.intake.repository import ScopeRepository
from services.intake.updates import RECORDS
from shared.lifecycle.cases import Cases
from shared.lifecycle.stage_service import prepare_cases, stage_service
from shared.runtime.service import Runtime
from shared.runtime.tasks import Work

prepare = prepare_cases


async def build(runtime: Runtime) -> list[Work]:
    """Connect the queues of intake to its rules."""
    await prepare(runtime.store)
    await Cases(runtime.store).tell_outdated()  # by one of the services that have cases, not by each
    lifecycle = stage_service(runtime, router, RECORDS, Checks(ScopeRepository(runtime.store)).open)
    commands.provide(IntakeCommands(lifecycle, Cases(runtime.store)))
    return []
