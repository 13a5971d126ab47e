"""From customs' message to the fact, and from the services' answer to the acknowledgement."""

from datetime import timedelta
from functools import partial

from services.customs_gateway.receipts.acks import send_ack
from services.customs_gateway.receipts.files import Files
from services.customs_gateway.receipts.ledger import (
    WAITING,
    Arrival,
    ReceiptLedger,
    new_ack,
    new_entry,
    parked_values,
)
from services.customs_gateway.receipts.outcomes import (
    count_receipt,
    end_after,
    ends_during,
    log_fields,
    log_outcome,
    values_after_failure,
    values_after_not_yet,
)
from services.customs_gateway.receipts.translation import IncomingMessage, IncomingReceipt, read_message
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.events import ReceiptSettled
from shared.contracts.facts import CaseFact
from shared.contracts.states import FINAL, AckOutcome, ReceiptState
from shared.contracts.topology import EVENTS, OWNERS, fact_key
from shared.contracts.vocabulary import Outcome, Reason
from shared.ledgers.work_queue import LEASE, Work, WorkQueue
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.errors import DependencyUnavailable, MessageParked
from shared.runtime.logs import correlation_id, get_logger
from shared.runtime.store import Document
from shared.runtime.turns import Turns

log = get_logger()
UNANSWERED = (30, 60, 120, 300, 600)
"""Seconds after which a fact that no service settled is published again; services answer duplicates like the first time."""
_TRIES = 10
_REMEMBERED = 10_000


