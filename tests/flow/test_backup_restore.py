"""A restore: into what is empty, byte for byte, with numbers that nobody was given yet; `fas backup` as an operator uses it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import bson
import pytest
from bson import Decimal128, Int64
from ulid import ULID

from cli.backup.create import create
from cli.backup.order import ORDER
from cli.backup.restore import NUMBERS_AHEAD, restore
from cli.backup.state import State, open_state
from shared.lifecycle.cases import Cases
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.settings import Settings
from shared.runtime.store import Document
from tests.extent import ALL
from tests.flow.test_cli import fas

LETTER = b"%PDF-1.4 a letter"
KEY = f"files/{sha256(LETTER).hexdigest()}"
RECEIPT = {
    "_id": "R1", "raw": b"<Receipt/>\x00\xff", "received_at": datetime(2026, 11, 23, 4, 5, 6, 789000, UTC), "size": Int64(7),
    "next_at": None, "audit": [{"by": "运行人员"}], "exact": Decimal128("1.10"),
}  # fmt: skip
DECLARATION = {
    "case_id": "C1", "state": "sent", "told": True, "failure_told": False, "next_at": None, "version": 3,
}  # fmt: skip
Open = Callable[[str], AbstractAsyncContextManager[State]]


@pytest.fixture
def opened(settings: Settings) -> Open:
    """A database and a bucket of this test's own, by name."""
    own = f"restore-{ULID()}".lower()

    @asynccontextmanager
    async def open_(name: str) -> AsyncIterator[State]:
        named = {"mongo_database": f"{own}-{name}", "s3_bucket": f"{own}-{name}"}
        async with open_state(settings.model_copy(update=named)) as state:
            await state.objects.ensure_bucket()
            yield state

    return open_


def _quiet(line: str) -> None:
    pass


async def _filled(state: State) -> None:
    await state.objects.put(KEY, LETTER, "application/pdf")
    await state.objects.put(f"customs/outbound/{KEY[6:]}", LETTER, "application/pdf")
    await state.objects.put("customs/inbound/R1/证书", b"", "image/png")
    await state.objects.put("uploads/1", b"not yet inspected", "image/png")
    documents: dict[str, Document] = {
        "receipts": RECEIPT, "cases": {"_id": "C1", "inbox": ["D1:sent"], "submissions": [{"id": "D1"}, {"id": "D2"}]},
        "accounts": {"_id": "maria"}, "sessions": {"_id": "token"}, "numbers": {"_id": "assessment", "last": 41},
        "attachments": {"_id": "A1", "sha256": KEY[6:]}, "minutes": {"_id": "of another version"},
    }  # fmt: skip
    for name, document in documents.items():
        await state.store.collection(name).insert_one(dict(document))
    for name in ("D1", "D2"):
        await state.store.collection("declarations").insert_one({"_id": name, **DECLARATION})


async def _bytes(state: State, name: str) -> list[bytes]:
    return [each async for each in state.store.raw(name).each()]


async def test_a_dead_letter_that_was_replayed_while_the_backup_was_taken_is_put_back_again(
    opened: Open, tmp_path: Path
) -> None:
    async with opened("from") as source, opened("to") as target:
        at = {"just_now": now(), "long_ago": now() - timedelta(days=1)}
        for name, replayed_at in at.items():
            letter = {"_id": name, "state": "replayed", "next_at": None, "audit": [{"at": replayed_at}]}
            await source.store.collection("dead_letters").insert_one(letter)
        await create(source, tmp_path / "backup", _quiet)

        await restore(target, tmp_path / "backup", _quiet)

        found = await target.store.collection("dead_letters").find({}, sort=[("_id", 1)])
        assert [(each["_id"], each["state"]) for each in found] == [
            ("just_now", "replaying"), ("long_ago", "replayed"),
        ]  # fmt: skip


