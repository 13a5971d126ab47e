"""Wires consultation."""

from services.consultation.handlers import router
from services.consultation.updates import RECORDS
from shared.lifecycle.stage_service import prepare_cases, stage_service
from shared.runtime.service import Runtime
from shared.runtime.tasks import Work

prepare = prepare_cases


async def build(runtime: Runtime) -> list[Work]:
    """Connect the queues of consultation to its rules."""
    await prepare(runtime.store)
    stage_service(runtime, router, RECORDS)
    return []
