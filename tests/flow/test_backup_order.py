"""Whatever is written while a backup is read: nothing in it names what is not in it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import bson
import pytest
from ulid import ULID

from cli.backup.create import create
from cli.backup.manifest import Manifest
from cli.backup.order import ORDER
from cli.backup.state import State, open_state
from cli.backup.verify import documents, objects, verified
from shared.contracts.topology import SUBMISSION_DECLARED
from shared.runtime.settings import Settings
from shared.runtime.store import RawCollection

BYTES = b"the bytes of a letter"
DIGEST = sha256(BYTES).hexdigest()
Hook = Callable[[str], Awaitable[None]]


@dataclass
class Busy:
    """A system of its own, in which something happens when the backup comes to a collection."""

    state: State
    patch: pytest.MonkeyPatch
    folder: Path

    async def backup(self, at: str, happens: Callable[[], Awaitable[None]], patience: float = 5) -> Manifest:
        """A backup during which `happens` is done just before the collection `at` is read."""
        raw = self.state.store.raw

        def watched(name: str) -> RawCollection:
            return _After(raw(name), happens) if name == at else raw(name)

        self.patch.setattr(self.state.store, "raw", watched)
        manifest = await create(self.state, self.folder, lambda line: None, patience)
        assert verified(self.folder, lambda line: None) == manifest
        return manifest

    async def put(self, collection: str, **document: Any) -> None:
        await self.state.store.collection(collection).insert_one(document)

    def held(self, collection: str) -> dict[str, dict[str, Any]]:
        """The documents of a collection in the backup, by id."""
        if collection == "objects":
            return {line.key: line.model_dump() for line in objects(self.folder)}
        found = [bson.decode(each) for each in documents(self.folder, collection)]
        return {each["_id"]: each for each in found}


class _After(RawCollection):
    """A collection that is read after something has happened."""

    def __init__(self, collection: RawCollection, happens: Callable[[], Awaitable[None]]) -> None:
        self._driver, self._end, self._happens = collection._driver, collection._end, happens

    async def each(self) -> AsyncIterator[bytes]:
        await self._happens()
        async for document in super().each():
            yield document


@pytest.fixture
async def busy(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Busy]:
    own = f"backup-{ULID()}".lower()
    named = settings.model_copy(update={"mongo_database": own, "s3_bucket": own})
    async with open_state(named) as state:
        await state.objects.ensure_bucket()
        yield Busy(state, monkeypatch, tmp_path / "backup")


async def _file(busy: Busy) -> None:
    await busy.state.objects.put(f"files/{DIGEST}", BYTES, "text/plain")


async def _record(busy: Busy) -> None:
    await busy.put("attachments", _id="A1", sha256=DIGEST)


async def _case(busy: Busy) -> None:
    await busy.put("cases", _id="C1", inbox=["R1", "K1"], attachments=["A1"])


async def _applied(busy: Busy) -> None:
    await busy.state.store.collection("receipts").update_one({"_id": "R1"}, {"$set": {"state": "applied"}})


async def _answer(busy: Busy) -> None:
    await busy.put("idempotency", _id="K1")


async def _authority(busy: Busy) -> None:
    await busy.put("authorities", _id="AW-01")


async def _account(busy: Busy) -> None:
    await busy.put("accounts", _id="maria", authority="AW-01")


async def _number(busy: Busy) -> None:
    await busy.put("numbers", _id="assessment", last=1)


async def _round(busy: Busy) -> None:
    await busy.put("rounds", _id="C1/digest", case_id="C1")


async def _questionnaire(busy: Busy) -> None:
    await busy.put("questionnaire_versions", _id="aquatic@1")


NAMES = {  # what is written first, what names it afterwards, and where each is found in the backup
    "a receipt that stands as applied has moved its case": (_case, "cases", "C1", _applied, "receipts", "R1"),
    "a kept answer to a command has its case": (_case, "cases", "C1", _answer, "idempotency", "K1"),
    "a case has its attachments": (_record, "attachments", "A1", _case, "cases", "C1"),
    "a case has what it set aside": (_round, "rounds", "C1/digest", _case, "cases", "C1"),
    "a case has its questionnaire": (
        _questionnaire,
        "questionnaire_versions",
        "aquatic@1",
        _case,
        "cases",
        "C1",
    ),
    "a case's number is not given out again": (_number, "numbers", "assessment", _case, "cases", "C1"),
    "an attachment has its bytes": (_file, "objects", f"files/{DIGEST}", _record, "attachments", "A1"),
    "an account has its authority": (_authority, "authorities", "AW-01", _account, "accounts", "maria"),
}


@pytest.mark.parametrize("name", NAMES)
async def test_what_is_named_is_in_the_backup_whenever_it_was_written(
    busy: Busy, name: str, tmp_path: Path
) -> None:
    first, where, what, then, naming, by = NAMES[name]
    seen = 0
    for at in ORDER:
        busy.folder = tmp_path / at
        for collection in (*ORDER, "sessions"):
            await busy.state.store.raw(collection).clear()
        await busy.put("receipts", _id="R1", state="published")

        async def both() -> None:
            await first(busy)
            await then(busy)

        with pytest.MonkeyPatch.context() as busy.patch:
            await busy.backup(at, both)
        named = bool(by in busy.held(naming) and busy.held(naming)[by].get("state") != "published")
        seen += named
        assert not named or what in busy.held(where), f"both written when the backup came to {at}"
    assert 0 < seen < len(ORDER), "written in time for some of these backups, too late for others"


def _submission(outbox: bool) -> dict[str, Any]:
    entry = {"id": "O1", "key": SUBMISSION_DECLARED, "body": json.dumps({"declaration_id": "D1"})}
    return {"_id": "C1", "submissions": [{"id": "D1"}], "outbox": [entry] if outbox else []}


async def test_a_submission_on_its_way_to_the_gateway_is_waited_for(busy: Busy) -> None:
    await busy.put("cases", **_submission(outbox=False))
    arrival = asyncio.Event()

    async def in_the_broker() -> None:
        asyncio.get_running_loop().call_later(0.3, arrival.set)

    async def arrives() -> None:
        await arrival.wait()
        await busy.put("declarations", _id="D1", state="queued")

    coming = asyncio.create_task(arrives())
    manifest = await busy.backup("cases", in_the_broker)
    await coming

    assert "D1" in busy.held("declarations")
    assert manifest.warnings == ()


@pytest.mark.parametrize("at", ORDER)
async def test_a_submission_is_in_the_outbox_or_in_the_ledger(busy: Busy, at: str) -> None:
    await busy.put("cases", **_submission(outbox=True))

    async def published() -> None:
        await busy.put("declarations", _id="D1", state="queued")
        await busy.state.store.collection("cases").update_one({"_id": "C1"}, {"$set": {"outbox": []}})

    await busy.backup(at, published)

    assert busy.held("cases")["C1"]["outbox"] or "D1" in busy.held("declarations")


async def test_a_submission_that_does_not_arrive_is_said(busy: Busy) -> None:
    await busy.put("cases", **_submission(outbox=False))

    async def nothing() -> None: ...

    manifest = await busy.backup("cases", nothing, patience=0.2)

    assert len(manifest.warnings) == 1
    assert "1 submissions did not reach the gateway within 0.2 s (D1)" in manifest.warnings[0]


async def test_a_lost_object_and_one_that_was_damaged_in_the_bucket_are_said(busy: Busy) -> None:
    await _record(busy)
    other = sha256(b"other").hexdigest()
    await busy.state.objects.put(f"files/{other}", b"damaged", "text/plain")

    manifest = await create(busy.state, busy.folder, lambda line: None)

    damaged, lost = manifest.warnings
    assert f"files/{other} has other bytes than its name says" in damaged
    assert "1 attachments have no object in the bucket: A1." in lost


async def test_a_backup_that_fails_leaves_nothing_behind(busy: Busy) -> None:
    async def full_disk() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        await busy.backup("attachments", full_disk)
    assert list(busy.folder.parent.iterdir()) == []
