"""Is an image whole, of its one kind, and nothing else besides? Every frame is decoded, within limits (DOMAIN 1.8)."""

import re
import struct
import warnings
import zlib
from io import BytesIO

from PIL import Image

from services.documents.image_ends import ENDS, FRAMES, png_chunks
from services.documents.rejection import FileRejected, damaged, two_files
from services.documents.strays import PADDING, file_in, is_stray

PIXELS = 40_000_000
"""Of one frame, by its header; checked before anything is decoded."""
ALL_PIXELS = 2 * PIXELS
"""Of all frames together."""
_FORMATS = {"image/png": "PNG", "image/gif": "GIF", "image/jpeg": "JPEG"}
_PICTURE = re.compile(rb"\xff+\xd8\xff")  # fill bytes may stand before a marker
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_SLACK = 64 * 1024
"""Bytes that a PNG may unpack to beyond its image: some encoders write a few rows too many."""


def check_image(media_type: str, data: bytes) -> None:
    """Return when the bytes are one image of this type and all of it can be decoded; FileRejected says what is wrong."""
    _check_rest(media_type, data[ENDS[media_type](data) :])
    try:
        with warnings.catch_warnings(action="ignore"):
            _decode(_FORMATS[media_type], data)
    except FileRejected:
        raise
    except Exception as error:  # Pillow's decoders raise whatever goes wrong in them
        raise damaged(type(error).__name__) from error


def _decode(format: str, data: bytes) -> None:
    with Image.open(BytesIO(data), formats=[format]) as image:
        frames = 1 if format == "JPEG" else getattr(image, "n_frames", 1)
        _check_size(image.width, image.height, frames)
        if format == "PNG":
            _check_expansion(data)
        for frame in range(frames):
            image.seek(frame)
            image.load()


def _check_size(width: int, height: int, frames: int) -> None:
    if width * height > PIXELS or frames > FRAMES or width * height * frames > ALL_PIXELS:
        limit = PIXELS // 1_000_000
        raise FileRejected(
            f"图像过大 ({width}×{height}, {frames}帧), 每帧最多{limit}百万像素",
            f"The image is too large ({width}×{height}, {frames} frames); a frame may have {limit} million pixels",
        )


def _check_expansion(png: bytes) -> None:
    """Refuse a PNG whose data unpack to more than its image: Pillow ignores the excess, other readers may not."""
    chunks = list(png_chunks(png))
    header = next((png[start:end] for kind, start, end in chunks if kind == b"IHDR"), b"")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    row = 1 + (width * depth * _SAMPLES[colour] + 7) // 8
    left = height * row + (4 * height + 32 if interlaced else 0) + _SLACK
    unpacking = zlib.decompressobj()
    for kind, start, end in chunks:
        if kind != b"IDAT" or unpacking.eof:
            continue
        left -= len(unpacking.decompress(png[start:end], left + 1))
        if left < 0 or unpacking.unconsumed_tail:
            raise FileRejected("PNG 的数据多于图像", "The PNG unpacks to more than its image")


def _check_rest(media_type: str, rest: bytes) -> None:
    """Refuse what follows the image, but for strays and, behind a JPEG, what cameras add (images, a clip, Samsung's notes)."""
    if is_stray(rest):
        return
    if foreign := file_in(rest):
        raise two_files(foreign)
    if media_type != "image/jpeg" or not _of_a_camera(rest.strip(PADDING)):
        raise two_files(f"{len(rest)} bytes")


def _of_a_camera(rest: bytes) -> bool:
    return bool(_PICTURE.match(rest)) or b"ftyp" in rest[:8] or rest.endswith(b"SEFT")
