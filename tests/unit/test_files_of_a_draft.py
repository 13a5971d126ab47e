"""What a save does to the files of its draft: named in full, or as a change that leaves the others alone."""

from datetime import UTC, datetime

import pytest

from shared.contracts.commands import FileChange, SaveReply
from shared.contracts.documents.files import StoredFile
from shared.contracts.vocabulary import Stage
from shared.lifecycle.attachments import merged_attachments
from shared.lifecycle.movement import RecordContext

FILES = {
    name: StoredFile(
        {
            "id": name,
            "name": f"{name}.pdf",
            "media_type": "application/pdf",
            "size": 1,
            "sha256": "0" * 64,
            "purpose": "evidence",
        }
    )
    for name in "abc"
}
MOMENT = RecordContext(datetime(2026, 1, 1, tzinfo=UTC), FILES)
PRESENT = [FILES["a"], FILES["b"]]


@pytest.mark.parametrize(
    ("attachments", "files", "after"),
    [
        (("c", "c"), None, ["c"]),
        ((), None, []),
        ((), FileChange(), ["a", "b"]),
        ((), FileChange(add=("c", "a")), ["a", "b", "c"]),
        ((), FileChange(remove=("a", "x")), ["b"]),
        ((), FileChange(add=("a",), remove=("a",)), ["b", "a"]),
    ],
)
def test_files_come_and_go(attachments: tuple[str, ...], files: FileChange | None, after: list[str]) -> None:
    command = SaveReply(
        command_id="1",
        authority="A",
        by="o",
        case_id="c",
        stage=Stage.PROTOCOL_CONSULTATION,
        texts=None,
        attachments=attachments,
        files=files,
    )
    assert [file.id for file in merged_attachments(PRESENT, command, MOMENT)] == after
    assert command.file_ids == (files.add if files else attachments)
