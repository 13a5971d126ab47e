"""Figures over many cases and receipts, as the database adds them up; none is read one by one, and each sum is bounded.

Medians and percentiles are found in counts, since `$median` and `$percentile` came with MongoDB 7 and ours begins with 6.0.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product

from services.portal.cases.counts import Hour, Seconds, StageAges, StageDays, quantile
from services.portal.cases.paging import MOST_COUNTED
from shared.contracts.collections import CASES, RECEIPTS
from shared.contracts.states import ReceiptState
from shared.contracts.vocabulary import Stage, Status, Turn
from shared.lifecycle.turn import whose_turn
from shared.runtime.store import Document, Store

AGES = (7, 30, 90)
"""Days at which a case comes into the next band of age; there is one band more than these."""
LAST_MOVED, MOST_RECEIPTS = 100, 100_000
"""Days are taken of the cases that moved last, and receipts of the newest ones."""
_UNDER_WAY = [Turn.AUTHORITY.value, Turn.CUSTOMS.value, Turn.SYSTEM.value]
_TENTH_OF_A_DAY, _HOUR = 8_640_000, 3_600_000
_STEPS_A_DECADE = 20
"""Times of receipts are counted in classes whose ends are 12 % apart."""


class Figures:
    """What is counted of cases and receipts; `authority` None is all of them, which only operators see."""

    def __init__(self, store: Store) -> None:
        self._cases, self._receipts = store.collection(CASES.name), store.collection(RECEIPTS.name)

    async def waiting_by_stage(self, authority: str, at: datetime) -> list[StageAges]:
        """The authority's cases under way, by stage and by how long they have waited for the same side; drafts are none.

        Where there are more than 10,000, those that have waited longest.
        """
        found = await self._cases.aggregate([
            {"$match": {"authority": authority, "turn": {"$in": _UNDER_WAY}, "status": {"$ne": Status.DRAFT.value}}},
            {"$sort": {"turn_began_at": 1, "_id": 1}},
            {"$limit": MOST_COUNTED},
            {"$group": {"_id": {"stage": "$stage", "turn": "$turn", "age": _band("$turn_began_at", at)}, "n": {"$sum": 1}}},
        ])  # fmt: skip
        return [_ages(stage, found) for stage in Stage if any(row["_id"]["stage"] == stage for row in found)]

    async def days_by_stage(self, authority: str | None) -> list[StageDays]:
        """The median days of each stage that cases went on from, of the 100 cases that moved last."""
        found = await self._cases.aggregate([
            {"$match": {} if authority is None else {"authority": authority}},
            {"$sort": {"moved_at": -1, "_id": -1}},
            {"$limit": LAST_MOVED},
            {"$project": {"stage": 1, "turns": _TURNS}},
            {"$unwind": "$turns"},
            {"$match": {"$expr": {"$ne": ["$turns.stage", "$stage"]}}},
            {"$group": {"_id": {"case": "$_id", "stage": "$turns.stage"},
                        **{side: {"$sum": _time_of(side)} for side in ("authority", "customs")}}},
            {"$group": {"_id": {"stage": "$_id.stage", "ours": _tenths("$authority"), "customs": _tenths("$customs")},
                        "n": {"$sum": 1}}},
        ])  # fmt: skip
        return [_days(stage, found) for stage in Stage if any(row["_id"]["stage"] == stage for row in found)]

    async def receipts_by_hour(self, at: datetime, hours: int) -> list[Hour]:
        """The receipts of so many hours, the present one last, which is not over; of the newest 100,000."""
        first = at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours - 1)
        parked = [ReceiptState.PARKED.value, ReceiptState.DISMISSED.value]
        was_parked = {"$or": [{"$in": ["$state", parked]}, {"$gt": ["$replays", 0]}]}
        found = await self._receipts.aggregate([
            {"$match": {"received_at": {"$gte": first}}},
            {"$sort": {"received_at": -1, "_id": -1}},
            {"$limit": MOST_RECEIPTS},
            {"$group": {"_id": {"$floor": {"$divide": [{"$subtract": ["$received_at", first]}, _HOUR]}},
                        "received": {"$sum": 1}, "parked": {"$sum": {"$cond": [was_parked, 1, 0]}}}},
        ])  # fmt: skip
        by_hour = {int(row["_id"]): row for row in found}
        return [
            Hour(first + timedelta(hours=hour), *(by_hour.get(hour, {}).get(name, 0) for name in ("received", "parked")))
            for hour in range(hours)
        ]  # fmt: skip

    async def seconds_to_movement(self, since: datetime) -> Seconds | None:
        """From the arrival of a receipt until it is known that its case moved, of those that came since then.

        None where none was applied. What an operator replayed is left out, for it waited for a person; of the newest 100,000.
        """
        took = {"$max": [0, {"$subtract": ["$settled_at", "$received_at"]}]}
        class_of = {"$floor": {"$multiply": [_STEPS_A_DECADE, {"$log10": {"$add": [1, took]}}]}}
        found = await self._receipts.aggregate([
            {"$match": {"state": ReceiptState.APPLIED.value, "received_at": {"$gte": since}, "replays": 0}},
            {"$sort": {"received_at": -1, "_id": -1}},
            {"$limit": MOST_RECEIPTS},
            {"$group": {"_id": class_of, "n": {"$sum": 1}}},
        ])  # fmt: skip
        counts = Counter({row["_id"]: row["n"] for row in found})
        if not counts:
            return None
        half, nearly_all = (_middle_of(quantile(counts, share)) for share in (0.5, 0.95))
        return Seconds(counts.total(), half, nearly_all)


def _middle_of(number: float) -> float:
    """The seconds in the middle of a class."""
    return float(max(10 ** ((number + 0.5) / _STEPS_A_DECADE) - 1, 0)) / 1000


def _band(began: str, at: datetime) -> Document:
    """In which band of age something is that began then."""
    return {"$add": [{"$cond": [{"$lt": [began, at - timedelta(days=days)]}, 1, 0]} for days in AGES]}


def _ages(stage: Stage, rows: Sequence[Document]) -> StageAges:
    counts, ours = [0] * (len(AGES) + 1), 0
    for row in rows:
        if row["_id"]["stage"] == stage:
            counts[int(row["_id"]["age"])] += row["n"]
            ours += row["n"] if row["_id"]["turn"] == Turn.AUTHORITY else 0
    return StageAges(stage, tuple(counts), ours)


def _stands(turn: str) -> list[str]:
    """Where a case stands when it is this side's turn, as `stage status`."""
    return [
        f"{stage} {status}" for stage, status in product(Stage, Status) if whose_turn(stage, status) == turn
    ]


