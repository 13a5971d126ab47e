"""What officers see live: every movement of their own cases, to every open page."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.bilingual import Bilingual
from shared.contracts.events import CaseMoved
from shared.runtime.errors import RejectedForNow
from shared.runtime.tracing import KEPT, kept_trace

_WAITING = 1000
_CASES = 10_000
"""Of so many cases it is remembered which movement was shown last."""
MOST_STREAMS = 10
"""Of one session, in one process."""
_LATER_SECONDS = 30


class Live:
    """Hands movements to the pages of the authority they belong to."""

    def __init__(self) -> None:
        self._pages: dict[LivePage, str | None] = {}
        self._shown: OrderedDict[str, int] = OrderedDict()
        self._streams: Counter[str] = Counter()

    def enter(self, session: str) -> None:
        """Take a place for a stream of this session, to be given back by `leave`; 429 `too_many_streams` where all are taken."""
        if self._streams[session] >= MOST_STREAMS:
            text = Bilingual(
                f"打开的实时连接过多（最多{MOST_STREAMS}个），请先关闭其他页面。",
                f"At most {MOST_STREAMS} live streams may be open; close another page first.",
            )
            raise RejectedForNow("too_many_streams", text, 429, _LATER_SECONDS)
        self._streams[session] += 1

    def leave(self, session: str) -> None:
        """Give a place back."""
        self._streams[session] -= 1
        if self._streams[session] <= 0:
            del self._streams[session]

    def show(self, moved: CaseMoved) -> None:
        """Give a movement to the authority's open pages; a page that does not keep up is closed and comes back.

        One that comes again, or after a later one, is not shown: it would turn the page back.
        """
        if self._is_past(moved):
            return
        for page, authority in list(self._pages.items()):
            if authority not in (None, moved.authority):
                continue
            if page.qsize() >= _WAITING:
                self._pages.pop(page, None)
                page.put_nowait(None)
            else:
                page.put_nowait(Shown(moved, kept_trace().get(KEPT, "")))

    def _is_past(self, moved: CaseMoved) -> bool:
        if not moved.version:
            return False
        shown = self._shown.pop(moved.case_id, 0)
        self._shown[moved.case_id] = max(shown, moved.version)
        if len(self._shown) > _CASES:
            self._shown.popitem(last=False)
        return moved.version <= shown

    def close(self) -> None:
        """End every open page; the process stops."""
        for page in list(self._pages):
            page.put_nowait(None)

    @contextmanager
    def page(self, authority: str | None) -> Iterator["LivePage"]:
        """A page open for the movements of an authority's cases (all, for None), from this moment on."""
        waiting = LivePage()
        self._pages[waiting] = authority
        try:
            yield waiting
        finally:
            self._pages.pop(waiting, None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A movement for a page, and the trace that it belongs to."""

    moved: CaseMoved
    trace: str = ""


class LivePage(asyncio.Queue[Shown | None]):
    """What an open page has not been told yet; None at its end."""

    async def movements(self, quiet_seconds: float) -> AsyncIterator[Shown | None]:
        """Each movement, and None whenever nothing moved for a while."""
        while True:
            try:
                async with asyncio.timeout(quiet_seconds):
                    shown = await self.get()
            except TimeoutError:
                yield None
                continue
            if shown is None:
                return
            yield shown
