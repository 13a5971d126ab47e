"""Spoilt receipts: the gateway reads one, or parks it with a reason of CONTRACT 2; it never fails, and never takes long."""

import os
import random
from collections import Counter
from pathlib import Path

import bson
import pytest

from services.customs_gateway.receipts.ledger import new_entry
from services.customs_gateway.receipts.translation import read_message, read_receipt
from services.customs_gateway.xml import payload
from shared.contracts.vocabulary import Reason
from shared.runtime.clock import now
from shared.runtime.errors import MessageParked
from tests.extent import at_most
from tests.fuzz.limits import TooSlow, quick, resident
from tests.fuzz.mutations import spoilt
from tests.fuzz.xml_mutations import HEAVY, XML
from tests.spellings import respelt

MESSAGES = at_most(3000, all=10_000)
SECONDS = 0.1
GROWTH_BYTES = 50 * 1024 * 1024
SEED = int(os.environ.get("FUZZ_SEED", "20261123"))
SAMPLES = sorted((Path(__file__).parent.parent / "data" / "receipts").glob("*.xml"))
READ = "read"


def outcome(raw: bytes) -> str:
    """What the gateway does with a message: its entry can be kept, and it is read or parked; anything else goes through."""
    bson.encode(new_entry(read_message(raw), "fuzz", now()).document)
    try:
        fact = read_receipt(payload(raw)).foreseen()
    except MessageParked as park:
        bson.encode({"detail": park.detail})
        return Reason(park.reason).value
    bson.encode(fact.model_dump(mode="json"))
    assert type(fact).model_validate_json(fact.model_dump_json()) == fact
    return READ


def test_a_spoilt_receipt_is_read_or_parked_within_a_tenth_of_a_second_and_memory_stays_flat() -> None:
    rng, before, found = random.Random(SEED), 0, Counter[str]()
    plain = [path.read_bytes() for path in SAMPLES]
    samples = plain * 2 + [respelt(rng.getrandbits(32), xml) for xml in plain]
    for number in range(MESSAGES):
        seed = rng.getrandbits(64)
        raw = _spoilt(seed, samples)
        try:
            found[quick(SECONDS, lambda raw=raw: outcome(raw))] += 1  # type: ignore[misc]
        except (Exception, TooSlow) as error:
            pytest.fail(f"seed {seed}: {error!r}\n{raw[:2000]!r}")
        if number == MESSAGES // 10:
            before = resident()

    assert resident() - before < GROWTH_BYTES
    assert set(found) >= {
        READ,
        "not_xml",
        "doctype_forbidden",
        "schema",
        "unknown_type",
        "wrong_stage",
        "too_large",
    }
    assert found[READ] > MESSAGES // 50, "most of it should not be stopped at the first gate"


def _spoilt(seed: int, samples: list[bytes]) -> bytes:
    rng = random.Random(seed)
    xml = spoilt(rng, rng.choice(samples), XML)
    return rng.choice(HEAVY)(rng, xml) if rng.random() < 0.02 else xml
