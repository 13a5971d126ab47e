"""A table as CSV that Excel reads as UTF-8."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from io import StringIO

from services.portal.tables.cells import harmless, spoken

_BOM = "\ufeff"


async def csv_lines(
    columns: Sequence[str], batches: AsyncIterator[Sequence[Sequence[object]]]
) -> AsyncIterator[bytes]:
    """The heading, then the rows as they come, some at a time."""
    yield (_BOM + _lines([columns])).encode()
    async for rows in batches:
        yield _lines(rows).encode()


def _lines(rows: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([harmless(spoken(value)) for value in row] for row in rows)
    return text.getvalue()
