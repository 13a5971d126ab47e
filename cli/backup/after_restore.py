"""What is told and asked again after a restore, at once: the broker of before is gone, and so is what stood in it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.declarations.ledger import DeclarationLedger
from services.customs_gateway.receipts.ledger import ReceiptLedger
from shared.contracts.facts import id_of_failed, id_of_sent
from shared.contracts.states import DeclarationState
from shared.lifecycle.cases import Cases
from shared.runtime.store import Store

_ON_ITS_WAY = timedelta(hours=1)


async def requeue_receipts(store: Store) -> int:
    """Have the services asked at once about open receipts; how many there were.

    The answer to a published one was lost with the broker. What a deferred one waited for may be in its case although
    the ledger, which was read before, does not know it.
    """
    return await ReceiptLedger(store).ask_again()


async def requeue_declarations(store: Store) -> int:
    """Let the gateway tell a case again what its copy has not heard of its declarations; how many there were.

    The ledger of declarations was read after the cases and may know more. A case that has heard it answers a repeated
    fact like the first time, so too many do no harm.
    """
    cases, ledger, count = Cases(store), DeclarationLedger(store), 0
    async for declaration in ledger.each():
        sent = declaration.state is DeclarationState.SENT
        if not sent and not declaration.failure_told:
            continue
        heard = await cases.inbox_of(declaration.case_id)
        unheard_sent = sent and not _is_marked(id_of_sent(declaration.id), heard)
        unheard_failure = declaration.failure_told and not _is_marked(id_of_failed(declaration.id), heard)
        if unheard_sent or unheard_failure:
            await ledger.tell_again(declaration, sent=unheard_sent, failure=unheard_failure)
            count += 1
    return count


async def requeue_dead_letters(store: Store, began_at: datetime) -> int:
    """Have dead letters put back again that were replayed while the backup was taken, or in the hour before; how many.

    The message stood in the broker alone, or was taken in by a ledger that had been read before; whoever hears it twice
    bears it.
    """
    return await DeadLetterRepository(store).replay_again(began_at - _ON_ITS_WAY)


def _is_marked(message_id: str, inbox: Iterable[str]) -> bool:
    """Whether the case has heard a fact of ours; older versions wrote its mark with a dot."""
    return message_id in inbox or message_id.replace(":", ".") in inbox
