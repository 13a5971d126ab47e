"""What keeps a typed text from being sent, said the same way of every field (DOMAIN 1.8). Pure."""

from collections.abc import Iterable, Iterator
from itertools import islice

from shared.contracts.faults import FieldFault
from shared.contracts.texts import forbidden_in, is_blank

REQUIRED = "required"
NAMED = 5
"""How many forbidden characters are named; the sentence stays readable whatever was pasted."""


def text_faults(
    field: str, zh: str, en: str, text: str, characters: int, *, required: bool = False
) -> Iterator[FieldFault]:
    """What is wrong with the text of a field that is called `zh` and `en`: nothing to be seen, too long, forbidden characters."""
    if required and is_blank(text):
        yield FieldFault(field, REQUIRED, f"{zh}为必填项。", f"The {en} is required.")
    if len(text) > characters:
        yield FieldFault(
            field, "too_long", f"{zh}不能超过{characters}个字符（现有{len(text)}个）。",
            f"The {en} takes at most {characters} characters; it has {len(text)}.",
        )  # fmt: skip
    yield from forbidden_faults(field, zh, en, [text])


def forbidden_faults(field: str, zh: str, en: str, texts: Iterable[str]) -> Iterator[FieldFault]:
    """What customs' messages can't carry would not arrive as it was typed (CONTRACT 2), so it is named."""
    found = dict.fromkeys(each for text in texts for each in forbidden_in(text))
    if found:
        named = ", ".join(islice(found, NAMED))
        yield FieldFault(
            field, "forbidden_character", f"{zh}含有无法发送给海关的字符（{named}），请删除。",
            f"The {en} holds characters that can't be sent to customs ({named}); remove them.",
        )  # fmt: skip


def of_what_is_filled_in(faults: Iterable[FieldFault]) -> tuple[FieldFault, ...]:
    """The prompts while a draft is being filled in: everything but what is still missing (manual 2.3.1)."""
    return tuple(fault for fault in faults if fault.code != REQUIRED)
