"""The words of a workbook, in both languages: headings, hints, and the labels of drop-downs. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from shared.contracts.questionnaires import Question, QuestionKind

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
_SPACE = re.compile(r"\s+")


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


def how_to_answer(question: Question) -> str:
    """How the answer is given: its unit, or when a note is needed."""
    hint = _HOW[question.kind]
    if question.unit:
        hint += f"\n{question.unit}"
    if question.describe_if:
        label = YES if question.describe_if == "yes" else NO
        hint += f"\n选“{label}”时须填写备注\nWith “{label}” the note is required"
    return hint


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
