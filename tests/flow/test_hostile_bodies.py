"""Big and odd bodies: nobody's is read before it is known who asks, and every answer is quick and short."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from deploy.local.system import RunningSystem
from services.portal.http.limits import most_bytes
from shared.runtime.settings import Settings
from shared.runtime.store import open_store
from simulator.customs import SimulatedCustoms
from tests.access import ROWS, May
from tests.api_client import World, a_world

SECONDS, BYTES = 1.0, 64 * 1024
CHANGING = sorted((method, path) for method, path in ROWS if method not in ("GET", "HEAD"))
PARAMETERS = {
    "{receipt_id:path}": "x", "{answer}": "agree", "{consultation}": "protocol_consultation",
    "{attachment_id}": "x", "{round}": "1", "{stage}": "application",
}  # fmt: skip


@pytest.fixture(scope="module")
async def here(system: RunningSystem, customs: SimulatedCustoms, settings: Settings) -> AsyncIterator[World]:
    """An authority for all of these requests."""
    store = open_store(settings)
    async with a_world(system, customs, store) as found:
        yield found
    await store.close()


@pytest.fixture(scope="module")
async def case(here: World) -> str:
    """A case of this authority whose questionnaire is open."""
    return await here.questionnaire_opened()


def target(path: str, case: str) -> str:
    """The path with something for each of its parameters."""
    for name, value in PARAMETERS.items():
        path = path.replace(name, value)
    return path.replace("{case}", case)


def hostile(size: int) -> Iterator[tuple[str, bytes]]:
    """Bodies of about this size, each of which is long in another way."""
    room = size - 4000
    yield "numbers in a list", _json({"specific": [1] * (room // 2), "attachments": [1]})
    yield "texts in a list", _json({"specific": ["x"] * (room // 4)})
    yield "files", _json({"attachments": [{"id": 1}] * (room // 9)})
    yield "a long text", _json({"overview": "x" * room, "statement": "x", "text_en": "x", "why": "x" * 2000})
    yield "unknown fields", _json({f"u{n}": 1 for n in range(room // 12)})
    yield "a long name", _json({"k" * (room // 2): 1})
    yield "nested lists", b"[" * (room // 2) + b"]" * (room // 2)
    yield "empty lists", b"[" + b"[]," * (room // 3) + b"[]]"
    yield "a long number", b'{"category": ' + b"9" * room + b"}"
    yield "answers", _json({"answers": {f"u.q{n}": {"value": [1]} for n in range(room // 30)}})
    yield (
        "answers of unknown kinds",
        _json({"answers": {f"u.q{n}": {"x": 1} for n in range(min(1500, room // 25))}}),
    )
    yield "an answer of numbers", _json({"answers": {"u.q": {"value": [1] * (room // 3)}}})
    yield "an answer of tables", _json({"answers": {"u.q": {"value": [{"c": 1}] * (room // 12)}}})
    yield "an answer with a long name", _json({"answers": {"k" * (room // 2): {"value": []}}})
    yield "a wide row", _json({"answers": {"u.q": {"value": [{f"c{n}": "" for n in range(room // 14)}]}}})
    yield "not text", b"\xff" * room


def _json(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


@pytest.mark.parametrize(("method", "path"), CHANGING)
async def test_a_hostile_body_is_answered_at_once_and_briefly(
    here: World, case: str, method: str, path: str
) -> None:
    address = target(path, case)
    if method == "DELETE" and address.endswith("/token"):
        return  # it would sign out
    client = (here.operator if ROWS[method, path].may is May.OPERATOR else here.officer).client
    faults = []
    for name, body in hostile(most_bytes(address)):
        assert len(body) <= most_bytes(address)
        url = httpx.URL(client.base_url, path=address)
        begun = time.perf_counter()
        answer = await client.request(method, url, content=body, headers={"Content-Type": "application/json"})
        took = time.perf_counter() - begun
        if took > SECONDS or len(answer.content) > BYTES or answer.status_code >= 500:
            faults.append(f"{name}: {answer.status_code} {len(answer.content)} bytes, {took:.2f} s")
    assert not faults, f"{method} {path}\n" + "\n".join(faults)


@pytest.mark.parametrize(("method", "path"), CHANGING)
async def test_a_body_longer_than_its_route_takes_is_refused_unread(
    here: World, case: str, method: str, path: str
) -> None:
    address = target(path, case)

    answer = await _answer_before_the_body(here, method, address, most_bytes(address) + 1)

    assert " 413 " in answer


@pytest.mark.parametrize(("method", "path"), [each for each in CHANGING if ROWS[each].may is not May.ANYBODY])
async def test_who_asks_is_known_before_the_body_is_read(
    here: World, case: str, method: str, path: str
) -> None:
    address, length = target(path, case), 10_000

    assert " 401 " in await _answer_before_the_body(here, method, address, length)
    wrong = "Bearer nobody-has-this"
    assert " 401 " in await _answer_before_the_body(here, method, address, length, wrong)
    if ROWS[method, path].may is not May.SIGNED_IN:
        other = here.officer if ROWS[method, path].may is May.OPERATOR else here.operator
        token = other.client.headers["Authorization"]
        assert " 403 " in await _answer_before_the_body(here, method, address, length, token)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="k"\r\n\r\n\r\n' * 20_000),
        ("multipart/form-data; boundary=x",
         b'--x\r\nContent-Disposition: form-data; name="' + b"k" * 100_000 + b'"\r\n\r\n\r\n--x--\r\n'),
        ("multipart/form-data; boundary=x",
         b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n\r\n' * 5_000),
        ("application/x-www-form-urlencoded", b"a=1&" * 100_000),
    ],
    ids=["many fields", "a long name", "many files", "a long query"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/attachments", "/cases/{case}/stages/questionnaire/workbook"])
async def test_a_form_of_many_parts_is_answered_at_once_and_briefly(
    here: World, case: str, path: str, kind: str, body: bytes
) -> None:
    begun = time.perf_counter()
    answer = await here.officer.client.post(
        path.replace("{case}", case), content=body, headers={"Content-Type": kind}
    )

    assert answer.status_code in (400, 422), answer.text[:300]
    assert time.perf_counter() - begun < SECONDS
    assert len(answer.content) < BYTES


async def test_the_first_faults_are_named_and_the_rest_counted(here: World, case: str) -> None:
    body = {"answers": {f"u.q{n}": {"value": {"a": 1}} for n in range(200)}}

    refused = await here.officer.ask("PUT", f"/cases/{case}/stages/questionnaire", 422, json=body)

    assert len(refused["errors"]) == 50
    assert "150 more" in refused["detail"]


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"headers": {"Idempotency-Key": "k" * 201}}, 422, "validation_error"),
        ({"params": {"q": "x" * 9000}}, 414, "uri_too_long"),
    ],
)
async def test_a_long_key_and_a_long_address_are_refused(
    here: World, given: dict[str, Any], status: int, code: str
) -> None:
    refused = await here.officer.ask("POST", "/assessments", status, json={}, **given)

    assert refused["code"] == code


async def test_headers_without_end_are_refused(here: World) -> None:
    reader, writer = await _connected(here)
    writer.write(b"GET /sign-in HTTP/1.1\r\nHost: x\r\n")
    try:
        for number in range(400):
            writer.write(f"X-{number}: {'x' * 1000}\r\n".encode())
            await writer.drain()
        answer = (await reader.readline()).decode()
    except ConnectionError:
        answer = "closed 400"
    writer.close()

    assert "400" in answer


async def _answer_before_the_body(
    here: World, method: str, address: str, length: int, token: str = ""
) -> str:
    """The first line of the answer to a request whose body is announced and never comes."""
    reader, writer = await _connected(here)
    head = [f"{method} {address} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    head += [f"Content-Length: {length}", *([f"Authorization: {token}"] if token else []), "", ""]
    writer.write("\r\n".join(head).encode())
    try:
        async with asyncio.timeout(5):
            return (await reader.readline()).decode()
    except TimeoutError:
        return "no answer: it waits for the body"
    finally:
        writer.close()


async def _connected(here: World) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    url = here.officer.client.base_url
    return await asyncio.open_connection(url.host, url.port)
