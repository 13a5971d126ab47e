"""The journal of the local database: what its lines leave, and what becomes of one that was not written to its end."""

import os
from pathlib import Path
from typing import Any

import pytest

from deploy.local import mongo_journal
from deploy.local.mongo_journal import Journal, dropped, removed, written

CASES, FILES, OTHERS = ("fas", "cases"), ("fas", "files"), ("other", "cases")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal stands."""
    return tmp_path / "standin.jsonl"


def begun(path: Path) -> Journal:
    """An empty journal."""
    journal = Journal(path)
    journal.begin([])
    return journal


def one(key: Any, **fields: Any) -> dict[str, Any]:
    """A document."""
    return {"_id": key, **fields}


def test_the_last_line_of_a_document_counts(path: Path) -> None:
    journal = begun(path)
    journal.append([written(CASES, one("a", n=1)), written(CASES, one("b", n=1)), written(FILES, one("a"))])
    journal.append([written(CASES, one("a", n=2)), removed(CASES, "b")])

    found = {place: [*documents.values()] for place, documents in Journal(path).read().items()}

    assert found == {CASES: [one("a", n=2)], FILES: [one("a")]}


def test_what_is_dropped_is_gone(path: Path) -> None:
    journal = begun(path)
    journal.append([written(place, one("a")) for place in (CASES, FILES, OTHERS)])
    journal.append([dropped("fas", "cases")])
    assert set(Journal(path).read()) == {FILES, OTHERS}
    journal.append([dropped("fas")])
    assert set(Journal(path).read()) == {OTHERS}


def test_a_line_without_its_end_was_never_written(path: Path) -> None:
    journal = begun(path)
    whole, cut = written(CASES, one("a", text="问\u2028\n")), written(CASES, one("b", text="long " * 100))
    journal.append([whole])
    with path.open("ab") as file:
        file.write(cut.encode()[:-20])

    assert [*Journal(path).read()[CASES].values()] == [one("a", text="问\u2028\n")]


def test_where_the_disk_is_full_nothing_of_a_change_counts(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = begun(path)
    journal.append([written(CASES, one("a", n=1))])
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[: len(data) // 2]))

    with pytest.raises(OSError, match="takes no more"):
        journal.append([written(CASES, one("a", n=2)), written(CASES, one("b"))])
    monkeypatch.undo()
    journal.append([written(CASES, one("c"))])

    assert [*Journal(path).read()[CASES].values()] == [one("a", n=1), one("c")]


def test_a_long_journal_begins_anew_with_what_there_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongo_journal, "LONGEST", 1000)
    journal = begun(path)
    for number in range(40):
        journal.append([written(CASES, one("a", n=number, text="x" * 20))])
    assert journal.is_long()
    long = path.stat().st_size

    journal.begin((CASES, each) for each in Journal(path).read()[CASES].values())
    journal.append([written(CASES, one("b"))])

    assert not journal.is_long()
    assert path.stat().st_size < long / 5
    assert [each["_id"] for each in Journal(path).read()[CASES].values()] == ["a", "b"]
