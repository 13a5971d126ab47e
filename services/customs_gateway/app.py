"""Wires the gateway."""

from collections.abc import Coroutine
from typing import Any

from services.customs_gateway.dead import DeadLetters, prepare_dead_letters
from services.customs_gateway.desk import Desk
from services.customs_gateway.files import Files
from services.customs_gateway.handlers import register
from services.customs_gateway.inbound import Inbound
from services.customs_gateway.ledger import Ledger
from services.customs_gateway.outbound import Outbound, prepare_declarations
from services.customs_gateway.watch import watch
from shared.lifecycle.clock import keep_right, put_right
from shared.runtime.broker import Publisher
from shared.runtime.service import Runtime
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes of the two ledgers and of the dead letters; also done by `fas prepare`."""
    await Ledger(store).prepare()
    await prepare_declarations(store)
    await prepare_dead_letters(store)


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect customs' queues to the two ledgers; declarations go out on a connection of their own."""
    store, objects, events = runtime.store, runtime.objects, runtime.publisher
    await put_right(store)
    customs = Publisher(runtime.settings.rabbit_url, "customs_gateway.declarations")
    await customs.start()
    ledger, files = Ledger(store), Files(objects, runtime.asker)
    inbound = Inbound(ledger, files, events, runtime.settings.receipt_delays)
    outbound = Outbound(store, objects, events, customs)
    dead = DeadLetters(store, events, inbound, outbound)
    await prepare(store)
    register(runtime.broker, inbound, outbound, Desk(store, inbound, dead), dead)
    return [inbound.due.run(), outbound.run(), dead.due.run(), watch(store), keep_right(store)]
