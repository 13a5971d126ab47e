"""The collection of cases: read by number or by owner, and saved only where nobody was faster."""

from datetime import datetime
from typing import Any

from shared.contracts.documents.cases import Case
from shared.contracts.parts import FileRef
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import Status, Turn
from shared.lifecycle.case import Document
from shared.lifecycle.movement import OwnedFile
from shared.lifecycle.past_rounds import put_beside, set_aside
from shared.lifecycle.turn import turn_told_by
from shared.runtime.errors import RequestRejected
from shared.runtime.store import DuplicateKey, Store, size_of

OFFICERS_BYTES, CUSTOMS_BYTES = 12 * 2**20, 14 * 2**20
"""How much of the 16 MiB of a document an officer's command may fill, and a receipt; the rest is for what the system notes."""


class CaseFull(Exception):
    """A case can't take a movement without coming near the size that the database allows."""


class Cases:
    """Cases, their numbers, and the attachments that belong to an authority."""

    def __init__(self, store: Store) -> None:
        self.collection, self._store = store.collection("cases"), store
        self._numbers = store.collection("numbers")
        self._attachments = store.collection("attachments")

    async def prepare(self) -> None:
        """Make the indexes that lists and the reads below use; the turn is mended in cases that an earlier version stored.

        Those are cases from before there was a turn, and those from before 不予受理 was the end (DOMAIN 1.4).
        """
        for keys in (
            [("case_no", 1)], [("authority", 1), ("applied_at", -1)], [("authority", 1), ("moved_at", 1)],
            [("authority", 1), ("turn", 1), ("turn_began_at", 1)], [("outbox.by", 1)],
            [("authority", 1), ("outside_scope", 1)],
        ):  # fmt: skip
            await self.collection.create_index(keys)
        for outdated in (
            {"turn": {"$exists": False}},
            {"status": Status.REJECTED.value, "turn": {"$ne": Turn.NOBODY.value}},
        ):
            for case in await self.collection.find(outdated, projection={"timeline": 1}):
                change = {"$set": turn_told_by(case["timeline"])}
                await self.collection.update_one({"_id": case["_id"], **outdated}, change)

    async def by_number(self, case_no: str) -> Document | None:
        """The case with this number (申请统一编号)."""
        return await self.collection.find_one({"case_no": case_no})

    async def id_of(self, case_no: str) -> str | None:
        """The internal id of the case with this number."""
        found = await self.collection.find_one({"case_no": case_no}, {"_id": 1})
        return None if found is None else Case(found).id

    async def inbox_of(self, case_id: str) -> tuple[str, ...]:
        """The messages that a case has heard; none where there is no such case."""
        found = await self.collection.find_one({"_id": case_id}, {"inbox": 1})
        return tuple(found.get("inbox", ())) if found else ()

    async def own(self, case_id: str, authority: str) -> Document | None:
        """The authority's case by internal id; another authority's does not exist (DOMAIN 1.9)."""
        case = await self.collection.find_one({"_id": case_id})
        return case if case and case["authority"] == authority else None

    async def begin(self, case: Document) -> bool:
        """Write a new case; False where its id is already there."""
        try:
            await self.collection.insert_one(case)
        except DuplicateKey:
            return False
        return True

    async def save(self, case: Document, update: Document, most: int | None = None) -> bool:
        """Apply `update` if the case is still the one that was read; what is not current any more goes beside it.

        CaseFull where the case would have more than `most` bytes; nothing is changed then.
        """
        update, beside = set_aside(case, update)
        if most is not None and _size_after(case, update) > most:
            raise CaseFull
        await put_beside(self._store, beside)
        same = {"_id": case["_id"], "version": case["version"]}
        return await self.collection.update_one(same, update) == 1

    async def discard(self, case: Document) -> bool:
        """Remove a draft if it is still the one that was read."""
        return await self.collection.delete_one({"_id": case["_id"], "version": case["version"]}) == 1

    async def next_number(self, at: datetime) -> str:
        """A fresh 18-digit number: `YYYYMM` in Asia/Shanghai and a 12-digit sequence (DOMAIN 1.1). Gaps may occur."""
        count = await self._numbers.find_one_and_update(
            {"_id": "assessment"}, {"$inc": {"last": 1}}, upsert=True
        )
        return f"{at.astimezone(CHINA):%Y%m}{(count or {'last': 1})['last']:012d}"

    async def open_applications(self, authority: str, specific: list[str], except_id: str) -> list[Document]:
        """The authority's other submitted assessments for any of these categories that have not ended (DOMAIN 1.7)."""
        return await self.collection.find(
            {"authority": authority, "kind": "assessment", "specific": {"$in": specific}, "case_no": {"$ne": None},
             "turn": {"$ne": Turn.NOBODY.value}, "_id": {"$ne": except_id}},
            sort=[("applied_at", 1)], projection={"case_no": 1},
        )  # fmt: skip

    async def files(self, authority: str, ids: tuple[str, ...]) -> dict[str, OwnedFile]:
        """The authority's attachments by id; RequestRejected names the ids that are not its own."""
        found: dict[str, OwnedFile] = {}
        for attachment_id in dict.fromkeys(ids):
            record = await self._attachments.find_one({"_id": attachment_id})
            if record and record["authority"] == authority:
                found[attachment_id] = owned_file(record)
        missing = [attachment_id for attachment_id in ids if attachment_id not in found]
        if missing:
            raise RequestRejected(
                "unknown_attachment", f"No such attachment: {', '.join(missing)}.", status=422
            )
        return found


def _size_after(case: Document, update: Document) -> int:
    """About how many bytes a case has once it is updated."""
    replaced = {path: _at(case, path) for path in update["$set"]}
    added = size_of(update["$set"]) + size_of(update.get("$push", {}))
    return size_of(case) - size_of(replaced) + added


def _at(case: Document, path: str) -> Any:
    value: Any = case
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def owned_file(record: dict[str, Any]) -> OwnedFile:
    """An attachment record as a reference."""
    return OwnedFile(FileRef(**{**record, "id": record["_id"]}), record.get("purpose"))
