"""Which files a draft has after a save."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts.commands import CaseCommand
from shared.lifecycle.movement import RecordContext


def merged_attachments(
    present: Sequence[Mapping[str, Any]], command: CaseCommand, moment: RecordContext
) -> list[dict[str, Any]]:
    """The files of a draft once a save is carried out; each stands once, in the order they came."""
    if command.files is None:
        return [moment.files[file].stored() for file in dict.fromkeys(command.attachments)]
    kept = [dict(file) for file in present if file["id"] not in command.files.remove]
    known = {file["id"] for file in kept}
    return kept + [
        moment.files[file].stored() for file in dict.fromkeys(command.files.add) if file not in known
    ]
