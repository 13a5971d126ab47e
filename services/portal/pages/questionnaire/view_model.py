"""What the questionnaire's page shows: its parts with their progress, and each question with what stands beside it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData

from services.portal.cases.progress import progress
from services.portal.pages.corrections.items import Correction, Corrections
from services.portal.pages.formatting import number as shown_number
from services.portal.pages.questionnaire.part_form import base_digest, base_field, read_content
from services.portal.pages.questionnaire.saving import STAGE, KeptBack, SaveOutcome
from services.portal.workbook.content import Content, content_of
from shared.bilingual import Bilingual
from shared.contracts.documents.answers import StoredAnswer, TakenAnswer
from shared.contracts.documents.cases import Case
from shared.contracts.documents.files import StoredFile
from shared.contracts.parts import ApprovedAnswer
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
from shared.questionnaires.answers import NOT_ANSWERED, answers_of, is_given, stored_answers, to_be_confirmed
from shared.questionnaires.carrying import Offer, digest_of
from shared.questionnaires.format_checks import WrongAnswer, needs_file
from shared.questionnaires.missing import only_beside
from shared.questionnaires.relevance import asked_now, fulfils, relevant_questions
from shared.questionnaires.tables import Row, laid_out_rows, rows_of, understood_row

SPARE_ROWS = 1


@dataclass(frozen=True, slots=True)
class Tab:
    """A part among all parts: `required` and `open` count its questions, `corrections` customs' open items.

    `to_confirm` counts the answers that were taken from earlier cases and nobody confirmed yet, `wrong` those that contradict
    the format.
    """

    key: str
    questionnaire: Questionnaire
    part: Part
    required: int
    open: int
    corrections: int
    to_confirm: int
    wrong: int


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its answer, as typed or as saved, and what was said of it.

    `fault` is why what was typed is not saved, `wrong` what contradicts the format in what is saved, `lacks` which note or file
    lacks where the value does not.
    `offer` is an earlier answer that says something else than what is saved; `taken` is where what is saved comes from.
    `not_given` is what customs approved and nothing stands for now.

    `asked`: whether it is relevant as the answers stand; `relevance` is what the script looks at while answers change.
    """

    question: Question
    anchor: str
    content: Content
    number: str
    files: Sequence[StoredFile]
    base_digest: str
    open: bool
    lacks: Bilingual | None
    changed: bool
    items: list[Correction]
    fault: str
    wrong: WrongAnswer | None
    needs_file: bool
    conflict: StoredAnswer | None
    version: int
    by: str
    at: datetime | None
    asked: bool
    relevance: str
    rows: Sequence[Row]
    offer: Offer | None
    taken: TakenAnswer | None
    to_confirm: bool
    answered: bool
    not_given: ApprovedAnswer | None


def key_of(questionnaire: Questionnaire, part: Part) -> str:
    """How a part is named in an address."""
    return f"{questionnaire.code}.{part.number}"


def anchor_of(question: str) -> str:
    """Where a question stands on its page."""
    return "q-" + question.replace(".", "-")


def tabs(
    asked: Sequence[Questionnaire], case: Case, corrections: Corrections, wrong: Collection[str]
) -> list[Tab]:
    """Every part, in order; `wrong` are the questions whose answers contradict the format."""
    counted = progress(asked_now(asked, stored_answers(case)), case.stages[STAGE].open_required)
    pinned = _pinned(case, corrections)
    waiting = {each.id for each in to_be_confirmed(asked, stored_answers(case))}
    return [
        Tab(
            key_of(each, part), each, part, count.required, count.open,
            sum(not item.done for question in part.questions for item in pinned.get(question.id, [])),
            sum(question.id in waiting for question in part.questions),
            sum(question.id in wrong for question in part.questions),
        )
        for (each, part), count in zip(all_parts(asked), counted, strict=True)
    ]  # fmt: skip


def place_of(asked: Sequence[Questionnaire], question: str, row: int | None = None, column: str = "") -> str:
    """The part that a question stands in, with its anchor or that of a cell of its table, as the rest of an address."""
    anchor = anchor_of(question) if row is None else cell_anchor(anchor_of(question), row, column)
    for each, part, one in placed_questions(asked):
        if one.id == question:
            return f"?part={key_of(each, part)}#{anchor}"
    return ""


