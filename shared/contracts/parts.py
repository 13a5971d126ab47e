"""The pieces that several messages carry: files, contact, texts, correction items."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.questionnaires import Value
from shared.contracts.vocabulary import ItemReason

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Message(BaseModel):
    """The base of everything sent: frozen; an unknown field is ignored so that a newer sender is understood."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class FileRef(Message):
    """One stored attachment: its id, the officer's or customs' own name for it, size in bytes, SHA-256 in hex."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: Sha256


class Phone(Message):
    """Digits only, at most 20 in all; the area is optional (DOMAIN 1.8)."""

    country: str = ""
    area: str = ""
    number: str = ""


class Contact(Message):
    """The person to ask (DOMAIN 1.8)."""

    name: str = ""
    title: str = ""
    phone: Phone = Phone()
    email: str = ""


class PresentAnswer(Message):
    """An answer as it stands in its case, with who gave it and when."""

    value: Value = None
    note: str = ""
    attachments: tuple[FileRef, ...] = ()
    version: int
    by: str
    at: datetime


class CorrectionItem(Message):
    """One thing that SUPPLEMENT pins: `field:…`, `question:…` or `attachment:…` (CONTRACT 2)."""

    target: str
    reason: ItemReason
    text: str


class ThreeTexts(Message):
    """A consultation text in Chinese, English and another language (DOMAIN E5.2)."""

    text_zh: str = ""
    text_en: str = ""
    text_other: str = ""


class ApplicationForm(Message):
    """The form of an application, possibly incomplete while it is a draft (DOMAIN 1.8, C1)."""

    category: str = ""
    specific: tuple[str, ...] = ()
    department: str = ""
    contact: Contact = Contact()
    overview: str = ""


class CheckForm(Message):
    """What the authority fills in when it answers a retrospective check (DOMAIN F7)."""

    department: str = ""
    contact: Contact = Contact()
