"""The sheets and columns of the spreadsheet; `fas_…` are our own, for what XLSForm can't say. Pure."""

from collections.abc import Mapping

ZH, EN = "中文 (zh)", "English (en)"
SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
LABEL_ZH, LABEL_EN = f"label::{ZH}", f"label::{EN}"
HINT_ZH, HINT_EN = f"hint::{ZH}", f"hint::{EN}"
MESSAGE_ZH, MESSAGE_EN = f"constraint_message::{ZH}", f"constraint_message::{EN}"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    SURVEY: (
        "type", "name", LABEL_ZH, LABEL_EN, HINT_ZH, HINT_EN, "required", "relevant", "constraint", MESSAGE_ZH, MESSAGE_EN,
        "calculation", "appearance", "fas_unit", "fas_note_if", "fas_file", "fas_not_applicable", "fas_only_for",
        "fas_rows_of", "fas_min_rows", "fas_prepared", "fas_only_prepared",
    ),
    CHOICES: ("list_name", "name", LABEL_ZH, LABEL_EN, "fas_exclusive", "fas_note", "fas_file"),
    SETTINGS: ("form_title", "fas_title_zh", "form_id", "version", "fas_product_zh", "fas_product_en", "default_language"),
}  # fmt: skip
WIDE = frozenset({LABEL_ZH, LABEL_EN, HINT_ZH, HINT_EN})
PART = "part_"
YES_NO_LIST = "yes-no"
"""No question's list has this name: their names have no hyphen."""
YES_NO = {"yes": ("是", "Yes"), "no": ("否", "No")}
_ROWS = "rows-"
"""The list of a table's prepared rows is named QUESTION.rows-, that of a column's choices QUESTION.COLUMN."""


def rows_list(question: str) -> str:
    """The name of the list of a table's prepared rows; no column's list has it."""
    return f"{question}.{_ROWS}"


def column_name(question: str, column: str) -> str:
    """What a column of a table is called on the sheet, where names are unique."""
    return f"{question}.{column}"


class NotImported(Exception):
    """A spreadsheet is no questionnaire as it stands; says on which sheet, in which row, and the way out."""

    def __init__(self, sheet: str, row: int | None, why: str) -> None:
        where = f"sheet {sheet}, row {row}" if row else f"sheet {sheet}" if sheet else ""
        super().__init__(f"{where}: {why}" if where else why)
