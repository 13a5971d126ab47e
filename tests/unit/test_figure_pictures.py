"""Bars and columns: how long they are, that nothing is too short to be seen, and what is found in counts."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.cases.counts import Hour, StageAges, StageDays, quantile
from services.portal.pages.pictures.bars import (
    SPARK_TALLEST,
    TALLEST,
    days_bars,
    hours_picture,
    sparkline,
    stage_bars,
)
from shared.contracts.vocabulary import Stage

BEGUN = datetime(2026, 11, 29, tzinfo=UTC)


def test_the_stage_with_most_cases_has_the_longest_bar_and_its_ages_follow_each_other() -> None:
    first, second = stage_bars(
        [StageAges(Stage.APPLICATION, (3, 0, 1, 0), 2), StageAges(Stage.EVALUATION, (0, 2, 0, 0), 0)]
    )

    assert [(part.band, part.count) for part in first.parts] == [(0, 3), (2, 1)]
    assert first.parts[1].x == pytest.approx(first.parts[0].x + first.parts[0].width)
    assert first.parts[0].width == pytest.approx(3 * first.parts[1].width)
    assert first.end == pytest.approx(2 * second.end)
    assert first.end < 100


def test_one_case_among_very_many_is_seen_but_its_number_stands_in_the_table_alone() -> None:
    [bar] = stage_bars([StageAges(Stage.APPLICATION, (9999, 1, 0, 0), 0)])
    many, one = bar.parts

    assert many.worded
    assert one.width > 0.5
    assert not one.worded


def test_both_sides_days_are_on_one_scale() -> None:
    first, second = days_bars([StageDays(Stage.APPLICATION, 5, 4, 40), StageDays(Stage.EVALUATION, 2, 0, 20)])

    assert first.customs == pytest.approx(10 * first.ours) == pytest.approx(2 * second.customs)
    assert second.ours == 0


def test_a_tenth_of_a_day_beside_years_is_seen_and_stages_that_took_no_time_have_no_bars() -> None:
    [years] = days_bars([StageDays(Stage.APPLICATION, 1, 0.1, 1000)])
    assert years.ours > 0.5
    [nothing] = days_bars([StageDays(Stage.APPLICATION, 1, 0, 0)])
    assert nothing.ours == nothing.customs == 0
    assert days_bars([]) == ()


def test_an_hour_with_one_receipt_is_seen_beside_one_with_thousands_and_one_without_is_empty() -> None:
    counts = ((5000, 0), (1, 1), (0, 0), (2500, 100))
    picture = hours_picture(
        [Hour(BEGUN + timedelta(hours=place), *count) for place, count in enumerate(counts)]
    )

    assert (picture.most, picture.received, picture.parked) == (5000, 7501, 101)
    assert [column.x for column in picture.columns] == [0, 25, 50, 75]
    assert [column.received for column in picture.columns] == [TALLEST, 3, 0, TALLEST / 2]
    assert [column.parked > 0 for column in picture.columns] == [False, True, False, True]


def test_no_receipts_at_all_are_a_picture_without_columns() -> None:
    picture = hours_picture([Hour(BEGUN, 0, 0)])
    assert (picture.most, picture.columns[0].received) == (0, 0)


@pytest.mark.parametrize(
    ("counts", "share", "found"),
    [({3: 1}, 0.5, 3), ({1: 1, 2: 1, 9: 1}, 0.5, 2), ({1: 1, 9: 1}, 0.5, 1), ({0: 95, 7: 5}, 0.95, 0), ({0: 94, 7: 6}, 0.95, 7)],
)  # fmt: skip
def test_a_share_of_all_is_no_greater_than_what_is_found(
    counts: dict[float, int], share: float, found: float
) -> None:
    assert quantile(counts, share) == found


def test_a_sparkline_has_a_scale_of_its_own_and_nothing_where_nothing_was() -> None:
    hours = [Hour(BEGUN, 400, 0), Hour(BEGUN, 0, 0), Hour(BEGUN, 100, 4), Hour(BEGUN, 100, 1)]

    found = sparkline(hours, lambda hour: hour.parked)

    assert [each.height for each in found.columns] == [0, 0, SPARK_TALLEST, SPARK_TALLEST / 4]
    assert [each.x for each in found.columns] == [0, 25, 50, 75]
    assert (found.most, found.total) == (4, 5)
    assert sparkline([Hour(BEGUN, 0, 0)], lambda hour: hour.received).columns[0].height == 0
