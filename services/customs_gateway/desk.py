"""What operators have done with parked receipts."""

from services.customs_gateway.inbound import Inbound
from services.customs_gateway.ledger import dismiss, replay
from services.customs_gateway.preview import preview
from shared.contracts.commands import DismissReceipt, Preview, PreviewReceipt, ReplayReceipt
from shared.runtime.store import Store


class Desk:
    """Replays, says what that would do, and dismisses."""

    def __init__(self, store: Store, inbound: Inbound) -> None:
        self._store, self._inbound = store, inbound

    async def operate(self, command: ReplayReceipt | PreviewReceipt | DismissReceipt) -> Preview | None:
        """Do what an operator asks; Refuse says why not."""
        match command:
            case PreviewReceipt():
                return await preview(self._store, command.receipt_id)
            case DismissReceipt():
                await dismiss(self._store, command.receipt_id, command.by, command.why)
            case ReplayReceipt():
                version = await replay(self._store, command.receipt_id, command.by, command.why)
                self._inbound.due.soon(command.receipt_id, version)
        return None
