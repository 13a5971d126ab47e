"""Subscribers that rest: they consume nothing until the dependency that they need answers; the broker keeps their messages."""

import asyncio
import time

from faststream.rabbit.subscriber.usecase import RabbitSubscriber

from shared.runtime.connection import AWAY, consumer_tags, is_cancelled
from shared.runtime.dependencies import SERVERS, wait_for_return
from shared.runtime.logs import get_logger

log = get_logger()
UNKNOWN_SECONDS = 30.0
"""How long to rest for a dependency that nothing pings: another service."""
_CANCEL_SECONDS, _CONSUME_SECONDS, _PAUSE_SECONDS = 5.0, 30.0, 1.0


class Rests:
    """Which subscribers of a broker rest, so that an outage costs a message one delivery only."""

    def __init__(self) -> None:
        self._ending: dict[RabbitSubscriber, asyncio.Task[None]] = {}
        self._waking: set[asyncio.Task[None]] = set()
        self._late: set[RabbitSubscriber] = set()

    def is_resting(self, subscriber: RabbitSubscriber) -> bool:
        """Whether a subscriber consumes nothing now because a dependency is down."""
        return subscriber in self._ending

    def is_excused(self, subscriber: RabbitSubscriber) -> bool:
        """Whether a subscriber's rest is explained: its dependency is down, or has just come back."""
        return subscriber in self._ending and subscriber not in self._late

    async def begin(self, subscriber: RabbitSubscriber, dependency: str) -> None:
        """Let a subscriber rest until `dependency` answers; returns when the broker delivers nothing to it any more."""
        if subscriber not in self._ending:
            log.warning("consumer_resting", queue=subscriber.queue.name, dependency=dependency)
            self._ending[subscriber] = asyncio.create_task(_end(subscriber))
            waking = asyncio.create_task(self._wake(subscriber, dependency))
            self._waking.add(waking)
            waking.add_done_callback(self._waking.discard)
        await asyncio.shield(self._ending[subscriber])

    async def close(self) -> None:
        """Stop waking subscribers."""
        for task in self._waking:
            task.cancel()
        await asyncio.gather(*self._waking, return_exceptions=True)

    async def _wake(self, subscriber: RabbitSubscriber, dependency: str) -> None:
        since = time.monotonic()
        await self._ending[subscriber]
        await asyncio.sleep(_PAUSE_SECONDS)
        await (wait_for_return(dependency) if dependency in SERVERS else asyncio.sleep(UNKNOWN_SECONDS))
        while not await _begun(subscriber):
            self._late.add(
                subscriber
            )  # missed from now on as any other is: declared again, and told by /live
            await asyncio.sleep(_PAUSE_SECONDS)
        del self._ending[subscriber]
        self._late.discard(subscriber)
        taken = round((time.monotonic() - since) * 1000)
        log.info("consumer_resumed", queue=subscriber.queue.name, duration_ms=taken)


async def consumes(subscriber: RabbitSubscriber) -> bool:
    """Whether the broker knows of our consumer: it cancels one whose queue was deleted."""
    queue = subscriber._queue_obj
    if queue is None or queue.channel.is_closed:
        return False
    return subscriber._consumer_tag in await consumer_tags(queue.channel)


async def _end(subscriber: RabbitSubscriber) -> None:
    """Consume no more, also after a reconnection.

    The subscriber's own stop() would leave what is on its way to it neither handled nor given back.
    """
    try:
        async with asyncio.timeout(_CANCEL_SECONDS):
            if subscriber._queue_obj and subscriber._consumer_tag:
                await subscriber._queue_obj.cancel(subscriber._consumer_tag)
    except AWAY:
        pass  # the connection or the channel ends, and what was delivered returns to the queue with it
    except asyncio.CancelledError:
        if is_cancelled():
            raise
    except Exception as error:  # aiormq ends a pending call with a bare one; a rest must go on to its end
        log.info("consumer_not_ended", queue=subscriber.queue.name, error=repr(error))


async def _begun(subscriber: RabbitSubscriber) -> bool:
    """Consume again under the same tag; False where the broker did not say yes."""
    try:
        async with asyncio.timeout(_CONSUME_SECONDS):
            queue = subscriber._queue_obj
            if queue is None:
                return False
            if not await consumes(subscriber):
                await queue.consume(
                    subscriber.consume,  # type: ignore[arg-type]
                    consumer_tag=subscriber._consumer_tag, arguments=subscriber.consume_args
                )  # fmt: skip
    except AWAY:
        return False
    except asyncio.CancelledError:
        if is_cancelled():
            raise
        return False
    except Exception as error:
        log.info("consumer_not_begun", queue=subscriber.queue.name, error=repr(error))
        return False
    return True
