"""What is still open in a questionnaire, and how far each part is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.contracts.questionnaires import (
    NO_ANSWER,
    Answer,
    Part,
    Question,
    Questionnaire,
    all_parts,
    all_questions,
)
from shared.questionnaires.missing import has_value, is_not_applicable, missing
from shared.questionnaires.relevance import asked_now


@dataclass(frozen=True, slots=True)
class PartCompleteness:
    """How far one part is: questions asked, answered (nothing missing), required, and still open."""

    questionnaire: str
    part: str
    asked: int
    answered: int
    required: int
    open: int


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


def _says_something(question: Question, answer: Answer) -> bool:
    return has_value(question, answer) or bool(answer.attachments) or is_not_applicable(question, answer)
