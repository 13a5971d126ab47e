"""What an operator does with a parked receipt or a dead letter: asked of the gateway, on the audit trail."""

from services.portal.cases.command_client import CommandClient
from services.portal.operations.audit import audited
from shared.contracts.operations import DismissDead, DismissReceipt, ReplayDead, ReplayReceipt
from shared.contracts.states import Action, Intervention
from shared.runtime.store import Store


class Interventions:
    """Has the gateway replay and dismiss; RequestRejected says why it does not."""

    def __init__(self, store: Store, commands: CommandClient) -> None:
        self._store, self._commands = store, commands

    async def on_receipt(self, what: Intervention, receipt_id: str, by: str, why: str = "") -> None:
        """Replay or dismiss a parked receipt."""
        action, command = _ON_RECEIPTS[what]
        async with audited(self._store, by, action, receipt_id, why):
            await self._commands.operate(command(receipt_id=receipt_id, by=by, why=why))

    async def on_dead_letter(self, what: Intervention, dead_id: str, by: str, why: str = "") -> None:
        """Replay or dismiss an open dead letter."""
        action, command = _ON_DEAD_LETTERS[what]
        async with audited(self._store, by, action, dead_id, why):
            await self._commands.operate(command(dead_id=dead_id, by=by, why=why))


_ON_RECEIPTS: dict[Intervention, tuple[Action, type[ReplayReceipt | DismissReceipt]]] = {
    Intervention.REPLAY: (Action.REPLAY_RECEIPT, ReplayReceipt),
    Intervention.DISMISS: (Action.DISMISS_RECEIPT, DismissReceipt),
}
_ON_DEAD_LETTERS: dict[Intervention, tuple[Action, type[ReplayDead | DismissDead]]] = {
    Intervention.REPLAY: (Action.REPLAY_DEAD, ReplayDead),
    Intervention.DISMISS: (Action.DISMISS_DEAD, DismissDead),
}
