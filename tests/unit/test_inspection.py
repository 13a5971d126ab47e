"""What may be kept: a table of files that officers send and of files that nobody should (DOMAIN 1.8, FAULTS F22)."""

import pytest

from services.documents.inspection import inspect
from services.documents.names import safe_name
from services.portal.pages.language import Lang, said
from shared.contracts.limits import FILE_NAME_BYTES
from shared.runtime.errors import RequestRejected
from simulator.files import png
from tests.sample_files import (
    EMPTY,
    HTML,
    MISMATCH,
    OK,
    TYPE,
    SampleRow,
    archive,
    encrypted,
    film,
    office,
    picture,
    rows,
)
from tests.sample_pdfs import assembled

ROWS = rows()
STATUS = {TYPE: 415, MISMATCH: 422, EMPTY: 422}


@pytest.mark.parametrize("row", ROWS, ids=[row.about for row in ROWS])
def test_a_file_is_kept_or_refused_with_its_code_in_both_languages(row: SampleRow) -> None:
    if row.code == OK:
        assert inspect(safe_name(row.name), row.data) in {
            "image/jpeg",
            "image/png",
            "image/gif",
            "application/pdf",
        }
        return

    with pytest.raises(RequestRejected) as refused:
        inspect(safe_name(row.name), row.data)

    assert (refused.value.code, refused.value.status) == (row.code, STATUS[row.code])
    assert any("\u4e00" <= character <= "\u9fff" for character in refused.value.detail)
    assert "." in refused.value.detail


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("申请书 1.pdf", "申请书 1.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\seal.png", "seal.png"),
        ("a\x00b\r\nSet-Cookie: x=1.pdf", "abSet-Cookie_ x=1.pdf"),
        ('say "hi".pdf', "say _hi_.pdf"),
        ("x\u202efdp.exe", "xfdp.exe"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        ("seal 🦐.png", "seal 🦐.png"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.tar.pdf", "_lpt1.tar.pdf"),
        ("contract.pdf", "contract.pdf"),
        ("a.exe:x.pdf", "a.exe_x.pdf"),
        (" . x.pdf. ", "x.pdf"),
        ("....", "file"),
        ("", "file"),
        ("\u200d\u200d", "file"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("\ud800.pdf", "pdf"),
        ("a\ufffe\uffffb.pdf", "ab.pdf"),
    ],
)
def test_a_name_is_kept_as_every_system_takes_it(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("character", ["x", "é", "长", "🦐"])
def test_a_long_name_is_cut_to_its_bytes_and_keeps_its_ending(character: str) -> None:
    cut = safe_name(character * 300 + ".pdf")

    assert FILE_NAME_BYTES - 3 <= len(cut.encode()) <= FILE_NAME_BYTES
    assert cut.endswith(f"{character}.pdf")


WORD = office("word")
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
PDF, PHOTO = assembled(), picture("JPEG")


@pytest.mark.parametrize(
    ("name", "data", "zh", "en"),
    [
        ("photo.jpg", png(), "PNG 图片，请将扩展名改为 .png，或另存为 JPEG", "a PNG picture; rename it to .png, or"),
        ("scan.png", PHOTO, "改为 .jpg，或另存为 PNG", "a JPEG picture; rename it to .jpg, or save it as PNG"),
        ("scan.PDF", PHOTO, "改为 .jpg，或另存为 PDF", "a JPEG picture; rename it to .jpg, or save it as PDF"),
        ("scan.jpg", PDF, "改为 .pdf，或另存为 JPEG", "a PDF; rename it to .pdf"),
        ("scan.jpg", film(), "改为 .gif", "a GIF picture; rename it to .gif"),
        ("photo.jpg", HEIC, "HEIC 照片，请另存为 JPEG 或 PDF 后上传（iPhone：", "HEIC photo; save it as JPEG or PDF (iPhone: "),
        ("photo.heic", HEIC, "请另存为 JPEG 或 PDF 后上传（iPhone：设置", "save it as JPEG or PDF (iPhone: Settings"),
        ("photo.jpg", picture("WEBP"), "WebP 图片，请另存为 JPEG 或 PDF", "a WebP picture; save it as JPEG or PDF"),
        ("photo.webp", picture("WEBP"), "请另存为 JPEG 或 PDF", "save it as JPEG or PDF"),
        ("scan.pdf", picture("TIFF"), "TIFF 图片，请另存为", "a TIFF picture; save it as"),
        ("scan.tiff", picture("TIFF"), "请另存为 JPEG 或 PDF", "save it as JPEG or PDF"),
        ("letter.pdf", WORD, "Word 文档，请打印或导出为 PDF", "a Word document; print or export it as PDF"),
        ("letter.docx", WORD, "请打印或导出为 PDF", "print or export it as PDF"),
        ("letter.pdf", archive(), "ZIP 压缩包，请解压后", "a ZIP archive; unpack it"),
        ("all.zip", archive(), "请解压后", "unpack it"),
        ("letter.pdf", b"Dear all,\n", "文本或网页，请打印或导出为 PDF", "a text or a web page; print or export it as PDF"),
        ("letter.pdf", HTML, "文本或网页", "a web page"),
        ("letter.pdf", bytes(range(256)), "无法识别的类型", "of a type that is not known"),
        ("letter.pdf", b"", "文件为空，请确认原文件", "The file is empty; see that the original opens"),
        ("letter.pdf", PDF[:-40], "没有完整复制或传输", "perhaps not copied completely"),
        ("photo.jpg", PHOTO[:-40], "没有完整复制或传输", "perhaps not copied completely"),
        ("photo.png", png()[:-12], "没有完整复制或传输", "perhaps not copied completely"),
        ("letter.pdf", encrypted("secret"), "请去除密码后上传", "remove the password"),
        ("photo.jpg", PHOTO + HTML, "请重新保存图片", "save the picture again"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_the_file_is_and_the_way_out(name: str, data: bytes, zh: str, en: str) -> None:
    with pytest.raises(RequestRejected) as refused:
        inspect(name, data)

    text = refused.value.text
    assert zh in said(text, Lang.ZH), text
    assert en in said(text, Lang.EN), text
    assert zh not in said(text, Lang.EN)
