"""What has happened: one past-tense message for each receipt of customs (DOMAIN 1.4) and for what became of a declaration."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Literal, get_args

from pydantic import Field

from shared.contracts.parts import Contact, CorrectionItem, FileRef, ThreeTexts, WholeMessage
from shared.contracts.vocabulary import Cause, Result, Stage


class CaseFact(WholeMessage):
    """The head of every fact.

    `message_id` is the MessageId customs gave (`id_of_sent` and `id_of_failed` for our own) and the key for duplicates;
    `in_reply_to` the declaration it answers; `at` when it was sent, with offset; `cause` which fact it is.
    """

    message_id: str
    case_no: str
    stage: Stage
    in_reply_to: str | None = None
    at: datetime
    cause: Cause


def id_of_sent(declaration_id: str) -> str:
    """The message_id of the fact that a declaration was sent. It stands beside customs' MessageIds in inbox, so it has a `:`."""
    return f"{declaration_id}:sent"


def id_of_failed(declaration_id: str) -> str:
    """The message_id of the fact that a declaration could not be sent; with a `:`, as above."""
    return f"{declaration_id}:failed"


def is_ours(message_id: str) -> bool:
    """Whether a fact is ours about a declaration: no MessageId has a `:` (CONTRACT 2)."""
    return ":" in message_id


class DeclarationSent(CaseFact):
    """The broker confirmed that a queue of customs holds the declaration `in_reply_to`."""

    cause: Literal[Cause.DECLARATION_SENT] = Cause.DECLARATION_SENT


class DeclarationFailed(CaseFact):
    """The broker refused the declaration `in_reply_to`; the gateway keeps trying."""

    cause: Literal[Cause.DECLARATION_FAILED] = Cause.DECLARATION_FAILED


class Received(CaseFact):
    """海关已接收."""

    cause: Literal[Cause.RECEIVED] = Cause.RECEIVED


class ReceiveFailed(CaseFact):
    """海关接收失败: editing opens again."""

    cause: Literal[Cause.RECEIVE_FAILED] = Cause.RECEIVE_FAILED
    opinion: str
    attachments: tuple[FileRef, ...] = ()


class Accepted(CaseFact):
    """已受理: in review."""

    cause: Literal[Cause.ACCEPTED] = Cause.ACCEPTED
    opinion: str = ""


class Rejected(CaseFact):
    """不予受理."""

    cause: Literal[Cause.REJECTED] = Cause.REJECTED
    opinion: str
    attachments: tuple[FileRef, ...] = ()


class SupplementRequired(CaseFact):
    """补齐补正: correct and submit again, the same application."""

    cause: Literal[Cause.SUPPLEMENT] = Cause.SUPPLEMENT
    opinion: str
    items: tuple[CorrectionItem, ...] = ()
    attachments: tuple[FileRef, ...] = ()


class Approved(CaseFact):
    """审核通过 for one stage."""

    cause: Literal[Cause.APPROVED] = Cause.APPROVED
    opinion: str = ""


class NotApproved(CaseFact):
    """审核不通过: the case ends."""

    cause: Literal[Cause.NOT_APPROVED] = Cause.NOT_APPROVED
    opinion: str
    attachments: tuple[FileRef, ...] = ()


class QuestionnaireOpened(CaseFact):
    """The questionnaire stage begins; `materials_only` asks for 补充材料 alone (DOMAIN E3.2)."""

    cause: Literal[Cause.QUESTIONNAIRE_OPENED] = Cause.QUESTIONNAIRE_OPENED
    opinion: str = ""
    materials_only: bool = False


class RectificationRequired(CaseFact):
    """整改要求, any number of rounds."""

    cause: Literal[Cause.RECTIFICATION_REQUIRED] = Cause.RECTIFICATION_REQUIRED
    rectification_no: str
    issued_on: date
    requirement: str
    opinion: str = ""
    attachments: tuple[FileRef, ...] = ()


class ConsultationOpened(CaseFact):
    """发起磋商, any number of rounds."""

    cause: Literal[Cause.CONSULTATION_OPENED] = Cause.CONSULTATION_OPENED
    texts: ThreeTexts
    attachments: tuple[FileRef, ...] = ()


class ConsultationCompleted(CaseFact):
    """完成磋商."""

    cause: Literal[Cause.CONSULTATION_COMPLETED] = Cause.CONSULTATION_COMPLETED


class ProtocolSigned(CaseFact):
    """签署议定书, with the signed files."""

    cause: Literal[Cause.PROTOCOL_SIGNED] = Cause.PROTOCOL_SIGNED
    attachments: tuple[FileRef, ...]


class AnnouncementPublished(CaseFact):
    """发布检验检疫公告."""

    cause: Literal[Cause.ANNOUNCEMENT_PUBLISHED] = Cause.ANNOUNCEMENT_PUBLISHED
    announcement_no: str
    title: str
    published_on: date


class CertificateConfirmed(CaseFact):
    """确认官方证书, with the certificates."""

    cause: Literal[Cause.CERTIFICATE_CONFIRMED] = Cause.CERTIFICATE_CONFIRMED
    attachments: tuple[FileRef, ...]


class CaseClosed(CaseFact):
    """办结."""

    cause: Literal[Cause.CASE_CLOSED] = Cause.CASE_CLOSED
    result: Result
    opinion: str = ""


class CheckInitiated(CaseFact):
    """回顾性检查计划: creates a retrospective check for one authority."""

    cause: Literal[Cause.CHECK_INITIATED] = Cause.CHECK_INITIATED
    authority: str
    category: str
    specific: tuple[str, ...]
    department: str = ""
    contact: Contact
    overview: str
    attachments: tuple[FileRef, ...] = ()


Fact = Annotated[
    DeclarationSent
    | DeclarationFailed
    | Received
    | ReceiveFailed
    | Accepted
    | Rejected
    | SupplementRequired
    | Approved
    | NotApproved
    | QuestionnaireOpened
    | RectificationRequired
    | ConsultationOpened
    | ConsultationCompleted
    | ProtocolSigned
    | AnnouncementPublished
    | CertificateConfirmed
    | CaseClosed
    | CheckInitiated,
    Field(discriminator="cause"),
]

FACT_CLASSES: Mapping[Cause, type[CaseFact]] = MappingProxyType(
    {fact.model_fields["cause"].default: fact for fact in get_args(get_args(Fact)[0])}
)
"""The class of every fact, by its cause."""


def own_fields(cause: Cause) -> tuple[str, ...]:
    """What a fact carries besides the head of every fact, by name; LookupError where the union `Fact` lacks its class."""
    if cause not in FACT_CLASSES:
        raise LookupError(f"No class of the union Fact in {__name__} has the cause {cause}: add it there.")
    return tuple(name for name in FACT_CLASSES[cause].model_fields if name not in CaseFact.model_fields)
