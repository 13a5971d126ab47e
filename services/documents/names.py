"""Names of files, as they are kept. Pure (DOMAIN 1.8)."""

import re
import unicodedata
from pathlib import PurePosixPath

from shared.contracts.limits import FILE_NAME_BYTES
from shared.contracts.texts import UNWRITABLE

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
"""Format characters that belong to words of Persian and of Indian languages, and to emoji."""
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def safe_name(name: str) -> str:
    """The sender's own name so that every system takes it: no path, no invisible characters, at most 255 bytes, the same ending.

    What Windows forbids in names becomes `_`; a name that Windows keeps for a device gets one in front.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(
        c for c in UNWRITABLE.sub("", last) if c in _JOINERS or unicodedata.category(c) not in _UNSEEN
    )
    shown = _NOT_IN_NAMES.sub("_", seen.strip(f" .{_JOINERS}"))
    if _RESERVED.fullmatch(shown.split(".", 1)[0].strip()):
        shown = f"_{shown}"
    path = PurePosixPath(shown or "file")
    stem, ending = path.stem, path.suffix
    while len((stem + ending).encode()) > FILE_NAME_BYTES and stem:
        stem = stem[:-1]
    return stem + ending
