"""The history of a consultation (DOMAIN 1.6): newest first, numbered from the oldest, and compared. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.cases.comparison import Diff, text_diff
from shared.contracts.vocabulary import Party

Entry = dict[str, Any]
LANGUAGES = (
    ("text_zh", "磋商内容（中文）", "Text in Chinese"),
    ("text_en", "磋商内容（英文）", "Text in English"),
    ("text_other", "磋商内容（其他语言）", "Text in another language"),
)


def with_numbers(history: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Each contribution with its `number`, the oldest being 1."""
    return [{**entry, "number": len(history) - place} for place, entry in enumerate(history)]


def of_side(entries: Sequence[Entry], side: Party) -> list[Entry]:
    """One side's contributions, newest first."""
    return [entry for entry in entries if entry["party"] == side]


def latest(entries: Sequence[Entry], side: Party) -> Entry | None:
    """What a side said last (DOMAIN J36: also after the consultation is completed)."""
    found = of_side(entries, side)
    return found[0] if found else None


def compared(before: Entry, after: Entry) -> dict[str, Diff]:
    """What changed in each language, Chinese by character, else by word; languages that neither uses are left out."""
    return {
        name: text_diff(before[name], after[name])
        for name, _zh, _en in LANGUAGES if before[name] or after[name]
    }  # fmt: skip
