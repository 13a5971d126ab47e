"""One row of the sheet `survey` as a question or a column of a table. Pure."""

from collections.abc import Callable
from typing import Any

from cli.questionnaires.xlsform.columns import (
    HINT_EN,
    HINT_ZH,
    LABEL_EN,
    LABEL_ZH,
    MESSAGE_EN,
    MESSAGE_ZH,
    YES_NO_LIST,
    column_name,
)
from cli.questionnaires.xlsform.expressions import (
    NotUnderstood,
    read_calculation,
    read_chosen,
    read_conditions,
    read_limits,
)
from cli.questionnaires.xlsform.sheets import FormRow

Raw = dict[str, Any]
_KINDS = {
    "text": "text", "integer": "number", "decimal": "number", "date": "date", "file": "file", "begin_repeat": "table",
    "begin repeat": "table", "select_one": "choice", "select_multiple": "choices", "calculate": "number",
}  # fmt: skip
_NO_CELL = ("file", "table", "choices")
_WHOLE = "integer"
_YES, _NO = frozenset({"yes", "true", "true()", "1"}), frozenset({"", "no", "false", "false()", "0"})
_FILE = {
    "required": ("attachment_required", True), "suffices": ("attachment_suffices", True),
    "if_yes": ("attachment_if", "yes"), "if_no": ("attachment_if", "no"),
}  # fmt: skip
_OF_COLUMNS = (
    HINT_ZH, HINT_EN, "relevant", "appearance", "fas_unit", "fas_note_if", "fas_file", "fas_not_applicable",
    "fas_only_for", "fas_rows_of", "fas_min_rows", "fas_prepared", "fas_only_prepared",
)  # fmt: skip
"""What a column of a table can't have."""


class ChoiceLists:
    """The lists of the sheet `choices`, each to be used by some question."""

    def __init__(self, lists: dict[str, list[Raw]], first: dict[str, FormRow]) -> None:
        self._lists, self._first, self._used = lists, first, set[str]()

    def named(self, row: FormRow, name: str) -> list[Raw]:
        """The choices of a list that a row names."""
        if name not in self._lists:
            raise row.refused(f"the sheet choices has no list «{name}»")
        self._used.add(name)
        return self._lists[name]

    def insist_on_use(self) -> None:
        """NotImported at the first list that no row names: it would be lost."""
        for name, row in self._first.items():
            if name not in self._used:
                raise row.refused(
                    f"no question uses the list «{name}»; name it in a type such as select_one {name}, or take it away"
                )


def question_of(row: FormRow, lists: ChoiceLists) -> Raw:
    """A question as its file would have it; a table still without its columns."""
    kind, listed = _kind_of(row)
    if row["type"] == "calculate":
        raise row.refused("only a column of a table is calculated")
    question: Raw = {"id": row["name"], "kind": kind, "required": flag(row, "required")}
    question |= {
        "text_zh": row[LABEL_ZH],
        "text_en": row[LABEL_EN],
        "help_zh": row[HINT_ZH],
        "help_en": row[HINT_EN],
    }
    question |= _attachments(row, kind, question["required"])
    question |= {"choices": lists.named(row, listed)} if listed else {}
    question |= {"prepared": lists.named(row, row["fas_prepared"])} if row["fas_prepared"] else {}
    question |= {"only_prepared": True} if flag(row, "fas_only_prepared") else {}
    question |= {"relevant": _read(row, "relevant", read_conditions)} if row["relevant"] else {}
    question |= {"not_applicable": True} if flag(row, "fas_not_applicable") else {}
    question |= {"only_for": row["fas_only_for"].split()} if row["fas_only_for"] else {}
    question |= {"min_rows": _whole(row, "fas_min_rows")} if row["fas_min_rows"] else {}
    for key, column in (("unit", "fas_unit"), ("describe_if", "fas_note_if"), ("rows_of", "fas_rows_of")):
        question |= {key: row[column]} if row[column] else {}
    if row["calculation"]:
        raise row.refused("only a column of a table has a calculation")
    return question | {"limits": _limits(row)}


