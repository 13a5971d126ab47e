"""Encrypted connections to the three servers: the right certificates work, anything else is told with the way out."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.runtime import dependencies
from shared.runtime.broker import Publisher
from shared.runtime.connection import connect
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.objects import Objects
from shared.runtime.settings import Settings
from shared.runtime.store import open_store
from tests.authority import HOST, OTHER_NAME, Papers
from tests.terminator import Terminator

FAULTS = {
    "another CA": ("is not of a CA that we trust", "FAS_TLS_CA_FILE"),
    "another name": ("is for another host name", ""),
    "no certificate": ("wants a client certificate", "FAS_TLS_CERT_FILE"),
}
NAMED = {"broker": "FAS_RABBIT_URL", "database": "FAS_MONGO_URL", "object_store": "FAS_S3_ENDPOINT"}
Ask = Callable[[Settings], Awaitable[None]]


@dataclass
class Fence:
    """A terminator of TLS before each server of this run."""

    papers: Papers
    strange: Papers
    servers: Mapping[str, Terminator]
    plain: Settings

    def settings(self, fault: str = "", **given: Any) -> Settings:
        """Settings that lead through the fence, with one of the FAULTS."""
        host = OTHER_NAME if fault == "another name" else HOST
        at = {name: f"{host}:{server.port}" for name, server in self.servers.items()}
        papers = {
            "tls_ca_file": (self.strange if fault == "another CA" else self.papers).ca,
            "tls_cert_file": self.papers.client_cert, "tls_key_file": self.papers.client_key,
        }  # fmt: skip
        if fault == "no certificate":
            papers |= {"tls_cert_file": "", "tls_key_file": ""}
        user = urlsplit(self.plain.rabbit_url).netloc.rpartition("@")[0]
        return self.plain.model_copy(
            update=papers | {
                "rabbit_url": f"amqps://{user}@{at['broker']}/",
                "mongo_url": f"mongodb://{at['database']}/?directConnection=true&tls=true",
                "s3_endpoint": f"https://{at['object_store']}", **given,
            }
        )  # fmt: skip


@pytest.fixture(scope="module")
def fence(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fence]:
    """Before the servers that every test uses."""
    folder = tmp_path_factory.mktemp("papers")
    papers, strange = Papers.made(folder / "ours"), Papers.made(folder / "strange")
    targets = {
        "broker": settings.rabbit_url, "database": settings.mongo_url, "object_store": settings.s3_endpoint,
    }  # fmt: skip
    with ExitStack() as held:
        servers = {
            name: held.enter_context(
                Terminator(urlsplit(url if "//" in url else f"//{url}").port or 0, papers)
            )
            for name, url in targets.items()
        }
        yield Fence(papers, strange, servers, settings)


@pytest.fixture(autouse=True)
def _nothing_is_away() -> Iterator[None]:
    dependencies._away.clear()
    yield
    dependencies._away.clear()


async def _broker(settings: Settings) -> None:
    waiting = asyncio.create_task(connect(settings.broker, "test"))
    try:
        done, _ = await asyncio.wait({waiting}, timeout=2)
        if done:
            await (await waiting).close()
            return
        why = dependencies.reasons()["broker"]
    finally:
        waiting.cancel()
    raise DependencyUnavailable("broker", why)


async def _database(settings: Settings) -> None:
    store = open_store(settings)
    try:
        await store.ping()
    finally:
        await store.close()


async def _object_store(settings: Settings) -> None:
    objects = Objects(settings)
    try:
        await objects.ensure_bucket()
        await objects.put("encrypted", b"kept", "text/plain")
        assert await objects.get("encrypted") == b"kept"
    finally:
        objects.close()


ASKED: tuple[tuple[str, Ask, dict[str, str]], ...] = (
    ("broker", _broker, {}), ("object_store", _object_store, {}),
    ("database", _database, {"mongo_driver": "motor"}), ("database", _database, {"mongo_driver": "pymongo"}),
)  # fmt: skip


async def test_the_right_certificates_open_every_server_with_one_file_or_two(fence: Fence) -> None:
    one_file = {"tls_cert_file": fence.papers.client_both, "tls_key_file": ""}
    for _, ask, given in ASKED:
        await ask(fence.settings(**given))
        await ask(fence.settings(**given, **one_file))


@pytest.mark.parametrize("fault", FAULTS)
async def test_wrong_certificates_are_told_with_the_server_and_the_way_out(fence: Fence, fault: str) -> None:
    async def told(dependency: str, ask: Ask, given: dict[str, str]) -> str:
        with pytest.raises(DependencyUnavailable) as away:
            await ask(fence.settings(fault, **given))
        return f"{dependency} {away.value}"

    said = await asyncio.gather(*(told(*each) for each in ASKED))

    why, way_out = FAULTS[fault]
    for each in said:
        assert (
            f"TLS: the certificate of the server of {NAMED[each.split()[0]]}" in each
            or "no certificate" in fault
        ), each
        assert NAMED[each.split()[0]] in each
        assert why in each, each
        assert way_out in each, each


async def test_a_certificate_that_goes_bad_while_we_run_is_told_and_a_renewed_one_is_taken(
    fence: Fence,
) -> None:
    publisher, server = Publisher(fence.settings().broker, "test"), fence.servers["broker"]
    await publisher.start()
    try:
        await publisher.ping()
        server.show(fence.strange)
        server.reset()
        async with asyncio.timeout(15):
            while "is not of a CA that we trust" not in (said := await _ping(publisher)):
                assert "does not answer" in said or not said
        server.show(fence.papers)
        async with asyncio.timeout(15):
            while await _ping(publisher):
                await asyncio.sleep(0.1)
    finally:
        server.show(fence.papers)
        await publisher.close()


async def _ping(publisher: Publisher) -> str:
    try:
        await publisher.ping()
    except DependencyUnavailable as wait:
        return str(wait)
    return ""
