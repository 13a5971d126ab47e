"""The first sheet: which case and questionnaire this is, how to fill it in, and what the colours mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.cases.part_names import part_name
from services.portal.workbook.cells import COLOURS, cell_at, fix
from services.portal.workbook.layout import PartSheet
from shared.contracts.questionnaires import PreambleSection

TITLE = "说明 Instructions"
_HOW = (
    ("如何填写", "How to fill in"),
    (
        "1. 只在黄色和绿色单元格中填写；其他单元格已锁定，请勿移动、删除或重新排序行。",
        "1. Fill in the yellow and green cells only; the others are locked. Do not move, delete or sort rows.",
    ),
    (
        "2. 有下拉列表的，从列表中选择；多项选择在每个适用的行选择“是 Yes”，其余留空。",
        "2. Where there is a list, choose from it; where several may apply, choose “是 Yes” in each such row.",
    ),
    (
        "3. 表格每行填写一项；行数不够时，在表格中间插入行。表格中清空的行不会保留。",
        "3. One row of a table for each entry; insert rows within the table when you need more. Emptied rows are dropped.",
    ),
    (
        "4. 请填写数值、日期和文字本身，不要使用公式：公式不会被计算，也不会被读取。",
        "4. Enter numbers, dates and texts, no formulas: formulas are neither evaluated nor taken.",
    ),
    (
        "5. 清空原有答案的单元格，上传后该答案会被清除；未改动的答案保持不变。",
        "5. Emptying the cells of an answer clears it when the workbook is uploaded; what you leave alone stays.",
    ),
    (
        "6. 附件不能放在工作簿中，请在系统中上传。",
        "6. Attachments can't be put into the workbook; upload them in the portal.",
    ),
    (
        (
            "7. 填好后在系统的问卷阶段上传本工作簿。导出后已在系统中被修改的答案不会被覆盖，系统会逐一列出；"
            "上传后如需继续离线填写，请重新导出。"
        ),
        (
            "7. Upload the workbook in the questionnaire stage of the portal. Answers that changed in the portal after the "
            "export are not overwritten but listed one by one. To go on offline after an upload, export again."
        ),
    ),
)
_COLOURS = (
    ("required", "必填的答案", "Answer, required"),
    ("optional", "选填的答案和备注", "Answer, optional, and notes"),
    ("locked", "问题和说明，不可修改", "Questions and guidance, locked"),
    ("files", "附件，在系统中上传", "Attachments, uploaded in the portal"),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the first sheet says of the case."""

    case_no: str
    exported_at: str
    editable: bool


def write_instructions(page: Worksheet, heading: Heading, sheets: Sequence[PartSheet]) -> None:
    """Write the sheet, Chinese in the first column and English in the second."""
    page.title = TITLE
    rows = [*_about(heading, sheets), ("", ""), *_HOW, ("", "")]
    for number, pair in enumerate(rows, 1):
        _pair(page, number, *pair, bold=number == 1 or pair == _HOW[0])
    _pair(page, len(rows) + 1, "颜色", "Colours", bold=True)
    for number, (colour, zh, en) in enumerate(_COLOURS, len(rows) + 2):
        _pair(page, number, zh, en, colour=colour)
    start = len(rows) + len(_COLOURS) + 3
    _pair(page, start, "工作表", "Sheets", bold=True)
    for number, sheet in enumerate(sheets, start + 1):
        _pair(page, number, sheet.name, f"{sheet.name}: {part_name(sheet.part).en}")
    for number, (zh, en, bold) in enumerate(_preambles(sheets), start + len(sheets) + 2):
        _pair(page, number, zh, en, bold=bold)
    page.column_dimensions["A"].width = page.column_dimensions["B"].width = 70


def _preambles(sheets: Sequence[PartSheet]) -> Iterator[tuple[str, str, bool]]:
    """What the questionnaires say before their questions, in rows (bold where they are a title), each section once."""
    said: set[PreambleSection] = set()
    for each in {each.questionnaire.code: each.questionnaire for each in sheets}.values():
        for section in each.preamble:
            if section in said:
                continue
            said.add(section)
            yield section.title_zh, section.title_en, True
            yield from ((point.zh, point.en, False) for point in section.points)


def _about(heading: Heading, sheets: Sequence[PartSheet]) -> list[tuple[str, str]]:
    asked = {each.questionnaire.code: each.questionnaire for each in sheets}.values()
    read_only = (
        "当前状态下只能查阅，不能上传。",
        "In its present status the case takes no upload; for reading only.",
    )
    return [
        ("境外食品安全管理体系评估与审查：问卷", "Overseas food safety management systems: questionnaire"),
        (f"申请统一编号：{heading.case_no}", f"Case number: {heading.case_no}"),
        *(
            (f"{each.title_zh}，第{each.version}版", f"{each.title_en}, version {each.version}")
            for each in asked
        ),
        (f"导出时间：{heading.exported_at}", f"Exported at: {heading.exported_at}"),
        *([] if heading.editable else [read_only]),
    ]


def _pair(page: Worksheet, number: int, zh: str, en: str, *, bold: bool = False, colour: str = "") -> None:
    for column, text in enumerate((zh, en), 1):
        cell = cell_at(page, number, column)
        if text:
            fix(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=bold)
        if colour:
            cell.fill = PatternFill("solid", start_color=COLOURS[colour])
