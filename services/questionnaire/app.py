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
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes, and add the catalogue's present versions to the library; also done by `fas prepare`."""
    await Cases(store).prepare()
    await Library(store).publish(load().values())


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of questionnaire to its rules; the catalogue's present versions join the library."""
    cases, library = Cases(runtime.store), Library(runtime.store)
    await prepare(runtime.store)
    await library.load()
    lifecycle = Lifecycle("questionnaire", cases, runtime.publisher, runtime.relay, records(library))
    register(runtime.broker, lifecycle.advance, lifecycle.carry_out)
    return []
