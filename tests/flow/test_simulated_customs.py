"""The simulated customs goes on where its broker was away (CONTRACT 2)."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from ulid import ULID

from services.customs_gateway.receipts.acks import write_ack
from services.customs_gateway.receipts.ledger import new_ack
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.states import AckOutcome
from shared.runtime.settings import Settings
from simulator import customs as simulated
from simulator.bucket import Bucket
from simulator.customs import SimulatedCustoms
from tests.faults.proxy import Proxy

SECONDS = 30.0


@pytest.fixture
async def channel(settings: Settings) -> AsyncIterator[AbstractChannel]:
    """The gateway's side of the broker."""
    async with await aio_pika.connect(settings.customs_broker.url) as connection:
        yield await connection.channel()


@pytest.fixture
async def names(channel: AbstractChannel, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, str]]:
    """Queues of this test's own: from the real ones, other tests' customs take."""
    own = {name: f"{getattr(simulated, name)}.{ULID()}" for name in ("RECEIPTS", "DECLARATIONS", "ACKS")}
    exchange = await channel.declare_exchange(own["RECEIPTS"])
    for name, queue in own.items():
        monkeypatch.setattr(simulated, name, queue)
        await channel.declare_queue(queue)
    await (await channel.get_queue(own["RECEIPTS"])).bind(exchange, simulated.RECEIPT_KEY)
    yield own
    for queue in own.values():
        await channel.queue_delete(queue)
    await channel.exchange_delete(own["RECEIPTS"])


@pytest.fixture
async def network(settings: Settings) -> AsyncIterator[Proxy]:
    """What lies between customs and the broker."""
    made = Proxy(urlsplit(settings.customs_broker.url).port or 0, seed=1)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def customs(
    settings: Settings, names: dict[str, str], network: Proxy
) -> AsyncIterator[SimulatedCustoms]:
    """Customs, behind that network."""
    broker = urlsplit(settings.customs_broker.url)
    through = broker._replace(netloc=broker.netloc.replace(f":{broker.port}", f":{network.port}")).geturl()
    assert names  # they are its own by now
    async with SimulatedCustoms(through, Bucket(settings)) as customs:
        yield customs


async def test_a_lost_connection_comes_back_and_customs_hears_and_sends_as_before(
    customs: SimulatedCustoms, network: Proxy, channel: AbstractChannel, names: dict[str, str]
) -> None:
    receipts = await channel.get_queue(names["RECEIPTS"])
    for text in ("before", "after-a-loss", "after-another"):
        await customs.send_bytes(text.encode())
        assert (await receipts.get(no_ack=True, timeout=SECONDS)).body == text.encode()
        network.reset()
        await _acknowledged(channel, names["ACKS"], text)
        assert (await customs.ack_of(text)).outcome == "APPLIED"
        network.reset()
    assert [ack.message_id for ack in customs.acks] == ["before", "after-a-loss", "after-another"]


async def test_a_broker_that_stays_away_is_told(
    customs: SimulatedCustoms, network: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated, "PATIENCE", 0.5)
    network.become("refuse")
    network.reset()
    async with asyncio.timeout(SECONDS):
        with pytest.raises(simulated.NothingCame, match="the broker is gone"):
            await customs.next_declaration(limit=None)


async def _acknowledged(channel: AbstractChannel, queue: str, receipt: str) -> None:
    """The gateway's acknowledgement of a receipt, as it writes it."""
    entry = ReceiptEntry({"message_id": receipt, "case_no": "1", "receipt_type": None, "stage": None})
    message = aio_pika.Message(write_ack(entry, new_ack(AckOutcome.APPLIED)), message_id=str(ULID()))
    await channel.default_exchange.publish(message, queue)
