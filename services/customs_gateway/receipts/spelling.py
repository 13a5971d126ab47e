"""One spelling of a receipt: what systems write differently around the same values is taken away before it is read."""

from collections.abc import Sequence
from itertools import islice

from lxml import etree

from services.customs_gateway.schema import optional_elements
from services.customs_gateway.xml import local_name
from shared.contracts.limits import TEXT_CHARACTERS
from shared.contracts.texts import is_blank
from shared.contracts.vocabulary import Reason
from shared.runtime.errors import MessageParked

OPTIONAL = optional_elements()
"""What may be absent, at least in some type; where one is required, the schema then says that it is missing."""
_SERIALIZERS = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")
"""xsi:type, xsi:nil, xsi:schemaLocation, xml:space: hints of one program to another, none of them customs' own words."""
_ELEMENTS, _ATTRIBUTES = 10_000, 100
"""More than a receipt can hold: 500 items and 200 files have 3,300 elements, none of them five attributes."""


def simplify(root: etree._Element) -> bool:
    """Take away serializers' attributes and empty optional elements: those are absent ones (CONTRACT 2).

    Whether any element was without a visible character, but for the body: `require_visible` is to be asked then.
    MessageParked says that there are more elements, or more attributes of one, than a receipt can have.
    """
    elements = [*islice(root.iter(), _ELEMENTS + 1)]
    if len(elements) > _ELEMENTS:
        raise MessageParked(Reason.SCHEMA, f"More than {_ELEMENTS} elements.")
    some_empty = False
    for element in elements:
        if names := element.keys():
            _strip(element, names)
        text = element.text
        if text and "!" <= text[0] <= "~":  # something to be seen, at once
            continue
        if not len(element) and _is_empty(text) and (name := local_name(element)) != "Body":
            some_empty = True
            if name in OPTIONAL:
                _remove(element)
    return some_empty


def _strip(element: etree._Element, names: Sequence[str]) -> None:
    if len(names) > _ATTRIBUTES:
        raise MessageParked(Reason.SCHEMA, f"line {element.sourceline}: more than {_ATTRIBUTES} attributes.")
    for name in names:
        if name.startswith(_SERIALIZERS):
            del element.attrib[name]


def require_visible(root: etree._Element) -> None:
    """Park names the first element without a visible character; call it once the schema fits."""
    for element in root.iter():
        name = local_name(element)
        if not len(element) and name != "Body" and _is_empty(element.text):
            raise MessageParked(
                Reason.SCHEMA, f"line {element.sourceline}: {name} needs a character that can be seen."
            )


def _is_empty(text: str | None) -> bool:
    # A longer text is the schema's to refuse.
    trimmed = (text or "").strip()
    return len(trimmed) <= TEXT_CHARACTERS and is_blank(trimmed)


def _remove(element: etree._Element) -> None:
    """Remove an element, unless there are two, or a text stands behind it: that is the schema's to see."""
    parent = element.getparent()
    beside = [each.tag for each in (element.getprevious(), element.getnext()) if each is not None]
    if parent is not None and element.tag not in beside and not (element.tail or "").strip():
        parent.remove(element)
