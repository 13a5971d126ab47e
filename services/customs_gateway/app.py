"""Wires the gateway."""

from services.customs_gateway.dead_letters import DeadLetters, prepare_dead_letters
from services.customs_gateway.declarations.sender import DeclarationSender, prepare_declarations
from services.customs_gateway.gauges import keep_gauges
from services.customs_gateway.handlers import GatewayParts, gateway, router
from services.customs_gateway.operator_commands import OperatorCommands
from services.customs_gateway.receipts.files import Files
from services.customs_gateway.receipts.ledger import Ledger
from services.customs_gateway.receipts.processor import ReceiptProcessor
from shared.runtime.broker import Publisher
from shared.runtime.clock import keep_clock_synced, sync_clock
from shared.runtime.service import Runtime, Work
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes of the two ledgers and of the dead letters; also done by `fas prepare`."""
    await Ledger(store).prepare()
    await prepare_declarations(store)
    await prepare_dead_letters(store)


async def build(runtime: Runtime) -> list[Work]:
    """Connect customs' queues to the two ledgers; declarations go out on a connection of their own."""
    store, objects, events = runtime.store, runtime.objects, runtime.publisher
    await sync_clock(store)
    customs = Publisher(runtime.settings.rabbit_url, "customs_gateway.declarations")
    await customs.start()
    ledger, files = Ledger(store), Files(objects, runtime.rpc)
    inbound = ReceiptProcessor(ledger, files, events, runtime.settings.receipt_delays)
    outbound = DeclarationSender(store, objects, events, customs)
    dead = DeadLetters(store, events, inbound, outbound)
    await prepare(store)
    gateway.provide(GatewayParts(inbound, outbound, OperatorCommands(store, inbound, dead), dead))
    runtime.broker.include_router(router)
    return [inbound.due.run(), outbound.run(), dead.due.run(), keep_gauges(store), keep_clock_synced(store)]
