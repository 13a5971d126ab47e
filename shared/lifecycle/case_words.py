"""What cases are found by: pieces of their texts in a collection of their own, so that a search reads no case that has none.

They are written before the case that has the texts, and added to those there are: whatever becomes of the write of the case,
its pieces are there. Some may be of a text that it has no more; so a search looks at the cases that it is led to. Those of
its number, which never changes, stand in the case itself: a submission need not write twice.
"""

from collections.abc import Mapping

from shared.contracts.collections import CASE_WORDS
from shared.contracts.documents.cases import Case
from shared.contracts.searching import pieces_of
from shared.runtime.store import Document, Store

NUMBER, OVERVIEW = "case_no", "overview"
TEXTS = (NUMBER, OVERVIEW)
"""What of a case is searched."""


async def put_words(store: Store, case: Case, values: Mapping[str, object]) -> Document:
    """Write the pieces of those of `values` that are searched and new; what the case keeps beside: its number's."""
    known = case.document if values is not case.document else {}
    given = {name: values[name] for name in TEXTS if name in values}
    new = {name: text for name, text in given.items() if isinstance(text, str) and known.get(name) != text}
    if pieces := pieces_of([new.get(OVERVIEW, "")]):
        change = {"$set": {"authority": case.authority}, "$addToSet": {"pieces": {"$each": pieces}}}
        await store.collection(CASE_WORDS.name).update_one({"_id": case.id}, change, upsert=True)
    return {"number_pieces": pieces_of([new[NUMBER]])} if NUMBER in new else {}
