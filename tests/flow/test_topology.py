"""What stands at a broker already: queues of another version are used as they are, and `fas prepare` makes the rest."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aio_pika.abc import AbstractRobustConnection
from structlog.testing import capture_logs
from ulid import ULID

from shared.contracts.topology import Queue
from shared.runtime.broker import Published, Publisher
from shared.runtime.settings import Settings
from shared.runtime.topology import (
    DELIVERY_LIMIT,
    Misdeclared,
    Topology,
    declare,
    find_missing,
    unbind_retired,
)
from tests.flow.test_cli import fas

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
        assert "queues: " in done.out
        assert fresh["FAS_S3_BUCKET"] in done.out


async def test_prepare_without_a_server_ends_with_one_sentence(
    environment: dict[str, str], settings: Settings
) -> None:
    done = await fas(environment | {"FAS_RABBIT_URL": "amqp://127.0.0.1:1/"}, "prepare", "--patience", "1")
    assert done.status == 1
    assert len(done.err.splitlines()) == 1
    assert "fas prepare" in done.err
