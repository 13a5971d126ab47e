"""Conditions, limits and calculations as expressions of XLSForm, and back; no other expression is understood. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from shared.contracts.question_rules import AnswerLimits, Calculation, Condition

Raw = dict[str, object]
_REFERENCE, _TEXT, _NUMBER = (
    r"\$\{\s*([\w.-]+)\s*\}",
    r"""(?:'([^']*)'|"([^"]*)")""",
    r"(-?[\d.]+(?:[eE][+-]?\d+)?)",
)
_TODAY = r"today\(\s*\)"
_DATE = r"""date\(\s*['"](\d{4}-\d{2}-\d{2})['"]\s*\)"""
_CHOSEN = re.compile(rf"selected\(\s*{_REFERENCE}\s*,\s*{_TEXT}\s*\)|{_REFERENCE}\s*=\s*{_TEXT}")
_AT_LEAST = re.compile(rf"{_REFERENCE}\s*>=\s*{_NUMBER}")
_ANSWERED = re.compile(rf"{_REFERENCE}\s*!=\s*''")
_NOT = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_RATE = re.compile(rf"round\(\s*100\s*\*\s*{_REFERENCE}\s+div\s+{_REFERENCE}\s*,\s*2\s*\)")
_REFERENCE_ALONE = re.compile(_REFERENCE)
_APOSTROPHE = r"\x27"
"""What a pattern has in place of ' where it holds both kinds of quotation marks, which XPath can't write."""


class NotUnderstood(Exception):
    """An expression is none of those that a questionnaire can hold; says which they are."""


def written_conditions(conditions: Sequence[Condition]) -> str:
    """The `relevant` of a question."""
    return " and ".join(map(_condition, conditions))


def read_conditions(text: str) -> list[Raw]:
    """The conditions that an expression stands for, as a questionnaire's file has them."""
    return [_read_condition(term) for term in _split(text, "and")]


def read_chosen(text: str) -> tuple[str, list[str]]:
    """The name on the sheet of what offers the options, and which of them one is chosen."""
    return _options(text, text)


def written_limits(limits: AnswerLimits) -> str:
    """The `constraint` of an answer or a cell; that a number is whole is said by its type."""
    return " and ".join(_limit_terms(limits))


def read_limits(text: str) -> Raw:
    """The limits that an expression stands for."""
    found: Raw = {}
    for term in _split(text, "and"):
        name, value = _read_limit(term)
        if name in found:
            raise NotUnderstood(f"«{text}» limits {name} twice")
        found[name] = value
    return found


def written_calculation(calculation: Calculation, name: Callable[[str], str]) -> str:
    """The `calculation` of a cell, with the columns by their names on the sheet."""
    used = [f"${{{name(code)}}}" for code in calculation.uses]
    return f"round(100 * {used[0]} div {used[1]}, 2)" if calculation.rate_of else " + ".join(used)


def read_calculation(text: str) -> dict[str, list[str]]:
    """The calculation that an expression stands for, with the columns by their names on the sheet."""
    if rate := _RATE.fullmatch(text.strip()):
        return {"rate_of": [*rate.groups()]}
    terms = [_REFERENCE_ALONE.fullmatch(term.strip()) for term in text.split("+")]
    if not text.strip() or not all(terms):
        raise NotUnderstood(
            f"«{text}» is neither a sum such as ${{table.a}} + ${{table.b}} nor a rate such as "
            "round(100 * ${table.a} div ${table.b}, 2)"
        )
    return {"sum_of": [term[1] for term in terms if term]}


def _condition(condition: Condition) -> str:
    name = condition.question.partition(".")[2]
    if condition.at_least is not None:
        return f"${{{name}}} >= {condition.at_least}"
    if condition.none_of:
        return f"(${{{name}}} != '' and not({written_chosen(name, condition.none_of)}))"
    chosen = written_chosen(name, condition.any_of)
    return chosen if len(condition.any_of) == 1 else f"({chosen})"


def written_chosen(name: str, codes: Sequence[str]) -> str:
    """That one of these options is chosen, with what offers them by its name on the sheet."""
    return " or ".join(f"selected(${{{name}}}, '{code}')" for code in codes)


def _read_condition(term: str) -> Raw:
    inner = _unwrapped(term)
    if at_least := _AT_LEAST.fullmatch(inner):
        return {"question": at_least[1], "at_least": _number(at_least[2])}
    answered, *others = _split(inner, "and")
    if (
        others
        and _ANSWERED.fullmatch(answered)
        and len(others) == 1
        and (denied := _NOT.fullmatch(others[0]))
    ):
        return _chosen(denied[1], "none_of", term)
    if denied := _NOT.fullmatch(inner):
        return _chosen(denied[1], "none_of", term)
    return _chosen(inner, "any_of", term)


