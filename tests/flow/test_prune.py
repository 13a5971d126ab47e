"""`fas prune`: what is old and done goes, what is still to be done or known stays, and it is on the audit trail."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from services.customs_gateway.receipts.ledger import Arrival, ReceiptLedger, new_entry
from services.customs_gateway.receipts.translation import read_message
from shared.contracts.states import DeadLetterState, ReceiptState
from shared.runtime.delivery import Delivery
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from tests.flow.test_bad_receipts import receipt_xml
from tests.flow.test_cli import fas

OLD, NEW = datetime(2020, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
async def name() -> str:
    """A database of its own."""
    return f"prune-{ULID()}"


@pytest.fixture
async def own(settings: Settings, name: str) -> AsyncIterator[Store]:
    store = open_store(settings.model_copy(update={"mongo_database": name}))
    yield store
    await store.close()


async def test_old_receipts_lose_their_bytes_and_are_still_known(
    own: Store, name: str, environment: dict[str, str]
) -> None:
    ledger = ReceiptLedger(own)
    applied, parked, young = [f"R-{ULID()}" for _ in range(3)]
    for message_id, state, at in (
        (applied, ReceiptState.APPLIED, OLD), (parked, ReceiptState.PARKED, OLD), (young, ReceiptState.APPLIED, NEW),
    ):  # fmt: skip
        await ledger.add(
            new_entry(read_message(receipt_xml(message_id)), "c", at).changed(state=state, next_at=None)
        )

    done = await fas(
        environment | {"FAS_MONGO_DATABASE": name}, "prune", "receipts", "--before", "2025-01-01", "--why", "five years", "--yes"
    )  # fmt: skip

    assert (done.status, done.out) == (0, "receipts: 1 pruned\n"), done.err
    kept = {each: await ledger.require(each) for each in (applied, parked, young)}
    assert [bool(kept[each].raw) for each in (applied, parked, young)] == [False, True, True]
    again = new_entry(read_message(receipt_xml(applied)), "c", NEW)
    assert (await ledger.store(again, Delivery("d")))[1] is Arrival.REPEATED
    trail = await own.collection("audit").find({})
    assert [(each["action"], each["subject"], each["outcome"]) for each in trail] == [
        ("prune", "receipts before 2025-01-01", "done")
    ]


async def test_dead_letters_and_the_trail_go_where_nobody_waits_for_them(
    own: Store, name: str, environment: dict[str, str]
) -> None:
    letters, trail = own.collection("dead_letters"), own.collection("audit")
    for state in (DeadLetterState.OPEN, DeadLetterState.DISMISSED):
        await letters.insert_one({"_id": state.value, "state": state.value, "last_died_at": OLD})
    for at in (OLD, NEW):
        await trail.insert_one({"_id": str(ULID.from_datetime(at)), "at": at})

    for what in ("dead", "audit"):
        asked = ("prune", what, "--before", "2025-01-01", "--why", "five years", "--yes")
        done = await fas(environment | {"FAS_MONGO_DATABASE": name}, *asked)
        assert (done.status, done.out) == (0, f"{what}: 1 pruned\n"), done.err

    assert [each["_id"] for each in await letters.find({})] == ["open"]
    assert OLD not in {each["at"] for each in await trail.find({})}


async def test_a_day_to_come_is_refused(environment: dict[str, str]) -> None:
    day = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"

    done = await fas(environment, "prune", "dead", "--before", day, "--why", "x", "--yes")

    assert done.status == 1
    assert "--before" in done.err
