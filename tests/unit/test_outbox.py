"""Two processes of a service at one outbox: what each event's order is worth, and that whoever hears it bears the rest (S18)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from ulid import ULID

from services.portal.cases.live import Live
from shared.contracts.events import ReceiptSettled
from shared.contracts.topology import CASE_MOVED, RECEIPT_SETTLED
from shared.contracts.vocabulary import Outcome, Status
from shared.runtime.delivery import Delivery
from shared.runtime.outbox import OTHERS_FIRST, SWEEP_SECONDS, Relay
from shared.runtime.store import Document
from tests.gateway import Gateway
from tests.property.gateways import NoObjects
from tests.property.memory import MemoryStore
from tests.property.messages import CASES, a_declaration, a_receipt
from tests.property.replicas import Post, Posting, _swept
from tests.property.scheduler import START, How, Loop, Process, Release, Room, own_time
from tests.unit.test_live_page import MOVED

EVENTS = [(CASE_MOVED, "e1"), (RECEIPT_SETTLED, '{"message_id": "R-1", "outcome": "applied"}')]


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
        self.moves(EVENTS)

    @property
    def case(self) -> Document:
        """The case as it is stored."""
        return self.store.collection("cases").documents.setdefault(
            "case", {"_id": "case", "outbox": [], "owes": []}
        )

    def moves(self, events: list[tuple[str, str]]) -> list[Document]:
        """The first one writes a movement with these events."""
        written = [
            {"id": body, "at": START, "by": "intake", "exchange": "fas.events", "key": key, "body": body,
             "correlation_id": "c", "mandatory": True}
            for key, body in events
        ]  # fmt: skip
        self.case["outbox"] += written
        self.case["owes"] = ["intake"]
        return written

    def sends(
        self, *turns: Release, entries: list[Document] | None = None, owed_before: bool = False
    ) -> None:
        """The process that wrote the movement sends its events."""
        written = self.case["outbox"][:] if entries is None else entries

        async def wake() -> None:
            self.relays[self.first].wake("case", written, owed_before=owed_before)

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
    two.sends(Release(How.PAUSED))
    two.sweeps(OTHERS_FIRST.total_seconds() - 0.1)
    assert two.post.taken == []

    two.goes_on()

    assert two.post.taken == EVENTS
    assert (two.case["outbox"], two.case["owes"]) == ([], [])


def test_what_a_process_left_behind_is_sent_by_another(two: Two) -> None:
    two.sends(Release(How.PAUSED))
    two.room.kill(two.first, 0)

    two.sweeps(OTHERS_FIRST.total_seconds())

    assert two.post.taken == EVENTS


def test_a_process_that_stood_still_may_repeat_events_after_later_ones_and_none_is_sent_before_its_elder(
    two: Two,
) -> None:
    two.sends(Release(How.PAUSED))
    two.sweeps(OTHERS_FIRST.total_seconds())
    two.goes_on()

    assert two.post.taken == EVENTS * 2, "e1, e2, e1, e2: at least once, and first in their order"


def test_what_a_movement_wrote_goes_out_and_is_taken_out_together(two: Two) -> None:
    made: list[str] = []
    two.store.collection("cases").watch = lambda before, after: made.append("written")

    two.sends()

    assert (two.post.taken, made) == (EVENTS, ["written"])


def test_what_is_refused_stays_and_goes_out_before_what_is_written_later(two: Two) -> None:
    two.post.closed = True
    two.sends()
    two.post.closed = False
    later = two.moves([(CASE_MOVED, "e2")])

    two.sends(entries=later)

    assert two.post.taken == [*EVENTS, (CASE_MOVED, "e2")]
    assert (two.case["outbox"], two.case["owes"]) == ([], [])


def test_what_is_written_while_earlier_events_are_refused_is_left_to_the_sweep(two: Two) -> None:
    two.post.closed = True
    two.sends(Release(How.PAUSED))
    later = two.moves([(CASE_MOVED, "e2")])
    two.sends(entries=later)
    two.goes_on()
    assert two.post.taken == []

    two.post.closed = False
    two.sweeps(OTHERS_FIRST.total_seconds() + SWEEP_SECONDS)

    assert two.post.taken == [*EVENTS, (CASE_MOVED, "e2")]


def test_what_a_process_that_is_gone_still_owed_goes_out_before_the_next_movement(two: Two) -> None:
    later = two.moves([(CASE_MOVED, "e2")])

    two.sends(entries=later, owed_before=True)

    assert two.post.taken == [*EVENTS, (CASE_MOVED, "e2")]


def test_a_mark_without_events_is_removed_and_one_that_is_missing_is_found_at_the_start(two: Two) -> None:
    del two.case["owes"]
    two.sweeps(OTHERS_FIRST.total_seconds())
    assert two.post.taken == []

    two.room.spawn(two.second, two.relays[two.second].sweep(unmarked=True))
    two.room.play()
    assert two.post.taken == EVENTS

    two.case["owes"] = ["intake"]
    two.sweeps(OTHERS_FIRST.total_seconds())
    assert two.case["owes"] == []


def test_a_movement_that_is_heard_again_after_a_later_one_does_not_turn_a_page_back() -> None:
    live = Live()
    sent = MOVED.model_copy(update={"version": 4})
    received = MOVED.model_copy(update={"version": 5, "status": Status.RECEIVED})
    with live.page(None) as page:
        for moved in (sent, received, sent, received):
            live.show(moved)
        shown = [each.moved for _ in range(page.qsize()) if (each := page.get_nowait())]

    assert shown == [sent, received]


async def test_the_gateway_bears_events_again_and_late() -> None:
    gateway = Gateway(MemoryStore(Room(Loop())), NoObjects())
    declared = [a_declaration(CASES[0], number) for number in (1, 2)]
    await gateway.receive(a_receipt("R-1", CASES[0]))
    for message_id, outcome in (("R-1", Outcome.NOT_YET), ("R-1", Outcome.APPLIED), ("R-1", Outcome.NOT_YET)):
        await gateway.processor.settle(ReceiptSettled(message_id=message_id, outcome=outcome))
        await gateway.idle()
    for each in (*declared, declared[0]):
        await gateway.sender.keep(each, Delivery(str(ULID())))
        await gateway.idle()

    assert gateway.outcomes() == [("APPLIED", None)]
    ids = [each["MessageId"] for each in gateway.declarations()]
    assert ids == [declared[0].declaration_id, declared[1].declaration_id]
