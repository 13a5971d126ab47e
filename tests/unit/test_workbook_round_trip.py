"""What leaves in a workbook comes back as it left; what an officer fills in comes back as they meant it."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from services.portal.workbook.content import Content, content_of
from services.portal.workbook.exporting import export
from services.portal.workbook.importing import changes_in
from services.portal.workbook.layout import SheetColumn
from services.portal.workbook.opening import open_workbook
from services.portal.workbook.reading import answers_in
from services.questionnaire.catalogue import for_case, load
from services.questionnaire.checks import check_answer
from shared.contracts.questionnaires import Answer
from shared.contracts.texts import UNWRITABLE
from shared.contracts.vocabulary import Stage
from tests.workbooks import (
    ASKED,
    AT,
    CHOICES,
    QUESTIONS,
    a_case,
    as_excel_saves,
    edited,
    exported,
    fill_in,
    part_sheet,
    place_of,
    read_back,
    sheets_in,
)

WRITABLE = st.characters(exclude_categories=["Cs"]).filter(lambda one: not UNWRITABLE.match(one))
TEXT = st.text(WRITABLE, max_size=60) | st.sampled_from(
    [
        "=1+1",
        "+A1",
        "-1",
        "@SUM(A1)",
        "_x0041_",
        "_x005F_x0041_",
        " a ",
        "a\r\nb\rc",
        "\t",
        "𠮷",
        "TRUE",
        "1e5",
    ]
)
CODES = [choice.code for choice in CHOICES]
ROW = st.fixed_dictionaries({}, optional={"year": TEXT, "output": TEXT})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT, "long_text": TEXT, "yes_no": st.sampled_from(["yes", "no"]), "choice": st.sampled_from(CODES),
    "choices": st.lists(st.sampled_from(CODES), unique=True).map(tuple),
    "number": st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15), "date": st.dates().map(date.isoformat),
    "table": st.lists(ROW, max_size=4).map(tuple), "file": st.none(),
}  # fmt: skip
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        f"aquatic.{kind}": st.builds(Answer, value=st.none() | value, note=TEXT, version=st.integers(1, 9))
        for kind, value in VALUES.items()
    },
)


def fits(content: Content) -> bool:
    """Whether the workbook carries an answer: not one that speaks of Excel's own escapes."""
    return not any(escape in str((content.value, content.note)) for escape in ("x005F_", "_x000D_"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANSWERS)
def test_a_workbook_that_was_left_alone_changes_nothing(answers: dict[str, Answer]) -> None:
    assert all(not check_answer(QUESTIONS[question], answer) for question, answer in answers.items())
    data = exported(answers)
    for now in (data, edited(data, lambda book: None), as_excel_saves(data)):
        changes = read_back(now, answers)
        assert (changes.answers, changes.refused) == ({}, [])
        assert changes.unchanged == list(QUESTIONS)
        told = answers_in(sheets_in(now), ASKED).contents
        left = {
            name: content_of(question, answers.get(name, Answer())) for name, question in QUESTIONS.items()
        }
        assert told == {name: content for name, content in left.items() if fits(content)}


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        ("text", "FAO 87", "FAO 87"), ("text", 2024, "2024"), ("text", 12.5, "12.5"), ("text", "a\nb", "a\nb"),
        ("text", datetime.fromisoformat("2024-02-29"), "2024-02-29"),
        ("text", datetime.fromisoformat("2024-02-29T08:30"), "2024-02-29 08:30:00"),
        ("long_text", "长" * 20_000, "长" * 20_000),
        ("yes_no", "是 Yes", "yes"), ("yes_no", " no ", "no"), ("yes_no", "是", "yes"),
        ("yes_no", True, "yes"), ("yes_no", False, "no"), ("yes_no", "Y", "yes"), ("yes_no", "n", "no"), ("yes_no", "√", "yes"),
        ("yes_no", "TRUE", "yes"),
        ("text", 0.00005, "0.00005"), ("text", 1e-7, "0.0000001"), ("text", 99999999999.5, "99999999999.5"),
        ("text", 123456789012345, "123456789012345"), ("text", "Cafe\u0301", "Café"), ("text", "one_x000B_two", "one\ntwo"),
        ("number", "１２．５", 12.5), ("number", "1,234.5", 1234.5), ("number", "1,234,567", 1234567),
        ("number", "\u22123\u00a0", -3), ("number", 0.00005, 0.00005),
        ("date", "2024/3/5", "2024-03-05"), ("date", "2024-3-5", "2024-03-05"), ("date", "2024年3月5日", "2024-03-05"),
        ("date", "2024.3.5", "2024-03-05"), ("date", "2024-03-05 00:00:00", "2024-03-05"),
        ("choice", "养殖 Farmed", "farmed"), ("choice", "wild", "wild"), ("choice", "养殖, 野生", "both"),
        ("choices", ["wild", "farmed"], ("farmed", "wild")), ("number", 12, 12), ("number", 12.0, 12), ("number", -0.5, -0.5),
        ("number", " 12.5 ", 12.5), ("number", 0, 0), ("date", date(2024, 2, 29), "2024-02-29"),
        ("date", datetime.fromisoformat("2024-02-29"), "2024-02-29"),
        ("date", "2024-02-29", "2024-02-29"), ("date", "1899-12-31", "1899-12-31"),
        ("table", [["2023", "12"], ["2024"]], ({"year": "2023", "output": "12"}, {"year": "2024"})),
        ("table", [[], [2024, 7.5]], ({"year": "2024", "output": "7.5"},)),
        ("table", [[2024, 0.00005]], ({"year": "2024", "output": "0.00005"},)),
    ],
)  # fmt: skip
def test_what_is_filled_in_is_taken_over_the_version_that_was_exported(
    kind: str, typed: Any, meant: Any
) -> None:
    question = f"aquatic.{kind}"
    before = {question: Answer(note="old", attachments=("f1",), version=3)}
    data = edited(exported(before), lambda book: fill_in(book, kind, typed, "new"))
    changes = read_back(data, before)
    assert changes.refused == []
    assert changes.answers == {question: Answer(value=meant, note="new", attachments=("f1",), version=3)}
    assert check_answer(QUESTIONS[question], changes.answers[question]) == []


