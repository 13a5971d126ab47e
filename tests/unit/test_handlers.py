"""Each queue has one handler, which hands the message on as it came, without a hop through a worker thread."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import anyio.to_thread
import pytest
from faststream import AckPolicy
from faststream.rabbit import RabbitMessage, RabbitRouter, TestRabbitBroker
from faststream.rabbit.subscriber.usecase import RabbitSubscriber

from services.consultation import handlers as consultation
from services.customs_gateway import handlers as customs_gateway
from services.documents import handlers as documents
from services.intake import handlers as intake
from services.portal import handlers as portal
from services.questionnaire import handlers as questionnaire
from shared.contracts import commands, facts
from shared.contracts.events import CaseMoved, ReceiptSettled, SignatoriesSubmission, SubmissionDeclared
from shared.contracts.operations import DismissReceipt
from shared.contracts.parts import Message
from shared.contracts.topology import (
    ASKED_SERVICES,
    CASE_MOVED,
    DEAD,
    EVENTS,
    RECEIPTS_QUEUE,
    SETTLED_QUEUE,
    STAGE_SERVICES,
    SUBMISSIONS_QUEUE,
    commands_of,
    facts_of,
)
from shared.contracts.vocabulary import Cause, Kind, Outcome, Stage, Status
from shared.lifecycle import stage_service
from shared.runtime.addresses import BrokerAddress
from shared.runtime.broker import channel_of, make_broker, new_router, queue, set_prefetch
from shared.runtime.rests import Rests

ROUTERS = {
    "intake": intake.router,
    "questionnaire": questionnaire.router,
    "consultation": consultation.router,
    "documents": documents.router,
    "customs_gateway": customs_gateway.router,
    "customs": customs_gateway.customs_router,
    "portal": portal.movements_router("TEST"),
}
AT = datetime(2026, 11, 3, tzinfo=UTC)
ASKED: dict[str, Any] = {"command_id": "1", "authority": "AW-01", "by": "officer"}
FACT = facts.Received(message_id="R-1", case_no="1", stage=Stage.APPLICATION, at=AT)
SUBMITTED = SubmissionDeclared(
    declaration_id="D",
    case_id="C",
    case_no="1",
    authority="AW-01",
    stage=Stage.CERTIFICATE_CONSULTATION,
    round=1,
    at=AT,
    submission=SignatoriesSubmission(attachments=()),
)
MOVED = CaseMoved(
    case_id="C",
    case_no="1",
    authority="AW-01",
    kind=Kind.ASSESSMENT,
    stage=Stage.APPLICATION,
    status=Status.RECEIVED,
    status_from=Status.DECLARED,
    cause=Cause.RECEIVED,
    message_id="R-1",
    at=AT,
)
SAVED = commands.SaveReply(**ASKED, case_id="C", stage=Stage.PROTOCOL_CONSULTATION, texts=None)
KEPT = commands.KeepAttachment(**ASKED, attachment_id="A", key="k", name="a.pdf")
DISMISSED = DismissReceipt(receipt_id="R-1", by="operator", why="test")
SETTLED, SETTLED_OURS = (ReceiptSettled(message_id=each, outcome=Outcome.APPLIED) for each in ("R-1", "D:1"))
HEARD: list[tuple[str, str, bytes | Message, str]] = [
    *((service, facts_of(service).name, FACT, "advance") for service in STAGE_SERVICES),
    ("intake", "intake.commands", commands.DiscardDraft(**ASKED, case_id="C"), "carry_out"),
    (
        "questionnaire",
        "questionnaire.commands",
        commands.SubmitQuestionnaire(**ASKED, case_id="C"),
        "carry_out",
    ),
    ("consultation", "consultation.commands", SAVED, "carry_out"),
    ("documents", "documents.commands", KEPT, "keep"),
    ("customs", RECEIPTS_QUEUE.name, b"<Receipt/>", "dead.receive"),
    ("customs_gateway", SETTLED_QUEUE.name, SETTLED, "receipts.settle"),
    ("customs_gateway", SETTLED_QUEUE.name, SETTLED_OURS, "declarations.settle"),
    ("customs_gateway", SUBMISSIONS_QUEUE.name, SUBMITTED, "declarations.keep"),
    ("customs_gateway", "customs_gateway.commands", DISMISSED, "operators.operate"),
    ("customs_gateway", DEAD, b"\xff", "dead.take"),
    ("portal", CASE_MOVED, MOVED, "show"),
]


@dataclass
class Recorder:
    """Stands for what handlers work with, and keeps what it is asked to do."""

    asked: list[tuple[str, object]] = field(default_factory=list)

    def part(self, name: str, *methods: str) -> Any:
        """An object with these asynchronous methods."""
        return SimpleNamespace(**{method: self._noting(f"{name}{method}") for method in methods})

    def note(self, message: object) -> None:
        """The one method that is not asynchronous."""
        self.asked.append(("show", message))

    def _noting(self, name: str) -> Callable[..., Awaitable[None]]:
        async def ask(message: object, *_: object) -> None:
            self.asked.append((name, message))

        return ask


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """In the place of all that the services provide."""
    made = Recorder()
    stage = made.part("", "advance", "carry_out")
    gateway = customs_gateway.GatewayParts(
        made.part("receipts.", "settle"),
        made.part("declarations.", "keep", "settle"),
        made.part("operators.", "operate"),
        made.part("dead.", "receive", "take"),
    )
    for provided, value in [
        (stage_service.lifecycle, stage),
        (intake.commands, stage),
        (documents.attachments, made.part("", "keep")),
        (customs_gateway.gateway, gateway),
        (portal.live, SimpleNamespace(show=made.note)),
    ]:
        monkeypatch.setattr(provided, "_value", value)
    return made


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is done in worker threads."""
    done: list[object] = []
    in_thread = anyio.to_thread.run_sync

    async def run_sync(function: Callable[..., Any], *given: Any, **options: Any) -> Any:
        done.append(function)
        return await in_thread(function, *given, **options)

    monkeypatch.setattr(anyio.to_thread, "run_sync", run_sync)
    return done


