"""Taskiq with the least of the job: `taskiq worker tests.bench.references.taskiq_worker:broker --workers 1`."""

from typing import Any

import aio_pika
from pymongo import AsyncMongoClient
from taskiq import TaskiqEvents, TaskiqState
from taskiq_aio_pika import AioPikaBroker, Queue

from tests.bench.references.job import AT_ONCE, COLLECTION, movement, read, setting, told

IN, OUT = "bench.taskiq.in", "bench.taskiq.out"
broker = AioPikaBroker(setting("RABBIT_URL"), qos=AT_ONCE, task_queues=[Queue(name=IN)])


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def begin(state: TaskiqState) -> None:
    """Open what the task uses."""
    client = AsyncMongoClient[dict[str, Any]](setting("MONGO_URL"))
    state.cases = client[setting("MONGO_DATABASE")][COLLECTION]
    state.connection = await aio_pika.connect(setting("RABBIT_URL"))
    state.channel = await state.connection.channel()


@broker.task(task_name="receive")
async def receive(xml: str) -> None:
    """Move the case of a receipt, and tell of it."""
    head = read(xml.encode())
    if (await broker.state.cases.update_one(*movement(head))).matched_count:
        event = aio_pika.Message(told(head), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await broker.state.channel.default_exchange.publish(event, OUT)
