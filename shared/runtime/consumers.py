"""Watches that every queue of the service is consumed: RabbitMQ ends a consumer whose queue is deleted or has lost its leader.

aio-pika consumes again by itself once the queue is there, so a missing queue is declared at once. Every second the
broker's view is compared: aiormq's callback reports one way of losing a consumer only, and not after a reconnection.
"""

import asyncio
import time
from collections.abc import Callable

from faststream.rabbit import RabbitBroker
from faststream.rabbit.subscriber.usecase import RabbitSubscriber

from shared.runtime.addresses import BROKER
from shared.runtime.connection import alive, is_cancelled
from shared.runtime.dependencies import down
from shared.runtime.logs import get_logger
from shared.runtime.rests import Rests, consumes
from shared.runtime.rpc import RpcClient

log = get_logger()
LOOK_SECONDS = 1.0
OVERDUE_SECONDS = 60.0
"""How long consumers may be missing although the broker answers, until `/live` asks for a new process."""
COMING_SECONDS = 5.0
"""How long consumers may take to come back with their connection before they are reported as lost."""
_LOOKED_SECONDS = 10.0
REPLIES = "replies"


class Consumers:
    """The consumers of one process at one broker, those of its queues and (`rpc`) the one of replies to what it asks."""

    def __init__(
        self, broker: RabbitBroker, rpc: RpcClient | None, rests: Rests, dependency: str = BROKER
    ) -> None:
        self._broker, self._rpc, self._rests, self._dependency = broker, rpc, rests, dependency
        self._silent_since: dict[str, float] = {}
        self._said: set[str] = set()
        self._coming_back = False
        """After a reconnection, while the consumers begin one by one: the broker's own loss was said."""

    def connected(self) -> bool:
        """Whether the connections that consume are there."""
        return alive(self._broker._connection) and (self._rpc is None or self._rpc.connected())

    async def check(self) -> None:
        """LookupError names the queues that are not consumed now, and why where one rests."""
        silent = await self._silent()
        rests = [each.queue.name for each in self._subscribers() if self._rests.is_resting(each)]
        said = [f"not consumed: {', '.join(silent)}"] * bool(silent)
        said += [f"at rest until what they need answers: {', '.join(rests)}"] * bool(rests)
        if said:
            raise LookupError("; ".join(said))

    def overdue(self) -> str:
        """Which consumers have not come back for a minute although the broker answers; '' where none."""
        turn = time.monotonic()
        late = [name for name, since in self._silent_since.items() if turn - since > OVERDUE_SECONDS]
        return f"not consumed for {OVERDUE_SECONDS:g} s: {', '.join(sorted(late))}" if late else ""

    async def watch(self, declare: Callable[[], object]) -> None:
        """Look every second until cancelled; `declare` is called at each look that finds one missing."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._dependency in down() or not self.connected():
                self._silent_since.clear()  # a new process would not help
                self._coming_back = True
                continue
            try:
                async with asyncio.timeout(_LOOKED_SECONDS):
                    await self._look(declare)
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
            except (
                Exception
            ) as error:  # the connection went while it was looked at; the next look sees what is there
                log.info("consumers_not_seen", error=repr(error))

    async def _look(self, declare: Callable[[], object]) -> None:
        silent = await self._silent()
        self._note(set(silent))
        if silent:
            declare()
            if self._rpc:
                await self._rpc.listen_again()

    def _note(self, silent: set[str]) -> None:
        turn = time.monotonic()
        for name in silent:
            waited = turn - self._silent_since.setdefault(name, turn)
            if name not in self._said and (waited > COMING_SECONDS or not self._coming_back):
                self._said.add(name)
                log.warning("consumer_lost", queue=name)
        for name in self._silent_since.keys() - silent:
            taken = round((turn - self._silent_since.pop(name)) * 1000)
            if name in self._said:
                log.info("consumer_back", queue=name, duration_ms=taken)
        self._said &= self._silent_since.keys()
        self._coming_back = self._coming_back and bool(silent)

    async def _silent(self) -> list[str]:
        silent = [
            each.queue.name
            for each in self._subscribers()
            if not self._rests.is_excused(each) and not await consumes(each)
        ]
        return silent if self._rpc is None or await self._rpc.listens() else [*silent, REPLIES]

    def _subscribers(self) -> list[RabbitSubscriber]:
        return [each for each in self._broker.subscribers if isinstance(each, RabbitSubscriber)]