@pytest.mark.parametrize(("service", "name", "message", "does"), HEARD)
async def test_a_message_is_handed_on_as_it_came(
    service: str, name: str, message: bytes | Message, does: str, recorder: Recorder, hops: list[object]
) -> None:
    await publish(ROUTERS[service], name, message)
    assert recorder.asked == [(does, message)]
    assert hops == []


async def test_a_parameter_from_the_context_would_cost_a_hop(hops: list[object]) -> None:
    router = new_router()

    @router.subscriber(queue("test.hops"))
    async def on_hop(fact: facts.Fact, message: RabbitMessage) -> None:
        pass

    await publish(router, "test.hops", FACT)
    assert len(hops) == 1


@pytest.mark.parametrize("service", ROUTERS)
def test_a_message_that_fails_goes_to_the_dead_letters(service: str) -> None:
    for subscriber in subscribers(service):
        dead = subscriber.queue.name == DEAD  # a dead letter itself has nowhere to go
        assert subscriber.ack_policy is (AckPolicy.NACK_ON_ERROR if dead else AckPolicy.REJECT_ON_ERROR)


def test_every_queue_of_ours_has_one_handler() -> None:
    heard = [each.queue.name for service in ROUTERS for each in subscribers(service)]
    ours = [facts_of(service).name for service in STAGE_SERVICES]
    ours += [commands_of(service).name for service in ASKED_SERVICES]
    ours += [RECEIPTS_QUEUE.name, SETTLED_QUEUE.name, SUBMISSIONS_QUEUE.name, DEAD, "portal.moved.TEST"]
    assert sorted(heard) == sorted(ours)


def test_how_many_handlers_run_at_a_time_is_a_setting() -> None:
    router, broker = new_router(), make_broker(BrokerAddress("amqp://nowhere/"), "test", Rests())

    @router.subscriber(queue("one"), channel=channel_of(32))
    @router.subscriber(queue("other"), channel=channel_of(8))
    async def on_it(raw: bytes) -> None:
        pass

    broker.include_router(router)
    set_prefetch(broker, {"one": 5})
    found = {
        each.queue.name: each.channel.prefetch_count
        for each in broker.subscribers
        if isinstance(each, RabbitSubscriber) and each.channel
    }
    assert found == {"one": 5, "other": 8}


async def test_a_handler_of_a_service_that_was_not_built_says_so() -> None:
    with pytest.raises(LookupError, match="no gateway was provided"):
        await customs_gateway.on_receipt(b"<Receipt/>")


def subscribers(service: str) -> list[Any]:
    """What a service hears; FastStream's type of them knows of no queue."""
    return list(ROUTERS[service].subscribers)


async def publish(router: RabbitRouter, name: str, message: bytes | Message) -> None:
    """Hand a message to the one handler of `router` that hears it."""
    broker = make_broker(BrokerAddress("amqp://nowhere:5672/"), "test", Rests())
    broker.include_router(router)
    body = message if isinstance(message, bytes) else message.model_dump(mode="json")
    to: dict[str, Any] = {"routing_key": name, "exchange": EVENTS} if name == CASE_MOVED else {"queue": name}
    async with TestRabbitBroker(broker):
        await broker.publish(body, **to)
