"""The address that people type decides: other names are not answered, cookies and browsers stay with https."""

import asyncio
import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from deploy.local.system import RunningSystem, SystemPorts, start_system

UVICORNS_OWN_IDLE_SECONDS = 5


@pytest.fixture(scope="module")
def behind_https(
    environment: dict[str, str], system: RunningSystem, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSystem]:
    """A portal on every address of this machine, which people reach as https://fas.example.org."""
    told = {**environment, "FAS_PUBLIC_URL": "https://fas.example.org"}
    folder = tmp_path_factory.mktemp("public")
    with start_system(
        told, data_dir=folder, services=("portal",), ports=SystemPorts.random(), say=print
    ) as portal:
        yield portal


async def test_cookies_are_secure_and_browsers_are_told_to_stay_with_https(
    behind_https: RunningSystem,
) -> None:
    async with httpx.AsyncClient(base_url=behind_https.portal_url, trust_env=False) as client:
        page = await client.get("/sign-in", headers={"Host": "fas.example.org"})
        api = await client.get("/api/v1/me", headers={"Host": "fas.example.org:443"})

    assert page.status_code == 200
    assert "Secure" in page.headers["set-cookie"]
    for answer in (page, api):
        assert answer.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("fas.example.org", 200), ("FAS.example.org", 200), ("10.1.2.3:8080", 200), ("portal:8080", 200),
        ("evil.example", 421), ("fas.example.org.evil.example", 421), ("[", 421), ("a b.c", 421),
    ],
)  # fmt: skip
async def test_another_name_is_not_answered(behind_https: RunningSystem, host: str, status: int) -> None:
    async with httpx.AsyncClient(base_url=behind_https.portal_url, trust_env=False) as client:
        answer = await client.get("/sign-in", headers={"Host": host})

    assert answer.status_code == status
    if status == 421:
        assert answer.json()["code"] == "unknown_host"


async def test_an_idle_connection_is_left_to_its_client_to_end(behind_https: RunningSystem) -> None:
    url = httpx.URL(behind_https.portal_url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(b"GET /health/none HTTP/1.1\r\nHost: fas.example.org\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))

    with pytest.raises(TimeoutError):  # a closed one would give its end
        await asyncio.wait_for(reader.read(1), UVICORNS_OWN_IDLE_SECONDS + 1)
    writer.close()


@pytest.mark.parametrize(
    ("told", "warned"),
    [
        ({"FAS_BIND_ADDRESS": "0.0.0.0"}, "FAS_PUBLIC_URL is not set"),
        ({"FAS_PUBLIC_URL": "http://fas.example.org"}, "FAS_PUBLIC_URL begins with http"),
        ({}, None),
    ],
    ids=["no name on every address", "no https", "as make up"],
)
def test_the_start_warns_where_passwords_could_travel_without_https(
    told: dict[str, str], warned: str | None, environment: dict[str, str], system: RunningSystem,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("warned")
    with start_system(
        {**environment, **told}, data_dir=folder, services=("portal",), ports=SystemPorts.random(), say=print
    ) as portal:
        lines = [json.loads(line) for line in portal.programs["portal"].log.read_text().splitlines()]

    reasons = [line["reason"] for line in lines if line["event"] == "served_without_https"]
    assert len(reasons) == (1 if warned else 0)
    assert warned is None or reasons[0].startswith(warned)


def test_a_local_run_is_reached_from_this_machine_alone(system: RunningSystem) -> None:
    ports = [system.ports.portal, *system.ports.health.values()]
    other = "127.0.0.2"  # this machine too, but not the address that is bound
    reached = []
    for port in ports:
        with socket.socket() as asked:
            asked.settimeout(2)
            if asked.connect_ex((other, port)) == 0:
                reached.append(port)
    assert reached == []
