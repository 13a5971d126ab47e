"""The system as `make up` runs it: what it promises holds with the database that stands in for MongoDB there too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from deploy.demo.answers import answer_to, questions_of
from deploy.local.ports import Ports
from deploy.local.sample_accounts import settings_of
from deploy.local.servers import start_servers
from deploy.local.system import SystemPorts, start_system
from shared.contracts.catalogue import CATEGORY
from shared.runtime.store import open_store
from simulator.customs import SimulatedCustoms
from tests.api_client import World, a_world
from tests.flow.test_every_questionnaire import foods_of

STAGE = "stages/questionnaire"
LONGEST = "meat"


@pytest.fixture(scope="module")
async def local_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """An authority that manages every food, in a system with the servers of `make up`."""
    folder = tmp_path_factory.mktemp("local")
    async with AsyncExitStack() as held:
        servers = await asyncio.to_thread(
            start_servers, folder, ports=Ports.random(), mongo_engine="file", given={}
        )
        held.callback(servers.stop)
        environment = servers.environment | {"FAS_MONGO_DATABASE": "fas", "FAS_S3_BUCKET": "fas"}
        system = await asyncio.to_thread(
            start_system, environment, data_dir=folder, ports=SystemPorts.random()
        )
        held.callback(system.stop)
        settings = settings_of(environment)
        store = open_store(settings)
        held.push_async_callback(store.close)
        customs = await held.enter_async_context(
            SimulatedCustoms.at(settings)
        )  # fmt: skip
        yield await held.enter_async_context(a_world(system, customs, store, [*CATEGORY]))


async def test_a_whole_questionnaire_is_saved_at_once_with_notes_and_files(local_world: World) -> None:
    world = local_world
    number = await world.questionnaire_opened(**foods_of(LONGEST))
    stage = await world.officer.ask("GET", f"/cases/{number}/{STAGE}")
    file = await world.officer.upload(purpose="answer")
    answers = {
        question["id"]: await answer_to(world.officer, {**question, "attachment_required": False})
        | {"note": "见附件 see the file", "attachments": [file]}
        for question in questions_of(stage)
    }
    assert len(answers) >= 125
    first, answer = next(iter(answers.items()))
    begun = await world.officer.ask("PUT", f"/cases/{number}/{STAGE}", json={"answers": {first: answer}})
    answers[first]["version"] = begun["versions"][
        first
    ]  # the first save moves the case too, and is another update

    saved = await world.officer.ask("PUT", f"/cases/{number}/{STAGE}", json={"answers": answers})

    assert saved["open_required"] == []
    again = await world.officer.ask("GET", f"/cases/{number}/{STAGE}")
    kept = {question["id"]: question["answer"] for question in questions_of(again)}
    calculated = {
        question["id"]: {column["code"] for column in question["columns"] if "calculated" in column}
        for question in questions_of(stage)
    }
    for name, given in answers.items():
        found = kept[name]
        typed = [
            {code: cell for code, cell in row.items() if code not in calculated[name]} for row in found["value"]
        ] if calculated[name] else found["value"]  # fmt: skip
        assert (typed, found["note"]) == (given["value"], given["note"]), name
        assert [each["id"] for each in found["attachments"]] == [file], name
    await world.officer.ask("POST", f"/cases/{number}/{STAGE}/submit", 202)
    declared = await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)
    asked = {question["id"] for question in questions_of(again) if question["asked"]}
    assert set(declared.answers) == asked < set(answers)
