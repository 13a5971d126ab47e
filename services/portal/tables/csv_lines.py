"""A table as CSV that Excel reads as UTF-8."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from io import StringIO

from services.portal.tables.cells import harmless, spoken, whole_number

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
    cells = ([harmless(spoken(value)) for value in row] for row in rows)
    csv.writer(text).writerows([whole_number(each) for each in row] if to_be_opened else row for row in cells)
    return text.getvalue()
