"""One function a queue."""

from faststream.rabbit import RabbitExchange, RabbitRoute, RabbitRouter

from services.portal.cases.live import Live
from services.portal.news.telling import News
from shared.contracts.events import CaseMoved
from shared.contracts.topology import CASE_MOVED, EVENTS, NEWS_QUEUE
from shared.runtime.broker import channel_of, new_router, own_queue, queue
from shared.runtime.provided import Provided

live = Provided[Live]("live view")
news = Provided[News]("news")
router = new_router()


async def on_movement(moved: CaseMoved) -> None:
    """A case moved: open pages show it."""
    live().show(moved)


@router.subscriber(queue(NEWS_QUEUE.name), channel=channel_of(16), no_reply=True)
async def on_news(moved: CaseMoved) -> None:
    """A case moved: its authority's officers find it in their inbox; one process of the portal does it."""
    await news().tell(moved)


def movements_router(process: str) -> RabbitRouter:
    """Hears the movements of all cases; `process` names its queue, which no other may consume and which ends with it."""
    own, events = own_queue(f"portal.moved.{process}", CASE_MOVED), RabbitExchange(EVENTS, declare=False)
    return new_router(RabbitRoute(on_movement, own, events, channel=channel_of(100), no_reply=True))
