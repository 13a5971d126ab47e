"""Reads an .xlsx from standard input and writes its plain cells to standard output as JSON; a program of its own.

It runs apart from the portal with a limit on its time and memory, because what it reads comes from outside: whatever a
file makes the libraries do ends with this process. It imports nothing of the project, evaluates no formula and
follows no link. The exit status is 0, or one of the two below; anything else means that the file can't be read.
"""

import io
import json
import math
import os
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, TypedDict

MEMORY_BYTES = 768 * 1024 * 1024
UNPACKED_BYTES = 64 * 1024 * 1024
UNPACKED_RATIO = 200
"""A workbook of ours unpacks to about 10 times its size, one of empty formatted rows to about 50 times."""
SMALL_BYTES = 1024 * 1024
PACKED_FILES = 500
TOLD_CHARACTERS = 32 * 1024 * 1024
"""Characters of all cells together that are written out: a file may name one long text in a million cells."""
NOT_A_WORKBOOK, TOO_BIG = 3, 4
EAST_ASIAN_DATES = {27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58}
EAST_ASIAN_TIMES = {32, 33, 34, 35, 55, 56}
"""Formats that Excel and WPS number in Chinese, Japanese and Korean without writing them out (ECMA-376, 18.8.30)."""
_NO_VALUES = {"f": "formula", "e": "error"}
Cell = list[Any]
"""Row, column, type (text, number, boolean, date, formula, error, other) and value; a number has its format too."""


class SheetCells(TypedDict):
    """A sheet: its name, and every cell that is not empty."""

    name: str
    cells: list[Cell]


class TooBig(Exception):
    """The archive is more than a workbook needs."""


def cells_of(data: bytes) -> list[SheetCells]:
    """The sheets in order. Raises anything for a file that is none."""
    from openpyxl import load_workbook

    _insist_on_size(data)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    return [{"name": sheet.title, "cells": list(_cells(sheet, book.epoch))} for sheet in book.worksheets]


def _insist_on_size(data: bytes) -> None:
    """Raise TooBig by the sizes in the archive's directory: zipfile unpacks no more of an entry than that says."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = archive.infolist()
    unpacked = sum(file.file_size for file in files)
    allowed = min(UNPACKED_BYTES, max(SMALL_BYTES, UNPACKED_RATIO * len(data)))
    if len(files) > PACKED_FILES or unpacked > allowed:
        raise TooBig


def _cells(sheet: Any, epoch: datetime) -> Iterator[Cell]:
    sheet.reset_dimensions()  # what a file says of its own extent may be wrong, and would cut cells off
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                kind, value = _typed(cell, epoch)
                shown = [cell.number_format] if kind == "number" else []
                yield [cell.row, cell.column, kind, value, *shown]


def _typed(cell: Any, epoch: datetime) -> tuple[str, object]:
    value = _dated(cell, epoch)
    if cell.data_type in _NO_VALUES:
        return _NO_VALUES[cell.data_type], ""
    if isinstance(value, str):
        return "text", value
    if isinstance(value, datetime | date):
        return "date", value.isoformat()
    if isinstance(value, bool):
        return "boolean", str(value).upper()
    if isinstance(value, int | float) and _finite(value):
        return "number", value
    return "other", ""


def _dated(cell: Any, epoch: datetime) -> object:
    """The value, a date where it is shown as one in East Asia: openpyxl takes it for a number."""
    value = cell.value
    shown = cell.style_array.numFmtId if cell.data_type == "n" and not isinstance(value, bool) else 0
    if shown in EAST_ASIAN_TIMES:
        return time()
    if shown not in EAST_ASIAN_DATES or not isinstance(value, int | float):
        return value
    from openpyxl.utils.datetime import from_excel

    return from_excel(value, epoch)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _insist_on_defused_xml() -> None:
    """Have openpyxl parse with defusedxml, which refuses entities and external references, and not with lxml."""
    os.environ |= {"OPENPYXL_LXML": "False", "OPENPYXL_DEFUSEDXML": "True"}
    from openpyxl import xml

    if xml.LXML or not xml.DEFUSEDXML:
        raise RuntimeError("openpyxl does not parse with defusedxml")


def main(seconds: int) -> int:
    """Read, within `seconds` of computing and the limits above; the status says why not."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _insist_on_defused_xml()
    try:
        told = json.dumps(cells_of(sys.stdin.buffer.read()))
        if len(told) > TOLD_CHARACTERS:
            return TOO_BIG
    except TooBig:
        return TOO_BIG
    except Exception:  # the libraries raise almost anything for a file that is not what it says
        return NOT_A_WORKBOOK
    sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
