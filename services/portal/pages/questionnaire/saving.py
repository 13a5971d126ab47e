"""Saves what was typed, answer by answer: one that can't be taken keeps none of the others back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from ulid import ULID

from services.portal.cases.answer_documents import answer_documents
from services.portal.context import Portal, case_of
from services.portal.identity.sessions import User
from services.portal.pages.form_commands import head, text
from services.portal.pages.formatting import number
from services.portal.pages.language import Lang, said
from services.portal.pages.questionnaire.typed import seen, typed
from shared.contracts.commands import FileChange, SaveAnswers
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import NO_ANSWER, Question, QuestionKind
from shared.contracts.vocabulary import Stage
from shared.lifecycle.case import Document
from shared.questionnaires.answers import answers_of
from shared.runtime.errors import RequestRejected

_TRIES = 5


@dataclass(slots=True)
class SaveOutcome:
    """What became of a form: the case as it stands now, prompts by question, and answers that a colleague changed.

    `theirs` stand beside what was typed; `behind` are questions that the page shows as they were, and nobody typed there.
    """

    case: Document
    faults: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, Document] = field(default_factory=dict)
    behind: tuple[str, ...] = ()

    @property
    def all_saved(self) -> bool:
        """Whether nothing is left that is only in the browser."""
        return not self.faults and not self.theirs

    def seen(self, questions: Sequence[Question]) -> dict[str, Any]:
        """The hidden fields of those answers that the page knows now."""
        answers = answers_of(Case(self.case))
        return {
            f"{each.id}:seen": seen(each, answers.get(each.id, NO_ANSWER))
            for each in questions if each.id not in {*self.theirs, *self.faults, *self.behind}
        }  # fmt: skip

    def understood(self, questions: Sequence[Question], form: FormData) -> dict[str, list[str]]:
        """The inputs whose number or date is stored otherwise than it was typed, with what is stored."""
        answers, left = answers_of(Case(self.case)), {*self.theirs, *self.faults, *self.behind}
        read = {
            each.id: number(answers[each.id].value)
            for each in questions
            if each.kind in (QuestionKind.NUMBER, QuestionKind.DATE) and each.id in answers and each.id not in left
        }  # fmt: skip
        return {name: [value] for name, value in read.items() if name in form and value != text(form, name)}


async def save_typed(
    request: Request, portal: Portal, user: User, case: Document, questions: Sequence[Question], form: FormData, lang: Lang
) -> SaveOutcome:  # fmt: skip
    """Save every answer of a form that is new and can be taken; RequestRejected where the stage takes none."""
    outcome = SaveOutcome(case)
    for _ in range(_TRIES):
        found = typed(questions, form, answers_of(Case(outcome.case)))
        stored = answer_documents(outcome.case)
        outcome.theirs = {each: stored[each] for each in found.overtaken if each in stored}
        outcome.behind = found.behind
        answers = {name: answer for name, answer in found.changed.items() if name not in outcome.faults}
        if not answers:
            return outcome
        command = SaveAnswers(
            **head(request, user, case["_id"]) | {"command_id": str(ULID())}, answers=answers
        )
        try:
            await portal.commands.ask(command)
        except RequestRejected as refusal:
            if refusal.code == "validation_error":
                outcome.faults |= {
                    each["field"]: said(each, lang)
                    for each in reversed(refusal.errors)
                    if each["field"] in answers
                }
            elif refusal.code != "version_conflict":
                raise
        outcome.case = await case_of(portal, user, case["_id"])
    return outcome


async def change_files(
    request: Request, portal: Portal, user: User, case: Document, question: Question, files: FileChange
) -> None:
    """Add files to an answer or remove them; the value and the note stay as they stand, whoever saves them meanwhile."""
    found = case
    for attempt in range(1, _TRIES + 1):
        answer = answers_of(Case(found)).get(question.id, NO_ANSWER)
        kept = tuple(each for each in answer.attachments if each not in files.remove)
        changed = answer.model_copy(update={"attachments": kept + files.add})
        command = SaveAnswers(**head(request, user, case["_id"]), answers={question.id: changed})
        try:
            await portal.commands.ask(command)
        except RequestRejected as refusal:
            if refusal.code != "version_conflict" or attempt == _TRIES:
                raise
            found = await case_of(portal, user, case["_id"])
        else:
            return


def open_by_part(parts: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many required questions are open, by part."""
    return {f"{each['questionnaire']}.{each['number']}": each["open"] for each in parts}


STAGE = Stage.QUESTIONNAIRE
