"""One function a queue."""

from faststream.rabbit import RabbitBroker, RabbitExchange

from services.portal.live import Live
from shared.contracts.events import CaseMoved
from shared.contracts.topology import CASE_MOVED, EVENTS
from shared.runtime.broker import consuming, own_queue


def register(broker: RabbitBroker, live: Live) -> None:
    """Subscribe this process of the portal to the movements of all cases, by a queue that ends with it."""
    events = RabbitExchange(EVENTS, declare=False)

    @broker.subscriber(own_queue("portal.moved", CASE_MOVED), events, channel=consuming(100), no_reply=True)
    async def on_movement(moved: CaseMoved) -> None:
        live.show(moved)
