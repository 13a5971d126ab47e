"""A table as a workbook of one sheet, packed while its rows come.

The libraries that write workbooks hold one whole, or write it to a disk first; a sheet of plain cells is a page of XML
(ECMA-376 part 1: SpreadsheetML, texts within their cells).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from services.portal.tables.cells import harmless, spoken
from shared.contracts.texts import UNWRITABLE
from shared.contracts.times import CHINA

LONGEST = 32_767
"""Characters: what Excel takes in one cell."""
_WIDEST, _WIDTH = 60, 18
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_PLAIN, _MOMENT, _HEADING = range(3)
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What Excel would read as an escaped character."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STILL = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
        '<xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}  # fmt: skip


class _Sink:
    """Takes what the archive writes until it is sent on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep some bytes."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What has come since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


async def xlsx_parts(
    title: str, columns: Sequence[str], batches: AsyncIterator[Sequence[Sequence[object]]]
) -> AsyncIterator[bytes]:
    """The bytes of the workbook, as far as they are known after each batch of rows. Moments are Beijing's."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # a stream without places
        for name, xml in (_STILL | {"xl/workbook.xml": _workbook(title)}).items():
            archive.writestr(name, _HEAD + xml)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write((_HEAD + _sheet_begins(columns)).encode())
            sheet.write(_rows([columns], _HEADING))
            yield sink.taken()
            async for rows in batches:
                sheet.write(await asyncio.to_thread(_rows, rows))
                yield sink.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.taken()


def _workbook(title: str) -> str:
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(title[:31])} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet_begins(columns: Sequence[str]) -> str:
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{min(max(len(name) + 4, _WIDTH), _WIDEST)}" customWidth="1"/>'
        for at, name in enumerate(columns, 1)
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>"
    )


def _rows(rows: Iterable[Sequence[object]], style: int = _PLAIN) -> bytes:
    return "".join(f"<row>{''.join(_cells(row, style))}</row>" for row in rows).encode()


def _cells(row: Sequence[object], style: int) -> Iterator[str]:
    for value in row:
        match value:
            case datetime():
                days = (value.astimezone(CHINA).replace(tzinfo=UTC) - _DAY_ZERO).total_seconds() / 86_400
                yield f'<c s="{_MOMENT}"><v>{days:.10f}</v></c>'
            case int() if not isinstance(value, bool):
                yield f'<c s="{style}"><v>{value}</v></c>'
            case _:
                yield f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(spoken(value))}</t></is></c>'


def _text(value: str) -> str:
    cut = harmless(UNWRITABLE.sub("\ufffd", value))
    cut = cut if len(cut) <= LONGEST else cut[: LONGEST - 1] + "…"
    return escape(_ESCAPED.sub("_x005F_", cut))
