"""`python -m tests.bench.references.guarded ROLE IN OUT`: aio-pika and pymongo with the guarantees that the system gives.

A receipt stands in a ledger before the broker is told; a duplicate changes nothing and is answered; a case is changed only
as it was read; the event leaves by the case's outbox, and is taken out after its confirm; customs gets an acknowledgement,
and the ledger says when its queue holds it. What a crash leaves is found by sweeps. ROLE is `whole` (one process) or, as the
system is cut, `gateway` and `stage`, which tell each other by two queues.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aio_pika
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from lxml import etree
from pymongo import AsyncMongoClient
from pymongo.errors import DuplicateKeyError

from tests.bench.references.job import AT_ONCE, COLLECTION, movement, read, setting, told

FACTS, SETTLED, MOVED = "bench.guarded.facts", "bench.guarded.settled", "bench.guarded.moved"
LEASE = timedelta(seconds=10)
_SWEEP_SECONDS = 2.0
Head = dict[str, str]
Work = Callable[[bytes], Awaitable[None]]


class GuardedJob:
    """One process of the reference."""

    def __init__(self, database: Any, channel: Any, acks: str, apart: bool) -> None:
        self._ledger, self._cases = database["bench_ledger"], database[COLLECTION]
        self._exchange, self._acks, self._apart = channel.default_exchange, acks, apart
        self._tasks: set[asyncio.Task[None]] = set()

    async def store(self, raw: bytes) -> None:
        """Keep a receipt; it is worked on once the broker has been told."""
        head = read(raw)
        entry = {
            "_id": head["MessageId"],
            "raw": raw,
            "state": "received",
            "next_at": datetime.now(UTC) + LEASE,
        }
        try:
            await self._ledger.insert_one(entry)
        except DuplicateKeyError:
            await self._publish(self._acks, _acknowledgement(head["MessageId"], "DUPLICATE"))
            return
        self._begin(self._process(head))

    async def move(self, fact: bytes) -> None:
        """Apply a fact to its case, tell of it, and settle it with the gateway."""
        head: Head = json.loads(fact)
        wanted, update = movement(head)
        while True:
            case = await self._cases.find_one({"_id": wanted["_id"]}, {"version": 1, "status": 1, "inbox": 1})
            if case is None or head["MessageId"] in case["inbox"] or case["status"] != "sent":
                break
            leaving = {"id": head["MessageId"], "body": told(head).decode()}
            pushed = update | {"$push": update["$push"] | {"outbox": leaving}}
            changed = await self._cases.update_one({"_id": case["_id"], "version": case["version"]}, pushed)
            if changed.matched_count:
                self._begin(self._send(case["_id"], leaving))
                break
        if self._apart:
            await self._publish(SETTLED, head["MessageId"].encode())

    async def settle(self, message_id: bytes) -> None:
        """Answer customs, and then note the end."""
        known = message_id.decode()
        await self._publish(self._acks, _acknowledgement(known, "APPLIED"))
        await self._ledger.update_one({"_id": known}, {"$set": {"state": "applied", "next_at": None}})

    async def sweep(self) -> None:
        """Work on what a crash left, until cancelled."""
        while True:
            due = {"next_at": {"$ne": None, "$lte": datetime.now(UTC)}}
            for entry in await self._ledger.find(due).limit(200).to_list(None):
                await self._process(read(entry["raw"]))
            for case in (
                await self._cases.find({"outbox.id": {"$gt": ""}}, {"outbox": 1}).limit(200).to_list(None)
            ):
                for leaving in case["outbox"]:
                    await self._send(case["_id"], leaving)
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _process(self, head: Head) -> None:
        fact = json.dumps(head).encode()
        if self._apart:
            await self._publish(FACTS, fact)
        else:
            await self.move(fact)
            await self.settle(head["MessageId"].encode())

    async def _send(self, case: str, leaving: dict[str, str]) -> None:
        await self._publish(MOVED, leaving["body"].encode())
        await self._cases.update_one({"_id": case}, {"$pull": {"outbox": {"id": leaving["id"]}}})

    async def _publish(self, queue: str, body: bytes) -> None:
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await self._exchange.publish(message, queue)

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _acknowledgement(message_id: str, outcome: str) -> bytes:
    root = etree.Element("ReceiptAck", version="1.0")
    etree.SubElement(etree.SubElement(root, "Head"), "OriMessageId").text = message_id
    etree.SubElement(etree.SubElement(root, "Body"), "Outcome").text = outcome
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


async def main(role: str, incoming: str, acks: str) -> None:
    """Work until killed."""
    client = AsyncMongoClient[dict[str, Any]](setting("MONGO_URL"))
    connection = await aio_pika.connect(setting("RABBIT_URL"))
    publishing = await connection.channel()
    made = GuardedJob(client[setting("MONGO_DATABASE")], publishing, acks, apart=role != "whole")

    async def hear(queue: str, work: Work) -> None:
        consuming = await connection.channel()
        await consuming.set_qos(prefetch_count=AT_ONCE)

        async def on_message(message: AbstractIncomingMessage) -> None:
            await work(message.body)
            await message.ack()

        await (await consuming.get_queue(queue)).consume(on_message)

    if role in ("whole", "gateway"):
        await hear(incoming, made.store)
    if role == "gateway":
        await hear(SETTLED, made.settle)
    if role == "stage":
        await hear(FACTS, made.move)
    await made.sweep()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
