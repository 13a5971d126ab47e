"""Dead letters: what a service could not take, out of `fas.dead` into a collection that can be read, and back into its queue.

A queue can't be looked at without taking from it, so one consumer stores each message before it is acknowledged, and
operators work on what is stored. A fact that a ledger has published is published again and parked by that ledger, so it
is counted there and no letter of its own. The collection `dead_letters`: states open, replaying (to be put
back, `next_at`), replayed, dismissed; one letter for each message, `count` is how often it died.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.limits import bytes_kept
from services.customs_gateway.receipts.processor import ReceiptProcessor
from services.customs_gateway.receipts.translation import guess_message_id
from services.customs_gateway.work_queue import LEASE, WorkQueue
from shared.contracts.facts import is_ours
from shared.contracts.topology import COMMANDS, CUSTOMS_RECEIPTS, FACTS, SETTLED_QUEUE
from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.logs import correlation_id, get_logger
from shared.runtime.named import named_in
from shared.runtime.store import Collection, Document, DuplicateKey, Store

log = get_logger()
EXPIRED = "expired"
OPEN = "open"
STATES = (OPEN, "replaying", "replayed", "dismissed")
_TRIES = 10
_DEATH = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-opt-")
"""How the headers begin that the broker gives a message that dies."""


async def prepare_dead_letters(store: Store) -> None:
    """Make the indexes that the reads use."""
    for keys in ([("next_at", 1)], [("state", 1), ("last_died_at", -1)]):
        await store.collection("dead_letters").create_index(keys)


class DeadLetters:
    """Takes dead messages in, and puts those back that an operator replays."""

    def __init__(
        self, store: Store, publisher: Publisher, inbound: ReceiptProcessor, outbound: DeclarationSender
    ) -> None:
        self.collection: Collection = store.collection("dead_letters")
        self._publisher, self._inbound, self._outbound = publisher, inbound, outbound
        self.due = WorkQueue(self.collection, self._put_back)

    async def take(self, body: bytes, delivery: Delivery) -> None:
        """Keep a dead message, or have its ledger count it.

        Nothing but DependencyUnavailable comes of it, since `fas.dead` is the last queue.

        A command that expired in its queue is not kept: who asked was told that it was not done.
        """
        try:
            await self._take(
                letter_of(body, delivery, correlation_id()), named_in(body), delivery.redelivered
            )
        except DependencyUnavailable:
            raise
        except Exception as error:
            log.exception("dead_letter_not_kept")
            raise DependencyUnavailable("dead_letters", str(error)) from error

    async def _take(self, letter: Document, names: dict[str, str], redelivered: bool) -> None:
        late = letter["reason"] == EXPIRED and letter["queue"].endswith(COMMANDS)
        if not late and not await self._counted(letter):
            await self._keep(letter, redelivered)
        metrics.MESSAGES_DEAD.labels(letter["queue"]).inc()
        say = log.info if late else log.error
        say("message_dead", **names | _about(letter), reason=letter["reason"])

    async def _counted(self, letter: Document) -> bool:
        """Whether a ledger of ours noted it and goes on with it."""
        queue, message_id = letter["queue"], letter["message_id"]
        if not message_id or not _is_ledgers(queue):
            return False
        if is_ours(message_id):
            return await self._outbound.failed(message_id)
        return await self._inbound.failed(message_id, queue)

    async def _keep(self, letter: Document, redelivered: bool) -> None:
        """Keep a letter; one that was handed out before, and stands here as open, has not died again."""
        for _ in range(_TRIES):
            try:
                await self.collection.insert_one(letter)
            except DuplicateKey:
                known = await self.collection.find_one({"_id": letter["_id"]})
                kept = known and redelivered and known["state"] == OPEN
                if known and (kept or known["delivery"] == letter["delivery"]):
                    return
                if known and await change(self.collection, known, _died_again(known, letter)):
                    return
            else:
                return
        raise DependencyUnavailable("database", "the letter is changed by others all the time")

    async def _put_back(self, letter: Document) -> None:
        """Publish a letter to the queue that it came from, to that one alone; it stays here until the broker confirms."""
        if not await change(self.collection, letter, {"next_at": now() + LEASE}):
            return
        sent = await self._publisher.publish(
            "", letter["queue"], bytes(letter["body"]), headers=letter["headers"], content_type=letter["content_type"],
            correlation_id=letter["correlation_id"],
        )  # fmt: skip
        if sent is Published.UNKNOWN:
            raise DependencyUnavailable("broker", "the message was not confirmed")
        taken = sent is Published.CONFIRMED
        state, detail = ("replayed", "") if taken else (OPEN, "The queue that it came from did not take it.")
        if await change(self.collection, letter, {"state": state, "detail": detail, "next_at": None}):
            log.info("dead_letter_replayed", **_about(letter), outcome=state)


def letter_of(body: bytes, delivery: Delivery, correlation: str) -> Document:
    """A dead message as it is kept; one without its history is of a queue that nobody knows."""
    deaths = delivery.headers.get("x-death") or [{}]
    death: Mapping[str, Any] = deaths[0] if isinstance(deaths[0], Mapping) else {}
    queue, at, names = str(death.get("queue", "")), now(), named_in(body)
    message_id = names.get("message_id") or names.get("declaration_id") or names.get("command_id")
    if queue == CUSTOMS_RECEIPTS:
        message_id = guess_message_id(body)
    kept = bytes_kept(body)
    same = message_id.encode() if message_id and _is_ledgers(queue) else body
    return {
        "_id": sha256(queue.encode() + b"\0" + same).hexdigest()[:26], "state": OPEN, "version": 1, "queue": queue,
        "reason": str(death.get("reason", "")), "message_id": message_id, "case_no": names.get("case_no"),
        "body": kept, "size": len(body),
        "truncated": len(kept) < len(body), "headers": _own(delivery.headers), "content_type": delivery.content_type or "",
        "correlation_id": correlation, "count": 1, "first_died_at": at, "last_died_at": at, "next_at": None, "detail": "",
        "delivery": delivery.mark, "audit": [],
    }  # fmt: skip


def _own(headers: Mapping[str, Any]) -> dict[str, str | int | bool]:
    """The headers that the sender gave, as far as they are plain."""
    return {
        name: value for name, value in headers.items()
        if name.isprintable() and not name.startswith(_DEATH) and isinstance(value, str | int | bool)
    }  # fmt: skip


def _died_again(known: Document, letter: Document) -> Document:
    fresh = {
        name: letter[name] for name in ("state", "reason", "body", "headers", "delivery", "next_at", "detail")
    }
    return fresh | {"count": known["count"] + 1, "last_died_at": letter["last_died_at"]}


def _is_ledgers(queue: str) -> bool:
    """Whether facts stand in a queue, or what became of them: our ledgers publish these again by themselves."""
    return queue.endswith(FACTS) or queue == SETTLED_QUEUE.name


def _about(letter: Document) -> dict[str, Any]:
    return {name: letter[name] for name in ("queue", "message_id", "case_no")}


async def change(collection: Collection, letter: Document, values: Document) -> bool:
    """Write values if nobody changed the letter meanwhile; `letter` then has the new version."""
    same, version = {"_id": letter["_id"], "version": letter["version"]}, letter["version"] + 1
    if await collection.update_one(same, {"$set": values | {"version": version}}) != 1:
        return False
    letter["version"] = version
    return True


async def list_dead(store: Store, state: str | None, limit: int = 100) -> list[Document]:
    """Dead letters without their bodies, the last that died first."""
    return await store.collection("dead_letters").find(
        {"state": state} if state else {}, sort=[("last_died_at", -1)], limit=limit, projection={"body": 0}
    )


async def show_dead(store: Store, dead_id: str) -> Document:
    """One dead letter with its body; RequestRejected where there is none."""
    letter = await store.collection("dead_letters").find_one({"_id": dead_id})
    if letter is None:
        raise RequestRejected("not_found", f"没有这条死信。 There is no dead letter {dead_id}.", status=404)
    return letter


async def replay_dead(store: Store, dead_id: str, by: str, why: str) -> int:
    """Have a letter put back into its queue; the gateway does it within a second. The letter's new version."""
    letter = await _open_letter(store, dead_id)
    if letter["queue"].endswith(COMMANDS):
        detail = "发出该指令的人已得知未执行；只能撤除。 Who asked was told that it was not done; it can only be dismissed."
        raise RequestRejected("not_replayable", detail)
    if letter["truncated"] or not letter["queue"]:
        detail = "报文不完整或来源不明；只能撤除。 It is not whole, or of an unknown queue; it can only be dismissed."
        raise RequestRejected("not_replayable", detail)
    await _operate(store, letter, {"state": "replaying", "next_at": now()}, by, "replay", why)
    return int(letter["version"])


async def dismiss_dead(store: Store, dead_id: str, by: str, why: str) -> None:
    """Put a dead letter aside for good."""
    letter = await _open_letter(store, dead_id)
    await _operate(store, letter, {"state": "dismissed"}, by, "dismiss", why)


async def _open_letter(store: Store, dead_id: str) -> Document:
    letter = await show_dead(store, dead_id)
    if letter["state"] != OPEN:
        detail = f"该死信已处理（{letter['state']}）。 The dead letter {dead_id} is {letter['state']}."
        raise RequestRejected("not_open", detail)
    return letter


async def _operate(store: Store, letter: Document, values: Document, by: str, what: str, why: str) -> None:
    audit = [*letter["audit"], {"at": now(), "by": by, "what": what, "why": why}]
    if not await change(store.collection("dead_letters"), letter, values | {"audit": audit}):
        detail = (
            f"该死信刚有变动，请重看。 The dead letter {letter['_id']} was changed meanwhile; look again."
        )
        raise RequestRejected("changed_meanwhile", detail)
