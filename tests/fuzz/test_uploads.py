"""Spoilt files: the inspection says what one is, or refuses it; it never fails, and never takes long."""

import os
import random
import struct
import zlib
from functools import cache

import pytest

from services.documents.inspection import inspect
from services.documents.kinds import MEDIA_TYPES
from services.documents.names import safe_name
from shared.runtime.errors import RequestRejected
from tests.extent import at_most
from tests.fuzz.limits import TooSlow, quick, resident
from tests.fuzz.mutations import BYTES, spoilt
from tests.sample_files import OK, SampleRow, rows

FILES = at_most(1000, all=3000)
SECONDS = 2.0
GROWTH_BYTES = 50 * 1024 * 1024
SEED = int(os.environ.get("FUZZ_SEED", "20261123"))


@cache
def good() -> list[tuple[SampleRow, bytes]]:
    """What is kept and not long, with what it holds."""
    kept = [(row, row.data) for row in rows() if row.code == OK]
    return [(row, data) for row, data in kept if 0 < len(data) < 20_000]


def rechecked(rng: random.Random, data: bytes) -> bytes:
    """A PNG whose checksums fit again, so that what is spoilt is looked at."""
    at, whole = 8, data[:8]
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        whole += struct.pack(">I", length) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        at += 12 + length
    return whole


def spliced(rng: random.Random, data: bytes) -> bytes:
    """The beginning of one file and the end of another."""
    _, other = rng.choice(good())
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def outcome(name: str, data: bytes) -> str:
    """The media type or the code of the refusal; anything else goes through."""
    try:
        return inspect(name, data)
    except RequestRejected as refusal:
        return refusal.code


def test_a_spoilt_file_is_kept_or_refused_within_two_seconds_and_memory_stays_flat() -> None:
    rng, before, found = random.Random(SEED), 0, set[str]()
    for number in range(FILES):
        seed = rng.getrandbits(64)
        row, data = _spoilt(seed)
        try:
            found.add(quick(SECONDS, lambda row=row, data=data: outcome(safe_name(row.name), data)))  # type: ignore[misc]
        except (Exception, TooSlow) as error:
            pytest.fail(f"seed {seed}, {row.about}: {error!r}")
        if number == FILES // 10:
            before = resident()

    assert resident() - before < GROWTH_BYTES
    assert found == {*MEDIA_TYPES.values(), "content_mismatch"}


def _spoilt(seed: int) -> tuple[SampleRow, bytes]:
    rng = random.Random(seed)
    row, whole = rng.choice(good())
    data = spoilt(rng, whole, (*BYTES, spliced))
    return row, rechecked(rng, data) if row.name.endswith("png") and rng.random() < 0.7 else data
