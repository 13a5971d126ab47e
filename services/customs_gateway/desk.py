"""What operators have done with parked receipts."""

from services.customs_gateway.inbound import Inbound
from services.customs_gateway.ledger import dismiss, replay
from shared.contracts.commands import DismissReceipt, ReplayReceipt
from shared.runtime.store import Store


class Desk:
    """Replays and dismisses."""

    def __init__(self, store: Store, inbound: Inbound) -> None:
        self._store, self._inbound = store, inbound

    async def operate(self, command: ReplayReceipt | DismissReceipt) -> None:
        """Do what an operator asks; Refuse says why not."""
        if isinstance(command, DismissReceipt):
            await dismiss(self._store, command.receipt_id, command.by, command.why)
            return
        version = await replay(self._store, command.receipt_id, command.by)
        self._inbound.due.soon(command.receipt_id, version)
