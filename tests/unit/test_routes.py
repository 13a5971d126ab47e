"""Every route of DOMAIN part 2 E and F, walked by the table alone."""

from collections.abc import Callable

import pytest

from shared.contracts.vocabulary import Cause, Result, Stage, Status
from shared.lifecycle.turn import whose_turn
from tests.build import Walk, check_walk

A, Q, E = Stage.APPLICATION, Stage.QUESTIONNAIRE, Stage.EVALUATION
PC, CC = Stage.PROTOCOL_CONSULTATION, Stage.CERTIFICATE_CONSULTATION


def application(walk: Walk) -> None:
    walk.sent(A)
    assert walk.take(Cause.ACCEPTED, A) == "applied"
    assert walk.take(Cause.APPROVED, A) == "applied"
    assert walk.take(Cause.QUESTIONNAIRE_OPENED, Q) == "applied"


def questionnaire(walk: Walk) -> None:
    assert walk.take(Cause.SAVE, Q) == "applied"
    walk.sent(Q)
    assert walk.take(Cause.ACCEPTED, Q) == "applied"


def consultation(walk: Walk, stage: Stage, rounds: int = 1) -> None:
    for _ in range(rounds):
        assert walk.take(Cause.CONSULTATION_OPENED, stage) == "applied"
        assert walk.stands == (stage, Status.PENDING)
        walk.sent(stage, Cause.REPLY)
    assert walk.take(Cause.CONSULTATION_COMPLETED, stage) == "applied"


def to_the_end(walk: Walk, rounds: int = 1) -> None:
    consultation(walk, PC, rounds)
    assert walk.take(Cause.PROTOCOL_SIGNED, Stage.PROTOCOL_SIGNING) == "applied"
    assert walk.take(Cause.ANNOUNCEMENT_PUBLISHED, Stage.ANNOUNCEMENT) == "applied"
    consultation(walk, CC, rounds)
    assert walk.take(Cause.ADD_SIGNATORIES, CC) == "applied"
    assert walk.take(Cause.CERTIFICATE_CONFIRMED, Stage.CERTIFICATE_CONFIRMATION) == "applied"
    assert walk.take(Cause.CASE_CLOSED, Stage.COMPLETED, result=Result.APPROVED) == "applied"
    assert walk.stands == (Stage.COMPLETED, Status.APPROVED)


def test_the_evaluation_is_skipped_when_nothing_is_to_be_rectified() -> None:
    walk = Walk()
    application(walk)
    questionnaire(walk)
    to_the_end(walk)
    assert E not in walk.case.entered
    assert walk.case.entered[Q] is Status.APPROVED


def test_the_evaluation_is_passed_without_rectification() -> None:
    walk = Walk()
    application(walk)
    questionnaire(walk)
    assert walk.take(Cause.APPROVED, E) == "not_yet"
    assert walk.take(Cause.APPROVED, Q) == "applied"
    assert walk.take(Cause.APPROVED, E) == "applied"
    assert walk.stands == (E, Status.APPROVED)
    to_the_end(walk)


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_rectification_and_consultation_take_any_number_of_rounds(rounds: int) -> None:
    walk = Walk()
    application(walk)
    questionnaire(walk)
    for _ in range(rounds):
        assert walk.take(Cause.RECTIFICATION_REQUIRED, E) == "applied"
        assert walk.stands == (E, Status.PENDING)
        walk.sent(E)
    assert walk.take(Cause.APPROVED, E) == "applied"
    to_the_end(walk, rounds)
    assert len(walk.case.submissions[E]) == rounds
    assert len(walk.case.submissions[PC]) == rounds


def test_a_failed_reception_and_a_supplement_open_the_application_again() -> None:
    walk = Walk()
    assert walk.take(Cause.SUBMIT, A) == "applied"
    assert walk.take(Cause.RECEIVE_FAILED, A, in_reply_to=walk.last(A)) == "applied"
    walk.sent(A)
    assert walk.take(Cause.SUPPLEMENT, A) == "applied"
    assert walk.take(Cause.SAVE, A) == "applied"
    assert walk.stands == (A, Status.SUPPLEMENT)
    walk.sent(A)
    assert walk.stands == (A, Status.RECEIVED)


def refused_walk(stage: Stage) -> Walk:
    walk = Walk()
    if stage is Q:
        application(walk)
    walk.sent(stage)
    assert walk.take(Cause.REJECTED, stage) == "applied"
    return walk


