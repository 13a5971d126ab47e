"""An officer who works offline: takes the workbook home, types into it as the API has the answers, brings it back."""

from typing import Any

from openpyxl import Workbook

from services.portal.api.workbooks import XLSX
from services.portal.workbook.layout import SheetColumn
from services.portal.workbook.words import labels_of
from shared.contracts.questionnaires import Question
from tests.api_client import Json, Person
from tests.workbooks import place_of


def path_of(case: str) -> str:
    return f"/cases/{case}/stages/questionnaire/workbook"


async def exported(officer: Person, case: str) -> bytes:
    answer = await officer.client.get(path_of(case))
    assert answer.status_code == 200, answer.text
    return answer.content


async def imported(officer: Person, case: str, data: bytes, status: int = 200, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return await officer.ask(
        "POST", path_of(case), status, files={"file": ("q.xlsx", data, XLSX)}, headers=headers
    )


def fill(book: Workbook, question: Json, value: Any, note: str = "") -> None:
    """Type an answer (as the API has it) where the officer would."""
    known = Question.model_validate(
        {name: question[name] for name in Question.model_fields if name in question}
    )
    name, kind = known.id, question["kind"]
    if kind == "table":
        sheet, row = place_of(book, name, "row")
        for offset, cells in enumerate(value):
            for at, column in enumerate(known.columns, SheetColumn.ANSWER):
                if column.code in cells and not column.calculated:
                    sheet.cell(row + offset, at).value = cells[column.code]
    elif kind == "choices":
        for code in value:
            sheet, row = place_of(book, name, "choice", code)
            sheet.cell(row, SheetColumn.ANSWER).value = "是 Yes"
        sheet, row = place_of(book, name, "head")
        sheet.cell(row, SheetColumn.NOTE).value = note or None
    elif kind != "file":
        sheet, row = place_of(book, name)
        typed = labels_of(known)[value] if kind in ("yes_no", "choice") else value
        sheet.cell(row, SheetColumn.ANSWER).value = typed
        sheet.cell(row, SheetColumn.NOTE).value = note or None
