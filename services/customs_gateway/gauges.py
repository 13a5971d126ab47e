"""How much waits in the ledgers and in customs' queues, and for how long; read when a scraper asks."""

from datetime import datetime

from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.declarations.ledger import DeclarationLedger
from services.customs_gateway.receipts.ledger import ReceiptLedger
from shared.contracts.states import DeclarationState, ReceiptState, SendOutcome
from shared.contracts.topology import CUSTOMS_QUEUES
from shared.runtime import metrics
from shared.runtime.broker import Publisher
from shared.runtime.clock import now
from shared.runtime.queue_stats import read_queue_stats, show_queue_stats
from shared.runtime.shared_state import SharedState

OPEN = (ReceiptState.STORED, ReceiptState.PUBLISHED, ReceiptState.DEFERRED, ReceiptState.PARKED)
"""A receipt in one of these is waited for, by customs or by an operator."""
UNSENT = (DeclarationState.QUEUED, DeclarationState.FAILED)


class Gauges:
    """Fills the gateway's gauges; `customs` publishes on customs' broker."""

    def __init__(
        self, receipts: ReceiptLedger, declarations: DeclarationLedger, letters: DeadLetterRepository,
        customs: Publisher,
    ) -> None:  # fmt: skip
        self._receipts, self._declarations, self._letters = receipts, declarations, letters
        self._customs = customs

    def join(self, state: SharedState) -> None:
        """Be read with the state of the process; attempts count from 0, so that the first of a kind is a growth."""
        for outcome in SendOutcome:
            metrics.DECLARATIONS.labels(outcome)
        state.add("receipts", self._read_receipts, metrics.DEFERRED, metrics.PARKED, metrics.RECEIPTS_OLDEST)
        state.add(
            "declarations", self._read_declarations, metrics.DECLARATIONS_WAITING, metrics.DECLARATIONS_OLDEST
        )
        state.add("dead_letters", self._read_letters, metrics.DEAD_LETTERS)
        state.add("customs_queues", self._read_queues, metrics.QUEUE_MESSAGES, metrics.QUEUE_CONSUMERS)

    async def _read_receipts(self) -> None:
        metrics.DEFERRED.show({(): await self._receipts.count_in(ReceiptState.DEFERRED)})
        metrics.PARKED.show({(): await self._receipts.count_in(ReceiptState.PARKED)})
        metrics.RECEIPTS_OLDEST.show(
            {(state.value,): _age_of(await self._receipts.oldest_in(state)) for state in OPEN}
        )

    async def _read_declarations(self) -> None:
        ledger = self._declarations
        metrics.DECLARATIONS_WAITING.show({(state.value,): await ledger.count_in(state) for state in UNSENT})
        metrics.DECLARATIONS_OLDEST.show(
            {(state.value,): _age_of(await ledger.oldest_in(state)) for state in UNSENT}
        )

    async def _read_letters(self) -> None:
        metrics.DEAD_LETTERS.show({(): await self._letters.count_open()})

    async def _read_queues(self) -> None:
        names = [each.name for each in CUSTOMS_QUEUES]
        show_queue_stats(await read_queue_stats(self._customs.connection, names))


def _age_of(since: datetime | None) -> float:
    """Seconds since then; 0 where there is nothing."""
    return max((now() - since).total_seconds(), 0.001) if since else 0.0
