"""A case keeps the version of its questionnaire that it was opened with, also when the catalogue changes under it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.demo.answers import questions_of
from deploy.local.ports import free_ports
from deploy.local.system import RunningSystem, service_program
from services.questionnaire.catalogue import load
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
