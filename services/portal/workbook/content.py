"""What a workbook holds of an answer, in a form that can be compared: as exported, as filled in, as it stands now. Pure."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from shared.contracts.limits import LARGEST_NUMBER
from shared.contracts.questionnaires import Answer, Question, QuestionKind, Value
from shared.contracts.texts import is_blank, normalize
from shared.questionnaires.tables import laid_out_rows, says_something

LONGEST_CELL = 32_767
"""What a cell holds at most, in UTF-16 units (Excel's limit); openpyxl would cut off the rest without a word."""
_NOT_IN_XML = re.compile("[^\t\n\\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x(005F|00[01][0-9A-F])_", re.IGNORECASE)
_AMBIGUOUS = re.compile("x005F_|_x00[01][0-9A-F]_", re.IGNORECASE)
"""Texts that openpyxl does not give back as they were: it drops every `x005F_` from shared strings."""


@dataclass(frozen=True, slots=True)
class Content:
    """The value and note of an answer as cells give them back.

    An empty value is None, an empty note ""; rows are in the table's order, choices in the question's.
    """

    value: Value = None
    note: str = ""

    @property
    def blank(self) -> bool:
        """Nothing is filled in."""
        return self.value is None and not self.note

    def digest(self) -> str:
        """The SHA-256 of the content, the same for 12 and 12.0: two contents are compared by it."""
        told = json.dumps([self.value, self.note], ensure_ascii=False, sort_keys=True)
        return sha256(told.encode()).hexdigest()


def content_of(question: Question, answer: Answer) -> Content:
    """The content of an answer as a workbook gives it back in which nobody changed it."""
    value = None if answer.value is None else _CARRIED[question.kind](question, answer.value)
    return Content(value, normalize_for_cell(answer.note))


def normalize_for_cell(text: str) -> str:
    """A text as a cell gives it back: lines end with LF, what XML can't hold is U+FFFD, a blank text is empty."""
    return _unless_blank(_NOT_IN_XML.sub("\ufffd", normalize(text)))


def escape_for_cell(text: str) -> str:
    """A text for the XML of a cell: the `_` of what looks like Excel's escapes (`_x0041_`) is escaped itself."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)


def unescape_cell(text: str) -> str:
    """The text that the XML of a cell stands for, with Excel's escapes of control characters (`_x000D_`) undone.

    Characters that messages to customs can't carry stay in it: the check of the answer names them.
    """
    return _unless_blank(normalize(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)))


def _unless_blank(text: str) -> str:
    return "" if is_blank(text) else text


def fits_a_cell(text: str) -> bool:
    """Whether a cell carries this text through every spreadsheet and back."""
    return len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL and not _AMBIGUOUS.search(text)


def plain_number(value: float) -> int | float:
    """A number in the 15 digits that every spreadsheet keeps; whole ones as such."""
    near = float(f"{value:.15g}")
    return int(near) if near.is_integer() and abs(near) <= LARGEST_NUMBER else near


def _text(question: Question, value: Value) -> Value:
    return (normalize_for_cell(value) or None) if isinstance(value, str) else None


def _number(question: Question, value: Value) -> Value:
    return plain_number(value) if isinstance(value, int | float) else None


def _chosen(question: Question, value: Value) -> Value:
    given = value if isinstance(value, tuple) else ()
    return tuple(choice.code for choice in question.choices if choice.code in given) or None


def _rows(question: Question, value: Value) -> Value:
    typed = [column.code for column in question.columns if not column.calculated]
    rows = [
        {code: text for code in typed if (text := normalize_for_cell(row.get(code, "")))}
        for row in laid_out_rows(question, value)
    ]
    return tuple(row for row in rows if says_something(question, row)) or None


def _nothing(question: Question, value: Value) -> Value:
    return None


_CARRIED: dict[QuestionKind, Callable[[Question, Value], Value]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.YES_NO: _text,
    QuestionKind.CHOICE: _text,
    QuestionKind.CHOICES: _chosen,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _text,
    QuestionKind.TABLE: _rows,
    QuestionKind.FILE: _nothing,
}
