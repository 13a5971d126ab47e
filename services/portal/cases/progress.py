"""How far each part of a questionnaire is (CONTRACT 3, `open_required` told part by part). Pure."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from shared.contracts.questionnaires import Question, Questionnaire, all_parts


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
