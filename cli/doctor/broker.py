"""What is wrong with a broker: whether it answers and takes messages, its version, its queues, who reads them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import aio_pika
import aiormq
from aio_pika.abc import AbstractRobustConnection

from cli.doctor.finding import Finding, away, version_of
from shared.bilingual import Bilingual
from shared.contracts.topology import READ_BY_CUSTOMS
from shared.runtime.addresses import BROKER, BrokerAddress
from shared.runtime.connection import AWAY, CONNECT_SECONDS, why_lost
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.queue_stats import QueueStats, read_queue_stats
from shared.runtime.topology import Topology, find_differences, find_missing

OLDEST = (3, 10)
WAITING, UNREAD = 1000, 500
"""More messages than these in a queue of ours, or in one that customs reads, are told."""
_CONFIRM_SECONDS, _CLOSE_SECONDS = 5.0, 1.0
_OURS, _CUSTOMS = Bilingual("消息服务器", "The broker"), Bilingual("海关的消息服务器", "Customs' broker")
_PREPARE = Bilingual("执行`fas prepare`。", "Run `fas prepare`.")


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
    return [*found, *(finding for each in stats if each.there for finding in _read(each))]


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
    missing = [
        Finding("queues", Bilingual(f"{each}不存在。", f"The {each} is not there."), _PREPARE, "fasqueuenotconsumed")
        for each in await find_missing(connection, topology)
    ]  # fmt: skip
    remedy = Bilingual("见docs/operations/queues.md。", "See docs/operations/queues.md.")
    differing = [
        Finding("queues", Bilingual(f"队列参数不同：{each}。", f"A queue differs: {each}."), remedy, "fasqueuenotconsumed")
        for each in await find_differences(connection, topology)
    ]  # fmt: skip
    return missing + differing


def _read(queue: QueueStats) -> Iterator[Finding]:
    """What the numbers of a queue that is there say of its readers."""
    service = queue.name.partition(".")[0] if queue.name.endswith(_OF_ONE_SERVICE) else "customs_gateway"
    by_customs = queue.name in READ_BY_CUSTOMS
    if not by_customs and queue.consumers == 0:
        what = Bilingual(f"队列{queue.name}没有消费进程。", f"Nobody reads the queue {queue.name}.")
        remedy = Bilingual(
            f"启动服务{service}，或看它的日志。", f"Start the service {service}, or read its log."
        )
        yield Finding("consumers", what, remedy, "fasqueuenotconsumed")
    if by_customs and queue.messages > UNREAD:
        what = Bilingual(
            f"{queue.name}中有{queue.messages}条消息海关未取。",
            f"{queue.messages} messages wait for customs in {queue.name}.",
        )
        remedy = Bilingual("请海关取走。", "Ask customs to read them.")
        yield Finding("queues", what, remedy, "fascustomsnotreading")
    if not by_customs and queue.messages > WAITING:
        what = Bilingual(
            f"队列{queue.name}积压{queue.messages}条消息。",
            f"{queue.messages} messages wait in {queue.name}.",
        )
        remedy = Bilingual(
            f"增加{service}的进程，或看它在等什么。", f"Start more of {service}, or see what it waits for."
        )
        yield Finding("queues", what, remedy, "fasqueuebacklog")


_OF_ONE_SERVICE = (".facts", ".commands", ".settled", ".submissions")
