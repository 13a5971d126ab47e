"""Whether a PDF is whole, readable without a password, nothing else besides, and without anything that acts by itself.

Contents of pages, fonts and images are not unpacked: they can draw, and nothing else.
"""

import logging
import re
from collections.abc import Iterator
from io import BufferedReader, BytesIO

from pypdf import PasswordType, PdfReader, apply_configuration
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from services.documents.rejection import FileRejected, damaged, two_files
from services.documents.strays import AROUND_PDF, file_in, is_before_pdf, is_behind_pdf

UNPACKED_BYTES = 32 * 1024 * 1024
"""Of one compressed stream of objects, at most."""
_OBJECTS = 200_000
_ENTRIES = 500_000
_MISSING = 100
"""Objects that are named and missing, at most: for each the whole file is searched."""
BEGINNING = b"%PDF-"
_TABLE_AT = b"startxref"
_END = re.compile(rb"startxref\s+\d+\s*%%EOF")
_NEAR = 20
_TABLE = re.compile(
    rb".{0,%d}?(?:(?<!start)xref|\d\s+obj\b(?:(?!endobj).){0,1000}?/XRef)" % (2 * _NEAR), re.DOTALL
)
"""A table of objects, at a place that may be a little wrong."""
_OBJECT = re.compile(rb"\d\s+obj\b")
_INERT = {
    "/AP", "/Contents", "/Group", "/MarkInfo", "/Metadata", "/OutputIntents", "/P", "/Parent", "/PieceInfo",
    "/Resources", "/StructTreeRoot", "/Thumb",
}  # fmt: skip
_ACTIONS = {
    "/GoToE",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Rendition",
    "/RichMediaExecute",
    "/Sound",
}
_MEDIA = {"/3D", "/Movie", "/RichMedia", "/Screen", "/Sound"}

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every fault that it forgives


def beginning(data: bytes) -> int:
    """Where the PDF begins, as readers look for it; -1 where there is none."""
    return data.find(BEGINNING, 0, AROUND_PDF + len(BEGINNING))


def check_pdf(data: bytes) -> None:
    """Return when the bytes are one PDF with a page and without active content; FileRejected says what is wrong.

    Before and behind it may stand what mail gateways and printers add.
    """
    start, end = beginning(data), _end(data)
    head, tail = data[:start], data[end:]
    if not is_before_pdf(head):
        raise two_files(file_in(head) or f"{start} bytes")
    if not is_behind_pdf(tail):
        breaks_off = not file_in(tail) and _OBJECT.search(tail)
        raise damaged("%%EOF") if breaks_off else two_files(file_in(tail) or f"{len(tail)} bytes")
    try:
        with apply_configuration(
            zlib_maximum_output_length=UNPACKED_BYTES, lzw_maximum_output_length=UNPACKED_BYTES
        ):
            for reading in _readings(data[:end], start):
                _check_contents(reading)
    except FileRejected:
        raise
    except Exception as error:  # pypdf's parser raises whatever goes wrong in it
        raise damaged(type(error).__name__) from error


def _readings(data: bytes, start: int) -> Iterator[bytes]:
    """The file as readers take it: offsets counted from where the PDF begins, or as some do from where the file begins.

    The second is among them only where the offsets lead to a table of objects that way; else such a reader searches too.
    """
    yield data[start:]
    place = int(data[data.rindex(_TABLE_AT) + len(_TABLE_AT) : -len(b"%%EOF")])
    if start and _TABLE.match(data, max(place - _NEAR, 0)):
        yield data


def _end(data: bytes) -> int:
    """The offset behind the last end of a PDF."""
    at = len(data)
    while (at := data.rfind(_TABLE_AT, 0, at)) >= 0:
        if found := _END.match(data, at):
            return found.end()
    raise damaged("startxref" if b"%%EOF" in data else "%%EOF")


def _check_contents(data: bytes) -> None:
    file = BufferedReader(BytesIO(data))  # pypdf makes a copy of a BytesIO to know its length
    reader = PdfReader(file, root_object_recovery_limit=1000, xref_stream_maximum_entries=_ENTRIES)
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise FileRejected(
            "PDF 需要密码才能打开，请去除密码后上传",
            "The PDF opens with a password only; remove the password",
        )
    if not reader.pages[0]:
        raise damaged("no page")
    for found in _dictionaries(reader.root_object):
        _check_active(found)


def _dictionaries(root: PdfObject) -> Iterator[DictionaryObject]:
    """Every dictionary that a reader may act upon: all that can be reached, without those that only draw or describe."""
    seen, missing, left = set[tuple[int, int]](), 0, list[PdfObject]([root])
    for _ in range(_OBJECTS):
        if not left:
            return
        item: PdfObject | None = left.pop()
        if isinstance(item, IndirectObject):
            key = (item.idnum, item.generation)
            if key in seen:
                continue
            seen.add(key)
            item = item.get_object()
            missing += item is None
        if missing > _MISSING:
            raise damaged("objects")
        if isinstance(item, DictionaryObject):
            yield item
            left += [value for name, value in item.items() if name not in _INERT and _holds(value)]
        elif isinstance(item, ArrayObject):
            left += [value for value in item if _holds(value)]
    raise FileRejected(
        "PDF 结构过于复杂，请重新打印为 PDF", "The PDF is too complicated to inspect; print it to a PDF again"
    )


def _holds(value: object) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def _check_active(found: DictionaryObject) -> None:
    action, kind, subtype = (_name(found, key) for key in ("/S", "/Type", "/Subtype"))
    if "/JS" in found or "/XFA" in found or action in _ACTIONS:
        what = action if action in _ACTIONS else "/XFA" if "/XFA" in found else "/JS"
        raise FileRejected(
            f"PDF 含有脚本或可自动执行的动作 ({what}), 请重新打印为 PDF 后上传",
            f"The PDF holds a script or an action that runs by itself ({what}); print it to a PDF again",
        )
    if "/EF" in found or kind == "/EmbeddedFile" or subtype == "/FileAttachment":
        raise FileRejected(
            "PDF 中嵌有其他文件，请分别上传", "The PDF has other files inside; upload them one by one"
        )
    if subtype in _MEDIA and "/Rect" in found:
        raise FileRejected(
            f"PDF 含有音视频或三维内容 ({subtype}), 请去除后上传",
            f"The PDF holds sound, video or 3D ({subtype}); remove it",
        )


def _name(found: DictionaryObject, key: str) -> str:
    value = found.raw_get(key).get_object() if key in found else None
    return str(value) if isinstance(value, str) else ""
