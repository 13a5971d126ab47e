"""Is a file what it says it is? Pure (DOMAIN 1.8): the name's ending, the structure of the content.

A content of another type than the name says, or of two types at once, is refused; so is all that can act by itself.
"""

import zipfile
from io import BytesIO

from services.documents.images import check_image
from services.documents.kinds import media_type_found, media_type_of, other_kind
from services.documents.pdfs import beginning, check_pdf
from services.documents.rejection import FileRejected, two_files
from shared.bilingual import Bilingual
from shared.runtime.errors import RequestRejected


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
    """Refuse a file that is a ZIP archive too: readers look for its directory at the end, whatever the file begins with."""
    if zipfile.is_zipfile(BytesIO(data)) and b"PK\x01\x02" in data:
        raise two_files("ZIP")
