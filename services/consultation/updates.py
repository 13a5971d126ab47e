"""What consultation writes: the history of both sides (DOMAIN 1.6), the draft of a reply, the signatories."""

from datetime import datetime
from typing import Any

from services.consultation.checks import reply_faults, signatories_faults
from shared.contracts.commands import AddSignatories, SaveReply, SubmitReply
from shared.contracts.documents.cases import NO_DRAFT
from shared.contracts.events import ReplySubmission, SignatoriesSubmission
from shared.contracts.facts import ConsultationCompleted, ConsultationOpened
from shared.contracts.parts import FileRef, ThreeTexts
from shared.contracts.text_checks import of_what_is_filled_in
from shared.contracts.vocabulary import Party
from shared.lifecycle.attachments import merged_attachments
from shared.lifecycle.case import Document, unanswered
from shared.lifecycle.movement import RecordContext, Recorder, StageUpdate
from shared.lifecycle.validation import raise_if_faults

IN_PROGRESS = "in_progress"
PROCESSED = "processed"


def open_round(case: Document, fact: ConsultationOpened, moment: RecordContext) -> StageUpdate:
    """中方发起磋商: a new entry on top, and an empty draft for the answer.

    Where the entry before was not answered, customs replaces it: what was typed stays as the draft.
    """
    stage, replaces = _stage(case, fact), unanswered(case, fact.stage)
    files = [file.model_dump() for file in fact.attachments]
    history = _with(stage | {"history": _left(case, fact)}, Party.CHINA, moment.at, fact.texts, files)
    draft = stage.get("draft", dict(NO_DRAFT.document)) if replaces else dict(NO_DRAFT.document)
    fields = {"history": history, "draft": draft, "changed_by_customs": replaces, "asked_at": moment.at}
    return StageUpdate(fields=fields)


def save_reply(case: Document, command: SaveReply, moment: RecordContext) -> StageUpdate:
    """The reply as it stands."""
    draft = _stage(case, command).get("draft", dict(NO_DRAFT.document))
    texts = command.texts or ThreeTexts.model_validate(draft)
    files = merged_attachments(draft["attachments"], command, moment)
    prompts = of_what_is_filled_in(reply_faults(texts, files))
    return StageUpdate(fields={"draft": {**texts.model_dump(), "attachments": files}}, prompts=prompts)


def submit_reply(case: Document, command: SubmitReply, moment: RecordContext) -> StageUpdate:
    """外方回复: the saved draft goes on top of the history; a resubmission takes the place of what customs could not take."""
    stage = _stage(case, command)
    draft = stage.get("draft", dict(NO_DRAFT.document))
    texts = ThreeTexts.model_validate(draft)
    raise_if_faults(reply_faults(texts, draft["attachments"]))
    history = stage["history"]
    if history and history[0]["party"] == Party.FOREIGN:
        history = history[1:]
    sent = _with(stage | {"history": history}, Party.FOREIGN, moment.at, texts, draft["attachments"])
    files = tuple(FileRef.model_validate(file) for file in draft["attachments"])
    fields = {"history": sent, "changed_by_customs": False}
    return StageUpdate(fields=fields, submission=ReplySubmission(texts=texts, attachments=files))


def complete(case: Document, fact: ConsultationCompleted, moment: RecordContext) -> StageUpdate:
    """完成磋商: the last entry is 已处理; a draft that was never sent stays readable."""
    history = [entry | {"state": PROCESSED} for entry in _left(case, fact)]
    return StageUpdate(fields={"history": history, "unsent": unanswered(case, fact.stage)})


def add_signatories(case: Document, command: AddSignatories, moment: RecordContext) -> StageUpdate:
    """Certifying officers, signature specimens and seals, declared without a change of status (DOMAIN E8.3)."""
    raise_if_faults(signatories_faults(command.attachments))
    files = [moment.files[file] for file in dict.fromkeys(command.attachments)]
    entry = {"at": moment.at, "by": command.by, "attachments": [file.stored() for file in files]}
    signatories = [*_stage(case, command).get("signatories", []), entry]
    submission = SignatoriesSubmission(attachments=tuple(file.ref for file in files))
    return StageUpdate(fields={"signatories": signatories}, submission=submission)


def _stage(case: Document, message: Any) -> dict[str, Any]:
    stage: dict[str, Any] = case["stages"].get(message.stage, {"history": []})
    return stage


def _left(case: Document, fact: ConsultationOpened | ConsultationCompleted) -> list[dict[str, Any]]:
    """The history when customs goes on: a reply that it could not receive stays, and says so."""
    history: list[dict[str, Any]] = _stage(case, fact)["history"]
    if unanswered(case, fact.stage) and history and history[0]["party"] == Party.FOREIGN:
        return [history[0] | {"not_received": True}, *history[1:]]
    return history


def _with(
    stage: dict[str, Any], party: Party, at: datetime, texts: ThreeTexts, files: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    newest = {
        "party": party.value,
        "at": at,
        "state": IN_PROGRESS,
        **texts.model_dump(),
        "attachments": files,
    }
    return [newest, *(entry | {"state": PROCESSED} for entry in stage["history"])]


RECORDS: dict[type, Recorder] = {
    ConsultationOpened: open_round,
    ConsultationCompleted: complete,
    SaveReply: save_reply,
    SubmitReply: submit_reply,
    AddSignatories: add_signatories,
}
