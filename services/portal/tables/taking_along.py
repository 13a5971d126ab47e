"""A list as a file to be saved."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial

from fastapi.responses import StreamingResponse

from services.portal.tables.csv_lines import csv_lines
from services.portal.tables.xlsx_parts import xlsx_parts

Rows = Sequence[Sequence[object]]


class TableFormat(StrEnum):
    """In which format a list is taken along: the end of its address, and of the file's name."""

    CSV = "csv"
    XLSX = "xlsx"


_MEDIA_TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def table_file(
    name: str,
    as_format: TableFormat,
    columns: Sequence[str],
    batches: AsyncIterator[Rows],
    *,
    to_be_opened: bool = False,
) -> StreamingResponse:
    """The list under this name, sent while it is read; an error before its first rows is told as any other.

    `to_be_opened` by a spreadsheet: CSV then says of long numbers that they are texts, by a tab before them.
    """
    try:
        rows = _with(await anext(batches), batches)
    except StopAsyncIteration:
        rows = at_once(())
    csv = partial(csv_lines, to_be_opened=to_be_opened)
    sent = xlsx_parts(name, columns, rows) if as_format is TableFormat.XLSX else csv(columns, rows)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{as_format}"', "Cache-Control": "private, no-store",
    }  # fmt: skip
    return StreamingResponse(sent, media_type=_MEDIA_TYPES[as_format], headers=headers)


async def file_of[Row](
    name: str,
    as_format: TableFormat,
    columns: Mapping[str, Callable[[Row], object]],
    batches: AsyncIterator[Sequence[Row]],
) -> StreamingResponse:
    """The same of things as they come, for people who open it: `columns` are the headings, with what each says of a thing."""
    return await table_file(name, as_format, [*columns], _told(columns, batches), to_be_opened=True)


async def _told[Row](
    columns: Mapping[str, Callable[[Row], object]], batches: AsyncIterator[Sequence[Row]]
) -> AsyncIterator[Rows]:
    async for found in batches:
        yield [[tell(each) for tell in columns.values()] for each in found]


async def _with(first: Rows, others: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    yield first
    async for rows in others:
        yield rows


async def at_once[Row](rows: Sequence[Row]) -> AsyncIterator[Sequence[Row]]:
    """Rows that are known already, as batches."""
    yield rows
