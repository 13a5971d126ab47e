"""Messages that no service can take, on their way through the real queues into the collection of dead letters."""

import asyncio
import json

from ulid import ULID

from shared.contracts.topology import facts_of
from shared.runtime.broker import Published, Publisher
from shared.runtime.settings import Settings
from shared.runtime.store import Document, Store


async def a_dead_letter(settings: Settings, store: Store, queue: str = facts_of("intake").name) -> Document:
    """The letter that becomes of a message without a meaning; its `case_no` is its own."""
    case_no = str(ULID())
    await published(settings, queue, json.dumps({"case_no": case_no}).encode())
    return await dead_letter_of(store, case_no)


async def published(settings: Settings, queue: str, body: bytes) -> None:
    """Put a message into a queue."""
    publisher = Publisher(settings.broker, "test")
    await publisher.start()
    try:
        assert await publisher.publish("", queue, body) is Published.CONFIRMED
    finally:
        await publisher.close()


async def dead_letter_of(store: Store, case_no: str, state: str = "open", count: int = 1) -> Document:
    """The letter about a case, as soon as it stands so and has died so often."""
    async with asyncio.timeout(30):
        while True:
            found = await store.collection("dead_letters").find_one({"case_no": case_no})
            if found and (found["state"], found["count"]) == (state, count):
                return found
            await asyncio.sleep(0.05)
