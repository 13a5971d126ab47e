"""How far each part of a questionnaire is (CONTRACT 3, `open_required` told part by part). Pure."""

from collections.abc import Collection, Iterable
from typing import Any

from shared.contracts.questionnaires import Question, Questionnaire, all_parts
from shared.contracts.texts import is_blank
from shared.lifecycle.case import Document


def progress(questionnaires: Iterable[Questionnaire], open_required: Collection[str]) -> list[dict[str, Any]]:
    """For each part, in order: how many questions are required, how many of them are open, and which."""
    still_open = frozenset(open_required)
    found = []
    for each, part in all_parts(questionnaires):
        named = [question.id for question in part.questions if question.id in still_open]
        required = sum(is_required(q) or q.id in still_open for q in part.questions)
        found.append({
            "questionnaire": each.code, "number": part.number, "required": required, "open": len(named),
            "open_required": named,
        })  # fmt: skip
    return found


def is_required(question: Question) -> bool:
    """Whether it must be answered or a file attached (必填, 附件上传（必填）)."""
    return question.required or question.attachment_required


def is_given(answer: Document | None) -> bool:
    """Whether an answer says anything: a value, a note or a file. Zero is a value; white space is none."""
    if answer is None:
        return False
    return _says(answer["value"]) or not is_blank(answer["note"]) or bool(answer["attachments"])


def _says(value: Any) -> bool:
    if isinstance(value, str):
        return not is_blank(value)
    if isinstance(value, dict):
        return any(map(_says, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_says, value))
    return value is not None
