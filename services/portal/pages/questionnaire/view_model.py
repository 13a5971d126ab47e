"""What the questionnaire's page shows: its parts with their progress, and each question with what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData

from services.portal.cases.progress import progress
from services.portal.pages.corrections.items import Correction, Corrections
from services.portal.pages.formatting import number as shown_number
from services.portal.pages.questionnaire.part_form import base_digest, base_field, read_content
from services.portal.pages.questionnaire.saving import STAGE, SaveOutcome
from services.portal.workbook.content import Content, content_of
from shared.contracts.documents.cases import Case, StoredAnswer
from shared.contracts.documents.files import StoredFile
from shared.contracts.questionnaires import (
    NO_ANSWER,
    Answer,
    Part,
    Question,
    QuestionKind,
    Questionnaire,
    all_parts,
    all_questions,
    placed_questions,
)
from shared.questionnaires.answers import NOT_ANSWERED, answers_of, stored_answers

SPARE_ROWS = 1


@dataclass(frozen=True, slots=True)
class Tab:
    """A part among all parts: `required` and `open` count its questions, `corrections` customs' open items."""

    key: str
    questionnaire: Questionnaire
    part: Part
    required: int
    open: int
    corrections: int


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its answer, as typed or as saved, and what was said of it."""

    question: Question
    anchor: str
    content: Content
    number: str
    files: Sequence[StoredFile]
    base_digest: str
    open: bool
    changed: bool
    items: list[Correction]
    fault: str
    conflict: StoredAnswer | None
    version: int
    by: str
    at: datetime | None


def key_of(questionnaire: Questionnaire, part: Part) -> str:
    """How a part is named in an address."""
    return f"{questionnaire.code}.{part.number}"


def anchor_of(question: str) -> str:
    """Where a question stands on its page."""
    return "q-" + question.replace(".", "-")


def tabs(asked: Sequence[Questionnaire], case: Case, corrections: Corrections) -> list[Tab]:
    """Every part, in order."""
    counted = progress(asked, case.stages[STAGE].open_required)
    pinned = _pinned(case, corrections)
    return [
        Tab(
            key_of(each, part), each, part, count.required, count.open,
            sum(not item.done for question in part.questions for item in pinned.get(question.id, [])),
        )
        for (each, part), count in zip(all_parts(asked), counted, strict=True)
    ]  # fmt: skip


def place_of(asked: Sequence[Questionnaire], question: str) -> str:
    """The part that a question stands in, with its anchor, as the rest of an address."""
    for each, part, one in placed_questions(asked):
        if one.id == question:
            return f"?part={key_of(each, part)}#{anchor_of(question)}"
    return ""


def refusals_by_part(
    found: Sequence[Tab], refused: Mapping[str, str]
) -> list[tuple[Tab, list[tuple[str, str]]]]:
    """Parts with something that keeps the questionnaire back: each such question's id with the reason, in order."""
    by_part = [
        (tab, [(each.id, refused[each.id]) for each in tab.part.questions if each.id in refused])
        for tab in found
    ]
    return [(tab, reasons) for tab, reasons in by_part if reasons]


def opens_on(found: Sequence[Tab], wanted: str) -> Tab:
    """The part that was asked for; else the first with something for the officer to do; else the first."""
    for fits in (
        lambda tab: tab.key == wanted,
        lambda tab: tab.corrections,
        lambda tab: tab.open,
        lambda tab: True,
    ):
        chosen = next(filter(fits, found), None)
        if chosen:
            return chosen
    raise LookupError("a questionnaire has at least one part")


def next_open(asked: Sequence[Questionnaire], open_required: Sequence[str], after: str) -> str | None:
    """The next open required question after one, from the beginning again at the end."""
    order = [question.id for question in all_questions(asked)]
    start = order.index(after) + 1 if after in order else 0
    still_open = set(open_required)
    return next((each for each in order[start:] + order[:start] if each in still_open), None)


def questions(
    tab: Tab, case: Case, corrections: Corrections, outcome: SaveOutcome | None = None, form: FormData | None = None
) -> list[QuestionView]:  # fmt: skip
    """The questions of a part; with a form that could not be taken as a whole, as they were typed."""
    stored, answers, pinned = stored_answers(case), answers_of(case), _pinned(case, corrections)
    data = case.stages[STAGE]
    still_open, submitted = set(data.open_required), data.submitted_at
    found = []
    for question in tab.part.questions:
        answer, saved = answers.get(question.id, NO_ANSWER), stored.get(question.id, NOT_ANSWERED)
        left = outcome is not None and (question.id in outcome.conflicts or question.id in outcome.faults)
        shown = read_content(question, form) if form is not None and left else _shown(question, answer)
        base = str(form.get(base_field(question), "")) if form is not None and left else ""
        found.append(QuestionView(
            question=question, anchor=anchor_of(question.id), content=shown, number=shown_number(shown.value),
            files=saved.attachments, base_digest=base or base_digest(question, answer), open=question.id in still_open,
            changed=bool(submitted and saved.at and saved.at > submitted), items=pinned.get(question.id, []),
            fault=outcome.faults.get(question.id, "") if outcome else "",
            conflict=outcome.conflicts.get(question.id) if outcome else None,
            version=answer.version, by=saved.by, at=saved.at,
        ))  # fmt: skip
    return found


def _shown(question: Question, answer: Answer) -> Content:
    """As saved; a number keeps all its digits."""
    kept = content_of(question, answer)
    return Content(answer.value, kept.note) if question.kind is QuestionKind.NUMBER else kept


def _pinned(case: Case, corrections: Corrections) -> Mapping[str, list[Correction]]:
    """Customs' items by question; one that is pinned to a file of an answer stands with that answer."""
    whose = {
        f"attachment:{file.id}": question
        for question, answer in stored_answers(case).items() for file in answer.attachments
    }  # fmt: skip
    found: dict[str, list[Correction]] = {}
    for item in corrections.items:
        question = whose.get(item.target) or item.target.removeprefix("question:")
        found.setdefault(question, []).append(item)
    return found


def not_pinned(asked: Sequence[Questionnaire], case: Case, corrections: Corrections) -> list[Correction]:
    """Customs' items that speak of no question of this case."""
    known = {question.id for question in all_questions(asked)}
    return [item for name, items in _pinned(case, corrections).items() if name not in known for item in items]
