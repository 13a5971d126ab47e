"""Is a file what it says it is? Pure (DOMAIN 1.8): the name's ending, the leading bytes, the size, a safe name."""

import unicodedata
from pathlib import PurePosixPath

import filetype

from shared.runtime.errors import Refuse

OFFICER_BYTES = 4 * 1024 * 1024
CUSTOMS_BYTES = 64 * 1024 * 1024
NAME_BYTES = 255
MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".png": "image/png",
    ".pdf": "application/pdf",
}


def safe_name(name: str) -> str:
    """The sender's own name without a path or control characters, at most 255 bytes, its ending kept."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}).strip(
        " ."
    )
    path = PurePosixPath(shown or "file")
    stem, ending = path.stem, path.suffix
    while len((stem + ending).encode()) > NAME_BYTES and stem:
        stem = stem[:-1]
    return stem + ending


def media_type_of(name: str) -> str:
    """The type that the name's ending says; Refuse `unsupported_type` for any other than the five endings."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in MEDIA_TYPES:
        allowed = " ".join(MEDIA_TYPES)
        raise Refuse(
            "unsupported_type",
            f"只支持 {allowed} 格式的文件: {name}。 Only {allowed} are accepted: {name}.",
            status=415,
        )
    return MEDIA_TYPES[ending]


def inspect(name: str, data: bytes) -> str:
    """The media type of a file whose content is of the type its name says; Refuse says what is wrong."""
    media_type = media_type_of(name)
    if not data:
        raise Refuse("empty_file", f"文件为空: {name}。 The file is empty: {name}.", status=422)
    kind = filetype.guess(data[:4096])
    if kind is None or kind.mime != media_type:
        raise Refuse(
            "content_mismatch",
            f"文件内容与扩展名不符: {name}。 The content of {name} is not of the type that its name says.", status=422,
        )  # fmt: skip
    return media_type
