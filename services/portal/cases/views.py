"""How a case looks from outside: JSON for lists, headers, replies and timelines. Pure (CONTRACT 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case, CustomsReply, SubmissionMade
from shared.contracts.documents.ledgers import DeclarationEntry
from shared.contracts.documents.record import Record
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.vocabulary import DeclarationType, Stage, Status
from shared.lifecycle.rules import editable
from shared.lifecycle.stages import NAVIGATION, POSITION, STAGE_LABELS, STAGES_OF, STATUS_LABELS
from shared.lifecycle.time_limits import due_at

Json = dict[str, object]
"""An object of JSON."""
_TRANSPORT = {
    Status.DECLARED: "queued",
    Status.SENT: "sent",
    Status.SEND_FAILED: "failed",
    Status.RECEIVE_FAILED: "unreadable",
    Status.PENDING: "none",
    Status.DRAFT: "none",
}


@dataclass(frozen=True, slots=True)
class Transport:
    """How a submission travels: its state, how often it was tried, when (ISO 8601) it is tried again, and why it failed."""

    state: str
    attempts: int
    next_attempt_at: str | None
    last_error: str | None


def plain(value: object) -> object:
    """Values as JSON has them: times in ISO 8601 with offset; what is kept for ourselves (purpose) left out."""
    match value:
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case StrEnum():
            return value.value
        case Record():
            return plain(value.document)
        case Mapping():
            return {name: plain(each) for name, each in value.items() if name != "purpose"}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return value


def plain_fields(**values: object) -> Json:
    """These fields as JSON has them."""
    return {name: plain(value) for name, value in values.items()}


def label(found: Bilingual) -> dict[str, str]:
    """A label in both languages."""
    return {"zh": found.zh, "en": found.en}


def listed(case: Case) -> Json:
    """A case as a row of the query list (DOMAIN D2)."""
    return plain_fields(
        id=case.id, case_no=case.case_no, kind=case.kind, category=case.category, specific=case.specific,
        overview=case.overview, applied_at=case.applied_at, stage=case.stage, status=case.status, has_reply=case.has_reply,
        updated_at=case.updated_at, stage_label=label(STAGE_LABELS[case.stage]), label=label(STATUS_LABELS[case.status]),
    )  # fmt: skip


def header(case: Case, declaration: DeclarationEntry | None, limits: TimeLimits) -> Json:
    """A case with its steps, whose turn it is, and how its last submission travels."""
    kept = plain_fields(
        authority=case.authority, country=case.country, created_at=case.created_at, version=case.version
    )
    steps = [_step(case, stage) for stage in STAGES_OF[case.kind]]
    return listed(case) | kept | {
        "stages": steps, "turn": turn(case, limits), "transport": asdict(transport(case, declaration)),
    }  # fmt: skip


def may_edit(case: Case, stage: Stage) -> bool:
    """Whether the officer may edit this stage now: the same table as the services' (DOMAIN 1.5)."""
    return case.stage is stage and editable(stage, case.status)


def _step(case: Case, stage: Stage) -> Json:
    entered = case.stages.get(stage)
    status = entered.status if entered else None
    if stage is Stage.COMPLETED and case.stage is stage:
        status = case.status
    return {
        "stage": stage.value, "state": _state(case, stage), "status": status, "stage_label": label(STAGE_LABELS[stage]),
        "label": label(STATUS_LABELS[status]) if status else None, "editable": may_edit(case, stage),
        "step": stage in NAVIGATION[case.kind],
    }  # fmt: skip


def _state(case: Case, stage: Stage) -> str:
    if case.stage is stage:
        return "current"
    if stage in case.stages:
        return "done"
    furthest = max(POSITION[entered] for entered in case.stages if entered is not Stage.COMPLETED)
    approved = case.stage is Stage.COMPLETED and case.status is Status.APPROVED
    return "skipped" if POSITION[stage] < furthest or approved else "future"


def turn(case: Case, limits: TimeLimits) -> Json:
    """Who is to act, since when, and until when the limits allow (the operator's: the domain sets none, DOMAIN K)."""
    return plain_fields(who=case.turn, since=case.turn_began_at, due=due_at(case, limits))


def transport(case: Case, declaration: DeclarationEntry | None) -> Transport:
    """How the last submission of the stage travels, apart from what becomes of the case."""
    last = last_submission(case)
    state = "none"
    if last is not None:
        state = _TRANSPORT.get(case.stages[last.stage].status, "received")
    waits = declaration if state in ("queued", "failed") else None
    next_at = waits.next_at.isoformat(timespec="milliseconds") if waits and waits.next_at else None
    attempts = declaration.attempts if declaration else 0
    return Transport(state, attempts, next_at, waits.last_error if waits else None)


def last_submission(case: Case) -> SubmissionMade | None:
    """The last submission of a stage; signatories are declared beside the stages."""
    made = [each for each in case.submissions if each.type is not DeclarationType.SIGNATORIES]
    return made[-1] if made else None


def replies(whole: Sequence[CustomsReply]) -> list[object]:
    """Customs' opinions, newest first; `whole` as they came."""
    return [
        plain_fields(
            stage=reply.stage, status=reply.status, opinion=reply.opinion, items=reply.items,
            attachments=reply.attachments, at=reply.at,
        )
        for reply in reversed(whole)
    ]  # fmt: skip


def timeline(case: Case) -> list[object]:
    """Every movement, oldest first."""
    return [plain(entry) for entry in case.timeline]
