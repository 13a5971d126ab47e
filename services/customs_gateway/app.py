"""Wires the gateway."""

from services.customs_gateway.dead_letters.collector import DeadLetterCollector
from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.declarations.ledger import DeclarationLedger
from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.gauges import Gauges
from services.customs_gateway.handlers import GatewayParts, gateway, router
from services.customs_gateway.operators.commands import OperatorCommands
from services.customs_gateway.receipts.files import Files
from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.customs_gateway.receipts.processor import ReceiptProcessor
from services.customs_gateway.work_queue import sweep_together
from shared.runtime.broker import Publisher
from shared.runtime.clock import keep_clock_synced, sync_clock
from shared.runtime.heartbeat import Peers
from shared.runtime.service import Runtime, Work
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes of the two ledgers and of the dead letters; also done by `fas prepare`."""
    for repository in (ReceiptLedger(store), DeclarationLedger(store), DeadLetterRepository(store)):
        await repository.prepare()


async def build(runtime: Runtime) -> list[Work]:
    """Connect customs' queues to the two ledgers; declarations go out on a connection of their own."""
    store, objects, events = runtime.store, runtime.objects, runtime.publisher
    await sync_clock(store)
    customs = Publisher(runtime.settings.rabbit_url, "customs_gateway.declarations")
    await customs.start()
    ledger, letters, files = ReceiptLedger(store), DeadLetterRepository(store), Files(objects, runtime.rpc)
    submitted = DeclarationLedger(store)
    receipts = ReceiptProcessor(ledger, files, events, runtime.settings.receipt_delays)
    declarations = DeclarationSender(submitted, objects, events, customs)
    dead = DeadLetterCollector(letters, events, receipts, declarations)
    await prepare(store)
    operators = OperatorCommands(store, receipts, dead)
    gateway.provide(GatewayParts(receipts, declarations, operators, dead))
    runtime.broker.include_router(router)
    Gauges(ledger, submitted, letters, customs).join(runtime.state)
    return [_sweep(runtime.peers, receipts, declarations, dead), keep_clock_synced(store)]


async def _sweep(
    peers: Peers, receipts: ReceiptProcessor, declarations: DeclarationSender, dead: DeadLetterCollector
) -> None:
    """Do what is due until cancelled, then leave customs' broker."""
    try:
        await sweep_together(peers, receipts.queue, declarations.queue, dead.queue)
    finally:
        await declarations.close()
