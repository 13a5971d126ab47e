"""The words of a workbook, in both languages: headings, hints, and the labels of drop-downs. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from services.portal.cases.answering import required_where
from services.portal.cases.part_names import numbers_of
from shared.contracts.numbers import number_text
from shared.contracts.question_rules import Condition
from shared.contracts.questionnaires import Column, Question, QuestionKind, Questionnaire, all_questions
from shared.questionnaires.tables import options_of

HEADINGS = (
    "序号\nNo.", "问题\nQuestion", "填写说明\nGuidance", "答案\nAnswer", "填写方式\nHow", "备注\nNote",
    "附件（在系统中上传）\nAttachments (upload in the portal)",
)  # fmt: skip
BELOW = "↓ 请在下面各行填写\n↓ Fill in the rows below"
FILES_ONLY = "请在系统中上传附件\nUpload the files in the portal"
ELSEWHERE = "单元格容纳不下此内容，请在系统中修改\nA cell can't carry this answer; edit it in the portal"
YES, NO = "是 Yes", "否 No"
_REQUIRED = "必填 Required"
_FILE_REQUIRED = "附件上传（必填） Attachment required"
_EITHER = "文字或附件均可 A text or a file answers it"
_HOW = {
    QuestionKind.TEXT: "文字\nText",
    QuestionKind.LONG_TEXT: "文字，可多行\nText, several lines",
    QuestionKind.YES_NO: "从列表中选择\nChoose from the list",
    QuestionKind.CHOICE: "从列表中选择一项\nChoose one from the list",
    QuestionKind.CHOICES: "在选中的各行选择“是”\nChoose “Yes” in each row that applies",
    QuestionKind.NUMBER: "数字\nNumber",
    QuestionKind.DATE: "日期 年-月-日\nDate YYYY-MM-DD",
    QuestionKind.TABLE: "每行一项，可插入行\nOne row each; rows may be inserted",
    QuestionKind.FILE: "上传附件\nUpload files",
}
_ONLY_PREPARED = "逐行填写，不增加行\nFill in each row; no others are added"
_HOW_OF_COLUMN = {
    "number": "数字 number",
    "date": "年-月-日 YYYY-MM-DD",
    "choice": "从列表选择 from the list",
    "yes_no": "是/否 yes/no",
}
_NOTE_FOR, _FILE_FOR = "须填写备注 A note is required with: ", "须上传附件 A file is required with: "
_NOT_APPLICABLE = "不适用的，在备注中说明理由\nIf it does not apply, say why in the note"
_CALCULATED = "自动计算 calculated"
_ONLY_IF = "仅在以下情况填写：\nOnly to be answered if:"
_SPACE = re.compile(r"\s+")


def to_be_confirmed_mark(case_no: str) -> str:
    """What stands above the files of an answer that was taken from this case and is not confirmed."""
    zh = f"【待确认】沿用案件{case_no}的回答，请在系统中确认。"
    return f"{zh}\n[To be confirmed] Taken from case {case_no}; confirm it in the portal."


def question_text(question: Question) -> str:
    """The question in both languages, under its required marks."""
    marks = [
        mark
        for mark, given in (
            (_REQUIRED, question.required and question.kind is not QuestionKind.FILE),
            (_FILE_REQUIRED, question.attachment_required),
            (_EITHER, question.attachment_suffices),
        )
        if given
    ]
    first = f"* {' · '.join(marks)}\n" if marks else ""
    return f"{first}{question.text_zh}\n{question.text_en}"


def how_to_answer(question: Question, asked_if: str = "") -> str:
    """How the answer is given: its unit, when a note is needed, and when the question is asked at all."""
    hint = _ONLY_PREPARED if question.only_prepared else _HOW[question.kind]
    if question.unit:
        hint += f"\n{question.unit}"
    if question.describe_if:
        label = YES if question.describe_if == "yes" else NO
        hint += f"\n选“{label}”时须填写备注\nWith “{label}” the note is required"
    for told, named in ((_NOTE_FOR, "note"), (_FILE_FOR, "file")):
        if labels := [f"“{choice.zh} {choice.en}”" for choice in question.choices if getattr(choice, named)]:
            hint += f"\n{told}{'、'.join(labels)}"
    if question.not_applicable:
        hint += f"\n{_NOT_APPLICABLE}"
    return f"{hint}\n{asked_if}" if asked_if else hint


def column_heading(question: Question, column: Column) -> str:
    """A column of a table: its name, how it is filled in where that is no text, and which rows need it (a mark: all)."""
    mark, hint = "* " if column.required else "", _HOW_OF_COLUMN.get(column.kind, "")
    hint = _CALCULATED if column.calculated else hint
    where = required_where(question, column)
    named = f"{mark}{column.zh}\n{column.en}"
    return "\n".join([named, *([hint] if hint else []), *([where.zh, where.en] if where else [])])


def when_asked(questionnaire: Questionnaire) -> dict[str, str]:
    """Of each question that is not asked always: when it is, by the numbers of the questions that decide."""
    numbers, known = numbers_of([questionnaire]), {each.id: each for each in all_questions([questionnaire])}
    return {
        name: "\n".join([_ONLY_IF, *(_condition(each, numbers, known) for each in question.relevant)])
        for name, question in known.items() if question.relevant
    }  # fmt: skip


def _condition(condition: Condition, numbers: Mapping[str, str], known: Mapping[str, Question]) -> str:
    number = numbers.get(condition.question, condition.question)
    if condition.at_least is not None:
        return f"{number} ≥ {number_text(condition.at_least)}"
    labels = labels_of(known[condition.question]) if condition.question in known else {}
    named = " / ".join(labels.get(code, code) for code in (*condition.any_of, *condition.none_of))
    return f"{number} = {named}" if condition.any_of else f"{number} ≠ {named}"


def cell_labels(question: Question, column: Column) -> dict[str, str]:
    """The drop-down of a table's cell, and the names of its prepared rows: code to label."""
    return {code: f"{named.zh} {named.en}" for code, named in options_of(question, column).items()}


