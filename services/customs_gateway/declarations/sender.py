"""Declarations to customs: kept, sent until customs' broker confirms, and what became of them told to the case."""

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from services.customs_gateway.declarations.translation import (
    OUTBOUND,
    files_of,
    write_declaration,
)
from services.customs_gateway.limits import FAILURES
from services.customs_gateway.work_queue import LEASE, WorkQueue
from shared.contracts.events import ReceiptSettled, SubmissionDeclared
from shared.contracts.facts import DeclarationFailed, DeclarationSent, id_of_failed, id_of_sent
from shared.contracts.topology import CUSTOMS_DECLARATIONS, EVENTS, OWNERS, fact_key
from shared.contracts.vocabulary import Stage
from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable, MessageParked
from shared.runtime.logs import correlation_id, get_logger
from shared.runtime.objects import ObjectMissing, Objects
from shared.runtime.store import Document, DuplicateKey, Store

log = get_logger()
UNANSWERED = timedelta(seconds=30)
"""A fact that the case did not settle by then is published again."""
IN_TURN = timedelta(seconds=1)
_PAUSES = (1, 2, 5, 10, 30, 60)


@dataclass(frozen=True, slots=True)
class SendAttempt:
    """How one attempt to send ended.

    `confirmed`; `refused` by the broker; `invalid`, our own fault; `unknown`, nobody can say; `waiting` for a server of ours.
    """

    outcome: str
    error: str = ""

    @property
    def failed(self) -> bool:
        """Whether the case is to be told; of an unknown end there is nothing to tell."""
        return self.outcome in ("refused", "invalid")


async def prepare_declarations(store: Store) -> None:
    """Make the indexes that the reads use."""
    for keys in ([("next_at", 1)], [("case_no", 1)], [("state", 1)]):
        await store.collection("declarations").create_index(keys)


