"""Another broker beside ours, as far as one process sees it: begun in the background, lost and back by its own name."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from faststream.rabbit import RabbitMessage
from structlog.testing import capture_logs
from ulid import ULID

from deploy.local.ports import LOOPBACK
from shared.contracts.topology import Queue
from shared.runtime.addresses import CUSTOMS_BROKER, BrokerAddress
from shared.runtime.broker import Published, new_router, queue
from shared.runtime.dependencies import down
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.other_broker import OtherBroker
from shared.runtime.settings import Settings
from shared.runtime.topology import Topology
from tests.faults.proxy import Proxy
from tests.waiting import until


@pytest.fixture
async def proxy(settings: Settings) -> AsyncIterator[Proxy]:
    """Before this run's broker."""
    made = Proxy(urlsplit(settings.rabbit_url).port or 5672, 1)
    await made.start()
    yield made
    await made.stop()


async def test_a_broker_that_comes_late_goes_and_comes_back_is_told_by_its_name_and_consumed_again(
    settings: Settings, proxy: Proxy
) -> None:
    parts, name = urlsplit(settings.rabbit_url), f"other.{ULID()}"
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    url = urlunsplit(parts._replace(netloc=f"{user}{LOOPBACK}:{proxy.port}"))
    heard, router = asyncio.Queue[bytes](), new_router()

    @router.subscriber(queue(name), no_reply=True, decoder=_bytes)
    async def on_message(raw: bytes) -> None:
        await heard.put(raw)

    topology = Topology({name: "direct"}, (Queue(name, name, "key"),), foreign=True)
    other = OtherBroker(BrokerAddress(url, CUSTOMS_BROKER), "test", topology)
    other.broker.include_router(router)
    proxy.become("refuse")
    with capture_logs() as lines:
        running = asyncio.create_task(other.run())
        await until(lambda: CUSTOMS_BROKER in down())
        with pytest.raises(DependencyUnavailable, match=CUSTOMS_BROKER):
            await other.ping()
        assert await other.publisher.publish(name, "key", b"lost", limit=0.2) is Published.UNKNOWN

        proxy.become("pass")
        await until(lambda: CUSTOMS_BROKER not in down())
        await _hears(other, heard, name, b"first")

        proxy.become("refuse")
        proxy.reset()
        await until(lambda: CUSTOMS_BROKER in down())
        proxy.become("pass")
        await until(lambda: CUSTOMS_BROKER not in down())
        await _hears(other, heard, name, b"second")
        await other.ping()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    channel = await other.publisher.connection.channel()
    await channel.queue_delete(name)
    await channel.exchange_delete(name)
    await other.stop()
    await other.publisher.close()

    told = [line["event"] for line in lines if line.get("dependency") == CUSTOMS_BROKER]
    assert told == ["dependency_lost", "dependency_back", "dependency_lost", "dependency_back"]
    assert "broker" not in down()


async def _hears(other: OtherBroker, heard: asyncio.Queue[bytes], name: str, body: bytes) -> None:
    async with asyncio.timeout(15):
        while await other.publisher.publish(name, "key", body) is not Published.CONFIRMED:
            pass
        while await heard.get() != body:
            pass


async def _bytes(message: RabbitMessage) -> bytes:
    return message.body
