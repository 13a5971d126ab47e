"""The answers of a case to its questionnaires."""

from collections.abc import Mapping

from shared.contracts.documents.cases import Case, StoredAnswer
from shared.contracts.questionnaires import Answer
from shared.contracts.vocabulary import Stage

NOT_ANSWERED = StoredAnswer({"value": None, "note": "", "attachments": [], "version": 0})
"""What stands for an answer that is not stored."""


def stored_answers(case: Case) -> Mapping[str, StoredAnswer]:
    """The answers by question, with their files as references."""
    entered = case.stages.get(Stage.QUESTIONNAIRE)
    return entered.answers if entered else {}


def answers_of(case: Case) -> dict[str, Answer]:
    """The answers by question, with their files as ids."""
    return {
        question: Answer(
            value=answer.value,
            note=answer.note,
            attachments=tuple(file.id for file in answer.attachments),
            version=answer.version,
        )
        for question, answer in stored_answers(case).items()
    }