@pytest.mark.parametrize("stage", [A, Q])
def test_not_accepted_ends_the_authoritys_part(stage: Stage) -> None:
    walk = refused_walk(stage)
    assert walk.stands == (stage, Status.REJECTED)
    assert whose_turn(*walk.stands) == "nobody"
    for command in (Cause.SAVE, Cause.SUBMIT):
        assert walk.take(command, stage) == "not_editable"
    late: list[tuple[Cause, Stage]] = [
        (Cause.ACCEPTED, stage), (Cause.APPROVED, stage), (Cause.SUPPLEMENT, stage), (Cause.QUESTIONNAIRE_OPENED, Q),
        (Cause.RECTIFICATION_REQUIRED, E), (Cause.CONSULTATION_OPENED, PC), (Cause.APPROVED, E),
    ]  # fmt: skip
    for cause, spoken_of in late:
        assert walk.take(cause, spoken_of) == "stale", "nothing of it is still to come"
    assert walk.take(Cause.RECEIVED, stage, in_reply_to="D-nobody") == "stale"
    assert walk.take(Cause.CASE_CLOSED, Stage.COMPLETED, result=Result.APPROVED) == "stale"
    assert walk.stands == (stage, Status.REJECTED)


@pytest.mark.parametrize("stage", [A, Q])
@pytest.mark.parametrize("formally", [Cause.CASE_CLOSED, Cause.NOT_APPROVED])
def test_what_was_not_accepted_is_ended_formally_later(stage: Stage, formally: Cause) -> None:
    walk = refused_walk(stage)
    if formally is Cause.CASE_CLOSED:
        outcome = walk.take(formally, Stage.COMPLETED, result=Result.NOT_APPROVED)
    else:
        outcome = walk.take(formally, stage)
    assert outcome == "applied"
    assert walk.stands == (Stage.COMPLETED, Status.NOT_APPROVED)


UNANSWERED = ("pending", "draft", "receive_failed")


def unanswered(walk: Walk, stage: Stage, status: str) -> None:
    """Customs asked, and has no answer that it can read."""
    assert walk.stands == (stage, Status.PENDING)
    answer = Cause.SUBMIT if stage is E else Cause.REPLY
    if status == "draft":
        assert walk.take(Cause.SAVE, stage) == "applied"
    if status == "receive_failed":
        assert walk.take(answer, stage) == "applied"
        assert walk.take(Cause.RECEIVE_FAILED, stage, in_reply_to=walk.last(stage)) == "applied"
    assert walk.stands == (stage, Status(status))


@pytest.mark.parametrize("status", UNANSWERED)
def test_customs_may_replace_what_it_asked_before_it_was_answered(status: str) -> None:
    walk = Walk()
    application(walk)
    questionnaire(walk)
    for stage, asks in ((E, Cause.RECTIFICATION_REQUIRED), (PC, Cause.CONSULTATION_OPENED)):
        assert walk.take(asks, stage) == "applied"
        unanswered(walk, stage, status)
        assert walk.take(asks, stage) == "applied"
        assert walk.stands == (stage, Status.PENDING)
        walk.sent(stage, Cause.SUBMIT if stage is E else Cause.REPLY)


def test_a_supplement_of_the_rectification_is_no_place_for_a_new_one() -> None:
    walk = Walk()
    application(walk)
    questionnaire(walk)
    assert walk.take(Cause.RECTIFICATION_REQUIRED, E) == "applied"
    walk.sent(E)
    assert walk.take(Cause.SUPPLEMENT, E) == "applied"
    assert walk.take(Cause.RECTIFICATION_REQUIRED, E) == "not_yet"


@pytest.mark.parametrize("status", UNANSWERED)
def test_customs_may_end_a_consultation_without_an_answer(status: str) -> None:
    walk = Walk()
    application(walk)
    questionnaire(walk)
    for stage in (PC, CC):
        assert walk.take(Cause.CONSULTATION_OPENED, stage) == "applied"
        unanswered(walk, stage, status)
        assert walk.take(Cause.CONSULTATION_COMPLETED, stage) == "applied"
        assert walk.stands == (stage, Status.APPROVED)
        assert walk.take(Cause.REPLY, stage) == "not_editable"
        if stage is PC:
            assert walk.take(Cause.PROTOCOL_SIGNED, Stage.PROTOCOL_SIGNING) == "applied"
            assert walk.take(Cause.ANNOUNCEMENT_PUBLISHED, Stage.ANNOUNCEMENT) == "applied"
    assert walk.take(Cause.ADD_SIGNATORIES, CC) == "applied"


def test_a_refused_check_ends_when_customs_received_the_refusal() -> None:
    walk = check_walk()
    walk.sent(Stage.ACCEPTANCE, Cause.REFUSE)
    assert walk.stands == (Stage.COMPLETED, Status.NOT_APPROVED)
    assert walk.case.entered[Stage.ACCEPTANCE] is Status.RECEIVED


def test_a_check_ends_without_revision_after_the_questionnaire() -> None:
    walk = check_walk()
    walk.sent(Stage.ACCEPTANCE, Cause.AGREE)
    assert walk.take(Cause.QUESTIONNAIRE_OPENED, Q) == "applied"
    questionnaire(walk)
    assert walk.take(Cause.CASE_CLOSED, Stage.COMPLETED, result=Result.APPROVED) == "applied"
    assert walk.stands == (Stage.COMPLETED, Status.APPROVED)
    assert walk.case.entered[Q] is Status.APPROVED


