"""An answer that others save at the same moment: a file joins it, and what was typed is never called saved that is not."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import Request
from starlette.datastructures import FormData

from services.portal.cases.command_client import head_of
from services.portal.context import Portal
from services.portal.identity.sessions import User
from services.portal.pages.language import Lang
from services.portal.pages.questionnaire import saving
from services.portal.pages.questionnaire.part_form import base_digest, base_field
from shared.bilingual import Bilingual
from shared.contracts.commands import FileChange, SaveAnswers
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import NO_ANSWER, Answer
from shared.contracts.vocabulary import Role
from shared.runtime.errors import RequestRejected
from tests.workbooks import QUESTIONS, a_case

TYPED = Answer(value="typed meanwhile", version=3)
OFFICER = User("maria", Role.OFFICER, "AW", "AW", (), "session")


class Commands:
    """Takes the answer that was edited from the present version alone."""

    def __init__(self) -> None:
        self.taken: list[Answer] = []

    async def ask(self, command: SaveAnswers) -> None:
        (answer,) = command.answers.values()
        if answer.version != TYPED.version:
            raise RequestRejected("version_conflict", Bilingual("已被修改。", "It was changed."))
        self.taken.append(answer)


async def test_a_file_is_added_to_the_answer_as_it_was_saved_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def present(*_: object) -> Case:
        return a_case({"aquatic.text": TYPED})

    monkeypatch.setattr(saving, "case_of", present)
    monkeypatch.setattr(saving, "head", lambda *_: head_of(OFFICER, "1", "1"))
    commands = Commands()
    given: Any = SimpleNamespace(commands=commands)
    files = FileChange(add=("chart",))
    seen = a_case({"aquatic.text": Answer(version=2)})
    await saving.change_files(
        cast(Request, None), cast(Portal, given), OFFICER, seen, QUESTIONS["aquatic.text"], files
    )
    assert commands.taken == [TYPED.model_copy(update={"attachments": ("chart",)})]


async def test_an_answer_that_others_overtake_each_time_is_refused_and_not_called_saved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def present(*_: object) -> Case:
        return a_case({})

    monkeypatch.setattr(saving, "case_of", present)
    monkeypatch.setattr(saving, "head", lambda *_: head_of(OFFICER, "1", "1"))
    given: Any = SimpleNamespace(commands=Commands())
    question = QUESTIONS["aquatic.text"]
    form = FormData({base_field(question): base_digest(question, NO_ANSWER), question.id: "typed"})
    with pytest.raises(RequestRejected, match="changed"):
        await saving.save_typed(
            cast(Request, None), cast(Portal, given), OFFICER, a_case({}), [question], form, Lang.EN
        )