def _chosen(text: str, key: str, term: str) -> Raw:
    name, codes = _options(text, term)
    return {"question": name, key: codes}


def _options(text: str, term: str) -> tuple[str, list[str]]:
    found = [_CHOSEN.fullmatch(_unwrapped(each)) for each in _split(_unwrapped(text), "or")]
    groups = [[part for part in each.groups() if part is not None] for each in found if each]
    if not found or len(groups) < len(found) or len({name for name, _ in groups}) != 1:
        raise NotUnderstood(
            f"«{term}» is no condition that a questionnaire can hold: selected(${{question}}, 'option'), several of one "
            "question joined by `or`, not(…) around them, ${question} >= 5; conditions are joined by `and`"
        )
    return groups[0][0], [code for _, code in groups]


def _limit_terms(limits: AnswerLimits) -> Iterator[str]:
    for value, told in ((limits.minimum, ". >= {}"), (limits.maximum, ". <= {}"), (limits.earliest, ". >= date('{}')"),
                        (limits.latest, ". <= date('{}')"), (limits.shortest, "string-length(.) >= {}"),
                        (limits.longest, "string-length(.) <= {}")):  # fmt: skip
        if value is not None:
            yield told.format(value)
    if limits.not_in_future:
        yield ". <= number(format-date(today(), '%Y'))" if limits.whole else ". <= today()"
    if limits.pattern:
        yield f"regex(., {_quoted(limits.pattern)})"


def _quoted(pattern: str) -> str:
    if "'" not in pattern:
        return f"'{pattern}'"
    return f'"{pattern}"' if '"' not in pattern else f"'{pattern.replace(chr(39), _APOSTROPHE)}'"


_LIMITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("minimum", re.compile(rf"\.\s*>=\s*{_NUMBER}")),
    ("maximum", re.compile(rf"\.\s*<=\s*{_NUMBER}")),
    ("earliest", re.compile(rf"\.\s*>=\s*{_DATE}")),
    ("latest", re.compile(rf"\.\s*<=\s*{_DATE}")),
    ("shortest", re.compile(rf"string-length\(\s*\.\s*\)\s*>=\s*{_NUMBER}")),
    ("longest", re.compile(rf"string-length\(\s*\.\s*\)\s*<=\s*{_NUMBER}")),
    (
        "not_in_future",
        re.compile(
            rf"\.\s*<=\s*(?:{_TODAY}|number\(\s*format-date\(\s*{_TODAY}\s*,\s*['\"]%Y['\"]\s*\)\s*\))"
        ),
    ),
    ("pattern", re.compile(rf"regex\(\s*\.\s*,\s*{_TEXT}\s*\)", re.DOTALL)),
)
_VALUE: dict[str, Callable[[re.Match[str]], object]] = {
    "earliest": lambda found: found[1], "latest": lambda found: found[1], "not_in_future": lambda found: True,
    "pattern": lambda found: found[2] if found[1] is None else _pattern(found[1]),
}  # fmt: skip


def _read_limit(term: str) -> tuple[str, object]:
    for name, form in _LIMITS:
        if found := form.fullmatch(_unwrapped(term)):
            return name, _VALUE.get(name, _number_in)(found)
    raise NotUnderstood(
        f"«{term}» is no limit that a questionnaire can hold: . >= 0, . <= 100, . >= date('2000-01-01'), . <= today(), "
        "string-length(.) >= 5, regex(., '…'); limits are joined by `and`"
    )


def _number_in(found: re.Match[str]) -> int | float:
    return _number(found[1])


def _pattern(text: str) -> str:
    return text.replace(_APOSTROPHE, "'") if '"' in text else text


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise NotUnderstood(f"«{text}» is no number") from None


def _unwrapped(text: str) -> str:
    """The text without spaces around it, and without parentheses that hold all of it."""
    text = text.strip()
    while text.startswith("(") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closes(text: str) -> int:
    """Where the parenthesis closes with which the text begins; -1 where it does not."""
    return next((at for at, depth in _depths(text) if depth == 0 and text[at] == ")"), -1)


def _split(text: str, word: str) -> list[str]:
    """The terms between which the word stands, outside of parentheses and quotation marks."""
    terms, since = [], 0
    for at, depth in _depths(text):
        if depth == 0 and at >= since and re.match(rf"\s{word}\s", text[at : at + len(word) + 2]):
            terms.append(text[since:at].strip())
            since = at + len(word) + 2
    return [*terms, text[since:].strip()]


def _depths(text: str) -> Iterator[tuple[int, int]]:
    """Each place that is in no quotation marks, with how many parentheses are open after it."""
    depth, quote = 0, ""
    for at, each in enumerate(text):
        if quote:
            quote = "" if each == quote else quote
        elif each in "'\"":
            quote = each
        else:
            depth += {"(": 1, ")": -1}.get(each, 0)
            yield at, depth
