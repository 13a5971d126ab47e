"""Declarations to customs: kept, sent until customs' broker confirms, and what became of them told to the case."""

import random
from datetime import timedelta

from services.customs_gateway.declarations import OUTBOUND, files_of, write_declaration
from services.customs_gateway.due import Due
from shared.contracts.events import ReceiptSettled, SubmissionDeclared
from shared.contracts.facts import CaseFact, DeclarationFailed, DeclarationSent
from shared.contracts.topology import CUSTOMS_DECLARATIONS, EVENTS, OWNERS, fact_key
from shared.contracts.vocabulary import Stage
from shared.lifecycle.clock import now
from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.errors import Wait
from shared.runtime.logs import correlation_id, get_logger
from shared.runtime.objects import ObjectMissing, Objects
from shared.runtime.store import Document, DuplicateKey, Store

log = get_logger()
UNANSWERED = timedelta(seconds=30)
LEASE = timedelta(seconds=10)
_PAUSES = (1, 2, 5, 10, 30, 60)
_SENT, _FAILED = ".sent", ".failed"


class Outbound:
    """The ledger `declarations`: states queued, failed (refused, tried again) and sent; `told` once the case knows."""

    def __init__(self, store: Store, objects: Objects, events: Publisher, customs: Publisher) -> None:
        self._objects, self._events, self._customs = objects, events, customs
        self.collection = store.collection("declarations")
        self.due = Due(self.collection, self._work)

    async def prepare(self) -> None:
        """Make the indexes that the reads use."""
        for keys in ([("next_at", 1)], [("case_no", 1)], [("state", 1)]):
            await self.collection.create_index(keys)

    async def keep(self, declared: SubmissionDeclared) -> None:
        """Keep a submission; it is sent until customs' broker confirms."""
        entry: Document = {
            "_id": declared.declaration_id, "state": "queued", "version": 1, "attempts": 0, "next_at": now() + LEASE,
            "last_error": None, "sent_at": None, "told": False, "failure_told": False, "type": declared.submission.type,
            "case_no": declared.case_no, "case_id": declared.case_id, "stage": declared.stage.value,
            "round": declared.round, "at": declared.at, "correlation_id": correlation_id(),
            "body": declared.model_dump_json(),
        }  # fmt: skip
        try:
            await self.collection.insert_one(entry)
        except DuplicateKey:
            return
        self.due.soon(entry["_id"])

    async def settle(self, settled: ReceiptSettled) -> bool:
        """Note that the case knows of a declaration; False where the message is not about one."""
        declaration, _, what = settled.message_id.rpartition(".")
        if f".{what}" not in (_SENT, _FAILED):
            return False
        if f".{what}" == _SENT:
            await self.collection.update_one({"_id": declaration}, {"$set": {"told": True, "next_at": None}})
        else:
            await self.collection.update_one({"_id": declaration}, {"$set": {"failure_told": True}})
        return True

    async def _work(self, entry: Document) -> None:
        if entry["state"] == "sent":
            await self._tell(entry, DeclarationSent, _SENT)
            await self._change(entry, {"next_at": now() + UNANSWERED})
            return
        try:
            outcome, error = await self._send(SubmissionDeclared.model_validate_json(entry["body"]))
        except (Wait, ObjectMissing) as trouble:
            outcome, error = Published.UNKNOWN, str(trouble)
        metrics.DECLARATIONS.labels(outcome.value).inc()
        if outcome is Published.CONFIRMED:
            await self._sent(entry)
        else:
            await self._not_sent(entry, outcome, error)

    async def _send(self, declared: SubmissionDeclared) -> tuple[Published, str]:
        for digest in files_of(declared):
            if await self._objects.stat(f"{OUTBOUND}{digest}") is None:
                await self._objects.copy(f"files/{digest}", f"{OUTBOUND}{digest}")
        outcome = await self._customs.publish(
            CUSTOMS_DECLARATIONS, "declaration", write_declaration(declared), content_type="application/xml",
            correlation_id=correlation_id(),
        )  # fmt: skip
        return outcome, _ERRORS.get(outcome, "")

    async def _sent(self, entry: Document) -> None:
        values = {
            "state": "sent", "sent_at": now(), "attempts": entry["attempts"] + 1, "last_error": None,
            "next_at": now() + UNANSWERED,
        }  # fmt: skip
        if await self._change(entry, values):
            log.info("declaration_sent", **_about(entry), attempts=values["attempts"])
            await self._tell(entry, DeclarationSent, _SENT)

    async def _not_sent(self, entry: Document, outcome: Published, error: str) -> None:
        """Try again later; the case is told of a refusal, and of an unknown end nothing, since nobody knows it."""
        state = "failed" if outcome is Published.REFUSED else entry["state"]
        pause = _PAUSES[min(entry["attempts"], len(_PAUSES) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads tries
        values = {
            "state": state, "attempts": entry["attempts"] + 1, "last_error": error, "next_at": now() + timedelta(seconds=pause)
        }  # fmt: skip
        if not await self._change(entry, values):
            return
        log.warning(
            "declaration_failed",
            **_about(entry),
            outcome=outcome.value,
            error=error,
            attempts=values["attempts"],
        )
        if state == "failed" and not entry["failure_told"]:
            await self._tell(entry, DeclarationFailed, _FAILED)

    async def _tell(self, entry: Document, kind: type[CaseFact], what: str) -> None:
        stage = Stage(entry["stage"])
        fact = kind(
            message_id=f"{entry['_id']}{what}",
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
        same = {"_id": entry["_id"], "version": entry["version"]}
        return (
            await self.collection.update_one(same, {"$set": values | {"version": entry["version"] + 1}}) == 1
        )


_ERRORS = {
    Published.REFUSED: "Customs' queue did not take it (unroutable, full or refused).",
    Published.UNKNOWN: "Customs' broker did not confirm in time.",
}


def _about(entry: Document) -> dict[str, object]:
    return {
        "message_id": entry["_id"],
        "case_no": entry["case_no"],
        "stage": entry["stage"],
        "declaration_type": entry["type"],
    }
