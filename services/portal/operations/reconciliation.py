"""What we sent against what customs confirmed, and what is missing on either side. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.contracts.vocabulary import TRANSPORT, Status
from shared.lifecycle.case import Document

UNCONFIRMED = (Status.DECLARED.value, Status.SENT.value, Status.SEND_FAILED.value)
"""Statuses in which the stage's last submission is not confirmed by customs (DOMAIN 1.3)."""
CASE_FIELDS = {
    "case_no": 1, "stage": 1, "status": 1, "authority": 1, "submissions": 1, "inbox": 1, "timeline.message_id": 1,
    "timeline.by": 1, "timeline.cause": 1, "timeline.at": 1, "stages": 1,
}  # fmt: skip
DECLARATION_FIELDS = {
    "state": 1, "case_no": 1, "case_id": 1, "type": 1, "stage": 1, "at": 1, "sent_at": 1, "attempts": 1, "next_at": 1,
    "last_error": 1,
}  # fmt: skip
RECEIPT_FIELDS = {
    "state": 1, "case_no": 1, "message_id": 1, "receipt_type": 1, "received_at": 1, "reason": 1, "next_at": 1, "settled_at": 1,
}  # fmt: skip
UNSETTLED = ("stored", "published", "deferred", "parked")
"""States of a receipt that is not at its end."""
_ENDED = ("applied", "stale", "parked", "dismissed")


@dataclass(slots=True)
class Reconciled:
    """The two ledgers and the cases against each other.

    `confirmed` counts submissions of which customs said something; `unconfirmed` are with customs' queue and unanswered;
    `unsent` wait on our side. `undeclared` are submissions of cases that no declaration stands for, `unsubmitted`
    declarations that no case knows; `unapplied` receipts that the ledger calls applied and the case does not have;
    `unledgered` receipts in a case that the ledger does not have; `unsettled` receipts that are not at their end, `owed`
    those at their end whose acknowledgement is not sent.
    """

    submissions: int = 0
    confirmed: int = 0
    unsent: list[Document] = field(default_factory=list)
    unconfirmed: list[Document] = field(default_factory=list)
    undeclared: list[Document] = field(default_factory=list)
    unsubmitted: list[Document] = field(default_factory=list)
    unapplied: list[Document] = field(default_factory=list)
    unledgered: list[Document] = field(default_factory=list)
    unsettled: list[Document] = field(default_factory=list)
    owed: list[Document] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """How much stands on one side alone: it should be none, and is never made good by waiting."""
        return sum(map(len, (self.undeclared, self.unsubmitted, self.unapplied, self.unledgered)))


def reconcile(
    cases: Sequence[Document],
    declarations: Sequence[Document],
    receipts: Sequence[Document],
    before: datetime,
) -> Reconciled:
    """Compare; what happened after `before` may still be on its way from one to the other, and is not called missing."""
    found, known = Reconciled(), {each["_id"]: each for each in declarations}
    for case in cases:
        for submission in case["submissions"]:
            _place(found, case, submission, known.get(submission["id"]), before)
    ours = {submission["id"] for case in cases for submission in case["submissions"]}
    numbers = {case["case_no"] for case in cases}
    found.unsubmitted = [
        each for each in declarations
        if each["_id"] not in ours and each["case_no"] in numbers and each["at"] < before
    ]  # fmt: skip
    _receipts(found, cases, receipts, before)
    return found


def _place(
    found: Reconciled, case: Document, submission: Document, declaration: Document | None, before: datetime
) -> None:
    """Where one submission stands."""
    found.submissions += 1
    row = {
        "id": submission["id"], "case_id": case["_id"], "case_no": case["case_no"], "type": submission["type"],
        "stage": submission["stage"], "at": submission["at"], "authority": case["authority"],
        "attempts": (declaration or {}).get("attempts", 0), "last_error": (declaration or {}).get("last_error"),
        "next_at": (declaration or {}).get("next_at"), "sent_at": (declaration or {}).get("sent_at"),
    }  # fmt: skip
    if declaration is None:
        (found.undeclared if submission["at"] < before else found.unsent).append(row)
    elif declaration["state"] != "sent":
        found.unsent.append(row)
    elif _is_confirmed(case, submission):
        found.confirmed += 1
    else:
        found.unconfirmed.append(row)


def _is_confirmed(case: Document, submission: Document) -> bool:
    """Whether customs said anything to a submission: an earlier one of its stage was answered before the next was made."""
    if submission["type"] == "SIGNATORIES":
        return any(note["cause"] not in TRANSPORT for note in submission.get("notes", []))
    made = [
        each
        for each in case["submissions"]
        if each["stage"] == submission["stage"] and each["type"] != "SIGNATORIES"
    ]
    is_last = made[-1]["id"] == submission["id"]
    return not is_last or case["stages"][submission["stage"]]["status"] not in UNCONFIRMED


def _receipts(
    found: Reconciled, cases: Iterable[Document], receipts: Sequence[Document], before: datetime
) -> None:
    inboxes: Mapping[Any, set[str]] = {case["case_no"]: set(case["inbox"]) for case in cases}
    ledger = {each["message_id"] for each in receipts if each["message_id"]}
    for each in receipts:
        if each["state"] in UNSETTLED:
            found.unsettled.append(each)
        if each["state"] in _ENDED and each["next_at"] is not None:
            found.owed.append(each)
        applied = each["state"] == "applied" and each["settled_at"] < before
        if applied and each["message_id"] not in inboxes.get(each["case_no"], set()):
            found.unapplied.append(each)
    for case in cases:
        found.unledgered += [
            {"case_id": case["_id"], "case_no": case["case_no"], **entry}
            for entry in case["timeline"]
            if entry["by"] == "customs" and entry["message_id"] not in ledger and entry["at"] < before
        ]
