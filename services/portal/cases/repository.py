"""The cases as the portal reads them, which changes none; who may see which is for the caller to ask (DOMAIN 1.9)."""

from collections.abc import Collection, Mapping

from shared.contracts.collections import CASES
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Status
from shared.runtime.store import Document, Store


class CaseRepository:
    """Cases by number, and how many there are."""

    def __init__(self, store: Store) -> None:
        self._cases = store.collection(CASES.name)

    async def head_of(self, case_no: str) -> Case | None:
        """The case with this number: its id and its authority alone."""
        document = await self._cases.find_one({"case_no": case_no}, {"authority": 1})
        return Case(document) if document else None

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
