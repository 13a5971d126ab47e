"""One function a queue."""

from faststream import AckPolicy
from faststream.rabbit import RabbitBroker, RabbitMessage

from services.customs_gateway.dead_letters.collector import DeadLetterCollector
from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.operators.commands import OperatorCommands
from services.customs_gateway.receipts.processor import ReceiptProcessor
from shared.contracts.commands import Reply
from shared.contracts.events import ReceiptSettled, SubmissionDeclared
from shared.contracts.facts import is_ours
from shared.contracts.operations import GatewayCommand
from shared.contracts.topology import DEAD, RECEIPTS_QUEUE, SETTLED_QUEUE, SUBMISSIONS_QUEUE, commands_of
from shared.lifecycle.replies import reply_to
from shared.runtime.broker import consuming, queue
from shared.runtime.delivery import delivery


def register(
    broker: RabbitBroker,
    receipts: ReceiptProcessor,
    declarations: DeclarationSender,
    operators: OperatorCommands,
    dead: DeadLetterCollector,
) -> None:
    """Subscribe the gateway to its five queues."""

    @broker.subscriber(queue(RECEIPTS_QUEUE.name), channel=consuming(32), no_reply=True, decoder=_bytes)
    async def on_receipt(raw: bytes) -> None:
        await receipts.store(raw, delivery())

    @broker.subscriber(queue(SETTLED_QUEUE.name), channel=consuming(32), no_reply=True)
    async def on_settled(settled: ReceiptSettled) -> None:
        await (declarations if is_ours(settled.message_id) else receipts).settle(settled)

    @broker.subscriber(queue(SUBMISSIONS_QUEUE.name), channel=consuming(16), no_reply=True)
    async def on_submission(declared: SubmissionDeclared) -> None:
        await declarations.keep(declared)

    @broker.subscriber(queue(commands_of("customs_gateway").name), channel=consuming(8))
    async def on_operation(command: GatewayCommand) -> Reply:
        return await reply_to(operators.operate(command))

    @broker.subscriber(
        queue(DEAD), channel=consuming(8), no_reply=True, decoder=_bytes, ack_policy=AckPolicy.NACK_ON_ERROR
    )
    async def on_dead(raw: bytes) -> None:
        await dead.take(raw, delivery())


async def _bytes(message: RabbitMessage) -> bytes:
    """The body as it came; customs' XML is read by receipts.py alone, and a dead letter by nobody."""
    return message.body
