"""One case as one document: how it begins, and what the decision needs to read from it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from ulid import ULID

from shared.contracts.documents.cases import Case
from shared.contracts.facts import CaseClosed, CaseFact
from shared.contracts.formats import CASES
from shared.contracts.vocabulary import DeclarationType, Kind, Stage, Status
from shared.lifecycle.decide import CaseState, Trigger
from shared.lifecycle.rules import UNANSWERED
from shared.lifecycle.stages import FIRST_STAGE
from shared.lifecycle.turn import whose_turn


def check_id(case_no: str) -> str:
    """The internal id of a retrospective check: a ULID with the number's time, so that one number is one document."""
    given = ULID.from_str(case_no).bytes
    return str(ULID.from_bytes(given[:6] + sha256(case_no.encode()).digest()[:10]))


def new_case(
    *, case_id: str, kind: Kind, authority: str, country: str, case_no: str | None, status: Status, at: datetime,
    header: Mapping[str, object], stage_data: Mapping[str, object],
) -> Case:  # fmt: skip
    """A case that has just begun, at its kind's first stage, without any movement written yet."""
    stage = FIRST_STAGE[kind]
    return Case({
        "_id": case_id, "format": CASES, "kind": kind.value, "case_no": case_no, "authority": authority, "country": country,
        "stage": stage.value, "status": status.value, "version": 1, "has_reply": False,
        "created_at": at, "applied_at": None, "updated_at": at, "moved_at": at, "turn": whose_turn(stage, status).value,
        "turn_began_at": at, **header,
        "stages": {stage.value: {"status": status.value, "entered_at": at, **stage_data}},
        "submissions": [], "replies": [], "timeline": [], "inbox": [], "outbox": [], "owes": [],
        "waiting": False,
    })  # fmt: skip


_READ_BY_FACTS = (
    "case_no", "kind", "authority", "country", "specific", "stage", "status", "version", "has_reply", "turn",
    "turn_began_at", "applied_at", "submissions", "inbox", "owes", "waiting", "size", "stages.acceptance.answer",
    *(f"stages.{stage}.status" for stage in Stage),
)  # fmt: skip
READ_BY_FACTS: Mapping[str, int] = dict.fromkeys(_READ_BY_FACTS, 1)
"""The projection of a case by which every fact is decided and noted: no form, no answer, no text."""


def state_of(case: Case) -> CaseState:
    """What `decide` reads of a case."""
    submissions: dict[Stage, tuple[str, ...]] = {}
    signatories = set()
    for made in case.submissions:
        if made.type is DeclarationType.SIGNATORIES:
            signatories.add(made.id)
        else:
            submissions[made.stage] = (*submissions.get(made.stage, ()), made.id)
    entered = case.stages
    return CaseState(
        kind=case.kind,
        stage=case.stage,
        status=case.status,
        entered={stage: record.status for stage, record in entered.items()},
        answer=entered[Stage.ACCEPTANCE].answer if Stage.ACCEPTANCE in entered else None,
        submissions=submissions,
        signatories=frozenset(signatories),
        inbox=frozenset(case.inbox),
    )


def unanswered(case: Case, stage: Stage) -> bool:
    """Whether customs asked for something in this stage and has no answer yet."""
    entered = case.stages.get(stage)
    return entered is not None and entered.status in UNANSWERED


def trigger_of(fact: CaseFact) -> Trigger:
    """What a fact asks of a case."""
    result = fact.result if isinstance(fact, CaseClosed) else None
    return Trigger(fact.message_id, fact.cause, fact.stage, fact.in_reply_to, result)
