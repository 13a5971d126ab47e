"""What consultation writes: the history of both sides (DOMAIN 1.6), the draft of a reply, the signatories."""

from collections.abc import Sequence
from datetime import datetime

from services.consultation.checks import reply_faults, signatories_faults
from shared.contracts.commands import AddSignatories, SaveReply, SubmitReply
from shared.contracts.documents.cases import NO_DRAFT, Case, HistoryEntry, StageRecord
from shared.contracts.documents.record import Document, documents_of
from shared.contracts.events import ReplySubmission, SignatoriesSubmission
from shared.contracts.facts import ConsultationCompleted, ConsultationOpened
from shared.contracts.parts import ThreeTexts
from shared.contracts.text_checks import of_what_is_filled_in
from shared.contracts.vocabulary import ConsultationState, Party, Stage
from shared.lifecycle.attachments import merged_attachments
from shared.lifecycle.case import unanswered
from shared.lifecycle.movement import RecordContext, Recorder, StageUpdate, reads
from shared.lifecycle.validation import raise_if_faults

_NOTHING_YET = StageRecord({})


@reads("history", "draft")
def open_round(case: Case, fact: ConsultationOpened, moment: RecordContext) -> StageUpdate:
    """中方发起磋商: a new entry on top, and an empty draft for the answer.

    Where the entry before was not answered, customs replaces it: what was typed stays as the draft.
    """
    replaces = unanswered(case, fact.stage)
    files = [file.model_dump() for file in fact.attachments]
    draft = _stage(case, fact.stage).draft if replaces else NO_DRAFT
    return StageUpdate(
        fields={
            "history": _with(_left(case, fact.stage), Party.CHINA, moment.at, fact.texts, files),
            "draft": dict(draft.document), "changed_by_customs": replaces, "asked_at": moment.at,
        }
    )  # fmt: skip


def save_reply(case: Case, command: SaveReply, moment: RecordContext) -> StageUpdate:
    """The reply as it stands."""
    draft = _stage(case, command.stage).draft
    texts = command.texts or draft.texts
    files = merged_attachments(draft.attachments, command, moment)
    prompts = of_what_is_filled_in(reply_faults(texts, files))
    saved = {**texts.model_dump(), "attachments": documents_of(files)}
    return StageUpdate(fields={"draft": saved}, prompts=prompts)


def submit_reply(case: Case, command: SubmitReply, moment: RecordContext) -> StageUpdate:
    """外方回复: the saved draft goes on top of the history; a resubmission takes the place of what customs could not take."""
    stage = _stage(case, command.stage)
    texts, files, history = stage.draft.texts, stage.draft.attachments, stage.history
    raise_if_faults(reply_faults(texts, files))
    if history and history[0].party is Party.FOREIGN:
        history = history[1:]
    sent = _with(history, Party.FOREIGN, moment.at, texts, documents_of(files))
    submission = ReplySubmission(texts=texts, attachments=tuple(file.ref for file in files))
    return StageUpdate(fields={"history": sent, "changed_by_customs": False}, submission=submission)


@reads("history")
def complete(case: Case, fact: ConsultationCompleted, moment: RecordContext) -> StageUpdate:
    """完成磋商: the last entry is 已处理; a draft that was never sent stays readable."""
    history = _processed(_left(case, fact.stage))
    return StageUpdate(fields={"history": history, "unsent": unanswered(case, fact.stage)})


def add_signatories(case: Case, command: AddSignatories, moment: RecordContext) -> StageUpdate:
    """Certifying officers, signature specimens and seals, declared without a change of status (DOMAIN E8.3)."""
    raise_if_faults(signatories_faults(command.attachments))
    files = [moment.files[file] for file in dict.fromkeys(command.attachments)]
    given = {"at": moment.at, "by": command.by, "attachments": documents_of(files)}
    signatories = [*documents_of(_stage(case, command.stage).signatories), given]
    submission = SignatoriesSubmission(attachments=tuple(file.ref for file in files))
    return StageUpdate(fields={"signatories": signatories}, submission=submission)


def _stage(case: Case, stage: Stage) -> StageRecord:
    return case.stages.get(stage, _NOTHING_YET)


def _left(case: Case, stage: Stage) -> Sequence[HistoryEntry]:
    """The history when customs goes on: a reply that it could not receive stays, and says so."""
    history = _stage(case, stage).history
    if unanswered(case, stage) and history and history[0].party is Party.FOREIGN:
        return (history[0].changed(not_received=True), *history[1:])
    return history


def _with(
    earlier: Sequence[HistoryEntry], party: Party, at: datetime, texts: ThreeTexts, files: list[Document]
) -> list[Document]:
    newest = {
        "party": party.value,
        "at": at,
        "state": ConsultationState.IN_PROGRESS.value,
        **texts.model_dump(),
        "attachments": files,
    }
    return [newest, *_processed(earlier)]


def _processed(entries: Sequence[HistoryEntry]) -> list[Document]:
    return documents_of(entry.changed(state=ConsultationState.PROCESSED.value) for entry in entries)


RECORDS: dict[type, Recorder] = {
    ConsultationOpened: open_round,
    ConsultationCompleted: complete,
    SaveReply: save_reply,
    SubmitReply: submit_reply,
    AddSignatories: add_signatories,
}
