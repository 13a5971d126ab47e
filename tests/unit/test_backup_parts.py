"""A backup that is not as it was written is refused, and the refusal names the part and the way out."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import bson
import pytest

from cli.backup.manifest import (
    OBJECTS,
    Manifest,
    ObjectLine,
    collection_path,
    write_manifest,
)
from cli.backup.order import LEFT_OUT, ORDER, in_order, written_in_order
from cli.backup.parts import BackupPart, HashingWriter
from cli.backup.verify import documents, objects, verified
from shared.contracts.collections import COLLECTIONS
from shared.runtime.errors import RequestRejected
from shared.runtime.heartbeat import PRESENCES

BYTES = b"%PDF-1.4 a letter"
LETTER = ObjectLine(
    key="files/x", sha256=sha256(BYTES).hexdigest(), size=len(BYTES), media_type="application/pdf"
)
CASES: list[dict[str, Any]] = [{"_id": "1", "case_no": "202611000000000001"}, {"_id": "2", "case_no": None}]
AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A small whole backup: two cases, an account, one object."""
    folder = tmp_path / "backup"
    accounts = _written(folder / collection_path("accounts"), [bson.encode({"_id": "maria"})])
    cases = _written(folder / collection_path("cases"), [bson.encode(case) for case in CASES])
    index = _written(folder / OBJECTS, [f"{LETTER.model_dump_json()}\n".encode()])
    _written(folder / LETTER.path, [BYTES])
    manifest = Manifest(
        began_at=AT, ended_at=AT, database="fas", bucket="fas", objects=index,
        collections={"cases": cases, "accounts": accounts},
    )  # fmt: skip
    write_manifest(folder, manifest)
    return folder


def _written(path: Path, entries: list[bytes]) -> BackupPart:
    with HashingWriter(path) as file:
        for entry in entries:
            file.add(entry)
    return file.part


def _flip(path: Path, at: int = -3) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def test_a_whole_backup_is_read_as_it_was_written(backup: Path) -> None:
    manifest = verified(backup, lambda line: None)

    assert manifest.began_at == AT
    assert [bson.decode(each) for each in documents(backup, "cases")] == CASES
    assert list(objects(backup)) == [LETTER]


def test_nobody_else_may_read_it(backup: Path) -> None:
    modes = {path.stat().st_mode & 0o077 for path in [backup, *backup.rglob("*")]}
    assert modes == {0}


@pytest.mark.parametrize("damage", [_flip, _cut, Path.unlink])
@pytest.mark.parametrize("part", [collection_path("cases"), OBJECTS, LETTER.path])
def test_a_part_that_was_changed_cut_or_removed_is_named(
    backup: Path, part: str, damage: Callable[[Path], None]
) -> None:
    damage(backup / part)

    with pytest.raises(RequestRejected) as refused:
        verified(backup, lambda line: None)

    assert refused.value.code == "damaged_backup"
    assert part in refused.value.detail
    assert "an earlier backup" in refused.value.detail


@pytest.mark.parametrize("at", [20, 120, 200, -3])
def test_a_changed_manifest_is_not_believed(backup: Path, at: int) -> None:
    _flip(backup / "manifest.json", at)
    with pytest.raises(RequestRejected, match=r"damaged: manifest\.json"):
        verified(backup, lambda line: None)


def test_every_damaged_part_is_named_at_once(backup: Path) -> None:
    _flip(backup / collection_path("cases"))
    (backup / LETTER.path).unlink()
    with pytest.raises(
        RequestRejected, match=r"cases\.bson is not as .*; objects/.* is missing \(the object files/x\)"
    ):
        verified(backup, lambda line: None)


def test_a_backup_without_a_manifest_was_not_finished(backup: Path) -> None:
    (backup / "manifest.json").unlink()
    with pytest.raises(
        RequestRejected, match=r"not a whole backup.* written last.* Remove it and take another"
    ):
        verified(backup, lambda line: None)


def test_what_is_not_there_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(RequestRejected, match=r"There is no backup .*nothing"):
        verified(tmp_path / "nothing", lambda line: None)


def test_a_newer_version_is_not_guessed_at(backup: Path) -> None:
    path = backup / "manifest.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    with pytest.raises(RequestRejected, match="version 2; this program reads up to 1"):
        verified(backup, lambda line: None)


def test_the_order_leaves_no_collection_out_but_the_sessions() -> None:
    order = in_order(["cases", "sessions", "minutes", "accounts"])

    assert order[:-2] == list(ORDER[:-1])
    assert order[-2:] == ["minutes", "numbers"], "one that nobody placed is kept, before the numbers"
    assert set(in_order(LEFT_OUT)) == set(ORDER), "everybody signs in again"
    assert len(order) == len(ORDER) + 1
    assert written_in_order(order)[-1] == "accounts", "nobody signs in to half a system"


def test_every_collection_that_the_code_names_has_its_place() -> None:
    named = {PRESENCES, *(each.name for each in COLLECTIONS)}

    assert {"cases", "receipts"} <= named
    assert named <= {*ORDER, *LEFT_OUT}