def column_of(row: FormRow, table: str, lists: ChoiceLists) -> Raw:
    """A column of a table as its file would have it."""
    kind, listed = _kind_of(row)
    if kind in _NO_CELL:
        raise row.refused(
            f"a cell of a table is no {row['type']}; it is text, integer, decimal, date, select_one or calculate"
        )
    for name in _OF_COLUMNS:
        if row[name]:
            raise row.refused(f"a column of a table has no {name}")
    code = _code(row, table, row["name"])
    column: Raw = {
        "code": code,
        "zh": row[LABEL_ZH],
        "en": row[LABEL_EN],
        "kind": kind,
    }
    column |= _required(row, table)
    column |= {"choices": lists.named(row, listed)} if listed else {}
    if row["type"] == "calculate":
        told = _read(row, "calculation", read_calculation)
        column["calculated"] = {
            key: [_code(row, table, name) for name in names] for key, names in told.items()
        }
    elif row["calculation"]:
        raise row.refused("what has a calculation is of the type calculate")
    return column | {"limits": _limits(row)}


def _required(row: FormRow, table: str) -> Raw:
    """Whether a cell is required in every row, or where another one has some options."""
    if "selected(" not in row["required"]:
        return {"required": flag(row, "required")}
    name, codes = _read(row, "required", read_chosen)
    return {"required": False, "required_where": {"column": _code(row, table, name), "any_of": codes}}


def flag(row: FormRow, column: str) -> bool:
    """Whether a cell says yes; an empty one says no."""
    said = row[column].casefold()
    if said not in _YES | _NO:
        raise row.refused(f"{column} is yes or empty, not «{row[column]}»")
    return said in _YES


def _kind_of(row: FormRow) -> tuple[str, str]:
    """The kind of a question or a column, and its list."""
    word, _, listed = row["type"].partition(" ")
    if row["type"] in _KINDS and word not in ("select_one", "select_multiple"):
        word, listed = row["type"], ""
    if word not in _KINDS or (listed and not word.startswith("select_")):
        raise row.refused(f"the type «{row['type']}» is none of text, integer, decimal, date, file, select_one LIST, "
                          f"select_multiple LIST, begin_repeat, calculate")  # fmt: skip
    if word.startswith("select_") and not listed:
        raise row.refused(f"{word} names its list, such as {word} {YES_NO_LIST}")
    if row["appearance"] not in ("", "multiline") or (row["appearance"] and word != "text"):
        raise row.refused(
            f"the appearance is multiline, for a text of several lines, or empty, not «{row['appearance']}»"
        )
    if word == "select_one" and listed == YES_NO_LIST:
        return "yes_no", ""
    return "long_text" if row["appearance"] else _KINDS[word], listed


def _attachments(row: FormRow, kind: str, required: bool) -> Raw:
    found: Raw = {"attachment_required": True} if kind == "file" and required else {}
    for word in row["fas_file"].split():
        if word not in _FILE:
            raise row.refused(f"fas_file is some of {', '.join(_FILE)}, not «{word}»")
        key, value = _FILE[word]
        found[key] = value
    return found


def _limits(row: FormRow) -> Raw:
    """All limits, also where there are none: a required long text is then not held to have some."""
    found: Raw = dict(_read(row, "constraint", read_limits)) if row["constraint"] else {}
    found |= {"whole": True} if row["type"] == _WHOLE else {}
    for key, column in (("pattern_zh", MESSAGE_ZH), ("pattern_en", MESSAGE_EN)):
        found |= {key: row[column]} if row[column] else {}
    return found


def _read[Result](row: FormRow, column: str, read: Callable[[str], Result]) -> Result:
    try:
        return read(row[column])
    except NotUnderstood as error:
        raise row.refused(f"{column}: {error}") from error


def _code(row: FormRow, table: str, name: str) -> str:
    prefix = column_name(table, "")
    if not name.startswith(prefix):
        raise row.refused(f"a column of this table is called {prefix}…, not «{name}»")
    return name.removeprefix(prefix)


def _whole(row: FormRow, column: str) -> int:
    if not row[column].isdecimal():
        raise row.refused(f"{column} is a whole number, not «{row[column]}»")
    return int(row[column])
