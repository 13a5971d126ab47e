"""Wires questionnaire."""

from services.questionnaire.catalogue import load
from services.questionnaire.handlers import router
from services.questionnaire.updates import records
from shared.lifecycle.stage_service import prepare_cases, stage_service
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.service import Runtime, Work
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes, and add the catalogue's present versions to the library; also done by `fas prepare`."""
    await prepare_cases(store)
    await QuestionnaireRepository(store).publish(load().values())


async def build(runtime: Runtime) -> list[Work]:
    """Connect the queues of questionnaire to its rules; the catalogue's present versions join the library."""
    await prepare(runtime.store)
    repository = QuestionnaireRepository(runtime.store)
    await repository.load()
    stage_service(runtime, router, records(repository))
    return []
