"""The indexes are made, and a database that can tell how it answers answers every named question by its index."""

import importlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from ulid import ULID

from services.portal.cases.query import CaseQuery
from services.portal.cases.repository import CaseRepository
from services.portal.identity.sessions import User
from shared.contracts.queries import INDEXES, QUERIES, Query
from shared.contracts.topology import SERVICES
from shared.contracts.vocabulary import Kind, Role, Status
from shared.lifecycle.case import new_case
from shared.lifecycle.cases import Cases
from shared.lifecycle.migration import write_all_words
from shared.runtime.settings import Settings
from shared.runtime.store import Document, Store, open_store

AT = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.fixture(params=["motor", "pymongo"])
async def prepared(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Database[Document]:
    """An empty database that every service prepared twice, by each client."""
    name = f"indexes-{ULID()}"
    store = open_store(settings.model_copy(update={"mongo_driver": request.param, "mongo_database": name}))
    for service in (*SERVICES, *SERVICES):
        await importlib.import_module(f"services.{service}.app").prepare(store)
    await store.close()
    return MongoClient(settings.mongo_url)[name]


async def test_every_index_that_is_named_is_made(prepared: Database[Document]) -> None:
    for name, indexes in INDEXES.items():
        made = {
            tuple(index["key"].items()): "expireAfterSeconds" in index
            for index in prepared[name].list_indexes()
        }
        assert {index.keys: index.ends for index in indexes} == {
            keys: ends for keys, ends in made.items() if keys != (("_id", 1),)
        }


async def test_the_indexes_of_a_collection_are_made_by_one_command(settings: Settings) -> None:
    asked = IndexCommands()
    own = settings.model_copy(update={"mongo_database": f"indexes-{ULID()}"})
    store = open_store(own, [asked])
    await Cases(store).prepare()
    await store.close()

    assert asked.sizes == {name: [len(INDEXES[name])] for name in ("cases", "case_words")}


class IndexCommands(CommandListener):
    """How many indexes each command asked for, by collection."""

    def __init__(self) -> None:
        self.sizes: dict[str, list[int]] = {}

    def started(self, event: CommandStartedEvent) -> None:
        """Note a command that makes indexes."""
        if event.command_name == "createIndexes":
            self.sizes.setdefault(event.command["createIndexes"], []).append(len(event.command["indexes"]))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to note."""


async def test_every_question_is_answered_by_its_index_where_the_database_tells(
    prepared: Database[Document],
) -> None:
    """The stand-in does not tell; there tests/architecture/test_queries.py holds index and question against each other."""
    for query in (query for query in QUERIES if query.index):
        told = prepared.command({
            "explain": {"find": query.collection, "filter": _example(query), "sort": dict(query.order), "limit": 10},
            "verbosity": "queryPlanner",
        })  # fmt: skip
        if "queryPlanner" not in told:
            assert told["engine"] in ("memory", "sqlite"), "what does not tell is the stand-in"
            return
        stages = [stage["stage"] for stage in _stages(told["queryPlanner"]["winningPlan"])]
        assert {"COLLSCAN", "SORT"}.isdisjoint(stages), (query, stages)


def _example(query: Query) -> Document:
    values: Document = {name: {"$in": ["a", "b"]} for name in query.equal}
    return values | {name: {"$lt": AT} for name in query.within}


def _stages(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan.get("queryPlan", plan)
    for each in (
        plan.get("queryPlan", plan).get("inputStage"),
        *plan.get("queryPlan", plan).get("inputStages", ()),
    ):
        yield from _stages(each) if each else ()


@pytest.fixture
def officer() -> User:
    """Of an authority that nobody else has."""
    return User(f"officer {ULID()}", Role.OFFICER, f"L-{ULID()}", "AW", (), "session")


async def _begun(store: Store, officer: User, overview: str) -> str:
    """A draft with this overview; its id."""
    case = new_case(
        case_id=str(ULID()), kind=Kind.ASSESSMENT, authority=officer.authority, country="AW", case_no=None,
        status=Status.DRAFT, at=AT, header={"category": "aquatic", "specific": [], "overview": overview}, stage_data={},
    )  # fmt: skip
    assert await Cases(store).begin(case)
    return case.id


async def _found(store: Store, officer: User, q: str) -> list[str]:
    return [case.id for case in (await CaseRepository(store).page(officer, CaseQuery(q=q))).rows]


async def test_a_search_follows_the_texts_as_they_are_saved(store: Store, officer: User) -> None:
    cases = Cases(store)
    one, other = await _begun(store, officer, "Frozen sardines 沙丁鱼"), await _begun(store, officer, "")

    assert [await _found(store, officer, q) for q in ("sardine", "丁鱼", "鱼", "ROZ", "rozen  sard", "tuna")] == [
        [one], [one], [one], [one], [one], [],
    ]  # fmt: skip

    for case_id, overview, tail in ((one, "Tuna", "471101"), (other, "sardines", "822202")):
        case = await cases.own(case_id, officer.authority)
        assert case is not None
        change: Document = {
            "version": case.version + 1,
            "overview": overview,
            "case_no": f"202611000000{tail}",
        }
        assert await cases.save(case, {"$set": change})

    assert [await _found(store, officer, q) for q in ("sardine", "tuna", "471101", "sar")] == [
        [other], [one], [one], [other],
    ]  # fmt: skip
    assert await _found(store, User("x", Role.OFFICER, "another", "AW", (), "s"), "sardine") == []


async def test_a_search_reads_no_case_that_has_none_of_the_words(
    store: Store, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await _begun(store, officer, "sardines")
    for _ in range(5):
        await _begun(store, officer, "tuna")
    asked: list[Document] = []
    cases = CaseRepository(store)
    count = cases._cases.count

    async def noted(fitting: Document, **options: int) -> int:
        asked.append(fitting)
        return await count(fitting, **options)

    monkeypatch.setattr(cases._cases, "count", noted)
    await cases.page(officer, CaseQuery(q="sardines", sort="case_no"))

    assert [fitting["_id"] for fitting in asked] == [{"$in": [one]}]


async def test_cases_of_before_there_were_words_are_found_once_they_are_migrated(
    store: Store, officer: User
) -> None:
    one = await _begun(store, officer, "")
    older: Document = {"$set": {"overview": "Sardines"}, "$unset": {"format": "", "words_owed_since": ""}}
    await store.collection("cases").update_one({"_id": one}, older)
    assert await _found(store, officer, "sardines") == []

    await write_all_words(store, lambda *_: None)

    assert await _found(store, officer, "sardines") == [one]
