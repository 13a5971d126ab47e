"""A small questionnaire with a question of every kind, its workbook, and an officer who fills it in."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.workbook import grid
from services.portal.workbook.exporting import export
from services.portal.workbook.importing import Changes, changes_in
from services.portal.workbook.layout import SheetColumn
from services.portal.workbook.sheets import Cell, Sheet
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import Answer, Choice, Part, Question, QuestionKind, Questionnaire
from shared.contracts.questionnaires import Column as TableColumn

CASE_NO = "202511000000025267"
AT = datetime(2026, 11, 23, 4, 20, tzinfo=UTC)
CHOICES = (
    Choice(code="farmed", zh="养殖", en="Farmed"),
    Choice(code="wild", zh="野生", en="Wild"),
    Choice(code="both", zh="养殖, 野生", en="Farmed, wild"),
)
COLUMNS = (TableColumn(code="year", zh="年份", en="Year"), TableColumn(code="output", zh="产量", en="Output"))
OPTIONS: dict[str, dict[str, Any]] = {
    "choice": {"choices": CHOICES}, "choices": {"choices": CHOICES}, "table": {"columns": COLUMNS}, "number": {"unit": "t"},
    "yes_no": {"describe_if": "yes"}, "file": {"required": True, "attachment_required": True},
}  # fmt: skip
KINDS = [kind.value for kind in QuestionKind]


def a_question(kind: str, code: str = "aquatic", **changed: Any) -> Question:
    said = {
        "text_zh": f"问题{kind}？",
        "text_en": f"Which {kind}?",
        "help_zh": "请说明。",
        "help_en": "Explain.",
    }
    told = {"id": f"{code}.{kind}", "kind": kind, **said, **OPTIONS.get(kind, {}), **changed}
    return Question.model_validate(told)


def a_questionnaire(*questions: Question, code: str = "aquatic", version: int = 1) -> Questionnaire:
    part = Part(number="1", title_zh="基本信息", title_en="Basic information", questions=questions)
    return Questionnaire(code=code, version=version, title_zh="问卷", title_en="Questionnaire", parts=(part,))


ASKED = (a_questionnaire(*(a_question(kind) for kind in KINDS)),)
QUESTIONS = {question.id: question for question in ASKED[0].parts[0].questions}


def a_case(answers: Mapping[str, Answer] | None = None, **changed: Any) -> Case:
    """A case with the answers, by question."""
    stored = {
        question.replace(".", ":"): answer.model_dump()
        | {"attachments": [{"id": file, "name": f"{file}.pdf"} for file in answer.attachments]}
        for question, answer in (answers or {}).items()
    }
    stage = {"status": "draft", "answers": stored, "open_required": []}
    case = {
        "_id": "1",
        "case_no": CASE_NO,
        "stage": "questionnaire",
        "status": "draft",
        "stages": {"questionnaire": stage},
    }
    return Case(case | changed)


def exported(
    answers: Mapping[str, Answer] | None = None, asked: Sequence[Questionnaire] = ASKED, **changed: Any
) -> bytes:
    return export(a_case(answers, **changed), asked, AT)


def sheets_in(data: bytes) -> tuple[Sheet, ...]:
    """The cells as the reading process tells them, without the process."""
    return tuple(
        Sheet(each["name"], tuple(Cell(*cell) for cell in each["cells"])) for each in grid.cells_of(data)
    )


def read_back(
    data: bytes, answers: Mapping[str, Answer] | None = None, asked: Sequence[Questionnaire] = ASKED
) -> Changes:
    """What the workbook would change in a case with these answers."""
    return changes_in(sheets_in(data), a_case(answers), asked)


def edited(data: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """The workbook after somebody opened, changed and saved it."""
    book = load_workbook(io.BytesIO(data))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_excel_saves(data: bytes, rich: str = "") -> bytes:
    """The workbook with its texts as shared strings, as Excel writes them; the text `rich` in two runs, the first bold."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name).decode() for name in archive.namelist()}
    strings: list[str] = []

    def shared(found: re.Match[str]) -> str:
        runs = f"<r><rPr><b/></rPr><t>{rich[:1]}</t></r><r><t>{rich[1:]}</t></r>"
        strings.append(found[2].replace(f"<t>{rich}</t>", runs) if rich else found[2])
        return f'{found[1]} t="s"><v>{len(strings) - 1}</v></c>'

    inline = re.compile(r'(<c [^>]*?) t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
    sheets = {
        name: inline.sub(shared, xml) for name, xml in entries.items() if name.startswith("xl/worksheets/")
    }
    entries |= sheets
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    entries["[Content_Types].xml"] = entries["[Content_Types].xml"].replace("</Types>", part)
    items = "".join(f"<si>{each}</si>" for each in strings)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    entries["xl/sharedStrings.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{space}">{items}</sst>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def place_of(book: Workbook, question: str, role: str = "answer", code: str = "") -> tuple[Worksheet, int]:
    """The sheet and the first row with a key."""
    for sheet in book.worksheets:
        for (cell,) in sheet.iter_rows(max_col=1):
            if cell.value == f"{question}|{role}|{code}" and isinstance(cell.row, int):
                return sheet, cell.row
    raise AssertionError(f"no row {question}|{role}|{code}")


def fill_in(book: Workbook, kind: str, value: Any, note: str | None = None) -> None:
    """Type an answer into its cells, as an officer does: a drop-down's label, rows of a table, a list of labels."""
    question = f"aquatic.{kind}"
    if kind == "table":
        sheet, row = place_of(book, question, "row")
        for offset, cells in enumerate(value):
            for column, text in enumerate(cells):
                sheet.cell(row + offset, SheetColumn.ANSWER + column).value = text
    elif kind == "choices":
        for code in value:
            sheet, row = place_of(book, question, "choice", code)
            sheet.cell(row, SheetColumn.ANSWER).value = "是 Yes"
    else:
        sheet, row = place_of(book, question)
        sheet.cell(row, SheetColumn.ANSWER).value = value
    if note is not None:
        sheet, row = place_of(book, question, "head" if kind in ("table", "choices", "file") else "answer")
        sheet.cell(row, SheetColumn.NOTE).value = note


def part_sheet(book: Workbook) -> Worksheet:
    return place_of(book, "aquatic.text")[0]
