"""What an answer of the services makes of a ledger entry, and how it is told to operators."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from services.customs_gateway.limits import FAILURES
from services.customs_gateway.receipts.ledger import NO_FAILURES, ended, parked
from shared.contracts.events import ReceiptSettled
from shared.contracts.vocabulary import RECEIPTS, Outcome, Reason
from shared.runtime import metrics
from shared.runtime.clock import now
from shared.runtime.logs import get_logger
from shared.runtime.store import Document

log = get_logger()
Delays = Sequence[float]


def settled_as(entry: Document, settled: ReceiptSettled, delays: Delays) -> Document:
    """The entry's new values after a service's answer; `delays` in seconds, after the last one it is parked."""
    return _BECOMES[settled.outcome](entry, settled, delays)


def about(entry: Document) -> dict[str, Any]:
    """The fields by which a log line names a receipt."""
    names = ("case_no", "stage", "receipt_type", "correlation_id")
    return {name: entry[name] for name in names} | {"message_id": entry["message_id"] or entry["_id"]}


def count(entry: Document, outcome: str) -> None:
    """Count a receipt; a type that does not exist is no label of its own."""
    known = entry["receipt_type"] if entry["receipt_type"] in RECEIPTS else "unknown"
    metrics.RECEIPTS.labels(known, outcome).inc()


def failed_as(entry: Document, queue: str) -> Document | None:
    """The entry's new values after its fact, or the answer to it, died in `queue`; None where that says nothing new.

    One failure is counted for each time that the fact was published: an absent service fails at nothing.
    """
    if entry["state"] != "published" or entry.get("failed_at") == entry["unanswered"]:
        return None
    failures = entry.get("failures", 0) + 1
    noted: Document = {"failures": failures, "failed_at": entry["unanswered"]}
    if failures < FAILURES:
        return noted
    detail = f"A fault of ours: what became of it could not be handled {failures} times (queue {queue}, see its log)."
    return parked(Reason.INTERNAL, detail) | noted


def log_outcome(entry: Document) -> None:
    """What became of a receipt, for operators and for Prometheus; nothing for one that an operator dismissed."""
    state, seconds = entry["state"], (now() - entry["received_at"]).total_seconds()
    if state not in _EVENTS:
        return
    say = log.warning if state == "parked" else log.info
    say(
        _EVENTS[state], **about(entry), outcome=state, reason=entry["reason"], duration_ms=round(seconds * 1000)
    )  # fmt: skip
    count(entry, state)
    if state == "applied":
        metrics.RECEIPT_SECONDS.observe(seconds)


def _applied(entry: Document, settled: ReceiptSettled, delays: Delays) -> Document:
    return ended("applied", "APPLIED", None, "")


def _stale(entry: Document, settled: ReceiptSettled, delays: Delays) -> Document:
    return ended("stale", "STALE", None, settled.detail)


def _invalid(entry: Document, settled: ReceiptSettled, delays: Delays) -> Document:
    return parked(settled.reason or Reason.WRONG_STAGE, settled.detail)


def _not_yet(entry: Document, settled: ReceiptSettled, delays: Delays) -> Document:
    """Wait for the next delay, or for what is left of it after a try out of turn; after the last one it is parked."""
    attempts, resume_at = entry["attempts"], entry["resume_at"] or now()
    if not entry["woken"] and attempts < len(delays):
        resume_at = now() + timedelta(seconds=delays[attempts])
        attempts += 1
    elif not entry["woken"] and not entry["once_more"]:
        return parked(settled.reason or Reason.NOT_YET, settled.detail)
    return {
        "state": "deferred", "reason": settled.reason, "detail": settled.detail, "attempts": attempts,
        "resume_at": resume_at, "next_at": now() if entry["once_more"] else resume_at,
        "woken": entry["once_more"], "once_more": False, **NO_FAILURES,
    }  # fmt: skip


_BECOMES: dict[Outcome, Callable[[Document, ReceiptSettled, Delays], Document]] = {
    Outcome.APPLIED: _applied,
    Outcome.DUPLICATE: _applied,
    Outcome.STALE: _stale,
    Outcome.INVALID: _invalid,
    Outcome.NOT_YET: _not_yet,
}
_EVENTS = {
    "applied": "receipt_applied",
    "stale": "receipt_stale",
    "deferred": "receipt_deferred",
    "parked": "receipt_parked",
}
