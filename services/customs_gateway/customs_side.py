"""Customs' queues: at our broker, or at customs' own (FAS_CUSTOMS_RABBIT_URL)."""

from faststream.rabbit import RabbitRouter

from shared.contracts.topology import CUSTOMS_EXCHANGES, CUSTOMS_QUEUES, RECEIPTS_QUEUE
from shared.runtime.broker import Publisher, set_prefetch
from shared.runtime.service import Runtime
from shared.runtime.topology import Topology

CUSTOMS = Topology(CUSTOMS_EXCHANGES, CUSTOMS_QUEUES, foreign=True)
"""What a broker of customs' own has to have."""


async def join_customs(runtime: Runtime, router: RabbitRouter) -> Publisher:
    """Hear customs' receipts by `router`; the publisher to customs.

    A broker of customs' own is waited for in the background: without it the rest works, receipts wait there and
    declarations here.
    """
    settings = runtime.settings
    if settings.customs_apart:
        other = runtime.join(settings.customs_broker, CUSTOMS)
        broker, publisher = other.broker, other.publisher
    else:
        broker, publisher = runtime.broker, await runtime.another_publisher("customs")
    broker.include_router(router)
    set_prefetch(broker, {RECEIPTS_QUEUE.name: settings.receipts_prefetch})
    return publisher
