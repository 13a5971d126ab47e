"""The cases as the portal reads them, which changes none; who may see which is for the caller to ask (DOMAIN 1.9)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from services.portal.cases.query import CaseQuery, filter_of, order_of
from services.portal.identity.sessions import User
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.collections import CASES
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Kind, Role, Stage, Status, Turn
from shared.runtime.store import Document, Store

ROW = dict.fromkeys(
    (
        "authority", "case_no", "kind", "category", "specific", "overview", "applied_at", "stage", "status", "has_reply",
        "updated_at", "turn", "turn_began_at",
    ),
    1,
)  # fmt: skip
"""What a list needs of a case."""
_MOVEMENTS = {"case_no": 1, "kind": 1, "overview": 1, "timeline": 1}
_CLOSED: Document = {"turn": Turn.NOBODY.value}
_DRAFT: Document = {"stage": Stage.APPLICATION.value, "status": Status.DRAFT.value}


class CaseRepository:
    """One case, pages of many, and how many there are."""

    def __init__(self, store: Store) -> None:
        self._cases = store.collection(CASES.name)

    async def find(self, reference: str) -> Case | None:
        """The case with this id or number."""
        by_id, by_number = {"_id": reference}, {"case_no": reference}
        document = await self._cases.find_one(by_id) or await self._cases.find_one(by_number)
        return Case(document) if document else None

    async def head_of(self, case_no: str) -> Case | None:
        """The case with this number: its id and its authority alone."""
        document = await self._cases.find_one({"case_no": case_no}, {"authority": 1})
        return Case(document) if document else None

    async def page(self, user: User, wanted: CaseQuery) -> tuple[list[Case], int]:
        """A page of the list, of each case what a row needs, and how many cases fit in all.

        RequestRejected (422) for an unknown sort.
        """
        fitting, order = filter_of(user, wanted), order_of(wanted.sort)
        total = await self._cases.count(fitting)
        rows: list[Document] = []
        skip = (wanted.page - 1) * wanted.size
        for part, there in await self._parts(fitting, wanted, total):
            limit = min(wanted.size - len(rows), there - skip)
            if limit > 0:
                rows += await self._cases.find(part, sort=order, skip=skip, limit=limit, projection=ROW)
            skip = max(skip - there, 0)
        return [Case(row) for row in rows], total

    async def _parts(self, fitting: Document, wanted: CaseQuery, total: int) -> list[tuple[Document, int]]:
        """What comes one after the other, and how many: newest first begins with drafts, waiting longest ends with the closed.

        Drafts have no date, and what has none stands last in falling order: the rest needs no filter, only its number.
        """
        may_be_drafts = wanted.kind is not Kind.RETROSPECTIVE
        if (
            wanted.sort == "-applied_at"
            and may_be_drafts
            and (drafts := await self._cases.count({"$and": [fitting, _DRAFT]}))
        ):
            return [({"$and": [fitting, _DRAFT]}, drafts), (fitting, total - drafts)]
        if (
            wanted.sort == "turn_began_at"
            and not wanted.turn
            and (closed := await self._cases.count({"$and": [fitting, _CLOSED]}))
        ):
            still = {"turn": {"$ne": Turn.NOBODY.value}}
            return [({"$and": [fitting, still]}, total - closed), ({"$and": [fitting, _CLOSED]}, closed)]
        return [(fitting, total)]

    async def waiting(self, authority: str, most: int) -> tuple[list[Case], int]:
        """The authority's cases in which it has its turn, whoever waited longest first, `most` rows; how many there are."""
        wanted = {"authority": authority, "turn": Turn.AUTHORITY.value}
        found = await self._cases.find(wanted, sort=[("turn_began_at", 1)], limit=most, projection=ROW)
        return [Case(row) for row in found], len(found) if len(found) < most else await self._cases.count(
            wanted
        )

    async def moved_since(self, authority: str, since: datetime, most: int) -> list[Case]:
        """The authority's cases that were changed later than this, the last one first: what they are, and their movements."""
        found = await self._cases.find(
            {"authority": authority, "updated_at": {"$gt": since}},
            sort=[("updated_at", -1)], limit=most, projection=_MOVEMENTS,
        )  # fmt: skip
        return [Case(document) for document in found]

    async def foods_of(self, user: User) -> frozenset[str]:
        """The specific categories that a user finds in filters: the authority's scope, and what it was checked for beyond it.

        An operator finds all (DOMAIN 1.4, B10).
        """
        if user.role is Role.OPERATOR:
            return frozenset(SPECIFIC)
        beyond = {"authority": user.authority, "outside_scope": {"$gt": ""}}
        checks = map(Case, await self._cases.find(beyond, projection={"outside_scope": 1}))
        return frozenset(user.scope).union(*(check.outside_scope for check in checks))

    async def count(self) -> int:
        """How many cases there are."""
        return await self._cases.count({})

    async def count_with_outbox(self) -> int:
        """How many have events that the broker has not confirmed."""
        return await self._cases.count({"outbox.by": {"$gt": ""}})  # by the relays' index

    async def all(self, fields: Mapping[str, int], statuses: Collection[Status] = ()) -> list[Case]:
        """These fields of every case, or of those in one of these statuses."""
        which: Document = {"status": {"$in": [each.value for each in statuses]}} if statuses else {}
        return [Case(document) for document in await self._cases.find(which, projection=fields)]
