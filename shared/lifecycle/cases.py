"""The collection of cases: read by number or by owner, and saved only where nobody was faster."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from shared.bilingual import Bilingual
from shared.contracts.collections import ATTACHMENTS, CASE_WORDS, CASES, NUMBERS
from shared.contracts.documents.cases import Case, Counter
from shared.contracts.documents.files import Attachment, StoredFile
from shared.contracts.formats import OLDER_CASES
from shared.contracts.searching import fold, pieces_of
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import Kind, Turn
from shared.lifecycle.case import READ_BY_FACTS
from shared.lifecycle.case_texts import changes_texts
from shared.lifecycle.indexes import make_indexes
from shared.lifecycle.past_rounds import put_beside, set_aside
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import get_logger
from shared.runtime.store import Document, DuplicateKey, Store, size_of
from shared.runtime.versioned import as_read

log = get_logger()
_SEQUENCE: Document = {"_id": "assessment"}
OFFICERS_BYTES, CUSTOMS_BYTES = 3 * 2**20, 7 * 2**19
"""How much an officer's command may fill of a case, and a receipt; up to 4 MiB the rest is for what the system notes."""


class CaseFull(Exception):
    """A case can't take a movement without coming near the size that the database allows."""


class Cases:
    """Cases, their numbers, and the attachments that belong to an authority.

    `texts_changed` hears the id of each case after a write that changed what is searched; the case says so too.
    """

    def __init__(self, store: Store, texts_changed: Callable[[str], None] | None = None) -> None:
        self.collection, self._store = store.collection(CASES.name), store
        self._texts_changed = texts_changed or (lambda case_id: None)
        self._numbers = store.collection(NUMBERS.name)
        self._attachments = store.collection(ATTACHMENTS.name)

    async def prepare(self) -> None:
        """Make the indexes that lists and the reads below use."""
        await make_indexes(self._store, CASES, CASE_WORDS)

    async def tell_outdated(self) -> None:
        """Say in the log where cases still have the form of an earlier version."""
        if await self.collection.find_one({"format": {"$in": [*OLDER_CASES]}}, {"_id": 1}):
            log.warning("cases_outdated", remedy="fas migrate")

    async def by_number(self, case_no: str, fields: Sequence[str] = ()) -> Case | None:
        """The case with this number (申请统一编号): as much of it as facts are decided by, and these fields (dotted)."""
        wanted = {**READ_BY_FACTS, **dict.fromkeys(fields, 1)}
        found = await self.collection.find_one({"case_no": case_no}, wanted)
        return Case(found) if found else None

    async def inbox_of(self, case_id: str) -> tuple[str, ...]:
        """The messages that a case has heard; none where there is no such case."""
        found = await self.collection.find_one({"_id": case_id}, {"inbox": 1})
        return tuple(found.get("inbox", ())) if found else ()

    async def own(self, case_id: str, authority: str) -> Case | None:
        """The authority's case by internal id; another authority's does not exist (DOMAIN 1.9)."""
        found = await self.collection.find_one({"_id": case_id})
        case = Case(found) if found else None
        return case if case and case.authority == authority else None

    async def begin(self, case: Case) -> bool:
        """Write a new case; False where its id is already there."""
        try:
            owing = {"words_owed_since": case.created_at, "size": size_of(case.document)} | _number_of(
                case.document
            )
            await self.collection.insert_one({**case.document, **owing})
        except DuplicateKey:
            return False
        self._texts_changed(case.id)
        return True

    async def save(self, case: Case, update: Document, most: int | None = None) -> bool:
        """Apply `update` if the case is still the one that was read; what is not current any more goes beside it.

        CaseFull where the case would have more than `most` bytes; nothing is changed then.
        """
        update, beside = set_aside(case, update)
        size = None if case.size is None else case.size + _size_of_what_is_new(update)
        if most is not None and (size is None or size > most):
            size = await self._measured(case, update)
            if size is None:
                return False
            if size > most:
                raise CaseFull
        await put_beside(self._store, beside)
        searched = changes_texts(update)
        values = (
            update["$set"] | ({"words_owed_since": now()} if searched else {}) | _number_of(update["$set"])
        )
        if size is not None:
            values["size"] = size
        saved = await self.collection.update_one(_as_decided(case), update | {"$set": values}) == 1
        if saved and searched:
            self._texts_changed(case.id)
        return saved

    async def mark_waiting(self, case: Case) -> bool:
        """Note that a receipt waits for the next movement, if the case is still the one that was read."""
        return await self.collection.update_one(as_read(case), {"$set": {"waiting": True}}) == 1

    async def _measured(self, case: Case, update: Document) -> int | None:
        """About how many bytes the case has once it is updated; None where it has changed since it was read."""
        whole = await self.collection.find_one(as_read(case))
        if whole is None:
            return None
        replaced = {path: _at(whole, path) for path in update["$set"]}
        return size_of(whole) - size_of(replaced) + _size_of_what_is_new(update)

    async def discard(self, case: Case) -> bool:
        """Remove a draft if it is still the one that was read."""
        removed = await self.collection.delete_one(as_read(case)) == 1
        if removed:
            await self._store.collection(CASE_WORDS.name).delete_one({"_id": case.id})
        return removed

    async def next_number(self, at: datetime) -> str:
        """A fresh 18-digit number: `YYYYMM` in Asia/Shanghai and a 12-digit sequence (DOMAIN 1.1). Gaps may occur."""
        found = await self._numbers.find_one_and_update(_SEQUENCE, {"$inc": {"last": 1}}, upsert=True)
        count = Counter(found or {"last": 1}).last
        return f"{at.astimezone(CHINA):%Y%m}{count:012d}"

    async def last_number(self) -> int:
        """The last sequence number that was given out; 0 where none was."""
        found = await self._numbers.find_one(_SEQUENCE)
        return Counter(found).last if found else 0

    async def number_after(self, last: int) -> None:
        """Have the next number be the one after this."""
        await self._numbers.update_one(_SEQUENCE, {"$set": {"last": last}}, upsert=True)

    async def open_applications(self, authority: str, specific: Sequence[str], except_id: str) -> list[str]:
        """The numbers of the authority's other assessments for any of these categories that have not ended (DOMAIN 1.7)."""
        found = await self.collection.find(
            {"authority": authority, "kind": Kind.ASSESSMENT.value, "specific": {"$in": [*specific]}, "case_no": {"$ne": None},
             "turn": {"$ne": Turn.NOBODY.value}, "_id": {"$ne": except_id}},
            sort=[("applied_at", 1), ("_id", 1)], projection={"case_no": 1},
        )  # fmt: skip
        return [str(case.case_no) for case in map(Case, found)]

    async def files(self, authority: str, ids: tuple[str, ...]) -> dict[str, StoredFile]:
        """The authority's attachments by id; RequestRejected names the ids that are not its own."""
        found: dict[str, StoredFile] = {}
        for attachment_id in dict.fromkeys(ids):
            kept = await self._attachments.find_one({"_id": attachment_id, "authority": authority})
            if kept:
                found[attachment_id] = Attachment(kept).in_case
        missing = [attachment_id for attachment_id in ids if attachment_id not in found]
        if missing:
            names = ", ".join(missing)
            text = Bilingual(f"没有这些附件：{names}。", f"No such attachment: {names}.")
            raise RequestRejected("unknown_attachment", text, status=422)
        return found


def _number_of(values: Mapping[str, object]) -> Document:
    """Pieces of the number that a case gets: the portal of the release before finds it by them."""
    number = values.get("case_no")
    return {"number_pieces": pieces_of([fold(number)])} if isinstance(number, str) else {}


def _as_decided(case: Case) -> Document:
    """The filter that finds the case only as it was read, and while no other receipt has begun to wait for it."""
    return as_read(case) | {"waiting": case.document.get("waiting")}


def _size_of_what_is_new(update: Document) -> int:
    return size_of(update["$set"]) + size_of(update.get("$push", {}))


def _at(case: Mapping[str, object], path: str) -> object:
    value: object = case
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
