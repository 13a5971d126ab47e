"""The whole system on encrypted connections, RabbitMQ's own among them; each wrong certificate as an operator sees it."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from deploy.local.ports import LOOPBACK, Ports, free_ports
from deploy.local.rabbitmq import rabbitmq
from deploy.local.servers import start_servers
from deploy.local.system import SystemPorts, service_program, start_system
from shared.runtime.settings import Settings
from shared.runtime.store import open_store
from shared.runtime.tls import is_about_certificates
from simulator.customs import SimulatedCustoms
from tests.api_client import a_world
from tests.authority import HOST, OTHER_NAME, Papers
from tests.extent import ALL
from tests.terminator import Terminator

pytestmark = pytest.mark.skipif(not ALL, reason="starts servers and whole systems: make test-all")
URLS = {
    "broker": ("FAS_RABBIT_URL", "amqps://guest:guest@{}/"),
    "database": ("FAS_MONGO_URL", "mongodb://{}/?directConnection=true&tls=true"),
    "object_store": ("FAS_S3_ENDPOINT", "https://{}"),
}
FAULTS = {
    "another CA": "is not of a CA that we trust",
    "another name": "is for another host name",
    "no certificate": "wants a client certificate",
}
LISTENER = """
listeners.ssl.default = {host}:{port}
ssl_options.cacertfile = {ca}
ssl_options.certfile = {cert}
ssl_options.keyfile = {key}
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
"""


@dataclass
class EncryptedServers:
    """Servers that speak TLS, by the port of each."""

    folder: Path
    papers: Papers
    strange: Papers
    ports: dict[str, int]
    common: dict[str, str]

    def environment(self, *encrypted: str, fault: str = "") -> dict[str, str]:
        """Settings for a service that speaks TLS to these servers, with one of the FAULTS."""
        found = self.common | self.papers.settings()
        for name in encrypted:
            setting, url = URLS[name]
            found[setting] = url.format(
                f"{OTHER_NAME if fault == 'another name' else HOST}:{self.ports[name]}"
            )
        if fault == "another CA":
            found["FAS_TLS_CA_FILE"] = self.strange.ca
        if fault == "no certificate":
            del found["FAS_TLS_CERT_FILE"], found["FAS_TLS_KEY_FILE"]
        return found


@pytest.fixture(scope="module")
async def stand(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedServers]:
    """A RabbitMQ that listens with TLS, terminators before the stand-ins."""
    folder = tmp_path_factory.mktemp("encrypted")
    papers, strange = Papers.made(folder / "ours"), Papers.made(folder / "strange")
    async with AsyncExitStack() as held:
        given = {"FAS_RABBIT_URL": "amqp://elsewhere/"}
        servers = await asyncio.to_thread(
            start_servers, folder / "servers", ports=Ports.random(), given=given
        )
        held.push_async_callback(asyncio.to_thread, servers.stop)
        (port,) = free_ports(1)
        broker = rabbitmq(folder, Ports.random())
        with (folder / "rabbitmq" / "rabbitmq.conf").open("a") as configuration:
            configuration.write(
                LISTENER.format(
                    host=LOOPBACK, port=port, ca=papers.ca, cert=papers.server_cert, key=papers.server_key
                )
            )
        held.push_async_callback(asyncio.to_thread, broker.stop)
        await asyncio.to_thread(broker.start)
        ports = {"broker": port}
        for name, setting in (("database", "FAS_MONGO_URL"), ("object_store", "FAS_S3_ENDPOINT")):
            url = servers.environment[setting]
            target = urlsplit(url if "//" in url else f"//{url}").port or 0
            ports[name] = held.enter_context(Terminator(target, papers)).port
        common = {
            **servers.environment,
            **broker.environment,
            "FAS_LOG_FORMAT": "json",
            "FAS_RECEIPT_DELAYS": "0.3,0.5",
        }
        yield EncryptedServers(folder, papers, strange, ports, common)


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_case_moves_and_a_file_is_kept_on_encrypted_connections(
    stand: EncryptedServers, driver: str
) -> None:
    environment = stand.environment(*URLS) | {
        "FAS_MONGO_DRIVER": driver, "FAS_MONGO_DATABASE": f"e-{driver}", "FAS_S3_BUCKET": f"e-{secrets.token_hex(4)}",
    }  # fmt: skip
    settings = Settings(**{name.removeprefix("FAS_").lower(): value for name, value in environment.items()})  # type: ignore[arg-type]
    system = await asyncio.to_thread(
        start_system, environment, data_dir=stand.folder / driver, ports=SystemPorts.random()
    )
    store = open_store(settings)
    try:
        async with SimulatedCustoms.at(settings) as customs, a_world(system, customs, store) as world:
            number, declaration = await world.submitted()
            await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
            await world.officer.stands(number, "application", "received")
    finally:
        await store.close()
        statuses = await asyncio.to_thread(system.stop)
    assert set(statuses.values()) == {0}
    told = [line for program in system.programs.values() for line in _lines(program.log)]
    lost = [line["error"] for line in told if line["event"] == "dependency_lost"]
    assert not [error for error in lost if is_about_certificates(error)], "only a stall may end a connection"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("wrong", URLS)
async def test_a_wrong_certificate_is_one_event_and_ready_names_the_server_and_the_way_out(
    stand: EncryptedServers, wrong: str, fault: str
) -> None:
    environment, ports = stand.environment(wrong, fault=fault), SystemPorts.random()
    service = service_program("intake", environment, ports, stand.folder / f"{wrong} {fault}")
    await asyncio.to_thread(service.start)
    try:
        failing = await _told(ports.health["intake"], wrong)
    finally:
        status = await asyncio.to_thread(service.stop)

    assert failing["service"] == "starting"
    assert FAULTS[fault] in failing[wrong]
    assert URLS[wrong][0] in failing[wrong]
    lost = [
        line
        for line in _lines(service.log)
        if line["event"] == "dependency_lost" and line["dependency"] == wrong
    ]
    told = [(line["error"], line["level"]) for line in lost]
    assert told == [(failing[wrong], "warning")]
    assert status == 0


async def _told(port: int, dependency: str) -> dict[str, str]:
    """What /ready says once it names a server."""
    async with asyncio.timeout(30), httpx.AsyncClient(trust_env=False, timeout=10) as client:
        while True:
            try:
                answer = (await client.get(f"http://{LOOPBACK}:{port}/ready")).json()
            except httpx.TransportError:
                answer = {}
            failing: dict[str, str] = answer.get("failing", {})
            if dependency in failing:
                return failing
            await asyncio.sleep(0.1)


def _lines(log: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
