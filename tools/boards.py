"""What the Grafana dashboards show: rows of graphs, each of expressions of PromQL.

They go by the labels of the metrics alone (docs/operations/metrics.md), so any scrape configuration will do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SECONDS, SHORT, PER_SECOND, BYTES, RATIO = "s", "short", "ops", "bytes", "percentunit"


@dataclass(frozen=True, slots=True)
class Graph:
    """One panel: lines by their legend, each of an expression of PromQL."""

    title: str
    unit: str
    says: str
    lines: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: rows of graphs by their heading."""

    uid: str
    title: str
    rows: Mapping[str, Sequence[Graph]]


def _rate(metric: str, *by: str) -> str:
    return f"sum by ({', '.join(by)}) (rate({metric}[$__rate_interval]))"


def _quantile(part: float, metric: str, *by: str) -> str:
    return f"histogram_quantile({part}, {_rate(f'{metric}_bucket', *by, 'le')})"


def _most(metric: str, *by: str) -> str:
    return f"max by ({', '.join(by)}) ({metric})" if by else f"max({metric})"


def _own(over: str, of_process: str) -> str:
    """What a process takes, by its service: the client's own metrics do not say which that is."""
    service = "* on (instance, job) group_left (service) fas_service_started_seconds ^ 0"
    return f"{over} by (service) ({of_process} {service})"


_ERRORS = 'sum(rate(fas_http_total{status=~"5.."}[$__rate_interval]))'

