"""How answers stand in a case document: one field a question, so that two officers' answers don't meet."""

from typing import Any

from shared.contracts.questionnaires import Answer
from shared.contracts.vocabulary import Stage
from shared.lifecycle.case import Document

NOT_ANSWERED: Document = {"value": None, "note": "", "attachments": [], "version": 0}
"""What stands for an answer that is not stored."""


def field_of(question: str) -> str:
    """The field of a question's answer; a dot would nest in a document."""
    return f"answers.{question.replace('.', ':')}"


def stored_answers(case: Document) -> dict[str, dict[str, Any]]:
    """The answers by question, with their files as references."""
    answers = case["stages"].get(Stage.QUESTIONNAIRE, {}).get("answers", {})
    return {field.replace(":", "."): answer for field, answer in answers.items()}


def answers_of(case: Document) -> dict[str, Answer]:
    """The answers by question, with their files as ids."""
    return {
        question: Answer(
            value=answer["value"],
            note=answer["note"],
            attachments=tuple(file["id"] for file in answer["attachments"]),
            version=answer["version"],
        )
        for question, answer in stored_answers(case).items()
    }
