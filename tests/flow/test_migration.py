"""`fas migrate`: cases that an earlier version stored get the form of this one, beside services that go on."""

import importlib
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs
from ulid import ULID

from shared.contracts.documents.cases import Case
from shared.contracts.formats import CASES as FORM
from shared.contracts.topology import SERVICES
from shared.contracts.vocabulary import Cause, Kind, Stage, Status, Turn
from shared.lifecycle.case import new_case
from shared.lifecycle.cases import Cases
from shared.lifecycle.migration import _migrate, migrate
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from shared.runtime.store import Document, Store, open_store
from tests.flow.test_cli import fas


@pytest.fixture
async def own(settings: Settings) -> AsyncIterator[Store]:
    """A database of its own, with its indexes."""
    store = open_store(settings.model_copy(update={"mongo_database": f"migration-{ULID()}"}))
    await Cases(store).prepare()
    yield store
    await store.close()


async def _older(store: Store, kind: Kind, status: Status, **lacking: str) -> str:
    """A case as an earlier version left it: without these fields and without a form; its id."""
    at = now()
    stage = Stage.APPLICATION if kind is Kind.ASSESSMENT else Stage.ACCEPTANCE
    case = new_case(
        case_id=str(ULID()), kind=kind, authority="AUT", country="AW", case_no=None, status=status, at=at,
        header={"category": "aquatic", "specific": ["wild"], "overview": "Frozen sardines"}, stage_data={},
    )  # fmt: skip
    moved = {
        "at": at,
        "stage": stage.value,
        "status": status.value,
        "cause": Cause.SAVE.value,
        "by": "x",
        "message_id": "m",
    }
    assert await Cases(store).begin(case.changed(timeline=[moved]))
    unset: Document = {"$unset": {"format": "", **lacking}}
    await store.collection("cases").update_one({"_id": case.id}, unset)
    return case.id


async def _stored(store: Store, case_id: str) -> Document:
    found = await store.collection("cases").find_one({"_id": case_id})
    assert found
    return found


async def test_older_cases_get_what_lists_and_searches_ask_for(own: Store) -> None:
    draft = await _older(own, Kind.ASSESSMENT, Status.DRAFT, turn="", turn_began_at="")
    refused = await _older(own, Kind.ASSESSMENT, Status.REJECTED)
    await own.collection("cases").update_one({"_id": refused}, {"$set": {"turn": Turn.AUTHORITY.value}})
    check = await _older(own, Kind.RETROSPECTIVE, Status.PENDING, outside_scope="")
    told: list[tuple[int, int]] = []

    assert await migrate(own, lambda done, wanted: told.append((done, wanted))) == 0

    assert told == [(3, 3)]
    assert (await _stored(own, draft))["turn"] == Turn.AUTHORITY
    assert (await _stored(own, refused))["turn"] == Turn.NOBODY
    assert (await _stored(own, check))["outside_scope"] == ["wild"]
    assert {(await _stored(own, each))["format"] for each in (draft, refused, check)} == {FORM}
    assert await migrate(own, lambda *_: told.append((0, 0))) == 0
    assert told == [(3, 3)]


async def test_one_service_says_that_cases_are_of_an_earlier_version(own: Store) -> None:
    with capture_logs() as lines:
        await Cases(own).tell_outdated()
        await _older(own, Kind.ASSESSMENT, Status.DRAFT)
        for service in SERVICES:
            await importlib.import_module(f"services.{service}.app").prepare(own)
    assert lines == []

    with capture_logs() as lines:
        await Cases(own).tell_outdated()
    assert [line["event"] for line in lines] == ["cases_outdated"]


async def test_a_case_that_moves_meanwhile_is_taken_in_the_next_round(
    own: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving, other = [await _older(own, Kind.ASSESSMENT, Status.DRAFT) for _ in range(2)]
    moved = list[str]()

    async def moved_meanwhile(store: Store, case: Case) -> int:
        if not moved:
            moved.append(moving)
            await store.collection("cases").update_one({"_id": moving}, {"$inc": {"version": 1}})
        return await _migrate(store, case)

    monkeypatch.setattr("shared.lifecycle.migration._migrate", moved_meanwhile)

    assert await migrate(own, lambda *_: None) == 0
    assert {(await _stored(own, each))["format"] for each in (moving, other)} == {FORM}


async def test_the_command_says_how_far_it_is_and_may_be_repeated(
    environment: dict[str, str], settings: Settings
) -> None:
    name = f"migration-{ULID()}"
    store = open_store(settings.model_copy(update={"mongo_database": name}))
    await _older(store, Kind.ASSESSMENT, Status.DRAFT)
    await store.close()

    first = await fas(environment | {"FAS_MONGO_DATABASE": name}, "migrate")
    again = await fas(environment | {"FAS_MONGO_DATABASE": name}, "migrate")

    assert first.status == again.status == 0, first.err
    assert "1 of 1 migrated" in first.out
    assert "migrated" not in again.out
