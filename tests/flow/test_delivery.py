"""What happens to messages when the other side is away: nothing is lost, nothing is said that is not so."""

import asyncio
import json

import aio_pika
import pytest
from ulid import ULID

from deploy.local.system import RunningSystem
from services.portal.operations.overview import Counts, count_all
from shared.contracts.states import DeclarationState, ReceiptState
from shared.contracts.topology import CUSTOMS_DECLARATIONS, EVENTS
from shared.lifecycle.cases import Cases
from shared.runtime.broker import Published, Publisher
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.outbox import Relay
from shared.runtime.rpc import RpcClient
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from tests.api_client import World


async def test_a_submission_that_customs_queue_does_not_take_is_shown_as_not_sent_and_sent_later(
    world: World, settings: Settings
) -> None:
    case = await world.draft()
    connection = await aio_pika.connect(settings.rabbit_url)
    async with connection:
        queue = await (await connection.channel()).get_queue(CUSTOMS_DECLARATIONS, ensure=False)
        await queue.unbind(CUSTOMS_DECLARATIONS, "declaration")
        try:
            number = (await world.officer.ask("POST", f"/assessments/{case}/submit", 202))["case_no"]
            header = await world.officer.stands(number, "application", "send_failed")
        finally:
            await queue.bind(CUSTOMS_DECLARATIONS, "declaration")

    assert header["transport"]["state"] == "failed"
    assert header["transport"]["attempts"] >= 1
    assert header["transport"]["next_attempt_at"]
    assert (header["turn"]["who"], header["stages"][0]["editable"]) == ("system", False)
    await world.officer.stands(number, "application", "sent")
    declaration = await world.customs.next_declaration(type="APPLICATION", case_no=number)
    causes = [entry["cause"] for entry in await world.officer.ask("GET", f"/cases/{number}/timeline")]
    assert causes == ["save", "submit", "declaration_failed", "declaration_sent"]
    assert declaration.round == 1


async def test_when_a_service_is_away_the_officer_is_told_and_nothing_happens_later(
    world: World, system: RunningSystem
) -> None:
    case = await world.draft()
    system.programs["intake"].kill()
    try:
        refused = await world.officer.ask("POST", f"/assessments/{case}/submit", 503)
    finally:
        system.programs["intake"].start()
        await asyncio.to_thread(system.wait_until_ready, "intake")

    assert refused["code"] == "unavailable"
    assert "intake" in refused["detail"]
    assert (await world.officer.ask("GET", f"/cases/{case}"))["status"] == "draft"
    assert (await world.officer.ask("POST", f"/assessments/{case}/submit", 202))["status"] == "declared"


async def test_a_receipt_that_came_while_its_service_was_away_is_applied_when_it_is_back(
    world: World, system: RunningSystem
) -> None:
    number, declaration = await world.submitted()
    system.programs["intake"].kill()
    try:
        message_id = await world.customs.send("RECEIVED", number, "application", in_reply_to=declaration)
    finally:
        system.programs["intake"].start()
    await asyncio.to_thread(system.wait_until_ready, "intake")

    assert (await world.customs.ack_of(message_id)).outcome == "APPLIED"
    timeline = await world.officer.ask("GET", f"/cases/{number}/timeline")
    assert [entry["message_id"] for entry in timeline].count(message_id) == 1


@pytest.fixture
async def publisher(settings: Settings, system: RunningSystem):  # type: ignore[no-untyped-def]
    """A publisher of the test's own."""
    made = Publisher(settings.broker, "test")
    await made.start()
    yield made
    await made.close()


async def test_events_that_a_crash_left_in_the_outbox_go_out_in_order_and_are_taken_out(
    store: Store, settings: Settings, publisher: Publisher
) -> None:
    name, key = f"outbox-{ULID()}", f"test.{ULID()}"
    entries = [
        {"id": str(number), "by": "tests", "exchange": EVENTS, "key": key, "body": json.dumps(number),
         "correlation_id": "c", "mandatory": True}
        for number in range(5)
    ]  # fmt: skip
    collection = store.collection(name)
    await collection.insert_one(
        {"_id": "case", "outbox": [*entries, {**entries[0], "id": "other", "by": "other"}]}
    )
    connection = await aio_pika.connect(settings.rabbit_url)
    async with connection:
        queue = await (await connection.channel()).declare_queue(exclusive=True)
        await queue.bind(EVENTS, key)

        relay = asyncio.create_task(Relay(collection, publisher, "tests").run())
        async with asyncio.timeout(15), queue.iterator() as messages:
            got = []
            async for message in messages:
                got.append(json.loads(message.body))
                if len(got) == len(entries):
                    break
        async with asyncio.timeout(15):
            while len((await collection.find_one({"_id": "case"}) or {})["outbox"]) > 1:
                await asyncio.sleep(0.05)
        relay.cancel()

    assert got == [0, 1, 2, 3, 4]
    kept = await collection.find_one({"_id": "case"})
    assert kept is not None
    assert [entry["id"] for entry in kept["outbox"]] == ["other"]


async def test_the_overview_counts_cases_with_events_to_send(settings: Settings) -> None:
    own = open_store(settings.model_copy(update={"mongo_database": f"overview-{ULID()}"}))
    await Cases(own).prepare()
    for number, outbox in enumerate(
        ([], [{"id": "1", "by": "intake"}], [{"by": "intake"}, {"by": "documents"}])
    ):
        await own.collection("cases").insert_one({"_id": str(number), "outbox": outbox})

    expected = Counts(
        receipts=dict.fromkeys(ReceiptState, 0), declarations=dict.fromkeys(DeclarationState, 0), outbox=2, cases=3,
        dead_letters=0,
    )  # fmt: skip
    assert await count_all(own) == expected

    await own.close()


async def test_a_publish_is_confirmed_only_when_a_queue_holds_the_message(
    settings: Settings, publisher: Publisher
) -> None:
    assert await publisher.publish(EVENTS, "fact.nobody", b"{}") is Published.REFUSED
    assert await publisher.publish("no.such.exchange", "x", b"{}", limit=2) is Published.UNKNOWN
    connection = await aio_pika.connect(settings.rabbit_url)
    async with connection:
        channel = await connection.channel()
        full = await channel.declare_queue(
            exclusive=True, arguments={"x-max-length": 1, "x-overflow": "reject-publish"}
        )
        assert await publisher.publish("", full.name, b"1") is Published.CONFIRMED
        assert await publisher.publish("", full.name, b"2") is Published.REFUSED
        together = await asyncio.gather(*(publisher.publish(EVENTS, "fact.nobody", b"{}") for _ in range(20)))
        assert set(together) == {Published.REFUSED}


async def test_asking_a_service_that_does_not_answer_ends_in_time_and_names_it(settings: Settings) -> None:
    asker = RpcClient(settings.broker, "test")
    await asker.start()
    connection = await aio_pika.connect(settings.rabbit_url)
    async with connection:
        silent = await (await connection.channel()).declare_queue(f"silent{ULID()}.commands", exclusive=True)
        with pytest.raises(DependencyUnavailable) as waited:
            await asker.ask(silent.name, b"{}", limit=0.5)
        assert waited.value.dependency == silent.name.split(".", maxsplit=1)[0]
        with pytest.raises(DependencyUnavailable):
            await asker.ask("nobody.commands", b"{}", limit=5)
    await asker.close()
