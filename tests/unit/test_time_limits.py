"""Until when an authority has time: whole calendar months in Beijing, on its own turn alone."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.cases.views import turn
from shared.contracts.documents.cases import Case
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import Kind, Stage, Status
from shared.lifecycle.rules import EDITABLE
from shared.lifecycle.stages import STAGES_OF
from shared.lifecycle.time_limits import (
    DEFAULT_LIMITS,
    DEMANDS,
    Urgency,
    began_before,
    due_at,
    end_of_turn,
    urgency_of,
)
from shared.lifecycle.turn import turn_after, whose_turn

BEGAN = datetime(2026, 11, 29, 12, tzinfo=UTC)


def case_at(stage: str, status: str, kind: str = "assessment", began: datetime = BEGAN) -> Case:
    who = whose_turn(Stage(stage), Status(status))
    return Case({"kind": kind, "stage": stage, "status": status, "turn": who, "turn_began_at": began})


@pytest.mark.parametrize(
    ("began", "months", "due"),
    [
        ("2026-11-29T12:00", 12, "2027-11-29"),
        ("2026-11-29T15:59", 3, "2027-02-28"),  # February has no 29th
        ("2026-11-29T16:00", 3, "2027-02-28"),  # the 30th in Beijing already
        ("2026-11-30T16:00", 3, "2027-03-01"),  # the 1st of December in Beijing
        ("2027-08-31T00:00", 6, "2028-02-29"),
        ("2026-12-31T12:00", 1, "2027-01-31"),
    ],
)
def test_a_turn_ends_with_the_day_so_many_months_later_in_beijing(began: str, months: int, due: str) -> None:
    end = end_of_turn(datetime.fromisoformat(began).replace(tzinfo=UTC), months)
    assert end.isoformat() == f"{due}T23:59:59+08:00"


def test_what_is_overdue_is_asked_for_by_when_its_turn_began() -> None:
    """The database is asked by `began_before`; it agrees with the due date on every day of four years, whatever the limit."""
    first = datetime(2026, 12, 1, 0, 30, tzinfo=CHINA)
    for months in (1, 3, 12, 13):
        for days in range(0, 1461, 3):
            moment = first + timedelta(days=days)
            edge = began_before(moment, months)
            assert end_of_turn(edge - timedelta(milliseconds=1), months) < moment
            assert end_of_turn(edge, months) >= moment


def test_by_default_a_questionnaire_has_a_year_and_a_supplement_three_months() -> None:
    assert turn(case_at("questionnaire", "pending"), DEFAULT_LIMITS) == {
        "who": "authority",
        "since": "2026-11-29T12:00:00.000+00:00",
        "due": "2027-11-29T23:59:59.000+08:00",
    }
    check = case_at("questionnaire", "draft", "retrospective")
    assert due_at(check, DEFAULT_LIMITS) == due_at(case_at("questionnaire", "receive_failed"), DEFAULT_LIMITS)
    for stage in ("application", "questionnaire", "evaluation"):
        supplement = due_at(case_at(stage, "supplement"), DEFAULT_LIMITS)
        assert supplement
        assert supplement.date().isoformat() == "2027-02-28"


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        ("application", "draft"), ("application", "receive_failed"), ("evaluation", "pending"),
        ("protocol_consultation", "pending"), ("certificate_consultation", "draft"),
        ("questionnaire", "sent"), ("application", "rejected"), ("completed", "approved"),
    ],
)  # fmt: skip
def test_nothing_else_is_due_by_default(stage: str, status: str) -> None:
    assert turn(case_at(stage, status), DEFAULT_LIMITS)["due"] is None


def test_the_clock_stands_still_on_customs_turn_and_begins_anew_with_the_next() -> None:
    opened = case_at("questionnaire", "pending")
    sent = opened.changed(
        status="declared",
        **turn_after(opened, Stage.QUESTIONNAIRE, Status.DECLARED, BEGAN + timedelta(days=90)),
    )
    assert due_at(sent, DEFAULT_LIMITS) is None
    unread = BEGAN + timedelta(days=100)
    back = sent.changed(
        status="receive_failed", **turn_after(sent, Stage.QUESTIONNAIRE, Status.RECEIVE_FAILED, unread)
    )
    assert due_at(back, DEFAULT_LIMITS) == end_of_turn(unread, 12)
    saved = back.changed(
        **turn_after(back, Stage.QUESTIONNAIRE, Status.RECEIVE_FAILED, unread + timedelta(days=9))
    )
    assert due_at(saved, DEFAULT_LIMITS) == end_of_turn(unread, 12), "saving does not begin it anew"


def test_every_turn_of_an_authority_but_its_own_wish_can_have_a_limit() -> None:
    limits = TimeLimits({"_id": "limits", "version": 1, "months": {each.code: 2 for each in DEMANDS}})
    without = {
        (kind, stage, status)
        for kind in Kind for stage in STAGES_OF[kind] if stage in EDITABLE for status in EDITABLE[stage]
        if due_at(case_at(stage, status, kind), limits) is None
    }  # fmt: skip
    own_wish = {
        (Kind.ASSESSMENT, Stage.APPLICATION, status) for status in (Status.DRAFT, Status.RECEIVE_FAILED)
    }
    assert without == own_wish


def test_what_is_due_within_seven_days_is_near() -> None:
    due = end_of_turn(BEGAN, 1)
    week = timedelta(days=7)
    moments = (due - week - timedelta(seconds=1), due - week, due, due + timedelta(seconds=1))
    assert [urgency_of(due, each) for each in moments] == [
        Urgency.LATER,
        Urgency.WEEK,
        Urgency.WEEK,
        Urgency.OVERDUE,
    ]
    assert urgency_of(None, BEGAN) is Urgency.LATER
