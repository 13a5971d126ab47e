"""Wires questionnaire."""

from collections.abc import Coroutine
from typing import Any

from services.questionnaire.catalogue import load
from services.questionnaire.handlers import register
from services.questionnaire.records import records
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.lifecycle.library import Library
from shared.runtime.service import Runtime


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of questionnaire to its rules; the catalogue's present versions join the library."""
    cases, library = Cases(runtime.store), Library(runtime.store)
    await cases.prepare()
    await library.publish(load().values())
    lifecycle = Lifecycle("questionnaire", cases, runtime.publisher, runtime.relay, records(library))
    register(runtime.broker, lifecycle.advance, lifecycle.carry_out)
    return []
