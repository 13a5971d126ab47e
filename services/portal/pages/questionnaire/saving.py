"""Saves what was typed, answer by answer: one that can't be taken keeps none of the others back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from fastapi import Request
from starlette.datastructures import FormData
from ulid import ULID

from services.portal.cases.progress import PartProgress
from services.portal.context import Portal, case_of
from services.portal.identity.sessions import User
from services.portal.pages.form_commands import head, text
from services.portal.pages.formatting import number
from services.portal.pages.language import Lang, said
from services.portal.pages.questionnaire.part_form import base_digest, base_field, read_changes
from shared.contracts.commands import FileChange, SaveAnswers
from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import NO_ANSWER, Question, QuestionKind
from shared.contracts.vocabulary import Stage
from shared.questionnaires.answers import answers_of, stored_answers
from shared.runtime.errors import RequestRejected

_TRIES = 5


@dataclass(slots=True)
class SaveOutcome:
    """What became of a form: the case as it stands now, prompts by question, and answers that a colleague changed.

    `conflicts` stand beside what was typed; `remote_changes` are questions that somebody else alone changed, and the page shows
    as they were before.
    """

    case: Case
    faults: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, StoredAnswer] = field(default_factory=dict)
    remote_changes: tuple[str, ...] = ()

    @property
    def remote_by(self) -> set[str]:
        """Who made the remote changes."""
        stored = stored_answers(self.case)
        return {stored[each].by for each in self.remote_changes if each in stored}

    @property
    def all_saved(self) -> bool:
        """Whether nothing is left that is only in the browser."""
        return not self.faults and not self.conflicts

    def base_digests(self, questions: Sequence[Question]) -> dict[str, str]:
        """The hidden fields, with the values that they get, of those answers that the page knows now."""
        answers = answers_of(self.case)
        return {
            base_field(each): base_digest(each, answers.get(each.id, NO_ANSWER))
            for each in questions if each.id not in {*self.conflicts, *self.faults, *self.remote_changes}
        }  # fmt: skip

    def understood(self, questions: Sequence[Question], form: FormData) -> dict[str, list[str]]:
        """The inputs whose number or date is stored otherwise than it was typed, with what is stored."""
        answers, left = answers_of(self.case), {*self.conflicts, *self.faults, *self.remote_changes}
        read = {
            each.id: number(answers[each.id].value)
            for each in questions
            if each.kind in (QuestionKind.NUMBER, QuestionKind.DATE) and each.id in answers and each.id not in left
        }  # fmt: skip
        return {name: [value] for name, value in read.items() if name in form and value != text(form, name)}


async def save_typed(
    request: Request, portal: Portal, user: User, case: Case, questions: Sequence[Question], form: FormData, lang: Lang
) -> SaveOutcome:  # fmt: skip
    """Save every answer of a form that is new and can be taken; RequestRejected where the stage takes none."""
    outcome = SaveOutcome(case)
    for attempt in range(1, _TRIES + 1):
        found = read_changes(questions, form, answers_of(outcome.case))
        stored = stored_answers(outcome.case)
        outcome.conflicts = {each: stored[each] for each in found.conflicts if each in stored}
        outcome.remote_changes = found.remote_changes
        answers = {name: answer for name, answer in found.changed.items() if name not in outcome.faults}
        if not answers:
            return outcome
        command = SaveAnswers(**head(request, user, case.id) | {"command_id": str(ULID())}, answers=answers)
        try:
            await portal.commands.ask(command)
        except RequestRejected as refusal:
            if refusal.code == "validation_error":
                outcome.faults |= {
                    each["field"]: said(each, lang)
                    for each in reversed(refusal.errors)
                    if each["field"] in answers
                }
            elif refusal.code != "version_conflict" or attempt == _TRIES:
                raise
        outcome.case = await case_of(portal, user, case.id)
    return outcome


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Why a question keeps the questionnaire back; of one cell of a table with its row, counted from 1, and its column."""

    text: str
    row: int | None = None
    column: str = ""


def refusals_of(refusal: RequestRejected, lang: Lang) -> dict[str, list[KeptBack]]:
    """Everything that keeps the questionnaire back, by question; anything but faults of answers is raised again."""
    if refusal.code != "validation_error" or not refusal.errors:
        raise refusal
    found: dict[str, list[KeptBack]] = {}
    for each in (each if isinstance(each, dict) else asdict(each) for each in refusal.errors):
        found.setdefault(each["field"], []).append(
            KeptBack(said(each, lang), each.get("row"), each.get("column", ""))
        )
    return found


async def change_files(
    request: Request, portal: Portal, user: User, case: Case, question: Question, files: FileChange
) -> None:
    """Add files to an answer or remove them; the value and the note stay as they stand, whoever saves them meanwhile."""
    found = case
    for attempt in range(1, _TRIES + 1):
        answer = answers_of(found).get(question.id, NO_ANSWER)
        kept = tuple(each for each in answer.attachments if each not in files.remove)
        changed = answer.model_copy(update={"attachments": kept + files.add})
        command = SaveAnswers(**head(request, user, case.id), answers={question.id: changed})
        try:
            await portal.commands.ask(command)
        except RequestRejected as refusal:
            if refusal.code != "version_conflict" or attempt == _TRIES:
                raise
            found = await case_of(portal, user, case.id)
        else:
            return


def open_by_part(parts: Sequence[PartProgress]) -> dict[str, int]:
    """How many required questions are open, by part."""
    return {f"{each.questionnaire}.{each.number}": each.open for each in parts}


STAGE = Stage.QUESTIONNAIRE
