"""The pieces that several messages carry: files, contact, texts, correction items."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.contracts.formats import MESSAGES, MessageFormat
from shared.contracts.questionnaires import Value
from shared.contracts.reading import email_address, phone_digits
from shared.contracts.texts import Text
from shared.contracts.vocabulary import ItemReason

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Digits = Annotated[str, AfterValidator(phone_digits)]
Email = Annotated[str, AfterValidator(email_address)]


class Message(BaseModel):
    """The base of everything sent: frozen; an unknown field is ignored so that a newer sender is understood."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WholeMessage(Message):
    """The base of what is sent by itself: it says in which form it is written."""

    format: MessageFormat = MESSAGES


class FileRef(Message):
    """One stored attachment: its id, the officer's or customs' own name for it, size in bytes, SHA-256 in hex."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: Sha256


class Phone(Message):
    """Digits, at most 20 in all; country and area are optional (DOMAIN 1.8). What is no telephone stays as it was typed."""

    country: Digits = ""
    area: Digits = ""
    number: Digits = ""


class Contact(Message):
    """The person to ask (DOMAIN 1.8)."""

    name: Text = ""
    title: Text = ""
    phone: Phone = Phone()
    email: Email = ""


class PresentAnswer(Message):
    """An answer as it stands in its case, with who gave it and when."""

    value: Value = None
    note: str = ""
    attachments: tuple[FileRef, ...] = ()
    version: int
    by: str
    at: datetime


class AnswerSource(Message):
    """Where an answer was taken from: another case of the authority, as it was submitted there last.

    `question` and `version` are those of its questionnaire there; `approved` says that customs approved that questionnaire.
    """

    case_id: str
    case_no: str
    specific: tuple[str, ...]
    question: str
    version: int
    submitted_at: datetime
    approved: bool


class ApprovedAnswer(Message):
    """An answer that customs approved: in which case, when it was submitted, and the digest of what it said."""

    case_no: str
    submitted_at: datetime
    digest: str


class CorrectionItem(Message):
    """One thing that SUPPLEMENT pins: `field:…`, `question:…` or `attachment:…` (CONTRACT 2)."""

    target: str
    reason: ItemReason
    text: str


class ThreeTexts(Message):
    """A consultation text in Chinese, English and another language (DOMAIN E5.2)."""

    text_zh: Text = ""
    text_en: Text = ""
    text_other: Text = ""


class ApplicationForm(Message):
    """The form of an application, possibly incomplete while it is a draft (DOMAIN 1.8, C1)."""

    category: str = ""
    specific: tuple[str, ...] = ()
    department: Text = ""
    contact: Contact = Contact()
    overview: Text = ""


class CheckForm(Message):
    """What the authority fills in when it answers a retrospective check (DOMAIN F7)."""

    department: Text = ""
    contact: Contact = Contact()
