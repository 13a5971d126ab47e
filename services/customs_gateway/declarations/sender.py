"""Declarations to customs: kept, sent until customs' broker confirms, and what became of them told to the case."""

import random
from dataclasses import dataclass
from datetime import timedelta

from services.customs_gateway.declarations.ledger import DeclarationLedger
from services.customs_gateway.declarations.translation import OUTBOUND, files_of, write_declaration
from services.customs_gateway.limits import FAILURES
from shared.contracts.documents.ledgers import DeclarationEntry
from shared.contracts.events import ReceiptSettled, SubmissionDeclared
from shared.contracts.facts import DeclarationFailed, DeclarationSent, id_of_failed, id_of_sent
from shared.contracts.states import DeclarationState, SendOutcome
from shared.contracts.topology import CUSTOMS_DECLARATIONS, EVENTS, OWNERS, fact_key
from shared.ledgers.work_queue import LEASE, WorkQueue, is_held
from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.dependencies import down
from shared.runtime.errors import DependencyUnavailable, MessageParked
from shared.runtime.logs import correlation_id, get_logger
from shared.runtime.objects import ObjectMissing, Objects
from shared.runtime.store import Document

log = get_logger()
UNANSWERED = timedelta(seconds=30)
"""A fact that the case did not settle by then is published again."""
IN_TURN = timedelta(seconds=1)
_PAUSES = (1, 2, 5, 10, 30, 60)


@dataclass(frozen=True, slots=True)
class SendAttempt:
    """How one attempt to send ended, and why where it did not succeed."""

    outcome: SendOutcome
    error: str = ""

    @property
    def failed(self) -> bool:
        """Whether the case is to be told; of an unknown end there is nothing to tell."""
        return self.outcome in (SendOutcome.REFUSED, SendOutcome.INVALID)


