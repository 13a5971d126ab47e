"""Is a file what it says it is? Pure (DOMAIN 1.8): a safe name, the name's ending, the structure of the content.

A name that lies, or a content that is two things at once, is refused; what is kept draws and does nothing else.
"""

import re
import unicodedata
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from services.documents.images import check_image
from services.documents.kinds import media_type_found, other_kind, way_out
from services.documents.pdfs import beginning, check_pdf
from services.documents.rejection import FileRejected, two_files
from shared.bilingual import Bilingual
from shared.contracts.limits import FILE_NAME_BYTES
from shared.contracts.texts import UNWRITABLE
from shared.runtime.errors import RequestRejected

CUSTOMS_FILE_BYTES = 64 * 1024 * 1024
MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".png": "image/png",
    ".pdf": "application/pdf",
}
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
"""Format characters that belong to words of Persian and of Indian languages, and to emoji."""
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def safe_name(name: str) -> str:
    """The sender's own name as every system takes it: no path, nothing unseen, at most 255 bytes, its ending kept.

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


def media_type_of(name: str) -> str:
    """The type that the name's ending says; RequestRejected `unsupported_type` for any other than the five endings."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in MEDIA_TYPES:
        allowed = " ".join(MEDIA_TYPES)
        zh, en = way_out(ending.removeprefix("."))
        raise RequestRejected(
            "unsupported_type",
            Bilingual(
                f"只支持 {allowed} 格式的文件，{zh}：{name}。", f"Only {allowed} are accepted; {en}: {name}."
            ),
            status=415,
        )
    return MEDIA_TYPES[ending]


def inspect(name: str, data: bytes) -> str:
    """The media type of a file whose content is of the type its name says, whole, and nothing else.

    RequestRejected says why not.
    """
    media_type = media_type_of(name)
    if not data:
        zh = f"文件为空，请确认原文件能打开后重新上传：{name}。"
        en = f"The file is empty; see that the original opens, and upload it again: {name}."
        raise RequestRejected("empty_file", Bilingual(zh, en), status=422)
    try:
        if not _begins_as(media_type, data):
            raise other_kind(name, data)
        _check_archive(data)
        if media_type == "application/pdf":
            check_pdf(data)
        else:
            check_image(media_type, data)
    except FileRejected as unfit:
        raise RequestRejected(
            "content_mismatch",
            Bilingual(f"{unfit.text.zh}：{name}。", f"{unfit.text.en}: {name}."),
            status=422,
        ) from unfit
    return media_type


def _begins_as(media_type: str, data: bytes) -> bool:
    found = media_type_found(data)
    return found == media_type or (not found and media_type == "application/pdf" and beginning(data) >= 0)


def _check_archive(data: bytes) -> None:
    """Archives are read from their end, wherever they begin, so any of our types can be one too."""
    if b"PK\x01\x02" in data and zipfile.is_zipfile(BytesIO(data)):
        raise two_files("ZIP")
