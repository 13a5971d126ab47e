"""What keeps the files of a submission from being sent (DOMAIN 1.8). Pure."""

from collections.abc import Iterator, Sized

from shared.contracts.faults import FieldFault
from shared.contracts.limits import FILES


def count_faults(attachments: Sized) -> Iterator[FieldFault]:
    """More files than one submission may have."""
    if len(attachments) > FILES:
        zh, en = f"每次提交最多{FILES}个附件。", f"At most {FILES} attachments a submission."
        yield FieldFault("attachments", "too_many", zh, en)
