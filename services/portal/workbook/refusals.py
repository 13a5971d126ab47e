"""Why a workbook, or a row of it, is not taken: one sentence a code, in both languages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from shared.bilingual import Bilingual
from shared.contracts.faults import FieldFault
from shared.contracts.questionnaires import Column
from shared.runtime.errors import RequestRejected

FIELD = "file"
_WHOLE = {
    "not_a_workbook": Bilingual(
        "文件不是可读取的Excel工作簿（.xlsx）。", "The file is not an Excel workbook (.xlsx) that can be read."
    ),
    "workbook_too_big": Bilingual("工作簿解压后过大。", "The workbook is too big when it is unpacked."),
    "not_our_workbook": Bilingual(
        "此工作簿不是从本系统导出的，或隐藏工作表已被删除；请重新导出。",
        "The workbook was not exported here, or its hidden sheet was removed; export it again.",
    ),
    "workbook_damaged": Bilingual(
        "工作簿的结构已被改动，无法可靠读取；请重新导出。",
        "The structure of the workbook was changed, and it can't be read reliably; export it again.",
    ),
    "workbook_of_another_case": Bilingual(
        "此工作簿不属于本案件{case_no}。",
        "The workbook does not belong to this case, {case_no}.",
    ),
    "workbook_outdated": Bilingual(
        "此工作簿的问卷版本与案件现用版本不同；请重新导出。",
        "The workbook has other versions of the questionnaires than the case; export it again.",
    ),
}  # fmt: skip
_ROW = {
    "formula": Bilingual(
        "单元格是公式；公式不会被计算，请填写其结果。",
        "The cell is a formula; formulas are not evaluated, enter the result.",
    ),
    "error_value": Bilingual("单元格是错误值。", "The cell holds an error value."),
    "wrong_type": Bilingual("单元格的类型不正确。", "The cell is not of the type that this answer takes."),
    "formatted_number": Bilingual(
        "数字带有百分比、货币等格式，含义不明；请按“填写方式”栏填写普通数字。",
        "The number has a percentage, currency or other format, so its meaning is unclear; enter it as a plain number.",
    ),
    "too_many_digits": Bilingual(
        "数字超过15位，电子表格已丢失其余数位；请将单元格设为“文本”格式后重新填写。",
        "The number has more than 15 digits, and the spreadsheet has lost the rest; format the cell as text and type it again.",
    ),
    "not_a_number": Bilingual(
        "请填写数字：小数点用“.”，最多15位，不写单位，如1234.5。",
        "Enter a number such as 1234.5: a point before decimals, at most 15 digits, no unit.",
    ),
    "not_a_date": Bilingual(
        "请填写日期，年份在前，如2024-03-05。",
        "Enter a date with the year first, such as 2024-03-05.",
    ),
    "cell_too_long": Bilingual(
        "单元格不能超过{most}个字符（现有{present}个）。",
        "A cell takes at most {most} characters; it has {present}.",
    ),
    "forbidden_character": Bilingual(
        "单元格含有无法发送给海关的字符（{characters}），请删除。",
        "The cell holds characters that can't be sent to customs ({characters}); remove them.",
    ),
    "calculated": Bilingual(
        "此列由系统自动计算，填写的内容未采用。", "is calculated by the system; what was typed is not taken."
    ),
    "unknown_choice": Bilingual("所填内容不在列表中。", "The text is not one of the list."),
    "row_missing": Bilingual("工作簿中缺少此题的行。", "Rows of this question are missing from the workbook."),
    "row_twice": Bilingual("此题的行出现了两次。", "A row of this question stands in the workbook twice."),
    "row_changed": Bilingual(
        "此题的固定内容与导出时不同，行或列可能已错位。",
        "What is fixed in this row is not as exported; rows or columns may have been moved.",
    ),
    "row_unknown": Bilingual(
        "此行不属于任何问题，其内容未被读取。", "The row belongs to no question; what it holds was not taken."
    ),
    "cell_outside": Bilingual("内容填写在答案单元格之外。", "Something was entered outside the cells for answers."),
    "sheet_changed": Bilingual(
        "此工作表的列标题与导出时不同，其内容未被读取。",
        "The headings of this sheet are not as exported; nothing of it was taken.",
    ),
}  # fmt: skip

_NOTHING = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A question (or, where it is empty, a row) that was not taken: where it stands, why, and what to do.

    With a `column` (a code) it is that cell of a table alone.
    """

    question: str
    sheet: str
    row: int | None
    code: str
    message_zh: str
    message_en: str
    column: str = ""


def refusal(
    code: str, question: str = "", sheet: str = "", row: int | None = None, **named: object
) -> Refusal:
    """A refusal by its code; `named` is what its sentence names."""
    text = _ROW[code].format(**named)
    return Refusal(question, sheet, row, code, text.zh, text.en)


def cell_refusal(
    code: str, question: str, sheet: str, row: int, column: Column, *, kept: bool, named: Mapping[str, object]
) -> Refusal:
    """The refusal of one cell of a table whose other cells are read; `kept` where it stays as it was."""
    zh = f"此单元格{'保留原值' if kept else '留空'}，表格的其他内容已读取。"
    now = "keeps what it was" if kept else "is left empty"
    en = f" The cell {now}; the rest of the table was read."
    return _at_cell(refusal(code, question, sheet, row, **named), column, Bilingual(zh, en))


def calculated_refusal(question: str, sheet: str, row: int, column: Column) -> Refusal:
    """The refusal of a cell that the system fills in; the rest of its table is read."""
    return _at_cell(refusal("calculated", question, sheet, row), column)


def _at_cell(refused: Refusal, column: Column, then: Bilingual = _NOTHING) -> Refusal:
    """With its row and column before what is said, and `then` what becomes of the cell."""
    zh = f"第{refused.row}行“{column.zh}”：{refused.message_zh}{then.zh}"
    en = f"Row {refused.row}, “{column.en}”: {refused.message_en}{then.en}"
    return replace(refused, message_zh=zh, message_en=en, column=column.code)


def workbook_refusal(code: str, **named: str) -> RequestRejected:
    """The refusal of a whole workbook: 422 with the prompt at the field `file`."""
    text = _WHOLE[code].format(**named)
    return RequestRejected(code, text, [asdict(FieldFault(FIELD, code, text.zh, text.en))], status=422)
