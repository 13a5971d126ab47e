"""How a case looks from outside: JSON for lists, headers, replies and timelines. Pure (CONTRACT 3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.contracts.documents.ledgers import DeclarationEntry
from shared.contracts.vocabulary import Kind, Stage, Status
from shared.lifecycle.case import Document
from shared.lifecycle.rules import editable
from shared.lifecycle.stages import NAVIGATION, POSITION, STAGE_LABELS, STAGES_OF, STATUS_LABELS, Label

_TRANSPORT = {
    Status.DECLARED: "queued",
    Status.SENT: "sent",
    Status.SEND_FAILED: "failed",
    Status.RECEIVE_FAILED: "unreadable",
    Status.PENDING: "none",
    Status.DRAFT: "none",
}


def plain(value: Any) -> Any:
    """Values as JSON has them: times in ISO 8601 with offset; what is kept for ourselves (purpose) left out."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if name != "purpose"}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def label(found: Label) -> dict[str, str]:
    """A label in both languages."""
    return {"zh": found.zh, "en": found.en}


def listed(case: Document) -> dict[str, Any]:
    """A case as a row of the query list (DOMAIN D2)."""
    names = (
        "case_no",
        "kind",
        "category",
        "specific",
        "overview",
        "applied_at",
        "stage",
        "status",
        "has_reply",
    )
    row = {"id": case["_id"], **{name: case[name] for name in names}, "updated_at": case["updated_at"]}
    row |= {
        "stage_label": label(STAGE_LABELS[Stage(case["stage"])]),
        "label": label(STATUS_LABELS[Status(case["status"])]),
    }
    return dict(plain(row))


def header(case: Document, declaration: DeclarationEntry | None) -> dict[str, Any]:
    """A case with its steps, whose turn it is, and how its last submission travels."""
    kept = {name: case[name] for name in ("authority", "country", "created_at", "version")}
    steps = [_step(case, stage) for stage in STAGES_OF[Kind(case["kind"])]]
    seen = {"stages": steps, "turn": turn(case), "transport": transport(case, declaration)}
    return listed(case) | dict(plain(kept)) | seen


def may_edit(case: Document, stage: Stage) -> bool:
    """Whether the officer may edit this stage now: the same table as the services' (DOMAIN 1.5)."""
    return case["stage"] == stage and editable(stage, Status(case["status"]))


def _step(case: Document, stage: Stage) -> dict[str, Any]:
    entered = case["stages"].get(stage)
    status = Status(entered["status"]) if entered else None
    if stage is Stage.COMPLETED and case["stage"] == stage:
        status = Status(case["status"])
    return {
        "stage": stage.value, "state": _state(case, stage), "status": status, "stage_label": label(STAGE_LABELS[stage]),
        "label": label(STATUS_LABELS[status]) if status else None, "editable": may_edit(case, stage),
        "step": stage in NAVIGATION[Kind(case["kind"])],
    }  # fmt: skip


def _state(case: Document, stage: Stage) -> str:
    if case["stage"] == stage:
        return "current"
    if stage in case["stages"]:
        return "done"
    furthest = max(POSITION[Stage(name)] for name in case["stages"] if name != Stage.COMPLETED)
    passed_over = POSITION[stage] < furthest or (
        case["stage"] == Stage.COMPLETED and case["status"] == Status.APPROVED
    )
    return "skipped" if passed_over else "future"


def turn(case: Document) -> dict[str, Any]:
    """Who is to act, and since when; the domain sets no time limits, so nothing is due (DOMAIN K)."""
    return {"who": case["turn"], "since": plain(case["turn_began_at"]), "due": None}


def transport(case: Document, declaration: DeclarationEntry | None) -> dict[str, Any]:
    """How the last submission of the stage travels, apart from what becomes of the case."""
    stage = last_submitted_stage(case)
    state = "none"
    if stage is not None:
        state = _TRANSPORT.get(Status(case["stages"][stage]["status"]), "received")
    waits = declaration if state in ("queued", "failed") else None
    return {
        "state": state, "attempts": declaration.attempts if declaration else 0,
        "next_attempt_at": plain(waits.next_at) if waits else None, "last_error": waits.last_error if waits else None,
    }  # fmt: skip


def last_submitted_stage(case: Document) -> Stage | None:
    """The stage whose submission is the last one that was made."""
    made = [each for each in case["submissions"] if each["type"] != "SIGNATORIES"]
    return Stage(made[-1]["stage"]) if made else None


def last_declaration(case: Document) -> str | None:
    """The id of the last submission's declaration."""
    made = [each for each in case["submissions"] if each["type"] != "SIGNATORIES"]
    return made[-1]["id"] if made else None


def replies(whole: Sequence[Document]) -> list[Any]:
    """Customs' opinions, newest first; `whole` as they came."""
    names = ("stage", "status", "opinion", "items", "attachments", "at")
    return [plain({name: reply[name] for name in names}) for reply in reversed(whole)]


def timeline(case: Document) -> list[Any]:
    """Every movement, oldest first."""
    return [plain(entry) for entry in case["timeline"]]