class DeclarationSender:
    """Sends what the ledger holds, and tells the cases until they know."""

    def __init__(
        self, ledger: DeclarationLedger, objects: Objects, events: Publisher, customs: Publisher
    ) -> None:
        self.ledger, self._objects, self._events, self._customs = ledger, objects, events, customs
        self.queue = WorkQueue(ledger, self._work)

    async def keep(self, declared: SubmissionDeclared, delivery: Delivery) -> None:
        """Keep a submission; it is sent until customs' broker confirms."""
        entry = await self.ledger.keep(declared, correlation_id(), delivery)
        if entry:
            self.queue.enqueue(entry)

    async def settle(self, settled: ReceiptSettled) -> None:
        """Note that the case knows what became of a declaration."""
        declaration, _, what = settled.message_id.rpartition(":")
        notes = {"sent": self.ledger.note_sent_told, "failed": self.ledger.note_failure_told}
        if what in notes:
            await notes[what](declaration)

    async def note_failure(self, message_id: str) -> bool:
        """Note that a service failed on a fact about a declaration; False when it is told to the case no more."""
        declaration, _, what = message_id.rpartition(":")
        entry = await self.ledger.get(declaration)
        if entry is None:
            return False
        if what != "sent":
            await self.ledger.change(entry, {"failure_told": True})
            return False
        failures = entry.failures + 1
        if failures > FAILURES:
            return False
        if entry.told or entry.failed_at == entry.tellings:
            return True
        values: Document = {"failures": failures, "failed_at": entry.tellings}
        if failures >= FAILURES:
            values |= {"next_at": None, "last_error": _UNTOLD}
        return not await self.ledger.change(entry, values) or failures < FAILURES

    async def _work(self, entry: DeclarationEntry) -> None:
        if entry.state is DeclarationState.SENT:
            again = {"next_at": now() + UNANSWERED, "tellings": entry.tellings + 1}
            if await self.ledger.change(entry, again):
                await self._tell(entry, DeclarationSent, id_of_sent(entry.id))
        elif await self._waits_for_earlier(entry):
            await self.ledger.change(entry, {"next_at": now() + IN_TURN})
        elif is_held(entry) or await self.ledger.change(entry, {"next_at": now() + LEASE}):
            # Who was paused meanwhile sends nothing, unless nobody took it.
            await self._note(entry, await self._attempt(entry))

    async def _waits_for_earlier(self, entry: DeclarationEntry) -> bool:
        """Whether an earlier submission of the same stage is still to be sent, or to reach us: rounds go out in order."""
        return entry.round > 1 and await self.ledger.count_sent_before(entry) < entry.round - 1

    async def _attempt(self, entry: DeclarationEntry) -> SendAttempt:
        try:
            declared = SubmissionDeclared.model_validate_json(entry.body)
            xml = write_declaration(declared)
            for digest in files_of(declared):
                await self._hand_out(digest)
        except (DependencyUnavailable, ObjectMissing) as trouble:
            return SendAttempt(SendOutcome.WAITING, str(trouble))
        except MessageParked as park:
            return SendAttempt(SendOutcome.INVALID, park.detail)
        except ValueError as error:
            return SendAttempt(SendOutcome.INVALID, f"A fault of ours: {type(error).__name__}.")
        if self._customs.dependency in down():
            return SendAttempt(
                SendOutcome.WAITING, "Customs' broker does not answer; it is sent when it does."
            )
        sent = await self._customs.publish(
            CUSTOMS_DECLARATIONS, "declaration", xml, content_type="application/xml",
            correlation_id=entry.correlation_id,
        )  # fmt: skip
        return _ATTEMPTS[sent]

    async def _hand_out(self, digest: str) -> None:
        if await self._objects.stat(f"{OUTBOUND}{digest}") is None:
            await self._objects.copy(f"files/{digest}", f"{OUTBOUND}{digest}")

    async def _note(self, entry: DeclarationEntry, attempt: SendAttempt) -> None:
        """Write down how an attempt ended, and tell the case what it is to know."""
        metrics.DECLARATIONS.labels(attempt.outcome).inc()
        if not await self.ledger.change(entry, _values_after(entry, attempt)):
            return
        say = log.info if attempt.outcome is SendOutcome.CONFIRMED else log.warning
        fields = {"error": attempt.error} if attempt.error else {}
        say(
            _EVENTS[attempt.outcome],
            **_log_fields(entry),
            outcome=attempt.outcome,
            attempts=entry.attempts,
            **fields,
        )
        if entry.state is DeclarationState.SENT:
            await self._tell(entry, DeclarationSent, id_of_sent(entry.id))
        elif attempt.failed and not entry.failure_told:
            await self._tell(entry, DeclarationFailed, id_of_failed(entry.id))

    async def _tell(
        self, entry: DeclarationEntry, kind: type[DeclarationSent | DeclarationFailed], message_id: str
    ) -> None:
        fact = kind(
            message_id=message_id, case_no=entry.case_no, stage=entry.stage, in_reply_to=entry.id, at=now()
        )
        sent = await self._events.publish(
            EVENTS,
            fact_key(OWNERS[entry.stage]),
            fact.model_dump_json().encode(),
            correlation_id=entry.correlation_id,
        )
        if sent is not Published.CONFIRMED:
            log.warning("fact_not_sent", **_log_fields(entry), outcome=sent.value)


def _values_after(entry: DeclarationEntry, attempt: SendAttempt) -> Document:
    """The values of an entry after an attempt; one that did not succeed is repeated after a growing pause."""
    tried = {"attempts": entry.attempts + 1, "last_error": attempt.error or None}
    if attempt.outcome is SendOutcome.CONFIRMED:
        return tried | {"state": DeclarationState.SENT, "sent_at": now(), "next_at": now() + UNANSWERED}
    pause = _PAUSES[min(entry.attempts, len(_PAUSES) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads tries
    state = DeclarationState.FAILED if attempt.failed else entry.state
    return tried | {"state": state, "next_at": now() + timedelta(seconds=pause)}


_ATTEMPTS = {
    Published.CONFIRMED: SendAttempt(SendOutcome.CONFIRMED),
    Published.REFUSED: SendAttempt(
        SendOutcome.REFUSED, "Customs' queue did not take it (there is none, it is full, or it refused)."
    ),
    Published.UNKNOWN: SendAttempt(SendOutcome.UNKNOWN, "Customs' broker did not confirm in time."),
}
_EVENTS = {
    SendOutcome.CONFIRMED: "declaration_sent",
    SendOutcome.REFUSED: "declaration_failed",
    SendOutcome.INVALID: "declaration_failed",
    SendOutcome.UNKNOWN: "declaration_unconfirmed",
    SendOutcome.WAITING: "declaration_delayed",
}
_UNTOLD = "A fault of ours: it was sent, and its case could not take that in; see the dead letters."


def _log_fields(entry: DeclarationEntry) -> dict[str, str]:
    return {
        "case_no": entry.case_no, "stage": entry.stage, "correlation_id": entry.correlation_id, "message_id": entry.id,
        "declaration_type": entry.type,
    }  # fmt: skip
