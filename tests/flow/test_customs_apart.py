"""Customs with a broker of its own (here a vhost behind a proxy), where our user may declare nothing."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aio_pika
import httpx
import pytest

from deploy.local.ports import LOOPBACK, Ports
from deploy.local.servers import Running, start_servers
from deploy.local.system import RunningSystem, SystemPorts, start_system
from shared.contracts.topology import CUSTOMS_QUEUES
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from simulator.customs import SimulatedCustoms
from tests.api_client import World, a_world
from tests.brokers import customs_definitions, rabbitmqctl
from tests.extent import ALL
from tests.faults.proxy import Proxy
from tests.flow.test_cli import fas

pytestmark = pytest.mark.skipif(not ALL, reason="starts a second broker and a second system: make test-all")
VHOST = "gacc"
Line = dict[str, Any]


@dataclass
class Site:
    """The system, customs' broker and what stands between them."""

    system: RunningSystem
    proxy: Proxy
    environment: dict[str, str]
    settings: Settings
    customs: SimulatedCustoms
    store: Store

    def said(self, service: str = "customs_gateway") -> list[Line]:
        """What a service has logged."""
        lines = self.system.programs[service].log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    async def ready(self, service: str) -> Line:
        """What `/ready` of a service answers."""
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            answer: Line = (await client.get(f"{self.system.health_url(service)}/ready")).json()
            return answer

    async def until_said(self, event: str, *, before: int = 0, **fields: str) -> Line:
        """The gateway's first line with this event and these fields, after so many lines."""
        async with asyncio.timeout(30):
            while True:
                for line in self.said()[before:]:
                    if line["event"] == event and fields.items() <= line.items():
                        return line
                await asyncio.sleep(0.1)

    async def until_ready(self) -> None:
        """Wait until the gateway has everything."""
        await asyncio.to_thread(self.system.wait_until_ready, "customs_gateway", seconds=30)


@pytest.fixture(scope="module")
async def site(
    environment: dict[str, str], settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """All services on a broker of their own, and customs' vhost beside it."""
    folder, ours, theirs = tmp_path_factory.mktemp("apart"), secrets.token_hex(8), secrets.token_hex(8)
    rest = {name: value for name, value in environment.items() if name != "FAS_RABBIT_URL"}
    async with AsyncExitStack() as held:
        servers: Running = await asyncio.to_thread(
            start_servers, folder, ports=Ports.random(), say=lambda _: None, given=rest
        )
        held.push_async_callback(asyncio.to_thread, servers.stop)
        broker = servers.server("rabbitmq")
        (folder / "definitions.json").write_text(json.dumps(customs_definitions(VHOST, ours, theirs)))
        await rabbitmqctl(broker, "import_definitions", str(folder / "definitions.json"))
        port = int(broker.environment["FAS_RABBIT_URL"].rstrip("/").rpartition(":")[2])
        proxy = Proxy(port, 1)
        await proxy.start()
        held.push_async_callback(proxy.stop)
        own = environment | servers.environment | {
            "FAS_CUSTOMS_RABBIT_URL": f"amqp://fas:{ours}@{LOOPBACK}:{proxy.port}/{VHOST}",
            "FAS_MONGO_DATABASE": f"apart-{secrets.token_hex(4)}", "FAS_S3_BUCKET": f"apart-{secrets.token_hex(4)}",
        }  # fmt: skip
        found = Settings(**{name.removeprefix("FAS_").lower(): value for name, value in own.items()})  # type: ignore[arg-type]
        system = await asyncio.to_thread(
            start_system, own, data_dir=folder, say=lambda _: None, ports=SystemPorts.random()
        )
        held.push_async_callback(asyncio.to_thread, system.stop)
        store = open_store(found)
        held.push_async_callback(store.close)
        customs_own = found.model_copy(
            update={"customs_rabbit_url": f"amqp://gacc:{theirs}@{LOOPBACK}:{port}/{VHOST}"}
        )
        customs = await held.enter_async_context(SimulatedCustoms.at(customs_own))
        yield Site(system, proxy, own, found, customs, store)


@pytest.fixture
async def world(site: Site) -> AsyncIterator[World]:
    """An authority and customs at its own broker."""
    async with a_world(site.system, site.customs, site.store) as world:
        yield world


async def test_a_case_moves_by_customs_own_broker_and_ours_knows_nothing_of_customs_queues(
    site: Site, world: World
) -> None:
    await world.questionnaire_opened()

    async with await aio_pika.connect(site.environment["FAS_RABBIT_URL"]) as connection:
        for queue in CUSTOMS_QUEUES:
            with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
                await (await connection.channel()).declare_queue(queue.name, passive=True)
    assert not [line for line in site.said() if line["event"] == "topology_refused"]
    page = await world.operator.client.get(site.system.portal_url + "/api/v1/ops/overview")
    assert page.status_code == 200


async def test_while_customs_broker_is_away_the_rest_works_and_what_waits_goes_out_when_it_is_back(
    site: Site, world: World
) -> None:
    number, declaration = await world.submitted()
    site.proxy.become("refuse")
    site.proxy.reset()
    lost = await site.until_said("dependency_lost", dependency="customs_broker")
    assert lost["level"] == "warning"

    failing = (await site.ready("customs_gateway"))["failing"]
    assert "customs_broker" in failing
    assert not {"broker", "database", "object_store"} & failing.keys()
    for service in set(site.system.programs) - {"customs_gateway"}:
        assert (await site.ready(service))["ready"], service
    receipt = await world.customs.send("RECEIVED", number, "application", in_reply_to=declaration)
    draft = await world.draft()
    other = (await world.officer.ask("POST", f"/assessments/{draft}/submit", 202))["case_no"]
    await site.until_said("declaration_delayed", case_no=other)

    site.proxy.become("pass")
    await site.until_said("dependency_back", dependency="customs_broker")
    assert (await world.customs.ack_of(receipt)).outcome == "APPLIED"
    sent = await world.customs.next_declaration(type="APPLICATION", case_no=other)
    assert sent.faults == ()
    await world.officer.stands(other, "application", "sent")
    await site.until_ready()


async def test_the_commands_know_customs_broker(site: Site, world: World, tmp_path: Path) -> None:
    prepared = await fas(site.environment, "prepare")
    assert (prepared.status, "customs' queues: 3 declared" in prepared.out) == (0, True), prepared

    (tmp_path / "receipt.xml").write_bytes(b"<Receipt/>")
    sent = await fas(site.environment, "customs", "send", str(tmp_path / "receipt.xml"))
    assert sent.status == 1, "our user may not write customs' receipts"


async def test_a_gateway_starts_and_stops_while_customs_broker_is_away(site: Site) -> None:
    gateway = site.system.programs["customs_gateway"]
    site.proxy.become("refuse")
    site.proxy.reset()
    assert await asyncio.to_thread(gateway.stop) == 0
    before = len(site.said())
    await asyncio.to_thread(gateway.start)
    await site.until_said("service_ready", before=before)
    failing = (await site.ready("customs_gateway"))["failing"]
    assert set(failing) == {"customs_broker", "customs_broker_consumers"}
    assert await asyncio.to_thread(gateway.stop) == 0

    site.proxy.become("pass")
    await asyncio.to_thread(gateway.start)
    await site.until_ready()
