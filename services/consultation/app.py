"""Wires consultation."""

from collections.abc import Coroutine
from typing import Any

from services.consultation.handlers import register
from services.consultation.records import RECORDS
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.runtime.service import Runtime


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of consultation to its rules."""
    cases = Cases(runtime.store)
    await cases.prepare()
    lifecycle = Lifecycle("consultation", cases, runtime.publisher, runtime.relay, RECORDS)
    register(runtime.broker, lifecycle.advance, lifecycle.carry_out)
    return []
