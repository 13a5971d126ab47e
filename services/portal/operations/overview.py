"""How much there is of everything that operators watch."""

import asyncio
from dataclasses import dataclass

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.repository import CaseRepository
from shared.contracts.states import DeclarationState, ReceiptState
from shared.runtime.store import Store


@dataclass(frozen=True, slots=True)
class Counts:
    """Receipts and declarations by state, cases, how many of these have events to send (`outbox`), open dead letters."""

    receipts: dict[ReceiptState, int]
    declarations: dict[DeclarationState, int]
    outbox: int
    cases: int
    dead_letters: int


async def count_all(store: Store) -> Counts:
    """Count now."""
    cases, ledgers = CaseRepository(store), Ledgers(store)
    receipts, declarations, outbox, all_cases, dead_letters = await asyncio.gather(
        ledgers.count_receipts(), ledgers.count_declarations(), cases.count_with_outbox(), cases.count(),
        ledgers.count_open_dead_letters(),
    )  # fmt: skip
    return Counts(receipts, declarations, outbox, all_cases, dead_letters)
