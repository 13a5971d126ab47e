"""Requests that no honest client sends: each is answered by a problem, none by a fault of ours or by somebody else's data."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from deploy.local.system import RunningSystem
from services.portal.web import make_app
from shared.runtime.settings import Settings
from shared.runtime.store import open_store
from simulator.customs import SimulatedCustoms
from tests.access import API
from tests.api_client import FORM, World, a_world

NOBODYS: Any = None  # the routes are listed, not called
CONTROL, LONG = "%00", "A" * 5000
ODD_IDS = (
    CONTROL, LONG, "%ff%fe", "..%2f..", "%2e%2e", "..%5c..", "$ne", '{"$gt":""}', "[$ne]", "null", "-1", "0x10", "%20",
    "*", ".*", "%E7%94%B3", "%F0%9F%90%9F", "a%0d%0aX-Injected:%20yes", "%252e%252e", "'%20or%201=1", ";id", "%25",
)  # fmt: skip
OPERATORS: tuple[Any, ...] = (
    {"$ne": None},
    {"$gt": ""},
    {"$regex": ".*"},
    [{"$ne": 1}],
    1,
    True,
    "\ud800",
    "a\0b",
)
PATHS = {
    str(route.path).replace("{receipt_id:path}", "x").replace("{consultation:consultation}", "protocol_consultation")
    for route in iter_route_contexts(make_app(NOBODYS).routes)
    if route.methods
}  # fmt: skip


@pytest.fixture(scope="module")
async def here(system: RunningSystem, customs: SimulatedCustoms, settings: Settings) -> AsyncIterator[World]:
    """One authority for all of these requests: they change nothing that another one of them looks at."""
    store = open_store(settings)
    async with a_world(system, customs, store) as found:
        yield found
    await store.close()


@pytest.fixture(scope="module")
async def elsewhere(
    system: RunningSystem, customs: SimulatedCustoms, settings: Settings
) -> AsyncIterator[World]:
    """Another authority, which has nothing."""
    store = open_store(settings)
    async with a_world(system, customs, store) as found:
        yield found
    await store.close()


def is_refusal(answer: httpx.Response) -> bool:
    """The API answers with a problem, the pages with a page that says what is wrong."""
    asked_api = answer.request.url.path.startswith("/api/")
    return is_problem(answer) if asked_api else "data-error=" in answer.text


def is_problem(answer: httpx.Response) -> bool:
    """Whether a request was refused as the contract says."""
    refused = 400 <= answer.status_code < 500
    return (
        refused
        and answer.headers["content-type"] == "application/problem+json"
        and bool(answer.json()["code"])
    )


async def raw(world: World, method: str, target: str, **given: Any) -> httpx.Response:
    """An answer to a request whose path is sent as it is written."""
    client = world.officer.client
    url = httpx.URL(client.base_url, raw_path=target.encode())
    return await client.send(client.build_request(method, url, **given))


@pytest.mark.parametrize("odd", ODD_IDS, ids=lambda odd: odd[:12])
async def test_an_odd_id_names_nothing(here: World, odd: str) -> None:
    mine = await here.officer.ask("POST", "/assessments", 201, json=FORM)
    for method, path in (
        ("GET", f"/cases/{odd}"), ("GET", f"/cases/{odd}/timeline"), ("GET", f"/cases/{mine['id']}/stages/{odd}"),
        ("GET", f"/attachments/{odd}"), ("POST", f"/assessments/{odd}/submit"), ("DELETE", f"/assessments/{odd}"),
        ("POST", f"/cases/{odd}/stages/evaluation/submit"), ("POST", f"/cases/{mine['id']}/stages/{odd}/reply"),
    ):  # fmt: skip
        answer = await raw(here, method, API + path)
        assert is_problem(answer), f"{method} {path}: {answer.status_code} {answer.text[:200]}"
        assert "x-injected" not in answer.headers
    receipt = await here.operator.client.get(f"/ops/receipts/{odd}")
    assert is_problem(receipt), receipt.text[:200]


@pytest.mark.parametrize(
    "target",
    [
        f"{API}/attachments/..%2f..%2fcases", f"{API}//cases", f"{API}/cases/",
        f"{API}/docs-assets/..%2f..%2f..%2fetc%2fpasswd", f"{API}/docs-assets/../../../../etc/passwd",
        f"{API}/docs-assets/%2e%2e/%2e%2e/etc/passwd", "/api/v2/cases", "/admin", "/.env", f"{API}/CASES", "//etc/passwd",
    ],
)  # fmt: skip
async def test_a_path_that_leads_nowhere_leads_nowhere(here: World, target: str) -> None:
    answer = await raw(here, "GET", target)

    assert answer.status_code == 404
    assert is_refusal(answer)


@pytest.mark.parametrize("path", sorted(PATHS))
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PATCH", "PROPFIND"])
async def test_a_method_that_a_route_does_not_take_is_refused_with_those_it_takes(
    here: World, method: str, path: str
) -> None:
    answer = await raw(here, method, path)

    assert answer.status_code == 405, answer.text
    assert answer.headers["allow"]
    assert is_refusal(answer)


async def test_head_tells_nothing_that_get_would_not(here: World, elsewhere: World) -> None:
    case = await here.draft()
    theirs = await elsewhere.officer.client.head(f"/cases/{case}")
    nobodys = await elsewhere.officer.client.head("/cases/01ARZ3NDEKTSV4RRFFQ69G5FAV")

    assert (theirs.status_code, theirs.headers["content-length"]) == (
        nobodys.status_code, nobodys.headers["content-length"],
    )  # fmt: skip


@pytest.mark.parametrize("odd", OPERATORS, ids=repr)
async def test_a_query_of_the_database_in_a_field_is_no_query(here: World, odd: Any) -> None:
    case = await here.draft()
    bodies = (
        ("POST", "/assessments", {"category": odd}), ("POST", "/assessments", {"attachments": [odd]}),
        ("POST", "/assessments", {"contact": {"name": odd}}), ("POST", "/assessments", {"specific": odd}),
        ("PUT", f"/assessments/{case}", {"overview": odd}), ("PUT", f"/assessments/{case}", {"attachments": odd}),
        ("PUT", f"/cases/{case}/stages/questionnaire", {"answers": odd}),
        ("PUT", f"/cases/{case}/stages/evaluation", {"statement": odd}),
    )  # fmt: skip
    for method, path, body in bodies:
        answer = await here.officer.client.request(method, path, content=json.dumps(body))
        assert answer.status_code in {200, 201} or is_problem(answer), f"{path} {body}: {answer.text[:300]}"
        if not isinstance(odd, str):
            assert answer.status_code == 422, f"{path} {body}: {answer.text[:300]}"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"\xff\xfe", b"NaN", b'{"overview": NaN}', b"[" * 100_000, b'{"category": 1e400}',
        b'{"category": "a", "category": {"$ne": 1}}', b'{"__class__": "x"}', b"a=b", b'{"overview": "\\ud800"}',
    ],
    ids=lambda body: repr(body[:24]),
)  # fmt: skip
async def test_a_body_that_is_no_form_is_refused(here: World, body: bytes) -> None:
    answer = await here.officer.client.post("/assessments", content=body)

    assert is_problem(answer), f"{answer.status_code} {answer.text[:300]}"


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "page=0", "page=-1", "page=99999999999999999999999999", "size=0", "size=1e9", "sort=$where", "sort=_id",
        "kind[$ne]=x&size=x", "stage=$ne", "status=%00", "kind=assessment&kind=%7B%7D", "size=10&size=10000",
    ],
)  # fmt: skip
async def test_an_odd_query_of_the_list_is_refused(here: World, query: str) -> None:
    answer = await here.officer.client.get(f"/cases?{query}")

    assert is_problem(answer), f"{answer.status_code} {answer.text[:300]}"


@pytest.mark.parametrize("query", ["page=99999999999999999999999999", "page=0", "size=1000", "size=x"])
async def test_an_odd_query_of_the_receipts_is_refused(here: World, query: str) -> None:
    assert is_problem(await here.operator.client.get(f"/ops/receipts?{query}"))


@pytest.mark.parametrize(
    "query",
    [
        "authority=ALL", "authority[$ne]=x", "q=.*", "q=%5B%5D", "category[$ne]=x", "category=%00", "kind=&kind=",
        "user=operator", "role=operator", "q=a&q=.*", "filter=%7B%7D", "category=%7B%22%24ne%22%3A1%7D",
    ],
)  # fmt: skip
async def test_no_query_brings_another_authoritys_cases_into_the_list(
    here: World, elsewhere: World, query: str
) -> None:
    await here.draft()

    listed = await elsewhere.officer.ask("GET", f"/cases?{query}")

    assert (listed["items"], listed["total"]) == ([], 0)


@pytest.mark.parametrize(
    "form",
    [
        {"username": '{"$gt": ""}', "password": '{"$gt": ""}'}, {"username[$ne]": "x", "password[$ne]": "x"}, {},
        {"username": "officer\0", "password": "x" * 12}, {"username": "a" * 5000, "password": "b" * 5000},
        {"username": ["a", "b"], "password": ["c", "d"]}, {"username": "", "password": ""},
    ],
    ids=lambda form: repr(form)[:40],
)  # fmt: skip
async def test_a_query_of_the_database_signs_nobody_in(here: World, form: dict[str, Any]) -> None:
    async with httpx.AsyncClient(
        base_url=here.officer.client.base_url, trust_env=False, timeout=30
    ) as client:
        answers = [await client.post("/token", data=form), await client.post("/token", json=form)]

    assert all(is_problem(answer) for answer in answers), [answer.text[:200] for answer in answers]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "bearer  x",
        "Basic YTpi",
        "Bearer \xff\xfe",
        f"Bearer {LONG}",
        "Bearer a b, c",
    ],
)
async def test_an_odd_authorization_is_no_session(here: World, header: str) -> None:
    headers = {b"Authorization": header.encode("latin-1")}
    async with httpx.AsyncClient(base_url=here.officer.client.base_url, trust_env=False) as client:
        answer = await client.get("/me", headers=headers)

    assert answer.status_code == 401
    assert is_problem(answer)


async def test_the_token_counts_in_the_header_alone(here: World) -> None:
    token = here.officer.client.headers["Authorization"].removeprefix("Bearer ")
    async with httpx.AsyncClient(base_url=here.officer.client.base_url, trust_env=False) as client:
        client.cookies.set("access_token", token)
        answers = [
            await client.get("/me", params={"access_token": token, "token": token}),
            await client.get("/me", headers={"X-Authorization": f"Bearer {token}"}),
        ]

    assert [answer.status_code for answer in answers] == [401, 401]
