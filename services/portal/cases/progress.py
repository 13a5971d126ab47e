"""How far each part of a questionnaire is (CONTRACT 3, `open_required` told part by part). Pure."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from shared.contracts.documents.cases import StoredAnswer
from shared.contracts.questionnaires import Question, Questionnaire, all_parts
from shared.contracts.texts import is_blank


@dataclass(frozen=True, slots=True)
class PartProgress:
    """How many questions of a part are `required`, how many of them are `open`, and which (`open_required`)."""

    questionnaire: str
    number: str
    required: int
    open: int
    open_required: list[str]

    def told(self) -> dict[str, object]:
        """As it stands in answers of the API."""
        return asdict(self)


def progress(questionnaires: Iterable[Questionnaire], open_required: Collection[str]) -> list[PartProgress]:
    """How far each part is, in order."""
    still_open = frozenset(open_required)
    found = []
    for each, part in all_parts(questionnaires):
        named = [question.id for question in part.questions if question.id in still_open]
        required = sum(is_required(q) or q.id in still_open for q in part.questions)
        found.append(PartProgress(each.code, part.number, required, len(named), named))
    return found


def is_required(question: Question) -> bool:
    """Whether it must be answered or a file attached (必填, 附件上传（必填）)."""
    return question.required or question.attachment_required


def is_given(answer: StoredAnswer | None) -> bool:
    """Whether an answer says anything: a value, a note or a file. Zero is a value; white space is none."""
    if answer is None:
        return False
    return is_filled(answer.value) or not is_blank(answer.note) or bool(answer.attachments)


def is_filled(value: object) -> bool:
    """Whether a value says anything: zero does, a table of blank cells does not."""
    if isinstance(value, str):
        return not is_blank(value)
    if isinstance(value, dict):
        return any(map(is_filled, value.values()))
    if isinstance(value, list | tuple):
        return any(map(is_filled, value))
    return value is not None