SYSTEM = Board(
    "fas-system",
    "FAS: system",
    {
        "Services": [
            Graph(
                "Processes",
                SHORT,
                "How many processes of each service are scraped.",
                {"{{service}}": "count by (service) (fas_service_started_seconds)"},
            ),
            Graph(
                "Starts in 15 minutes",
                SHORT,
                "More than three: FasServiceRestarting.",
                {"{{service}}": "sum by (service) (changes(fas_service_started_seconds[15m]))"},
            ),
            Graph(
                "Servers reached",
                RATIO,
                "The part of all processes that reaches a server.",
                {"{{server}}": "avg by (server) (fas_dependency_up)"},
            ),
            Graph(
                "Memory",
                BYTES,
                "Resident memory of each process.",
                {"{{service}}": _own("max", "process_resident_memory_bytes")},
            ),
            Graph(
                "Processor",
                SHORT,
                "Cores in use, by service.",
                {"{{service}}": _own("sum", "rate(process_cpu_seconds_total[$__rate_interval])")},
            ),
            Graph(
                "Refused by the database, unread",
                PER_SECOND,
                "Calls that the database refused, by code; readings that failed.",
                {
                    "code {{code}}": _rate("fas_database_refused_total", "code"),
                    "{{state}}": _rate("fas_state_unread_total", "state"),
                },
            ),
        ],
        "Queues and outbox": [
            Graph(
                "Messages in our queues",
                SHORT,
                "Not taken yet.",
                {"{{queue}}": _most("fas_queue_messages", "queue")},
            ),
            Graph(
                "Consumers",
                SHORT,
                "0: FasQueueNotConsumed.",
                {"{{queue}}": _most("fas_queue_consumers", "queue")},
            ),
            Graph(
                "Wait in the queue (95 %)",
                SECONDS,
                "From when a message was published to when it was taken.",
                {"{{queue}}": _quantile(0.95, "fas_message_wait_seconds", "queue")},
            ),
            Graph(
                "Outbox, documents",
                SHORT,
                "With events that are not confirmed.",
                {"{{service}}": _most("fas_outbox_pending", "service")},
            ),
            Graph(
                "Outbox, age",
                SECONDS,
                "Of the oldest event that is not confirmed.",
                {"{{service}}": _most("fas_outbox_oldest_seconds", "service")},
            ),
            Graph(
                "Dead letters",
                SHORT,
                "That wait for an operator, and new ones by their queue.",
                {
                    "open": _most("fas_dead_letters"),
                    "new: {{queue}}": "sum by (queue) (increase(fas_messages_dead_total[$__rate_interval]))",
                },
            ),
        ],
    },
)
CUSTOMS = Board(
    "fas-customs",
    "FAS: customs",
    {
        "Receipts": [
            Graph(
                "Receipts by outcome",
                PER_SECOND,
                "What became of customs' receipts.",
                {"{{outcome}}": _rate("fas_receipts_total", "outcome")},
            ),
            Graph(
                "Receipts by type",
                PER_SECOND,
                "As far as the type is known.",
                {"{{receipt_type}}": _rate("fas_receipts_total", "receipt_type")},
            ),
            Graph(
                "From receipt to movement",
                SECONDS,
                "Half, and 95 %, of the receipts are faster.",
                {
                    "50 %": _quantile(0.5, "fas_receipt_to_movement_seconds"),
                    "95 %": _quantile(0.95, "fas_receipt_to_movement_seconds"),
                },
            ),
            Graph(
                "Waiting receipts",
                SHORT,
                "Deferred: they came too early. Parked: for an operator.",
                {"deferred": _most("fas_receipts_deferred"), "parked": _most("fas_receipts_parked")},
            ),
            Graph(
                "Age of the oldest receipt",
                SECONDS,
                "By its state.",
                {"{{state}}": _most("fas_receipts_oldest_seconds", "state")},
            ),
            Graph(
                "Movements of cases",
                PER_SECOND,
                "By the stage reached.",
                {"{{stage}}": _rate("fas_movements_total", "stage")},
            ),
        ],
        "Declarations": [
            Graph(
                "Attempts by outcome",
                PER_SECOND,
                "Refused: customs' queue is full. Invalid: a fault of ours.",
                {"{{outcome}}": _rate("fas_declarations_total", "outcome")},
            ),
            Graph(
                "Still to be sent",
                SHORT,
                "Queued, or failed and tried again.",
                {"{{state}}": _most("fas_declarations_waiting", "state")},
            ),
            Graph(
                "Age of the oldest to be sent",
                SECONDS,
                "More than 15 minutes: FasDeclarationsStuck.",
                {"{{state}}": _most("fas_declarations_oldest_seconds", "state")},
            ),
            Graph(
                "In customs' queues",
                SHORT,
                "What customs has not read.",
                {"{{queue}}": 'max by (queue) (fas_queue_messages{queue=~"customs.*"})'},
            ),
            Graph(
                "Clock",
                SECONDS,
                "By how much the gateway's machine and the database differ.",
                {"difference": "max(abs(fas_clock_wrong_by_seconds))"},
            ),
        ],
    },
)
PORTAL = Board(
    "fas-portal",
    "FAS: portal",
    {
        "E-mail": [
            Graph(
                "Attempts by outcome",
                PER_SECOND,
                "Away: the mail server does not answer, or takes nothing now. Unknown: it did not say.",
                {"{{outcome}}": _rate("fas_mails_total", "outcome")},
            ),
            Graph(
                "Waiting e-mails",
                SHORT,
                "Due: not sent yet. Parked: FasMailsParked.",
                {"due": _most("fas_mails_due"), "parked": _most("fas_mails_parked")},
            ),
            Graph(
                "Age of the oldest that is due",
                SECONDS,
                "More than an hour: FasMailsWaiting.",
                {"oldest": _most("fas_mails_oldest_seconds")},
            ),
        ],
        "HTTP": [
            Graph(
                "Answers by status",
                PER_SECOND,
                "All routes.",
                {"{{status}}": _rate("fas_http_total", "status")},
            ),
            Graph(
                "Errors",
                RATIO,
                "The part of all answers that is 5xx; more than 5 %: FasHttpErrors.",
                {"5xx": f"{_ERRORS} / sum(rate(fas_http_total[$__rate_interval]))"},
            ),
            Graph(
                "Time to answer",
                SECONDS,
                "Half, and 95 %, of the answers begin sooner.",
                {"50 %": _quantile(0.5, "fas_http_seconds"), "95 %": _quantile(0.95, "fas_http_seconds")},
            ),
            Graph(
                "Most asked for",
                PER_SECOND,
                "Ten routes.",
                {"{{method}} {{route}}": f"topk(10, {_rate('fas_http_total', 'method', 'route')})"},
            ),
            Graph(
                "Slowest (95 %)",
                SECONDS,
                "Ten routes.",
                {
                    "{{method}} {{route}}": f"topk(10, {_quantile(0.95, 'fas_http_seconds', 'method', 'route')})"
                },
            ),
        ],
    },
)
BOARDS = (SYSTEM, CUSTOMS, PORTAL)
