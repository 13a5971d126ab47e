"""From customs' message to the fact, and from the services' answer to the acknowledgement."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from services.customs_gateway.acks import send_ack
from services.customs_gateway.due import Due
from services.customs_gateway.ledger import Ledger, ended, parked
from services.customs_gateway.receipts import Announced, Receipt, read_receipt
from services.customs_gateway.xml import payload
from shared.contracts.commands import KeepAttachment, Reply
from shared.contracts.events import ReceiptSettled
from shared.contracts.parts import FileRef
from shared.contracts.topology import EVENTS, OWNERS, commands_of, fact_key
from shared.contracts.vocabulary import Outcome, Reason
from shared.lifecycle.clock import now
from shared.runtime import metrics
from shared.runtime.ask import Asker
from shared.runtime.broker import Published, Publisher
from shared.runtime.errors import Park, Wait
from shared.runtime.logs import correlation_id, get_logger
from shared.runtime.objects import Objects
from shared.runtime.store import Document, Store

log = get_logger()
UNANSWERED = timedelta(seconds=30)
"""A fact that no service settled by then is published again; services answer duplicates like the first time."""
_LATER = timedelta(seconds=2)
_FINAL = {"applied", "stale", "parked", "dismissed"}


class Inbound:
    """Takes customs' receipts to their end."""

    def __init__(
        self, store: Store, objects: Objects, publisher: Publisher, asker: Asker, delays: tuple[float, ...]
    ) -> None:
        self._objects, self._publisher, self._asker, self._delays = objects, publisher, asker, delays
        self.ledger = Ledger(store)
        self.due = Due(self.ledger.collection, self._work)

    async def store(self, raw: bytes) -> None:
        """Keep a message before the broker is told; a duplicate ends here and is answered again."""
        entry, new = await self.ledger.store(raw, correlation_id())
        if not new:
            await self._again(entry)
            return
        log.info("receipt_stored", **_about(entry))
        if entry["state"] == "parked":
            _log_end(entry, entry)
        self.due.soon(entry["_id"])

    async def settle(self, settled: ReceiptSettled) -> None:
        """Note what a service made of a fact."""
        entry = await self.ledger.get(settled.message_id)
        if entry is None or entry["state"] in _FINAL:
            return
        values = self._settled(entry, settled)
        if not await self.ledger.change(entry, values):
            raise Wait("database", "the entry was changed meanwhile")
        _log_end(entry, entry | values)
        self.due.soon(entry["_id"])
        if values["state"] == "applied" and entry["case_no"]:
            await self._wake(entry["case_no"])

    def _settled(self, entry: Document, settled: ReceiptSettled) -> Document:
        if settled.outcome in (Outcome.APPLIED, Outcome.DUPLICATE):
            return ended("applied", "APPLIED", None, "")
        if settled.outcome is Outcome.STALE:
            return ended("stale", "STALE", None, settled.detail)
        if settled.outcome is Outcome.INVALID:
            return parked(settled.reason or Reason.WRONG_STAGE, settled.detail)
        return self._deferred(entry, settled)

    def _deferred(self, entry: Document, settled: ReceiptSettled) -> Document:
        """Wait for the next delay; a try out of turn, because another receipt was applied, does not count."""
        deferred = {"state": "deferred", "woken": False, "reason": settled.reason, "detail": settled.detail}
        if entry["woken"] and entry["resume_at"]:
            return deferred | {"next_at": max(entry["resume_at"], now())}
        if entry["attempts"] >= len(self._delays):
            return parked(settled.reason or Reason.NOT_YET, settled.detail)
        pause = timedelta(seconds=self._delays[entry["attempts"]])
        return deferred | {"attempts": entry["attempts"] + 1, "next_at": now() + pause}

    async def _wake(self, case_no: str) -> None:
        for entry in await self.ledger.deferred(case_no):
            values = {"woken": True, "resume_at": entry["next_at"], "next_at": now()}
            if await self.ledger.change(entry, values):
                self.due.soon(entry["_id"])

    async def _again(self, entry: Document) -> None:
        """Answer a duplicate; nothing else changes."""
        await self.ledger.collection.update_one({"_id": entry["_id"]}, {"$inc": {"duplicates": 1}})
        first = (entry["ack"] or {}).get("outcome") or entry["state"].upper()
        if not await send_ack(
            self._publisher, entry, "DUPLICATE", None, f"Known since {entry['received_at']}: {first}."
        ):
            raise Wait("broker")
        log.info("receipt_duplicate", **_about(entry))
        metrics.RECEIPTS.labels(entry["receipt_type"] or "unknown", "duplicate").inc()

    async def _work(self, entry: Document) -> None:
        """The next thing to be done for an entry: its acknowledgement at the end, its fact before."""
        if entry["state"] in _FINAL:
            await self._acknowledge(entry)
            return
        try:
            fact_key_, body = await self._translated(entry)
        except Park as park:
            await self._end(entry, parked(park.reason, park.detail))
        except Wait:
            await self.ledger.change(entry, {"next_at": now() + _LATER})
            raise
        except Exception as error:
            log.exception("receipt_failed", **_about(entry), error=repr(error))
            await self._end(entry, parked(Reason.INTERNAL, repr(error)[:500]))
        else:
            await self._publish(entry, fact_key_, body)

    async def _translated(self, entry: Document) -> tuple[str, bytes]:
        receipt = read_receipt(payload(bytes(entry["raw"])))
        fact = receipt.fact(await self._fetched(entry, receipt))
        return fact_key(OWNERS[fact.stage]), fact.model_dump_json().encode()

    async def _publish(self, entry: Document, key: str, body: bytes) -> None:
        """Hand the fact over; written as published first, since the answer may be faster than this line."""
        published = {"state": "published", "next_at": now() + UNANSWERED}
        if not await self.ledger.change(entry, published):
            return
        sent = await self._publisher.publish(EVENTS, key, body, correlation_id=entry["correlation_id"])
        if sent is not Published.CONFIRMED:
            now_published = entry | published | {"version": entry["version"] + 1}
            await self.ledger.change(now_published, {"next_at": now() + _LATER})

    async def _end(self, entry: Document, values: Document) -> None:
        if await self.ledger.change(entry, values):
            _log_end(entry, entry | values)
            await self._acknowledge(entry | values | {"version": entry["version"] + 1})

    async def _acknowledge(self, entry: Document) -> None:
        ack = entry["ack"]
        if ack and not await send_ack(self._publisher, entry, ack["outcome"], ack["reason"], ack["detail"]):
            raise Wait("broker", "an acknowledgement to customs is owed")
        await self.ledger.change(entry, {"next_at": None})

    async def _fetched(self, entry: Document, receipt: Receipt) -> tuple[FileRef, ...]:
        files = [await self._kept(entry, number, file) for number, file in enumerate(receipt.files)]
        return tuple(files)

    async def _kept(self, entry: Document, number: int, file: Announced) -> FileRef:
        """Our own copy of a file, kept by documents; Park with its reason where it is not what was announced."""
        key = file.key
        if key is None:
            key = f"customs/inline/{entry['_id']}/{number}"
            await self._objects.put(key, file.content or b"", "application/octet-stream")
        attachment = sha256(f"{entry['_id']} {number}".encode()).hexdigest()[:26]
        command = KeepAttachment(
            command_id=attachment, attachment_id=attachment, authority="", by="customs", key=key, name=file.name,
            case_no=entry["case_no"], media_type=file.media_type, size=file.size, sha256=file.sha256,
        )  # fmt: skip
        answer = await self._asker.ask(
            commands_of("documents").name,
            command.model_dump_json().encode(),
            correlation_id=entry["correlation_id"],
        )
        reply = Reply.model_validate_json(answer)
        if reply.file is None:
            raise _parked_or_waiting(reply)
        return reply.file


def _parked_or_waiting(reply: Reply) -> Park | Wait:
    refused = reply.refused
    if refused is None or refused.code not in set(Reason):
        return Wait("documents", refused.detail if refused else "")
    return Park(refused.code, refused.detail)


_EVENTS = {
    "applied": "receipt_applied",
    "stale": "receipt_stale",
    "deferred": "receipt_deferred",
    "parked": "receipt_parked",
}


def _log_end(entry: Document, after: Document) -> None:
    """What became of a receipt, for operators and for Prometheus."""
    state, seconds = after["state"], (now() - entry["received_at"]).total_seconds()
    level: Callable[..., Any] = log.warning if state == "parked" else log.info
    level(
        _EVENTS[state],
        **_about(entry),
        outcome=state,
        reason=after["reason"],
        duration_ms=round(seconds * 1000),
    )
    metrics.RECEIPTS.labels(entry["receipt_type"] or "unknown", state).inc()
    if state == "applied":
        metrics.RECEIPT_SECONDS.observe(seconds)


def _about(entry: Document) -> dict[str, Any]:
    names = ("case_no", "stage", "receipt_type", "correlation_id")
    return {name: entry[name] for name in names} | {"message_id": entry["_id"]}
