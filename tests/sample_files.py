"""Files to upload, each with the code of CONTRACT 3 that answers it (`ok` where it is kept); built in code, none is stored."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, create_string_object

from simulator.files import pdf, png
from tests import sample_pdfs as made
from tests import sample_strays as strays

OK, MISMATCH, TYPE, EMPTY = "ok", "content_mismatch", "unsupported_type", "empty_file"
HTML = b"<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>"
PHP = b"<?php system($_GET['c']); ?>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\x00\x03" + bytes(59) + b"\x0e\x1f\xba\x0eThis program cannot be run in DOS mode.\r\n$"


class SampleRow(NamedTuple):
    """A file and what becomes of it; one that takes long to build is built when it is read."""

    about: str
    name: str
    content: bytes | Callable[[], bytes]
    code: str

    @property
    def data(self) -> bytes:
        """What the file holds."""
        return self.content if isinstance(self.content, bytes) else self.content()


def picture(format: str, mode: str = "RGB", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """An image with some structure in it, by Pillow."""
    gradient = Image.radial_gradient("L").resize(size)
    image = gradient.convert(mode) if mode != "CMYK" else Image.merge("CMYK", (gradient,) * 4)
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def film(frames: int = 5, size: tuple[int, int] = (64, 48), format: str = "GIF") -> bytes:
    """An animation."""
    images = [Image.new("P" if format == "GIF" else "RGB", size, number % 256) for number in range(frames)]
    file = BytesIO()
    images[0].save(file, format, save_all=True, append_images=images[1:], duration=20)
    return file.getvalue()


def archive() -> bytes:
    """A ZIP, as a JAR is one."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil")
        opened.writestr("Evil.class", b"\xca\xfe\xba\xbe" + bytes(100))
    return file.getvalue()


