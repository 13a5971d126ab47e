"""Wires the gateway."""

from services.customs_gateway.customs_side import join_customs
from services.customs_gateway.dead_letters.collector import DeadLetterCollector
from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.declarations.ledger import DeclarationLedger
from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.gauges import Gauges
from services.customs_gateway.handlers import GatewayParts, customs_router, gateway, router
from services.customs_gateway.operators.commands import OperatorCommands
from services.customs_gateway.receipts.files import Files
from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.customs_gateway.receipts.processor import ReceiptProcessor
from shared.ledgers.work_queue import sweep_together
from shared.runtime.clock import keep_clock_synced, sync_clock
from shared.runtime.service import Runtime
from shared.runtime.store import Store
from shared.runtime.tasks import Work


async def prepare(store: Store) -> None:
    """Make the indexes of the two ledgers and of the dead letters; also done by `fas prepare`."""
    for repository in (ReceiptLedger(store), DeclarationLedger(store), DeadLetterRepository(store)):
        await repository.prepare()


async def build(runtime: Runtime) -> list[Work]:
    """Connect customs' queues to the two ledgers; what customs is told goes out on a connection of its own."""
    store, objects, events = runtime.store, runtime.objects, runtime.publisher
    await sync_clock(store)
    customs = await join_customs(runtime, customs_router)
    ledger, letters, files = ReceiptLedger(store), DeadLetterRepository(store), Files(objects, runtime.rpc)
    submitted = DeclarationLedger(store)
    receipts = ReceiptProcessor(ledger, files, events, customs, runtime.settings.receipt_delays)
    declarations = DeclarationSender(submitted, objects, events, customs)
    dead = DeadLetterCollector(letters, events, receipts, declarations)
    await prepare(store)
    operators = OperatorCommands(store, receipts, dead)
    gateway.provide(GatewayParts(receipts, declarations, operators, dead))
    runtime.broker.include_router(router)
    Gauges(ledger, submitted, letters, customs).join(runtime.state)
    sweep = sweep_together(runtime.peers, receipts.queue, declarations.queue, dead.queue)
    return [sweep, keep_clock_synced(store)]
