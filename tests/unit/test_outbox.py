"""Two processes of a service at one outbox: what each event's order is worth, and that whoever hears it bears the rest (S18)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from services.portal.cases.live import Live
from shared.contracts.events import ReceiptSettled
from shared.contracts.topology import CASE_MOVED, RECEIPT_SETTLED
from shared.contracts.vocabulary import Outcome, Status
from shared.runtime.outbox import OTHERS_FIRST, Relay
from tests.gateway import Gateway
from tests.property.gateways import NoObjects
from tests.property.memory import MemoryStore
from tests.property.messages import CASES, a_declaration, a_receipt
from tests.property.replicas import Post, Posting, _swept
from tests.property.scheduler import START, How, Loop, Process, Release, Room, own_time
from tests.unit.test_live_page import MOVED

EVENTS = [(CASE_MOVED, "e1"), (RECEIPT_SETTLED, '{"message_id": "R-1", "outcome": "applied"}')]
READ = Release()


@dataclass
class Two:
    """Two processes of intake, and a case whose movement the first of them has just written."""

    room: Room
    first: Process = field(default_factory=lambda: Process("first"))
    second: Process = field(default_factory=lambda: Process("second"))

    def __post_init__(self) -> None:
        self.post, self.store = Post(self.room), MemoryStore(self.room)
        cases, clock = self.store.collection("cases"), self.room.true_time
        self.relays = {
            each: Relay(cases, Posting(self.post), "intake", clock=clock)
            for each in (self.first, self.second)
        }
        outbox = [
            {"id": body, "at": START, "by": "intake", "exchange": "fas.events", "key": key, "body": body,
             "correlation_id": "c", "mandatory": True}
            for key, body in EVENTS
        ]  # fmt: skip
        cases.documents["case"] = {"_id": "case", "outbox": outbox}

    def sends(self, *turns: Release) -> None:
        """The process that wrote the movement sends its events."""

        async def wake() -> None:
            self.relays[self.first].wake("case")

        self.room.spawn(self.first, wake())
        self.room.play(iter(turns))

    def sweeps(self, after: float) -> None:
        """The other one looks for what is left, so many seconds after the movement."""
        self.room.loop.at = self.room._began + after
        self.room.spawn(self.second, _swept(self.relays[self.second]))
        self.room.play()

    def goes_on(self) -> None:
        """The first one, which stood still."""
        self.first.paused = False
        self.room.play()


@pytest.fixture
def two() -> Iterator[Two]:
    """Two processes in a time of their own."""
    with own_time() as loop:
        found = Two(Room(loop))
        yield found
        found.room.empty()


def test_a_sweep_leaves_events_to_the_process_that_is_sending_them(two: Two) -> None:
    two.sends(READ, Release(How.PAUSED))
    two.sweeps(OTHERS_FIRST.total_seconds() - 0.1)
    assert two.post.taken == []

    two.goes_on()

    assert two.post.taken == EVENTS
    assert two.store.collection("cases").documents["case"]["outbox"] == []


def test_what_a_process_left_behind_is_sent_by_another(two: Two) -> None:
    two.sends(READ, Release(How.PAUSED))
    two.room.kill(two.first, 0)

    two.sweeps(OTHERS_FIRST.total_seconds())

    assert two.post.taken == EVENTS


def test_a_process_that_stood_still_may_repeat_events_after_later_ones_and_none_is_sent_before_its_elder(
    two: Two,
) -> None:
    two.sends(READ, Release(How.PAUSED))
    two.sweeps(OTHERS_FIRST.total_seconds())
    two.goes_on()

    assert two.post.taken == EVENTS * 2, "e1, e2, e1, e2: at least once, and first in their order"


def test_a_movement_that_is_heard_again_after_a_later_one_does_not_turn_a_page_back() -> None:
    live = Live()
    sent = MOVED.model_copy(update={"version": 4})
    received = MOVED.model_copy(update={"version": 5, "status": Status.RECEIVED})
    with live.page(None) as page:
        for moved in (sent, received, sent, received):
            live.show(moved)
        shown = [page.get_nowait() for _ in range(page.qsize())]

    assert shown == [sent, received]


async def test_the_gateway_bears_events_again_and_late() -> None:
    gateway = Gateway(MemoryStore(Room(Loop())), NoObjects())
    declared = [a_declaration(CASES[0], number) for number in (1, 2)]
    await gateway.receive(a_receipt("R-1", CASES[0]))
    for message_id, outcome in (("R-1", Outcome.NOT_YET), ("R-1", Outcome.APPLIED), ("R-1", Outcome.NOT_YET)):
        await gateway.processor.settle(ReceiptSettled(message_id=message_id, outcome=outcome))
        await gateway.idle()
    for each in (*declared, declared[0]):
        await gateway.sender.keep(each)
        await gateway.idle()

    assert gateway.outcomes() == [("APPLIED", None)]
    ids = [each["MessageId"] for each in gateway.declarations()]
    assert ids == [declared[0].declaration_id, declared[1].declaration_id]
