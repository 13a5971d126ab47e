"""What is still open in a questionnaire, and how far each part is. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.questionnaires import (
    NO_ANSWER,
    Answer,
    Part,
    Question,
    QuestionKind,
    Questionnaire,
    all_parts,
    all_questions,
)
from shared.contracts.texts import is_blank
from shared.questionnaires.answers import is_filled
from shared.questionnaires.format_checks import demanding, needs_file
from shared.questionnaires.relevance import asked_now
from shared.questionnaires.row_checks import incomplete_rows
from shared.questionnaires.tables import filled_rows


class Missing(StrEnum):
    """What keeps a question open."""

    VALUE = "value"
    NOTE = "note"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class PartCompleteness:
    """How far one part is: questions asked, answered (nothing missing), required, and still open."""

    questionnaire: str
    part: str
    asked: int
    answered: int
    required: int
    open: int


def missing(question: Question, answer: Answer) -> tuple[Missing, ...]:
    """What a question still needs before the questionnaire can be submitted."""
    return tuple(_missing(question, answer))


def open_required(questionnaires: Sequence[Questionnaire], answers: Mapping[str, Answer]) -> list[str]:
    """The ids of the questions that are asked as the answers stand, and still need something, in order."""
    return [
        question.id
        for question in all_questions(asked_now(questionnaires, answers))
        if missing(question, answers.get(question.id, NO_ANSWER))
    ]


def completeness(
    questionnaires: Sequence[Questionnaire], answers: Mapping[str, Answer]
) -> tuple[PartCompleteness, ...]:
    """How far each part is, in order; questions that are not relevant don't count."""
    now = asked_now(questionnaires, answers)
    return tuple(_progress(each.code, part, answers) for each, part in all_parts(now))


def _progress(questionnaire: str, part: Part, answers: Mapping[str, Answer]) -> PartCompleteness:
    given = [(question, answers.get(question.id, NO_ANSWER)) for question in part.questions]
    done = [(question, answer) for question, answer in given if not missing(question, answer)]
    return PartCompleteness(
        questionnaire=questionnaire,
        part=part.number,
        asked=len(given),
        answered=sum(_says_something(question, answer) for question, answer in done),
        required=sum(question.required or question.attachment_required for question in part.questions),
        open=len(given) - len(done),
    )


def _missing(question: Question, answer: Answer) -> Iterator[Missing]:
    if is_not_applicable(question, answer):
        return
    if _lacks_value(question, answer):
        yield Missing.VALUE
    if demanding(question, answer, "note") and is_blank(answer.note):
        yield Missing.NOTE
    if needs_file(question, answer) and not answer.attachments:
        yield Missing.ATTACHMENT


def is_not_applicable(question: Question, answer: Answer) -> bool:
    """Whether the note says why the question does not apply, where it may: there is no value; files may show the reason."""
    return question.not_applicable and not _has_value(question, answer) and not is_blank(answer.note)


def _lacks_value(question: Question, answer: Answer) -> bool:
    """Whether the value is not there, or is a table that lacks rows or cells; a file may answer instead."""
    if _has_value(question, answer):
        return question.kind is QuestionKind.TABLE and any(incomplete_rows(question, answer))
    suffices = question.attachment_suffices and bool(answer.attachments)
    return _asks_value(question) and not suffices


def _says_something(question: Question, answer: Answer) -> bool:
    return _has_value(question, answer) or bool(answer.attachments) or is_not_applicable(question, answer)


def _asks_value(question: Question) -> bool:
    return question.required and question.kind is not QuestionKind.FILE


def _has_value(question: Question, answer: Answer) -> bool:
    if question.kind is QuestionKind.TABLE:
        return any(filled_rows(question, answer.value))
    return is_filled(answer.value)
