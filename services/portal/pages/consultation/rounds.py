"""The history of a consultation (DOMAIN 1.6): newest first, numbered from the oldest, and compared. Pure."""

from collections.abc import Sequence

from services.portal.cases.comparison import TextPiece, text_diff
from shared.contracts.documents.cases import Case, HistoryEntry, ReplyDraft, StageRecord
from shared.contracts.documents.record import Field
from shared.contracts.texts import normalize
from shared.contracts.vocabulary import Party, Stage

LANGUAGES = (
    ("text_zh", "磋商内容（中文）", "Text in Chinese"),
    ("text_en", "磋商内容（英文）", "Text in English"),
    ("text_other", "磋商内容（其他语言）", "Text in another language"),
)


_NOTHING_YET = StageRecord({})


class NumberedEntry(HistoryEntry):
    """A contribution with its `number`, the oldest being 1."""

    number = Field[int]("number")


def with_numbers(history: Sequence[HistoryEntry]) -> list[NumberedEntry]:
    """Each contribution with its number."""
    return [
        NumberedEntry({**entry.document, "number": len(history) - place})
        for place, entry in enumerate(history)
    ]


def record_of(case: Case, stage: Stage) -> StageRecord:
    """The consultation as the case has it, an empty one before customs opened it."""
    return case.stages.get(stage, _NOTHING_YET)


def texts_of(written: HistoryEntry | ReplyDraft) -> dict[str, object]:
    """The texts of a contribution or a draft, by their fields' names."""
    return {name: normalize(getattr(written, name)) for name, _zh, _en in LANGUAGES}


def of_side(entries: Sequence[NumberedEntry], side: Party) -> list[NumberedEntry]:
    """One side's contributions, newest first."""
    return [entry for entry in entries if entry.party is side]


def latest(entries: Sequence[NumberedEntry], side: Party) -> NumberedEntry | None:
    """What a side said last (DOMAIN J36: also after the consultation is completed)."""
    found = of_side(entries, side)
    return found[0] if found else None


def compared(before: HistoryEntry, after: HistoryEntry) -> dict[str, list[TextPiece]]:
    """What changed in each language, Chinese by character, else by word; languages that neither uses are left out."""
    texts = {name: (getattr(before, name), getattr(after, name)) for name, _zh, _en in LANGUAGES}
    return {name: text_diff(*both) for name, both in texts.items() if any(both)}
