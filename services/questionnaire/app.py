"""Wires questionnaire."""

from services.questionnaire.catalogue import load
from services.questionnaire.handlers import library, router
from services.questionnaire.updates import records
from shared.lifecycle.stage_service import prepare_cases, stage_service
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.service import Runtime
from shared.runtime.store import Store
from shared.runtime.tasks import Work


async def prepare(store: Store) -> None:
    """Make the indexes, and add the catalogue's present versions to the library; also done by `fas prepare`."""
    await _publish(store)


async def build(runtime: Runtime) -> list[Work]:
    """Connect the queues of questionnaire to its rules; the catalogue's present versions join the library."""
    versions = await _publish(runtime.store)
    library.provide(versions)
    stage_service(runtime, router, records(versions))
    return []


async def _publish(store: Store) -> QuestionnaireRepository:
    await prepare_cases(store)
    repository = QuestionnaireRepository(store)
    await repository.publish(load().values())
    return repository
