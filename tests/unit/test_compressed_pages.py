"""Pages are compressed for whoever asks from this site, and for nobody else; what comes piece by piece stays as it is."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from services.portal.http.compressed import CompressedPages

PAGE = "<p>第1题 question</p>" * 2_000
OWN = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}


async def _page(request: Request) -> Response:
    return HTMLResponse(PAGE[: int(request.query_params.get("long", len(PAGE)))])


async def _api(_request: Request) -> Response:
    return JSONResponse({"text": PAGE})


async def _stream(_request: Request) -> Response:
    async def pieces() -> AsyncIterator[str]:
        for _ in range(3):
            yield PAGE

    return StreamingResponse(pieces(), media_type="text/html")


async def answer(path: str, headers: dict[str, str]) -> httpx.Response:
    app = Starlette(routes=[Route("/", _page), Route("/api", _api), Route("/stream", _stream)])
    app.add_middleware(CompressedPages)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal") as client:
        client.headers.clear()
        return await client.get(path, headers=headers)


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_a_page_is_a_fraction_of_itself_on_the_wire(site: str) -> None:
    found = await answer("/", OWN | {"Sec-Fetch-Site": site})
    assert found.text == PAGE
    assert found.headers["Content-Encoding"] == "gzip"
    assert found.headers["Vary"] == "Accept-Encoding, Sec-Fetch-Site"
    assert int(found.headers["Content-Length"]) < len(PAGE) / 10


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Encoding": "gzip"}, OWN | {"Sec-Fetch-Site": "cross-site"}, OWN | {"Sec-Fetch-Site": "same-site"},
        OWN | {"Accept-Encoding": "br"},
    ],
)  # fmt: skip
async def test_who_asks_from_another_site_gets_it_as_it_is(headers: dict[str, str]) -> None:
    found = await answer("/", headers)
    assert found.text == PAGE
    assert "Content-Encoding" not in found.headers


@pytest.mark.parametrize("path", ["/api", "/stream", "/?long=200"])
async def test_only_a_page_that_is_answered_at_once_and_is_long(path: str) -> None:
    found = await answer(path, OWN)
    assert found.is_success
    assert "Content-Encoding" not in found.headers


async def test_its_length_is_partly_chance() -> None:
    lengths = {(await answer("/", OWN)).headers["Content-Length"] for _ in range(20)}
    assert len(lengths) > 1