class DeclarationSender:
    """The ledger `declarations`: states queued, failed (tried again) and sent; `told` once the case knows that it is sent.

    `tellings` counts how often the case was told that, `failures` on how many of these its service failed.
    """

    def __init__(self, store: Store, objects: Objects, events: Publisher, customs: Publisher) -> None:
        self._objects, self._events, self._customs = objects, events, customs
        self.collection = store.collection("declarations")
        self.due = WorkQueue(self.collection, self._work)

    async def run(self) -> None:
        """Send what is due until cancelled, then leave customs' broker."""
        try:
            await self.due.run()
        finally:
            await self._customs.close()

    async def keep(self, declared: SubmissionDeclared) -> None:
        """Keep a submission; it is sent until customs' broker confirms."""
        entry: Document = {
            "_id": declared.declaration_id, "state": "queued", "version": 1, "attempts": 0, "next_at": now() + LEASE,
            "last_error": None, "sent_at": None, "told": False, "failure_told": False, "tellings": 0, "failures": 0,
            "failed_at": None, "type": declared.submission.type,
            "case_no": declared.case_no, "case_id": declared.case_id, "stage": declared.stage.value,
            "round": declared.round, "at": declared.at, "correlation_id": correlation_id(),
            "body": declared.model_dump_json(),
        }  # fmt: skip
        with suppress(DuplicateKey):  # of an earlier try of ours, it may be: nobody has touched it, then
            await self.collection.insert_one(entry)
        self.due.enqueue(entry["_id"], entry["version"])

    async def settle(self, settled: ReceiptSettled) -> None:
        """Note that the case knows what became of a declaration."""
        declaration, _, what = settled.message_id.rpartition(":")
        if what in _NOTED:
            await self.collection.update_one({"_id": declaration}, {"$set": _NOTED[what]})

    async def failed(self, message_id: str) -> bool:
        """Note that a service failed on a fact about a declaration; False when it is told to the case no more."""
        declaration, _, what = message_id.rpartition(":")
        entry = await self.collection.find_one({"_id": declaration})
        if entry is None:
            return False
        if what != "sent":
            await self._change(entry, {"failure_told": True})
            return False
        failures, tellings = entry.get("failures", 0) + 1, entry.get("tellings", 0)
        if failures > FAILURES:
            return False
        if entry["told"] or entry.get("failed_at") == tellings:
            return True
        values: Document = {"failures": failures, "failed_at": tellings}
        if failures >= FAILURES:
            values |= {"next_at": None, "last_error": _UNTOLD}
        return not await self._change(entry, values) or failures < FAILURES

    async def _work(self, entry: Document) -> None:
        if entry["state"] == "sent":
            again = {"next_at": now() + UNANSWERED, "tellings": entry.get("tellings", 0) + 1}
            if await self._change(entry, again):
                await self._tell(entry, DeclarationSent, id_of_sent(entry["_id"]))
        elif await self._earlier(entry):
            await self._change(entry, {"next_at": now() + IN_TURN})
        elif await self._change(entry, {"next_at": now() + LEASE}):  # who was paused meanwhile sends nothing
            await self._note(entry, await self._attempt(entry))

    async def _earlier(self, entry: Document) -> bool:
        """Whether an earlier submission of the same stage is still to be sent, or to reach us: rounds go out in order."""
        if entry["round"] <= 1:
            return False
        same_stage = {"case_no": entry["case_no"], "stage": entry["stage"]}
        sent = {"state": "sent", "round": {"$lt": entry["round"]}}
        earlier: int = entry["round"] - 1
        return await self.collection.count(same_stage | sent) < earlier

    async def _attempt(self, entry: Document) -> SendAttempt:
        try:
            declared = SubmissionDeclared.model_validate_json(entry["body"])
            xml = write_declaration(declared)
            for digest in files_of(declared):
                await self._hand_out(digest)
        except (DependencyUnavailable, ObjectMissing) as trouble:
            return SendAttempt("waiting", str(trouble))
        except MessageParked as park:
            return SendAttempt("invalid", park.detail)
        except ValueError as error:
            return SendAttempt("invalid", f"A fault of ours: {type(error).__name__}.")
        sent = await self._customs.publish(
            CUSTOMS_DECLARATIONS, "declaration", xml, content_type="application/xml",
            correlation_id=entry["correlation_id"],
        )  # fmt: skip
        return _ATTEMPTS[sent]

    async def _hand_out(self, digest: str) -> None:
        if await self._objects.stat(f"{OUTBOUND}{digest}") is None:
            await self._objects.copy(f"files/{digest}", f"{OUTBOUND}{digest}")

    async def _note(self, entry: Document, attempt: SendAttempt) -> None:
        """Write down how an attempt ended, and tell the case what it is to know."""
        metrics.DECLARATIONS.labels(attempt.outcome).inc()
        values = _after(entry, attempt)
        if not await self._change(entry, values):
            return
        say = log.info if attempt.outcome == "confirmed" else log.warning
        fields = {"error": attempt.error} if attempt.error else {}
        say(
            _EVENTS[attempt.outcome],
            **_about(entry),
            outcome=attempt.outcome,
            attempts=values["attempts"],
            **fields,
        )
        if values["state"] == "sent":
            await self._tell(entry, DeclarationSent, id_of_sent(entry["_id"]))
        elif attempt.failed and not entry["failure_told"]:
            await self._tell(entry, DeclarationFailed, id_of_failed(entry["_id"]))

    async def _tell(
        self, entry: Document, kind: type[DeclarationSent | DeclarationFailed], message_id: str
    ) -> None:
        stage = Stage(entry["stage"])
        fact = kind(
            message_id=message_id,
            case_no=entry["case_no"],
            stage=stage,
            in_reply_to=entry["_id"],
            at=now(),
        )
        sent = await self._events.publish(
            EVENTS,
            fact_key(OWNERS[stage]),
            fact.model_dump_json().encode(),
            correlation_id=entry["correlation_id"],
        )
        if sent is not Published.CONFIRMED:
            log.warning("fact_not_sent", **_about(entry), outcome=sent.value)

    async def _change(self, entry: Document, values: Document) -> bool:
        """Write values if nobody changed the entry meanwhile; `entry` then has the new version."""
        same, version = {"_id": entry["_id"], "version": entry["version"]}, entry["version"] + 1
        if await self.collection.update_one(same, {"$set": values | {"version": version}}) != 1:
            return False
        entry["version"] = version
        return True


def _after(entry: Document, attempt: SendAttempt) -> Document:
    """The values of an entry after an attempt; one that did not succeed is repeated after a growing pause."""
    tried = {"attempts": entry["attempts"] + 1, "last_error": attempt.error or None}
    if attempt.outcome == "confirmed":
        return tried | {"state": "sent", "sent_at": now(), "next_at": now() + UNANSWERED}
    pause = _PAUSES[min(entry["attempts"], len(_PAUSES) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads tries
    state = "failed" if attempt.failed else entry["state"]
    return tried | {"state": state, "next_at": now() + timedelta(seconds=pause)}


_ATTEMPTS = {
    Published.CONFIRMED: SendAttempt("confirmed"),
    Published.REFUSED: SendAttempt(
        "refused", "Customs' queue did not take it (there is none, it is full, or it refused)."
    ),
    Published.UNKNOWN: SendAttempt("unknown", "Customs' broker did not confirm in time."),
}
_EVENTS = {
    "confirmed": "declaration_sent",
    "refused": "declaration_failed",
    "invalid": "declaration_failed",
    "unknown": "declaration_unconfirmed",
    "waiting": "declaration_delayed",
}
_UNTOLD = "A fault of ours: it was sent, and its case could not take that in; see the dead letters."
_NOTED: dict[str, Document] = {"sent": {"told": True, "next_at": None}, "failed": {"failure_told": True}}


def _about(entry: Document) -> Document:
    names = ("case_no", "stage", "correlation_id")
    return {name: entry[name] for name in names} | {
        "message_id": entry["_id"],
        "declaration_type": entry["type"],
    }
