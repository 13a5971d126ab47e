"""The bodies of requests (CONTRACT 3); everything may be incomplete until it is submitted."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from shared.contracts.parts import ApplicationForm, CheckForm, Contact, ThreeTexts
from shared.contracts.questionnaires import Answer
from shared.contracts.texts import Text, is_blank

TYPED_CHARACTERS = 100_000


def _file_id(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) and "id" in value else value


def _visible(text: str) -> str:
    if is_blank(text):
        raise ValueError("the text has no visible character")
    return text


FileId = Annotated[str, BeforeValidator(_file_id), Field(max_length=64)]
Files = Annotated[tuple[FileId, ...], Field(max_length=200)]
Typed = Annotated[str, Field(max_length=TYPED_CHARACTERS)]


class Body(BaseModel):
    """A request body; a field that it does not have is refused, not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ApplicationBody(Body):
    """An application, as far as it is filled in."""

    category: str = ""
    specific: tuple[str, ...] = ()
    department: Typed = ""
    contact: Contact = Contact()
    overview: Typed = ""
    attachments: Files = ()

    def form(self) -> ApplicationForm:
        """The form without its files."""
        return ApplicationForm.model_validate(self.model_dump(exclude={"attachments"}))


class CheckBody(Body):
    """The contact fields of an answer to a check."""

    department: Typed = ""
    contact: Contact = Contact()
    attachments: Files = ()

    def form(self) -> CheckForm:
        """The form without its files."""
        return CheckForm.model_validate(self.model_dump(exclude={"attachments"}))


class AnswerBody(Body):
    """One answer, with the version it was edited from."""

    value: Any = None
    note: str = ""
    attachments: Files = ()
    version: int = 0

    def answer(self) -> Answer:
        """The answer as the questionnaire knows it."""
        return Answer.model_validate(self.model_dump())


class AnswersBody(Body):
    """Any subset of answers, by question."""

    answers: dict[str, AnswerBody]


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


class DismissBody(Body):
    """Why a parked receipt is dismissed."""

    why: Annotated[Text, Field(min_length=1, max_length=1000), AfterValidator(_visible)]
