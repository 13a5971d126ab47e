"""Wires consultation."""

from collections.abc import Coroutine
from typing import Any

from services.consultation.handlers import register
from services.consultation.updates import RECORDS
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.runtime.service import Runtime
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes; also done by `fas prepare`."""
    await Cases(store).prepare()


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of consultation to its rules."""
    cases = Cases(runtime.store)
    await prepare(runtime.store)
    lifecycle = Lifecycle("consultation", cases, runtime.publisher, runtime.relay, RECORDS)
    register(runtime.broker, lifecycle.advance, lifecycle.carry_out)
    return []
