"""One rule of texts for every field on every way in (DOMAIN 1.8): how a text is kept, and what none may hold."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't write: control characters but tab and line ends, halves of surrogate pairs, U+FFFE and U+FFFF."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\v\f]")
"""Word and PowerPoint paste U+000B for a line break within a paragraph, U+000C for a page break."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol by their category, drawn as nothing: Hangul fillers, the blank of Braille."""
_UNSEEN = ("C", "M", "Z")
"""Control and format characters, marks that need a letter beneath, and white space."""


def normalize(text: str) -> str:
    """A text as it is stored, shown and declared: Unicode NFC, every line end and page break a line feed."""
    if text.isascii() and text.isprintable():  # nearly every code, number and name
        return text
    return unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))


def normalize_typed(text: str) -> str:
    """The same of a text from outside; ValueError for half a surrogate pair: it is no character, and nothing can store it."""
    if halves := _SURROGATES.search(text):
        raise ValueError(f"it holds U+{ord(halves[0]):04X}, which is half a character; remove it")
    return normalize(text)


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: such a text answers nothing that is required."""
    if text[:1].isalnum() and text[0] not in _BLANK:  # nearly every text
        return False
    return all(each in _BLANK or unicodedata.category(each).startswith(_UNSEEN) for each in text)


def forbidden_in(text: str) -> list[str]:
    """The characters that no message to customs can carry, once each as `U+0001`, in order."""
    return list(dict.fromkeys(f"U+{ord(each):04X}" for each in UNWRITABLE.findall(text)))


Text = Annotated[str, AfterValidator(normalize_typed)]
"""What somebody typed, kept by the rule, whichever way it came in."""
