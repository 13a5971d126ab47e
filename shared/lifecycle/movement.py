"""What one step writes: the status, the inbox mark, the timeline entry and the outgoing events, in one update."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from pydantic import BaseModel
from ulid import ULID

from shared.contracts.documents.cases import Case
from shared.contracts.documents.files import StoredFile
from shared.contracts.documents.record import Document, documents_of
from shared.contracts.events import CaseMoved, ReceiptSettled, Submission, SubmissionDeclared
from shared.contracts.facts import CaseFact, own_fields
from shared.contracts.faults import FieldFault
from shared.contracts.parts import FileRef
from shared.contracts.topology import CASE_MOVED, EVENTS, RECEIPT_SETTLED, SUBMISSION_DECLARED
from shared.contracts.vocabulary import Cause, Outcome, Stage
from shared.lifecycle.decide import Movement, Trigger
from shared.lifecycle.turn import turn_after
from shared.runtime.tracing import kept_trace

CUSTOMS = "customs"
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class RecordContext:
    """What a recorder may use besides the case and the message: the time, and the authority's attachments by id."""

    at: datetime
    files: Mapping[str, StoredFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageUpdate:
    """What a service writes for a message: fields under its stage (dotted), fields of the header, and what it declares.

    `versions`, `open_required` and `prompts` are told to whoever asked.
    """

    fields: Mapping[str, object] = field(default_factory=dict)
    header: Mapping[str, object] = field(default_factory=dict)
    submission: Submission | None = None
    versions: Mapping[str, int] = field(default_factory=dict)
    open_required: tuple[str, ...] = ()
    prompts: tuple[FieldFault, ...] = ()


Recorder = Callable[[Case, Any, RecordContext], StageUpdate]
"""What a service writes for one class of message; pure."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A recorder that reads these fields of the stage that its fact speaks of."""

    fields: tuple[str, ...]
    record: Recorder

    def __call__(self, case: Case, message: Any, context: RecordContext) -> StageUpdate:
        """What the recorder writes."""
        return self.record(case, message, context)


def reads(*fields: str) -> Callable[[Recorder], Reading]:
    """Say which fields of its stage a recorder of facts reads; none else are there, besides `READ_BY_FACTS`."""
    return lambda record: Reading(fields, record)


def fields_read(fact: CaseFact, record: Recorder | None) -> list[str]:
    """What is read of a case for a fact besides `READ_BY_FACTS`."""
    of_stage = record.fields if isinstance(record, Reading) else ()
    replies = ["replies"] if _carries_opinion(fact) else []
    return [*(f"stages.{fact.stage}.{name}" for name in of_stage), *replies]


def keep_as_brought(case: Case, fact: CaseFact, context: RecordContext) -> StageUpdate:
    """Write what a receipt brings under the names of its fact, where nothing else is to be done with it."""
    return StageUpdate(fields=fact.model_dump(mode="json", include={*own_fields(fact.cause)}))


@dataclass(frozen=True, slots=True)
class Step:
    """One movement, with who caused it and when."""

    trigger: Trigger
    movement: Movement
    by: str
    at: datetime
    service: str
    correlation_id: str

    @property
    def silent(self) -> bool:
        """A save that leaves the status as it is: no timeline entry, no event, nothing to remember."""
        row = self.movement.row
        return self.trigger.cause is Cause.SAVE and row.becomes is row.current_status


class Additions(TypedDict):
    """What a movement adds to the lists of a case."""

    timeline: list[Document]
    inbox: list[str]
    submissions: list[Document]
    replies: list[Document]
    outbox: list[Document]


def outgoing(step: Step, key: str, message: BaseModel, *, mandatory: bool = True) -> Document:
    """An outbox entry (runtime/outbox.py publishes it)."""
    return {
        "id": str(ULID()), "at": step.at, "by": step.service, "exchange": EVENTS, "key": key,
        "body": message.model_dump_json(), "correlation_id": step.correlation_id, "mandatory": mandatory,
        **kept_trace(),
    }  # fmt: skip


def timeline_of(step: Step) -> list[Document]:
    """The entries of a movement: the stage's own step, and the end of the case where it ends it."""
    row = step.movement.row
    steps = [(row.subject, row.becomes)]
    if row.closes:
        steps.append((Stage.COMPLETED, row.closes))
    return [
        {"at": step.at, "stage": stage.value, "status": status.value, "cause": step.trigger.cause.value,
         "by": step.by, "message_id": step.trigger.message_id}
        for stage, status in steps
    ]  # fmt: skip


def moved_event(case: Case, step: Step, case_no: str | None) -> CaseMoved:
    """The event that the officer's open page hears."""
    return CaseMoved(
        case_id=case.id, case_no=case_no, authority=case.authority, kind=case.kind,
        stage=step.movement.stage, status=step.movement.status, status_from=case.status,
        cause=step.trigger.cause, message_id=step.trigger.message_id, at=step.at, version=case.version + 1,
    )  # fmt: skip


def settled_event(case: Case, message_id: str) -> ReceiptSettled:
    """What the gateway's ledger hears of a fact that moved the case."""
    return ReceiptSettled(message_id=message_id, outcome=Outcome.APPLIED, waits=case.waiting)


def reply_of(step: Step, message: object) -> Document | None:
    """Customs' opinion, where the message carries one (DOMAIN D8)."""
    if not _carries_opinion(message):
        return None
    opinion, items = getattr(message, "opinion", ""), getattr(message, "items", ())
    files: tuple[FileRef, ...] = getattr(message, "attachments", ())
    return {
        "stage": step.trigger.stage.value, "status": step.movement.row.becomes.value, "opinion": opinion,
        "items": [item.model_dump(mode="json") for item in items],
        "attachments": [file.model_dump() for file in files], "at": step.at, "message_id": step.trigger.message_id,
    }  # fmt: skip


def _carries_opinion(message: object) -> bool:
    return bool(getattr(message, "opinion", "") or getattr(message, "items", ()))


def submission_of(
    case: Case, step: Step, submission: Submission, case_no: str
) -> tuple[Document, SubmissionDeclared]:
    """The note of a submission in the case, and the event that makes the gateway send it; rounds count by stage."""
    stage = step.trigger.stage
    earlier = [made for made in case.submissions if made.stage is stage]
    declared = SubmissionDeclared(
        declaration_id=str(ULID()), case_id=case.id, case_no=case_no, authority=case.authority, stage=stage,
        round=len(earlier) + 1, at=step.at, submission=submission,
    )  # fmt: skip
    note = {"id": declared.declaration_id, "type": submission.type, "stage": stage.value, "round": declared.round,
            "at": step.at, "by": step.by}  # fmt: skip
    return note, declared


def update_of(case: Case, step: Step, change: StageUpdate, message: object, case_no: str | None) -> Document:
    """The one update that saves a movement; the caller makes it conditional on `_id` and `version`.

    `case_no` is the case's number, or the one that it gets with this movement.
    """
    stage = step.trigger.stage
    values: Document = {"version": case.version + 1, "updated_at": step.at}
    if step.by not in (CUSTOMS, SYSTEM):
        values["touched_by"] = step.by
    values |= {f"stages.{stage}.{name}": value for name, value in change.fields.items()} | dict(change.header)
    if step.silent:
        return {"$set": values}
    values |= _statuses(case, step)
    if step.by == CUSTOMS and case.waiting:
        values["waiting"] = False
    pushes = pushes_of(case, step, change, message, case_no)
    for made in pushes["submissions"]:
        values |= {
            f"stages.{stage}.submitted_at": step.at,
            f"stages.{stage}.round": made["round"],
            "case_no": case_no,
        }
        values["applied_at"] = case.applied_at or step.at
    stays = case.has_reply and step.movement.stage is case.stage
    values["has_reply"] = bool(pushes["replies"]) or stays
    added = {name: {"$each": items} for name, items in pushes.items() if items}
    return {"$set": values, "$push": added, "$addToSet": {"owes": step.service}}


def entries_of(update: Document) -> list[Document]:
    """What an update puts into the outbox."""
    entries: list[Document] = update["$push"]["outbox"]["$each"]
    return entries


def pushes_of(case: Case, step: Step, change: StageUpdate, message: object, case_no: str | None) -> Additions:
    """What a movement adds to the case's lists: timeline, inbox, submissions, replies, outgoing events."""
    outbox, submissions = [], []
    if change.submission is not None and case_no is not None:
        note, declared = submission_of(case, step, change.submission, case_no)
        submissions.append(note)
        outbox.append(outgoing(step, SUBMISSION_DECLARED, declared))
    if step.by in (CUSTOMS, SYSTEM):
        outbox.append(outgoing(step, RECEIPT_SETTLED, settled_event(case, step.trigger.message_id)))
    outbox.append(outgoing(step, CASE_MOVED, moved_event(case, step, case_no), mandatory=False))
    reply = reply_of(step, message)
    return {
        "timeline": timeline_of(step), "inbox": [step.trigger.message_id], "submissions": submissions,
        "replies": [reply] if reply else [], "outbox": outbox,
    }  # fmt: skip


def _statuses(case: Case, step: Step) -> Document:
    movement = step.movement
    values: Document = {"stage": movement.stage.value, "status": movement.status.value, "moved_at": step.at}
    values |= turn_after(case, movement.stage, movement.status, step.at)
    for stage, status in movement.statuses.items():
        values[f"stages.{stage}.status"] = status.value
        if stage not in case.stages:
            values[f"stages.{stage}.entered_at"] = step.at
    return values


def note_of(case: Case, declaration_id: str, message_id: str, cause: Cause, at: datetime) -> Document:
    """The update that writes a receipt for a declaration which moves nothing beside that declaration."""
    note = {"cause": cause.value, "at": at, "message_id": message_id}
    submissions = [
        made.changed(notes=[*documents_of(made.notes), note]) if made.id == declaration_id else made
        for made in case.submissions
    ]
    values = {"submissions": documents_of(submissions), "version": case.version + 1, "updated_at": at}
    return {"$set": values, "$push": {"inbox": message_id}}
