"""Reads the body of a receipt into the values of its fact: an element goes to the field of its name.

`RectificationNo` is `rectification_no`, read as the fact's field says (a date, a code, a list). Named here is only what
differs, and what goes into a part that several facts share.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from re import sub
from typing import Any

from lxml import etree

from services.customs_gateway.xml import children
from shared.contracts.facts import FACT_CLASSES
from shared.contracts.parts import CorrectionItem
from shared.contracts.texts import normalize
from shared.contracts.vocabulary import Cause, Result

Elements = dict[str, list[etree._Element]]
_FIELDS = {
    "AuthorityCode": "authority",
    "TextZh": "texts.text_zh",
    "TextEn": "texts.text_en",
    "TextOther": "texts.text_other",
    "ContactName": "contact.name",
    "ContactTitle": "contact.title",
    "Email": "contact.email",
    "PhoneCountry": "contact.phone.country",
    "PhoneArea": "contact.phone.area",
    "PhoneNumber": "contact.phone.number",
}
"""A dot leads into a part of the fact."""
_DATE_CHARACTERS = 10
"""An offset may follow: the day is the one that customs wrote."""


def text_of(found: Sequence[etree._Element]) -> str:
    """A text as we keep texts (DOMAIN 1.8), without the white space around it."""
    return normalize(found[0].text or "").strip()


def body_values(cause: Cause, body: Elements) -> dict[str, Any]:
    """The values of the fact's own fields, but for its files."""
    values: dict[str, Any] = {}
    for name, found in body.items():
        if name != "Attachments":
            parts, field, reader = _place(cause, name)
            _inner(values, parts)[field] = reader(found)
    return values


def _inner(values: dict[str, Any], parts: Sequence[str]) -> dict[str, Any]:
    for part in parts:
        values = values.setdefault(part, {})
    return values


@cache
def _place(cause: Cause, name: str) -> tuple[Sequence[str], str, Callable[[Sequence[etree._Element]], Any]]:
    """Where an element that the schema has goes, and how it is read."""
    *parts, field = _FIELDS.get(name, _snake_case(name)).split(".")
    if parts:
        return parts, field, text_of
    return parts, field, _READERS.get(FACT_CLASSES[cause].model_fields[field].annotation, text_of)


def _items(found: Sequence[etree._Element]) -> tuple[dict[str, str], ...]:
    items = (children(item) for item in children(found[0])["Item"])
    return tuple({_snake_case(name): text_of(inner) for name, inner in item.items()} for item in items)


@cache
def _snake_case(name: str) -> str:
    return sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


_READERS: Mapping[object, Callable[[Sequence[etree._Element]], Any]] = {
    date: lambda found: text_of(found)[:_DATE_CHARACTERS],
    Result: lambda found: text_of(found).lower(),
    tuple[str, ...]: lambda found: tuple((each.text or "").strip() for each in found),
    tuple[CorrectionItem, ...]: _items,
}
"""How a field of this type is read; any other is a text."""