def test_emptied_cells_clear_the_answer_and_keep_its_files() -> None:
    before = {
        "aquatic.text": Answer(value="x", note="y", attachments=("f1",), version=2),
        "aquatic.table": Answer(value=({"year": "2024"},), version=1),
        "aquatic.choices": Answer(value=("wild",), version=1),
    }

    def empty(book: Workbook) -> None:
        fill_in(book, "text", None, "")
        fill_in(book, "table", [[None]])
        sheet, row = place_of(book, "aquatic.choices", "choice", "wild")
        sheet.cell(row, SheetColumn.ANSWER).value = None

    changes = read_back(edited(exported(before), empty), before)
    assert changes.refused == []
    assert changes.answers == {
        name: Answer(attachments=answer.attachments, version=answer.version)
        for name, answer in before.items()
    }


def test_an_answer_that_changed_in_the_portal_is_left_alone_where_the_workbook_does_not_speak_of_it() -> None:
    exported_then = {"aquatic.text": Answer(value="then", version=1)}
    now = {"aquatic.text": Answer(value="now", version=2), "aquatic.number": Answer(value=3, version=1)}
    changes = read_back(exported(exported_then), now)
    assert (changes.answers, changes.refused) == ({}, [])


def test_a_change_is_saved_over_the_version_that_was_exported_not_over_todays() -> None:
    exported_then = {"aquatic.text": Answer(value="then", version=1)}
    now = {"aquatic.text": Answer(value="now", version=2)}
    data = edited(exported(exported_then), lambda book: fill_in(book, "text", "offline"))
    assert read_back(data, now).answers == {"aquatic.text": Answer(value="offline", version=1)}


def test_a_workbook_uploaded_again_changes_nothing() -> None:
    data = edited(exported(), lambda book: fill_in(book, "text", "x"))
    first = read_back(data)
    saved = {name: answer.model_copy(update={"version": 1}) for name, answer in first.answers.items()}
    assert list(first.answers) == ["aquatic.text"]
    assert read_back(data, saved).answers == {}


def test_rows_inserted_or_copied_in_a_table_are_rows_of_it() -> None:
    def insert(book: Workbook) -> None:
        sheet, row = place_of(book, "aquatic.table", "row")
        sheet.cell(row, SheetColumn.ANSWER).value = "2022"
        sheet.insert_rows(row + 1, 2)
        sheet.cell(row + 1, SheetColumn.ANSWER).value = "2023"
        for column in (SheetColumn.KEY, SheetColumn.ANSWER):
            sheet.cell(row + 2, column).value = sheet.cell(row, column).value

    changes = read_back(edited(exported(), insert))
    assert changes.refused == []
    assert changes.answers["aquatic.table"].value == ({"year": "2022"}, {"year": "2023"}, {"year": "2022"})


