"""One function a queue."""

from faststream.rabbit import RabbitBroker, RabbitExchange, RabbitQueue

from services.portal.cases.live import Live
from shared.contracts.events import CaseMoved
from shared.contracts.topology import EVENTS
from shared.runtime.broker import consuming


def register(broker: RabbitBroker, own: RabbitQueue, live: Live) -> None:
    """Subscribe this process of the portal to the movements of all cases; its own queue ends with it."""
    events = RabbitExchange(EVENTS, declare=False)

    @broker.subscriber(own, events, channel=consuming(100), no_reply=True)
    async def on_movement(moved: CaseMoved) -> None:
        live.show(moved)
