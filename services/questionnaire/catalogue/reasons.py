"""Why a piece of a questionnaire is refused, in an author's words with the way out. Pure."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.contracts.numbers import number_of
from shared.contracts.question_rules import AnswerLimits, Calculation, Condition
from shared.contracts.questionnaires import Choice, Column, Part, Question, Questionnaire

_KEYS = sorted(
    {"is", "include", "product", "groups", "lists"}
    | {
        name
        for form in (AnswerLimits, Calculation, Choice, Column, Condition, Part, Question, Questionnaire)
        for name in form.model_fields
    }
)
_BEGINS = "a file begins with `code:`, `version:`, titles and `product:`, and has `parts:`"
_LIST = "is no list: begin each entry with `- ` on a line of its own"
_NO_KEYS = ("[key]", "int", "float")
_DAY = "a day, such as 2024-03-05"
_NAME = "small letters, digits and _, a letter first"


def reasons_of(error: ValidationError) -> str:
    """All of them in one line, each with its place (`columns, entry 1, zh`) and said once, however many forms were tried."""
    return "; ".join(
        dict.fromkeys(
            f"{place} {why}" if (place := _place(each)) else why
            for each in error.errors()
            for why in [_SAID.get(each["type"], _otherwise)(each)]
        )
    )


def _place(error: ErrorDetails) -> str:
    """The keys on the way, entries of a list counted from 1; `int` and `float` are forms of a number, and no keys."""
    is_key = "[key]" in error["loc"]
    return ", ".join(
        f"entry {each + 1}" if isinstance(each, int) and not is_key else str(each)
        for each in error["loc"]
        if each not in _NO_KEYS
    )


def _no_key(error: ErrorDetails) -> str:
    near = get_close_matches(str(error["loc"][-1]), _KEYS, n=1)
    return "is no key of the format" + (f"; is {near[0]} meant?" if near else "; take it away")


def _no_keys(error: ErrorDetails) -> str:
    return (
        "has a line for each key, such as `kind: text`" if error["loc"] else f"is no questionnaire: {_BEGINS}"
    )


def _one_of(error: ErrorDetails) -> str:
    """A number as a key is read as a number: the names of parts are texts."""
    quoted = f'"{error["input"]}"'
    if error["loc"][-1:] == ("[key]",) and isinstance(error["input"], int):
        return f"is a number: put it in quotation marks, {quoted}"
    return _otherwise(error)


def _number(error: ErrorDetails) -> str:
    """A number in quotation marks is a text."""
    given = error["input"]
    if isinstance(given, str) and number_of(given) is not None:
        return f"is a text: take away the quotation marks around {given}"
    return f"should be a number, such as 5 or 0.5, not «{given}»"


def _as(what: str) -> Callable[[ErrorDetails], str]:
    return lambda error: f"should be {what}, not «{error['input']}»"


def _otherwise(error: ErrorDetails) -> str:
    """The validator's own sentence, such as «Input should be 'text' or 'number'»."""
    said = error["msg"].removeprefix("Value error, ").replace("Input should be", "should be")
    return f"{said}, not «{error['input']}»" if isinstance(error["input"], str | int) else said


_SAID: Mapping[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda error: "is missing: write it",
    "extra_forbidden": _no_key,
    "string_too_short": lambda error: "is empty: write it",
    "string_pattern_mismatch": lambda error: f"is no name: {_NAME}",
    "string_type": lambda error: f"is no text: put it in quotation marks («{error['input']}»)",
    "list_type": lambda error: _LIST,
    "tuple_type": lambda error: _LIST,
    "model_type": _no_keys,
    "dict_type": _no_keys,
    "literal_error": _one_of,
    "int_type": _number, "int_parsing": _number, "int_from_float": _as("a whole number, such as 5"),
    "float_type": _number, "float_parsing": _number, "finite_number": _number,
    "greater_than_equal": lambda error: f"should be {error['ctx']['ge']} or more, not «{error['input']}»",
    "bool_type": _as("true or false"), "bool_parsing": _as("true or false"),
    "date_type": _as(_DAY), "date_parsing": _as(_DAY), "date_from_datetime_parsing": _as(_DAY),
    "date_from_datetime_inexact": _as(_DAY),
    "value_error": lambda error: error["msg"].removeprefix("Value error, "),
}  # fmt: skip
