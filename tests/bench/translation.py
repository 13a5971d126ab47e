"""(c): a receipt from customs' bytes to the typed fact, against lxml's parser and the schema alone."""

import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from services.customs_gateway.receipts.translation import read_receipt
from services.customs_gateway.schema import SCHEMA
from services.customs_gateway.xml import payload
from tests.bench.measurement import Goal, Measurement
from tests.bench.references.job import NS, XSI_TYPE
from tests.bench.stand import Stand

SAMPLES = Path(__file__).parents[1] / "data" / "receipts"
_GOALS = (Goal(at_most=1.5), Goal(at_most=150, of="median"))
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_SCHEMA = etree.XMLSchema(etree.parse(str(SCHEMA)))


def translate(raw: bytes) -> object:
    """What the gateway does."""
    return read_receipt(payload(raw)).fact(())


def parse_and_validate(raw: bytes) -> object:
    """The least that can be done to a receipt."""
    root = etree.fromstring(raw, _PARSER)
    root[1].set(XSI_TYPE, root.findtext(f"{NS}Head/{NS}ReceiptType") or "")
    if not _SCHEMA.validate(root):
        raise ValueError(str(_SCHEMA.error_log))
    return root


async def translation(stand: Stand) -> None:
    """Each sample of a receipt that brings no files."""
    for path in sorted(SAMPLES.glob("*.xml")):
        raw = path.read_bytes()
        if b"<Attachments>" in raw:
            continue
        ours, least = [], []
        for _ in range(stand.sizes.runs):
            ours.append(_microseconds(translate, raw, stand.sizes.translations))
            least.append(_microseconds(parse_and_validate, raw, stand.sizes.translations))
        stand.tell(
            Measurement("c", f"translation of {path.stem}", "µs", ours, "lxml parse + XSD", least, _GOALS)
        )


def _microseconds(work: Callable[[bytes], object], raw: bytes, times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        work(raw)
    return (time.process_time() - begun) / times * 1e6
