"""What contradicts itself in a questionnaire, although each of its pieces has the right form. Pure."""

import re
from collections.abc import Iterator, Mapping

from shared.contracts.limits import TABLE_ROWS
from shared.contracts.question_rules import (
    DATE_LIMITS,
    NO_LIMITS,
    NUMBER_LIMITS,
    TEXT_LIMITS,
    AnswerLimits,
    CellCondition,
    Condition,
)
from shared.contracts.questionnaires import (
    Choice,
    Column,
    Question,
    QuestionKind,
    Questionnaire,
    all_questions,
    unit_in,
)
from shared.questionnaires.tables import options_of

_LIMITS_OF = {
    "text": TEXT_LIMITS, "long_text": TEXT_LIMITS, "number": NUMBER_LIMITS, "date": DATE_LIMITS,
}  # fmt: skip
_CHOOSES = (QuestionKind.CHOICE, QuestionKind.CHOICES)


def contradictions(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Each question that contradicts itself or another one, with the reason."""
    questions = {question.id: question for question in all_questions([questionnaire])}
    for name, question in questions.items():
        yield from ((name, why) for why in _alone(question))
        yield from ((name, why) for why in _with_others(question, questions))


def _alone(question: Question) -> Iterator[str]:
    yield from _limits(question.limits, question.kind)
    for name, given, kinds in (
        ("attachment_if", question.attachment_if is not None, (QuestionKind.YES_NO,)),
        ("rows_of", question.rows_of is not None, (QuestionKind.NUMBER,)),
        ("min_rows", bool(question.min_rows), (QuestionKind.TABLE,)),
        ("prepared", bool(question.prepared), (QuestionKind.TABLE,)),
        (
            "exclusive choice",
            any(choice.exclusive for choice in question.choices),
            (QuestionKind.CHOICES,),
        ),
    ):
        if given and question.kind not in kinds:
            yield f"a question of kind {question.kind} has no {name}"
    if question.not_applicable and question.describe_if:
        yield "not_applicable and describe_if both speak of the note"
    if question.attachment_required and any((question.attachment_if, _asks_file(question.choices))):
        yield "a file is required already; no answer can demand it"
    if question.only_prepared and not question.prepared:
        yield "only_prepared: a table without prepared rows would have none"
    if question.only_prepared and question.min_rows > len(question.prepared):
        yield f"min_rows: {question.min_rows} are more than the prepared rows, which are all"
    if question.min_rows > TABLE_ROWS:
        yield f"min_rows: a table takes at most {TABLE_ROWS} rows"
    if question.unit and _is_in_one_language(question.unit):
        yield f"unit: «{question.unit}» is in one language alone: write both, as in `家 / establishments`"
    yield from _twice("prepared row", [row.code for row in question.prepared])
    yield from _labels(question.choices)
    for position, column in enumerate(question.columns):
        yield from (f"column {column.code}: {why}" for why in _column(question, column, position))


def _is_in_one_language(unit: str) -> bool:
    """Whether Chinese or English readers get words of the other language; `%`, `kg` and `mg/kg` are for both."""
    zh, en = unit_in(unit, "zh"), unit_in(unit, "en")
    return any(map(_is_chinese, en)) or (zh != en and not any(map(_is_chinese, zh)))


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _asks_file(choices: tuple[Choice, ...]) -> bool:
    return any(choice.file for choice in choices)


def _column(question: Question, column: Column, position: int) -> Iterator[str]:
    yield from _limits(column.limits, column.kind)
    if bool(column.choices) is not (column.kind == "choice"):
        yield f"of kind {column.kind} {'needs' if column.kind == 'choice' else 'has no'} choices"
    if any(choice.exclusive or choice.note or choice.file for choice in column.choices):
        yield "the choices of a cell are neither exclusive nor ask for a note or a file"
    yield from _twice("choice", [choice.code for choice in column.choices])
    yield from _labels(column.choices)
    if question.prepared and position == 0 and (column.kind != "text" or column.calculated):
        yield "names the prepared rows, and is a text"
    if column.calculated:
        yield from _calculation(question, column, position)
    if column.required_where:
        yield from _required_where(question, column, column.required_where)


def _required_where(question: Question, column: Column, where: CellCondition) -> Iterator[str]:
    if column.required or column.calculated:
        yield "required_where: it is required always, or calculated; say one of them"
    deciding = next((each for each in question.columns if each.code == where.column), None)
    if deciding is None or deciding == column or deciding.kind not in ("choice", "yes_no"):
        yield f"required_where: {where.column} is no other column with options"
        return
    for code in where.any_of:
        if code not in options_of(question, deciding):
            yield f"required_where: {where.column} has no option {code}"


def _calculation(question: Question, column: Column, position: int) -> Iterator[str]:
    assert column.calculated is not None  # noqa: S101 - only such columns come here
    numbers = {each.code for each in question.columns[:position] if each.kind == "number"}
    if column.kind != "number":
        yield "what is calculated is a number"
    if column.required or column.limits.whole:
        yield "what is calculated is neither required nor whole; it may have minimum and maximum"
    for code in column.calculated.uses:
        if code not in numbers:
            yield f"{code} is no number column that stands before it"


def _with_others(question: Question, questions: Mapping[str, Question]) -> Iterator[str]:
    for condition in question.relevant:
        yield from (f"relevant: {why}" for why in _condition(question, condition, questions))
    if question.rows_of is not None:
        list_ = questions.get(question.rows_of)
        if list_ is None or list_.kind is not QuestionKind.TABLE:
            yield f"rows_of: {question.rows_of} is no table of this questionnaire"


def _condition(question: Question, condition: Condition, questions: Mapping[str, Question]) -> Iterator[str]:
    other = questions.get(condition.question)
    if other is None:
        yield f"there is no question {condition.question}"
        return
    if _depends(condition.question, question.id, questions):
        yield f"{condition.question} waits for this question itself"
    if other.only_for and question.only_for and not set(other.only_for) & set(question.only_for):
        yield f"{other.id} is never asked where this is"
    if condition.at_least is not None:
        if other.kind is not QuestionKind.NUMBER:
            yield f"{other.id} is no number"
        return
    offered = (
        {"yes", "no"} if other.kind is QuestionKind.YES_NO else {choice.code for choice in other.choices}
    )
    for code in (*condition.any_of, *condition.none_of):
        if code not in offered:
            yield f"{other.id} has no option {code}"


def _depends(
    name: str, on: str, questions: Mapping[str, Question], seen: frozenset[str] = frozenset()
) -> bool:
    """Whether a question's being asked hangs on another, over however many steps."""
    if name == on:
        return True
    if name in seen or name not in questions:
        return False
    return any(_depends(each.question, on, questions, seen | {name}) for each in questions[name].relevant)


def _limits(limits: AnswerLimits, kind: str) -> Iterator[str]:
    given = {key for key, value in limits if value != getattr(NO_LIMITS, key)}
    takes = sorted(_LIMITS_OF.get(kind, ()))
    for name in sorted(given.difference(takes)):
        yield f"limits: {name} is for other kinds: {kind} has {', '.join(takes) or 'none'}"
    for least, most in (("minimum", "maximum"), ("earliest", "latest"), ("shortest", "longest")):
        low, high = getattr(limits, least), getattr(limits, most)
        if low is not None and high is not None and low > high:
            yield f"limits: nothing is both {least} {low} and {most} {high}: exchange them, or take one away"
    if kind == "number" and limits.not_in_future and not limits.whole:
        yield "limits: a number that is not_in_future is a year: say whole, too"
    if len({bool(limits.pattern), bool(limits.pattern_zh), bool(limits.pattern_en)}) > 1:
        yield "limits: a pattern is said in words, too: write pattern, pattern_zh and pattern_en together"
    try:
        re.compile(limits.pattern)
    except re.error as error:
        yield f"limits: the pattern can't be read: {error}"


def _labels(choices: tuple[Choice, ...]) -> Iterator[str]:
    for language in ("zh", "en"):
        yield from _twice(f"{language} of a choice", [getattr(choice, language) for choice in choices])


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({each for each in names if names.count(each) > 1}):
        yield f"{what} stands twice: {name}"
