"""Stored versions of questionnaires are read as far as a process knows them, and never written over."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.contracts.questionnaires import Question, Questionnaire
from shared.contracts.vocabulary import Kind
from shared.questionnaires.repository import ChangedWithoutVersion, QuestionnaireRepository
from shared.runtime.store import DuplicateKey, Store
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


class Shelf:
    """A collection in memory, as far as questionnaires need one."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, Any]] = {}

    async def find(self, asked: object) -> list[dict[str, Any]]:
        return [*self.stored.values()]

    async def insert_one(self, document: dict[str, Any]) -> None:
        if document["_id"] in self.stored:
            raise DuplicateKey("_id")
        self.stored[document["_id"]] = document


def a_repository(shelf: Shelf) -> QuestionnaireRepository:
    return QuestionnaireRepository(cast(Store, SimpleNamespace(collection=lambda name: shelf)))


def a_version(number: int, *questions: Question, code: str = "aquatic") -> Questionnaire:
    return a_questionnaire(*questions).model_copy(update={"version": number, "code": code})


async def test_a_questionnaire_that_was_changed_without_a_new_version_is_refused_and_nothing_is_added() -> (
    None
):
    shelf = Shelf()
    await a_repository(shelf).publish([a_version(1, a_question()), a_version(2, a_question())])

    changed, other = a_version(1, a_question(text_en="Where from?")), a_version(1, code="bees")
    with pytest.raises(ChangedWithoutVersion) as refused:
        await a_repository(shelf).publish([other, changed])

    assert str(refused.value) == (
        "The questionnaire aquatic was changed, and is still called version 1, which is stored otherwise: "
        "aquatic.origin (text_en). Raise `version` in aquatic.yaml to 3, or take the change back "
        "(`fas questionnaire diff aquatic --stored` shows it)."
    )
    assert [*shelf.stored] == ["aquatic@1", "aquatic@2"]


async def test_an_older_catalogue_starts_beside_a_newer_one() -> None:
    """N and N-1 run side by side during an upgrade (decision 0037), and whoever goes back starts too."""
    shelf = Shelf()
    older, newer = a_version(1, a_question()), a_version(2, a_question(), a_question(name="added"))
    await a_repository(shelf).publish([older])
    await a_repository(shelf).publish([newer])

    going_back = a_repository(shelf)
    await going_back.publish([older])

    assert going_back.newest("aquatic") == newer
    assert going_back.cached([("aquatic", 1)], [], Kind.ASSESSMENT) == (older,)


async def test_the_slower_of_two_processes_that_write_different_questionnaires_is_refused() -> None:
    """Both found nothing under this version; one was faster, and what it wrote is not what the other one has."""
    shelf = Shelf()
    faster = {"_id": "aquatic@1", **a_version(1, a_question()).model_dump(mode="json")}

    async def find(asked: object) -> list[dict[str, Any]]:
        return [*shelf.stored.values()]

    async def insert_one(document: dict[str, Any]) -> None:
        shelf.stored["aquatic@1"] = faster
        raise DuplicateKey("_id")

    late = SimpleNamespace(find=find, insert_one=insert_one)
    store = cast(Store, SimpleNamespace(collection=lambda name: late))
    with pytest.raises(ChangedWithoutVersion):
        await QuestionnaireRepository(store).publish([a_version(1, a_question(kind="long_text"))])
    await QuestionnaireRepository(store).publish([a_version(1, a_question())])