def test_rows_inserted_between_questions_and_sheets_renamed_change_nothing() -> None:
    def shift(book: Workbook) -> None:
        sheet, row = place_of(book, "aquatic.number")
        sheet.insert_rows(row, 3)
        sheet.insert_rows(1, 2)
        sheet.title = "my part"
        book.create_sheet("my notes")["A1"].value = "call Maria"

    answers = {"aquatic.number": Answer(value=3, version=1), "aquatic.text": Answer(value="x", version=1)}
    changes = read_back(edited(exported(answers), shift), answers)
    assert (changes.answers, changes.refused) == ({}, [])


def test_rows_sorted_with_their_keys_are_still_understood() -> None:
    answers = {"aquatic.text": Answer(value="x", version=1), "aquatic.yes_no": Answer(value="no", version=1)}

    def turn_round(book: Workbook) -> None:
        sheet = part_sheet(book)
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        sheet.delete_rows(3, len(rows))
        for row in reversed(rows):
            sheet.append(row)

    changes = read_back(edited(exported(answers), turn_round), answers)
    assert (changes.answers, changes.refused) == ({}, [])


def test_a_workbook_that_excel_saved_reads_the_same() -> None:
    answers = {"aquatic.long_text": Answer(value=" a\nb _x0041_ \t", note="=n", version=1)}
    data = as_excel_saves(edited(exported(answers), lambda book: fill_in(book, "text", "bold")), rich="bold")
    changes = read_back(data, answers)
    assert changes.refused == []
    assert {name: answer.value for name, answer in changes.answers.items()} == {"aquatic.text": "bold"}


def test_a_text_too_long_for_a_cell_is_edited_in_the_portal_alone() -> None:
    answers = {"aquatic.long_text": Answer(value="𠮷" * 20_000, note="kept", version=1)}
    data = exported(answers)
    assert not check_answer(QUESTIONS["aquatic.long_text"], answers["aquatic.long_text"])
    assert all(len(str(cell.value)) < 20_000 for sheet in sheets_in(data) for cell in sheet.cells)
    changes = read_back(data, answers)
    assert (changes.answers, changes.refused) == ({}, [])
    assert "aquatic.long_text" in changes.unchanged


@pytest.mark.parametrize("code", sorted(load()))
def test_every_questionnaire_of_the_catalogue_makes_a_workbook_that_is_read_back(code: str) -> None:
    asked = (load()[code],)
    changes = read_back(exported(asked=asked), asked=asked)
    assert (changes.answers, changes.refused) == ({}, [])
    assert changes.unchanged == [q.id for part in asked[0].parts for q in part.questions]


async def test_the_reading_process_tells_the_same_cells() -> None:
    asked = for_case(["farmed", "seasonings"], materials_only=False)
    data = exported(asked=asked)
    assert await open_workbook(data) == sheets_in(data)


def test_contents_differ_by_value_and_note_alone() -> None:
    assert Content(12).digest() != Content("12").digest() != Content("", "12").digest()


def test_an_answer_that_is_to_be_confirmed_says_so_beside_its_files_and_comes_back_unchanged() -> None:
    case = a_case({"aquatic.text": Answer(value="x", version=1, attachments=("F1",))})
    stage = case.stages[Stage.QUESTIONNAIRE]
    taken = {**stage.document["answers"]["aquatic:text"], "taken": {"case_no": "202601000000000007"}}
    answers = {**stage.document["answers"], "aquatic:text": taken}
    waiting = case.changed(stages={"questionnaire": dict(stage.changed(answers=answers).document)})

    data = export(waiting, ASKED, AT)

    told = [
        str(cell.value) for sheet in sheets_in(data) for cell in sheet.cells if "待确认" in str(cell.value)
    ]
    assert len(told) == 1
    assert "202601000000000007" in told[0]
    assert told[0].endswith("F1.pdf")
    changes = changes_in(sheets_in(data), waiting, ASKED)
    assert (changes.answers, changes.refused) == ({}, [])
