"""The line of a case: where stages, turns, submissions and today stand on it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.portal.pages.formatting import wrapped
from services.portal.pages.pictures.course import Course, course_of
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Kind, Stage, Turn

START = datetime(2026, 1, 1, tzinfo=UTC)
MOVED: tuple[tuple[float, str, str], ...] = (
    (0, "application", "draft"), (10, "application", "declared"), (11, "application", "sent"),
    (20, "application", "supplement"), (25, "application", "declared"), (26, "application", "sent"),
    (30, "questionnaire", "pending"),
)  # fmt: skip


def case(
    *moved: tuple[float, str, str], turn: Turn = Turn.AUTHORITY, submitted: tuple[float, ...] = (10, 25)
) -> Case:
    """A case that moved so, with submissions of the application on these days."""
    stages: dict[str, Any] = {}
    for day, stage, status in moved:
        stages.setdefault(stage, {"status": status, "entered_at": START + timedelta(days=day)})
    return Case({
        "kind": "assessment", "stage": moved[-1][1], "status": moved[-1][2], "turn": turn.value, "stages": stages,
        "timeline": [{"at": START + timedelta(days=day), "stage": stage, "status": status} for day, stage, status in moved],
        "submissions": [
            {"stage": "application", "type": "APPLICATION", "round": place + 1, "at": START + timedelta(days=day)}
            for place, day in enumerate(submitted)
        ],
    })  # fmt: skip


def line(found: Case, day: float) -> Course:
    """The line on this day."""
    return course_of(found, START + timedelta(days=day))


def test_the_stages_stand_side_by_side_from_end_to_end_and_the_longest_is_the_widest() -> None:
    stages = line(case(*MOVED), 35).stages

    assert [each.stage for each in stages][:3] == [Stage.APPLICATION, Stage.QUESTIONNAIRE, Stage.EVALUATION]
    assert Stage.COMPLETED not in [each.stage for each in stages]
    for before, after in pairwise(stages):
        assert after.x == pytest.approx(before.x + before.width)
    assert stages[-1].x + stages[-1].width == pytest.approx(100)
    widths = [each.width for each in stages]
    assert widths[0] > widths[1] > widths[2] == widths[3]


def test_each_side_has_its_days_stage_by_stage() -> None:
    application, questionnaire, evaluation, *_others = line(case(*MOVED), 35).stages

    days = {side: each.days for side, each in application.spent.items()}
    assert days == {"authority": 15, "customs": 13, "system": 2}
    assert questionnaire.spent["authority"] == timedelta(days=5)
    assert (evaluation.entered_at, evaluation.bars, evaluation.spent["customs"]) == (None, (), timedelta())


def test_turns_follow_each_other_within_their_stage_and_submissions_stand_where_they_were_made() -> None:
    application = line(case(*MOVED), 35).stages[0]

    turns = [bar.turn.value for bar in application.bars]
    assert turns == ["authority", "system", "customs", "authority", "system", "customs"]
    assert [bead.round for bead in application.beads] == [1, 2]
    assert [bead.x for bead in application.beads] == [application.bars[1].x, application.bars[4].x]
    end = application.x + application.width
    assert all(application.x <= bar.x <= bar.x + bar.width <= end for bar in application.bars)


def test_submissions_of_one_hour_do_not_lie_upon_each_other() -> None:
    beads = line(case(*MOVED, submitted=(10, 10.01, 10.02)), 35).stages[0].beads
    assert [after.x - before.x >= 2 for before, after in pairwise(beads)] == [True, True]


def test_today_is_where_an_open_case_stands_and_a_closed_one_has_none() -> None:
    found = line(case(*MOVED), 35)
    bar = found.stages[1].bars[-1]
    assert found.today == pytest.approx(bar.x + bar.width)
    refused = case(*MOVED[:3], (12, "application", "rejected"), turn=Turn.NOBODY)
    assert line(refused, 99).today is None
    assert line(refused, 99).stages[0].spent["customs"] == timedelta(days=1)


def test_a_case_of_this_moment_has_a_line_of_equal_stages() -> None:
    stages = line(case((0, "application", "draft"), submitted=()), 0).stages
    assert len({round(each.width, 6) for each in stages}) == 1
    assert len(stages[0].bars) == 1


@pytest.mark.parametrize("kind", Kind)
def test_every_stage_of_a_kind_is_on_the_line(kind: Kind) -> None:
    found = course_of(case(*MOVED).changed(kind=kind.value), START + timedelta(days=35))
    assert len(found.stages) == 8


def test_a_name_is_cut_into_short_lines() -> None:
    assert wrapped("Certificate consultation") == ["Certificate", "consultation"]
    assert wrapped("检验检疫公告发布") == ["检验检疫公告", "发布"]
    assert wrapped("") == []
