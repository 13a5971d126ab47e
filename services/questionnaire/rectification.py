"""Is a rectification complete? Pure (DOMAIN 1.8: a statement and at least one evidence file)."""

from collections.abc import Sequence

from shared.contracts.documents.files import StoredFile
from shared.contracts.faults import FieldFault
from shared.contracts.file_checks import count_faults
from shared.contracts.limits import TEXT_CHARACTERS
from shared.contracts.text_checks import text_faults


def rectification_faults(statement: str, attachments: Sequence[StoredFile]) -> list[FieldFault]:
    """Every field of a round that keeps it from being submitted."""
    named = ("整改情况说明", "statement on the rectification")
    faults = [*text_faults("statement", *named, statement, TEXT_CHARACTERS, required=True)]
    if not attachments:
        zh, en = (
            "请上传至少一个与整改有关的证明文件。",
            "Upload at least one file that proves the rectification.",
        )
        faults.append(FieldFault("attachments", "required", zh, en))
    return [*faults, *count_faults(attachments)]
