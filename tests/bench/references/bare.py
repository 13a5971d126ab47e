"""`python -m tests.bench.references.bare IN OUT`: aio-pika and pymongo, the least of the job in one process."""

import asyncio
import sys

import aio_pika
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from pymongo import AsyncMongoClient

from tests.bench.references.job import AT_ONCE, COLLECTION, movement, read, setting, told


async def main(incoming: str, outgoing: str) -> None:
    """Work until killed."""
    client = AsyncMongoClient[dict[str, object]](setting("MONGO_URL"))
    cases = client[setting("MONGO_DATABASE")][COLLECTION]
    connection = await aio_pika.connect(setting("RABBIT_URL"))
    consuming, publishing = await connection.channel(), await connection.channel()
    await consuming.set_qos(prefetch_count=AT_ONCE)

    async def on_receipt(message: AbstractIncomingMessage) -> None:
        head = read(message.body)
        if (await cases.update_one(*movement(head))).matched_count:
            event = aio_pika.Message(told(head), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await publishing.default_exchange.publish(event, outgoing)
        await message.ack()

    await (await consuming.get_queue(incoming)).consume(on_receipt)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
