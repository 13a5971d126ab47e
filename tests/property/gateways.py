"""Two gateway processes at one ledger, between our broker's queues and the model of what they are to do."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ulid import ULID

from services.customs_gateway.dead_letters.collector import DeadLetterCollector
from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.declarations.ledger import DeclarationLedger
from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.operators.commands import OperatorCommands
from services.customs_gateway.receipts.files import Files
from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.customs_gateway.receipts.processor import ReceiptProcessor
from shared.contracts.events import ReceiptSettled, SubmissionDeclared
from shared.contracts.facts import is_ours
from shared.contracts.operations import DismissReceipt, ReplayReceipt
from shared.ledgers.work_queue import LEASE
from shared.runtime.addresses import BrokerAddress
from shared.runtime.clock import sync_clock
from shared.runtime.delivery import Delivery
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.objects import Objects
from shared.runtime.rpc import RpcClient
from tests.property.customs import Broker, Publishing, Services
from tests.property.memory import MemoryStore
from tests.property.scheduler import Process, Release, Room

DELAYS = (1.0, 5.0)
Message = bytes | ReceiptSettled | SubmissionDeclared


class NoObjects(Objects):
    """No message here has files."""

    def __init__(self) -> None:
        pass


@dataclass(eq=False)
class GatewayReplica:
    """One process of the gateway, wired as services/customs_gateway/app.py wires it."""

    process: Process
    store: MemoryStore
    broker: Broker
    unacknowledged: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        objects, publisher = NoObjects(), Publishing(self.broker)
        files = Files(objects, RpcClient(BrokerAddress("amqp://nowhere"), "test"))
        self.processor = ReceiptProcessor(ReceiptLedger(self.store), files, publisher, publisher, DELAYS)
        self.sender = DeclarationSender(DeclarationLedger(self.store), objects, publisher, publisher)
        letters = DeadLetterRepository(self.store)
        dead = DeadLetterCollector(letters, publisher, self.processor, self.sender)
        self.operators = OperatorCommands(self.store, self.processor, dead)

    async def handle(self, message: Message, delivery: Delivery) -> None:
        """As services/customs_gateway/handlers.py does."""
        if isinstance(message, bytes):
            await self.processor.store(message, delivery)
        elif isinstance(message, SubmissionDeclared):
            await self.sender.keep(message, delivery)
        else:
            await (self.sender if is_ours(message.message_id) else self.processor).settle(message)

    async def sweep(self) -> None:
        """Look once for what is due."""
        await self.processor.queue.sweep()
        await self.sender.queue.sweep()


@dataclass
class GatewaySite:
    """The gateways, what waits for them, and what has been acknowledged to the broker."""

    room: Room
    store: MemoryStore = field(init=False)
    services: Services = field(default_factory=Services)
    waiting: list[Message] = field(default_factory=list)
    acknowledged: list[Message] = field(default_factory=list)
    again: list[Message] = field(default_factory=list)
    operated: list[str] = field(default_factory=list)
    broker: Broker = field(init=False)
    gateways: list[GatewayReplica] = field(init=False)

    def __post_init__(self) -> None:
        self.store = MemoryStore(self.room)
        self.broker = Broker(self.room, self.services, LEASE.total_seconds())
        self.gateways = [self._started(0.0), self._started(0.0)]

    def restart(self, which: int, ahead: float) -> None:
        """Put a new process in the place of one."""
        self.gateways[which] = self._started(ahead)

    def deliver(self, which: int, to: int, releases: Iterator[Release] | None = None) -> None:
        """Hand one of the messages that wait to a gateway."""
        if self.waiting:
            gateway, message = self.gateways[to], self.waiting.pop(which % len(self.waiting))
            gateway.unacknowledged.append(message)
            self.room.spawn(gateway.process, self._consume(gateway, message))
        self.room.play(releases)

    def answer(self, *, comes_again: bool = False) -> None:
        """A service looks at the oldest fact; its answer waits for the gateway."""
        answer = self.services.take(comes_again=comes_again)
        if answer:
            self.waiting.append(answer)

    def sweep(self, which: tuple[int, ...], releases: Iterator[Release] | None = None) -> None:
        """Have gateways look for what is due."""
        for each in which:
            self.room.spawn(self.gateways[each].process, self.gateways[each].sweep())
        self.room.play(releases)

    def operate(self, what: str, receipt_id: str, to: int, releases: Iterator[Release]) -> None:
        """An operator replays or dismisses."""
        operators = self.gateways[to].operators
        command = (
            ReplayReceipt(receipt_id=receipt_id, by="operator")
            if what == "replay"
            else DismissReceipt(receipt_id=receipt_id, by="operator", why="test")
        )

        async def operate() -> None:
            try:
                await operators.operate(command)
            except (RequestRejected, DependencyUnavailable):
                return
            self.operated.append(f"{what} {receipt_id}")

        self.room.spawn(self.gateways[to].process, operate())
        self.room.play(releases)

    def kill(self, which: int, made: int) -> None:
        """End a gateway at once; what it had not acknowledged comes again."""
        gateway = self.gateways[which]
        self.room.kill(gateway.process, made)
        self.waiting[:0] = gateway.unacknowledged
        self.again += gateway.unacknowledged
        self.restart(which, gateway.process.ahead.total_seconds())

    def _started(self, ahead: float) -> GatewayReplica:
        process = Process("gateway", timedelta(seconds=ahead))
        self.room.loop.run_until_complete(self.room.spawn(process, sync_clock(self.store)))
        return GatewayReplica(process, self.store, self.broker)

    async def _consume(self, gateway: GatewayReplica, message: Message) -> None:
        made = Delivery(str(ULID()), redelivered=message in self.again)
        if made.redelivered:
            self.again.remove(message)
        await patiently(lambda: gateway.handle(message, made), self.room)
        gateway.unacknowledged.remove(message)
        self.acknowledged.append(message)


async def patiently(handle: Callable[[], Awaitable[Any]], room: Room) -> None:
    """A consumer: tries again while a server is away, and acknowledges what was handled."""
    while True:
        try:
            await handle()
        except DependencyUnavailable:
            await room.pause()
        except Exception as error:
            room.loop.errors.append(f"A handler failed, its message would be dead: {error!r}")
            raise
        else:
            return