def cell_code(question: Question, column: Column, text: str) -> str:
    """The code of the option that a cell's text names, by its label or in one language; any other text as it is."""
    for code, named in options_of(question, column).items():
        if _same(text) in {_same(f"{named.zh} {named.en}"), _same(named.zh), _same(named.en), _same(code)}:
            return code
    return text


def labels_of(question: Question) -> dict[str, str]:
    """The drop-down of a question: code to label, no two the same."""
    if question.kind is QuestionKind.YES_NO:
        return {"yes": YES, "no": NO}
    labels = {choice.code: f"{choice.zh} {choice.en}" for choice in question.choices}
    shared = Counter(_same(label) for label in labels.values())
    return {
        code: f"{label} ({code})" if shared[_same(label)] > 1 else label for code, label in labels.items()
    }


def code_of(question: Question, text: str) -> str | None:
    """The one choice that a cell's text names: by its label, its code, or its name in one language alone."""
    labels = labels_of(question)
    chosen = [code for code, label in labels.items() if _same(label) == _same(text)]
    named = chosen or [code for code, names in _names(question).items() if _same(text) in names]
    return named[0] if len(named) == 1 else None


def is_yes(text: str) -> bool | None:
    """Whether a cell beside one of several choices says yes; None where it says neither. A cross may mean either."""
    said = _same(unicodedata.normalize("NFKC", text))
    return True if said in _YES else False if said in _NO else None


def same_text(one: str, other: str) -> bool:
    """Whether two texts differ in white space at most: spreadsheets wrap and trim."""
    return _same(one) == _same(other)


def _names(question: Question) -> Mapping[str, set[str]]:
    if question.kind is QuestionKind.YES_NO:
        return {"yes": _YES, "no": _NO}
    return {
        choice.code: {_same(choice.code), _same(choice.zh), _same(choice.en)} for choice in question.choices
    }


def _same(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()


_YES = {_same(YES), "是", "yes", "y", "true", "√", "✓", "✔"}
_NO = {_same(NO), "否", "no", "n", "false"}
