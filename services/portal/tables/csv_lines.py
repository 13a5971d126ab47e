"""A table as CSV that Excel reads as UTF-8."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from io import StringIO

from services.portal.tables.cells import harmless, on_pages, spoken, whole_number

_BOM = "\ufeff"


async def csv_lines(
    columns: Sequence[str], batches: AsyncIterator[Sequence[Sequence[object]]], *, to_be_opened: bool = False
) -> AsyncIterator[bytes]:
    """The heading, then the rows as they come, some at a time; `to_be_opened` by a spreadsheet rather than read by a program."""
    yield (_BOM + _lines([columns], to_be_opened)).encode()
    async for rows in batches:
        yield _lines(rows, to_be_opened).encode()


def _lines(rows: Iterable[Sequence[object]], to_be_opened: bool) -> str:
    text = StringIO()
    cell = _opened if to_be_opened else _read
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def _opened(value: object) -> str:
    """What a person sees in a spreadsheet: moments as the pages and the workbook have them."""
    return whole_number(harmless(on_pages(value) if isinstance(value, datetime) else spoken(value)))


def _read(value: object) -> str:
    return harmless(spoken(value))
