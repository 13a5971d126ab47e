"""A file that is not a workbook, or is made to harm, is refused in bounded time, whatever it does to the libraries."""

import asyncio
import io
import os
import time
import zipfile
from collections.abc import Callable

import pytest

from services.portal.workbook import grid, opening
from services.portal.workbook.opening import open_workbook
from shared.runtime.errors import RequestRejected
from tests.workbooks import exported

SHEET = "xl/worksheets/sheet2.xml"
Entries = dict[str, bytes]


def entries_of(data: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(entries: Entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_entry(name: str, change: Callable[[bytes], bytes]) -> bytes:
    entries = entries_of(exported())
    entries[name] = change(entries[name])
    return packed(entries)


def with_strings(doctype: bytes, text: bytes) -> Entries:
    """The entries of a workbook with one shared string, as Excel writes them."""
    entries = entries_of(exported())
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/>'
    entries["[Content_Types].xml"] = _into(b"</Types>", part)(entries["[Content_Types].xml"])
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    entries["xl/sharedStrings.xml"] = (
        doctype + b'<sst xmlns="' + space + b'"><si><t>' + text + b"</t></si></sst>"
    )
    return entries


def _doctype(inner: str) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        start = xml.index(b"<worksheet")
        return (
            b"<?xml version='1.0'?><!DOCTYPE worksheet ["
            + inner.encode()
            + b"]>"
            + xml[start:].replace(
                b"</sheetData>",
                b'<row r="900"><c r="A900" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData>',
            )
        )

    return change


LAUGHS = (
    '<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghie", strict=True)
        if name != "e"
    )
    + '<!ENTITY e "&i;">'
)
FORMATS = b"".join(
    b'<numFmt numFmtId="%d" formatCode="%s"/>' % (number, b"[" * 15_000) for number in range(200, 260)
)
XFS = b"".join(b'<xf numFmtId="%d"/>' % number for number in range(200, 260)) * 100


def _into(mark: bytes, inserted: bytes) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        assert mark in xml
        return xml.replace(mark, inserted + mark, 1)

    return change


def _forged_sizes() -> bytes:
    """An archive whose directory says that a bomb is small."""
    data = bytearray(packed(entries_of(exported()) | {"xl/bomb.xml": b" " * 80_000_000}))
    start = data.rindex(b"xl/bomb.xml") - 46
    data[start + 24 : start + 28] = (10).to_bytes(4, "little")
    return bytes(data)


REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "noise": lambda: os.urandom(4096),
    "a PDF": lambda: b"%PDF-1.7\n",
    "HTML named .xlsx": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
    "an old .xls": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096),
    "a signature alone": lambda: b"PK\x03\x04",
    "a zip of something else": lambda: packed({"letter.txt": b"hello"}),
    "a truncated workbook": lambda: exported()[:-300],
    "a sheet that is no XML": lambda: with_entry(SHEET, lambda xml: xml[:500]),
    "a shared string that is not there": lambda: with_entry(
        SHEET, _into(b"</sheetData>", b'<row r="900"><c r="B900" t="s"><v>7</v></c></row>')
    ),
    "an external entity": lambda: with_entry(SHEET, _doctype('<!ENTITY e SYSTEM "file:///etc/passwd">')),
    "an external entity in the strings": lambda: packed(
        with_strings(b'<!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/passwd">]>', b"&e;")
    ),
    "a billion laughs": lambda: with_entry(SHEET, _doctype(LAUGHS)),
    "a bomb of zeros": lambda: packed(entries_of(exported()) | {"xl/media/image1.png": bytes(100_000_000)}),
    "a bomb within the sizes, by ratio": lambda: packed({"[Content_Types].xml": bytes(30_000_000)}),
    "thousands of files": lambda: packed({f"xl/{number}.xml": b"" for number in range(5_000)}),
    "formats that take a parser for ever": lambda: with_entry(
        "xl/styles.xml", lambda xml: _into(b"</numFmts>", FORMATS)(_into(b"</cellXfs>", XFS)(xml))
    ),
    "a row beyond every sheet": lambda: with_entry(
        SHEET, _into(b"</sheetData>", b'<row r="99999999999"><c r="A9" t="n"><v>1</v></c></row>')
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "COMPUTING_SECONDS", 2)


@pytest.mark.parametrize("name", REFUSED)
async def test_a_hostile_file_is_refused_in_bounded_time(name: str) -> None:
    data = REFUSED[name]()
    begun = time.monotonic()
    with pytest.raises(RequestRejected) as caught:
        await open_workbook(data)
    assert caught.value.status == 422
    assert caught.value.code in ("not_a_workbook", "workbook_too_big")
    assert time.monotonic() - begun < opening.SECONDS + 5


async def test_a_forged_size_gives_no_more_than_it_says() -> None:
    sheets = await open_workbook(_forged_sizes())
    assert sheets[-1].name == "_fas"


async def test_many_rows_are_told_or_refused_but_never_hold_up_the_portal() -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (number, number) for number in range(1, 400_000)
    )
    data = with_entry(SHEET, _into(b"</sheetData>", rows))
    begun, turns = time.monotonic(), 0
    work = asyncio.ensure_future(_outcome(data))
    while not work.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert await work in ("told", "workbook_too_big", "not_a_workbook")
    assert turns > 100
    assert time.monotonic() - begun < opening.SECONDS + 5


async def _outcome(data: bytes) -> str:
    try:
        await open_workbook(data)
    except RequestRejected as refusal:
        return refusal.code
    return "told"


async def test_a_text_told_a_million_times_is_too_big() -> None:
    entries = with_strings(b"", b"x" * 30_000)
    cells = b"".join(b'<row r="%d"><c r="B%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(900, 6_000))
    entries[SHEET] = _into(b"</sheetData>", cells)(entries[SHEET])
    with pytest.raises(RequestRejected) as caught:
        await open_workbook(packed(entries))
    assert caught.value.code == "workbook_too_big"


async def test_the_reading_process_is_ended_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SECONDS", 0.05)
    with pytest.raises(RequestRejected) as caught:
        await open_workbook(exported())
    assert caught.value.code == "not_a_workbook"


def test_a_declared_extent_does_not_cut_cells_off() -> None:
    data = with_entry(SHEET, lambda xml: xml.replace(b"<dimension", b'<dimension ref="A1:B2"/><ignored', 1))
    assert [len(sheet["cells"]) for sheet in grid.cells_of(data)] == [
        len(sheet["cells"]) for sheet in grid.cells_of(exported())
    ]
