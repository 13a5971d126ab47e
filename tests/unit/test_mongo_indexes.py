"""The local database answers from its indexes what it answers without any: any documents, questions, orders and changes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mongoeco.api import AsyncMongoClient
from mongoeco.engines.memory import MemoryEngine

from deploy.local import mongo_order
from deploy.local.mongo_memory import Memory
from shared.contracts.queries import INDEXES
from tests.property.profile import TIMES

FIELDS = ("a", "b", "c", "d.e")
OF_ANY = (
    [("a", 1), ("b", -1), ("_id", -1)], [("a", 1), ("b", 1), ("c", -1), ("_id", -1)], [("b", 1), ("_id", 1)], [("c", 1)],
    [("a", 1), ("c", 1)], [("d.e", 1)], [("a", 1), ("d.e", 1), ("_id", 1)], [("c", -1), ("a", 1), ("b", -1)],
)  # fmt: skip
MOMENT = datetime(2026, 11, 29, tzinfo=UTC)

scalars = st.sampled_from(
    [None, "", "x", "y", "é", 0, 1, 1.0, 2.5, True, False, MOMENT, MOMENT + timedelta(1)]
)
odd = st.sampled_from([{"k": 1}, b"x", 2**40, float("nan"), ["x", ["y"]]])
values = st.one_of(scalars, scalars, scalars, st.lists(scalars, max_size=3))
documents = st.fixed_dictionaries(
    {},
    optional={"a": values, "b": values, "c": values, "d": st.one_of(
        st.fixed_dictionaries({}, optional={"e": values}),
        st.lists(st.fixed_dictionaries({}, optional={"e": scalars}), max_size=2),
    )},
)  # fmt: skip
plain_documents = st.fixed_dictionaries({}, optional=dict.fromkeys(("a", "b", "c"), scalars))
conditions = st.one_of(
    scalars,
    st.sampled_from(["$gt", "$gte", "$lt", "$lte", "$ne", "$eq"]).flatmap(lambda name: st.fixed_dictionaries({name: scalars})),
    st.fixed_dictionaries({"$gte": scalars, "$lt": scalars}),
    st.fixed_dictionaries({"$ne": st.none(), "$lte": scalars}),
    st.lists(scalars, max_size=3).map(lambda some: {"$in": some}),
    st.booleans().map(lambda there: {"$exists": there}),
    st.just({"$regex": "^[x-z]", "$options": "i"}),
    st.fixed_dictionaries({"$elemMatch": st.fixed_dictionaries({"$gte": scalars, "$lt": scalars})}),
)  # fmt: skip
ids = st.sampled_from("pqrstuv")
plain_filters = st.dictionaries(st.sampled_from(FIELDS), conditions, max_size=3)
alternatives = st.lists(plain_filters, min_size=1, max_size=3)
filters = st.one_of(
    plain_filters,
    st.tuples(plain_filters, alternatives).map(lambda each: each[0] | {"$or": each[1]}),
    alternatives.map(lambda each: {"$and": each}),
    st.tuples(plain_filters, ids).map(lambda each: each[0] | {"_id": {"$gte": each[1]}}),
    st.tuples(plain_filters, st.lists(ids, max_size=3)).map(lambda each: each[0] | {"_id": {"$in": each[1]}}),
)
orders = st.sampled_from([
    [], [("a", 1)], [("b", -1), ("_id", -1)], [("b", 1), ("_id", 1)], [("b", 1), ("c", -1), ("_id", -1)], [("_id", 1)],
    [("a", 1), ("b", -1), ("_id", -1)], [("a", -1), ("b", 1), ("_id", 1)], [("a", 1), ("b", 1), ("c", -1), ("_id", -1)],
    [("c", 1)], [("c", -1)], [("d.e", 1), ("_id", 1)], [("c", 1), ("a", -1), ("b", 1)],
])  # fmt: skip
changes = st.one_of(
    st.tuples(st.just("insert"), ids, documents),
    st.tuples(st.just("update"), filters, st.dictionaries(st.sampled_from(("a", "b", "c")), values, min_size=1, max_size=2)),
    st.tuples(st.just("update all"), filters, st.dictionaries(st.sampled_from(("a", "b")), scalars, min_size=1, max_size=2)),
    st.tuples(st.just("delete"), filters, st.none()),
    st.tuples(st.just("fail"), ids, documents),
)  # fmt: skip
Changed = tuple[str, Any, Any]


@asynccontextmanager
async def a_collection(engine: MemoryEngine) -> AsyncIterator[Any]:
    async with AsyncMongoClient(engine) as client:
        collection = client["fas"]["cases"]
        for keys in OF_ANY:
            await collection.create_index(keys)
        yield collection


async def change(collection: Any, changed: Changed) -> str:
    """Make a change; what became of it."""
    how, which, given = changed
    ways: dict[str, Callable[[], Awaitable[Any]]] = {
        "insert": lambda: collection.insert_one({"_id": which, **given}),
        "update": lambda: collection.update_one(which, {"$set": given}),
        "update all": lambda: collection.update_many(which, {"$set": given}),
        "delete": lambda: collection.delete_one(which),
        "fail": lambda: collection.insert_many([{"_id": f"{which}!", **given}, {"_id": f"{which}!"}]),
    }
    try:
        done = await ways[how]()
        return repr(
            [getattr(done, name, None) for name in ("matched_count", "modified_count", "deleted_count")]
        )
    except Exception as error:  # whichever mongoeco raises
        return type(error).__name__


async def answers(collection: Any, wanted: Any, order: Any, skip: int, limit: int) -> tuple[Any, ...]:
    """What a question finds, in all ways in which the services ask."""
    found = collection.find(wanted, sort=order or None, skip=skip, limit=limit)
    asked = {"count": "cases", "query": wanted}
    counts = [
        await collection.database.command(asked | more)
        for more in ({}, {"limit": 2}, {"skip": 1, "limit": 2})
    ]
    return await found.to_list(), await collection.find(wanted).to_list(), [each["n"] for each in counts]


def in_order(found: list[Any], order: Any) -> list[Any]:
    """What of the documents tells their order: where all of it is the same, MongoDB may give any first."""
    if ("_id", 1) in order or ("_id", -1) in order:
        return [repr(each) for each in found]
    return [[repr(each.get(name)) for name, _way in order if "." not in name] for each in found]


@settings(
    max_examples=120 * TIMES, deadline=None, derandomize=TIMES == 1, database=None, suppress_health_check=list(HealthCheck)
)  # fmt: skip
@given(
    st.one_of(st.lists(documents, max_size=7), st.lists(plain_documents, max_size=7)),
    st.lists(
        st.tuples(st.lists(changes, max_size=2), filters, orders, st.integers(0, 2), st.integers(0, 4)),
        max_size=4,
    ),
    st.sampled_from([1, 200]),
)
@example([{"a": "x"}, {"a": None}, {}], [([], {"a": None}, [("b", 1), ("_id", 1)], 0, 2)], 200)
@example([{"a": ["x", "y"]}, {"a": []}, {"a": "y"}], [([], {"a": {"$gte": "x", "$lt": "y"}}, [], 0, 0)], 200)
@example(
    [{"a": "x", "b": ["x", "y"]}],
    [([], {"a": "x", "b": {"$elemMatch": {"$gte": "y", "$lt": "z"}}}, [], 0, 0)],
    1,
)
def test_an_index_changes_no_answer(stored: list[Any], asked: list[Any], longest_list: int) -> None:
    async def compare() -> None:
        async with a_collection(MemoryEngine()) as plain, a_collection(Memory()) as ordered:
            both = (plain, ordered)
            begun: list[Changed] = [("insert", *each) for each in zip("pqrstuv", stored, strict=False)]
            for made, wanted, order, skip, limit in [(begun, {}, [], 0, 0), *asked]:
                for one in made:
                    results = [await change(each, one) for each in both]
                    assert results[0] == results[1]
                (page, found, counts), mine = [
                    await answers(each, wanted, order, skip, limit) for each in both
                ]
                assert in_order(mine[0], order) == in_order(page, order)
                assert {repr(each) for each in mine[0]} <= {repr(each) for each in found}
                assert [*map(repr, mine[1])] == [*map(repr, found)]
                assert mine[2] == counts

    with patch.object(mongo_order, "LONGEST_LIST", longest_list):
        asyncio.run(compare())


AUTHORITY, KINDS = {"authority": "A"}, {"kind": {"$in": ["assessment", "retrospective"]}}
NEWEST = [("applied_at", -1), ("_id", -1)]
STORED = 300


class LookedAt(Memory):
    """Counts the documents that it looks at."""

    looked_at = 0

    def _fitting(self, reading: Any, cells: Any, semantics: Any) -> Any:
        def counted() -> Any:
            for each in cells:
                self.looked_at += 1
                yield each

        return super()._fitting(reading, counted(), semantics)


@pytest.fixture
async def list_of_cases() -> AsyncIterator[tuple[LookedAt, Any]]:
    """Cases of two authorities, with the indexes of the product."""
    engine = LookedAt()
    async with AsyncMongoClient(engine) as client:
        cases = client["fas"]["cases"]
        for index in INDEXES["cases"]:
            await cases.create_index(list(index.keys))
        await cases.insert_many([a_case(number) for number in range(STORED)])
        yield engine, cases


def a_case(number: int) -> dict[str, Any]:
    at = MOMENT + timedelta(minutes=number * 7 % STORED)
    return {
        "_id": f"{number:04}", "authority": "AB"[number % 2], "kind": "assessment", "category": "xyz"[number % 3],
        "stage": "application", "status": "draft" if number % 50 == 0 else "sent", "turn": "customs", "turn_began_at": at,
        "applied_at": None if number % 50 == 0 else at, "overview": "shrimp" if number % 4 else "sardine",
        "outside_scope": ["bear"] if number == 8 else [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "order", "skip", "most"),
    [
        (AUTHORITY | KINDS | {"applied_at": {"$ne": None}}, NEWEST, 0, 10),
        (AUTHORITY | KINDS | {"applied_at": {"$ne": None}}, NEWEST, 100, 110),
        (AUTHORITY | KINDS, [("category", 1), *NEWEST], 0, 10),
        (AUTHORITY | KINDS | {"stage": "application", "status": {"$in": ["sent", "draft"]}}, NEWEST, 0, 10),
        (AUTHORITY | {"turn": {"$in": ["customs", "system"]}}, [("turn_began_at", 1), ("_id", 1)], 0, 10),
        ({"applied_at": {"$ne": None}}, NEWEST, 0, 10),
        (AUTHORITY | {"outside_scope": {"$elemMatch": {"$gte": "b", "$lt": "c"}}}, [], 0, 1),
    ],
)
async def test_a_page_costs_what_it_shows(
    list_of_cases: tuple[LookedAt, Any], wanted: Any, order: Any, skip: int, most: int
) -> None:
    engine, cases = list_of_cases

    found = await cases.find(wanted, sort=order or None, skip=skip, limit=10).to_list()

    assert found
    assert 0 < engine.looked_at <= most


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (AUTHORITY | KINDS, STORED // 2), (AUTHORITY | KINDS | {"applied_at": None}, 6), ({}, STORED), ({"case_no": "none"}, 0),
        (AUTHORITY | KINDS | {"applied_at": {"$ne": None}}, STORED // 2 - 6),
        (AUTHORITY | {"stage": "application", "status": {"$in": ["draft", "sent"]}}, STORED // 2),
    ],
)  # fmt: skip
async def test_what_an_index_tells_is_counted_without_a_look(
    list_of_cases: tuple[LookedAt, Any], wanted: Any, count: int
) -> None:
    engine, cases = list_of_cases

    assert (await cases.database.command({"count": "cases", "query": wanted}))["n"] == count
    assert engine.looked_at == 0


async def test_a_long_list_costs_an_entry_and_is_looked_at() -> None:
    engine = LookedAt()
    async with AsyncMongoClient(engine) as client:
        words = client["fas"]["case_words"]
        for index in INDEXES["case_words"]:
            await words.create_index(list(index.keys))
        pieces = [f"{number:03}" for number in range(mongo_order.LONGEST_LIST)]
        await words.insert_many(
            [
                {"_id": f"{number}", "authority": "AB"[number % 2], "pieces": [f"{number}", *pieces]}
                for number in range(4)
            ]
        )
        asked = {"authority": "A", "pieces": {"$in": ["0", "*"]}}

        assert [each["_id"] for each in await words.find(asked).to_list()] == ["0"]

    assert engine.looked_at == 2
