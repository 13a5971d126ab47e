"""What is still open in a questionnaire. Pure."""

from collections.abc import Mapping, Sequence

from shared.contracts.questionnaires import NO_ANSWER, Answer, Questionnaire, all_questions
from shared.questionnaires.missing import missing
from shared.questionnaires.relevance import asked_now


def open_required(questionnaires: Sequence[Questionnaire], answers: Mapping[str, Answer]) -> list[str]:
    """The ids of the questions that are asked as the answers stand, and still need something, in order."""
    return [
        question.id
        for question in all_questions(asked_now(questionnaires, answers))
        if missing(question, answers.get(question.id, NO_ANSWER))
    ]
