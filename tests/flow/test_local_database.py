"""The stand-in for MongoDB takes what MongoDB takes, and with a file it loses nothing when it is killed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bson import Decimal128, Int64
from pymongo import MongoClient
from pymongo.collection import Collection

from deploy.local.mongodb import MongoEngine, _standin
from deploy.local.ports import free_ports

FIELDS = 300
"""More than the questions of any two questionnaires."""


@pytest.fixture(scope="module", params=["memory", "file"])
def cases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A collection of the stand-in."""
    engine: MongoEngine = request.param
    server = _standin(tmp_path_factory.mktemp(engine), free_ports(1)[0], engine)
    server.start()
    try:
        with MongoClient[dict[str, Any]](server.environment["FAS_MONGO_URL"]) as client:
            yield client["fas"]["cases"]
    finally:
        server.stop()


@pytest.mark.parametrize("fields", [20, 62, 63, 64, 126, 127, FIELDS])
def test_an_update_sets_and_unsets_any_number_of_fields(
    cases: Collection[dict[str, Any]], fields: int
) -> None:
    case = f"case-{fields}"
    answers = {
        f"q{number}": {"value": f'it\'s "{number}" é 问', "note": "n", "version": 1}
        for number in range(fields)
    }
    cases.insert_one({"_id": case, "version": 1, "answers": {"kept": True}})
    change = {"$set": {f"answers.{name}": answer for name, answer in answers.items()} | {"version": 2}}

    assert cases.update_one({"_id": case, "version": 1}, change).modified_count == 1
    assert cases.find_one({"_id": case}) == {"_id": case, "version": 2, "answers": {"kept": True} | answers}
    assert cases.update_one({"_id": case, "version": 1}, change).matched_count == 0

    found = cases.find_one_and_update({"_id": case}, {"$unset": {f"answers.{name}": "" for name in answers}})
    assert found
    assert cases.find_one({"_id": case}) == {"_id": case, "version": 2, "answers": {"kept": True}}


def all_of(client: MongoClient[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Every document of the database, by collection."""
    names = sorted(client["fas"].list_collection_names())
    return {name: sorted(client["fas"][name].find(), key=lambda each: str(each["_id"])) for name in names}


def change_in_every_way(client: MongoClient[dict[str, Any]]) -> None:
    """Insert, replace, update, remove and drop, one and many."""
    cases, gone = client["fas"]["cases"], client["fas"]["gone"]
    kinds = {
        "at": datetime(2026, 1, 2, 3, 4, 5, 6000, UTC),
        "long": Int64(2**60),
        "price": Decimal128("1.10"),
        "raw": b"\0\xff",
    }
    cases.insert_many(
        [
            {"_id": f"c{number}", "n": number, "of": [1.5, None, {"é": "问\u2028"}], **kinds}
            for number in range(40)
        ]
    )
    cases.update_one({"_id": "c1"}, {"$set": {"of.2.é": "changed"}, "$push": {"heard": "more"}})
    cases.update_one({"_id": "new"}, {"$inc": {"n": 1}}, upsert=True)
    cases.update_many({"n": {"$gte": 35}}, {"$unset": {"raw": ""}})
    cases.replace_one({"_id": "c2"}, {"n": "replaced"})
    cases.find_one_and_update({"_id": "c3"}, {"$set": {"n": 33}})
    cases.find_one_and_delete({"_id": "c4"})
    cases.delete_one({"_id": "c5"})
    cases.delete_many({"n": {"$in": [6, 7]}})
    gone.insert_one({"_id": "x"})
    gone.drop()


def test_what_was_answered_is_there_after_a_kill(tmp_path: Path) -> None:
    server = _standin(tmp_path, free_ports(1)[0], "file")
    try:
        server.start()
        with MongoClient[dict[str, Any]](server.environment["FAS_MONGO_URL"]) as client:
            change_in_every_way(client)
            before = all_of(client)
        for _ in range(2):
            server.programs[0].kill()
            server.start()
            with MongoClient[dict[str, Any]](server.environment["FAS_MONGO_URL"]) as client:
                assert all_of(client) == before
                assert (
                    client["fas"]["cases"].update_one({"_id": "c9"}, {"$inc": {"n": 1}}).modified_count == 1
                )
                before = all_of(client)
    finally:
        server.stop()
    assert len(before["cases"]) == 37
    assert list(before) == ["cases"]