def office(folder: str) -> bytes:
    """A document of an office program, as far as its kind can be told."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("[Content_Types].xml", "<Types/>")
        opened.writestr("_rels/.rels", "<Relationships/>")
        opened.writestr(f"{folder}/document.xml", "<document/>")
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG by its chunks, whatever they are."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def gif_of(frames: int) -> bytes:
    """A GIF of many frames of one pixel, each of some bytes."""
    frame = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff" + frame * frames + b"\x3b"


def many_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    whole = picture("JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + b"\xff\xd9"


@cache
def bomb(megabytes: int) -> bytes:
    """That many MiB of NUL bytes, packed."""
    packing = zlib.compressobj(9)
    return b"".join(packing.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + packing.flush()


@cache
def rows() -> tuple[SampleRow, ...]:
    """The whole table."""
    return (
        *_good_images(),
        *_good_pdfs(),
        *_names(),
        *_liars(),
        *_polyglots(),
        *_strays(),
        *_bombs(),
        *_broken(),
        *_active(),
    )


def _good_images() -> Iterator[SampleRow]:
    jpeg, small = picture("JPEG"), picture("JPEG", size=(16, 12))
    text = PngInfo()
    text.add_text("Comment", "a seal", zip=True)
    text.add_itxt("Title", "印章", zip=True)
    yield SampleRow("baseline JPEG", "a.jpg", jpeg, OK)
    yield SampleRow("JPEG, other ending", "a.jpeg", jpeg, OK)
    yield SampleRow("ending in capitals", "SCAN.JPG", jpeg, OK)
    yield SampleRow("progressive JPEG", "a.jpg", picture("JPEG", progressive=True), OK)
    yield SampleRow("CMYK JPEG", "a.jpg", picture("JPEG", "CMYK"), OK)
    yield SampleRow("grey JPEG with restarts", "a.jpg", picture("JPEG", "L", restart_marker_blocks=2), OK)
    yield SampleRow(
        "JPEG with EXIF and comment", "a.jpg", picture("JPEG", comment=b"by hand", exif=_exif()), OK
    )
    yield SampleRow("JPEG with a script in its comment, inert", "a.jpg", picture("JPEG", comment=HTML), OK)
    yield SampleRow("JPEG with NUL padding", "a.jpg", jpeg + bytes(512), OK)
    yield SampleRow("JPEG with a second picture (phones)", "a.jpg", jpeg + small, OK)
    yield SampleRow("multi-picture JPEG (MPO)", "a.jpg", _mpo(), OK)
    yield SampleRow("JPEG with Samsung's trailer", "a.jpg", jpeg + _samsung(), OK)
    yield SampleRow(
        "JPEG with a clip (motion photo)", "a.jpg", jpeg + b"\x00\x00\x00\x18ftypmp42" + bytes(400), OK
    )
    yield SampleRow("GIF", "a.gif", picture("GIF", "P"), OK)
    yield SampleRow("animated GIF", "a.gif", film(), OK)
    yield SampleRow("GIF with transparency", "a.gif", picture("GIF", "P", transparency=0), OK)
    yield SampleRow("GIF with a line end behind it", "a.gif", picture("GIF", "P") + b"\r\n", OK)
    yield SampleRow("PNG", "a.png", png(), OK)
    yield SampleRow("PNG with alpha", "a.png", picture("PNG", "LA"), OK)
    yield SampleRow("PNG with a palette", "a.png", picture("PNG", "P"), OK)
    yield SampleRow("PNG of one bit", "a.png", picture("PNG", "1"), OK)
    yield SampleRow("PNG of 16 bits", "a.png", picture("PNG", "I;16"), OK)
    yield SampleRow("interlaced PNG", "a.png", interlaced(), OK)
    yield SampleRow("animated PNG", "a.png", film(format="PNG"), OK)
    yield SampleRow("PNG with texts", "a.png", picture("PNG", pnginfo=text), OK)
    yield SampleRow("a large scan", "a.png", partial(picture, "PNG", "1", (6000, 6000)), OK)


def _good_pdfs() -> Iterator[SampleRow]:
    for version in (b"1.3", b"1.4", b"1.7", b"2.0"):
        yield SampleRow(f"PDF {version.decode()}", "a.pdf", made.assembled(version=version), OK)
    yield SampleRow("PDF 1.5 of object streams", "a.pdf", made.compressed(), OK)
    yield SampleRow("PDF 2.0 of object streams", "a.pdf", made.compressed(version=b"2.0"), OK)
    yield SampleRow("PDF as our demo makes it", "a.pdf", pdf("letter"), OK)
    yield SampleRow("PDF of many pages", "a.pdf", made.written(pages=200), OK)
    yield SampleRow("PDF with a form and a signature", "a.pdf", made.signed(), OK)
    yield SampleRow("linearized PDF", "a.pdf", made.linearized(), OK)
    yield SampleRow("PDF padded with blanks", "a.pdf", pdf("x") + b"\r\n" + b" " * 5000, OK)
    yield SampleRow("PDF without a line end", "a.pdf", pdf("x").rstrip(), OK)
    yield SampleRow("PDF that opens without a password", "a.pdf", encrypted(""), OK)
    yield SampleRow("PDF with an RC4 key", "a.pdf", encrypted("", "RC4-128"), OK)
    link = made.dictionary(S=made.name("URI"), URI=create_string_object("https://example.org"))
    yield SampleRow("PDF with a link", "a.pdf", made.with_annotation(Subtype=made.name("Link"), A=link), OK)
    yield SampleRow(
        "PDF that opens at a page", "a.pdf", made.assembled((_opening(b"[3 0 R /Fit]"), *made.BODY[1:])), OK
    )
    yield SampleRow(
        "PDF with bookmarks",
        "a.pdf",
        made.written(lambda w: w.add_outline_item(title="one", page_number=0)),
        OK,
    )
    yield SampleRow(
        "PDF with an empty list of files", "a.pdf", made.with_in_catalog("Names", _no_files()), OK
    )
    yield SampleRow("page content that is a bomb is never unpacked", "a.pdf", _heavy_page, OK)


def _names() -> Iterator[SampleRow]:
    good = pdf("x")
    yield SampleRow("program, double ending", "x.pdf.exe", EXE, TYPE)
    yield SampleRow("PDF with a program's ending", "x.pdf.exe", good, TYPE)
    yield SampleRow("PDF with two endings", "x.exe.pdf", good, OK)
    yield SampleRow("no ending", "pdf", good, TYPE)
    yield SampleRow("only an ending", ".pdf", good, TYPE)
    yield SampleRow("empty name", "", good, TYPE)
    yield SampleRow("only dots", "....", good, TYPE)
    yield SampleRow("dot behind", "x.pdf.", good, OK)
    yield SampleRow("NUL before another ending", "x.pdf\x00.exe", good, TYPE)
    yield SampleRow("turned around", "x\u202efdp.exe", good, TYPE)
    yield SampleRow("web page", "x.html", HTML, TYPE)
    yield SampleRow("drawing", "x.svg", SVG, TYPE)
    yield SampleRow("office document", "x.docx", archive(), TYPE)
    yield SampleRow("photo of another kind", "x.webp", picture("WEBP"), TYPE)
    yield SampleRow("path", "../../etc/x.pdf", good, OK)
    yield SampleRow("a device of Windows", "CON.pdf", good, OK)
    yield SampleRow("300 characters", "长" * 300 + ".pdf", good, OK)


def _liars() -> Iterator[SampleRow]:
    yield SampleRow("empty", "a.pdf", b"", EMPTY)
    yield SampleRow("HTML named .png", "a.png", HTML, MISMATCH)
    yield SampleRow("SVG named .png", "a.png", SVG, MISMATCH)
    yield SampleRow("HTML named .pdf", "a.pdf", HTML, MISMATCH)
    yield SampleRow("program named .pdf", "a.pdf", EXE, MISMATCH)
    yield SampleRow("program named .jpg", "a.jpg", EXE, MISMATCH)
    yield SampleRow("PHP named .gif", "a.gif", PHP, MISMATCH)
    yield SampleRow("ZIP named .pdf", "a.pdf", archive(), MISMATCH)
    yield SampleRow("PNG named .jpg", "a.jpg", png(), MISMATCH)
    yield SampleRow("JPEG named .png", "a.png", picture("JPEG"), MISMATCH)
    yield SampleRow("GIF named .pdf", "a.pdf", film(), MISMATCH)
    yield SampleRow("PDF named .gif", "a.gif", pdf("x"), MISMATCH)
    yield SampleRow("WebP named .jpg", "a.jpg", picture("WEBP"), MISMATCH)
    yield SampleRow("TIFF named .png", "a.png", picture("TIFF"), MISMATCH)
    yield SampleRow("text named .pdf", "a.pdf", "申请书".encode(), MISMATCH)
    yield SampleRow("only a beginning, PDF", "a.pdf", b"%PDF-1.4", MISMATCH)
    yield SampleRow("only a beginning, PNG", "a.png", b"\x89PNG\r\n\x1a\n", MISMATCH)
    yield SampleRow("only a beginning, JPEG", "a.jpg", b"\xff\xd8\xff\xe0", MISMATCH)
    yield SampleRow("only a beginning, GIF", "a.gif", b"GIF89a", MISMATCH)


def _polyglots() -> Iterator[SampleRow]:
    jpeg, gif, zipped = picture("JPEG"), film(), archive()
    yield SampleRow("GIFAR", "a.gif", gif + zipped, MISMATCH)
    yield SampleRow("PNG + ZIP", "a.png", png() + zipped, MISMATCH)
    yield SampleRow(
        "ZIP in a chunk of a PNG", "a.png", png_of(1, 1, _pixel(), chunk(b"teSt", zipped)), MISMATCH
    )
    yield SampleRow("JPEG + ZIP", "a.jpg", jpeg + zipped, MISMATCH)
    yield SampleRow("JPEG + picture + ZIP", "a.jpg", jpeg + jpeg + zipped, MISMATCH)
    yield SampleRow("ZIP in a JPEG's comment", "a.jpg", picture("JPEG", comment=zipped), MISMATCH)
    yield SampleRow("ZIP that ends as Samsung's trailer", "a.jpg", jpeg + zipped + b"SEFT", MISMATCH)
    yield SampleRow("JPEG + PHP", "a.jpg", jpeg + PHP, MISMATCH)
    yield SampleRow("JPEG + padding + HTML", "a.jpg", jpeg + bytes(64) + HTML, MISMATCH)
    yield SampleRow("JPEG + picture + HTML", "a.jpg", jpeg + jpeg + HTML, MISMATCH)
    yield SampleRow("JPEG + PDF", "a.jpg", jpeg + pdf("x"), MISMATCH)
    yield SampleRow("JPEG + picture + PDF", "a.jpg", jpeg + jpeg + pdf("x"), MISMATCH)
    yield SampleRow("JPEG + program", "a.jpg", jpeg + EXE, MISMATCH)
    yield SampleRow("JPEG + clip + program", "a.jpg", jpeg + b"\x00\x00\x00\x18ftypmp42" + EXE, MISMATCH)
    yield SampleRow("GIF + script", "a.gif", gif + b";alert(1)//", MISMATCH)
    yield SampleRow(
        "GIF that is a script", "a.gif", b"GIF89a=1;alert(document.cookie);/*" + bytes(64), MISMATCH
    )
    yield SampleRow("PNG + HTML", "a.png", png() + HTML, MISMATCH)
    yield SampleRow("PNG + PDF", "a.png", png() + pdf("x"), MISMATCH)
    yield SampleRow("PNG + PNG", "a.png", png() + png(), MISMATCH)
    yield SampleRow("PDF + ZIP", "a.pdf", pdf("x") + zipped, MISMATCH)
    yield SampleRow(
        "ZIP in a PDF's stream", "a.pdf", made.assembled((*made.BODY, made.stream(zipped))), MISMATCH
    )
    yield SampleRow("PDF + HTML", "a.pdf", pdf("x") + HTML, MISMATCH)
    yield SampleRow("PDF + HTML + %%EOF", "a.pdf", pdf("x") + HTML + b"\n%%EOF\n", MISMATCH)
    yield SampleRow("HTML with a PDF's beginning", "a.pdf", b"%PDF-1.4\n" + HTML, MISMATCH)
    yield SampleRow(
        "HTML between a PDF's beginning and end",
        "a.pdf",
        b"%PDF-1.4\n" + HTML + b"\nstartxref\n0\n%%EOF",
        MISMATCH,
    )
    yield SampleRow("PDF behind HTML", "a.pdf", HTML + pdf("x"), MISMATCH)
    yield SampleRow("PDF + program", "a.pdf", pdf("x") + EXE, MISMATCH)


def _strays() -> Iterator[SampleRow]:
    files = {"a.jpg": picture("JPEG"), "a.gif": film(), "a.png": png(), "a.pdf": made.assembled()}
    for name, file in files.items():
        for about, tail in strays.BEHIND.items():
            yield SampleRow(f"{name} + {about}", name, file + tail, OK)
        for about, tail in strays.HOSTILE.items():
            yield SampleRow(f"{name} + {about}, hostile", name, file + tail, MISMATCH)
    for sort, letter in (
        ("table", made.assembled()),
        ("stream", made.compressed()),
        ("update", made.signed()),
    ):
        for about, head in strays.BEFORE_PDF.items():
            yield SampleRow(f"{about} + PDF ({sort})", "a.pdf", head + letter, OK)
        for about, tail in strays.BEHIND_PDF.items():
            yield SampleRow(f"PDF ({sort}) + {about}", "a.pdf", letter + tail, OK)
    for about, head in strays.HOSTILE_BEFORE_PDF.items():
        yield SampleRow(f"{about} + PDF, hostile", "a.pdf", head + made.assembled(), MISMATCH)
    for about, tail in strays.HOSTILE_BEHIND_PDF.items():
        yield SampleRow(f"PDF + {about}, hostile", "a.pdf", made.assembled() + tail, MISMATCH)
    script = made.with_in_catalog("OpenAction", made.script())
    for about, head in strays.BEFORE_PDF.items():
        yield SampleRow(f"{about} + PDF with a script", "a.pdf", head + script, MISMATCH)
    yield SampleRow("JPEG + fill bytes + picture", "a.jpg", files["a.jpg"] + b"\xff" * 5 + files["a.jpg"], OK)
    yield SampleRow("two readings of one PDF", "a.pdf", _two_readings(), MISMATCH)


def _two_readings() -> bytes:
    """Behind a head of 64 bytes; counted from the file's beginning its table leads to a catalogue with a script."""
    plain, head = made.assembled(), b"\n" * 64
    body, start = plain[: plain.index(b"xref")], plain.index(b"xref")
    hidden = b"1 0 obj\n%s\nendobj\n" % _opening(b"<< /S /JavaScript /JS (a) >>")
    table = plain[start : plain.index(b"startxref")]
    other = table.replace(b"%010d" % body.index(b"1 0 obj"), b"%010d" % (64 + start + len(table)), 1)
    first = body + table + hidden
    at = len(head) + len(first)  # from the file's beginning: the table that leads to the script
    padding = b"\n" * (at - len(first))
    assert len(first) + len(padding) == at
    return head + first + other + b"startxref\n%d\n%%%%EOF\n" % at


