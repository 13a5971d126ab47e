"""Lists as files: what a spreadsheet opens, and what it must not run."""

import csv
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from services.portal.tables.taking_along import Rows, TableFormat, at_once, table_file
from services.portal.tables.xlsx_parts import LONGEST

AT = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
RUN = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠x", '=HYPERLINK("http://x")']
BOTH = pytest.mark.parametrize("as_format", list(TableFormat))


async def taken(
    as_format: TableFormat, rows: Sequence[Sequence[object]], columns: Sequence[str] = ("a", "b"), **how: bool
) -> bytes:
    answer = await table_file("list", as_format, columns, at_once(rows), **how)
    return b"".join([bytes(part) async for part in answer.body_iterator])  # type: ignore[arg-type]


def read(as_format: TableFormat, content: bytes) -> list[list[Any]]:
    if as_format is TableFormat.CSV:
        assert content.startswith(b"\xef\xbb\xbf"), "so that Excel reads Chinese"
        return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    (sheet,) = load_workbook(BytesIO(content)).worksheets
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@BOTH
@pytest.mark.parametrize("text", RUN)
async def test_a_spreadsheet_runs_nothing(as_format: TableFormat, text: str) -> None:
    _heading, (first, second) = read(as_format, await taken(as_format, [[text, "a" + text]]))

    assert first.replace("\r", "\n") == f"'{text}".replace("\r", "\n")
    assert second[0] == "a"


@BOTH
async def test_texts_come_back_as_they_were(as_format: TableFormat) -> None:
    texts = ['新西兰 «Grass-fed», "quoted"', "two\nlines", " spaced ", "<&>", "👩‍🌾", ""]

    heading, *rows = read(as_format, await taken(as_format, [[each, 1] for each in texts], ("列 <1>", "n")))

    assert heading == ["列 <1>", "n"]
    assert [row[0] or "" for row in rows] == texts


async def test_moments_are_dates_of_beijing_in_a_workbook_and_iso_8601_in_csv() -> None:
    shown = read(TableFormat.XLSX, await taken(TableFormat.XLSX, [[AT, None]]))[1][0]
    assert shown.isoformat(timespec="seconds") == "2026-11-29T07:30:00"
    assert read(TableFormat.CSV, await taken(TableFormat.CSV, [[AT, None]]))[1] == [
        "2026-11-28T23:30:00.000+00:00",
        "",
    ]


async def test_moments_are_those_of_the_page_in_csv_that_a_person_opens() -> None:
    opened = await taken(TableFormat.CSV, [[AT, None]], to_be_opened=True)
    assert read(TableFormat.CSV, opened)[1] == ["2026-11-29 07:30:00", ""]


async def test_what_excel_would_read_as_an_escape_stays_what_it_is() -> None:
    content = await taken(TableFormat.XLSX, [["_x000D_", ""]])
    assert b">_x005F_x000D_<" in ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")


async def test_a_workbook_bears_what_xml_does_not_and_cuts_what_excel_does_not() -> None:
    _heading, (first, second) = read(
        TableFormat.XLSX, await taken(TableFormat.XLSX, [["a\x00\x0bb", "x" * 40_000]])
    )

    assert first == "a\ufffd\ufffdb"
    assert len(second) == LONGEST
    assert second.endswith("…")


@BOTH
async def test_an_empty_list_is_its_heading(as_format: TableFormat) -> None:
    async def nothing() -> AsyncIterator[Rows]:
        for rows in list[Rows]():
            yield rows

    answer = await table_file("list", as_format, ("a", "b"), nothing())

    content = b"".join([bytes(part) async for part in answer.body_iterator])  # type: ignore[arg-type]
    assert read(as_format, content) == [["a", "b"]]


@BOTH
async def test_a_long_list_takes_no_more_memory_than_a_batch_of_it(as_format: TableFormat) -> None:
    async def many() -> AsyncIterator[Rows]:
        for batch in range(20):
            yield [[f"{batch}-{row}", f"{row} overview " * 200] for row in range(500)]

    answer = await table_file("list", as_format, ("a", "b"), many())
    tracemalloc.start()
    size = 0
    async for part in answer.body_iterator:
        size += len(part)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 100_000
    assert most < 12 * 2**20, "the whole is 26 MB"


async def test_a_case_number_is_a_text_for_excel_and_itself_for_a_program() -> None:
    number, rows = "202611000000025267", [["202611000000025267", "123", "1" * 15]]

    opened = read(TableFormat.CSV, await taken(TableFormat.CSV, rows, to_be_opened=True))[1]

    assert opened == [f"\t{number}", "123", "1" * 15]
    assert read(TableFormat.CSV, await taken(TableFormat.CSV, rows))[1][0] == number
    assert read(TableFormat.XLSX, await taken(TableFormat.XLSX, rows, to_be_opened=True))[1][0] == number
