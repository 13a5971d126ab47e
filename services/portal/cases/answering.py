"""How a question is to be answered, in words: when it is asked, what an answer may be, what else is wanted. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from shared.bilingual import Bilingual
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.numbers import number_text
from shared.contracts.question_rules import AnswerLimits, Calculation, Condition
from shared.contracts.questionnaires import Choice, Column, Question, QuestionKind, unit_in
from shared.questionnaires.tables import YES_NO, options_of

Numbers = Mapping[str, str]
Known = Mapping[str, Question]
KINDS = {
    QuestionKind.TEXT: Bilingual("文字", "A text"),
    QuestionKind.LONG_TEXT: Bilingual("文字，可多行", "A text of several lines"),
    QuestionKind.YES_NO: Bilingual("选择是或否", "Yes or no"),
    QuestionKind.CHOICE: Bilingual("选择一项", "Choose one"),
    QuestionKind.CHOICES: Bilingual("可选择多项", "Choose all that apply"),
    QuestionKind.NUMBER: Bilingual("数字", "A number"),
    QuestionKind.DATE: Bilingual("日期，年-月-日", "A date, YYYY-MM-DD"),
    QuestionKind.TABLE: Bilingual("表格，每行一项", "A table, one row each"),
    QuestionKind.FILE: Bilingual("上传文件", "Files"),
}
_OF_CELLS = {
    "text": Bilingual("文字", "text"), "number": Bilingual("数字", "number"),
    "date": Bilingual("日期，年-月-日", "date, YYYY-MM-DD"), "choice": Bilingual("选择一项", "one of"),
    "yes_no": Bilingual("是或否", "yes or no"),
}  # fmt: skip


def asked_only_if(question: Question, numbers: Numbers, known: Known) -> list[Bilingual]:
    """The conditions under which a question is asked, all of which hold; none where it is asked always."""
    return [_condition(each, numbers, known) for each in question.relevant]


def asked_only_of(question: Question, specific: Sequence[str] | None = None) -> Bilingual | None:
    """The specific categories that are asked; None where all of them are. For a case with these categories: which of them."""
    if specific is not None and set(specific) <= set(question.only_for):
        return None
    named = [
        Bilingual(SPECIFIC[code].zh, SPECIFIC[code].en)
        for code in question.only_for
        if code in SPECIFIC and (specific is None or code in specific)
    ]
    return _joined(named) if named else None


def rules_of(question: Question, numbers: Numbers) -> list[Bilingual]:
    """What an answer may be and what goes with it, one sentence each: the kind first."""
    return [*_answer(question, numbers), *_with_it(question)]


def rules_of_column(question: Question, column: Column) -> Bilingual:
    """What a cell of a column may be, with its options."""
    if column.calculated:
        return _joined([_calculated(column.calculated, question), *_limits(column.limits)], "，", ", ")
    pieces = [_OF_CELLS[column.kind]]
    if column.choices:
        options = _joined([*options_of(question, column).values()])
        pieces = [Bilingual(f"选择一项：{options.zh}", f"one of: {options.en}")]
    needed = Bilingual("必填", "required") if column.required else required_where(question, column)
    return _joined([*pieces, *_limits(column.limits), *([needed] if needed else [])], "，", ", ")


def required_where(question: Question, column: Column) -> Bilingual | None:
    """In which rows a column is required that is not required always; None where in none."""
    where = column.required_where
    if where is None:
        return None
    deciding = question.column(where.column)
    options = options_of(question, deciding)
    chosen = [options[code] for code in where.any_of if code in options]
    zh, en = "或".join(f"“{each.zh}”" for each in chosen), " or ".join(f"“{each.en}”" for each in chosen)
    return Bilingual(f"“{deciding.zh}”为{zh}时必填", f"required where “{deciding.en}” is {en}")


def _condition(condition: Condition, numbers: Numbers, known: Known) -> Bilingual:
    number = numbers.get(condition.question, condition.question)
    if condition.at_least is not None:
        least = number_text(condition.at_least)
        return Bilingual(f"{number}不小于{least}", f"{number} is {least} or more")
    labels = _labels(known.get(condition.question))
    named = [labels.get(code, Bilingual(code, code)) for code in (*condition.any_of, *condition.none_of)]
    zh, en = "或".join(f"“{each.zh}”" for each in named), " or ".join(f"“{each.en}”" for each in named)
    if condition.any_of:
        return Bilingual(f"{number}的答案是{zh}", f"the answer to {number} is {en}")
    return Bilingual(f"{number}的答案不是{zh}", f"the answer to {number} is not {en}")


def _labels(question: Question | None) -> Mapping[str, Bilingual]:
    if question is None:
        return {}
    named = {choice.code: Bilingual(choice.zh, choice.en) for choice in question.choices}
    return named or YES_NO


def _answer(question: Question, numbers: Numbers) -> Iterator[Bilingual]:
    kind, unit = KINDS[question.kind], question.unit
    if unit:
        kind = Bilingual(f"{kind.zh}（{unit_in(unit, 'zh')}）", f"{kind.en} ({unit_in(unit, 'en')})")
    limits = [*_limits(question.limits)]
    yield _joined([kind, *limits], "，", ", ")
    if question.min_rows:
        yield Bilingual(f"至少{question.min_rows}行", f"At least {question.min_rows} rows")
    if question.only_prepared:
        yield Bilingual("只填写表中已有的行", "The given rows alone")
    if question.rows_of:
        list_ = numbers.get(question.rows_of, question.rows_of)
        yield Bilingual(f"等于{list_}中填写的行数", f"As many as the rows of {list_}")
    if alone := _joined_choices(question, "exclusive"):
        yield Bilingual(f"{alone.zh}只能单独选择", f"To be chosen alone: {alone.en}")


def _with_it(question: Question) -> Iterator[Bilingual]:
    for said, code, name in (
        (Bilingual("须填写备注：选择", "A note is required with: "), question.describe_if, "note"),
        (Bilingual("须上传附件：选择", "A file is required with: "), question.attachment_if, "file"),
    ):
        options = _quoted([YES_NO[code]]) if code else _joined_choices(question, name)
        if options:
            yield Bilingual(f"{said.zh}{options.zh}时", f"{said.en}{options.en}")
    if question.attachment_suffices:
        yield Bilingual("文字或附件均可", "A file answers it as well")
    if question.not_applicable:
        yield Bilingual(
            "不适用的，不填答案，在备注中说明理由",
            "If it does not apply, leave it unanswered and say why in the note",
        )


def _joined_choices(question: Question, flag: str) -> Bilingual | None:
    chosen: list[Choice] = [choice for choice in question.choices if getattr(choice, flag)]
    return _quoted([Bilingual(choice.zh, choice.en) for choice in chosen]) if chosen else None


def _limits(limits: AnswerLimits) -> Iterator[Bilingual]:
    if limits.whole:
        yield Bilingual("整数", "whole")
    for value, zh, en in (
        (limits.minimum, "不小于{}", "not less than {}"), (limits.maximum, "不大于{}", "not more than {}"),
        (limits.shortest, "至少{}个字符", "at least {} characters"), (limits.longest, "最多{}个字符", "at most {} characters"),
    ):  # fmt: skip
        if value is not None:
            yield Bilingual(zh.format(number_text(value)), en.format(number_text(value)))
    if limits.earliest:
        yield Bilingual(f"不早于{limits.earliest}", f"not before {limits.earliest}")
    if limits.latest:
        yield Bilingual(f"不晚于{limits.latest}", f"not after {limits.latest}")
    if limits.not_in_future:
        yield Bilingual("不晚于今年" if limits.whole else "不晚于今天", "not in the future")
    if limits.pattern:
        yield Bilingual(limits.pattern_zh.rstrip("。"), limits.pattern_en.rstrip("."))


def _calculated(calculation: Calculation, question: Question) -> Bilingual:
    columns = {column.code: Bilingual(column.zh, column.en) for column in question.columns}
    used = [columns.get(code, Bilingual(code, code)) for code in calculation.uses]
    if calculation.rate_of:
        part, whole = used
        return Bilingual(
            f"自动计算：{part.zh} ÷ {whole.zh}（%）", f"calculated: {part.en} ÷ {whole.en}, in percent"
        )
    total = _joined(used, " + ", " + ")
    return Bilingual(f"自动计算：{total.zh}", f"calculated: {total.en}")


def _quoted(named: Sequence[Bilingual]) -> Bilingual:
    return Bilingual("、".join(f"“{each.zh}”" for each in named), ", ".join(f"“{each.en}”" for each in named))


def _joined(named: Sequence[Bilingual], zh: str = "；", en: str = "; ") -> Bilingual:
    return Bilingual(zh.join(each.zh for each in named), en.join(each.en for each in named))