def test_a_check_goes_through_rectification_and_a_new_protocol() -> None:
    walk = check_walk()
    walk.sent(Stage.ACCEPTANCE, Cause.AGREE)
    assert walk.take(Cause.QUESTIONNAIRE_OPENED, Q) == "applied"
    questionnaire(walk)
    assert walk.take(Cause.RECTIFICATION_REQUIRED, E) == "applied"
    walk.sent(E)
    to_the_end(walk, 2)


def test_a_refused_check_can_not_get_a_questionnaire() -> None:
    walk = check_walk()
    assert walk.take(Cause.REFUSE, Stage.ACCEPTANCE) == "applied"
    assert walk.take(Cause.QUESTIONNAIRE_OPENED, Q) == "not_yet"


@pytest.mark.parametrize("steps", range(9))
def test_customs_can_end_a_case_in_every_stage(steps: int) -> None:
    walk = Walk()
    walk.take(Cause.SUBMIT, A)
    way: list[Callable[[], object]] = [
        lambda: walk.take(Cause.QUESTIONNAIRE_OPENED, Q),
        lambda: walk.take(Cause.SUBMIT, Q),
        lambda: walk.take(Cause.RECTIFICATION_REQUIRED, E),
        lambda: walk.take(Cause.SUBMIT, E),
        lambda: consultation(walk, PC),
        lambda: walk.take(Cause.PROTOCOL_SIGNED, Stage.PROTOCOL_SIGNING),
        lambda: walk.take(Cause.ANNOUNCEMENT_PUBLISHED, Stage.ANNOUNCEMENT),
        lambda: consultation(walk, CC),
    ]
    for step in way[:steps]:
        step()
    stage = walk.case.stage
    assert walk.take(Cause.NOT_APPROVED, stage) == "applied"
    assert walk.stands == (Stage.COMPLETED, Status.NOT_APPROVED)
    assert walk.case.entered[stage] is Status.NOT_APPROVED
    assert walk.take(Cause.NOT_APPROVED, stage) == "stale"


def test_sending_fails_and_later_succeeds_by_itself() -> None:
    walk = Walk()
    walk.take(Cause.SUBMIT, A)
    declaration = walk.last(A)
    assert walk.take(Cause.DECLARATION_FAILED, A, in_reply_to=declaration) == "applied"
    assert walk.stands == (A, Status.SEND_FAILED)
    assert walk.take(Cause.SAVE, A) == "not_editable"
    assert walk.take(Cause.DECLARATION_FAILED, A, in_reply_to=declaration) == "stale"
    assert walk.take(Cause.DECLARATION_SENT, A, in_reply_to=declaration) == "applied"
    assert walk.stands == (A, Status.SENT)


def test_signatories_are_noted_and_move_nothing() -> None:
    walk = Walk()
    application(walk)
    questionnaire(walk)
    consultation(walk, PC)
    walk.take(Cause.PROTOCOL_SIGNED, Stage.PROTOCOL_SIGNING)
    walk.take(Cause.ANNOUNCEMENT_PUBLISHED, Stage.ANNOUNCEMENT)
    assert walk.take(Cause.ADD_SIGNATORIES, CC) == "stage_not_entered"
    consultation(walk, CC)
    assert walk.take(Cause.ADD_SIGNATORIES, CC, message_id="S") == "applied"
    assert walk.take(Cause.RECEIVED, CC, in_reply_to="D-S") == "applied"
    assert walk.stands == (CC, Status.APPROVED)


def test_messages_that_come_at_the_wrong_time_have_a_named_outcome() -> None:
    walk = Walk()
    assert walk.take(Cause.QUESTIONNAIRE_OPENED, Q) == "not_yet"
    walk.take(Cause.SUBMIT, A)
    first = walk.last(A)
    assert walk.take(Cause.RECEIVE_FAILED, A, in_reply_to=first, message_id="R1") == "applied"
    assert walk.take(Cause.RECEIVE_FAILED, A, in_reply_to=first, message_id="R1") == "duplicate"
    walk.take(Cause.SUBMIT, A)
    assert walk.take(Cause.RECEIVED, A, in_reply_to=first) == "stale"
    assert walk.take(Cause.ACCEPTED, A) == "applied"
    assert walk.take(Cause.RECEIVED, A, in_reply_to=walk.last(A)) == "stale"
    assert walk.take(Cause.RECEIVED, A, in_reply_to="D-nobody") == "not_yet"
    assert walk.take(Cause.RECEIVED, Stage.ACCEPTANCE) == "invalid"
    assert walk.take(Cause.PROTOCOL_SIGNED, Stage.PROTOCOL_SIGNING) == "not_yet"
    assert walk.take(Cause.QUESTIONNAIRE_OPENED, Q) == "applied"
    assert walk.take(Cause.QUESTIONNAIRE_OPENED, Q) == "stale"
    assert walk.take(Cause.SUPPLEMENT, A) == "stale"
    assert walk.take(Cause.SUBMIT, A) == "not_editable"
    assert walk.take(Cause.SUBMIT, E) == "stage_not_entered"
