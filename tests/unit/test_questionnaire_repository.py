"""Stored versions of questionnaires are read as far as a process knows them."""

from types import SimpleNamespace
from typing import Any, cast

from shared.contracts.vocabulary import Kind
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.store import Store
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire


async def test_a_version_that_a_later_release_wrote_is_read_without_what_is_not_known_yet() -> None:
    known = a_questionnaire(a_question())
    stored: dict[str, Any] = {"_id": "aquatic@1", **known.model_dump(mode="json"), "preamble_zh": "later"}
    stored["parts"][0]["questions"][0]["asked_when"] = {"answered": "later"}

    async def find(asked: object) -> list[dict[str, Any]]:
        return [stored]

    store = SimpleNamespace(collection=lambda name: SimpleNamespace(find=find))
    repository = QuestionnaireRepository(cast(Store, store))

    assert await repository.load() == 1
    assert repository.cached([("aquatic", 1)], ["farmed"], Kind.ASSESSMENT) == (known,)
