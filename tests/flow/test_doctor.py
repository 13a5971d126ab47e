"""`fas doctor`: each thing that can be wrong is broken really, is told with what to do, and is told no more once it is mended."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from ulid import ULID

from cli.doctor import broker
from cli.doctor.broker import examine_broker
from cli.doctor.database import examine_database
from cli.doctor.object_store import examine_object_store
from cli.topology import ours
from deploy.local.ports import Ports
from deploy.local.sample_accounts import settings_of
from deploy.local.servers import Running, start_servers
from services.portal.identity.authorities import correct_country
from services.portal.operations.wrong import queues
from services.portal.operations.wrong.finding import Finding
from shared.contracts.collections import AUTHORITIES, CASES, DECLARATIONS, RECEIPTS
from shared.contracts.states import DeclarationState, ReceiptState
from shared.contracts.topology import (
    CUSTOMS_DECLARATIONS,
    DEAD,
    QUEUES,
    READ_BY_CUSTOMS,
    SETTLED_QUEUE,
    facts_of,
)
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from shared.runtime.store import Document, Store, open_store
from shared.runtime.topology import declare_topology
from tests.api_client import World
from tests.dead import a_dead_letter
from tests.flow.test_cli import fas

PLAIN = facts_of("intake").name


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Servers of this file's own, which no service uses."""
    with start_servers(tmp_path_factory.mktemp("doctor"), ports=Ports.random(), given={}) as running:
        yield running


@pytest.fixture(scope="module")
async def own(servers: Running) -> Mapping[str, str]:
    """Their settings, when everything is prepared."""
    await prepared(servers.environment)
    return servers.environment


@pytest.fixture
def mine(own: Mapping[str, str]) -> Settings:
    """The same, read."""
    return settings_of(own)


@pytest.fixture
async def their_store(mine: Settings) -> AsyncIterator[Store]:
    """Their database."""
    opened = open_store(mine)
    yield opened
    await opened.close()


@pytest.fixture
async def channel(mine: Settings) -> AsyncIterator[AbstractChannel]:
    """A channel to their broker."""
    async with await aio_pika.connect(mine.rabbit_url) as connection:
        yield await connection.channel()


async def prepared(environment: Mapping[str, str]) -> None:
    """Everything is put right again."""
    done = await fas(dict(environment), "prepare")
    assert done.status == 0, done.err


async def of_the_broker(settings: Settings) -> list[Finding]:
    """What is wrong with the broker, but that nobody reads."""
    found = await examine_broker(settings.broker, "FAS_RABBIT_URL", ours(settings))
    return [each for each in found if each.area != "consumers"]


async def of_the_database(settings: Settings) -> list[Finding]:
    """What is wrong with the database, but that no service runs."""
    return [each for each in await examine_database(settings) if each.area != "services"]


def english(found: Collection[Finding]) -> str:
    """What is wrong, in a text."""
    return "\n".join(each.what.en for each in found)


async def test_what_nobody_reads_and_who_does_not_run_is_told_with_status_1(own: Mapping[str, str]) -> None:
    ran = await fas(dict(own), "doctor", "--json")

    assert ran.status == 1, ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    assert {each["area"] for each in found} == {"consumers", "services"}
    unread = {each["en"].split()[-1].rstrip(".") for each in found if each["area"] == "consumers"}
    assert unread == {DEAD, *(queue.name for queue in QUEUES)} - READ_BY_CUSTOMS
    assert all(each["zh"] and each["remedy_zh"] and each["remedy_en"] for each in found)


async def test_a_queue_that_somebody_reads_is_not_told(mine: Settings, channel: AbstractChannel) -> None:
    queue = await channel.get_queue(DEAD)
    await queue.consume(_leave)
    found = await examine_broker(mine.broker, "FAS_RABBIT_URL", ours(mine))
    assert DEAD not in english(found)


