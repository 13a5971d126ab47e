"""PDFs of every sort, built in code: what officers send, and what nobody should."""

import zlib
from collections.abc import Callable, Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
    create_string_object,
)

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
BODY = (CATALOG, PAGES, PAGE)


def stream(content: bytes, about: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), about, content)


def assembled(objects: Sequence[bytes] = BODY, *, version: bytes = b"1.4", trailer: bytes = b"") -> bytes:
    """A PDF with a classic table; the first object is the catalogue."""
    file, offsets = b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, entries, count, trailer, len(file))
    )


def updated(first: bytes, number: int, content: bytes, *, size: int = 10) -> bytes:
    """The same with one object added or replaced by an incremental update, as a signature does it."""
    previous = int(first.rsplit(b"startxref", 1)[1].split()[0])
    added = b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root 1 0 R /Prev %d >>\n" % (
        number, len(first), size, previous,
    )  # fmt: skip
    return first + added + table + b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(added))


def compressed(objects: Sequence[bytes] = BODY, *, version: bytes = b"1.5", padding: bytes = b"") -> bytes:
    """A PDF whose objects lie in an object stream, found by a cross-reference stream; `padding` swells the first."""
    index, held = b"", b""
    for number, content in enumerate(objects, 1):
        index += b"%d %d " % (number, len(held))
        held += content + b"\n"
    count = len(objects)
    packed = zlib.compress(index + held + padding, 9)
    about = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (count, len(index))
    file = b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n"
    holder, at = count + 1, len(file)
    file += b"%d 0 obj\n%s\nendobj\n" % (holder, stream(packed, about))
    rows = [(0, 0, 255), *((2, holder, index) for index in range(count)), (1, at, 0), (1, len(file), 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4) + bytes([last]) for kind, place, last in rows)
    start = len(file)
    about = b"/Type /XRef /Size %d /W [1 4 1] /Root 1 0 R /Filter /FlateDecode" % len(rows)
    file += b"%d 0 obj\n%s\nendobj\n" % (holder + 1, stream(zlib.compress(table), about))
    return file + b"startxref\n%d\n%%%%EOF\n" % start


def written(change: Callable[[PdfWriter], object] = lambda writer: None, pages: int = 1) -> bytes:
    """What pypdf writes after `change`."""
    writer, file = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    change(writer)
    writer.write(file)
    return file.getvalue()


def rewritten(file: bytes, change: Callable[[PdfWriter], object]) -> bytes:
    """The same after `change`."""
    writer, out = PdfWriter(PdfReader(BytesIO(file))), BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def with_annotation(**values: PdfObject) -> bytes:
    """One page with one annotation."""

    def change(writer: PdfWriter) -> None:
        entries = {NameObject("/Type"): NameObject("/Annot"), NameObject("/Rect"): _rectangle()}
        note = DictionaryObject(entries | {NameObject(f"/{key}"): value for key, value in values.items()})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return written(change)


def name(text: str) -> NameObject:
    """A name."""
    return NameObject(f"/{text}")


def dictionary(**values: PdfObject) -> DictionaryObject:
    """A dictionary."""
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in values.items()})


def script(text: str = "app.alert(1)") -> DictionaryObject:
    """An action that runs JavaScript."""
    return dictionary(S=name("JavaScript"), JS=create_string_object(text))


def with_in_catalog(key: str, value: PdfObject) -> bytes:
    """One page, and something in the catalogue."""
    return written(lambda writer: writer.root_object.update({NameObject(f"/{key}"): value}))


def signed() -> bytes:
    """An application form with a text field and a signature that was put in by an incremental update."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [4 0 R 5 0 R] >> >>", PAGES,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R 5 0 R] >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Aruba) /Rect [0 0 100 20] /P 3 0 R >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (signature) /Rect [0 30 100 60] /P 3 0 R >>",
    )  # fmt: skip
    signature = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 9 99 9] /Contents <%s> >>"
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (signature) /V 6 0 R /Rect [0 30 100 60] /P 3 0 R >>"
    )
    once = updated(assembled(objects, version=b"1.7"), 6, signature % (b"30" * 2000), size=7)
    return updated(once, 5, field, size=7)


def linearized() -> bytes:
    """A first-page section with `startxref 0` before the rest, as «fast web view» writes it."""
    first = (
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n9 0 obj\n<< /Linearized 1 /L 999 /O 3 /E 500 /N 1 /T 600 >>\nendobj\n"
    )
    rest = assembled()[len(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n") :]
    head = first + b"startxref\n0\n%%EOF\n"
    return _moved(head, rest)


def _moved(head: bytes, rest: bytes) -> bytes:
    file, offsets = head, []
    for number, content in enumerate(BODY, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    assert rest.endswith(b"%%EOF\n")
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return file + b"xref\n0 4\n0000000000 65535 f \n%strailer\n<< /Size 10 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        entries, len(file),
    )  # fmt: skip


def _rectangle() -> ArrayObject:
    return ArrayObject(NumberObject(number) for number in (0, 0, 100, 100))


def media(subtype: str) -> bytes:
    """A page with a film, a sound or a model."""
    return with_annotation(Subtype=name(subtype), Contents=TextStringObject("play"))


def attachment_note() -> bytes:
    """A page with a paper clip that holds a program."""
    program = StreamObject()
    program.set_data(b"MZ\x90\x00")
    specification = dictionary(
        Type=name("Filespec"), F=TextStringObject("setup.exe"), EF=dictionary(F=program)
    )
    return with_annotation(Subtype=name("FileAttachment"), FS=specification)
