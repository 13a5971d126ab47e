"""A questionnaire as the rows of the three sheets. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cli.questionnaires.xlsform.columns import (
    EN,
    HINT_EN,
    HINT_ZH,
    LABEL_EN,
    LABEL_ZH,
    MESSAGE_EN,
    MESSAGE_ZH,
    PART,
    YES_NO,
    YES_NO_LIST,
    column_name,
    rows_list,
)
from cli.questionnaires.xlsform.expressions import (
    written_calculation,
    written_chosen,
    written_conditions,
    written_limits,
)
from services.questionnaire.catalogue.product_words import ProductWords
from shared.contracts.question_rules import AnswerLimits
from shared.contracts.questionnaires import Choice, Column, Part, Question, QuestionKind, Questionnaire

Row = dict[str, str | int]
_TYPES = {
    QuestionKind.TEXT: "text", QuestionKind.LONG_TEXT: "text", QuestionKind.YES_NO: f"select_one {YES_NO_LIST}",
    QuestionKind.CHOICE: "select_one", QuestionKind.CHOICES: "select_multiple", QuestionKind.NUMBER: "decimal",
    QuestionKind.DATE: "date", QuestionKind.TABLE: "begin_repeat", QuestionKind.FILE: "file",
}  # fmt: skip
_TYPES_OF_CELLS = {
    "text": "text", "number": "decimal", "date": "date", "choice": "select_one",
    "yes_no": f"select_one {YES_NO_LIST}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of each sheet, by the names of their columns; what a row does not have is empty."""

    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    settings: list[Row] = field(default_factory=list)


def rows_of(questionnaire: Questionnaire, product: ProductWords) -> SheetRows:
    """Everything that its file says; the preamble and the part of checks stand in files of their own, for all of them."""
    rows = SheetRows()
    rows.settings.append({
        "form_title": questionnaire.title_en, "fas_title_zh": questionnaire.title_zh, "form_id": questionnaire.code,
        "version": questionnaire.version, "fas_product_zh": product.zh, "fas_product_en": product.en, "default_language": EN,
    })  # fmt: skip
    for code, (zh, en) in YES_NO.items():
        rows.choices.append({"list_name": YES_NO_LIST, "name": code, LABEL_ZH: zh, LABEL_EN: en})
    for part in questionnaire.parts:
        rows.survey.extend(_part(part))
        for question in part.questions:
            rows.choices.extend(_lists(question))
    return rows


def _part(part: Part) -> Iterator[Row]:
    name = f"{PART}{part.number}"
    yield {"type": "begin_group", "name": name, LABEL_ZH: part.title_zh, LABEL_EN: part.title_en}
    for question in part.questions:
        yield _question(question)
        if question.kind is QuestionKind.TABLE:
            yield from (_column(question, column) for column in question.columns)
            yield {"type": "end_repeat", "name": _name(question)}
    yield {"type": "end_group", "name": name}


def _question(question: Question) -> Row:
    name = _name(question)
    offers = question.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES)
    return _filled({
        "type": f"{_TYPES[question.kind]} {name}" if offers else _TYPES[question.kind], "name": name,
        LABEL_ZH: question.text_zh, LABEL_EN: question.text_en, HINT_ZH: question.help_zh, HINT_EN: question.help_en,
        "required": _yes(question.required), "relevant": written_conditions(question.relevant),
        "appearance": "multiline" if question.kind is QuestionKind.LONG_TEXT else "",
        "fas_unit": question.unit, "fas_note_if": question.describe_if or "", "fas_file": _file(question),
        "fas_not_applicable": _yes(question.not_applicable), "fas_only_for": " ".join(question.only_for),
        "fas_rows_of": (question.rows_of or "").partition(".")[2], "fas_min_rows": question.min_rows or "",
        "fas_prepared": rows_list(name) if question.prepared else "", "fas_only_prepared": _yes(question.only_prepared),
    }) | _limits(question.limits)  # fmt: skip


def _column(question: Question, column: Column) -> Row:
    name = column_name(_name(question), column.code)
    kind = f"select_one {name}" if column.kind == "choice" else _TYPES_OF_CELLS[column.kind]
    row: Row = {
        "type": kind,
        "name": name,
        LABEL_ZH: column.zh,
        LABEL_EN: column.en,
        "required": _required(question, column),
    }
    if column.calculated:
        told = written_calculation(column.calculated, lambda code: column_name(_name(question), code))
        row |= {"type": "calculate", "calculation": told}
    return _filled(row) | _limits(column.limits)


def _required(question: Question, column: Column) -> str:
    where = column.required_where
    return (
        written_chosen(column_name(_name(question), where.column), where.any_of)
        if where
        else _yes(column.required)
    )


def _limits(limits: AnswerLimits) -> Row:
    """The constraint with what is said of a pattern; that a number is whole replaces the type."""
    return _filled({
        "type": "integer" if limits.whole else "", "constraint": written_limits(limits),
        MESSAGE_ZH: limits.pattern_zh, MESSAGE_EN: limits.pattern_en,
    })  # fmt: skip


def _file(question: Question) -> str:
    """When a file is wanted: `required`, `suffices`, `if_yes`, `if_no`; a file question that is required says it already."""
    words = (
        ("required", question.attachment_required and question.kind is not QuestionKind.FILE),
        ("suffices", question.attachment_suffices),
        (f"if_{question.attachment_if}", question.attachment_if is not None),
    )
    return " ".join(word for word, given in words if given)


def _lists(question: Question) -> Iterator[Row]:
    name = _name(question)
    yield from _list(name, question.choices)
    yield from _list(rows_list(name), question.prepared)
    for column in question.columns:
        yield from _list(column_name(name, column.code), column.choices)


def _list(name: str, choices: Sequence[Choice]) -> Iterator[Row]:
    for choice in choices:
        yield _filled({
            "list_name": name, "name": choice.code, LABEL_ZH: choice.zh, LABEL_EN: choice.en,
            "fas_exclusive": _yes(choice.exclusive), "fas_note": _yes(choice.note), "fas_file": _yes(choice.file),
        })  # fmt: skip


def _name(question: Question) -> str:
    return question.id.partition(".")[2]


def _yes(given: bool) -> str:
    return "yes" if given else ""


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value != ""}