def _bombs() -> Iterator[SampleRow]:
    yield SampleRow(
        "PNG of 50,000 × 50,000",
        "a.png",
        png_of(50_000, 50_000, chunk(b"IDAT", zlib.compress(b"\0" * 99))),
        MISMATCH,
    )
    yield SampleRow("PNG of 41 million pixels", "a.png", partial(picture, "PNG", "1", (6500, 6400)), MISMATCH)
    yield SampleRow(
        "JPEG of 41 million pixels", "a.jpg", partial(picture, "JPEG", "L", (6500, 6400), quality=1), MISMATCH
    )
    yield SampleRow("GIF of 65,535 × 65,535", "a.gif", b"GIF89a\xff\xff\xff\xff" + gif_of(1)[10:], MISMATCH)
    yield SampleRow(
        "PNG, pixels that unpack to 64 MiB", "a.png", lambda: png_of(10, 10, _packed(b"IDAT")), MISMATCH
    )
    for about, packed in (
        ("text that unpacks", lambda: (_pixel(), _packed(b"iTXt", b"Comment\x00\x01\x00\x00\x00"))),
        ("packed text that unpacks", lambda: (_packed(b"zTXt", b"Comment\x00\x00"), _pixel())),
        ("profile that unpacks", lambda: (_packed(b"iCCP", b"profile\x00\x00"), _pixel())),
    ):
        yield SampleRow(f"PNG, {about} to 64 MiB", "a.png", partial(_png_when_read, packed), MISMATCH)
    yield SampleRow("GIF of 100,000 frames", "a.gif", gif_of(100_000), MISMATCH)
    yield SampleRow("GIF of 500 frames of a pixel", "a.gif", gif_of(500), OK)
    yield SampleRow("animation of 90 million pixels", "a.gif", partial(film, 90, (1000, 1000)), MISMATCH)
    yield SampleRow("JPEG of 10,000 scans", "a.jpg", many_scans(10_000), MISMATCH)
    yield SampleRow(
        "PNG of a million chunks", "a.png", png_of(1, 1, _pixel(), chunk(b"teSt", b"") * 300_000), MISMATCH
    )
    yield SampleRow(
        "PDF, objects that unpack to 64 MiB",
        "a.pdf",
        lambda: made.compressed(padding=bytes(64 * 1024 * 1024)),
        MISMATCH,
    )
    deep = b"[" * 100_000 + b"]" * 100_000
    yield SampleRow(
        "PDF of deep brackets", "a.pdf", made.assembled((_opening(deep), *made.BODY[1:])), MISMATCH
    )
    lost = b" ".join(b"%d 0 R" % number for number in range(100, 20_000))
    yield SampleRow(
        "PDF of lost objects", "a.pdf", made.assembled((_opening(b"[%s]" % lost), *made.BODY[1:])), MISMATCH
    )


