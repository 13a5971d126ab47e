"""What the frame of a case says: which opinion asks for something, and when a page looks again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.portal.pages.case.layout import above, again_in, asking
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Stage

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(count: int) -> datetime:
    return START + timedelta(days=count)


def reply(at: int, stage: str, status: str, opinion: str = "请补充。") -> dict[str, Any]:
    return {
        "at": day(at),
        "stage": stage,
        "status": status,
        "opinion": opinion,
        "items": [],
        "attachments": [],
    }


def case(stage: str, status: str, *replies: dict[str, Any], **stages: dict[str, Any]) -> Case:
    return Case({"stage": stage, "status": status, "replies": list(replies), "stages": stages})


@pytest.mark.parametrize("status", ["supplement", "receive_failed", "rejected"])
def test_an_opinion_is_in_view_while_its_status_asks_for_something(status: str) -> None:
    found = case(
        "application",
        status,
        reply(3, "application", status),
        application={"status": status, "submitted_at": day(1)},
    )
    assert asking(found, Stage.APPLICATION) == found.replies[0]


@pytest.mark.parametrize("status", ["declared", "sent", "received", "accepted", "approved"])
def test_an_opinion_that_was_answered_is_out_of_view(status: str) -> None:
    found = case(
        "application",
        status,
        reply(3, "application", "supplement"),
        application={"status": status, "submitted_at": day(5)},
    )
    assert asking(found, Stage.APPLICATION) is None


def test_an_earlier_rounds_opinion_does_not_stand_for_a_new_round_without_one() -> None:
    data = {"status": "pending", "submitted_at": day(5)}
    found = case("evaluation", "pending", reply(3, "evaluation", "pending"), evaluation=data)
    assert asking(found, Stage.EVALUATION) is None
    found.document["replies"].append(reply(7, "evaluation", "pending", "第二次整改。"))
    asked = asking(found, Stage.EVALUATION)
    assert asked
    assert asked.opinion == "第二次整改。"


def test_what_a_round_of_rectification_says_stands_with_the_round_and_not_above_it_too() -> None:
    found = case("evaluation", "pending", reply(3, "evaluation", "pending"), evaluation={"status": "pending"})
    assert above(found, Stage.EVALUATION) is None
    found.document["replies"].append(reply(7, "evaluation", "supplement", "请补充。"))
    found.document["stages"]["evaluation"] = {"status": "supplement", "submitted_at": day(5)}
    shown = above(found, Stage.EVALUATION)
    assert shown
    assert shown.opinion == "请补充。"


def test_why_a_case_ended_stands_on_each_of_its_pages() -> None:
    stages = {
        name: {"status": "approved", "submitted_at": day(9)} for name in ("application", "questionnaire")
    }
    closed = case(
        "completed",
        "not_approved",
        reply(3, "application", "supplement"),
        reply(8, "completed", "not_approved", "未通过。"),
        **stages,
    )
    for stage in (Stage.APPLICATION, Stage.QUESTIONNAIRE):
        asked = asking(closed, stage)
        assert asked
        assert asked.opinion == "未通过。"
    assert (
        asking(
            case("completed", "approved", reply(3, "application", "supplement"), **stages), Stage.APPLICATION
        )
        is None
    )


def test_an_empty_opinion_is_none() -> None:
    found = case(
        "application",
        "supplement",
        reply(3, "application", "supplement", ""),
        application={"status": "supplement"},
    )
    assert asking(found, Stage.APPLICATION) is None


def test_a_page_looks_again_after_the_next_attempt_but_not_restlessly() -> None:
    assert again_in(None, START) is None
    assert again_in((START + timedelta(seconds=40)).isoformat(), START) == 41
    assert again_in((START - timedelta(seconds=40)).isoformat(), START) == 3
