"""What an answer of the services makes of a ledger entry, and how it is told to operators."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from services.customs_gateway.limits import FAILURES
from services.customs_gateway.receipts.ledger import NO_FAILURES, end_values, parked_values
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.events import ReceiptSettled
from shared.contracts.states import FINAL, AckOutcome, ReceiptState
from shared.contracts.vocabulary import RECEIPTS, Outcome, Reason
from shared.runtime import metrics
from shared.runtime.clock import now
from shared.runtime.logs import get_logger
from shared.runtime.store import Document

log = get_logger()
Delays = Sequence[float]


def end_after(settled: ReceiptSettled) -> Document:
    """The values of an entry that an answer ends: every answer but not_yet."""
    return _ENDS[settled.outcome](settled)


def ends_during(settled: ReceiptSettled) -> frozenset[ReceiptState]:
    """The states that an answer may end: a receipt that was parked may yet be applied by a late one."""
    taken = settled.outcome in (Outcome.APPLIED, Outcome.DUPLICATE)
    return _OPEN | {ReceiptState.PARKED} if taken else _OPEN


def values_after_not_yet(entry: ReceiptEntry, settled: ReceiptSettled, delays: Delays) -> Document:
    """The values of an entry that waits for the next of the `delays` (seconds); after the last one it is parked.

    After a try out of turn it waits for what is left of the delay.
    """
    attempts, resume_at = entry.attempts, entry.resume_at or now()
    if not entry.woken and attempts < len(delays):
        resume_at = now() + timedelta(seconds=delays[attempts])
        attempts += 1
    elif not entry.woken and not entry.once_more:
        return parked_values(settled.reason or Reason.NOT_YET, settled.detail)
    return {
        "state": ReceiptState.DEFERRED, "reason": settled.reason, "detail": settled.detail, "attempts": attempts,
        "resume_at": resume_at, "next_at": now() if entry.once_more else resume_at,
        "woken": entry.once_more, "once_more": False, **NO_FAILURES,
    }  # fmt: skip


def values_after_failure(entry: ReceiptEntry, queue: str) -> Document | None:
    """The entry's new values after its fact, or the answer to it, died in `queue`; None where that says nothing new.

    One failure is counted for each time that the fact was published: an absent service fails at nothing.
    """
    if entry.state is not ReceiptState.PUBLISHED or entry.failed_at == entry.unanswered:
        return None
    failures = entry.failures + 1
    noted: Document = {"failures": failures, "failed_at": entry.unanswered}
    if failures < FAILURES:
        return noted
    detail = f"A fault of ours: what became of it could not be handled {failures} times (queue {queue}, see its log)."
    return parked_values(Reason.INTERNAL, detail) | noted


def log_fields(entry: ReceiptEntry) -> dict[str, str | None]:
    """The fields by which a log line names a receipt."""
    return {
        "case_no": entry.case_no, "stage": entry.stage, "receipt_type": entry.receipt_type,
        "correlation_id": entry.correlation_id, "message_id": entry.message_id or entry.id,
    }  # fmt: skip


def count_receipt(entry: ReceiptEntry, outcome: str) -> None:
    """Count a receipt; a type that does not exist is no label of its own."""
    known = entry.receipt_type if entry.receipt_type in RECEIPTS else "unknown"
    metrics.RECEIPTS.labels(known, outcome).inc()


def log_outcome(entry: ReceiptEntry) -> None:
    """What became of a receipt, for operators and for Prometheus; nothing for one that an operator dismissed."""
    state, seconds = entry.state, (now() - entry.received_at).total_seconds()
    if state not in _EVENTS:
        return
    say = log.warning if state is ReceiptState.PARKED else log.info
    say(
        _EVENTS[state], **log_fields(entry), outcome=state, reason=entry.reason, duration_ms=round(seconds * 1000)
    )  # fmt: skip
    count_receipt(entry, state)
    if state is ReceiptState.APPLIED:
        metrics.RECEIPT_SECONDS.observe(seconds)


def _applied(settled: ReceiptSettled) -> Document:
    return end_values(ReceiptState.APPLIED, AckOutcome.APPLIED, None, "")


def _stale(settled: ReceiptSettled) -> Document:
    return end_values(ReceiptState.STALE, AckOutcome.STALE, None, settled.detail)


def _invalid(settled: ReceiptSettled) -> Document:
    return parked_values(settled.reason or Reason.WRONG_STAGE, settled.detail)


_OPEN = frozenset(ReceiptState) - FINAL
_ENDS: dict[Outcome, Callable[[ReceiptSettled], Document]] = {
    Outcome.APPLIED: _applied,
    Outcome.DUPLICATE: _applied,
    Outcome.STALE: _stale,
    Outcome.INVALID: _invalid,
}
_EVENTS = {
    ReceiptState.APPLIED: "receipt_applied",
    ReceiptState.STALE: "receipt_stale",
    ReceiptState.DEFERRED: "receipt_deferred",
    ReceiptState.PARKED: "receipt_parked",
}