async def test_a_deleted_queue_is_told_until_it_is_there_again(
    mine: Settings, channel: AbstractChannel
) -> None:
    await channel.queue_delete(SETTLED_QUEUE.name)

    (found,) = await of_the_broker(mine)

    assert (found.area, found.what.en) == ("queues", f"The queue {SETTLED_QUEUE.name} is not there.")
    assert "fas prepare" in found.remedy.en
    await declare_topology(mine.broker, ours(mine))
    assert await of_the_broker(mine) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"x-queue-type": "quorum", "x-max-length": 5}, f"{PLAIN}: x-max-length is 5 instead of none"),
        ({"x-queue-type": "classic"}, f"The queue {PLAIN} is there with other properties"),
    ],
    ids=["another limit", "not a quorum queue"],
)
async def test_a_queue_with_other_arguments_is_told_and_left_alone(
    mine: Settings, channel: AbstractChannel, arguments: dict[str, Any], said: str
) -> None:
    await channel.queue_delete(PLAIN)
    await channel.declare_queue(PLAIN, durable=True, arguments=arguments)

    for _ in range(2):
        assert said in english(await of_the_broker(mine))

    await channel.queue_delete(PLAIN)
    await declare_topology(mine.broker, ours(mine))
    assert await of_the_broker(mine) == []


async def test_what_customs_does_not_read_is_told(
    mine: Settings, channel: AbstractChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "UNREAD", 1)
    for _ in range(2):
        await channel.default_exchange.publish(aio_pika.Message(b"<Declaration/>"), CUSTOMS_DECLARATIONS)

    (found,) = await of_the_broker(mine)

    assert found.what.en == f"2 messages wait for customs in {CUSTOMS_DECLARATIONS}."
    await (await channel.get_queue(CUSTOMS_DECLARATIONS)).purge()


async def test_a_broker_that_takes_no_message_is_told(
    servers: Running, mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "_CONFIRM_SECONDS", 1.0)
    await rabbitmqctl(servers, "set_vm_memory_high_watermark", "0.00001")
    try:
        found = await of_the_broker(mine)
    finally:
        await rabbitmqctl(servers, "set_vm_memory_high_watermark", "0.4")
    assert "does not confirm" in english(found)
    assert "rabbitmqctl status" in found[0].remedy.en


async def test_an_index_that_is_missing_is_told_and_prepare_makes_it(
    own: Mapping[str, str], mine: Settings, their_store: Store
) -> None:
    await their_store.ask({"dropIndexes": CASES.name, "index": "case_no_1"})

    (found,) = await of_the_database(mine)

    assert found.what.en == f"The collection {CASES.name} lacks 1 of its indexes, such as (case_no)."
    await prepared(own)
    assert await of_the_database(mine) == []


async def test_what_is_parked_late_or_refused_is_told(mine: Settings, their_store: Store) -> None:
    long_ago = now() - timedelta(hours=3)
    entry = {"outbox": [{"id": "1", "at": long_ago, "by": "intake"}], "owes": ["intake"]}
    unconfirmed = {"status": "sent", "moved_at": now() - timedelta(days=3, hours=1)}
    receipt = {"received_at": long_ago, "version": 1, "reason": "schema", "case_no": None}
    sent = {"at": long_ago, "case_no": "1", "type": "APPLICATION"}
    await _kept(their_store, CASES.name, "C-1", entry)
    await _kept(their_store, CASES.name, "C-2", unconfirmed)
    await _kept(their_store, CASES.name, "C-3", unconfirmed | {"moved_at": long_ago})
    await _kept(their_store, RECEIPTS.name, "R-1", receipt | {"state": ReceiptState.PARKED})
    await _kept(their_store, RECEIPTS.name, "R-2", receipt | {"state": ReceiptState.STORED, "reason": None})
    await _kept(
        their_store,
        DECLARATIONS.name,
        "D-1",
        sent | {"state": DeclarationState.FAILED, "last_error": "It is full."},
    )
    await _kept(
        their_store, DECLARATIONS.name, "D-2", sent | {"state": DeclarationState.QUEUED, "last_error": None}
    )

    found = await of_the_database(mine)

    assert [each.area for each in found] == [
        "parked", "receipts", "declarations", "declarations", "confirmations", "outbox",
    ]  # fmt: skip
    said = english(found)
    assert all(
        name in said
        for name in (
            "parked: 1; the newest is R-1 (Does not fit the schema), the oldest has waited for 3 hours",
            "R-2",
            "It is full",
            "D-2",
        )
    )
    assert "not confirmed in time: 1; the oldest was sent 3 days ago." in said
    for collection, key in (
        (CASES, "C-1"),
        (CASES, "C-2"),
        (CASES, "C-3"),
        (RECEIPTS, "R-1"),
        (RECEIPTS, "R-2"),
        (DECLARATIONS, "D-1"),
        (DECLARATIONS, "D-2"),
    ):
        await their_store.collection(collection.name).delete_one({"_id": key})
    assert await of_the_database(mine) == []


