"""What of a workbook can't be relied on is refused by name: the cell, the question, or the whole; nothing is guessed."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from services.portal.workbook.identity import SHEET
from services.portal.workbook.importing import Changes, save
from services.portal.workbook.layout import SheetColumn
from services.portal.workbook.reading import MOST_REFUSED
from shared.bilingual import Bilingual
from shared.contracts.questionnaires import Answer
from shared.contracts.replies import CaseAnswer
from shared.contracts.vocabulary import Stage, Status
from shared.runtime.errors import RequestRejected
from tests.workbooks import (
    ASKED,
    KINDS,
    a_question,
    a_questionnaire,
    edited,
    exported,
    fill_in,
    part_sheet,
    place_of,
    read_back,
)

Edit = Callable[[Workbook], object]


def refused(edit: Edit, answers: dict[str, Answer] | None = None) -> list[tuple[str, str]]:
    """The refusals, by question and code; both languages say something, and nothing else is changed."""
    changes = read_back(edited(exported(answers), edit), answers)
    assert changes.answers == {}
    assert all(each.message_zh and each.message_en for each in changes.refused)
    assert not {each.question for each in changes.refused} & set(changes.unchanged)
    return [(each.question, each.code) for each in changes.refused]


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("text", "=1+1", "formula"), ("long_text", '=HYPERLINK("http://x")', "formula"), ("number", "=1", "formula"),
        ("date", "=TODAY()", "formula"), ("yes_no", "=TRUE()", "formula"), ("choice", '=A1&""', "formula"),
        ("text", "#N/A", "error_value"), ("text", True, "wrong_type"),
        ("text", time(8, 30), "wrong_type"), ("text", 123456789012345678, "too_many_digits"), ("text", 1e21, "too_many_digits"),
        ("number", True, "wrong_type"), ("choice", True, "wrong_type"), ("yes_no", "×", "unknown_choice"),
        ("yes_no", "maybe", "unknown_choice"), ("yes_no", 1, "unknown_choice"),
        ("choice", "reared", "unknown_choice"), ("number", "1,5", "not_a_number"),
        ("number", "1.234,5", "not_a_number"), ("number", "1,234", "not_a_number"), ("number", "5 kg", "not_a_number"),
        ("number", "1_000", "not_a_number"),
        ("number", "١٢", "not_a_number"), ("number", "many", "not_a_number"), ("number", date(2024, 1, 1), "wrong_type"),
        ("date", "31.12.2024", "not_a_date"),
        ("date", "3/5/2024", "not_a_date"), ("date", "20240305", "not_a_date"),
        ("date", "2024-02-30", "not_a_date"), ("date", "2024-W05-1", "not_a_date"),
        ("date", datetime.fromisoformat("2024-01-01T12:00"), "not_a_date"),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_of_its_kind_is_refused(kind: str, typed: Any, code: str) -> None:
    assert refused(lambda book: fill_in(book, kind, typed)) == [(f"aquatic.{kind}", code)]


@pytest.mark.parametrize("kind", ["number", "text"])
@pytest.mark.parametrize("shown", ["0%", "0.00%", '#,##0.00 "€"', "# ?/?", "[h]:mm"])
def test_a_number_whose_format_gives_it_another_meaning_is_refused(kind: str, shown: str) -> None:
    def type_in(book: Workbook) -> None:
        fill_in(book, kind, 0.125)
        sheet, row = place_of(book, f"aquatic.{kind}")
        sheet.cell(row, SheetColumn.ANSWER).number_format = shown

    ((question, code),) = refused(type_in)
    assert question == f"aquatic.{kind}"
    assert code in ("formatted_number", "wrong_type")


def test_a_day_that_is_only_a_number_is_no_date() -> None:
    def type_in(book: Workbook) -> None:
        fill_in(book, "date", 45000)
        sheet, row = place_of(book, "aquatic.date")
        sheet.cell(row, SheetColumn.ANSWER).number_format = "General"

    assert refused(type_in) == [("aquatic.date", "not_a_date")]


def test_a_refusal_names_sheet_and_row() -> None:
    changes = read_back(edited(exported(), lambda book: fill_in(book, "number", "many")))
    (fault,) = changes.refused
    sheet, row = place_of(_book(exported()), "aquatic.number")
    assert (fault.sheet, fault.row) == (sheet.title, row)


def test_what_is_wrong_in_one_answer_does_not_hold_up_the_others() -> None:
    def type_in(book: Workbook) -> None:
        fill_in(book, "number", "many")
        fill_in(book, "text", "FAO 87")

    changes = read_back(edited(exported(), type_in))
    assert list(changes.answers) == ["aquatic.text"]
    assert [each.question for each in changes.refused] == ["aquatic.number"]


def _book(data: bytes) -> Workbook:
    found: list[Workbook] = []
    edited(data, found.append)
    return found[0]


def _delete(question: str, role: str = "answer", code: str = "") -> Edit:
    def edit(book: Workbook) -> None:
        sheet, row = place_of(book, question, role, code)
        sheet.delete_rows(row)

    return edit


def _write(question: str, column: int, text: Any, role: str = "answer", code: str = "") -> Edit:
    def edit(book: Workbook) -> None:
        sheet, row = place_of(book, question, role, code)
        sheet.cell(row, column).value = text

    return edit


def _copy_row(book: Workbook) -> None:
    sheet, row = place_of(book, "aquatic.text")
    sheet.append([cell.value for cell in sheet[row]])


def _shift_answers(book: Workbook) -> None:
    """Sort everything but the hidden column: the questions move, the keys stay."""
    sheet, row = place_of(book, "aquatic.text")
    for column in range(2, 9):
        above, below = sheet.cell(row, column), sheet.cell(row + 1, column)
        above.value, below.value = below.value, above.value


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (_delete("aquatic.text"), [("aquatic.text", "row_missing")]),
        (_delete("aquatic.choices", "choice", "wild"), [("aquatic.choices", "row_missing")]),
        (_delete("aquatic.table", "columns"), [("aquatic.table", "row_missing")]),
        (_delete("aquatic.file", "head"), [("aquatic.file", "row_missing")]),
        (_copy_row, [("aquatic.text", "row_twice")]),
        (_shift_answers, [("aquatic.text", "row_changed"), ("aquatic.long_text", "row_changed")]),
        (_write("aquatic.text", SheetColumn.QUESTION, "another question"), [("aquatic.text", "row_changed")]),
        (_write("aquatic.table", SheetColumn.ANSWER, "Output", "columns"), [("aquatic.table", "row_changed")]),
        (_write("aquatic.table", SheetColumn.ANSWER, "2024", "head"), [("aquatic.table", "row_changed")]),
        (_write("aquatic.text", SheetColumn.FILES + 1, "more"), [("aquatic.text", "cell_outside")]),
        (_write("aquatic.table", SheetColumn.NUMBER, "more", "row"), [("aquatic.table", "cell_outside")]),
        (_write("aquatic.table", SheetColumn.ANSWER + 2, "more", "row"), [("aquatic.table", "cell_outside")]),
        (_write("aquatic.choices", SheetColumn.NOTE, "more", "choice", "wild"), [("aquatic.choices", "cell_outside")]),
        (
            _write("aquatic.text", SheetColumn.KEY, "aquatic.other|answer|"),
            [("", "row_unknown"), ("aquatic.text", "row_missing")],
        ),
        (_write("aquatic.text", SheetColumn.KEY, 7), [("", "row_unknown"), ("aquatic.text", "row_missing")]),
        (
            _write("aquatic.text", SheetColumn.KEY, "aquatic.number|answer|"),
            [("aquatic.text", "row_missing"), ("aquatic.number", "row_changed")],
        ),
    ],
)  # fmt: skip
def test_rows_that_were_moved_deleted_or_changed_are_refused_by_name(
    edit: Edit, codes: list[tuple[str, str]]
) -> None:
    assert refused(edit) == codes


def test_a_row_without_a_key_belongs_to_nothing_but_a_table() -> None:
    def insert(book: Workbook) -> None:
        sheet, row = place_of(book, "aquatic.number")
        sheet.insert_rows(row + 1)
        sheet.cell(row + 1, SheetColumn.ANSWER).value = "13"

    assert refused(insert) == [("", "row_unknown")]


def test_in_a_sorted_sheet_a_row_without_a_key_is_nobodys() -> None:
    def sort(book: Workbook) -> None:
        sheet, row = place_of(book, "aquatic.text")
        text = [cell.value for cell in sheet[row]]
        sheet.delete_rows(row)
        sheet.append(text)
        table, first = place_of(book, "aquatic.table", "row")
        table.insert_rows(first + 1)
        table.cell(first + 1, SheetColumn.ANSWER).value = "2024"

    assert refused(sort) == [("", "row_unknown")]


def test_a_sheet_that_was_deleted_leaves_its_answers_as_they_are() -> None:
    def delete(book: Workbook) -> None:
        book.remove(part_sheet(book))

    answers = {"aquatic.text": Answer(value="x", version=1)}
    assert refused(delete, answers) == [(f"aquatic.{kind}", "row_missing") for kind in KINDS]


@pytest.mark.parametrize("column", [SheetColumn.NUMBER, SheetColumn.ANSWER, SheetColumn.KEY])
def test_a_sheet_with_an_inserted_column_is_not_read(column: int) -> None:
    def insert(book: Workbook) -> None:
        part_sheet(book).insert_cols(column)

    expected = "row_missing" if column == SheetColumn.KEY else "sheet_changed"
    assert refused(insert) == [(f"aquatic.{kind}", expected) for kind in KINDS]


def _hidden(text: str) -> Edit:
    def edit(book: Workbook) -> None:
        book[SHEET]["A1"].value = text

    return edit


def _flood(book: Workbook) -> None:
    for _ in range(MOST_REFUSED + 1):
        part_sheet(book).append(["?", "x"])


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda book: book.remove(book[SHEET]), "not_our_workbook"),
        (lambda book: book[SHEET].delete_rows(1), "workbook_damaged"),
        (lambda book: book[SHEET].delete_rows(2), "workbook_damaged"),
        (_hidden('{"format": "fas-workbook-1"}'), "workbook_damaged"),
        (_hidden("=1+1"), "workbook_damaged"),
        (_flood, "workbook_damaged"),
    ],
)  # fmt: skip
def test_a_workbook_that_does_not_say_what_it_is_is_refused_whole(edit: Edit, code: str) -> None:
    data = edited(exported(), edit)
    assert _refusal(lambda: read_back(data)).code == code


def test_a_workbook_of_another_case_is_refused_whole() -> None:
    refusal = _refusal(lambda: read_back(exported(case_no="202511000000099999")))
    assert refusal.code == "workbook_of_another_case"
    assert refusal.errors[0]["field"] == "file"


@pytest.mark.parametrize(
    "asked",
    [
        (a_questionnaire(a_question("text"), version=2),),
        (*ASKED, a_questionnaire(code="meat")),
        (),
    ],
)  # fmt: skip
def test_a_workbook_of_other_questionnaires_is_refused_whole(asked: tuple[Any, ...]) -> None:
    assert _refusal(lambda: read_back(exported(), asked=asked)).code == "workbook_outdated"


def _refusal(work: Callable[[], object]) -> RequestRejected:
    with pytest.raises(RequestRejected) as caught:
        work()
    assert caught.value.status == 422
    assert caught.value.errors[0]["message_zh"]
    assert caught.value.errors[0]["message_en"]
    return caught.value


def _changes(*names: str) -> Changes:
    answers = {f"aquatic.{name}": Answer(value="x") for name in names}
    return Changes(answers, [], [], dict.fromkeys(answers, ("1", 3)))


SAVED = CaseAnswer(id="1", case_no=None, stage=Stage.QUESTIONNAIRE, status=Status.DRAFT)


async def test_what_the_service_refuses_is_reported_and_the_rest_is_saved() -> None:
    asked: list[set[str]] = []

    async def service(answers: dict[str, Answer]) -> CaseAnswer:
        asked.append(set(answers))
        wrong = min(answers)
        if len(asked) < 3:
            prompt = {
                "field": wrong,
                "code": "version_conflict",
                "message_zh": "已修改",
                "message_en": "changed",
            }
            raise RequestRejected("version_conflict", Bilingual("已修改", "changed"), [prompt])
        return SAVED

    changes = _changes("a", "b", "c")
    assert await save(changes, service) == SAVED
    assert [len(each) for each in asked] == [3, 2, 1]
    assert list(changes.answers) == ["aquatic.c"]
    assert [(each.question, each.sheet, each.row) for each in changes.refused] == [
        ("aquatic.a", "1", 3),
        ("aquatic.b", "1", 3),
    ]


async def test_nothing_is_asked_of_the_service_where_nothing_was_changed() -> None:
    async def service(answers: dict[str, Answer]) -> CaseAnswer:
        raise AssertionError(answers)

    assert await save(_changes(), service) is None


async def test_a_refusal_of_the_whole_stays_one() -> None:
    async def service(answers: dict[str, Answer]) -> CaseAnswer:
        raise RequestRejected("not_editable", Bilingual("已关闭", "closed"))

    with pytest.raises(RequestRejected, match="closed"):
        await save(_changes("a"), service)
