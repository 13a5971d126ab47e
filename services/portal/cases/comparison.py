"""Two sets of answers side by side: what was added, removed, changed, and where a text differs. Pure but for its time limit."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypedDict

from diff_match_patch import diff_match_patch

from services.portal.cases.views import Json
from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.files import StoredFile
from shared.contracts.questionnaires import Question, QuestionKind, Questionnaire, placed_questions
from shared.questionnaires.answers import NOT_ANSWERED, is_given

SECONDS, SECONDS_EACH = 2.0, 0.3
"""What all differences together, and one alone, may take; what is not found by then is shown as deleted and inserted."""
CHANGES = ("added", "removed", "changed", "same")
_CJK = "\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])\w)+|\s+|.", re.DOTALL)
_OPS = {
    diff_match_patch.DIFF_EQUAL: "equal",
    diff_match_patch.DIFF_INSERT: "insert",
    diff_match_patch.DIFF_DELETE: "delete",
}
_FIRST_SIGN = 0xE000
Answers = Mapping[str, StoredAnswer]


class TextPiece(TypedDict):
    """A part of a text that is `equal`, or was `insert`ed or `delete`d (`op`)."""

    op: str
    text: str


class RowsPiece(TypedDict):
    """Rows of a table that are `equal`, or were `insert`ed or `delete`d (`op`)."""

    op: str
    rows: list[dict[str, str]]


class Comparison(TypedDict):
    """How many questions there are of each kind of change, and each of them with both answers (CONTRACT 3, submissions)."""

    counts: dict[str, int]
    questions: list[Json]


def compare(questionnaires: Sequence[Questionnaire], before: Answers, after: Answers) -> Comparison:
    """Every question that one of the two answers, and what became of the answer."""
    clock = _Deadline(time.monotonic() + SECONDS)
    questions = [
        {"questionnaire": each.code, "part": part.number, **_compared(question, before, after, clock)}
        for each, part, question in placed_questions(questionnaires)
        if is_given(before.get(question.id)) or is_given(after.get(question.id))
    ]  # fmt: skip
    became = Counter(str(each["change"]) for each in questions)
    return {"counts": {change: became[change] for change in CHANGES}, "questions": questions}


def text_diff(before: str, after: str, until: float | None = None) -> list[TextPiece]:
    """The two texts as `{op: equal|insert|delete, text}`: Chinese, Japanese and Korean by character, else by word.

    What is equal or deleted makes `before`, what is equal or inserted makes `after`, to the character.
    """
    found = _diff(_TOKEN.findall(before), _TOKEN.findall(after), until)
    return [{"op": op, "text": "".join(tokens)} for op, tokens in found]


def row_diff(
    before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]], until: float | None = None
) -> list[RowsPiece]:
    """The rows of two tables as `{op: equal|insert|delete, rows}`."""
    tokens = [
        [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows] for rows in (before, after)
    ]
    found = _diff(tokens[0], tokens[1], until)
    return [{"op": op, "rows": [json.loads(row) for row in rows]} for op, rows in found]


def changed_questions(asked: Sequence[Questionnaire], before: Answers, after: Answers) -> list[str]:
    """The ids of the questions whose answer is not the same, in order."""
    return [
        question.id
        for _questionnaire, _part, question in placed_questions(asked)
        if (is_given(before.get(question.id)) or is_given(after.get(question.id)))
        and _change(before.get(question.id), after.get(question.id)) != "same"
    ]


class _Deadline:
    """When a difference must be found."""

    def __init__(self, end: float) -> None:
        self._end = end

    def next(self) -> float:
        """For the next one, as the library counts: seconds of the wall clock."""
        return time.time() + max(0.0, min(SECONDS_EACH, self._end - time.monotonic()))


def _compared(question: Question, before: Answers, after: Answers, clock: _Deadline) -> Json:
    one, other = (each.get(question.id) for each in (before, after))
    change = _change(one, other)
    first, second = one or NOT_ANSWERED, other or NOT_ANSWERED
    value_diff = note_diff = None
    if change == "changed":
        if first.value != second.value and question.kind in _VALUE_DIFFS:
            empty, diff = _VALUE_DIFFS[question.kind]
            value_diff = diff(first.value or empty, second.value or empty, clock.next())
        if first.note != second.note:
            note_diff = text_diff(first.note, second.note, clock.next())
    return {
        "id": question.id, "kind": question.kind, "text_zh": question.text_zh, "text_en": question.text_en,
        "change": change, "from": one and one.document, "to": other and other.document, "value_diff": value_diff,
        "note_diff": note_diff, "attachments": _files(first, second),
    }  # fmt: skip


def _change(one: StoredAnswer | None, other: StoredAnswer | None) -> str:
    if not is_given(one):
        return "added"
    if not is_given(other):
        return "removed"
    return "same" if _content(one or NOT_ANSWERED) == _content(other or NOT_ANSWERED) else "changed"


def _content(answer: StoredAnswer) -> tuple[object, ...]:
    """What an answer says; the version and the id of a file are no content."""
    value = None if answer.value in ("", ()) else answer.value
    return value, answer.note, [_identity(file) for file in answer.attachments]


def _identity(file: StoredFile) -> tuple[str, str]:
    return file.name, file.sha256


def _files(one: StoredAnswer, other: StoredAnswer) -> Json:
    before, after = ({_identity(file): file.document for file in each.attachments} for each in (one, other))
    return {
        "added": [file for key, file in after.items() if key not in before],
        "removed": [file for key, file in before.items() if key not in after],
        "same": [file for key, file in after.items() if key in before],
    }


def _diff(before: list[str], after: list[str], until: float | None) -> Iterator[tuple[str, list[str]]]:
    """The difference of two lists, each different element being one sign to the library."""
    signs: dict[str, str] = {}
    texts = [
        "".join(signs.setdefault(each, chr(_FIRST_SIGN + len(signs))) for each in side)
        for side in (before, after)
    ]
    spoken = {sign: token for token, sign in signs.items()}
    differ = diff_match_patch()
    differ.Diff_Timeout = SECONDS_EACH
    found = differ.diff_main(*texts, False, until)
    differ.diff_cleanupSemantic(found)
    for op, text in found:
        yield _OPS[op], [spoken[sign] for sign in text]


_TEXT: tuple[object, Callable[..., list[TextPiece] | list[RowsPiece]]] = ("", text_diff)
_VALUE_DIFFS: dict[QuestionKind, tuple[object, Callable[..., list[TextPiece] | list[RowsPiece]]]] = {
    QuestionKind.TEXT: _TEXT, QuestionKind.LONG_TEXT: _TEXT, QuestionKind.TABLE: ((), row_diff),
}  # fmt: skip
