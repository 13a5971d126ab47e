"""Has an answer the shape its question takes? Asked of drafts too. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from shared.contracts.faults import FieldFault
from shared.contracts.limits import (
    CELL_CHARACTERS,
    FILES,
    LARGEST_NUMBER,
    NOTE_CHARACTERS,
    TABLE_ROWS,
    TEXT_CHARACTERS,
)
from shared.contracts.questionnaires import (
    Answer,
    Question,
    QuestionKind,
    Value,
)
from shared.contracts.text_checks import NAMED, forbidden_faults
from shared.questionnaires.row_checks import AnswerProblem

SHOWN = 40
"""Up to here every whole number is exact for every reader of JSON."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def check_answer(question: Question, answer: Answer) -> list[FieldFault]:
    """Everything about an answer that is not of its question's shape; a draft may be incomplete."""
    problems = [*_beside(answer)]
    if not _is_blank(question, answer.value):
        problems += _CHECKS[question.kind](question, answer.value)
    return [
        FieldFault(
            question.id, each.code, f"“{question.text_zh}”：{each.zh}", f"“{question.text_en}”: {each.en}"
        )
        for each in problems
    ]


def _is_blank(question: Question, value: Value) -> bool:
    """An emptied field is a draft, not a wrong answer."""
    return value in (None, _EMPTIED.get(question.kind))


def _beside(answer: Answer) -> Iterator[AnswerProblem]:
    if len(answer.note) > NOTE_CHARACTERS:
        yield _length("note_too_long", "备注", "The note", NOTE_CHARACTERS, len(answer.note))
    yield from _unwritable("备注", "note", [answer.note])
    if len(answer.attachments) > FILES:
        yield AnswerProblem(
            "too_many_attachments", f"最多上传{FILES}个附件。", f"At most {FILES} attachments."
        )
    if len(set(answer.attachments)) < len(answer.attachments):
        yield AnswerProblem(
            "repeated_attachment", "同一附件重复上传。", "The same attachment is given twice."
        )


def _text(question: Question, value: Value) -> Iterator[AnswerProblem]:
    if not isinstance(value, str):
        yield AnswerProblem("not_text", "请填写文字。", "Answer with text.")
    elif len(value) > TEXT_CHARACTERS:
        yield _length("too_long", "回答", "The answer", TEXT_CHARACTERS, len(value))
    else:
        yield from _unwritable("回答", "answer", [value])


def _yes_no(question: Question, value: Value) -> Iterator[AnswerProblem]:
    if value not in ("yes", "no"):
        yield AnswerProblem("not_yes_no", "请选择“是”或“否”。", "Answer yes or no.")


def _choice(question: Question, value: Value) -> Iterator[AnswerProblem]:
    if not isinstance(value, str):
        yield AnswerProblem("not_a_choice", "请选择一项。", "Choose one of the options.")
    else:
        yield from _unknown_choices(question, [value])


def _choices(question: Question, value: Value) -> Iterator[AnswerProblem]:
    if not isinstance(value, tuple) or any(not isinstance(code, str) for code in value):
        yield AnswerProblem("not_choices", "请从选项中选择。", "Choose from the options.")
        return
    codes = [code for code in value if isinstance(code, str)]
    yield from _unknown_choices(question, codes)
    if len(set(codes)) < len(codes):
        yield AnswerProblem("repeated_choice", "同一选项重复选择。", "An option is chosen twice.")


def _unknown_choices(question: Question, codes: Sequence[str]) -> Iterator[AnswerProblem]:
    offered = {choice.code for choice in question.choices}
    for code in _unknown(codes, offered):
        yield AnswerProblem("unknown_choice", f"没有选项“{code}”。", f"There is no option “{code}”.")


def _number(question: Question, value: Value) -> Iterator[AnswerProblem]:
    if not isinstance(value, int | float):
        yield AnswerProblem(
            "not_a_number",
            "请填写数字：小数点用“.”，最多15位，不写单位，如1234.5。",
            "Answer with a number such as 1234.5: a point before decimals, at most 15 digits, no unit.",
        )
    elif not abs(value) <= LARGEST_NUMBER:  # false for what is not a number too
        yield AnswerProblem("out_of_range", "数字过大。", "The number is too large.")


def _date(question: Question, value: Value) -> Iterator[AnswerProblem]:
    if not isinstance(value, str) or not _is_date(value):
        yield AnswerProblem(
            "not_a_date",
            "请填写日期，年份在前，如2024-03-05。",
            "Give a date with the year first, such as 2024-03-05.",
        )


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _table(question: Question, value: Value) -> Iterator[AnswerProblem]:
    if not isinstance(value, tuple) or any(not isinstance(row, dict) for row in value):
        yield AnswerProblem("not_a_table", "请按行填写表格。", "Answer with the rows of the table.")
        return
    rows = [row for row in value if isinstance(row, dict)]
    if len(rows) > TABLE_ROWS:
        yield AnswerProblem(
            "too_many_rows", f"表格最多{TABLE_ROWS}行。", f"The table takes at most {TABLE_ROWS} rows."
        )
    columns = {column.code for column in question.columns}
    for code in _unknown((code for row in rows for code in row), columns):
        yield AnswerProblem("unknown_column", f"表格没有“{code}”列。", f"The table has no column “{code}”.")
    longest = max((len(cell) for row in rows for cell in row.values()), default=0)
    if longest > CELL_CHARACTERS:
        yield _length("cell_too_long", "单元格", "A cell", CELL_CHARACTERS, longest)
    yield from _unwritable("单元格", "cell", (cell for row in rows for cell in row.values()))


def _unwritable(zh: str, en: str, texts: Iterable[str]) -> Iterator[AnswerProblem]:
    for fault in forbidden_faults("", zh, en, texts):
        yield AnswerProblem(fault.code, fault.message_zh, fault.message_en)


def _file(question: Question, value: Value) -> Iterator[AnswerProblem]:
    yield AnswerProblem(
        "file_only",
        "此题只需上传附件，说明请写在备注中。",
        "Upload files only; explanations belong in the note.",
    )


def _length(code: str, zh: str, en: str, most: int, present: int) -> AnswerProblem:
    return AnswerProblem(
        code,
        f"{zh}不能超过{most}个字符（现有{present}个）。",
        f"{en} takes at most {most} characters; it has {present}.",
    )


def _unknown(codes: Iterable[str], known: Collection[str]) -> list[str]:
    """The first unknown codes, shortened: a refusal stays readable whatever was sent."""
    unknown = dict.fromkeys(code for code in codes if code not in known)
    return [code if len(code) <= SHOWN else f"{code[:SHOWN]}…" for code in islice(unknown, NAMED)]


_EMPTIED: dict[QuestionKind, Value] = {
    QuestionKind.TEXT: "", QuestionKind.LONG_TEXT: "", QuestionKind.YES_NO: "", QuestionKind.CHOICE: "",
    QuestionKind.DATE: "", QuestionKind.CHOICES: (), QuestionKind.TABLE: (),
}  # fmt: skip
_CHECKS: dict[QuestionKind, Callable[[Question, Value], Iterator[AnswerProblem]]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
    QuestionKind.TABLE: _table,
    QuestionKind.FILE: _file,
}