class ReceiptProcessor:
    """Takes customs' receipts to their end."""

    def __init__(
        self, ledger: ReceiptLedger, files: Files, publisher: Publisher, customs: Publisher, delays: tuple[float, ...]
    ) -> None:  # fmt: skip
        self.ledger, self._files, self._publisher, self._customs = ledger, files, publisher, customs
        self._delays = delays
        self.queue = WorkQueue(ledger, self._work)
        self._said: set[str] = set()
        self._asked: dict[str, ReceiptEntry] = {}
        self._turns = Turns()

    async def store(self, raw: bytes, delivery: Delivery) -> None:
        """Keep a message before the broker is told; a duplicate ends here and is answered again.

        Receipts of one case go to its service in the order in which they come to this process.
        """
        message = read_message(raw)
        begun, work = self._begun(message, new_entry(message, correlation_id(), now(), delivery.mark))
        async with self._turns.of(begun.case_no or begun.id):
            await self._keep(begun, work, delivery)

    async def _keep(self, begun: ReceiptEntry, work: Work[ReceiptEntry], delivery: Delivery) -> None:
        entry, arrival = await self.ledger.store(begun, delivery)
        if arrival is Arrival.REPEATED:
            await self._answer_again(entry)
        elif arrival is Arrival.AGAIN and entry.version > 1:
            await self._answer_redelivered(entry)
        else:
            log.info("receipt_stored", **log_fields(entry))
            self.queue.enqueue(entry, work if entry is begun else None)

    async def settle(self, settled: ReceiptSettled) -> None:
        """Note what a service made of a fact; of two answers to a fact that was published twice the first one counts."""
        if settled.outcome is Outcome.NOT_YET:
            await self._defer(settled)
            return
        entry, values = self._asked.pop(settled.message_id, None), end_after(settled)
        if entry is None or not await self.ledger.change(entry, values):
            entry = await self.ledger.end(settled.message_id, ends_during(settled), values)
        if entry:
            self.queue.enqueue(entry, partial(self._finish, waits=settled.waits))

    async def _defer(self, settled: ReceiptSettled) -> None:
        """Try a fact again later that came too early."""
        self._asked.pop(settled.message_id, None)
        for _ in range(_TRIES):
            entry = await self.ledger.get(settled.message_id)
            if entry is None or entry.state is not ReceiptState.PUBLISHED:
                return
            if await self.ledger.change(entry, values_after_not_yet(entry, settled, self._delays)):
                if entry.state not in FINAL:
                    log_outcome(entry)
                if entry.state in FINAL or entry.woken:
                    self.queue.enqueue(entry)
                return
        raise DependencyUnavailable("database", "the entry is changed by others all the time")

    async def note_failure(self, message_id: str, queue: str) -> bool:
        """Note that a service failed on a fact, or we on its answer; False where no receipt has this MessageId."""
        for _ in range(_TRIES):
            entry = await self.ledger.get(message_id)
            if entry is None:
                return False
            values = values_after_failure(entry, queue)
            if values is None:
                return True
            if await self.ledger.change(entry, values):
                if entry.state in FINAL:
                    self.queue.enqueue(entry)
                return True
        raise DependencyUnavailable("database", "the entry is changed by others all the time")

    async def _answer_redelivered(self, entry: ReceiptEntry) -> None:
        """A message that was stored, and that the broker was not told of; no duplicate, as far as anybody can tell.

        Customs may have repeated a receipt whose acknowledgement it missed, so one that was sent goes out again, the same.
        """
        log.info("receipt_redelivered", **log_fields(entry))
        if entry.ack and entry.next_at is None:
            await send_ack(self._customs, entry, entry.ack)

    async def _answer_again(self, entry: ReceiptEntry) -> None:
        """Answer a duplicate; nothing else changes."""
        first = entry.ack.outcome if entry.ack else entry.state.upper()
        detail = f"Known since {entry.received_at.isoformat()}: {first}."
        await send_ack(self._customs, entry, new_ack(AckOutcome.DUPLICATE, detail=detail))
        log.info("receipt_duplicate", **log_fields(entry), outcome=Outcome.DUPLICATE)
        count_receipt(entry, Outcome.DUPLICATE)

    def _begun(
        self, message: IncomingMessage, entry: ReceiptEntry
    ) -> tuple[ReceiptEntry, Work[ReceiptEntry]]:
        """A new entry in its first state, and what is to be done with it: without files it is as good as published."""
        try:
            receipt = _receipt_of(message, entry)
            if receipt.files:
                return entry, partial(self._work, receipt=receipt)
            fact = receipt.fact(())
        except Exception as error:
            park = _park_for(entry, error)
            return entry.changed(**parked_values(park.reason, park.detail)), self._finish
        return entry.changed(**_published_values(entry)), partial(self._hand_over, fact=fact)

    async def _work(self, entry: ReceiptEntry, receipt: IncomingReceipt | None = None) -> None:
        """The next thing to be done for an entry: its acknowledgement at the end, its fact before."""
        if entry.state in FINAL:
            await self._finish(entry)
            return
        try:
            receipt = receipt or _receipt_of(read_message(entry.raw), entry)
            fact = receipt.fact(await self._files.keep(entry, receipt))
        except DependencyUnavailable:
            raise
        except Exception as error:
            await self._park(entry, _park_for(entry, error))
            return
        if await self.ledger.change(entry, _published_values(entry)):
            await self._hand_over(entry, fact)

    async def _hand_over(self, entry: ReceiptEntry, fact: CaseFact) -> None:
        """Publish a fact whose entry says that it is published: the answer may be faster than the confirm."""
        self._remember(entry)
        try:
            sent = await self._publisher.publish(
                EVENTS, fact_key(OWNERS[fact.stage]), fact.model_dump_json().encode(),
                correlation_id=entry.correlation_id,
            )  # fmt: skip
        except DependencyUnavailable:
            raise
        except Exception as error:
            await self._park(entry, _park_for(entry, error))
            return
        if sent is not Published.CONFIRMED:
            raise DependencyUnavailable("broker", f"the fact was not taken ({sent.value})")

    def _remember(self, entry: ReceiptEntry) -> None:
        """Hold an entry, without its bytes, until its answer comes, so that it is not read again then."""
        if len(self._asked) >= _REMEMBERED:
            del self._asked[next(iter(self._asked))]
        self._asked[entry.id] = ReceiptEntry(
            {name: value for name, value in entry.document.items() if name != "raw"}
        )

    async def _park(self, entry: ReceiptEntry, park: MessageParked) -> None:
        if await self.ledger.change(entry, parked_values(park.reason, park.detail)):
            await self._finish(entry)

    async def _finish(self, entry: ReceiptEntry, *, waits: bool = True) -> None:
        """What is owed at the end: operators and customs are told, and the case's receipts are woken where one `waits`.

        All of it at least once: a process that ends in between, or whose write is not answered, leaves it to the sweep.
        """
        end = entry.ack.message_id if entry.ack else ""
        if end not in self._said:
            self._said.add(end)
            log_outcome(entry)
        if waits and entry.state is ReceiptState.APPLIED and entry.case_no:
            await self._wake(entry.case_no)
        if entry.ack:
            await send_ack(self._customs, entry, entry.ack)
        await self.ledger.change(entry, {"next_at": None})
        self._said.discard(end)

    async def _wake(self, case_no: str) -> None:
        """Try the deferred receipts of a case at once; those that the services look at now, once more afterwards."""
        for entry_id in await self.ledger.waiting(case_no):
            woken = await self._wake_entry(entry_id)
            if woken:
                self.queue.enqueue(woken)

    async def _wake_entry(self, entry_id: str) -> ReceiptEntry | None:
        """Have an entry tried now, or once more after the services' answer; the entry where it is tried now."""
        for _ in range(_TRIES):
            entry = await self.ledger.get(entry_id)
            if entry is None or entry.state not in WAITING:
                return None
            deferred = entry.state is ReceiptState.DEFERRED
            values = {"woken": True, "next_at": now() + LEASE} if deferred else {"once_more": True}
            if await self.ledger.change(entry, values):
                return entry if deferred else None
        return None


def _receipt_of(message: IncomingMessage, entry: ReceiptEntry) -> IncomingReceipt:
    """The receipt that a message is; MessageParked where it is none."""
    if entry.truncated:
        raise MessageParked(
            Reason.TOO_LARGE, f"The message has {entry.size} bytes; its first bytes are kept."
        )
    if isinstance(message.receipt, Exception):
        raise message.receipt
    return message.receipt


def _park_for(entry: ReceiptEntry, error: Exception) -> MessageParked:
    """Why a receipt is parked that can't be handed over."""
    if isinstance(error, MessageParked):
        return error
    log.error("receipt_failed", **log_fields(entry), error=type(error).__name__, exc_info=error)
    return MessageParked(Reason.INTERNAL, f"A fault of ours: {type(error).__name__}.")


def _published_values(entry: ReceiptEntry) -> Document:
    """The values of an entry whose fact goes out now; it goes out again unless it is answered."""
    pause = timedelta(seconds=UNANSWERED[min(entry.unanswered, len(UNANSWERED) - 1)])
    return {
        "state": ReceiptState.PUBLISHED,
        "unanswered": entry.unanswered + 1,
        "next_at": now() + pause,
    }