def cell_anchor(anchor: str, row: int, column: str) -> str:
    """Where a cell of a question's table stands on its page; rows count from 1."""
    return f"{anchor}-row-{row}-{column}"


def refusals_by_part(
    found: Sequence[Tab], refused: Mapping[str, Sequence[KeptBack]]
) -> list[tuple[Tab, list[tuple[str, KeptBack]]]]:
    """Parts with something that keeps the questionnaire back: each such question's id with each reason, in order."""
    by_part = [
        (tab, [(each.id, why) for each in tab.part.questions for why in refused.get(each.id, ())])
        for tab in found
    ]
    return [(tab, reasons) for tab, reasons in by_part if reasons]


def opens_on(found: Sequence[Tab], wanted: str) -> Tab:
    """The part that was asked for; else the first with something for the officer to do; else the first."""
    for fits in (
        lambda tab: tab.key == wanted,
        lambda tab: tab.corrections,
        lambda tab: tab.open,
        lambda tab: tab.wrong,
        lambda tab: tab.to_confirm,
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
    tab: Tab, case: Case, corrections: Corrections, offers: Mapping[str, Offer], approved: Mapping[str, ApprovedAnswer],
    wrong: Mapping[str, WrongAnswer], outcome: SaveOutcome | None = None, form: FormData | None = None,
) -> list[QuestionView]:  # fmt: skip
    """The questions of a part; with a form that could not be taken as a whole, as they were typed.

    `approved`: what customs approved last, of a check that was submitted and is told of no offers any more.
    """
    stored, answers, pinned = stored_answers(case), answers_of(case), _pinned(case, corrections)
    data = case.stages[STAGE]
    still_open, submitted = set(data.open_required), data.submitted_at
    relevant = relevant_questions([tab.questionnaire], stored)
    found = []
    for question in tab.part.questions:
        answer, saved = answers.get(question.id, NO_ANSWER), stored.get(question.id, NOT_ANSWERED)
        left = outcome is not None and (question.id in outcome.conflicts or question.id in outcome.faults)
        shown = read_content(question, form) if form is not None and left else _shown(question, answer)
        base = str(form.get(base_field(question), "")) if form is not None and left else ""
        found.append(QuestionView(
            question=question, anchor=anchor_of(question.id), content=shown, number=shown_number(shown.value),
            files=saved.attachments, base_digest=base or base_digest(question, answer), open=question.id in still_open,
            lacks=only_beside(question, answer), changed=bool(submitted and saved.at and saved.at > submitted),
            items=pinned.get(question.id, []),
            fault=outcome.faults.get(question.id, "") if outcome else "", wrong=wrong.get(question.id),
            needs_file=needs_file(question, answer),
            conflict=outcome.conflicts.get(question.id) if outcome else None,
            version=answer.version, by=saved.by, at=saved.at, asked=question.id in relevant,
            relevance=_relevance(tab.part, question, stored, relevant),
            rows=laid_out_rows(question, tuple(understood_row(question, row) for row in rows_of(shown.value))),
            offer=_otherwise(offers.get(question.id), saved), taken=saved.taken, to_confirm=saved.to_be_confirmed,
            answered=is_given(saved), not_given=None if is_given(saved) else approved.get(question.id),
        ))  # fmt: skip
    return found


def _otherwise(offer: Offer | None, saved: StoredAnswer) -> Offer | None:
    """An offer that says something else than what is saved."""
    return offer if offer and digest_of(offer.earlier.answer) != digest_of(saved) else None


def _shown(question: Question, answer: Answer) -> Content:
    """As saved; a number keeps all its digits."""
    kept = content_of(question, answer)
    return Content(answer.value, kept.note) if question.kind is QuestionKind.NUMBER else kept


def _relevance(
    part: Part, question: Question, stored: Mapping[str, StoredAnswer], relevant: frozenset[str]
) -> str:
    """The conditions as JSON: those on questions of this part, and whether those on other parts hold; empty without any."""
    here = {each.id for each in part.questions}
    elsewhere = all(
        each.question in relevant and fulfils(each, stored.get(each.question, NOT_ANSWERED).value)
        for each in question.relevant if each.question not in here
    )  # fmt: skip
    conditions = [each.model_dump() for each in question.relevant if each.question in here]
    return json.dumps({"elsewhere": elsewhere, "conditions": conditions}) if question.relevant else ""


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
