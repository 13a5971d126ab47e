"""One function a queue."""

from dataclasses import dataclass

from faststream import AckPolicy
from faststream.rabbit import RabbitMessage

from services.customs_gateway.dead_letters.collector import DeadLetterCollector
from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.operators.commands import OperatorCommands
from services.customs_gateway.receipts.processor import ReceiptProcessor
from shared.contracts.events import ReceiptSettled, SubmissionDeclared
from shared.contracts.facts import is_ours
from shared.contracts.operations import GatewayCommand
from shared.contracts.replies import Reply
from shared.contracts.topology import DEAD, RECEIPTS_QUEUE, SETTLED_QUEUE, SUBMISSIONS_QUEUE, commands_of
from shared.lifecycle.replies import reply_to
from shared.runtime.broker import channel_of, new_router, queue
from shared.runtime.delivery import delivery
from shared.runtime.provided import Provided


@dataclass(frozen=True, slots=True)
class GatewayParts:
    """What takes the messages from here to their end."""

    receipts: ReceiptProcessor
    declarations: DeclarationSender
    operators: OperatorCommands
    dead: DeadLetterCollector


async def _bytes(message: RabbitMessage) -> bytes:
    """The body as it came; customs' XML is read by translation.py alone, and a dead letter by nobody."""
    return message.body


router, customs_router = new_router(), new_router()
"""What is heard at our broker, and what at customs', which may be another one."""
gateway = Provided[GatewayParts]("gateway")


@customs_router.subscriber(queue(RECEIPTS_QUEUE.name), channel=channel_of(32), no_reply=True, decoder=_bytes)
async def on_receipt(raw: bytes) -> None:
    """XML of customs, stored before the broker is told."""
    await gateway().dead.receive(raw, delivery())


@router.subscriber(queue(SETTLED_QUEUE.name), channel=channel_of(32), no_reply=True)
async def on_settled(settled: ReceiptSettled) -> None:
    """What a service made of a fact: of customs' receipt, or of our own about a declaration."""
    parts = gateway()
    await (parts.declarations if is_ours(settled.message_id) else parts.receipts).settle(settled)


@router.subscriber(queue(SUBMISSIONS_QUEUE.name), channel=channel_of(16), no_reply=True)
async def on_submission(declared: SubmissionDeclared) -> None:
    """What an officer submitted, to be declared to customs."""
    await gateway().declarations.keep(declared, delivery())


@router.subscriber(queue(commands_of("customs_gateway").name), channel=channel_of(8))
async def on_operation(command: GatewayCommand) -> Reply:
    """What an operator does to a receipt or a dead letter."""
    return await reply_to(gateway().operators.operate(command))


@router.subscriber(
    queue(DEAD), channel=channel_of(8), no_reply=True, decoder=_bytes, ack_policy=AckPolicy.NACK_ON_ERROR
)
async def on_dead(raw: bytes) -> None:
    """A message that a service could not take."""
    await gateway().dead.take(raw, delivery())
