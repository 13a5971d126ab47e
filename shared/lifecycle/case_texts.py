"""What of a case is searched: each text with the place where it stands. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.contracts.catalogue import CATEGORY, SPECIFIC
from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.cases import Case, HistoryEntry, ReplyDraft, StageRecord
from shared.contracts.questionnaires import Value
from shared.contracts.searching import FoundIn
from shared.contracts.vocabulary import Kind, Stage

_HEADER = ("case_no", "category", "specific", "overview")
_OF_STAGES = {
    Stage.APPLICATION: ("form",),
    Stage.ACCEPTANCE: ("form", "plan_form", "overview"),
    Stage.QUESTIONNAIRE: ("answers",),
    Stage.EVALUATION: ("rounds",),
    Stage.PROTOCOL_CONSULTATION: ("history", "draft"),
    Stage.CERTIFICATE_CONSULTATION: ("history", "draft"),
}
_PATHS = frozenset((stage.value, name) for stage, names in _OF_STAGES.items() for name in names)
READ_BY_SEARCHES: Mapping[str, int] = dict.fromkeys(
    (
        "authority", "kind", "version", *_HEADER, "replies", "stages.questionnaire.questionnaires",
        *(f"stages.{stage}.{name}" for stage, name in sorted(_PATHS)),
    ),
    1,
)  # fmt: skip
"""The projection of a case that has all its texts."""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text of a case, and where it stands: the stage whose page shows it, and in answers the question."""

    found_in: FoundIn
    stage: Stage
    text: str
    question: str = ""


def changes_texts(update: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether an update writes anything that is searched."""
    return "replies" in update.get("$push", {}) or any(map(_is_searched, update["$set"]))


def _is_searched(path: str) -> bool:
    name, *rest = path.split(".")
    return tuple(rest[:2]) in _PATHS if name == "stages" else name in (*_HEADER, "replies")


def texts_of(case: Case) -> Iterator[PlacedText]:
    """Every text of a case that is searched, none of them empty; what was set aside is to be whole again before."""
    return (each for each in _texts(case) if each.text.strip())


def _texts(case: Case) -> Iterator[PlacedText]:
    first = Stage.APPLICATION if case.kind is Kind.ASSESSMENT else Stage.ACCEPTANCE
    yield PlacedText(FoundIn.NUMBER, first, case.case_no or "")
    for name in (CATEGORY.get(case.category), *map(SPECIFIC.get, case.specific)):
        if name is not None:
            yield PlacedText(FoundIn.FOOD, first, f"{name.zh} {name.en}")
    yield PlacedText(FoundIn.OVERVIEW, first, case.overview)
    stages = {
        Stage(name): StageRecord(document) for name, document in case.document.get("stages", {}).items()
    }
    for stage, record in stages.items():
        yield from _of_stage(stage, record)
    for reply in case.replies:
        yield PlacedText(
            FoundIn.OPINIONS, reply.stage, _lines([reply.opinion, *(item.text for item in reply.items)])
        )


def _of_stage(stage: Stage, record: StageRecord) -> Iterator[PlacedText]:
    for name in ("form", "plan_form"):
        yield PlacedText(FoundIn.CONTACT, stage, _lines(_contact(record.document.get(name) or {})))
    for question, answer in record.answers.items():
        yield PlacedText(FoundIn.ANSWERS, stage, _lines(_answer(answer)), question)
    for given in record.rounds:
        asked = given.rectification_no, given.requirement, given.opinion, given.statement
        yield PlacedText(FoundIn.EVALUATION, stage, _lines(asked))
    said: tuple[ReplyDraft | HistoryEntry, ...] = (record.draft, *record.history)
    for each in said:
        yield PlacedText(FoundIn.CONSULTATION, stage, _lines([each.text_zh, each.text_en, each.text_other]))


def _lines(texts: Iterable[str]) -> str:
    """Those that say something, each from a new line on."""
    return "\n".join(filter(None, texts))


def _contact(form: Mapping[str, object]) -> Iterator[str]:
    """Department and person of a form, as far as they are filled in."""
    yield str(form.get("department", ""))
    contact = form.get("contact")
    if isinstance(contact, Mapping):
        yield from (str(contact.get(name, "")) for name in ("name", "title", "email"))
        phone = contact.get("phone")
        if isinstance(phone, Mapping):
            yield " ".join(str(phone.get(name, "")) for name in ("country", "area", "number")).strip()


def _answer(answer: StoredAnswer) -> Iterator[str]:
    """What was typed: texts, numbers, cells and notes; codes of several choices are none."""
    yield from _typed(answer.value)
    yield answer.note


def _typed(value: Value) -> Iterable[str]:
    if isinstance(value, tuple):
        return [cell for row in value if isinstance(row, Mapping) for cell in map(str, row.values())]
    return [] if value is None else [str(value)]
