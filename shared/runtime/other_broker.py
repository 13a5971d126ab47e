"""Another broker beside ours, with connections of its own: its absence holds up what goes through it, and nothing else."""

import asyncio

from shared.runtime.addresses import BrokerAddress
from shared.runtime.broker import Publisher, make_broker
from shared.runtime.connection import AWAY, RECONNECT_SECONDS, is_cancelled, report_loss_of
from shared.runtime.consumers import Consumers
from shared.runtime.dependencies import mark_down, mark_up
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.guard import guard
from shared.runtime.logs import get_logger
from shared.runtime.redeclaring import keep_declared
from shared.runtime.rests import Rests
from shared.runtime.topology import Misdeclared, Topology, declare, find_missing

log = get_logger()


class OtherBroker:
    """Consumes by `broker`, whose routers are included before `run`, and publishes by `publisher`.

    A publish while it is away ends UNKNOWN.
    """

    def __init__(self, address: BrokerAddress, service: str, topology: Topology) -> None:
        self._address, self._topology = address, topology
        self._rests = Rests()
        self.publisher = Publisher(address, f"{service}.{address.dependency}")
        self.broker = make_broker(address, service, self._rests)
        self.consumers = Consumers(self.broker, None, self._rests, address.dependency)

    async def run(self) -> None:
        """Wait for the broker, consume, and keep queues and consumers in place, until cancelled."""
        wanted = asyncio.Event()
        await self.publisher.start()
        self.publisher.on_reconnect(wanted.set)
        while not await self._begun():  # noqa: ASYNC110 - what it waits for is the broker's
            await asyncio.sleep(RECONNECT_SECONDS)
        async with asyncio.TaskGroup() as kept:
            kept.create_task(keep_declared(self.publisher, self._topology, wanted))
            kept.create_task(self.consumers.watch(wanted.set))
            kept.create_task(guard({self._address.dependency: self.ping}))

    async def ping(self) -> None:
        """Ask whether the broker answers on every connection; DependencyUnavailable where it does not."""
        await self.publisher.ping()
        if not self.consumers.connected():
            raise DependencyUnavailable(self._address.dependency, "the connection was lost")

    async def stop(self) -> None:
        """Consume nothing more, once the handlers that run have ended; `publisher` works until it is closed."""
        await self._rests.close()
        await self.broker.stop()

    async def _begun(self) -> bool:
        """Consume, once everything is there; False where the broker went away meanwhile, or lacks something."""
        try:
            if await find_missing(self.publisher.connection, self._topology):
                await declare(self.publisher.connection, self._topology)
            await self.broker.start()
        except Misdeclared as error:
            mark_down(self._address.dependency, error)
            return False
        except (DependencyUnavailable, *AWAY) as error:
            log.info("other_broker_not_begun", dependency=self._address.dependency, error=repr(error))
            await self.broker.stop()
            return False
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            return False
        if self.broker._connection:
            report_loss_of(self.broker._connection, self._address.dependency)
        mark_up(self._address.dependency)
        return True