def _broken() -> Iterator[SampleRow]:
    jpeg, gif, letter = picture("JPEG"), film(), pdf("x")
    yield SampleRow("half a JPEG", "a.jpg", jpeg[: len(jpeg) // 2], MISMATCH)
    yield SampleRow(
        "JPEG cut in its tables, with an end", "a.jpg", jpeg[: len(jpeg) // 2] + b"\xff\xd9", MISMATCH
    )
    yield SampleRow("half a GIF", "a.gif", gif[: len(gif) // 2], MISMATCH)
    yield SampleRow("half a PNG", "a.png", png()[: len(png()) // 2], MISMATCH)
    yield SampleRow("PNG without its end", "a.png", png()[:-12], MISMATCH)
    yield SampleRow("PNG with a wrong checksum", "a.png", png().replace(b"IDAT", b"IDAT\x00", 1), MISMATCH)
    yield SampleRow("PNG without pixels", "a.png", png_of(10, 10), MISMATCH)
    yield SampleRow("PNG of no size", "a.png", png_of(0, 0, _pixel()), MISMATCH)
    yield SampleRow("half a PDF", "a.pdf", letter[: len(letter) // 2], MISMATCH)
    yield SampleRow("PDF without its end", "a.pdf", letter[:-6], MISMATCH)
    yield SampleRow(
        "PDF without pages",
        "a.pdf",
        made.assembled((made.CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>")),
        MISMATCH,
    )
    yield SampleRow(
        "PDF whose pages are each other's",
        "a.pdf",
        made.assembled((made.CATALOG, b"<< /Kids [2 0 R] >>")),
        MISMATCH,
    )
    yield SampleRow("PDF without a catalogue", "a.pdf", made.assembled((b"<< >>",)), MISMATCH)
    yield SampleRow("PDF that is its own table", "a.pdf", b"%PDF-1.4\nstartxref\n0\n%%EOF", MISMATCH)


def _active() -> Iterator[SampleRow]:
    script, name = made.script(), made.name
    hidden = made.assembled((_opening(b"<< /S /J#61vaScript /J#53 (app.alert) >>"), *made.BODY[1:]))
    launch = made.dictionary(S=name("Launch"), F=create_string_object("calc.exe"))
    later = made.dictionary(S=name("GoTo"), Next=ArrayObject([script]))
    yield SampleRow("script of the document", "a.pdf", made.with_in_catalog("Names", _scripts()), MISMATCH)
    yield SampleRow("script on opening", "a.pdf", made.with_in_catalog("OpenAction", script), MISMATCH)
    yield SampleRow("script on opening, name in hex", "a.pdf", hidden, MISMATCH)
    yield SampleRow(
        "script on closing", "a.pdf", made.with_in_catalog("AA", made.dictionary(WC=script)), MISMATCH
    )
    yield SampleRow(
        "script in an object stream",
        "a.pdf",
        made.compressed((_opening(b"<< /S /JavaScript /JS (a) >>"), *made.BODY[1:])),
        MISMATCH,
    )
    yield SampleRow(
        "script of a page",
        "a.pdf",
        made.assembled((*made.BODY[:2], made.PAGE[:-2] + b"/AA << /O << /S /JavaScript /JS (a) >> >> >>")),
        MISMATCH,
    )
    yield SampleRow(
        "script of a field",
        "a.pdf",
        made.with_annotation(Subtype=name("Widget"), AA=made.dictionary(K=script)),
        MISMATCH,
    )
    yield SampleRow(
        "script after a jump", "a.pdf", made.with_annotation(Subtype=name("Link"), A=later), MISMATCH
    )
    yield SampleRow(
        "script by an update",
        "a.pdf",
        made.updated(made.assembled(), 1, _opening(b"<< /S /JavaScript /JS (a) >>")),
        MISMATCH,
    )
    yield SampleRow("program that is started", "a.pdf", made.with_in_catalog("OpenAction", launch), MISMATCH)
    yield SampleRow(
        "program behind a link", "a.pdf", made.with_annotation(Subtype=name("Link"), A=launch), MISMATCH
    )
    yield SampleRow("file inside", "a.pdf", made.written(lambda w: w.add_attachment("x.exe", EXE)), MISMATCH)
    yield SampleRow("file at a paper clip", "a.pdf", made.attachment_note(), MISMATCH)
    for subtype in ("RichMedia", "Screen", "Movie", "Sound", "3D"):
        yield SampleRow(f"{subtype} in a PDF", "a.pdf", made.media(subtype), MISMATCH)
    yield SampleRow(
        "XFA form",
        "a.pdf",
        made.with_in_catalog("AcroForm", made.dictionary(XFA=ArrayObject())),
        MISMATCH,
    )
    yield SampleRow("PDF with a password", "a.pdf", encrypted("secret"), MISMATCH)
    yield SampleRow("script in an encrypted PDF", "a.pdf", encrypted("", js=True), MISMATCH)


def encrypted(password: str, algorithm: str = "AES-256", *, js: bool = False) -> bytes:
    """An encrypted PDF that opens with this password."""

    def change(writer: PdfWriter) -> None:
        if js:
            writer.root_object[NameObject("/Names")] = _scripts()
        writer.encrypt(password, "owner", algorithm=algorithm)

    return made.written(change)


def interlaced() -> bytes:
    """A PNG of 3 × 3 grey pixels in Adam7's seven passes."""
    grid = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    passes = b""
    for left, top, across, down in grid:
        columns = len(range(left, 3, across))
        passes += (b"\0" + b"\x55" * columns) * len(range(top, 3, down)) if columns else b""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 3, 8, 0, 0, 0, 1))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(passes)) + chunk(b"IEND", b"")


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    return exif


def _mpo() -> bytes:
    file = BytesIO()
    first, second = (Image.new("RGB", (32, 24), colour) for colour in ("red", "blue"))
    first.save(file, "MPO", save_all=True, append_images=[second])
    return file.getvalue()


def _samsung() -> bytes:
    note = b"\x00\x00\x01\x0a\x0e\x00\x00\x00Image_UTC_Data1700000000000"
    directory = b"SEFH" + struct.pack("<IIHHII", 106, 1, 0, 0x0A01, len(note), len(note))
    return note + directory + struct.pack("<I", len(directory)) + b"SEFT"


def _pixel() -> bytes:
    return chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))


def _packed(kind: bytes, before: bytes = b"") -> bytes:
    return chunk(kind, before + bomb(64))


def _png_when_read(chunks: Callable[[], tuple[bytes, ...]]) -> bytes:
    return png_of(1, 1, *chunks())


def _opening(action: bytes) -> bytes:
    return b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s >>" % action


def _no_files() -> DictionaryObject:
    return made.dictionary(EmbeddedFiles=made.dictionary(Names=ArrayObject()))


def _scripts() -> DictionaryObject:
    names = ArrayObject([create_string_object("start"), made.script()])
    return made.dictionary(JavaScript=made.dictionary(Names=names))


def _heavy_page() -> bytes:
    page = made.PAGE[:-2] + b"/Contents 4 0 R >>"
    return made.assembled((*made.BODY[:2], page, made.stream(bomb(512), b"/Filter /FlateDecode")))
