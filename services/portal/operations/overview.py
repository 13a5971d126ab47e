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


async def count_all(store: Store, most: int = 0) -> Counts:
    """Count now; each no further than to `most`, where it is not 0."""
    cases, ledgers = CaseRepository(store), Ledgers(store)
    receipts, declarations, outbox, all_cases, dead_letters = await asyncio.gather(
        ledgers.count_receipts(most), ledgers.count_declarations(most), cases.count_with_outbox(most), cases.count(most),
        ledgers.count_open_dead_letters(most),
    )  # fmt: skip
    return Counts(receipts, declarations, outbox, all_cases, dead_letters)