def _entry(field: str, place: object) -> Document:
    return {"$arrayElemAt": [f"$timeline.{field}", place]}


_BEFORE = {"$subtract": ["$$next", 1]}
_TURNS = {"$map": {
    "input": {"$range": [1, {"$size": "$timeline"}]}, "as": "next",
    "in": {
        "stage": _entry("stage", _BEFORE),
        "stands": {"$concat": [_entry("stage", _BEFORE), " ", _entry("status", _BEFORE)]},
        "took": {"$max": [0, {"$subtract": [_entry("at", "$$next"), _entry("at", _BEFORE)]}]},
    },
}}  # fmt: skip
"""From each movement of a case to the next: the stage, where it stood, and the milliseconds; as `time_spent.stretches` has it."""


def _time_of(side: str) -> Document:
    return {"$cond": [{"$in": ["$turns.stands", _stands(side)]}, "$turns.took", 0]}


def _tenths(milliseconds: str) -> Document:
    return {"$floor": {"$divide": [milliseconds, _TENTH_OF_A_DAY]}}


def _days(stage: Stage, rows: Sequence[Document]) -> StageDays:
    ours, customs = Counter[float](), Counter[float]()
    for row in rows:
        if row["_id"]["stage"] == stage:
            ours[row["_id"]["ours"]] += row["n"]
            customs[row["_id"]["customs"]] += row["n"]
    return StageDays(stage, ours.total(), quantile(ours, 0.5) / 10, quantile(customs, 0.5) / 10)
