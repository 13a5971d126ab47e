"""What we sent against what customs confirmed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.portal.operations.reconciliation import reconcile
from shared.contracts.documents.cases import Case
from shared.contracts.documents.ledgers import DeclarationEntry, ReceiptEntry
from shared.contracts.vocabulary import Cause

AT = datetime(2026, 11, 1, tzinfo=UTC)
BEFORE = AT + timedelta(hours=1)
LATE = BEFORE + timedelta(seconds=1)
Row = dict[str, Any]


def case(status: str, *submissions: Row, inbox: tuple[str, ...] = (), timeline: tuple[Row, ...] = ()) -> Case:
    return Case({
        "_id": "case", "case_no": "2026", "authority": "AW-01", "stage": "application", "status": status,
        "submissions": list(submissions), "inbox": list(inbox), "timeline": list(timeline),
        "stages": {"application": {"status": status}},
    })  # fmt: skip


def submission(name: str, type: str = "APPLICATION", at: datetime = AT, **given: Any) -> Row:
    return {"id": name, "type": type, "stage": "application", "at": at, **given}


def declaration(name: str, state: str = "sent", at: datetime = AT) -> DeclarationEntry:
    travels: Row = {"attempts": 1, "last_error": None, "next_at": None, "sent_at": None}
    return DeclarationEntry({"_id": name, "state": state, "case_no": "2026", "at": at, **travels})


def receipt(name: str, state: str, **given: Any) -> ReceiptEntry:
    return ReceiptEntry({
        "_id": name, "message_id": name, "state": state, "case_no": "2026", "next_at": None, "settled_at": AT, **given
    })  # fmt: skip


def test_a_submission_is_confirmed_once_customs_said_anything_to_it() -> None:
    sent = reconcile([case("sent", submission("d1"))], [declaration("d1")], [], BEFORE)
    received = reconcile([case("received", submission("d1"))], [declaration("d1")], [], BEFORE)

    assert ([each.id for each in sent.unconfirmed], sent.confirmed) == (["d1"], 0)
    assert (received.unconfirmed, received.confirmed) == ([], 1)


def test_an_earlier_submission_of_a_stage_was_answered_before_the_next_was_made() -> None:
    both = case("sent", submission("d1"), submission("d2"))
    found = reconcile([both], [declaration("d1"), declaration("d2")], [], BEFORE)

    assert found.confirmed == 1
    assert [each.id for each in found.unconfirmed] == ["d2"]


def test_signatories_are_confirmed_by_their_own_notes() -> None:
    noted = submission(
        "s1", "SIGNATORIES", notes=[{"cause": Cause.DECLARATION_SENT.value}, {"cause": "RECEIVED"}]
    )
    silent = submission("s2", "SIGNATORIES", notes=[{"cause": Cause.DECLARATION_SENT.value}])
    found = reconcile([case("approved", noted, silent)], [declaration("s1"), declaration("s2")], [], BEFORE)

    assert [each.id for each in found.unconfirmed] == ["s2"]


def test_what_stands_on_one_side_alone_is_missing_unless_it_may_be_on_its_way() -> None:
    cases = [case("declared", submission("d1"), submission("d2", at=LATE))]
    found = reconcile(cases, [declaration("d9"), declaration("d8", at=LATE)], [], BEFORE)

    assert [each.id for each in found.undeclared] == ["d1"]
    assert [each.id for each in found.unsent] == ["d2"]
    assert [each.id for each in found.unsubmitted] == ["d9"]
    assert found.missing == 2


def test_a_receipt_called_applied_must_be_in_its_case_and_a_movement_by_customs_in_the_ledger() -> None:
    moved = ({"by": "customs", "message_id": "r9", "cause": "RECEIVED", "at": AT},)
    cases = [case("received", inbox=("r1",), timeline=moved)]
    receipts = [receipt("r1", "applied"), receipt("r2", "applied"), receipt("r3", "applied", settled_at=LATE)]
    found = reconcile(cases, [], receipts, BEFORE)

    assert [each.id for each in found.unapplied] == ["r2"]
    assert [each.message_id for each in found.unledgered] == ["r9"]


def test_what_waits_and_what_customs_is_owed_is_told() -> None:
    receipts = [
        receipt("r1", "deferred", next_at=LATE),
        receipt("r2", "stale", next_at=LATE),
        receipt("r3", "parked"),
    ]
    found = reconcile([], [], receipts, BEFORE)

    assert [each.id for each in found.unsettled] == ["r1", "r3"]
    assert [each.id for each in found.owed] == ["r2"]
    assert found.missing == 0


def test_a_case_that_lacks_something_is_named_and_the_others_are_compared() -> None:
    found = reconcile(
        [Case({"_id": "stray"}), case("sent", submission("d1"))], [declaration("d1")], [], BEFORE
    )

    assert found.incomplete == ["stray"]
    assert [each.id for each in found.unconfirmed] == ["d1"]
