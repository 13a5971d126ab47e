"""A case keeps the version of its questionnaire that it was opened with, also when the catalogue changes under it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.demo.answers import questions_of
from deploy.local.ports import free_ports
from deploy.local.system import RunningSystem, service_program
from services.questionnaire.catalogue import load
from shared.contracts import formats
from shared.contracts.collections import CASES, FIRST_QUESTIONNAIRES, QUESTIONNAIRES
from shared.contracts.vocabulary import Kind
from shared.questionnaires.repository import QuestionnaireRepository, VersionNotRead
from shared.runtime.store import Store
from tests.api_client import World

STAGE = "questionnaire"
NEW = "aquatic.new_in_two"
TODAY = load()["aquatic"].version
ROOT = Path(__file__).parents[2]


@contextmanager
def another_day(system: RunningSystem, environment: dict[str, str], folder: Path) -> Iterator[None]:
    """The service of a day on which another version of the questionnaire on aquatic products was written."""
    today = system.programs[STAGE]
    newer = service_program(STAGE, environment, system.ports, folder, serve=["-m", "tests.newer_catalogue"])
    assert today.stop() == 0
    newer.start()
    try:
        RunningSystem({STAGE: newer}, system.ports).wait_until_ready(STAGE)
        yield
    finally:
        assert newer.stop() == 0
        today.start()
        system.wait_until_ready(STAGE)


async def test_a_case_keeps_the_version_it_was_opened_with(
    world: World, system: RunningSystem, environment: dict[str, str], tmp_path: Path
) -> None:
    before = await world.questionnaire_opened(specific=["farmed"])
    first = next(questions_of(await world.officer.ask("GET", f"/cases/{before}/stages/{STAGE}")))
    path = f"/cases/{before}/stages/{STAGE}"
    half = {first["id"]: {"value": "written on the first day", "version": 0}}

    with another_day(system, environment, tmp_path):
        await world.officer.ask("PUT", path, json={"answers": half})
        stage = await world.officer.ask("GET", path)
        assert [(each["code"], each["version"]) for each in stage["questionnaires"]] == [("aquatic", TODAY)]
        asked = {question["id"]: question for question in questions_of(stage)}
        assert asked[first["id"]]["answer"]["value"] == "written on the first day"
        assert NEW not in asked
        declared = await world.declared_answers(before)
        stage = await world.officer.ask("GET", path)
        assert set(declared.answers) == {each["id"] for each in questions_of(stage) if each["asked"]}

        after = await world.questionnaire_opened(specific=["wild"])
        stage = await world.officer.ask("GET", f"/cases/{after}/stages/{STAGE}")
        assert [(each["code"], each["version"]) for each in stage["questionnaires"]] == [
            ("aquatic", TODAY + 1)
        ]
        asked = {question["id"]: question for question in questions_of(stage)}
        assert NEW in asked
        assert first["id"] not in asked
        await world.declared_answers(after)

    path = f"/cases/{after}/stages/{STAGE}"
    stage = await world.officer.ask("GET", path)  # the service of the first day knows the case's version too
    assert NEW in {question["id"] for question in questions_of(stage)}
    await world.receipt("SUPPLEMENT", after, STAGE, opinion="请补充")
    await world.officer.stands(after, STAGE, "supplement")
    await world.officer.ask("PUT", path, json={"answers": {NEW: {"value": "more", "version": 1}}})


async def test_a_service_whose_questionnaire_was_changed_without_a_version_does_not_start(
    world: World, environment: dict[str, str]
) -> None:
    """The one that runs goes on, and what is stored stays as it was."""
    (port,) = free_ports(1)
    forgetful = ["-m", "tests.newer_catalogue", STAGE, "--same-version"]
    service = await asyncio.create_subprocess_exec(
        sys.executable, *forgetful, env=os.environ | environment | {"FAS_HEALTH_PORT": str(port)}, cwd=ROOT,
        stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    out, err = [told.decode() for told in await asyncio.wait_for(service.communicate(), 60)]
    assert service.returncode == 1
    sentence = err.strip().splitlines()[-1]
    assert f"The questionnaire aquatic was changed, and is still called version {TODAY}" in sentence
    assert f"{NEW} (added)" in sentence
    assert "Raise `version` in aquatic.yaml to " in sentence
    assert "Traceback" not in out + err
    assert '"event":"cannot_start"' in out.replace(" ", "")

    case = await world.questionnaire_opened(specific=["farmed"])
    stage = await world.officer.ask("GET", f"/cases/{case}/stages/{STAGE}")
    assert NEW not in {question["id"] for question in questions_of(stage)}


async def test_a_version_that_another_process_added_meanwhile_is_read(world: World, store: Store) -> None:
    """As while two releases run side by side, whichever opened the case."""
    case = await world.questionnaire_opened(specific=["farmed"])
    for stored, number in ((QUESTIONNAIRES, TODAY + 7), (FIRST_QUESTIONNAIRES, TODAY + 8)):
        await store_version(store, stored.name, number)
        opened = {"stages.questionnaire.questionnaires": [{"code": "aquatic", "version": number}]}
        await store.collection(CASES.name).update_one({"case_no": case}, {"$set": opened})
        path = f"/cases/{case}/stages/{STAGE}"
        stage = await world.officer.ask("GET", path)
        assert [each["version"] for each in stage["questionnaires"]] == [number]
        first, *_ = questions_of(stage)
        half = {first["id"]: {"value": f"of version {number}", "version": first["answer"]["version"]}}
        await world.officer.ask("PUT", path, json={"answers": half})


async def test_what_the_release_before_cannot_read_stands_where_it_does_not_look(
    world: World, store: Store
) -> None:
    """Its reader refuses what it does not know, and its service would not start (docs/operations/upgrades.md)."""
    names = {f"{code}@{each.version}" for code, each in load().items()}
    first = {each["_id"] for each in await store.collection(FIRST_QUESTIONNAIRES.name).find({})}
    written = {each["_id"]: each for each in await store.collection(QUESTIONNAIRES.name).find({})}
    assert not names & first
    assert names <= {*written}
    assert {written[name]["format"] for name in names} == {formats.QUESTIONNAIRES}


async def test_a_version_of_a_later_form_is_left_to_the_release_that_reads_it(store: Store) -> None:
    number = TODAY + 9
    await store_version(
        store, QUESTIONNAIRES.name, number, format=formats.QUESTIONNAIRES + 1, parts="otherwise"
    )
    repository = QuestionnaireRepository(store)
    await repository.publish(load().values())
    with pytest.raises(VersionNotRead, match=f"aquatic@{number}"):
        await repository.of_case([("aquatic", number)], ["farmed"], Kind.ASSESSMENT)


async def store_version(store: Store, collection: str, number: int, **otherwise: object) -> None:
    """Today's questionnaire on aquatic products under another number."""
    content = load()["aquatic"].model_dump(mode="json")
    named = {"_id": f"aquatic@{number}", "format": formats.QUESTIONNAIRES, "version": number}
    await store.collection(collection).insert_one({**content, **named, **otherwise})
