"""Where an image ends by its own structure, so that what follows it can be inspected; nothing is decoded."""

import re
import struct
from collections.abc import Iterator

from services.documents.rejection import FileRejected, damaged

FRAMES = 500
SCANS = 200
"""A progressive JPEG has about ten; each more costs a pass over the whole image."""
_CHUNKS = 100_000
_JPEG_EOI, _JPEG_SOS = 0xD9, 0xDA
_JPEG_BARE = {0x01, 0xD8}
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # not a stuffed byte, a restart or a fill byte
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each chunk up to IEND; FileRejected where the file breaks off before."""
    at, kind = 8, b""
    for _ in range(_CHUNKS):
        if at + 12 > len(data):
            break
        length, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            break
        yield kind, at + 8, at + 8 + length
        at += 12 + length
        if kind == b"IEND":
            return
    raise damaged("IEND")


def png_end(data: bytes) -> int:
    """The offset behind IEND."""
    return [end for _, _, end in png_chunks(data)][-1] + 4


def gif_end(data: bytes) -> int:
    """The offset behind the trailer; FileRejected where the blocks break off, or hold more than FRAMES images."""
    try:
        return _gif_end(data)
    except IndexError:
        raise damaged("GIF") from None


def _gif_end(data: bytes) -> int:
    at, frames = 13 + _colours(data[10]), 0
    while (block := data[at]) != _GIF_END:
        if block == _GIF_EXTENSION:
            at = _behind_blocks(data, at + 2)
        elif block == _GIF_IMAGE:
            frames += 1
            if frames > FRAMES:
                raise FileRejected(f"动图超过{FRAMES}帧", f"The animation has more than {FRAMES} frames")
            at = _behind_blocks(data, at + 11 + _colours(data[at + 9]))
        else:
            raise damaged("GIF")
    return at + 1


def _colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _behind_blocks(data: bytes, at: int) -> int:
    while size := data[at]:
        at += size + 1
    return at + 1


def jpeg_end(data: bytes) -> int:
    """The offset behind the first image's EOI; FileRejected where there is none, or more than SCANS scans before it."""
    at, scans = 2, 0
    while marker := _JPEG_MARKER.search(data, at):
        code, at = data[marker.end() - 1], marker.end()
        if code == _JPEG_EOI:
            return at
        scans += code == _JPEG_SOS
        if scans > SCANS or at + 2 > len(data):
            break
        if code not in _JPEG_BARE:
            at += int.from_bytes(data[at : at + 2])
    raise damaged("JPEG")


ENDS = {"image/png": png_end, "image/gif": gif_end, "image/jpeg": jpeg_end}
