"""Cases that an earlier version stored get the form of this one; until then they are read as they are.

Each is changed only as it was read: a case that moves meanwhile is left to the next round, and services of both versions go on.
docs/operations/upgrades.md has the rule.
"""

import asyncio
from collections.abc import Callable
from itertools import batched

from shared.contracts.collections import CASE_WORDS, CASES
from shared.contracts.documents.cases import Case
from shared.contracts.formats import CASES as FORM
from shared.contracts.formats import OLDER_CASES
from shared.contracts.vocabulary import Kind, Status
from shared.lifecycle.authorities import find_authority
from shared.lifecycle.case_words import write_words
from shared.lifecycle.turn import turn_told_by
from shared.runtime.store import Document, Store
from shared.runtime.versioned import as_read

_READ_AT_ONCE, _WRITTEN_AT_ONCE = 200, 8
_ROUNDS = 3
"""A case that changes while it is migrated is looked for again; one that changes each time is left to the next command."""
_READ = (
    "authority",
    "kind",
    "specific",
    "status",
    "timeline",
    "turn",
    "outside_scope",
    "version",
    "format",
)


async def migrate(store: Store, tell: Callable[[int, int], None]) -> int:
    """Give every older case the form of this version; how many still have an older one.

    `tell` hears how many are done, and of how many, after each 200. It may be ended and begun again at any time.
    DependencyUnavailable as in Collection.
    """
    older: Document = {"format": {"$in": [*OLDER_CASES]}}
    cases = store.collection(CASES.name)
    wanted = await cases.count(older)
    done, left = 0, wanted
    for _ in range(_ROUNDS if wanted else 0):
        last = ""
        while found := await cases.find(
            older | {"_id": {"$gt": last}}, sort=[("format", 1), ("_id", 1)], limit=_READ_AT_ONCE,
            projection=dict.fromkeys(_READ, 1),
        ):  # fmt: skip
            for some in batched(map(Case, found), _WRITTEN_AT_ONCE, strict=False):
                done += sum(await asyncio.gather(*(_migrate(store, case) for case in some)))
            last = str(found[-1]["_id"])
            tell(done, max(wanted, done))
        left = await cases.count(older)
        if not left:
            break
    return left


async def _migrate(store: Store, case: Case) -> int:
    values: Document = {"format": FORM}
    if "turn" not in case.document or case.status is Status.REJECTED:
        values |= turn_told_by(case.timeline)
    if case.kind is Kind.RETROSPECTIVE and "outside_scope" not in case.document:
        authority = await find_authority(store, case.authority)
        scope = authority.scope if authority else ()
        values["outside_scope"] = [code for code in case.specific if code not in scope]
    return await store.collection(CASES.name).update_one(as_read(case), {"$set": values})


async def write_all_words(store: Store, tell: Callable[[int, int], None]) -> None:
    """Write what every case is found by, where it is not of the case as it is: of earlier versions, or of a restored backup.

    `tell` hears how many cases were looked at, and of how many, after each 200 of which some were written.
    """
    cases, words = store.collection(CASES.name), store.collection(CASE_WORDS.name)
    total, done, last = await cases.count({}), 0, ""
    while found := await cases.find(
        {"_id": {"$gt": last}}, sort=[("_id", 1)], limit=_READ_AT_ONCE, projection={"version": 1}
    ):
        done, last = done + len(found), str(found[-1]["_id"])
        ids = [each["_id"] for each in found]
        there = await words.find({"_id": {"$in": ids}}, projection={"version": 1})
        versions = {each["_id"]: each.get("version") for each in there}
        behind = [each["_id"] for each in found if versions.get(each["_id"]) != each["version"]]
        for some in batched(behind, _WRITTEN_AT_ONCE, strict=False):
            await asyncio.gather(*(write_words(store, each, over=versions.get(each)) for each in some))
        if behind:
            tell(done, max(total, done))
