"""Is a rectification complete? Pure (DOMAIN 1.8: a statement and at least one evidence file)."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts.faults import FieldFault

STATEMENT_CHARACTERS = 20_000
FILES = 20


def rectification_faults(statement: str, attachments: Sequence[Mapping[str, Any]]) -> list[FieldFault]:
    """Every field of a round that keeps it from being submitted."""
    faults = []
    if not statement.strip():
        faults.append(
            FieldFault(
                "statement",
                "required",
                "整改情况说明为必填项。",
                "The statement on the rectification is required.",
            )
        )
    if len(statement) > STATEMENT_CHARACTERS:
        zh = f"整改情况说明不能超过{STATEMENT_CHARACTERS}个字符（现有{len(statement)}个）。"
        en = f"The statement takes at most {STATEMENT_CHARACTERS} characters; it has {len(statement)}."
        faults.append(FieldFault("statement", "too_long", zh, en))
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
