"""Is a rectification complete? Pure (DOMAIN 1.8: a statement and at least one evidence file)."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts.faults import FieldFault
from shared.contracts.text_checks import text_faults

STATEMENT_CHARACTERS = 20_000
FILES = 20


def rectification_faults(statement: str, attachments: Sequence[Mapping[str, Any]]) -> list[FieldFault]:
    """Every field of a round that keeps it from being submitted."""
    named = ("整改情况说明", "statement on the rectification")
    faults = [*text_faults("statement", *named, statement, STATEMENT_CHARACTERS, required=True)]
    if not attachments:
        zh, en = (
            "请上传至少一个与整改有关的证明文件。",
            "Upload at least one file that proves the rectification.",
        )
        faults.append(FieldFault("attachments", "required", zh, en))
    if len(attachments) > FILES:
        zh, en = f"每次提交最多{FILES}个附件。", f"At most {FILES} attachments a submission."
        faults.append(FieldFault("attachments", "too_many", zh, en))
    return faults