async def test_an_authority_from_before_whose_country_is_none_of_customs_is_told_until_it_is_corrected(
    mine: Settings, their_store: Store
) -> None:
    names = {"name_zh": "中文", "name_en": "English", "scope": ["farmed"]}
    await _kept(their_store, AUTHORITIES.name, "EA-01", {"country": "EA", **names})
    await _kept(their_store, AUTHORITIES.name, "ES-01", {"country": "ES", **names})

    (found,) = await of_the_database(mine)

    assert (found.area, found.what.en) == (
        "authorities", "The authority EA-01 has the country EA, which is none of customs' list.",
    )  # fmt: skip
    assert "near it: ES (Spain)" in found.remedy.en
    await correct_country(their_store, "EA-01", "ES")
    assert await of_the_database(mine) == []


async def test_a_bucket_that_is_not_there_is_told(mine: Settings) -> None:
    assert await examine_object_store(mine) == []
    (found,) = await examine_object_store(mine.model_copy(update={"s3_bucket": "nothing-here"}))
    assert found.what.en == "There is no bucket nothing-here."


async def test_running_services_have_nothing_wrong_until_something_is_parked_and_something_died(
    environment: dict[str, str], world: World, settings: Settings, store: Store
) -> None:
    count = len(world.customs.acks)
    await world.customs.send_bytes(f"not XML {ULID()}".encode())
    assert (await world.customs.ack_after(count)).outcome == "PARKED"
    await a_dead_letter(settings, store)

    ran = await fas(environment, "doctor", "--json")

    told = {each["area"] for each in json.loads(ran.out)}
    assert ran.status == 1
    assert told >= {"parked", "dead"}
    assert told.isdisjoint(
        {"broker", "consumers", "database", "indexes", "object_store", "queues", "services", "versions"}
    )


async def test_servers_that_are_away_are_named_with_their_settings(
    servers: Running, own: Mapping[str, str]
) -> None:
    """The last one of this file: nothing answers any more."""
    servers.stop()

    ran = await fas(dict(own), "doctor")

    assert ran.status == 1
    assert len(ran.out.splitlines()) >= 3
    for area, setting in (
        ("broker", "FAS_RABBIT_URL"),
        ("database", "FAS_MONGO_URL"),
        ("object_store", "FAS_S3_ENDPOINT"),
    ):
        (line,) = [each for each in ran.out.splitlines() if each.startswith(f"{area}: ")]
        assert setting in line


async def rabbitmqctl(servers: Running, *command: str) -> None:
    """Tell the broker something."""
    program = servers.server("rabbitmq").programs[-1]
    tool = str(Path(program.command[0]).with_name("rabbitmqctl"))
    process = await asyncio.create_subprocess_exec(tool, *command, env=dict(program.environment))
    assert await process.wait() == 0


async def _kept(store: Store, collection: str, key: str, document: Document) -> None:
    await store.collection(collection).insert_one({"_id": key, **document})


async def _leave(message: aio_pika.abc.AbstractIncomingMessage) -> None:
    """Nothing is done with it."""
