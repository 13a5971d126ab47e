"""Whose turn it was, and for how long: time on the other side's turn counts against nobody."""

from datetime import UTC, datetime, timedelta

from services.portal.cases.time_spent import spent
from shared.contracts.documents.cases import TimelineEntry
from shared.lifecycle.turn import turn_told_by

START = datetime(2026, 1, 1, tzinfo=UTC)


def entry(days: float, stage: str, status: str) -> TimelineEntry:
    return TimelineEntry({"at": START + timedelta(days=days), "stage": stage, "status": status})


def test_each_side_has_its_own_time() -> None:
    timeline = [
        entry(0, "application", "draft"), entry(10, "application", "declared"), entry(11, "application", "sent"),
        entry(14, "application", "supplement"), entry(20, "application", "declared"), entry(20.5, "application", "send_failed"),
        entry(22, "application", "sent"), entry(23, "questionnaire", "pending"),
    ]  # fmt: skip
    assert spent(timeline, START + timedelta(days=30)) == {
        "authority": timedelta(days=10 + 6 + 7), "customs": timedelta(days=3 + 1), "system": timedelta(days=1 + 2),
    }  # fmt: skip


def test_nobodys_time_counts_after_the_end() -> None:
    timeline = [entry(0, "acceptance", "pending"), entry(2, "completed", "not_approved")]
    assert spent(timeline, START + timedelta(days=9))["customs"] == timedelta()
    assert spent([], START) == {"authority": timedelta(), "customs": timedelta(), "system": timedelta()}


def test_nobodys_time_counts_after_an_application_was_not_accepted() -> None:
    timeline = [
        entry(0, "application", "draft"), entry(1, "application", "sent"), entry(4, "application", "rejected"),
    ]  # fmt: skip
    assert spent(timeline, START + timedelta(days=99))["customs"] == timedelta(days=3)
    assert turn_told_by(timeline) == {"turn": "nobody", "turn_began_at": START + timedelta(days=4)}


def test_a_turn_began_when_it_was_handed_over_whatever_was_done_since() -> None:
    timeline = [
        entry(0, "application", "draft"), entry(1, "application", "declared"), entry(2, "application", "sent"),
        entry(3, "application", "received"), entry(5, "application", "accepted"),
    ]  # fmt: skip
    assert turn_told_by(timeline) == {"turn": "customs", "turn_began_at": START + timedelta(days=2)}
    opened = [*timeline, entry(8, "questionnaire", "pending"), entry(9, "questionnaire", "draft")]
    saved = {"turn": "authority", "turn_began_at": START + timedelta(days=8)}
    assert turn_told_by(opened) == saved, "saving does not begin a turn"
    assert turn_told_by(timeline[:1]) == {"turn": "authority", "turn_began_at": START}
