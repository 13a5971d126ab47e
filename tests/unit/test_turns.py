"""What customs says of one case is applied in the order in which it was said, where one process of each service works."""

from collections.abc import Iterator

import pytest

from shared.contracts.vocabulary import Cause, Stage
from shared.runtime.turns import Turns
from tests.property.gateways import GatewaySite
from tests.property.messages import CASES, a_receipt
from tests.property.replicas import Replicas
from tests.property.sample_messages import a_fact
from tests.property.scheduler import Room, own_time, set_clock


@pytest.fixture
def room() -> Iterator[Room]:
    """A time in which every call waits until it is let go."""
    with own_time() as loop:
        made = Room(loop)
        set_clock(made)
        yield made
        made.empty()


def held(room: Room) -> int:
    """How many calls are on their way."""
    room.loop.run_until_complete(room.loop.quiet())
    return len(room.calls)


def test_receipts_of_one_case_are_stored_and_handed_over_one_after_the_other(room: Room) -> None:
    site = GatewaySite(room)
    gateway = site.gateways[0]
    for number, case in (("1", CASES[0]), ("2", CASES[0]), ("3", CASES[1])):
        site.waiting.append(a_receipt(f"R-{number}", case))
        room.spawn(gateway.process, site._consume(gateway, gateway_takes(site)))
    assert held(room) == 2, "the first of each case"

    room.play()

    facts = [fact["message_id"] for fact in site.services.facts]
    assert facts.index("R-1") < facts.index("R-2")


def gateway_takes(site: GatewaySite) -> bytes:
    message = site.waiting.pop()
    assert isinstance(message, bytes)
    site.gateways[0].unacknowledged.append(message)
    return message


def test_facts_of_one_case_are_applied_one_after_the_other(room: Room) -> None:
    office = Replicas(room).offices[0]
    intake = office.lifecycles["intake"]
    opened = a_fact(
        "F-0", "01JBZZZZZZZZZZZZZZZZZZZZZZ", (Cause.CHECK_INITIATED, Stage.ACCEPTANCE, None), None
    )
    for fact in (
        opened,
        opened.model_copy(update={"message_id": "F-1"}),
        opened.model_copy(update={"case_no": CASES[0]}),
    ):
        room.spawn(office.process, intake.advance(fact))

    assert held(room) == 2, "the first of each case"


async def test_a_lock_that_nobody_wants_is_forgotten() -> None:
    turns = Turns()
    async with turns.of("case"):
        assert len(turns._locks) == 1
    assert len(turns._locks) == 0
