"""Figures as the database adds them up, against a handful of cases and receipts whose answers are known."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from services.portal.cases.counts import StageAges, StageDays
from services.portal.cases.figures import Figures
from shared.contracts.vocabulary import Stage, Status
from shared.lifecycle.turn import whose_turn
from shared.runtime.store import Document, Store

AT = datetime(2031, 5, 4, 10, 30, tzinfo=UTC)
"""Later than what the services themselves write."""


def case(authority: str, *moved: tuple[float, str, str]) -> Document:
    """A case that moved so many days ago, the last time into where it stands."""
    timeline = [
        {"at": AT - timedelta(days=days), "stage": stage, "status": status} for days, stage, status in moved
    ]
    _days, stage, status = moved[-1]
    return {
        "_id": f"figures-{ULID()}", "authority": authority, "stage": stage, "status": status, "timeline": timeline,
        "turn": whose_turn(Stage(stage), Status(status)).value, "turn_began_at": timeline[-1]["at"],
        "moved_at": timeline[-1]["at"],
    }  # fmt: skip


def receipt(minutes: float, state: str, *, took: float | None = None, replays: int = 0) -> Document:
    """A receipt that came so many minutes ago, and was settled so many seconds later."""
    came = AT - timedelta(minutes=minutes)
    settled = None if took is None else came + timedelta(seconds=took)
    return {
        "_id": f"figures-{ULID()}", "state": state, "received_at": came, "settled_at": settled, "replays": replays,
    }  # fmt: skip


@pytest.fixture
async def kept(store: Store) -> AsyncIterator[dict[str, list[Document]]]:
    """What a test keeps is gone afterwards."""
    put: dict[str, list[Document]] = {"cases": [], "receipts": []}
    yield put
    for name, documents in put.items():
        for each in documents:
            await store.collection(name).delete_one({"_id": each["_id"]})


async def keep(store: Store, kept: dict[str, list[Document]], name: str, *documents: Document) -> None:
    for each in documents:
        kept[name].append(each)
        await store.collection(name).insert_one(each)


async def test_cases_are_counted_by_stage_and_by_how_long_they_have_waited(
    store: Store, kept: dict[str, list[Document]]
) -> None:
    own, other = f"F-{ULID()}", f"F-{ULID()}"
    await keep(
        store, kept, "cases",
        case(own, (1, "application", "sent")), case(own, (6.9, "application", "received")),
        case(own, (7.1, "application", "supplement")), case(own, (400, "questionnaire", "pending")),
        case(own, (3, "application", "draft")), case(own, (3, "application", "rejected")),
        case(own, (3, "completed", "approved")), case(other, (1, "evaluation", "pending")),
    )  # fmt: skip

    assert await Figures(store).waiting_by_stage(own, AT) == [
        StageAges(Stage.APPLICATION, (2, 1, 0, 0), ours=1),
        StageAges(Stage.QUESTIONNAIRE, (0, 0, 0, 1), ours=1),
    ]
    assert await Figures(store).waiting_by_stage(f"F-{ULID()}", AT) == []


async def test_the_median_days_of_a_stage_are_those_of_cases_that_went_on(
    store: Store, kept: dict[str, list[Document]]
) -> None:
    own, other = f"F-{ULID()}", f"F-{ULID()}"

    def took(ours: float, customs: float) -> tuple[tuple[float, str, str], ...]:
        return (
            (ours + customs + 5, "application", "draft"), (customs + 5, "application", "sent"),
            (5, "questionnaire", "pending"),
        )  # fmt: skip

    await keep(
        store, kept, "cases", case(own, *took(2, 10)), case(own, *took(4, 30)), case(own, *took(90, 20.25)),
        case(own, (500, "application", "sent")), case(other, *took(1000, 1000)),
    )  # fmt: skip

    found = await Figures(store).days_by_stage(own)

    assert found == [StageDays(Stage.APPLICATION, cases=3, ours=4.0, customs=20.2)]
    everybody = {each.stage: each for each in await Figures(store).days_by_stage(None)}
    assert everybody[Stage.APPLICATION].cases >= 4


async def test_receipts_are_counted_by_the_hour_with_those_that_were_parked(
    store: Store, kept: dict[str, list[Document]]
) -> None:
    await keep(
        store, kept, "receipts",
        receipt(5, "applied"), receipt(29, "parked"), receipt(31, "stored"), receipt(89, "dismissed"),
        receipt(95, "applied", replays=1), receipt(60 * 24, "applied"),
    )  # fmt: skip

    hours = await Figures(store).receipts_by_hour(AT, 24)

    assert len(hours) == 24
    assert [(each.began_at.hour, each.received, each.parked) for each in hours[-3:]] == [
        (8, 1, 1),
        (9, 2, 1),
        (10, 2, 1),
    ]
    assert sum(each.received for each in hours) == 5


async def test_half_of_the_receipts_and_95_of_a_hundred_took_no_longer_than_is_said(
    store: Store, kept: dict[str, list[Document]]
) -> None:
    since = AT - timedelta(hours=24)
    assert await Figures(store).seconds_to_movement(since) is None
    quick = [receipt(minutes, "applied", took=0.25) for minutes in range(18)]
    await keep(
        store, kept, "receipts", *quick, receipt(30, "applied", took=40), receipt(31, "applied", took=41),
        receipt(29, "applied", took=-0.5), receipt(20, "applied", took=90_000, replays=1),
        receipt(21, "parked", took=1), receipt(60 * 25, "applied", took=500),
    )  # fmt: skip

    seconds = await Figures(store).seconds_to_movement(since)

    assert seconds is not None
    assert seconds.receipts == 21
    assert seconds.half == pytest.approx(0.25, rel=0.07)
    assert seconds.nearly_all == pytest.approx(40, rel=0.07)
