"""The gateway's ledgers as the portal reads them, which changes none: receipts, declarations, dead letters."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

from services.portal.cases.paging import MOST_COUNTED, Order, Page, Paged, PagedList
from shared.bilingual import Bilingual
from shared.contracts.collections import DEAD_LETTERS, DECLARATIONS, RECEIPTS
from shared.contracts.documents.ledgers import DeadLetter, DeclarationEntry, ReceiptEntry
from shared.contracts.states import DeadLetterState, DeclarationState, ReceiptState
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Document, Store

_LAST_RECEIVED_FIRST: Order = (("received_at", -1), ("_id", -1))
_LAST_DIED_FIRST: Order = (("last_died_at", -1), ("_id", -1))
_WITHOUT_BYTES = {"raw": 0}
_WITHOUT_BODY = {"body": 0}


class Ledgers:
    """Pages of entries, single ones, and how many there are; what is not asked for by its id comes without its bytes."""

    def __init__(self, store: Store) -> None:
        self._receipts = store.collection(RECEIPTS.name)
        self._declarations = store.collection(DECLARATIONS.name)
        self._dead_letters = store.collection(DEAD_LETTERS.name)

    async def receipts(
        self, wanted: Mapping[str, str], which: Paged, *, count_all: bool = False
    ) -> Page[ReceiptEntry]:
        """A page of the receipts with these values, newest first; `count_all` counts beyond 10,000."""
        found = PagedList(self._receipts, [dict(wanted)], _LAST_RECEIVED_FIRST, _WITHOUT_BYTES)
        return await found.page(which, ReceiptEntry, None if count_all else MOST_COUNTED)

    async def newest_receipts(self, wanted: Mapping[str, str], most: int) -> list[ReceiptEntry]:
        """The receipts with these values, newest first."""
        found = await self._receipts.find(
            dict(wanted), sort=_LAST_RECEIVED_FIRST, limit=most, projection=_WITHOUT_BYTES
        )
        return [ReceiptEntry(entry) for entry in found]

    async def each_receipt(self, wanted: Mapping[str, str]) -> AsyncIterator[list[ReceiptEntry]]:
        """The receipts with these values, newest first, some at a time."""
        found = PagedList(self._receipts, [dict(wanted)], _LAST_RECEIVED_FIRST, _WITHOUT_BYTES)
        async for rows in found.batches():
            yield [ReceiptEntry(row) for row in rows]

    async def receipt(self, receipt_id: str, *, with_bytes: bool = True) -> ReceiptEntry:
        """One receipt; RequestRejected where there is none."""
        found = await self._receipts.find_one({"_id": receipt_id}, None if with_bytes else _WITHOUT_BYTES)
        if found is None:
            raise RequestRejected(
                "not_found", Bilingual("没有这条回执。", "There is no such receipt."), status=404
            )
        return ReceiptEntry(found)

    async def receipts_of(self, case_no: str) -> list[ReceiptEntry]:
        """Every receipt of a case."""
        found = await self._receipts.find({"case_no": case_no}, projection=_WITHOUT_BYTES)
        return [ReceiptEntry(entry) for entry in found]

    async def count_received_since(self, at: datetime) -> int:
        """How many receipts came at this moment or later."""
        return await self._receipts.count({"received_at": {"$gte": at}})

    async def count_receipts(self, most: int = 0) -> dict[ReceiptState, int]:
        """How many receipts stand in each state; no further than to `most`, where it is not 0."""
        counts = await asyncio.gather(
            *(self._receipts.count({"state": state}, limit=most) for state in ReceiptState)
        )
        return dict(zip(ReceiptState, counts, strict=True))

    async def all_receipts(
        self, fields: Mapping[str, int], states: Collection[ReceiptState] = ()
    ) -> list[ReceiptEntry]:
        """These fields of every receipt, or of those in one of these states, oldest first."""
        which: Document = {"state": {"$in": list(states)}} if states else {}
        found = await self._receipts.find(which, sort=[("received_at", 1), ("_id", 1)], projection=fields)
        return [ReceiptEntry(entry) for entry in found]

    async def oldest_receipt(self, state: ReceiptState) -> ReceiptEntry | None:
        """The receipt that has stood in this state since it came first."""
        order = [("received_at", 1), ("_id", 1)]
        found = await self._receipts.find({"state": state}, sort=order, limit=1, projection=_WITHOUT_BYTES)
        return ReceiptEntry(found[0]) if found else None

    async def declaration(self, declaration_id: str) -> DeclarationEntry | None:
        """One declaration; None until the gateway heard of it."""
        found = await self._declarations.find_one({"_id": declaration_id})
        return None if found is None else DeclarationEntry(found)

    async def declarations(self, declaration_ids: Sequence[str]) -> dict[str, DeclarationEntry]:
        """Those of these declarations that the gateway heard of, by id."""
        found = await self._declarations.find(
            {"_id": {"$in": list(declaration_ids)}}, projection=_WITHOUT_BODY
        )
        return {entry.id: entry for entry in map(DeclarationEntry, found)}

    async def declarations_of(self, case_no: str) -> list[DeclarationEntry]:
        """Every declaration of a case."""
        found = await self._declarations.find({"case_no": case_no}, projection=_WITHOUT_BODY)
        return [DeclarationEntry(entry) for entry in found]

    async def count_declarations(self, most: int = 0) -> dict[DeclarationState, int]:
        """How many declarations stand in each state; no further than to `most`, where it is not 0."""
        counts = await asyncio.gather(
            *(self._declarations.count({"state": state}, limit=most) for state in DeclarationState)
        )
        return dict(zip(DeclarationState, counts, strict=True))

    async def oldest_declaration(self, state: DeclarationState) -> DeclarationEntry | None:
        """The declaration that was made first of those in this state."""
        found = await self._declarations.find(
            {"state": state}, sort=[("_id", 1)], limit=1, projection=_WITHOUT_BODY
        )
        return DeclarationEntry(found[0]) if found else None

    async def all_declarations(self, fields: Mapping[str, int]) -> list[DeclarationEntry]:
        """These fields of every declaration."""
        return [DeclarationEntry(entry) for entry in await self._declarations.find({}, projection=fields)]

    async def declarations_to_send(
        self, fields: Mapping[str, int], besides: Sequence[str]
    ) -> list[DeclarationEntry]:
        """These fields of every declaration that is still to be sent, and of those with these ids."""
        unsent = [DeclarationState.QUEUED, DeclarationState.FAILED]
        which = {"$or": [{"_id": {"$in": list(besides)}}, {"state": {"$in": unsent}}]}
        return [DeclarationEntry(entry) for entry in await self._declarations.find(which, projection=fields)]

    async def dead_letters(self, state: str, which: Paged, *, count_all: bool = False) -> Page[DeadLetter]:
        """A page of the dead letters in this state (empty: any), the last that died first; `count_all` counts beyond 10,000."""
        found = PagedList(
            self._dead_letters, [{"state": state} if state else {}], _LAST_DIED_FIRST, _WITHOUT_BODY
        )
        return await found.page(which, DeadLetter, None if count_all else MOST_COUNTED)

    async def each_dead_letter(self, state: str) -> AsyncIterator[list[DeadLetter]]:
        """The dead letters in this state (empty: any), the last that died first, some at a time."""
        found = PagedList(
            self._dead_letters, [{"state": state} if state else {}], _LAST_DIED_FIRST, _WITHOUT_BODY
        )
        async for rows in found.batches():
            yield [DeadLetter(row) for row in rows]

    async def dead_letter(self, dead_id: str) -> DeadLetter:
        """One dead letter with its body; RequestRejected where there is none."""
        found = await self._dead_letters.find_one({"_id": dead_id})
        if found is None:
            raise RequestRejected(
                "not_found", Bilingual("没有这条死信。", "There is no such dead letter."), status=404
            )
        return DeadLetter(found)

    async def oldest_open_dead_letter(self) -> DeadLetter | None:
        """The dead letter that has waited longest for an operator since it died last."""
        order = [("last_died_at", 1), ("_id", 1)]
        found = await self._dead_letters.find(
            {"state": DeadLetterState.OPEN}, sort=order, limit=1, projection=_WITHOUT_BODY
        )
        return DeadLetter(found[0]) if found else None

    async def count_open_dead_letters(self, most: int = 0) -> int:
        """How many dead letters wait for an operator; no further than to `most`, where it is not 0."""
        return await self._dead_letters.count({"state": DeadLetterState.OPEN}, limit=most)
