"""What officers see live: every movement of their own cases, to every open page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shared.contracts.events import CaseMoved

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAITING = 1000


class Live:
    """Hands movements to the pages of the authority they belong to."""

    def __init__(self) -> None:
        self._pages: dict[asyncio.Queue[CaseMoved | None], str | None] = {}

    def show(self, moved: CaseMoved) -> None:
        """Give a movement to the authority's open pages; a page that does not keep up is closed and comes back."""
        for page, authority in list(self._pages.items()):
            if authority not in (None, moved.authority):
                continue
            if page.qsize() >= _WAITING:
                self._pages.pop(page, None)
                page.put_nowait(None)
            else:
                page.put_nowait(moved)

    def close(self) -> None:
        """End every open page; the process stops."""
        for page in list(self._pages):
            page.put_nowait(None)

    async def movements(self, authority: str | None, quiet_seconds: float) -> AsyncIterator[CaseMoved | None]:
        """The movements of an authority's cases (all, for None), and None whenever nothing moved for a while."""
        with self._page(authority) as page:
            while True:
                try:
                    async with asyncio.timeout(quiet_seconds):
                        moved = await page.get()
                except TimeoutError:
                    yield None
                    continue
                if moved is None:
                    return
                yield moved

    @contextmanager
    def _page(self, authority: str | None) -> "Iterator[asyncio.Queue[CaseMoved | None]]":
        page: asyncio.Queue[CaseMoved | None] = asyncio.Queue()
        self._pages[page] = authority
        try:
            yield page
        finally:
            self._pages.pop(page, None)
