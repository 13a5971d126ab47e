"""What cases are found by: pieces of their texts in a collection of their own, so that a search reads no case that has none.

They are written before the case that has the texts, and added to those there are: whatever becomes of the write of the case,
its pieces are there. Some may be of a text that it has no more; so a search looks at the cases that it is led to. Those of
its number, which never changes, stand in the case itself: a submission need not write twice.
"""

import asyncio
from collections.abc import Mapping

from shared.contracts.collections import CASE_WORDS, CASES
from shared.contracts.documents.cases import Case
from shared.contracts.searching import pieces_of
from shared.runtime.store import Document, Store

NUMBER, OVERVIEW = "case_no", "overview"
TEXTS = (NUMBER, OVERVIEW)
"""What of a case is searched."""
_FORMAT = 1
"""How the pieces are cut; a case with another `words`, or none, gets its pieces at the next `prepare`."""
_AT_ONCE = 50


async def put_words(store: Store, case: Case, values: Mapping[str, object]) -> Document:
    """Write the pieces of those of `values` that are searched and new; what the case keeps beside: its number's, and that."""
    known = case.document if values is not case.document else {}
    given = {name: values[name] for name in TEXTS if name in values}
    new = {name: text for name, text in given.items() if isinstance(text, str) and known.get(name) != text}
    if pieces := pieces_of([new.get(OVERVIEW, "")]):
        change = {"$set": {"authority": case.authority}, "$addToSet": {"pieces": {"$each": pieces}}}
        await store.collection(CASE_WORDS.name).update_one({"_id": case.id}, change, upsert=True)
    number = {"number_pieces": pieces_of([new[NUMBER]])} if NUMBER in new else {}
    return number | ({"words": _FORMAT} if given else {})


async def mend_words(store: Store) -> None:
    """Cases that an earlier version stored get their pieces."""
    cases = store.collection(CASES.name)
    wanted = dict.fromkeys((*TEXTS, "authority"), 1)
    while found := await cases.find({"words": None}, limit=_AT_ONCE, projection=wanted):
        await asyncio.gather(*(_mend(store, Case(each)) for each in found))


async def _mend(store: Store, case: Case) -> None:
    """Nobody may have changed the texts meanwhile without writing their pieces: an older process, in an upgrade."""
    mark = await put_words(store, case, case.document)
    as_read = {"_id": case.id, "words": None} | {name: case.document.get(name) for name in TEXTS}
    await store.collection(CASES.name).update_one(as_read, {"$set": mark})
