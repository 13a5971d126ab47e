"""Tells what cameras, scanners and mail gateways leave before and behind a file from what is a file or script itself."""

import re

PADDING = b"\x00\t\n\r\x1a "
SHORT = 64
"""Bytes; no file that draws or acts is as short."""
AROUND_PDF = 1024
"""Readers look for a PDF's beginning and end within so many bytes."""
_FILE = re.compile(
    rb"%PDF-|<\?php|<(?:script|html|svg|body|iframe)[\s>]|<!doctype|#!/(?:bin|usr)/|\x7fELF[\x01\x02][\x01\x02]"
    rb"|This program cannot be run|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|PK\x03\x04",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    rb"MZ|PK|#!|%!|GIF8|\x89PNG|BM|RIFF|II\*\0|MM\0\*|\x1f\x8b|BZh|\xfd7zXZ|\x7fELF|\0asm|dex\n|\xd0\xcf\x11\xe0|\{\\rtf"
    rb"|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]|ID3|OggS"
)
_MARK = re.compile(rb"PK(?:\x01\x02|\x03\x04|\x05\x06|\x07\x08)|%PDF|<[!?]|</?[a-z]{2}", re.IGNORECASE)
_TEXT = re.compile(rb"[\t\r\n\x20-\x7e]{6,}")
_CODE = re.compile(rb"[<>(){}\[\]=;`$|&]")
_LINE = rb"[^\x00-\x08\x0b-\x1f<>(){}`]*"
_HEADER_LINE = re.compile(
    rb"(?:\x1b%%-12345X)?(?:@PJL%b|[A-Za-z][A-Za-z-]*:[ \t]%b|[ \t]+%b|--[\w=.'+-]+)?" % (_LINE, _LINE, _LINE)
)
_TABLE = re.compile(rb"startxref|xref|trailer|\d\s+obj\b|stream")
_OPENS = re.compile(rb"""/\*|\'\'\'|\"\"\"""")
"""Beginnings by which a script's interpreter would skip the PDF that follows."""
_MARKUP = re.compile(
    rb"<[!?/]|<[a-z][^@:<>]*[\s/>]|[{}`]|javascript:|\bon[a-z]+\s*=|\*/|/\*|[;/]\s*\w+(?:\.\w+)*\(",
    re.IGNORECASE,
)  # not <name@example.org>, <https://example.org> and file(s)


def file_in(rest: bytes) -> str:
    """The mark of a page, script, program, PDF or archive somewhere in what follows a file; empty where there is none."""
    found = _FILE.search(rest)
    return found[0].decode("ascii", "replace").strip() if found else ""


def is_stray(rest: bytes) -> bool:
    """Whether a few bytes are no file and no script: none but padding, one byte again and again, or less than SHORT.

    What is short is refused all the same where it begins as a file, or holds a mark of one or a piece of code.
    """
    rest = rest.strip(PADDING)
    if len(set(rest)) < 2:
        return True
    if len(rest) >= SHORT or _BEGINNING.match(rest) or _MARK.search(rest):
        return False
    return not any(_CODE.search(text[0]) for text in _TEXT.finditer(rest))


def is_before_pdf(head: bytes) -> bool:
    """Whether what stands before a PDF is harmless: a byte order mark, padding, headers of mail or of a printer."""
    lines = head.removeprefix(b"\xef\xbb\xbf").strip(PADDING).splitlines()
    return (
        len(head) <= AROUND_PDF
        and not _OPENS.search(head)
        and all(_HEADER_LINE.fullmatch(line) for line in lines)
    )


def is_behind_pdf(tail: bytes) -> bool:
    """Whether what stands behind a PDF is harmless: stray bytes, or a mail gateway's text without markup, script or objects."""
    tail = tail.strip(PADDING)
    if len(set(tail)) < 2:
        return True
    if len(tail) > AROUND_PDF or _TABLE.search(tail) or file_in(tail) or _BEGINNING.match(tail):
        return False
    return is_stray(tail) or is_before_pdf(tail) or (_is_text(tail) and not _MARKUP.search(tail))


def _is_text(data: bytes) -> bool:
    """Whether it is text in an encoding of mail: no control characters but line ends, and mostly letters."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", data):
        return False
    return any(_decodes(data, encoding) for encoding in ("utf-8", "gb18030")) or 5 * sum(
        byte > 0x7F for byte in data
    ) < len(data)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
