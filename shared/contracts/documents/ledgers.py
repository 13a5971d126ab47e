"""The gateway's ledgers as they are stored: receipts, declarations, dead letters. All times are in UTC."""

from collections.abc import Mapping
from datetime import datetime

from shared.contracts.documents.record import Field, Record, many, maybe
from shared.contracts.states import AckOutcome, DeadLetterState, DeclarationState, Intervention, ReceiptState
from shared.contracts.vocabulary import DeclarationType, Reason, Stage


class AuditLine(Record):
    """What an operator did with an entry."""

    at = Field[datetime]("at")
    by = Field[str]("by")
    what = Field("what", Intervention)
    why = Field[str]("why")


class WaitingEntry(Record):
    """What every ledger's entries have in common: something is to be done for them at `next_at`, nothing while it is None.

    `version` counts the changes that are made on condition that nobody else made one. `trace` is the W3C traceparent of what
    brought the entry, where traces are on.
    """

    id = Field[str]("_id")
    version = Field[int]("version")
    next_at = Field[datetime | None]("next_at")
    case_no = Field[str | None]("case_no")
    correlation_id = Field[str]("correlation_id")
    trace = Field[str]("trace", absent="")


class Acknowledgement(Record):
    """What customs is told of a receipt; `message_id` is the acknowledgement's own, the same at every try."""

    message_id = Field[str]("message_id")
    outcome = Field("outcome", AckOutcome)
    reason = Field("reason", maybe(Reason))
    detail = Field[str]("detail")


class ReceiptEntry(WaitingEntry):
    """A document of `receipts`: a message of customs with its bytes, what became of it, and what is still owed.

    The head is as far as it could be read: customs may give any text as type, number and stage. `raw` is the message of
    `size` bytes, or its beginning where it is `truncated`; `sha256` (hex) of what a transport envelope held.
    `ack` is owed while `next_at` is set. A deferred entry has used `attempts` delays and is due at `resume_at`; `woken`
    marks a try out of turn, which does not count, and `once_more` that another receipt of the case was applied while the
    services were asked. `unanswered` counts how often the fact was published in vain, `failures` after how many of these a
    service failed, `failed_at` the last of them. `delivery` is the mark of the delivery that stored the entry, `repeated_by`
    that of the last one that repeated it. `raw` is empty since `pruned_at`, when an operator had old bytes dropped.
    """

    state = Field("state", ReceiptState)
    raw = Field("raw", bytes)
    size = Field[int]("size")
    sha256 = Field[str]("sha256")
    truncated = Field[bool]("truncated")
    received_at = Field[datetime]("received_at")
    message_id = Field[str | None]("message_id")
    receipt_type = Field[str | None]("receipt_type")
    stage = Field[str | None]("stage")
    attempts = Field[int]("attempts")
    reason = Field("reason", maybe(Reason))
    detail = Field[str]("detail")
    duplicates = Field[int]("duplicates")
    replays = Field[int]("replays")
    settled_at = Field[datetime | None]("settled_at")
    ack = Field("ack", maybe(Acknowledgement))
    woken = Field[bool]("woken")
    resume_at = Field[datetime | None]("resume_at")
    once_more = Field[bool]("once_more")
    unanswered = Field[int]("unanswered")
    failures = Field[int]("failures", absent=0)
    failed_at = Field[int | None]("failed_at", absent=None)
    delivery = Field[str]("delivery", absent="")
    repeated_by = Field[str]("repeated_by", absent="")
    pruned_at = Field[datetime | None]("pruned_at", absent=None)
    audit = Field("audit", many(AuditLine))


class DeclarationEntry(WaitingEntry):
    """A document of `declarations`: a submission (`body`, JSON) on its way to customs; its id is the MessageId.

    `told` says that the case knows that it is sent, `failure_told` that it knows that sending failed. `tellings` counts how
    often the case was told that it is sent, `failures` on how many of these its service failed, `failed_at` the last of
    them. `round` counts the submissions of the stage from 1. `delivery` is the mark of the delivery that stored the entry.
    """

    state = Field("state", DeclarationState)
    attempts = Field[int]("attempts")
    last_error = Field[str | None]("last_error")
    sent_at = Field[datetime | None]("sent_at")
    told = Field[bool]("told")
    failure_told = Field[bool]("failure_told")
    tellings = Field[int]("tellings", absent=0)
    failures = Field[int]("failures", absent=0)
    failed_at = Field[int | None]("failed_at", absent=None)
    type = Field("type", DeclarationType)
    case_no = Field[str]("case_no")
    case_id = Field[str]("case_id")
    stage = Field("stage", Stage)
    round = Field[int]("round")
    at = Field[datetime]("at")
    body = Field[str]("body")
    delivery = Field[str]("delivery", absent="")


class DeadLetter(WaitingEntry):
    """A document of `dead_letters`: a message that no service of ours took, once for each; `count` is how often it died.

    `body` is the message of `size` bytes, or its beginning where it is `truncated`; `headers` are the sender's own;
    `delivery` is the mark of the delivery that stored it last.
    """

    state = Field("state", DeadLetterState)
    queue = Field[str]("queue")
    reason = Field[str]("reason")
    message_id = Field[str | None]("message_id")
    body = Field("body", bytes)
    size = Field[int]("size")
    truncated = Field[bool]("truncated")
    headers = Field[Mapping[str, str | int | bool]]("headers")
    content_type = Field[str]("content_type")
    count = Field[int]("count")
    first_died_at = Field[datetime]("first_died_at")
    last_died_at = Field[datetime]("last_died_at")
    detail = Field[str]("detail")
    delivery = Field[str]("delivery")
    audit = Field("audit", many(AuditLine))
