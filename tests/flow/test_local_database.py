"""The stand-in for MongoDB takes what MongoDB takes, with either of its engines."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from deploy.local.mongodb import MongoEngine, _standin
from deploy.local.ports import free_ports

FIELDS = 300
"""More than the questions of any two questionnaires; a function of SQLite takes 127 arguments."""


@pytest.fixture(scope="module", params=["memory", "sqlite"])
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
