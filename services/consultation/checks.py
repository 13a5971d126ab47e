"""Is a consultation reply complete? Pure (DOMAIN 1.8: at least one of the three texts)."""

from collections.abc import Iterator, Sequence

from shared.contracts.documents.files import StoredFile
from shared.contracts.faults import FieldFault
from shared.contracts.file_checks import count_faults
from shared.contracts.limits import TEXT_CHARACTERS
from shared.contracts.parts import ThreeTexts
from shared.contracts.text_checks import text_faults
from shared.contracts.texts import is_blank

_NAMES = {
    "text_zh": ("磋商内容（中文）", "Chinese text"),
    "text_en": ("磋商内容（英文）", "English text"),
    "text_other": ("磋商内容（其他语言）", "text in another language"),
}


def reply_faults(texts: ThreeTexts, attachments: Sequence[StoredFile]) -> list[FieldFault]:
    """Every field of a reply that keeps it from being sent."""
    faults = [*_texts(texts), *count_faults(attachments)]
    if all(is_blank(text) for text in (texts.text_zh, texts.text_en, texts.text_other)):
        faults.append(
            FieldFault(
                "text_zh",
                "required",
                "三种语言的磋商内容至少填写一种。",
                "Write at least one of the three texts.",
            )
        )
    return faults


def signatories_faults(attachments: Sequence[str]) -> list[FieldFault]:
    """Signatories are files; one at least."""
    faults = [*count_faults(attachments)]
    if not attachments:
        faults.append(
            FieldFault("attachments", "required", "请上传至少一个附件。", "Upload at least one file.")
        )
    return faults


def _texts(texts: ThreeTexts) -> Iterator[FieldFault]:
    for field, (zh, en) in _NAMES.items():
        yield from text_faults(field, zh, en, getattr(texts, field), TEXT_CHARACTERS)
