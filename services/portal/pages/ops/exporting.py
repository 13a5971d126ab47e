"""Tables as CSV that a spreadsheet opens without running anything in it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import StringIO

from fastapi import Response

from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.documents.people import AuditEntry

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"
"""So that Excel reads it as UTF-8."""


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """A heading and a line for each row; what a spreadsheet would take for a formula gets a quotation mark before it."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return _BOM + text.getvalue()


def as_columns(record: ReceiptEntry | AuditEntry) -> dict[str, object]:
    """A record as a row: its `id`, and all that stands in it."""
    return {**record.document, "id": record.id}


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Response:
    """To be saved under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(as_csv(columns, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> str:
    shown = (
        value.isoformat(timespec="milliseconds")
        if isinstance(value, datetime)
        else ""
        if value is None
        else str(value)
    )
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
