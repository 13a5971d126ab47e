"""Ways to spoil bytes, by a seeded random: a failure names the seed, and the seed makes the same bytes again."""

import random
import re
from collections.abc import Callable, Sequence

Spoil = Callable[[random.Random, bytes], bytes]
_TELLING = (
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    bytes(64),
)
_NUMBERS = (b"0", b"-1", b"1", b"255", b"65536", b"2147483648", b"99999999999999999999", b"1e9", b"0.5", b"")


def flipped(rng: random.Random, data: bytes) -> bytes:
    """A few bits turned over."""
    spoilt = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 40))):
        spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def cut(rng: random.Random, data: bytes) -> bytes:
    """The beginning, the end, or all but a piece."""
    start, end = _piece(rng, data)
    return rng.choice((data[:start], data[end:], data[:start] + data[end:]))


def repeated(rng: random.Random, data: bytes) -> bytes:
    """A piece many times."""
    start, end = _piece(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]


def overwritten(rng: random.Random, data: bytes) -> bytes:
    """Bytes put over others that decoders take for lengths and ends."""
    at, telling = rng.randrange(len(data)), rng.choice(_TELLING)
    return data[:at] + telling + data[at + rng.choice((0, len(telling))) :]


def renumbered(rng: random.Random, data: bytes) -> bytes:
    """A number in the text made another."""
    numbers = list(re.finditer(rb"\d+", data))
    if not numbers:
        return flipped(rng, data)
    number = rng.choice(numbers)
    return data[: number.start()] + rng.choice(_NUMBERS) + data[number.end() :]


def moved(rng: random.Random, data: bytes) -> bytes:
    """A piece put elsewhere."""
    start, end = _piece(rng, data)
    rest = data[:start] + data[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def _piece(rng: random.Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data))
    return start, min(len(data), start + rng.choice((1, 4, 16, 200, 5000)))


BYTES: Sequence[Spoil] = (flipped, cut, repeated, overwritten, renumbered, moved)


def spoilt(rng: random.Random, data: bytes, ways: Sequence[Spoil]) -> bytes:
    """One to three ways, one after the other."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = rng.choice(ways)(rng, data) or b"\x00"
    return data
