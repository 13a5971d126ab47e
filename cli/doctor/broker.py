"""What is wrong with a broker: whether it answers and takes messages, its version, its queues, who reads them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import aio_pika
import aiormq
from aio_pika.abc import AbstractRobustConnection

from cli.doctor.versions import version_of
from services.portal.operations.wrong.finding import Finding, away
from services.portal.operations.wrong.queues import examine_queue, missing
from shared.bilingual import Bilingual
from shared.runtime.addresses import BROKER, BrokerAddress
from shared.runtime.connection import AWAY, CONNECT_SECONDS, why_lost
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.queue_stats import read_queue_stats
from shared.runtime.topology import Topology, find_differences, find_missing

OLDEST = (3, 10)
_CONFIRM_SECONDS, _CLOSE_SECONDS = 5.0, 1.0
_OURS, _CUSTOMS = Bilingual("消息服务器", "The broker"), Bilingual("海关的消息服务器", "Customs' broker")


async def examine_broker(address: BrokerAddress, setting: str, topology: Topology) -> list[Finding]:
    """What is wrong with the broker at this address, which has to have `topology`; its queues are only looked at."""
    try:
        async with _connected(address.url) as connection:
            found = [*_version(connection), *await _queues(connection, topology)]
            stats = await read_queue_stats(connection, topology.names)
        async with _connected(
            address.url
        ) as connection:  # another one: under an alarm the broker reads no more from who publishes
            found += await _refusing(connection)
    except (*AWAY, DependencyUnavailable) as error:
        why = await why_lost(address, str(error) or type(error).__name__)
        name = _OURS if address.dependency == BROKER else _CUSTOMS
        return [away(address.dependency, name, setting, why, "fasdependencydown")]
    return [*found, *(finding for each in stats if each.there for finding in examine_queue(each))]


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AbstractRobustConnection]:
    connection = await aio_pika.connect_robust(
        url, client_properties={"connection_name": "doctor"}, timeout=CONNECT_SECONDS
    )
    try:
        yield connection
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await connection.close()


def _version(connection: AbstractRobustConnection) -> Iterator[Finding]:
    transport = connection.transport
    told = transport.connection.server_properties if transport else {}
    product, version = str(told.get("product", "")), str(told.get("version", ""))
    if product == "RabbitMQ" and version_of(version) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        yield Finding(
            "versions", Bilingual(f"RabbitMQ {version}过旧。", f"RabbitMQ {version} is too old."),
            Bilingual(f"升级到{oldest}或更新。", f"Upgrade to {oldest} or later."), "upgrading-a-server",
        )  # fmt: skip


async def _refusing(connection: AbstractRobustConnection) -> list[Finding]:
    """Whether the broker confirms a message to a queue of our own: under an alarm (disk, memory) it takes none."""
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    try:
        async with asyncio.timeout(_CONFIRM_SECONDS):
            own = await channel.declare_queue(exclusive=True, auto_delete=True)
            await channel.default_exchange.publish(aio_pika.Message(b"doctor"), own.name, mandatory=True)
            await own.delete(if_unused=False, if_empty=False)
    except TimeoutError:
        limit = f"{_CONFIRM_SECONDS:g}"
        what = Bilingual(
            f"消息服务器{limit}秒内不确认消息。", f"The broker does not confirm a message within {limit} s."
        )
        remedy = Bilingual(
            "用`rabbitmqctl status`查看磁盘与内存告警。", "Look for alarms of disk and memory with `rabbitmqctl status`."
        )  # fmt: skip
        return [Finding("disk", what, remedy, "a-disk-is-full")]
    except aiormq.exceptions.ChannelAccessRefused:
        return []  # a user that may make no queue of its own: nothing is known
    return []


async def _queues(connection: AbstractRobustConnection, topology: Topology) -> list[Finding]:
    absent = [missing(each) for each in await find_missing(connection, topology)]
    remedy = Bilingual("见docs/operations/queues.md。", "See docs/operations/queues.md.")
    differing = [
        Finding("queues", Bilingual(f"队列参数不同：{each}。", f"A queue differs: {each}."), remedy, "fasqueuenotconsumed")
        for each in await find_differences(connection, topology)
    ]  # fmt: skip
    return absent + differing
