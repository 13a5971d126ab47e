"""The names of exchanges and queues, and who listens where; declared from here alone (CONTRACT 2 and 4)."""

from dataclasses import dataclass

from shared.contracts.vocabulary import Stage

EVENTS = "fas.events"
DEAD = "fas.dead"

CUSTOMS_RECEIPTS = "customs.receipts"
CUSTOMS_DECLARATIONS = "customs.declarations"
CUSTOMS_ACKS = "customs.receipt-acks"

FACTS, COMMANDS = ".facts", ".commands"
"""How the names of a service's two queues end."""

CASE_MOVED = "case.moved"
RECEIPT_SETTLED = "receipt.settled"
SUBMISSION_DECLARED = "submission.declared"

OWNERS = {
    Stage.APPLICATION: "intake",
    Stage.ACCEPTANCE: "intake",
    Stage.QUESTIONNAIRE: "questionnaire",
    Stage.EVALUATION: "questionnaire",
    Stage.PROTOCOL_CONSULTATION: "consultation",
    Stage.PROTOCOL_SIGNING: "documents",
    Stage.ANNOUNCEMENT: "documents",
    Stage.CERTIFICATE_CONSULTATION: "consultation",
    Stage.CERTIFICATE_CONFIRMATION: "documents",
    Stage.COMPLETED: "intake",
}
"""Which service owns a stage (DOMAIN 1.2); facts and commands about the stage go to it."""

SERVICES = ("intake", "questionnaire", "consultation", "documents", "customs_gateway", "portal")
STAGE_SERVICES = ("intake", "questionnaire", "consultation", "documents")
ASKED_SERVICES = (*STAGE_SERVICES, "customs_gateway")


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue, the exchange it is bound to and by which key ('' is the default exchange)."""

    name: str
    exchange: str = ""
    key: str = ""


def facts_of(service: str) -> Queue:
    """Facts about the stages that a service owns."""
    return Queue(f"{service}{FACTS}", EVENTS, fact_key(service))


def fact_key(service: str) -> str:
    """The routing key of facts for a service."""
    return f"fact.{service}"


def commands_of(service: str) -> Queue:
    """Commands to a service, by request and reply."""
    return Queue(f"{service}{COMMANDS}")


RECEIPTS_QUEUE = Queue(CUSTOMS_RECEIPTS, CUSTOMS_RECEIPTS, "receipt")
DECLARATIONS_QUEUE = Queue(CUSTOMS_DECLARATIONS, CUSTOMS_DECLARATIONS, "declaration")
ACKS_QUEUE = Queue(CUSTOMS_ACKS, CUSTOMS_ACKS, "receipt-ack")
SETTLED_QUEUE = Queue("customs_gateway.settled", EVENTS, RECEIPT_SETTLED)
SUBMISSIONS_QUEUE = Queue("customs_gateway.submissions", EVENTS, SUBMISSION_DECLARED)
NEWS_QUEUE = Queue("portal.news", EVENTS, CASE_MOVED)

CUSTOMS_QUEUES = (RECEIPTS_QUEUE, DECLARATIONS_QUEUE, ACKS_QUEUE)
"""At customs' broker, which may be another one than ours."""
OWN_QUEUES = (
    SETTLED_QUEUE,
    SUBMISSIONS_QUEUE,
    NEWS_QUEUE,
    *(facts_of(service) for service in STAGE_SERVICES),
    *(commands_of(service) for service in ASKED_SERVICES),
)
QUEUES = (*CUSTOMS_QUEUES, *OWN_QUEUES)
CUSTOMS_EXCHANGES = {CUSTOMS_RECEIPTS: "direct", CUSTOMS_DECLARATIONS: "direct", CUSTOMS_ACKS: "direct"}
OWN_EXCHANGES = {EVENTS: "topic"}
READ_BY_CUSTOMS = frozenset({CUSTOMS_DECLARATIONS, CUSTOMS_ACKS})
"""Queues that nobody of ours reads."""
RETIRED: tuple[Queue, ...] = ()
"""Bindings of earlier versions that nobody wants any more, each with its queue: `fas prepare` takes them away."""
