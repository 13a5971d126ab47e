"""The schema of what customs and we send each other (customs.xsd, CONTRACT 2), and which elements it lets a receipt have."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from shared.contracts.vocabulary import RECEIPTS

SCHEMA = Path(__file__).parent / "customs.xsd"
_XS = "{http://www.w3.org/2001/XMLSchema}"
_HEAD = "ReceiptHead"


@cache
def body_elements(receipt_type: str) -> tuple[str, ...]:
    """The names of the elements of a receipt's body, in the order of the schema; LookupError where that lacks the type."""
    return tuple(element.get("name", "") for element in _elements(_part(receipt_type)))


@cache
def optional_elements() -> frozenset[str]:
    """The names of all elements that some receipt may be without, at any depth."""
    return frozenset(name for part in (_HEAD, *RECEIPTS) for name in _optional(_part(part)))


def _part(name: str) -> etree._Element:
    if name not in _parts():
        raise LookupError(f"{SCHEMA.name} has no complexType {name}: add it there.")
    return _parts()[name]


@cache
def _parts() -> dict[str, etree._Element]:
    """The complex types and groups by name."""
    root = etree.parse(str(SCHEMA)).getroot()
    return {each.get("name", ""): each for each in root.iterchildren(f"{_XS}complexType", f"{_XS}group")}


def _elements(part: etree._Element) -> Iterator[etree._Element]:
    """The elements of a type or group, with those of what it extends and refers to, but not what stands inside them."""
    for each in part.iterchildren(tag=etree.Element):
        if each.tag == f"{_XS}element":
            yield each
            continue
        other = each.get("base") or each.get("ref")
        if other is not None:
            yield from _elements(_parts()[other])
        yield from _elements(each)


def _optional(part: etree._Element) -> Iterator[str]:
    for element in _elements(part):
        parent = element.getparent()
        if element.get("minOccurs") == "0" or (parent is not None and parent.tag == f"{_XS}choice"):
            yield element.get("name", "")
        inside = element.find(f"{_XS}complexType")
        inside = _parts().get(element.get("type", "")) if inside is None else inside
        if inside is not None:
            yield from _optional(inside)