async def test_everything_is_there_again_byte_for_byte_under_another_name(
    opened: Open, tmp_path: Path
) -> None:
    async with opened("from") as source, opened("to") as target:
        await _filled(source)
        await create(source, tmp_path / "backup", _quiet)

        restored = await restore(target, tmp_path / "backup", _quiet)

        for name in ("receipts", "cases", "accounts", "attachments", "minutes"):
            assert await _bytes(target, name) == await _bytes(source, name)
        assert bson.decode((await _bytes(target, "receipts"))[0])["exact"] == Decimal128("1.10")
        assert await target.store.collection("sessions").count({}) == 0
        assert [key async for key in target.objects.listed()] == [
            "customs/inbound/R1/证书", f"customs/outbound/{KEY[6:]}", KEY,
        ]  # fmt: skip
        assert await target.objects.get_with_type(KEY) == (LETTER, "application/pdf")
        assert await target.objects.get_with_type("customs/inbound/R1/证书") == (b"", "image/png")
        assert (restored.documents, restored.objects) == (8, 3)


async def test_many_documents_and_objects_come_page_by_page(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.runtime.objects._PAGE", 2)
    monkeypatch.setattr("cli.backup.restore._BATCH", 2)
    monkeypatch.setattr("cli.backup.restore._BATCH_BYTES", 1000)
    sizes = (1, 1, 1, 3000, 1, 900, 900)
    async with opened("from") as source, opened("to") as target:
        for number, size in enumerate(sizes):
            await source.store.collection("receipts").insert_one(
                {"_id": f"R{number}", "state": "stored", "raw": bytes(size)}
            )
            await source.objects.put(f"customs/inbound/{number}", bytes(size), "image/png")
        await create(source, tmp_path / "backup", _quiet)

        await restore(target, tmp_path / "backup", _quiet)

        assert await _bytes(target, "receipts") == await _bytes(source, "receipts")
        assert [len(await target.objects.get(key)) async for key in target.objects.listed()] == list(sizes)
        assert len(list((tmp_path / "backup/objects").rglob("*/*"))) == len(set(sizes)), "the same bytes once"


async def test_a_declaration_of_which_its_case_has_not_heard_is_told_again(
    opened: Open, tmp_path: Path
) -> None:
    async with opened("from") as source, opened("to") as target:
        await _filled(source)
        await create(source, tmp_path / "backup", _quiet)
        restored = await restore(target, tmp_path / "backup", _quiet)

        heard, unheard = await target.store.collection("declarations").find({}, sort=[("_id", 1)])
        assert (heard["told"], heard["next_at"]) == (True, None)
        assert (unheard["told"], unheard["next_at"] is not None) == (False, True)
        assert restored.told_again == 1


async def test_open_receipts_are_asked_about_at_once_and_a_deferred_one_keeps_its_tries(
    opened: Open, tmp_path: Path
) -> None:
    async with opened("from") as source, opened("to") as target:
        later = now() + timedelta(minutes=10)
        for state in ("published", "deferred", "applied"):
            entry = {"_id": state, "state": state, "next_at": later, "unanswered": 4, "woken": False}
            await source.store.collection("receipts").insert_one(entry)
        await create(source, tmp_path / "backup", _quiet)
        await restore(target, tmp_path / "backup", _quiet)

        soon = await target.store.collection("receipts").find({"next_at": {"$lte": now()}})
        assert {entry["_id"]: (entry["unanswered"], entry["woken"]) for entry in soon} == {
            "published": (0, False), "deferred": (4, True),
        }  # fmt: skip


async def test_numbers_that_were_given_out_after_the_backup_are_not_given_out_again(
    opened: Open, tmp_path: Path
) -> None:
    async with opened("from") as source, opened("to") as target:
        await _filled(source)
        await create(source, tmp_path / "backup", _quiet)
        at = datetime(2026, 11, 23, tzinfo=UTC)
        lost = {await Cases(source.store).next_number(at) for _ in range(3)}

        await restore(target, tmp_path / "backup", _quiet)
        assert await Cases(target.store).next_number(at) == f"202611{41 + NUMBERS_AHEAD + 1:012d}"

        await restore(source, tmp_path / "backup", _quiet, replace=True, numbers_ahead=0)
        assert await Cases(source.store).next_number(at) not in lost, "what the database itself knew counts"


async def test_what_is_not_empty_is_left_alone_unless_it_is_to_be_replaced(
    opened: Open, tmp_path: Path
) -> None:
    async with opened("from") as source, opened("to") as target:
        await _filled(source)
        await create(source, tmp_path / "backup", _quiet)
        await target.store.collection("cases").insert_one({"_id": "another"})
        with pytest.raises(
            RequestRejected,
            match=r"database .* is not empty \(cases: 1\).* FAS_MONGO_DATABASE, or give --replace",
        ):
            await restore(target, tmp_path / "backup", _quiet)

        await target.store.raw("cases").clear()
        await target.objects.put("customs/inbound/R2/new", b"sent since", "image/png")
        with pytest.raises(
            RequestRejected, match=r"bucket .* is not empty .* FAS_S3_BUCKET, or give --replace"
        ):
            await restore(target, tmp_path / "backup", _quiet)
        assert await target.store.names() == []

        await target.store.collection("cases").insert_one({"_id": "another"})
        await restore(target, tmp_path / "backup", _quiet, replace=True)
        assert await _bytes(target, "cases") == await _bytes(source, "cases")
        assert await target.objects.get("customs/inbound/R2/new") == b"sent since", (
            "customs' receipt may name it"
        )


async def test_nothing_is_restored_from_a_damaged_backup(opened: Open, tmp_path: Path) -> None:
    async with opened("from") as source, opened("to") as target:
        await _filled(source)
        await create(source, tmp_path / "backup", _quiet)
        (tmp_path / "backup/collections/accounts.bson").unlink()

        with pytest.raises(RequestRejected, match=r"accounts\.bson is missing"):
            await restore(target, tmp_path / "backup", _quiet, replace=True)

        assert await target.store.names() == []
        assert [key async for key in target.objects.listed()] == []


def _environment(environment: dict[str, str], state: State) -> dict[str, str]:
    return environment | {"FAS_MONGO_DATABASE": state.database, "FAS_S3_BUCKET": state.bucket}


@pytest.mark.parametrize("driver", ["motor", "pymongo"] if ALL else ["motor"])
async def test_the_three_commands(
    environment: dict[str, str], opened: Open, tmp_path: Path, driver: str
) -> None:
    backup = str(tmp_path / "nightly")
    async with opened("from") as source, opened("to") as target:
        await _filled(source)
        given = _environment(environment, source) | {"FAS_MONGO_DRIVER": driver}

        created = await fas(given, "backup", "create", backup)
        assert (created.status, "8 documents" in created.out) == (0, True), created
        again = await fas(given, "backup", "create", backup)
        assert (again.status, "is there already" in again.err) == (1, True), again

        checked = await fas(given, "backup", "verify", backup)
        assert (
            checked.status,
            f"{backup} is whole: 8 documents in {len(ORDER) + 1} collections, 3 objects" in checked.out,
        ) == (0, True)
        refused = await fas(given, "backup", "restore", backup)
        assert (refused.status, refused.out) == (1, ""), refused
        assert "is not empty" in refused.err
        assert "Traceback" not in refused.err

        restored = await fas(given | _environment({}, target), "backup", "restore", backup)
        assert (restored.status, "Restored 8 documents and 3 objects" in restored.out) == (0, True), restored
        assert "ask customs to send again" in restored.out

        (tmp_path / "nightly/manifest.json").unlink()
        assert "not a whole backup" in (await fas(given, "backup", "verify", backup)).err


async def test_a_backup_with_something_to_say_ends_with_status_3(
    environment: dict[str, str], opened: Open, tmp_path: Path
) -> None:
    async with opened("from") as source:
        await source.store.collection("cases").insert_one({"_id": "C1", "submissions": [{"id": "D9"}]})
        backup = str(tmp_path / "nightly")
        given = _environment(environment, source)
        created = await fas(given, "backup", "create", backup, "--patience", "0")
        assert (created.status, "did not reach the gateway" in created.err) == (3, True), created
        assert (await fas(given, "backup", "verify", backup)).status == 3


async def test_a_backup_into_a_directory_that_is_not_there_is_one_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    ran = await fas(environment, "backup", "create", str(tmp_path / "nowhere" / "nightly"))
    assert (ran.status, "No such file or directory" in ran.err, "Traceback" in ran.err) == (1, True, False), (
        ran
    )
