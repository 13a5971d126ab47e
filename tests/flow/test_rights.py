"""What each user of the broker may do, at a real one that has loaded what `fas access` writes (deploy/access/)."""

import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiormq
import pytest
from aio_pika.abc import AbstractRobustConnection

from cli.commands.access import PASSWORD
from cli.topology import WITH_CUSTOMS
from deploy.access.rights import CUSTOMS, DEFAULT_EXCHANGE, PREPARE, RIGHTS
from deploy.demo.play import play
from deploy.local.ports import LOOPBACK, Ports
from deploy.local.rabbitmq import rabbitmq
from deploy.local.system import RunningSystem, SystemPorts, service_program
from shared.contracts.topology import CUSTOMS_EXCHANGES, EVENTS, OWN_EXCHANGES, SERVICES
from shared.runtime.addresses import BrokerAddress
from shared.runtime.connection import connect
from shared.runtime.topology import NotPrepared, provide
from tests.extent import ALL

Call = Callable[[aiormq.abc.AbstractChannel], Awaitable[object]]
UrlOf = Callable[[str], str]
ANYTHING = "no.queue.of.ours"


@pytest.fixture(scope="module")
def url_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UrlOf]:
    """The URL by which a user reaches a broker of this module's own; `guest` may do everything."""
    folder, ports = tmp_path_factory.mktemp("broker"), Ports.random()
    passwords = {name: secrets.token_urlsafe(16) for name in RIGHTS}
    given = {f"{PASSWORD}{name.upper()}": password for name, password in passwords.items()}
    _run(sys.executable, "-m", "cli.main", "access", str(folder), env={**os.environ, **given})
    broker = rabbitmq(folder, ports)
    try:
        broker.start()
        control = Path(broker.main.command[0]).with_name("rabbitmqctl")
        _run(str(control), "import_definitions", f"{folder}/definitions.json", env=broker.main.environment)
        passwords["guest"] = "guest"
        yield lambda user: f"amqp://{user}:{passwords[user]}@{LOOPBACK}:{ports.rabbit}/"
    finally:
        broker.stop()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AbstractRobustConnection]:
    """A connection until the block ends."""
    connection = await connect(BrokerAddress(url), "test")
    async with connection:
        yield connection


async def may(connection: AbstractRobustConnection, call: Call) -> bool:
    """Whether the broker lets the user do it."""
    assert connection.transport is not None
    channel = await connection.transport.connection.channel()
    try:
        await call(channel)
    except aiormq.exceptions.ChannelAccessRefused:
        return False
    await channel.close()
    return True


def publish(exchange: str, key: str) -> Call:
    """Publish to an exchange; a queue that takes it need not be there."""
    return lambda channel: channel.basic_publish(b"x", exchange=exchange, routing_key=key)


def take(queue: str) -> Call:
    """Look for a message in a queue; one that is there comes back when the channel is closed."""
    return lambda channel: channel.basic_get(queue, no_ack=False)


async def consumed(connection: AbstractRobustConnection) -> set[str]:
    """The queues of ours that the user may consume."""
    return {name for name in WITH_CUSTOMS.names if await may(connection, take(name))}


async def written(connection: AbstractRobustConnection) -> set[str]:
    """The exchanges that the user may publish to, the default one among them, whatever the key."""
    keys = {EVENTS: (*RIGHTS[PREPARE].hears, "case.moved"), "": (ANYTHING,)}
    return {
        name or DEFAULT_EXCHANGE
        for name in ("", *CUSTOMS_EXCHANGES, *OWN_EXCHANGES)
        for key in keys.get(name, ("receipt",))
        if await may(connection, publish(name, key))
    }


async def test_customs_writes_receipts_and_reads_its_two_queues_and_can_do_nothing_else(
    url_of: UrlOf,
) -> None:
    changes: dict[str, Call] = {
        "declare a queue": lambda channel: channel.queue_declare(ANYTHING),
        "delete a queue": lambda channel: channel.queue_delete("customs.receipts"),
        "empty our queue": lambda channel: channel.queue_purge("customs.receipts"),
        "hear our events": lambda channel: channel.queue_bind("customs.declarations", EVENTS, "#"),
        "unbind our queue": lambda channel: channel.queue_unbind("customs.receipts", "customs.receipts", "receipt"),
        "delete an exchange": lambda channel: channel.exchange_delete("customs.receipts"),
    }  # fmt: skip
    async with connected(url_of(CUSTOMS)) as connection:
        assert await written(connection) == {"customs.receipts"}
        assert await consumed(connection) == {"customs.declarations", "customs.receipt-acks"}
        assert [what for what, call in changes.items() if await may(connection, call)] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_does_what_its_row_says_and_no_more(url_of: UrlOf, service: str) -> None:
    async with connected(url_of(service)) as connection:
        assert await consumed(connection) == RIGHTS[service].reads - {EVENTS}
        assert await written(connection) == RIGHTS[service].writes
        keys = ("case.moved", "receipt.settled", "submission.declared", "fact.intake", "other")
        sent = {key for key in keys if await may(connection, publish(EVENTS, key))}
        assert sent == RIGHTS[service].sends & {*keys}
        assert not await may(connection, lambda channel: channel.queue_delete("intake.facts"))


async def test_a_queue_that_is_gone_is_waited_for_until_who_may_declare_it_has(url_of: UrlOf) -> None:
    async with connected(url_of("guest")) as anybody, connected(url_of("intake")) as service:
        await provide(service, WITH_CUSTOMS)
        await may(anybody, lambda channel: channel.queue_delete("intake.facts"))
        with pytest.raises(NotPrepared, match=r"queue intake\.facts: not there; run `fas prepare`"):
            await provide(service, WITH_CUSTOMS)

        async with connected(url_of(PREPARE)) as preparing:
            await provide(preparing, WITH_CUSTOMS)

        await provide(service, WITH_CUSTOMS)


@pytest.mark.skipif(not ALL, reason="the whole demonstration again: in make test-all")
async def test_each_service_and_customs_play_the_demonstration_as_users_of_their_own(
    url_of: UrlOf, environment: dict[str, str], tmp_path: Path
) -> None:
    own = environment | {"FAS_MONGO_DATABASE": f"rights-{secrets.token_hex(4)}"}
    with _services(own, url_of, tmp_path) as system:
        await play(own | {"FAS_RABBIT_URL": url_of(CUSTOMS)}, system.portal_url)
        assert "topology_refused" not in "".join(each.log.read_text() for each in system.programs.values())


def _services(environment: dict[str, str], url_of: UrlOf, folder: Path) -> RunningSystem:
    ports = SystemPorts.random()
    programs = {
        name: service_program(name, environment | {"FAS_RABBIT_URL": url_of(name)}, ports, folder)
        for name in SERVICES
    }
    system = RunningSystem(programs, ports)
    try:
        for program in programs.values():
            program.start()
        system.wait_until_ready(*SERVICES)
    except BaseException:
        system.stop()
        raise
    return system


def _run(*command: str, env: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=dict(env), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
