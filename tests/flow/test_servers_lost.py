"""Servers that go and come back under running services: queues deleted, a broker restarted, a broker or an object store frozen.

Broker, database and object store are this module's own: they are broken here.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aio_pika
import httpx
import pytest

from shared.contracts.topology import (
    CUSTOMS_RECEIPTS,
    DEAD,
    QUEUES,
    SERVICES,
    STAGE_SERVICES,
)
from shared.contracts.vocabulary import Stage
from simulator.customs import SimulatedCustoms
from tests.api_client import World, a_world
from tests.faults.system_under_test import Hooks, SystemUnderTest, running_plant
from tests.scraping import scraped
from tests.waiting import until

SERVERS = {"broker", "database", "object_store"}
SAID = {"dependency_lost", "dependency_back"}
STAGE_OF = {
    "intake": Stage.APPLICATION, "questionnaire": Stage.QUESTIONNAIRE,
    "consultation": Stage.PROTOCOL_CONSULTATION, "documents": Stage.PROTOCOL_SIGNING,
}  # fmt: skip
BACK_SECONDS = 15.0
Line = dict[str, Any]


@pytest.fixture(scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory, settings: object) -> AsyncIterator[SystemUnderTest]:
    """Six services on servers of their own; handlers hold a message for two seconds."""
    limits = {"shared.runtime.retry.HELD_SECONDS": 2.0}
    async with running_plant(tmp_path_factory.mktemp("plant"), 1, Hooks(limits=limits)) as plant:
        yield plant


@pytest.fixture
async def world(plant: SystemUnderTest) -> AsyncIterator[World]:
    """An authority and customs on the plant's servers."""
    async with _a_world(plant) as world:
        yield world


@asynccontextmanager
async def _a_world(plant: SystemUnderTest) -> AsyncIterator[World]:
    found = plant.settings
    async with (
        SimulatedCustoms.at(found) as customs,
        a_world(plant.system, customs, plant.store) as world,
    ):
        yield world


async def test_every_deleted_queue_is_there_again_within_15_seconds_and_a_message_to_it_is_handled(
    plant: SystemUnderTest,
) -> None:
    async with _a_world(plant) as world:
        number, _ = await world.submitted()
    news = _News(plant)
    async with await aio_pika.connect(plant.settings.rabbit_url) as connection:
        channel = await connection.channel()
        for queue in QUEUES:
            await channel.queue_delete(queue.name)
        await channel.queue_delete(DEAD)
        read = {queue.name for queue in QUEUES if not queue.name.startswith("customs.")} | {CUSTOMS_RECEIPTS}
        await until(lambda: _consumed(plant, read), BACK_SECONDS)

    async with _a_world(plant) as world:  # customs' consumers were ended too; these are new ones
        for service in STAGE_SERVICES:
            sent = await world.customs.send("APPROVED", number, STAGE_OF[service].value)
            await until(lambda sent=sent: _settled(plant, sent), BACK_SECONDS)  # type: ignore[misc]
        await _until_ready(plant)
        await world.submitted()
    await until(lambda: _every_lost_consumer_is_back(news), BACK_SECONDS)
    assert ("customs_gateway", CUSTOMS_RECEIPTS) in _consumers(news, "consumer_back")


async def test_the_portals_own_queue_comes_back_with_its_binding(
    plant: SystemUnderTest, world: World
) -> None:
    own = await _own_queue(plant)
    await plant.rabbitmqctl("delete_queue", own)

    await until(lambda: _ready(plant, "portal"), BACK_SECONDS)
    case = await world.draft()
    async with asyncio.timeout(BACK_SECONDS), world.officer.client.stream("GET", "/events") as answer:
        begun = asyncio.create_task(world.officer.ask("POST", f"/assessments/{case}/submit", 202))
        async for line in answer.aiter_lines():
            if line.startswith("data:") and case in line:
                break
        await begun


async def test_a_restart_of_the_broker_is_one_loss_and_one_return_in_each_service(
    plant: SystemUnderTest,
) -> None:
    news = _News(plant)

    await plant.kill_server("rabbitmq", down=2, clean=True)

    await until(lambda: _all_said(news, "dependency_back", "broker"), 60)
    await _until_ready(plant)
    await asyncio.sleep(4)  # what is said twice is said within the next look
    for service, lines in news.by_service().items():
        said = [
            (line["event"], line["level"])
            for line in lines
            if line["event"] in SAID and line["dependency"] in SERVERS
        ]
        assert said == [("dependency_lost", "warning"), ("dependency_back", "info")], service
        assert not [line for line in lines if line["level"] in ("error", "critical")], service
        assert not [line for line in lines if line["event"] == "consumer_lost"], service
    async with _a_world(plant) as world:
        await world.submitted()


UNREADY = {"broker": {*SERVICES}, "database": {*SERVICES}, "object_store": {"documents"}}
"""Who is not ready without a server."""


