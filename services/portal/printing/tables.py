"""Tables on paper: the width of each column, and when a table needs a turned page or is stacked. Pure."""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, TypedDict

from services.portal.printing.lines import Line, lines_of, longest_word

UPRIGHT, TURNED = 7, 12
"""The most columns for an upright page and for a turned one; a table with more is stacked, one row below the other."""
NARROWEST, LONGEST_WORD, MARGINS = 4.0, 18.0, 2.0
"""In halves of a Chinese character, as every width here."""
LONGEST_TEXT = 1_600
WHOLE = 300
"""Characters; a row of which no cell has more is kept on one page."""


class Form(StrEnum):
    """How a table stands on the page."""

    UPRIGHT = "upright"
    TURNED = "turned"
    STACKED = "stacked"


_ROOM = {Form.UPRIGHT: 112.0, Form.TURNED: 170.0, Form.STACKED: 36.0}
"""The width of a table, or of the narrower column of a stacked one, in halves of a Chinese character."""


class PrintedRow(TypedDict):
    """A row: its cells, each a list of lines, and whether it stays `whole` where a page ends."""

    whole: bool
    cells: list[list[Line]]


class PrintedTable(TypedDict):
    """A table as the template takes it: `shares` of the width, headings and rows."""

    kind: Literal["table"]
    form: Form
    shares: list[float]
    columns: list[list[Line]]
    rows: list[PrintedRow]


def table_of(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> PrintedTable:
    """These columns with these rows, as wide and as high as they need to be."""
    form = _form(len(columns))
    room = _ROOM[form]
    shares = _shares(columns, rows, room)
    rooms = [room if form is Form.STACKED else share - MARGINS for share in shares]
    return {
        "kind": "table", "form": form, "shares": shares,
        "columns": [lines_of(name, room) for name, room in zip(columns, rooms, strict=True)],
        "rows": [
            {
                "whole": all(len(cell) <= WHOLE for cell in row),
                "cells": [lines_of(cell, room) for cell, room in zip(row, rooms, strict=True)],
            }
            for row in rows
        ],
    }  # fmt: skip


def _form(columns: int) -> Form:
    if columns <= UPRIGHT:
        return Form.UPRIGHT
    return Form.TURNED if columns <= TURNED else Form.STACKED


def _shares(columns: Sequence[str], rows: Sequence[Sequence[str]], room: float) -> list[float]:
    """The width of each column: its longest word fits where it can, what is left goes to those with longer texts."""
    texts = [[name, *(row[at] for row in rows)] for at, name in enumerate(columns)]
    least = [MARGINS + max(NARROWEST, min(_longest_word(each), LONGEST_WORD)) for each in texts]
    left = room - sum(least)
    if left <= 0:
        return [room * each / sum(least) for each in least]
    longer = [max(_longest_text(each), 1.0) for each in texts]
    return [each + left * more / sum(longer) for each, more in zip(least, longer, strict=True)]


def _longest_word(texts: Sequence[str]) -> float:
    return max(longest_word(text) for text in texts)


def _longest_text(texts: Sequence[str]) -> float:
    """The root of the longest text's length: a text four times as long gets twice the width and takes twice the lines."""
    return float(max(_width(text[:LONGEST_TEXT]) for text in texts) ** 0.5)


def _width(text: str) -> int:
    """In halves of a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
