"""Merging answers and putting them together for customs. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.questionnaire.checks import check_answer, open_required
from shared.contracts.commands import SaveAnswers
from shared.contracts.events import AnsweredQuestion
from shared.contracts.faults import FieldFault
from shared.contracts.parts import FileRef
from shared.contracts.questionnaires import Answer, Question, Questionnaire
from shared.lifecycle.answering import refuse_faults
from shared.lifecycle.answers import answers_of, field_of, stored_answers
from shared.lifecycle.case import Document
from shared.lifecycle.movement import Change, Moment
from shared.runtime.errors import Refuse


def questions_of(asked: Sequence[Questionnaire]) -> dict[str, Question]:
    """The questions of a case by id, in order."""
    return {question.id: question for each in asked for part in each.parts for question in part.questions}


def merged(
    asked: Sequence[Questionnaire], saved: Mapping[str, Answer], command: SaveAnswers, moment: Moment
) -> Change:
    """The new answers over the saved ones; Refuse names every wrong one, or every one that changed meanwhile."""
    refuse_faults(_wrong(questions_of(asked), command.answers))
    _refuse_overtaken(saved, command.answers)
    fields: dict[str, Any] = {}
    versions = {}
    for question, answer in command.answers.items():
        before = saved.get(question)
        same = before is not None and _content(before) == _content(answer)
        versions[question] = before.version if before and same else (before.version if before else 0) + 1
        if not same:
            files = [moment.files[file].stored() for file in answer.attachments]
            content = answer.model_dump(mode="json") | {"attachments": files, "version": versions[question]}
            fields[field_of(question)] = content | {"at": moment.at, "by": command.by}
    still_open = open_required(asked, dict(saved) | dict(command.answers))
    fields["open_required"] = still_open
    return Change(fields=fields, versions=versions, open_required=tuple(still_open))


def submitted_answers(asked: Sequence[Questionnaire], case: Document) -> tuple[AnsweredQuestion, ...]:
    """Every given answer in the order of the questionnaires, each readable alone (CONTRACT 2)."""
    stored, answers = stored_answers(case), answers_of(case)
    return tuple(
        AnsweredQuestion(
            questionnaire=each.code, version=each.version, question=question.id, kind=question.kind,
            answer=answers[question.id],
            attachments=tuple(FileRef.model_validate(file) for file in stored[question.id]["attachments"]),
        )
        for each in asked for part in each.parts for question in part.questions
        if question.id in answers
    )  # fmt: skip


def open_faults(asked: Sequence[Questionnaire], still_open: Sequence[str]) -> list[FieldFault]:
    """A prompt for each required question that is still open."""
    questions = questions_of(asked)
    return [
        FieldFault(
            name,
            "required",
            f"必填项未完成: {questions[name].text_zh}",
            f"Still to be answered: {questions[name].text_en}",
        )
        for name in still_open
    ]


def _wrong(questions: Mapping[str, Question], answers: Mapping[str, Answer]) -> list[FieldFault]:
    faults = [
        FieldFault(name, "unknown_question", f"问卷中没有此题: {name}", f"The questionnaire has no question {name}.")
        for name in answers if name not in questions
    ]  # fmt: skip
    known = ((questions[name], answer) for name, answer in answers.items() if name in questions)
    return faults + [fault for question, answer in known for fault in check_answer(question, answer)]


def _refuse_overtaken(saved: Mapping[str, Answer], answers: Mapping[str, Answer]) -> None:
    overtaken = [
        FieldFault(
            name, "version_conflict", f"此题已被他人修改, 请核对后再保存: {name}",
            f"Somebody changed this answer meanwhile; compare before you save: {name}",
        )
        for name, answer in answers.items()
        if (before := saved.get(name)) and before.version != answer.version and _content(before) != _content(answer)
    ]  # fmt: skip
    if overtaken:
        names = ", ".join(fault.field for fault in overtaken)
        raise Refuse("version_conflict", f"Changed meanwhile: {names}.", overtaken, status=409)


def _content(answer: Answer) -> object:
    return answer.value, answer.note, answer.attachments
