"""An app of a test's own that refuses as our HTTP API does, and a client of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from services.portal.http.problems import install


@asynccontextmanager
async def asking(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, which has no pages."""

    async def no_page(*_: object) -> Any:
        raise AssertionError

    install(app, no_page)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        yield client
