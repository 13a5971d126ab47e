"""Is an answer what its questionnaire says that it may be? A draft is told; what is submitted is refused. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from shared.bilingual import Bilingual
from shared.contracts.faults import CellFault, FieldFault
from shared.contracts.numbers import number_of, number_text
from shared.contracts.question_rules import AnswerLimits, Calculation
from shared.contracts.questionnaires import (
    NO_ANSWER,
    Answer,
    Choice,
    Column,
    Question,
    QuestionKind,
    Questionnaire,
    all_questions,
)
from shared.contracts.reading import date_of
from shared.contracts.texts import is_blank
from shared.questionnaires.relevance import asked_now
from shared.questionnaires.row_checks import AnswerProblem, misplaced_rows, of_cell, rows_counted
from shared.questionnaires.tables import (
    YES_NO,
    Row,
    filled_rows,
    is_prepared,
    options_of,
    rows_of,
)

NAMED = 20
"""Faults of one question that are told at once."""
SAID_BESIDE = 5
"""Of these, what is said beside the question while it is answered."""


def format_faults(
    asked: Sequence[Questionnaire], answers: Mapping[str, Answer], today: date
) -> list[FieldFault]:
    """What contradicts the format, question by question: each with its place (row and column) and the reason."""
    return [
        fault for question, problems in _found(asked, answers, today) for fault in told(question, problems)
    ]


class WrongAnswer(NamedTuple):
    """What contradicts the format in an answer: the first places in words, and how many more; all cells of a table.

    A cell is its row, counted from 1 as the table is shown, and its column.
    """

    said: Bilingual
    cells: frozenset[tuple[int, str]]


def wrong_answers(
    asked: Sequence[Questionnaire], answers: Mapping[str, Answer], at: datetime
) -> dict[str, WrongAnswer]:
    """What contradicts the format among the questions that are asked now, by question."""
    found = {question.id: [*problems] for question, problems in _found(asked, answers, latest_day(at))}
    return {
        name: WrongAnswer(_beside(problems), _cells(problems)) for name, problems in found.items() if problems
    }


def _found(
    asked: Sequence[Questionnaire], answers: Mapping[str, Answer], today: date
) -> Iterator[tuple[Question, Iterator[AnswerProblem]]]:
    """The questions that are asked now, each with its problems; what is kept of any other is held against none."""
    questions = [*all_questions(asked_now(asked, answers))]
    given = {each.id: answers.get(each.id, NO_ANSWER) for each in questions}
    for question in questions:
        yield question, _problems(question, given, today)


def _beside(problems: Sequence[AnswerProblem]) -> Bilingual:
    said, more = problems[:SAID_BESIDE], len(problems) - SAID_BESIDE
    zh = "".join(each.zh for each in said)
    en = " ".join(each.en[:1].upper() + each.en[1:] for each in said)
    return Bilingual(f"{zh}（另有{more}处）", f"{en} (and {more} more)") if more > 0 else Bilingual(zh, en)


def _cells(problems: Iterable[AnswerProblem]) -> frozenset[tuple[int, str]]:
    return frozenset((each.row, each.column) for each in problems if each.row is not None)


def latest_day(moment: datetime) -> date:
    """The day that it is where the day begins first (UTC+14): no date of anywhere is held to be of the future."""
    return (moment + timedelta(hours=14)).date()


def told(question: Question, problems: Iterable[AnswerProblem]) -> list[FieldFault]:
    """The first problems of a question as prompts that name it."""
    return [_fault(question, each) for each in islice(problems, NAMED)]


def _fault(question: Question, problem: AnswerProblem) -> FieldFault:
    zh, en = f"“{question.text_zh}”：{problem.zh}", f"“{question.text_en}”: {problem.en}"
    if problem.row is None:
        return FieldFault(question.id, problem.code, zh, en)
    return CellFault(question.id, problem.code, zh, en, problem.row, problem.column)


def chosen(question: Question, answer: Answer) -> list[Choice]:
    """The options that an answer names."""
    codes = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    return [choice for choice in question.choices if choice.code in codes]


def demanding(question: Question, answer: Answer, what: Literal["note", "file"]) -> list[Bilingual]:
    """What was answered that demands a note or a file: yes or no, or options."""
    by = question.describe_if if what == "note" else question.attachment_if
    said = [YES_NO[by]] if by and answer.value == by else []
    options = (each for each in chosen(question, answer) if (each.note if what == "note" else each.file))
    return [*said, *(Bilingual(each.zh, each.en) for each in options)]


def needs_file(question: Question, answer: Answer) -> bool:
    """Whether a file is required: always, or by what was answered."""
    return question.attachment_required or bool(demanding(question, answer, "file"))


def _problems(question: Question, answers: Mapping[str, Answer], today: date) -> Iterator[AnswerProblem]:
    answer = answers.get(question.id, NO_ANSWER)
    if question.kind is QuestionKind.TABLE:
        for number, row in filled_rows(question, answer.value):
            yield from _row(question, number, row, today)
        yield from misplaced_rows(question, answer)
    elif answer.value is not None:
        yield from _beyond(question.limits, _read(question, answer), today)
    yield from _exclusive(question, answer)
    yield from _counted(question, answers)


def _read(question: Question, answer: Answer) -> object:
    return day_of(answer.value) if question.kind is QuestionKind.DATE else answer.value


def day_of(value: object) -> object:
    """The day that a text is; anything else as it is."""
    day = date_of(value) if isinstance(value, str) else None
    return date.fromisoformat(day) if day else value


def _exclusive(question: Question, answer: Answer) -> Iterator[AnswerProblem]:
    named = chosen(question, answer)
    for choice in named if len(named) > 1 else ():
        if choice.exclusive:
            yield AnswerProblem(
                "exclusive_choice",
                f"选择“{choice.zh}”时不能同时选择其他项。",
                f"“{choice.en}” can't be chosen together with others.",
            )


def _counted(question: Question, answers: Mapping[str, Answer]) -> Iterator[AnswerProblem]:
    """A count is that of the rows of its list, where the list was answered at all."""
    count = answers.get(question.id, NO_ANSWER).value
    if question.rows_of is None or not isinstance(count, int | float):
        return
    present = sum(
        any(not is_blank(cell) for cell in row.values())
        for row in rows_of(answers.get(question.rows_of, NO_ANSWER).value)
    )
    if present and count != present:
        yield AnswerProblem(
            "not_the_count",
            f"填写的数量是{number_text(count)}，而清单有{present}行。",
            f"The number is {number_text(count)}, but the list has {rows_counted(present)}.",
        )


def _row(question: Question, number: int, row: Row, today: date) -> Iterator[AnswerProblem]:
    for column in question.columns:
        text = row.get(column.code, "")
        if column.calculated:
            problems = _result(question, column.calculated, column.limits, row, text)
        elif is_blank(text) or (column == question.columns[0] and is_prepared(question, row)):
            continue
        else:
            problems = _cell(question, column, text, today)
        for problem in problems:
            yield of_cell(problem, number, column)


def _result(
    question: Question, calculation: Calculation, limits: AnswerLimits, row: Row, text: str
) -> Iterator[AnswerProblem]:
    """What is calculated is beyond its limits; a part of nothing is more than the whole, whatever the rate would be."""
    if (result := number_of(text)) is not None:
        for each in _number_beyond(limits, result):
            yield AnswerProblem(
                each.code, f"计算结果为{text}，{each.zh}", f"the result is {text}; it {each.en}"
            )
    elif calculation.rate_of and limits.maximum is not None:
        part, whole = (number_of(row.get(code, "")) for code in calculation.rate_of)
        if part and whole == 0:
            named = {each.code: each for each in question.columns}
            less, more = (named[code] for code in calculation.rate_of)
            yield AnswerProblem(
                "too_large",
                f"“{less.zh}”不能大于“{more.zh}”。",
                f"“{less.en}” can't be more than “{more.en}”.",
            )


def _cell(question: Question, column: Column, text: str, today: date) -> Iterator[AnswerProblem]:
    read = _CELLS[column.kind](text)
    if column.kind in ("choice", "yes_no"):
        if text.strip() not in options_of(question, column):
            yield AnswerProblem("unknown_choice", "请从选项中选择。", "must be chosen from the options.")
    elif read is None:
        zh, en = _NOT_READ[column.kind].zh, _NOT_READ[column.kind].en
        yield AnswerProblem(f"not_a_{column.kind}", zh, en)
    else:
        yield from _beyond(column.limits, read, today)


def _beyond(limits: AnswerLimits, value: object, today: date) -> Iterator[AnswerProblem]:
    if isinstance(value, date):
        yield from _date_beyond(limits, value, today)
    elif isinstance(value, int | float):
        yield from _number_beyond(limits, value)
        yield from _year_beyond(limits, value, today)
    elif isinstance(value, str) and not is_blank(value):
        yield from _text_beyond(limits, value.strip())


def _number_beyond(limits: AnswerLimits, value: float) -> Iterator[AnswerProblem]:
    if limits.minimum is not None and value < limits.minimum:
        least = number_text(limits.minimum)
        yield AnswerProblem("too_small", f"不能小于{least}。", f"can't be less than {least}.")
    if limits.maximum is not None and value > limits.maximum:
        most = number_text(limits.maximum)
        yield AnswerProblem("too_large", f"不能大于{most}。", f"can't be more than {most}.")
    if limits.whole and not float(value).is_integer():
        yield AnswerProblem("not_whole", "请填写整数。", "must be a whole number.")


def _year_beyond(limits: AnswerLimits, value: float, today: date) -> Iterator[AnswerProblem]:
    if limits.not_in_future and value > today.year:
        said = number_text(value)
        yield AnswerProblem(
            "in_the_future", f"年份不能晚于今年（{said}）。", f"the year {said} is in the future."
        )


def _date_beyond(limits: AnswerLimits, value: date, today: date) -> Iterator[AnswerProblem]:
    if limits.not_in_future and value > today:
        yield AnswerProblem(
            "in_the_future", f"日期不能晚于今天（{value}）。", f"the date {value} is in the future."
        )
    if limits.earliest and value < limits.earliest:
        yield AnswerProblem(
            "too_early", f"日期不能早于{limits.earliest}。", f"the date can't be before {limits.earliest}."
        )
    if limits.latest and value > limits.latest:
        yield AnswerProblem(
            "too_late", f"日期不能晚于{limits.latest}。", f"the date can't be after {limits.latest}."
        )


def _text_beyond(limits: AnswerLimits, value: str) -> Iterator[AnswerProblem]:
    if limits.shortest is not None and len(value) < limits.shortest:
        yield AnswerProblem(
            "too_short",
            f"至少填写{limits.shortest}个字符（现有{len(value)}个）。",
            f"at least {limits.shortest} characters are wanted; it has {len(value)}.",
        )
    if limits.longest is not None and len(value) > limits.longest:
        yield AnswerProblem(
            "too_long",
            f"不能超过{limits.longest}个字符（现有{len(value)}个）。",
            f"at most {limits.longest} characters; it has {len(value)}.",
        )
    if limits.pattern and not re.fullmatch(limits.pattern, value):
        yield AnswerProblem("not_of_the_pattern", limits.pattern_zh, limits.pattern_en)


_CELLS: Mapping[str, Callable[[str], object]] = {
    "text": str, "number": number_of, "choice": str, "yes_no": str,
    "date": lambda text: date.fromisoformat(day) if (day := date_of(text)) else None,
}  # fmt: skip
_NOT_READ = {
    "number": Bilingual("请填写数字，不写单位。", "must be a number, without a unit."),
    "date": Bilingual(
        "请填写日期，年份在前，如2024-03-05。", "must be a date with the year first, such as 2024-03-05."
    ),
}
