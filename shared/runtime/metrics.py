"""What Prometheus reads of a process (CONTRACT 6); docs/operations/metrics.md is made of this page.

Labels have closed sets of values: never a case number, nor anything else that comes from outside as it is.
"""

import time
from importlib.metadata import version

from prometheus_client import CollectorRegistry, ProcessCollector

from shared.runtime.metered import DECLARED, Over, counter, gauge, histogram, shared_age, shared_size

REGISTRY = CollectorRegistry()
STAGES = ("intake", "questionnaire", "consultation", "documents")
"""The services that own stages of cases."""
_GATEWAY, _PORTAL = ("customs_gateway",), ("portal",)

STARTED = gauge(
    "fas_service_started_seconds", "When this process started, with its version.", ["service", "version"],
    unit="seconds since 1970", over=Over.MAX,
)  # fmt: skip
DEPENDENCY_UP = gauge(
    "fas_dependency_up", "Whether this process reaches a server: 1, or 0 from `dependency_lost` to `dependency_back`.",
    ["server"], unit="0 or 1", over=Over.MIN,
)  # fmt: skip
DATABASE_REFUSED = counter(
    "fas_database_refused", "Calls that the database answered and refused for its own condition, by MongoDB's code.",
    ["code"], unit="calls",
)  # fmt: skip
STATE_UNREAD = counter(
    "fas_state_unread", "Readings of sizes and ages that failed: the gauges of this state are missing meanwhile.",
    ["state"], unit="readings",
)  # fmt: skip
CLOCK_WRONG_BY = gauge(
    "fas_clock_wrong_by_seconds", "By how much this machine's clock is ahead of the database's (behind: negative).",
    unit="seconds", over=Over.MAX, owners=_GATEWAY,
)  # fmt: skip

RECEIPTS = counter(
    "fas_receipts", "Receipts of customs by type and outcome.", ["receipt_type", "outcome"], unit="receipts",
    owners=_GATEWAY,
)  # fmt: skip
RECEIPT_SECONDS = histogram(
    "fas_receipt_to_movement_seconds", "From a receipt's arrival to when it is known that its case moved.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200), owners=_GATEWAY,
)  # fmt: skip
DEFERRED = shared_size(
    "fas_receipts_deferred", "Receipts that wait for their time.", unit="receipts", owners=_GATEWAY
)
PARKED = shared_size(
    "fas_receipts_parked", "Receipts that wait for an operator.", unit="receipts", owners=_GATEWAY
)
RECEIPTS_OLDEST = shared_age(
    "fas_receipts_oldest_seconds", "Since the oldest receipt that is in a state came; 0 where none is.", ["state"],
    owners=_GATEWAY,
)  # fmt: skip
MOVEMENTS = counter(
    "fas_movements", "Movements of cases by the stage and status reached.", ["stage", "status"], unit="movements",
    owners=STAGES,
)  # fmt: skip
DECLARATIONS = counter(
    "fas_declarations", "Attempts to send a declaration to customs, by outcome.", ["outcome"], unit="attempts",
    owners=_GATEWAY,
)  # fmt: skip
DECLARATIONS_WAITING = shared_size(
    "fas_declarations_waiting", "Declarations that are still to be sent: queued, or failed and tried again.", ["state"],
    unit="declarations", owners=_GATEWAY,
)  # fmt: skip
DECLARATIONS_OLDEST = shared_age(
    "fas_declarations_oldest_seconds", "Since the oldest declaration that is still to be sent was submitted; 0 where none is.",
    ["state"], owners=_GATEWAY,
)  # fmt: skip
DEAD_LETTERS = shared_size(
    "fas_dead_letters", "Dead letters that wait for an operator.", unit="messages", owners=_GATEWAY
)
MESSAGES_DEAD = counter(
    "fas_messages_dead", "Messages that a service could not take, by the queue they came from.", ["queue"],
    unit="messages", owners=_GATEWAY,
)  # fmt: skip

OUTBOX = shared_size(
    "fas_outbox_pending", "Documents with events of this service that are not confirmed yet, up to a thousand.", ["service"],
    unit="documents", owners=STAGES,
)  # fmt: skip
OUTBOX_OLDEST = shared_size(
    "fas_outbox_oldest_seconds", "How old the oldest event of this service was that a sweep found not confirmed; 0 where none.",
    ["service"], unit="seconds", owners=STAGES,
)  # fmt: skip
QUEUE_MESSAGES = shared_size(
    "fas_queue_messages", "Messages in a queue that nobody has taken yet.", ["queue"], unit="messages",
    owners=(*_PORTAL, *_GATEWAY),
)  # fmt: skip
QUEUE_CONSUMERS = shared_size(
    "fas_queue_consumers", "Who reads from a queue: one for each process of its service, or customs.", ["queue"],
    unit="consumers", owners=(*_PORTAL, *_GATEWAY),
)  # fmt: skip
MESSAGE_WAIT = histogram(
    "fas_message_wait_seconds", "From when a message was published to when this process took it from its queue (whole seconds).",
    ["queue"], buckets=(1, 2, 5, 15, 60, 300, 1200, 3600, 14400),
)  # fmt: skip

HTTP = counter(
    "fas_http",
    "HTTP answers by method, route and status.",
    ["method", "route", "status"],
    unit="answers",
    owners=_PORTAL,
)
HTTP_SECONDS = histogram(
    "fas_http_seconds", "From a request's arrival to the beginning of its answer.", ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10), owners=_PORTAL,
)  # fmt: skip


MAILS = counter(
    "fas_mails", "Attempts to hand an e-mail to the mail server, by outcome.", ["outcome"], unit="attempts", owners=_PORTAL,
)  # fmt: skip
MAILS_PARKED = shared_size(
    "fas_mails_parked", "E-mails that wait for an operator.", unit="e-mails", owners=_PORTAL
)
MAILS_DUE = shared_size(
    "fas_mails_due", "E-mails that should have gone out by now, and have not.", unit="e-mails", owners=_PORTAL
)
MAILS_OLDEST = shared_age(
    "fas_mails_oldest_seconds", "Since the oldest e-mail should have gone out that has not; 0 where there is none.",
    owners=_PORTAL,
)  # fmt: skip


def expose(service: str, registry: CollectorRegistry = REGISTRY) -> None:
    """Show the metrics of a service, and what its process takes (`process_…`), in a registry."""
    for declared in DECLARED:
        if not declared.owners or service in declared.owners:
            registry.register(declared.collector)
    ProcessCollector(registry=registry)
    STARTED.labels(service, version("fas")).set(time.time())
