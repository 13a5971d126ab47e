"""Which files a draft has after a save."""

from collections.abc import Sequence

from shared.contracts.commands import CaseCommand
from shared.contracts.documents.files import StoredFile
from shared.lifecycle.movement import RecordContext


def merged_attachments(
    present: Sequence[StoredFile], command: CaseCommand, moment: RecordContext
) -> list[StoredFile]:
    """The files of a draft once a save is carried out; each stands once, in the order they came."""
    if command.files is None:
        return [moment.files[file] for file in dict.fromkeys(command.attachments)]
    kept = [file for file in present if file.id not in command.files.remove]
    known = {file.id for file in kept}
    return kept + [moment.files[file] for file in dict.fromkeys(command.files.add) if file not in known]
