"""What the machine of tests/property found in the gateway's ledgers, each as one short story."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.contracts.events import ReceiptSettled
from shared.contracts.topology import CUSTOMS_DECLARATIONS
from shared.contracts.vocabulary import Outcome, Reason
from shared.runtime.clock import SkewCorrectedClock
from shared.runtime.store import Document
from tests.property.gateways import DELAYS, GatewaySite
from tests.property.messages import CASES, a_declaration, a_receipt
from tests.property.scheduler import START, How, Release, Room, own_time, set_clock

NOT_YET = ReceiptSettled(message_id="R-1", outcome=Outcome.NOT_YET, reason=Reason.NOT_YET)
PAUSED = Release(How.PAUSED)


@pytest.fixture
def site() -> Iterator[GatewaySite]:
    """Two gateways at one ledger."""
    with own_time() as loop:
        room = Room(loop)
        set_clock(room)
        yield GatewaySite(room)
        room.empty()


def given(site: GatewaySite, message: object, to: int = 0, *turns: Release) -> None:
    """A message is delivered; its calls go by `turns`."""
    site.waiting.append(message)  # type: ignore[arg-type]
    site.deliver(-1, to, iter(turns))


def receipt(site: GatewaySite, message_id: str = "R-1") -> Document:
    """A receipt in the ledger."""
    return site.store.collection("receipts").documents[message_id]


def later(site: GatewaySite, seconds: float, which: int, *turns: Release) -> None:
    """Time passes, and a gateway looks for what is due."""
    site.room.loop.at += seconds
    site.sweep((which,), iter(turns))


def go_on(site: GatewaySite) -> None:
    """Whoever was paused goes on."""
    for gateway in site.gateways:
        gateway.process.paused = False
    site.room.play()


def test_a_receipt_that_the_case_took_after_it_was_parked_is_applied_and_customs_is_told(
    site: GatewaySite,
) -> None:
    given(site, a_receipt("R-1", CASES[0]))
    for delay in DELAYS:
        given(site, NOT_YET)
        later(site, delay, 0)
    given(site, NOT_YET)
    assert receipt(site)["state"] == "parked"

    given(site, ReceiptSettled(message_id="R-1", outcome=Outcome.APPLIED))

    assert (receipt(site)["state"], receipt(site)["next_at"]) == ("applied", None)
    assert [ack.outcome for ack in site.broker.told] == ["PARKED", "APPLIED"]


def test_a_try_that_failed_does_not_shorten_the_wait_that_began_meanwhile(site: GatewaySite) -> None:
    given(site, a_receipt("R-1", CASES[0]))
    given(site, NOT_YET)
    two_looks, read_claimed_written = [Release()] * 2, [Release()] * 3
    later(site, DELAYS[0], 0, *two_looks, *read_claimed_written, Release(How.UNANSWERED), PAUSED)
    assert len(site.services.facts) == 2, "the fact is out, though nobody confirmed it"

    given(site, NOT_YET, 1)
    go_on(site)

    assert receipt(site)["state"] == "deferred"
    assert receipt(site)["next_at"] == START + timedelta(seconds=sum(DELAYS))


def test_a_process_that_was_paused_before_it_sent_a_declaration_leaves_it_to_who_took_it(
    site: GatewaySite,
) -> None:
    given(site, a_declaration(CASES[0], 1))
    inserted = Release()
    given(site, a_declaration(CASES[0], 2), 0, inserted, PAUSED)
    later(site, 11.0, 1)
    go_on(site)

    assert site.broker.declarations == [f"{CASES[0]}-1", f"{CASES[0]}-2"]


def test_a_process_that_was_paused_before_it_read_an_entry_leaves_it_to_who_took_it(
    site: GatewaySite,
) -> None:
    site.broker.closed.add(CUSTOMS_DECLARATIONS)
    given(site, a_declaration(CASES[0], 1))
    site.broker.closed.clear()
    two_looks, read_and_claimed = [Release()] * 2, [Release()] * 2
    later(site, 2.0, 0, *two_looks, PAUSED)
    later(site, 0.0, 1, *two_looks, *read_and_claimed, PAUSED)
    site.gateways[0].process.paused = False
    site.room.play()
    assert site.broker.declarations == []

    go_on(site)

    assert site.broker.declarations == [f"{CASES[0]}-1"]


def test_a_process_whose_clock_is_five_minutes_fast_takes_nothing_from_another(site: GatewaySite) -> None:
    site.restart(1, 300.0)
    given(site, a_declaration(CASES[0], 1), 0, Release(), PAUSED)

    later(site, 1.0, 1)

    assert len(site.broker.attempts) == 1


def test_a_round_waits_for_an_earlier_one_that_has_not_reached_the_gateway(site: GatewaySite) -> None:
    given(site, a_declaration(CASES[0], 2))
    given(site, a_declaration(CASES[0], 1))
    later(site, 1.0, 0)

    assert site.broker.declarations == [f"{CASES[0]}-1", f"{CASES[0]}-2"]


def test_a_clock_goes_as_the_databases_where_they_differ_by_more_than_a_second() -> None:
    clock = SkewCorrectedClock(lambda: START + timedelta(minutes=5))
    clock.compare(START)
    assert clock.now() == START

    clock.compare(START + timedelta(minutes=5, milliseconds=-900))
    assert clock.now() == START + timedelta(minutes=5), "the network takes its time too"


def told(site: GatewaySite) -> list[str]:
    """What customs heard of its receipts."""
    return [ack.outcome for ack in site.broker.told]


def test_a_receipt_sent_once_whose_storing_was_not_answered_is_no_duplicate(site: GatewaySite) -> None:
    given(site, a_receipt("R-1", CASES[0]), 0, Release(How.UNANSWERED))
    site.room.play()
    site.answer()
    site.deliver(0, 0)

    assert (told(site), receipt(site)["duplicates"]) == (["APPLIED"], 0)


def test_a_receipt_that_was_stored_by_a_process_that_died_is_no_duplicate(site: GatewaySite) -> None:
    given(site, a_receipt("R-1", CASES[0]), 0, PAUSED)
    site.kill(0, made=1)
    assert receipt(site)["state"] == "published"
    site.deliver(0, 1)
    site.answer()
    site.deliver(0, 1)

    assert (told(site), receipt(site)["duplicates"]) == (["APPLIED"], 0)


def test_a_receipt_that_customs_repeats_is_a_duplicate_also_where_a_process_died(site: GatewaySite) -> None:
    given(site, a_receipt("R-1", CASES[0]), 0, PAUSED)
    site.kill(0, made=1)
    site.deliver(0, 1)
    given(site, a_receipt("R-1", CASES[0]), 1)

    assert (told(site), receipt(site)["duplicates"]) == (["DUPLICATE"], 1)
