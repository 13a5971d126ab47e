"""The bodies of requests (CONTRACT 3); everything may be incomplete until it is submitted."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.portal.operations.audit import why_faults
from shared.contracts.limits import LARGEST_NUMBER
from shared.contracts.numbers import number_text
from shared.contracts.parts import ApplicationForm, CheckForm, Contact, Phone, ThreeTexts
from shared.contracts.questionnaires import Answer
from shared.contracts.texts import Text

TYPED_CHARACTERS = 100_000
MOST_FIELDS = 20
MOST_CODES = 200
MOST_ANSWERS = 2000
MOST_ROWS = 2000
MOST_CELLS = 100
"""More rows and columns than any table takes: a draft may break its limits, and is told by how much."""
_SHOWN = 40
"""Characters of a column's name that a refusal shows."""


def _at_most(most: int) -> BeforeValidator:
    """Refuse a list or an object of more than `most` before any of it is looked at: each fault in it is an error of its own."""

    def counted(value: object) -> object:
        if isinstance(value, list | dict) and len(value) > most:
            raise PydanticCustomError("too_long", "At most {max_length} items", {"max_length": most})
        return value

    return BeforeValidator(counted)


def _file_id(value: object) -> object:
    return value["id"] if isinstance(value, dict) and "id" in value else value


def _reason(text: str) -> str:
    for fault in why_faults(text):
        raise PydanticCustomError(fault.code, "{en}", {"zh": fault.message_zh, "en": fault.message_en})
    return text


def _bounded(value: object) -> object:
    """An answer's value, which is of one of several kinds: bounded before each of them is tried on it."""
    if isinstance(value, str):
        bounded = len(value) <= TYPED_CHARACTERS
    elif isinstance(value, list):
        bounded = len(value) <= MOST_ROWS and all(_is_row(each) for each in value)
    else:
        bounded = not isinstance(value, dict)
    if not bounded:
        raise ValueError(f"a text of {TYPED_CHARACTERS} characters, or {MOST_ROWS} rows of texts at most")
    return value


def _is_row(value: object) -> bool:
    if isinstance(value, dict):
        return len(value) <= MOST_CELLS and all(
            not isinstance(each, str) or len(each) <= TYPED_CHARACTERS for each in value.values()
        )
    return isinstance(value, str) and len(value) <= TYPED_CHARACTERS


def _of_texts(value: object) -> object:
    """The rows of a table hold texts (CONTRACT 3): anything else is refused with its row and column, never read as a text."""
    for number, row in enumerate(value if isinstance(value, list) else (), 1):
        for code, cell in row.items() if isinstance(row, dict) else ():
            if not isinstance(cell, str):
                raise PydanticCustomError("string_type", "{en}", _no_text(number, str(code)[:_SHOWN], cell))
    return value


def _no_text(row: int, column: str, cell: object) -> dict[str, str]:
    zh = en = ""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) <= LARGEST_NUMBER:
        zh, en = f"，如“{number_text(cell)}”", f', such as "{number_text(cell)}"'
    return {
        "zh": f"第{row}行“{column}”：单元格应为文字{zh}",
        "en": f"row {row}, “{column}”: a cell is a string{en}",
    }


FileId = Annotated[str, BeforeValidator(_file_id), Field(max_length=64)]
MOST_FILES = 200
Files = Annotated[tuple[FileId, ...], Field(max_length=MOST_FILES), _at_most(MOST_FILES)]
Code = Annotated[str, Field(max_length=64)]
Short = Annotated[str, Field(max_length=2000)]
Typed = Annotated[str, Field(max_length=TYPED_CHARACTERS)]


class Body(BaseModel):
    """A request body; a field that it does not have is refused, not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _few(cls, value: object) -> object:
        """Each unknown field is an error of its own: there must not be many."""
        if isinstance(value, Mapping) and len(value) > MOST_FIELDS:
            raise PydanticCustomError("too_long", "At most {max_length} fields", {"max_length": MOST_FIELDS})
        return value


class PhoneBody(Phone):
    """A phone number as it is typed."""

    country: Short = ""
    area: Short = ""
    number: Short = ""


class ContactBody(Contact):
    """The person to ask, as far as it is filled in."""

    name: Short = ""
    title: Short = ""
    phone: PhoneBody = PhoneBody()
    email: Short = ""


class ApplicationBody(Body):
    """An application, as far as it is filled in."""

    category: Code = ""
    specific: Annotated[tuple[Code, ...], Field(max_length=MOST_CODES), _at_most(MOST_CODES)] = ()
    department: Typed = ""
    contact: ContactBody = ContactBody()
    overview: Typed = ""
    attachments: Files = ()

    def form(self) -> ApplicationForm:
        """The form without its files."""
        return ApplicationForm.model_validate(self.model_dump(exclude={"attachments"}))


class CheckBody(Body):
    """The contact fields of an answer to a check."""

    department: Typed = ""
    contact: ContactBody = ContactBody()
    attachments: Files = ()

    def form(self) -> CheckForm:
        """The form without its files."""
        return CheckForm.model_validate(self.model_dump(exclude={"attachments"}))


class AnswerBody(Body):
    """One answer, with the version it was edited from."""

    value: Annotated[object, BeforeValidator(_of_texts), BeforeValidator(_bounded)] = None
    note: Typed = ""
    attachments: Files = ()
    version: int = 0

    def answer(self) -> Answer:
        """The answer as the questionnaire knows it."""
        return Answer.model_validate(self.model_dump())


class AnswersBody(Body):
    """Any subset of answers, by question."""

    answers: Annotated[dict[Code, AnswerBody], Field(max_length=MOST_ANSWERS), _at_most(MOST_ANSWERS)]


class RectificationBody(Body):
    """The statement and evidence of the current round."""

    statement: Typed = ""
    attachments: Files = ()


class ReplyBody(Body):
    """A consultation reply."""

    text_zh: Typed = ""
    text_en: Typed = ""
    text_other: Typed = ""
    attachments: Files = ()

    def texts(self) -> ThreeTexts:
        """The three texts."""
        return ThreeTexts(text_zh=self.text_zh, text_en=self.text_en, text_other=self.text_other)


class FilesBody(Body):
    """Files alone."""

    attachments: Files


class PasswordBody(Body):
    """One's password and the next one."""

    old: Short
    new: Short


class DismissBody(Body):
    """Why a parked receipt is dismissed."""

    why: Annotated[Text, Field(min_length=1, max_length=1000), AfterValidator(_reason)]
