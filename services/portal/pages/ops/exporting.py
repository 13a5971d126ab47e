"""The operators' lists as files, where names are codes."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from fastapi import Response

from services.portal.tables.taking_along import TableFormat, at_once, table_file
from shared.contracts.documents.record import Record


def as_columns(record: Record) -> dict[str, object]:
    """A record as a row: its `id`, and all that stands in it."""
    return {**record.document, "id": record.document.get("_id")}


async def list_file(
    name: str, as_format: TableFormat, columns: Sequence[str], rows: Iterable[Mapping[str, object]]
) -> Response:
    """The rows to be saved under this name."""
    cells = [[row.get(column) for column in columns] for row in rows]
    return await table_file(name, as_format, columns, at_once(cells), to_be_opened=True)


async def batches_file(
    name: str, as_format: TableFormat, columns: Sequence[str], batches: AsyncIterator[Sequence[Record]]
) -> Response:
    """The same of records that are read some at a time, while they are sent."""
    return await table_file(name, as_format, columns, _cells(columns, batches), to_be_opened=True)


async def _cells(
    columns: Sequence[str], batches: AsyncIterator[Sequence[Record]]
) -> AsyncIterator[list[list[object]]]:
    async for records in batches:
        yield [[as_columns(each).get(column) for column in columns] for each in records]
