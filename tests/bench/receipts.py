"""Receipts that can be applied, each with the case that it is about."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from shared.contracts.documents.cases import Case
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import Cause, DeclarationType, Kind, Stage, Status
from shared.lifecycle.case import new_case
from shared.lifecycle.cases import Cases
from shared.runtime.store import Store
from simulator.customs_xml import ReceiptDraft, write_receipt

_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that can be applied, and the case that it is about."""

    message_id: str
    case: Case
    xml: bytes


LADDER = (
    (Cause.RECEIVED, Stage.APPLICATION), (Cause.ACCEPTED, Stage.APPLICATION), (Cause.APPROVED, Stage.APPLICATION),
    (Cause.QUESTIONNAIRE_OPENED, Stage.QUESTIONNAIRE),
)  # fmt: skip
"""What customs says of an application that it takes, in its order."""


def receipts(count: int, authority: str, *, full: bool = False) -> list[Receipt]:
    """So many receipts RECEIVED, each about an application of its own that customs' queue holds; in cases that are `full`."""
    cases = (a_sent_case(authority) for _ in range(count))
    return [_receipt(_filled(case) if full else case, *LADDER[0]) for case in cases]


def _filled(case: Case) -> Case:
    """The case with 125 answers of 2,000 characters and 20 rounds of consultation, of which the newest stand in the case."""
    answers = {
        f"Q{number}": {
            "value": f"{number} {'答案' * 1000}",
            "note": "",
            "attachments": [],
            "version": 1,
            "at": case.created_at,
        }
        for number in range(125)
    }
    rounds: list[dict[str, object]] = [
        {"party": party, "at": case.created_at, "state": "processed", "attachments": [],
         **dict.fromkeys(("text_zh", "text_en", "text_other"), f"{number} {'磋商' * (5000 if number == 19 else 20)}")}
        for number in reversed(range(20)) for party in ("foreign", "china")
    ]  # fmt: skip
    later = {
        "questionnaire": {"status": "approved", "entered_at": case.created_at, "answers": answers},
        "protocol_consultation": {"status": "approved", "entered_at": case.created_at, "history": rounds},
    }
    return case.changed(stages={**case.document["stages"], **later})


def ladders(count: int, authority: str) -> list[list[Receipt]]:
    """All that customs says of so many applications, one after the other."""
    cases = [a_sent_case(authority) for _ in range(count)]
    return [[_receipt(case, *step) for step in LADDER] for case in cases]


async def begin_cases(store: Store, cases: Iterable[Case]) -> None:
    """Write cases as the system does."""
    repository, left = Cases(store), iter(cases)

    async def some() -> None:
        for case in left:
            await repository.begin(case)

    await asyncio.gather(*(some() for _ in range(_AT_ONCE)))


def _receipt(case: Case, cause: Cause, stage: Stage) -> Receipt:
    message_id, declared = f"R-{uuid4().hex}", case.submissions[0].id
    in_reply_to = declared if cause is Cause.RECEIVED else None
    draft = ReceiptDraft(
        message_id, cause.value, str(case.case_no), stage.value, datetime.now(CHINA), in_reply_to
    )
    return Receipt(message_id, case, write_receipt(draft))


def a_sent_case(authority: str) -> Case:
    """An application that customs' queue holds."""
    at, case_no = datetime.now(UTC).replace(microsecond=0), f"202611{uuid4().int % 10**12:012d}"
    declaration, stage = _ulid(), Stage.APPLICATION.value
    made = {"id": declaration, "type": DeclarationType.APPLICATION.value, "stage": stage, "round": 1, "at": at,
            "by": "officer"}  # fmt: skip
    steps = ((_ulid(), Cause.SUBMIT, Status.DECLARED, "officer"),
             (f"{declaration}:sent", Cause.DECLARATION_SENT, Status.SENT, "system"))  # fmt: skip
    timeline = [
        {
            "at": at,
            "stage": stage,
            "status": status.value,
            "cause": cause.value,
            "by": by,
            "message_id": known,
        }
        for known, cause, status, by in steps
    ]
    begun = an_application(authority, case_no, at, Status.SENT, ["farmed"], "aquatic", "沙丁鱼 sardine")
    return begun.changed(
        submissions=[made], timeline=timeline, inbox=[step[0] for step in steps], applied_at=at, version=3
    )


def an_application(
    authority: str, case_no: str, at: datetime, status: Status, specific: Sequence[str], category: str, overview: str
) -> Case:  # fmt: skip
    """An application that has just begun, with a complete form."""
    form = {"category": category, "specific": [*specific], "department": "Veterinary Service", "overview": overview,
            "contact": {"name": "Maria Croes", "title": "Director", "email": "maria@example.aw",
                        "phone": {"country": "297", "area": "", "number": "5850200"}}}  # fmt: skip
    return new_case(
        case_id=_ulid(), kind=Kind.ASSESSMENT, authority=authority, country="AW", case_no=case_no, status=status, at=at,
        header={name: form[name] for name in ("category", "specific", "overview")},
        stage_data={"form": form, "attachments": []},
    )  # fmt: skip


def _ulid() -> str:
    return uuid4().hex[:26].upper()
