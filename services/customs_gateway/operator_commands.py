"""What operators have done with parked receipts and dead letters."""

from services.customs_gateway.dead_letters import DeadLetters, dismiss_dead, replay_dead
from services.customs_gateway.receipts.ledger import dismiss, replay
from services.customs_gateway.receipts.preview import preview
from services.customs_gateway.receipts.processor import ReceiptProcessor
from shared.contracts.commands import Preview
from shared.contracts.operations import (
    DismissDead,
    DismissReceipt,
    GatewayCommand,
    PreviewReceipt,
    ReplayDead,
    ReplayReceipt,
)
from shared.runtime.store import Store


class OperatorCommands:
    """Replays, says what that would do, and dismisses."""

    def __init__(self, store: Store, inbound: ReceiptProcessor, dead: DeadLetters) -> None:
        self._store, self._inbound, self._dead = store, inbound, dead

    async def operate(self, command: GatewayCommand) -> Preview | None:
        """Do what an operator asks; RequestRejected says why not."""
        match command:
            case PreviewReceipt():
                return await preview(self._store, command.receipt_id)
            case DismissReceipt():
                await dismiss(self._store, command.receipt_id, command.by, command.why)
            case ReplayReceipt():
                version = await replay(self._store, command.receipt_id, command.by, command.why)
                self._inbound.due.enqueue(command.receipt_id, version)
            case DismissDead():
                await dismiss_dead(self._store, command.dead_id, command.by, command.why)
            case ReplayDead():
                version = await replay_dead(self._store, command.dead_id, command.by, command.why)
                self._dead.due.enqueue(command.dead_id, version)
        return None
