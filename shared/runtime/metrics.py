"""What Prometheus reads of a process (CONTRACT 6)."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()

RECEIPTS = Counter(
    "fas_receipts", "Receipts of customs by type and outcome.", ["receipt_type", "outcome"], registry=REGISTRY
)
MOVEMENTS = Counter(
    "fas_movements",
    "Movements of cases by the stage and status reached.",
    ["stage", "status"],
    registry=REGISTRY,
)
RECEIPT_SECONDS = Histogram(
    "fas_receipt_to_movement_seconds", "Seconds from a receipt's arrival to its movement.", registry=REGISTRY,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300),
)  # fmt: skip
DECLARATIONS = Counter(
    "fas_declarations", "Declarations to customs by outcome of an attempt.", ["outcome"], registry=REGISTRY
)
OUTBOX = Gauge("fas_outbox_pending", "Documents with events that are not confirmed yet.", registry=REGISTRY)
DEFERRED = Gauge("fas_receipts_deferred", "Receipts that wait for their time.", registry=REGISTRY)
PARKED = Gauge("fas_receipts_parked", "Receipts that wait for an operator.", registry=REGISTRY)
DEAD_LETTERS = Gauge("fas_dead_letters", "Dead letters that wait for an operator.", registry=REGISTRY)
MESSAGES_DEAD = Counter(
    "fas_messages_dead", "Messages that a service could not take, by the queue they came from.", ["queue"], registry=REGISTRY
)  # fmt: skip
HTTP = Counter(
    "fas_http", "HTTP answers by method, route and status.", ["method", "route", "status"], registry=REGISTRY
)
