"""Wires questionnaire."""

from collections.abc import Coroutine
from typing import Any

from services.questionnaire.catalogue import load
from services.questionnaire.handlers import register
from services.questionnaire.updates import records
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.service import Runtime
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes, and add the catalogue's present versions to the library; also done by `fas prepare`."""
    await Cases(store).prepare()
    await QuestionnaireRepository(store).publish(load().values())


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of questionnaire to its rules; the catalogue's present versions join the library."""
    cases, repository = Cases(runtime.store), QuestionnaireRepository(runtime.store)
    await prepare(runtime.store)
    await repository.load()
    lifecycle = Lifecycle("questionnaire", cases, runtime.publisher, runtime.relay, records(repository))
    register(runtime.broker, lifecycle.advance, lifecycle.carry_out)
    return []
