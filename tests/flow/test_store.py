"""The few calls that we make of the database, with both clients."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from shared.runtime.errors import DependencyUnavailable
from shared.runtime.settings import Settings
from shared.runtime.store import Collection, DuplicateKey, open_store


@pytest.fixture(params=["motor", "pymongo"])
async def collection(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Collection]:
    """An empty collection, by each client."""
    store = open_store(settings.model_copy(update={"mongo_driver": request.param}))
    yield store.collection(f"test-{ULID()}")
    await store.close()


async def test_a_document_is_written_once(collection: Collection) -> None:
    await collection.insert_one({"_id": "a", "n": 1})

    with pytest.raises(DuplicateKey) as taken:
        await collection.insert_one({"_id": "a", "n": 2})

    assert taken.value.key == "a"
    assert await collection.find_one({"_id": "a"}) == {"_id": "a", "n": 1}


async def test_of_many_writers_of_one_version_one_wins(collection: Collection) -> None:
    await collection.insert_one({"_id": "a", "version": 1})

    same = {"_id": "a", "version": 1}
    done = await asyncio.gather(
        *(collection.update_one(same, {"$set": {"version": 2, "by": n}}) for n in range(20))
    )

    assert sum(done) == 1


async def test_documents_are_found_sorted_paged_and_counted(collection: Collection) -> None:
    for number in range(7):
        await collection.insert_one({"_id": str(number), "n": number, "odd": number % 2 == 1})

    page = await collection.find({"odd": False}, sort=[("n", -1)], skip=1, limit=2, projection={"n": 1})

    assert page == [{"_id": "4", "n": 4}, {"_id": "2", "n": 2}]
    assert await collection.count({"odd": False}) == 4
    assert (await collection.find_one_and_update({"_id": "c"}, {"$inc": {"last": 1}}, upsert=True)) == {
        "_id": "c",
        "last": 1,
    }
    assert await collection.delete_one({"_id": "c"}) == 1
    assert await collection.update_one({"_id": "c"}, {"$set": {"x": 1}}) == 0


async def test_documents_are_added_up_by_the_database(collection: Collection) -> None:
    for number in range(5):
        await collection.insert_one({"_id": str(number), "n": number, "odd": number % 2 == 1})

    found = await collection.aggregate(
        [
            {"$match": {"n": {"$gte": 1}}},
            {"$group": {"_id": "$odd", "sum": {"$sum": "$n"}}},
        ]
    )

    assert {row["_id"]: row["sum"] for row in found} == {True: 4, False: 6}
    assert await collection.aggregate([{"$match": {"n": 99}}]) == []


async def test_values_of_any_type_stand_in_the_order_of_bson(collection: Collection) -> None:
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    ordered = [
        None,
        1,
        2.5,
        "",
        "A",
        "a",
        "水",
        "𝄞",
        at - timedelta(milliseconds=1),
        at,
        at + timedelta(days=1),
    ]
    for place, value in enumerate(reversed(ordered)):
        await collection.insert_one({"_id": len(ordered) - 1 - place, "value": value})

    async def found(**options: object) -> list[int]:
        return [each["_id"] for each in await collection.find(**{"filter": {}, **options})]  # type: ignore[arg-type]

    assert await found(sort=[("value", 1)]) == list(range(len(ordered)))
    assert await found(sort=[("value", -1)]) == list(reversed(range(len(ordered))))
    assert await found(filter={"value": {"$gte": at}}, sort=[("value", 1)]) == [9, 10]
    assert await found(filter={"value": at}) == [9]


async def test_a_database_that_is_away_is_waited_for_and_not_an_error_of_the_message(
    settings: Settings,
) -> None:
    store = open_store(
        settings.model_copy(update={"mongo_url": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300"})
    )

    with pytest.raises(DependencyUnavailable) as waited:
        await store.ping()

    assert waited.value.dependency == "database"
    await store.close()


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_the_server_tells_its_time(settings: Settings, driver: str) -> None:
    store = open_store(settings.model_copy(update={"mongo_driver": driver}))

    off = abs(await store.time() - datetime.now(UTC))

    await store.close()
    assert off < timedelta(seconds=10), "in UTC: the servers of the tests run on this machine"
