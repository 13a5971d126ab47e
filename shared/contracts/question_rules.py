"""What a questionnaire says of its answers, as data: when a question is asked, what an answer may be, what is calculated."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StrictInt,
    StringConstraints,
    model_validator,
)

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
QuestionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=64)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Number = StrictInt | Annotated[float, Strict(), AllowInfNan(False)]


class FormatModel(BaseModel):
    """A piece of a questionnaire: written once, never changed; an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(FormatModel):
    """What another answer must be: one of these options, none of them, or a number that is not below.

    A question that is not answered, or not asked, fulfils no condition. `is: x` stands for `any_of: [x]`.
    """

    question: QuestionId
    any_of: tuple[Code, ...] = ()
    none_of: tuple[Code, ...] = ()
    at_least: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_option(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "is" not in given:
            return given
        if "any_of" in given:
            raise ValueError("say `is` or `any_of`, not both")
        return {key: value for key, value in given.items() if key != "is"} | {"any_of": (given["is"],)}

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum((bool(self.any_of), bool(self.none_of), self.at_least is not None)) != 1:
            raise ValueError("a condition says one of is, any_of, none_of and at_least")
        return self


class CellCondition(FormatModel):
    """What another cell of the row must be: one of these options. An empty cell fulfils none."""

    column: Code
    any_of: Annotated[tuple[Code, ...], Field(min_length=1)]


class AnswerLimits(FormatModel):
    """What an answer or a cell may be: a number's limits, a date's, and a text's length (Unicode code points) or pattern.

    Dates are inclusive; `not_in_future` allows today, wherever it is today already; a whole number with it is a year, and may be
    this one. A pattern is matched against the whole text, and said in words.
    """

    minimum: Number | None = None
    maximum: Number | None = None
    whole: bool = False
    earliest: date | None = None
    latest: date | None = None
    not_in_future: bool = False
    shortest: Annotated[int, Field(ge=1)] | None = None
    longest: Annotated[int, Field(ge=1)] | None = None
    pattern: str = ""
    pattern_zh: str = ""
    pattern_en: str = ""


NO_LIMITS = AnswerLimits()
NUMBER_LIMITS = frozenset({"minimum", "maximum", "whole", "not_in_future"})
DATE_LIMITS = frozenset({"earliest", "latest", "not_in_future"})
TEXT_LIMITS = frozenset({"shortest", "longest", "pattern", "pattern_zh", "pattern_en"})


class Calculation(FormatModel):
    """A cell that the system fills in: the sum of other cells of its row, or one of them as a rate of another, in percent."""

    sum_of: tuple[Code, ...] = ()
    rate_of: tuple[Code, Code] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if bool(self.sum_of) is (self.rate_of is not None):
            raise ValueError("a calculation says either sum_of or rate_of")
        return self

    @property
    def uses(self) -> tuple[Code, ...]:
        """The columns that it needs."""
        return self.rate_of or self.sum_of
