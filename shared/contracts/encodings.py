"""From customs' bytes to text: UTF-8, GB18030 and UTF-16, by byte order mark or by declaration (CONTRACT 2)."""

import re

_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"\x84\x31\x95\x33": "gb18030",
}
_BEGINNINGS = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
"""UTF-16 without a mark, by the first sign of any XML."""
_DECLARED = re.compile(rb"""<\?xml\s[^<>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._\-]*)["']""")
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "gb_2312-80": "gb18030",
    "iso-8859-1": "latin-1", "latin1": "latin-1", "windows-1252": "cp1252",
    "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8",
}  # fmt: skip
"""The codec by the declared name. GB18030 holds all of GBK and GB2312. A declaration that could be read byte by byte
and says UTF-16 is UTF-8: .NET's string writers declare UTF-16 for texts that are then sent as UTF-8."""


def decoded(raw: bytes) -> str:
    """The text of an XML document, without the byte order mark; ValueError says which byte is none of its encoding."""
    codec, start = _codec(raw)
    try:
        return raw[start:].decode(codec)
    except UnicodeDecodeError as error:
        at = start + error.start
        raise ValueError(
            f"Byte {at} is not {codec}; the XML declaration is to name the encoding that it has."
        ) from error


def guessed(raw: bytes) -> str:
    """The text as far as it can be made out, for who only looks at it; what can't is U+FFFD."""
    try:
        codec, start = _codec(raw)
    except ValueError:
        codec, start = "utf-8", 0
    return raw[start:].decode(codec, "replace")


def _codec(raw: bytes) -> tuple[str, int]:
    """The codec, and where the text begins."""
    for mark, codec in _MARKS.items():
        if raw.startswith(mark):
            return codec, len(mark)
    if raw[:2] in _BEGINNINGS:
        return _BEGINNINGS[raw[:2]], 0
    declared = _DECLARED.match(raw)
    name = declared[1].decode() if declared else "utf-8"
    if name.lower() not in _CODECS:
        raise ValueError(f"The encoding {name[:40]} is not read here; UTF-8, GB18030 and UTF-16 are.")
    return _CODECS[name.lower()], 0
