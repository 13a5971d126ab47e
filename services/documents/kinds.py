"""Says what a file is by its name and what it really is, and what to do so that it is taken, in both languages."""

from pathlib import PurePosixPath

import filetype

from services.documents.rejection import FileRejected
from shared.bilingual import Bilingual
from shared.runtime.errors import RequestRejected

MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".png": "image/png",
    ".pdf": "application/pdf",
}
Pair = tuple[str, str]
_OURS = {
    "image/jpeg": ("JPEG 图片", "a JPEG picture", ".jpg"),
    "image/png": ("PNG 图片", "a PNG picture", ".png"),
    "image/gif": ("GIF 图片", "a GIF picture", ".gif"),
    "application/pdf": ("PDF 文件", "a PDF", ".pdf"),
}
_OTHERS = {
    "heic": ("HEIC 照片", "an HEIC photo"),
    "webp": ("WebP 图片", "a WebP picture"),
    "avif": ("AVIF 图片", "an AVIF picture"),
    "tif": ("TIFF 图片", "a TIFF picture"),
    "bmp": ("BMP 图片", "a BMP picture"),
    "docx": ("Word 文档", "a Word document"),
    "doc": ("Word 文档", "a Word document"),
    "xlsx": ("Excel 工作簿", "an Excel workbook"),
    "xls": ("Excel 工作簿", "an Excel workbook"),
    "pptx": ("PowerPoint 演示文稿", "a PowerPoint presentation"),
    "ppt": ("PowerPoint 演示文稿", "a PowerPoint presentation"),
    "zip": ("ZIP 压缩包", "a ZIP archive"),
    "rar": ("RAR 压缩包", "a RAR archive"),
    "7z": ("7z 压缩包", "a 7z archive"),
}
_ALIKE = {"heif": "heic", "tiff": "tif", "apng": "png"}
_PHOTO = (
    "请另存为 JPEG 或 PDF 后上传（iPhone：设置 > 相机 > 格式 > 兼容性最佳）",
    "save it as JPEG or PDF (iPhone: Settings > Camera > Formats > Most Compatible)",
)
_PICTURE = ("请另存为 JPEG 或 PDF 后上传", "save it as JPEG or PDF")
_ARCHIVE = ("请解压后将其中的文件逐个上传", "unpack it, and upload the files one by one")
_DOCUMENT = ("请打印或导出为 PDF 后上传", "print or export it as PDF")
_WAYS = dict.fromkeys(("webp", "avif", "tif", "bmp"), _PICTURE) | dict.fromkeys(
    ("zip", "rar", "7z"), _ARCHIVE
)


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


def media_type_found(data: bytes) -> str:
    """The media type that the content shows; empty for one that is not known."""
    kind = filetype.guess(data[:4096])
    return str(kind.mime).replace("apng", "png") if kind else ""  # an animated PNG is a PNG


def way_out(ending: str) -> Pair:
    """What to do with a file of a type that is not taken, by the usual ending of its type."""
    ending = _ALIKE.get(ending, ending)
    return _PHOTO if ending == "heic" else _WAYS.get(ending, _DOCUMENT)


def other_kind(name: str, data: bytes) -> FileRejected:
    """The content is not of the type that the name says: what it is, and the way out."""
    said = PurePosixPath(name).suffix.lower()
    zh, en, (do_zh, do_en) = _found(said, data)
    space = " " if zh[0].isascii() else ""
    return FileRejected(
        f"文件名以 {said} 结尾，内容却是{space}{zh}，{do_zh}",
        f"The name ends in {said}, but the file is {en}; {do_en}",
    )


def _found(said: str, data: bytes) -> tuple[str, str, Pair]:
    kind = filetype.guess(data[:4096])
    if ours := _OURS.get(media_type_found(data)):
        zh, en, ending = ours
        again = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".gif": "GIF", ".pdf": "PDF"}[said]
        return (
            zh,
            en,
            (
                f"请将扩展名改为 {ending}，或另存为 {again} 后上传",
                f"rename it to {ending}, or save it as {again}",
            ),
        )
    if kind is None:
        if _is_text(data):
            return "文本或网页", "a text or a web page", _DOCUMENT
        return "无法识别的类型", "of a type that is not known", _AGAIN
    ending = _ALIKE.get(kind.extension, kind.extension)
    zh, en = _OTHERS.get(ending, (f"其他类型 ({kind.mime})", f"of another type ({kind.mime})"))
    return zh, en, way_out(ending)


_AGAIN = (
    "可能没有完整复制或传输，请确认能打开后重新上传，或打印为 PDF",
    "perhaps it was not copied completely: see that it opens and upload it again, or print it to a PDF",
)


def _is_text(data: bytes) -> bool:
    beginning = data[:4096]
    return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in beginning)
