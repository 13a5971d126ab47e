"""One way to write a number, in pages, workbooks, PDF and declarations alike, and to read one that was typed."""

import re
import unicodedata
from decimal import Decimal

SIGNIFICANT_DIGITS = 15
"""What every spreadsheet and every reader of JSON keeps."""
_PLAIN = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,15}))?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(\.\d+)?|[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?", re.ASCII)
_ONE_COMMA = re.compile(r"[+-]?\d{1,3},\d{3}", re.ASCII)
"""Twelve hundred to some, one and a fifth to others."""


def number_text(value: float) -> str:
    """A finite number with all its digits, never an exponent: 0.00005, not 5e-05."""
    return format(Decimal(repr(value)), "f")


def number_of(text: str) -> int | float | None:
    """The number that a text unmistakably is, of at most 15 digits; None for any other (`digits_of` says what is read)."""
    digits = digits_of(text)
    if digits is None:
        return None
    return float(digits) if "." in digits else int(digits)


def digits_of(text: str) -> str | None:
    """The same number as its digits alone, with as many decimals as were written; None for any other text: nothing is guessed.

    The point stands before decimals; thousands may be parted by commas or blanks where these can't be a decimal comma
    (`1,234.5`, `1,234,567`, `1 234`, not `1,234`). Full-width characters, the minus sign and unseen marks are read, too.
    """
    read = "".join(
        " " if each.isspace() else each
        for each in unicodedata.normalize("NFKC", text)
        if unicodedata.category(each) != "Cf"
    )
    read = read.replace("\u2212", "-").strip()
    if _GROUPED.fullmatch(read) and not _ONE_COMMA.fullmatch(read):
        read = read.replace(",", "").replace(" ", "")
    found = _PLAIN.fullmatch(read)
    if not found or len((found[2] + (found[3] or "")).lstrip("0")) > SIGNIFICANT_DIGITS:
        return None
    return read.removeprefix("+")
