"""What operators have done with parked receipts and dead letters."""

from services.customs_gateway.dead_letters.collector import DeadLetterCollector
from services.customs_gateway.operators.actions import (
    dismiss_dead,
    dismiss_receipt,
    replay_dead,
    replay_receipt,
)
from services.customs_gateway.operators.preview import preview
from services.customs_gateway.receipts.processor import ReceiptProcessor
from shared.contracts.operations import (
    DismissDead,
    DismissReceipt,
    GatewayCommand,
    PreviewReceipt,
    ReplayDead,
    ReplayReceipt,
)
from shared.contracts.replies import Preview
from shared.runtime.store import Store


class OperatorCommands:
    """Replays, says what that would do, and dismisses."""

    def __init__(self, store: Store, receipts: ReceiptProcessor, dead: DeadLetterCollector) -> None:
        self._store, self._receipts, self._dead = store, receipts, dead

    async def operate(self, command: GatewayCommand) -> Preview | None:
        """Do what an operator asks; RequestRejected says why not."""
        match command:
            case PreviewReceipt():
                return await preview(self._store, command.receipt_id)
            case DismissReceipt():
                await dismiss_receipt(self._store, command.receipt_id, command.by, command.why)
            case ReplayReceipt():
                receipt = await replay_receipt(self._store, command.receipt_id, command.by, command.why)
                self._receipts.queue.enqueue(receipt)
            case DismissDead():
                await dismiss_dead(self._store, command.dead_id, command.by, command.why)
            case ReplayDead():
                letter = await replay_dead(self._store, command.dead_id, command.by, command.why)
                self._dead.queue.enqueue(letter)
        return None
