"""What stands at a broker already: queues of another version are used as they are, and `fas prepare` makes the rest."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from aio_pika.abc import AbstractRobustConnection
from structlog.testing import capture_logs
from ulid import ULID

from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.system import RunningSystem
from services.questionnaire.catalogue import load
from shared.contracts.queries import INDEXES
from shared.contracts.topology import QUEUES, Queue
from shared.runtime.broker import Published, Publisher
from shared.runtime.settings import Settings
from shared.runtime.store import open_store
from shared.runtime.topology import (
    DELIVERY_LIMIT,
    Misdeclared,
    Topology,
    declare,
    find_missing,
    unbind_retired,
)
from tests.faults.proxy import Proxy
from tests.flow.test_cli import Ran, fas
from tools.manifests import CHART

EARLIER: dict[str, Any] = {
    "x-queue-type": "quorum", "x-dead-letter-exchange": "", "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}  # fmt: skip
"""What version 0.1 declared: no delivery limit."""


@pytest.fixture
async def publisher(settings: Settings) -> AsyncIterator[Publisher]:
    """A publisher of the test's own."""
    made = Publisher(settings.broker, "test")
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def topology(publisher: Publisher) -> AsyncIterator[Topology]:
    """Exchange and queues of the test's own."""
    name = f"topology.{ULID()}"
    queues = (Queue(f"{name}.a", name, "a"), Queue(f"{name}.b", name, "b"))
    found = Topology({name: "direct"}, queues, f"{name}.dead", frozenset({queues[1].name}))
    yield found
    channel = await publisher.connection.channel()
    for each in found.names:
        await channel.queue_delete(each)
    await channel.exchange_delete(name)


async def _made(connection: AbstractRobustConnection, name: str, arguments: dict[str, Any]) -> None:
    channel = await connection.channel()
    await channel.declare_queue(name, durable=True, arguments=arguments, robust=False)
    await channel.close()


async def test_queues_that_an_earlier_version_or_customs_declared_are_used_as_they_are(
    publisher: Publisher, topology: Topology
) -> None:
    a, b = topology.queues
    (exchange,) = topology.exchanges
    await _made(publisher.connection, a.name, EARLIER | {"x-dead-letter-routing-key": topology.dead})
    await _made(publisher.connection, b.name, {"x-queue-type": "quorum", "x-max-length": 2})

    with capture_logs() as lines:
        await declare(publisher.connection, topology)
        await declare(publisher.connection, topology)

    assert await publisher.publish(exchange, "a", b"{}") is Published.CONFIRMED
    assert await publisher.publish(exchange, "b", b"{}") is Published.CONFIRMED
    said = sorted((line["queue"], line["detail"]) for line in lines if line["event"] == "topology_differs")
    limit = f"x-delivery-limit is none instead of {DELIVERY_LIMIT}"
    assert said == [(a.name, limit), (b.name, limit), (b.name, "x-max-length is 2 instead of none")]


async def test_a_queue_that_can_lose_messages_is_not_used(publisher: Publisher, topology: Topology) -> None:
    await _made(publisher.connection, topology.queues[0].name, {"x-max-length": 2})

    with pytest.raises(Misdeclared, match=topology.queues[0].name):
        await declare(publisher.connection, topology)


async def test_what_is_missing_is_found_and_nothing_is_changed_by_looking(
    publisher: Publisher, topology: Topology
) -> None:
    (exchange,) = topology.exchanges
    everything = [f"exchange {exchange}", *(f"queue {name}" for name in topology.names)]
    assert await find_missing(publisher.connection, topology) == everything
    await declare(publisher.connection, topology)
    assert await find_missing(publisher.connection, topology) == []


async def test_a_retired_binding_is_taken_away_and_its_queue_stays(
    publisher: Publisher, topology: Topology
) -> None:
    a, _ = topology.queues
    await declare(publisher.connection, topology)
    gone = Queue(f"{a.name}.gone", a.exchange, "a")

    await unbind_retired(publisher.connection, [a, gone])
    await unbind_retired(publisher.connection, [a, gone])

    assert await publisher.publish(a.exchange, "a", b"{}") is Published.REFUSED
    assert await find_missing(publisher.connection, topology) == []


@pytest.mark.usefixtures("system")
async def test_prepare_may_be_done_again_and_again_also_beside_running_services(
    environment: dict[str, str], settings: Settings
) -> None:
    fresh = {"FAS_MONGO_DATABASE": f"fas-{ULID()}", "FAS_S3_BUCKET": f"fas-{str(ULID()).lower()}"}
    for _ in range(2):
        done = await fas(environment | fresh, "prepare")
        assert done.status == 0, done.err
        assert done.out.splitlines() == [
            f"queues: {len(QUEUES) + 1} declared, 0 retired bindings taken away",
            f"indexes: {sum(map(len, INDEXES.values()))} in {sum(map(bool, INDEXES.values()))} collections",
            f"questionnaires: {len(load())} versions",
            f"bucket: {fresh['FAS_S3_BUCKET']}",
            "cases: all have the form of this version",
        ]


async def test_prepare_without_a_server_ends_with_one_sentence(
    environment: dict[str, str], settings: Settings
) -> None:
    done = await fas(environment | {"FAS_RABBIT_URL": "amqp://127.0.0.1:1/"}, "prepare", "--patience", "1")
    assert done.status == 1
    assert len(done.err.splitlines()) == 1
    assert "no answer from broker (" in done.err, "with what the attempt to connect said"
    assert "fas prepare" in done.err


async def test_prepare_waits_for_a_server_that_comes_later(
    environment: dict[str, str], settings: Settings
) -> None:
    late = Proxy(urlsplit(settings.s3_endpoint).port or 0, seed=1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "prepare", stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **environment, "FAS_S3_ENDPOINT": f"http://{LOOPBACK}:{late.port}"},
    )  # fmt: skip
    assert process.stdout is not None
    async for line in process.stdout:
        if line.startswith(b"questionnaires: "):
            break
    await late.start()
    out, _ = await process.communicate()
    await late.stop()

    assert process.returncode == 0
    assert out.splitlines()[0] == f"bucket: {settings.s3_bucket}".encode()


async def test_the_smoke_test_of_the_chart_tells_replicas_that_are_ready_from_others(
    system: RunningSystem,
) -> None:
    smoke = CHART / "files/ready.py"
    port = system.ports.health["intake"]

    async def asked(at: int, least: int) -> Ran:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", smoke.read_text(encoding="utf-8"), "127.0.0.1", str(at), str(least),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await process.communicate()
        return Ran(process.returncode or 0, out.decode(), "")

    (closed,) = free_ports(1)
    ready, too_few, away = [await asked(*each) for each in ((port, 1), (port, 2), (closed, 1))]
    assert (ready.status, too_few.status, away.status) == (0, 1, 1)
    assert '"ready":true' in ready.out
    assert away.out.endswith("0 of 1 are ready; all should be, and 1 or more\n")


async def test_a_database_that_refuses_is_told_in_a_sentence(
    environment: dict[str, str], settings: Settings
) -> None:
    name = f"refuses-{ULID()}"
    store = open_store(settings.model_copy(update={"mongo_database": name}))
    await store.collection("mails").create_indexes([([("forget_at", 1)], {})])
    await store.close()

    done = await fas(environment | {"FAS_MONGO_DATABASE": name}, "prepare")

    assert done.status == 1
    assert re.search(r"FAS_MONGO_URL refuses \(code 8[56]\)", done.err), done.err
    assert "forget_at" in done.err
    assert "Traceback" not in done.err
