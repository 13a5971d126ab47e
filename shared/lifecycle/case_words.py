"""What cases are found by: their texts and the pieces of these, in a collection of their own that is brought up by and by.

A case whose texts change says so in that very write (`words_owed_since`), so a crash forgets none. The process that wrote it
writes its words a little later, several changes at once; any process finds what another left. Words are only written over
those of an earlier version of the case, and the case owes none only while it is still the one whose texts were read: so
whoever is late changes nothing. Until then a search reads the texts in the case itself (docs/decisions/0045).
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain

from shared.contracts.collections import CASE_WORDS, CASES
from shared.contracts.documents.cases import Case, StageRecord
from shared.contracts.documents.record import Document, documents_of
from shared.contracts.searching import HEADER, fold, pieces_of
from shared.lifecycle.case_texts import READ_BY_SEARCHES, texts_of
from shared.lifecycle.past_rounds import whole
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import Peers
from shared.runtime.logs import get_logger
from shared.runtime.store import DuplicateKey, Store
from shared.runtime.versioned import as_read

log = get_logger()
QUIET_SECONDS = 3.0
"""From the first change of a case until its words are written; what else changes meanwhile costs nothing more."""
SWEEP_SECONDS = 20.0
OTHERS_FIRST = timedelta(seconds=15)
"""How long a case is left to the process that wrote it."""
_SWEPT = 100
MOST_PIECES = 40_000
"""A case with more is looked at whatever is looked for; a long questionnaire in two languages has 8,000."""
EVERY = "*"
"""What stands for all pieces of such a case; no piece of a text is this short, but at the end of a run, which is no harm."""
MOST_BYTES = 8 * 2**20
"""So much of a case's texts, folded, is searched: all that a case of 4 MiB holds, and of its past rounds what has room."""


async def read_texts(store: Store, case: Case) -> Case:
    """The case, of which `READ_BY_SEARCHES` were read, with the long texts of past rounds."""
    stages = dict(case.document.get("stages", {}))
    for name, stage in stages.items():
        record = StageRecord(stage)
        for field, entries in (("history", record.history), ("rounds", record.rounds)):
            if any(each.aside for each in entries):
                stages[name] = {**stages[name], field: documents_of(await whole(store, entries))}
    replies = documents_of(await whole(store, case.replies)) if case.document.get("replies") else []
    return case.changed(stages=stages, replies=replies)


def words_of_case(case: Case) -> Document:
    """What is kept of a case to be found by: its texts, folded, by what they are, and their pieces."""
    texts: dict[str, list[str]] = {}
    left = MOST_BYTES
    for each in texts_of(case):
        folded = fold(each.text)
        left -= len(folded.encode())
        if left >= 0:
            texts.setdefault(each.found_in.value, []).append(folded)
    return {
        "authority": case.authority, "version": case.version,
        "texts": {name: "\n".join(folded) for name, folded in texts.items()},
        "pieces": _pieces(texts.values()), "header_pieces": _pieces(texts.get(each, ()) for each in HEADER),
    }  # fmt: skip


def _pieces(texts: Iterable[Iterable[str]]) -> list[str]:
    pieces = pieces_of(chain.from_iterable(texts))
    return pieces if len(pieces) <= MOST_PIECES else [EVERY]


async def write_words(store: Store, case_id: str, *, over: object = None) -> bool:
    """Write the words of a case as it is now; False where it changed meanwhile, and so owes them still.

    `over` is a version whose words are written over although it is not an earlier one: a restored backup may have some of a
    time that the case never saw.
    """
    cases, words = store.collection(CASES.name), store.collection(CASE_WORDS.name)
    found = await cases.find_one({"_id": case_id}, {**READ_BY_SEARCHES})
    if found is None:
        await words.delete_one({"_id": case_id})
        return True
    case = await read_texts(store, Case(found))
    made = await asyncio.to_thread(words_of_case, case)
    earlier = (
        {"version": over}
        if over is not None
        else {"$or": [{"version": None}, {"version": {"$lt": case.version}}]}
    )
    with suppress(DuplicateKey):  # those of this version, or of a later one, are there
        await words.update_one({"_id": case_id, **earlier}, {"$set": made}, upsert=True)
    return await cases.update_one(as_read(case), {"$set": {"words_owed_since": None}}) == 1


class WordWriter:
    """Writes the words of cases that changed in this process, and by a sweep those that others left."""

    def __init__(
        self, store: Store, *, peers: Peers | None = None, quiet: float = QUIET_SECONDS, sweep: float = SWEEP_SECONDS,
        clock: Callable[[], datetime] = now,
    ) -> None:  # fmt: skip
        self._store, self._cases = store, store.collection(CASES.name)
        self._peers, self._quiet, self._sweep_seconds, self._clock = peers or Peers(), quiet, sweep, clock
        self._due: dict[str, float] = {}
        self._woken = asyncio.Event()

    def wake(self, case_id: str) -> None:
        """Write the words of a case a little later."""
        self._due.setdefault(case_id, asyncio.get_running_loop().time() + self._quiet)
        self._woken.set()

    async def run(self) -> None:
        """Write words until cancelled; no error ends it, and what is left undone is found by a sweep."""
        loop = asyncio.get_running_loop()
        swept = loop.time() - self._sweep_seconds
        while True:
            try:
                if loop.time() >= swept + self._sweep_seconds:
                    swept = loop.time() + self._peers.spread(self._sweep_seconds) - self._sweep_seconds
                    await self.sweep()
                await self._write_what_is_due()
            except DependencyUnavailable:
                self._due.clear()  # said where it was noticed; a sweep finds them
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min([swept + self._sweep_seconds, *self._due.values()])):
                    await self._until_woken()

    async def sweep(self) -> None:
        """Write what processes that are gone did not write."""
        long_ago = {"words_owed_since": {"$lt": self._clock() - OTHERS_FIRST}}
        left = await self._cases.find(long_ago, projection={"_id": 1}, limit=_SWEPT)
        await self._write(str(each["_id"]) for each in left)

    async def _write_what_is_due(self) -> None:
        time = asyncio.get_running_loop().time()
        due = [case_id for case_id, at in self._due.items() if at <= time]
        for case_id in due:
            del self._due[case_id]
        await self._write(due)

    async def _write(self, case_ids: Iterable[str]) -> None:
        """One after the other: what officers and customs wait for goes first."""
        for case_id in case_ids:
            try:
                if not await write_words(self._store, case_id):
                    self.wake(case_id)
            except DependencyUnavailable:
                raise
            except Exception:
                log.exception("search_words_failed", case_id=case_id)

    async def _until_woken(self) -> None:
        """Until a case is woken while none was due; with some due the time ends it."""
        self._woken.clear()
        await self._woken.wait()