@pytest.mark.parametrize(
    ("server", "dependency"), [("rabbitmq", "broker"), ("objects", "object_store"), ("mongodb", "database")]
)
async def test_a_frozen_server_is_noticed_without_being_asked_for_and_its_return_too(
    plant: SystemUnderTest, server: str, dependency: str
) -> None:
    await _until_ready(plant)
    news = _News(plant)

    frozen = asyncio.create_task(plant.pause_program(plant.servers.server(server).main, 14))
    await until(lambda: _all_said(news, "dependency_lost", dependency), 12)
    asked = asyncio.gather(*(_ready(plant, service) for service in SERVICES))
    assert await _up(plant, dependency) == dict.fromkeys(SERVICES, 0.0)
    ready = dict(zip(SERVICES, await asked, strict=True))
    assert {service for service in SERVICES if not ready[service]} == UNREADY[dependency]
    await frozen

    await until(lambda: _all_said(news, "dependency_back", dependency), 60)
    assert await _up(plant, dependency) == dict.fromkeys(SERVICES, 1.0)
    for service, lines in news.by_service().items():
        said = [
            (line["event"], line["level"])
            for line in lines
            if line["event"] in SAID and line["dependency"] in SERVERS
        ]
        assert said == [("dependency_lost", "warning"), ("dependency_back", "info")], service
        assert not [line for line in lines if line["level"] in ("error", "critical")], service


async def test_receipts_outlast_a_database_that_is_away_for_longer_than_they_are_held(
    plant: SystemUnderTest, world: World
) -> None:
    await _until_ready(plant)
    news = _News(plant)
    frozen = asyncio.create_task(plant.pause_program(plant.servers.server("mongodb").main, 14))
    sent = [await world.customs.send("APPROVED", "202611000000000001", "questionnaire") for _ in range(40)]
    await frozen

    for each in sent:
        await until(lambda each=each: _stored(plant, each), 30)  # type: ignore[misc]
    await until(lambda: _said(news, "customs_gateway", "consumer_resumed"), 30)
    resting = [
        line["dependency"] for line in news.of("consumer_resting") if line["queue"] == CUSTOMS_RECEIPTS
    ]
    assert set(resting) == {"database"}
    given_back = {
        line["message_id"] for line in news.of("message_given_back") if line["queue"] == CUSTOMS_RECEIPTS
    }
    assert given_back <= set(sent)
    assert given_back
    async with await aio_pika.connect(plant.settings.rabbit_url) as connection:
        dead = await (await connection.channel()).declare_queue(DEAD, passive=True)
        assert dead.declaration_result.message_count == 0


class _News:
    """What the services have logged since this was made."""

    def __init__(self, plant: SystemUnderTest) -> None:
        self._logs = {name: program.log for name, program in plant.system.programs.items()}
        self._begun = {name: log.stat().st_size for name, log in self._logs.items()}

    def by_service(self) -> dict[str, list[Line]]:
        return {name: [*_lines(log, self._begun[name])] for name, log in self._logs.items()}

    def of(self, event: str) -> list[Line]:
        return [line for lines in self.by_service().values() for line in lines if line["event"] == event]


def _lines(log: Path, begun: int) -> Iterator[Line]:
    with log.open("rb") as file:
        file.seek(begun)
        for line in file.read().splitlines():
            if line.startswith(b"{"):
                yield json.loads(line)


def _consumers(news: _News, event: str) -> set[tuple[str, str]]:
    """Of which service and queue this was said."""
    return {(line["service"], line["queue"]) for line in news.of(event)}


async def _every_lost_consumer_is_back(news: _News) -> bool:
    return _consumers(news, "consumer_back") == _consumers(news, "consumer_lost")


async def _all_said(news: _News, event: str, dependency: str) -> bool:
    said = {line["service"] for line in news.of(event) if line["dependency"] == dependency}
    return said == set(news.by_service())


async def _said(news: _News, service: str, event: str) -> bool:
    return any(line["service"] == service for line in news.of(event))


async def _consumed(plant: SystemUnderTest, names: set[str]) -> bool:
    """Whether each queue is there and somebody reads from it."""
    async with await aio_pika.connect(plant.settings.rabbit_url) as connection:
        for name in names:
            try:
                found = await (await connection.channel()).declare_queue(name, passive=True)
            except aio_pika.exceptions.ChannelNotFoundEntity:
                return False
            if not found.declaration_result.consumer_count:
                return False
    return True


async def _settled(plant: SystemUnderTest, message_id: str) -> bool:
    """Whether a service has said what it made of a receipt."""
    entry = await plant.store.collection("receipts").find_one({"_id": message_id})
    return entry is not None and entry["state"] not in ("stored", "published")


async def _stored(plant: SystemUnderTest, message_id: str) -> bool:
    return await plant.store.collection("receipts").find_one({"_id": message_id}) is not None


async def _ready(plant: SystemUnderTest, service: str) -> bool:
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        return (await client.get(f"{plant.system.health_url(service)}/ready")).status_code == 200


async def _up(plant: SystemUnderTest, dependency: str) -> dict[str, float]:
    """What each service shows Prometheus of a server."""
    found = await asyncio.gather(*(scraped(plant.system, service) for service in SERVICES))
    shown = [{labels["server"]: value for labels, value in each["fas_dependency_up"]} for each in found]
    return {service: each[dependency] for service, each in zip(SERVICES, shown, strict=True)}


async def _until_ready(plant: SystemUnderTest) -> None:
    for service in plant.system.programs:
        await until(lambda service=service: _ready(plant, service), 60)  # type: ignore[misc]


async def _own_queue(plant: SystemUnderTest) -> str:
    """The name of the portal's own queue."""
    names = (await plant.rabbitmqctl("list_queues", "-q", "name")).split()
    return next(name for name in names if name.startswith("portal.moved."))
