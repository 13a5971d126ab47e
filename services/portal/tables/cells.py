"""What a cell says, so that no spreadsheet runs it."""

from datetime import datetime

from shared.contracts.times import CHINA

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula, some of them in full width too, or drop before one."""
_EXACT_DIGITS = 15


def harmless(text: str) -> str:
    """The text; with a quotation mark before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def whole_number(text: str) -> str:
    """The text; a long row of digits, such as a case number, with a tab before it: Excel rounds it to 15 digits otherwise."""
    return f"\t{text}" if len(text) > _EXACT_DIGITS and text.isdecimal() else text


def on_pages(at: datetime) -> str:
    """A moment in Beijing's time, in the form that spreadsheets take for one: `2026-11-29 07:30:00`."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def spoken(value: object) -> str:
    """A value as a text: a moment in ISO 8601 with its offset, nothing as an empty one."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
