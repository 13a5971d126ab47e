"""One message of every kind that moves a case, as small as it may be, and what the services would write for it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from shared.contracts import commands, facts
from shared.contracts.documents.cases import Case
from shared.contracts.events import ReplySubmission, SignatoriesSubmission
from shared.contracts.parts import ApplicationForm, CheckForm, ThreeTexts
from shared.contracts.vocabulary import Cause, Result, Stage
from shared.lifecycle.movement import RecordContext, Recorder, StageUpdate
from shared.lifecycle.rules import CONSULTATIONS, EDITABLE, SPEAKS_OF
from tests.build import SUBMITTED_BY
from tests.property.scheduler import START

AUTHORITY = "AW-01"
TEXTS = ThreeTexts(text_en="yes")
DAY = date(2026, 11, 3)
Fact = tuple[Cause, Stage, Result | None]
Command = tuple[Cause, Stage]

_MORE: dict[type[facts.CaseFact], dict[str, Any]] = {
    facts.ReceiveFailed: {"opinion": "no"},
    facts.Rejected: {"opinion": "no"},
    facts.SupplementRequired: {"opinion": "more"},
    facts.NotApproved: {"opinion": "no"},
    facts.RectificationRequired: {"rectification_no": "1", "issued_on": DAY, "requirement": "better"},
    facts.ConsultationOpened: {"texts": TEXTS},
    facts.ProtocolSigned: {"attachments": ()},
    facts.AnnouncementPublished: {"announcement_no": "1", "title": "t", "published_on": DAY},
    facts.CertificateConfirmed: {"attachments": ()},
    facts.CheckInitiated: {
        "authority": AUTHORITY, "category": "aquatic", "specific": ("farmed",), "contact": {}, "overview": "plan",
    },
}  # fmt: skip
FACTS: tuple[Fact, ...] = tuple(
    (cause, stage, result)
    for cause in facts.FACT_CLASSES
    for stage in SPEAKS_OF[cause]
    for result in (Result if cause is Cause.CASE_CLOSED else (None,))
)
COMMANDS: tuple[Command, ...] = (
    *((cause, stage) for stage in EDITABLE for cause in SUBMITTED_BY[stage]),
    *((Cause.SAVE, stage) for stage in EDITABLE if stage is not Stage.ACCEPTANCE),
    (Cause.ADD_SIGNATORIES, Stage.CERTIFICATE_CONSULTATION),
    (Cause.DISCARD, Stage.APPLICATION),
)


def a_fact(message_id: str, case_no: str, said: Fact, in_reply_to: str | None) -> facts.CaseFact:
    """A fact as the gateway publishes it."""
    cause, stage, result = said
    kind = facts.FACT_CLASSES[cause]
    more = _MORE.get(kind, {}) | ({"result": result} if result else {})
    return kind(
        message_id=message_id, case_no=case_no, stage=stage, in_reply_to=in_reply_to, at=START, **more
    )


def a_command(command_id: str, case_id: str, asked: Command) -> commands.CaseCommand:
    """A command as the portal sends it."""
    head: dict[str, Any] = {
        "command_id": command_id,
        "authority": AUTHORITY,
        "by": "officer",
        "case_id": case_id,
    }
    cause, stage = asked
    if cause is Cause.SAVE and stage in CONSULTATIONS:
        return commands.SaveReply(**head, stage=stage, texts=TEXTS)
    if cause is Cause.REPLY:
        return commands.SubmitReply(**head, stage=stage)
    return _COMMANDS[asked](**head)


_Make = Callable[..., commands.CaseCommand]
_COMMANDS: dict[Command, _Make] = {
    (Cause.SAVE, Stage.APPLICATION): lambda **head: commands.SaveApplication(
        **head, form=ApplicationForm(), scope=()
    ),
    (Cause.SUBMIT, Stage.APPLICATION): lambda **head: commands.SubmitApplication(**head, scope=()),
    (Cause.DISCARD, Stage.APPLICATION): commands.DiscardDraft,
    (Cause.AGREE, Stage.ACCEPTANCE): lambda **head: commands.AgreeToCheck(**head, form=CheckForm()),
    (Cause.REFUSE, Stage.ACCEPTANCE): lambda **head: commands.RefuseCheck(**head, form=CheckForm()),
    (Cause.SAVE, Stage.QUESTIONNAIRE): lambda **head: commands.SaveAnswers(**head, answers={}),
    (Cause.SUBMIT, Stage.QUESTIONNAIRE): commands.SubmitQuestionnaire,
    (Cause.SAVE, Stage.EVALUATION): lambda **head: commands.SaveRectification(**head, statement="done"),
    (Cause.SUBMIT, Stage.EVALUATION): commands.SubmitRectification,
    (Cause.ADD_SIGNATORIES, Stage.CERTIFICATE_CONSULTATION): commands.AddSignatories,
}


def _submitted(case: Case, command: commands.CaseCommand, moment: RecordContext) -> StageUpdate:
    answer = {"answer": command.cause.value} if command.stage is Stage.ACCEPTANCE else {}
    return StageUpdate(fields=answer, submission=ReplySubmission(texts=TEXTS))


def _saved(case: Case, command: commands.CaseCommand, moment: RecordContext) -> StageUpdate:
    return StageUpdate(fields={"draft": command.command_id})


def _signatories(case: Case, command: commands.CaseCommand, moment: RecordContext) -> StageUpdate:
    return StageUpdate(submission=SignatoriesSubmission(attachments=()))


RECORDS: dict[type, Recorder] = {
    commands.SaveApplication: _saved,
    commands.SaveAnswers: _saved,
    commands.SaveRectification: _saved,
    commands.SaveReply: _saved,
    commands.SubmitApplication: _submitted,
    commands.SubmitQuestionnaire: _submitted,
    commands.SubmitRectification: _submitted,
    commands.SubmitReply: _submitted,
    commands.AgreeToCheck: _submitted,
    commands.RefuseCheck: _submitted,
    commands.AddSignatories: _signatories,
}
