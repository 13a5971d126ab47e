"""XML of customs: read strictly (no DOCTYPE, no entities, no network), checked by our schema both ways."""

import base64
from functools import cache
from pathlib import Path

from lxml import etree

from shared.contracts.texts import UNWRITABLE
from shared.contracts.vocabulary import Reason
from shared.runtime.errors import Park

NS = "urn:fas:customs:1"
XML_BYTES = 1024 * 1024
ENVELOPE_BYTES = XML_BYTES * 3 // 2
_NAMESPACES = 16_384
"""More than the texts of a receipt could mention; the parser's time grows with the square of the declarations."""
_DXP = "{http://www.chinaport.gov.cn/dxp}"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_SCHEMA = Path(__file__).parent / "schema" / "customs.xsd"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)  # fmt: skip


def payload(raw: bytes) -> bytes:
    """The XML itself, out of the e-port's transport envelope where it has one; Park says why it can't be had."""
    if len(raw) > ENVELOPE_BYTES:
        raise _too_large(raw)
    inner = _unwrapped(raw) if b"DxpMsg" in raw else raw
    if len(inner) > XML_BYTES:
        raise _too_large(inner)
    return inner


def parse(xml: bytes) -> etree._Element:
    """The root of well-formed XML without a DOCTYPE; Park else."""
    if xml.count(b"xmlns:") > _NAMESPACES:
        raise Park(Reason.SCHEMA, f"More than {_NAMESPACES} namespaces are declared.")
    try:
        root = etree.fromstring(xml, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = Reason.DOCTYPE_FORBIDDEN if b"<!DOCTYPE" in xml else Reason.NOT_XML
        raise Park(reason, f"Not well-formed XML: {error}"[:500]) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Park(Reason.DOCTYPE_FORBIDDEN, "A DOCTYPE is not allowed.")
    return root


def checked(root: etree._Element, body_type: str | None = None) -> etree._Element:
    """The same element when it fits the schema, its Body read as `body_type`; Park with what does not fit."""
    body = root.find(f"{{{NS}}}Body")
    if body is not None:
        _as_type(body, body_type)
    schema = _schema()
    fits = schema.validate(root)
    if body is not None:
        body.attrib.pop(_XSI_TYPE, None)
    if not fits:
        faults = "; ".join(f"line {each.line}: {each.message}" for each in schema.error_log)
        raise Park(Reason.SCHEMA, faults.replace(f"{{{NS}}}", "")[:2000])
    return root


def _as_type(body: etree._Element, body_type: str | None) -> None:
    """Name the type that the schema is to read; the white space of an empty body is no content."""
    if body_type is not None:
        body.set(_XSI_TYPE, body_type)
    if not len(body) and not (body.text or "").strip():
        body.text = None


def written(root: etree._Element) -> bytes:
    """The bytes of an element that was checked."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def put(parent: etree._Element, name: str, text: object = None, **attributes: str) -> etree._Element:
    """Add an element; characters that XML can't carry become U+FFFD."""
    safe = {key: UNWRITABLE.sub("\ufffd", value) for key, value in attributes.items()}
    child = etree.SubElement(parent, f"{{{NS}}}{name}", safe)
    if text is not None:
        child.text = UNWRITABLE.sub("\ufffd", str(text))
    return child


def new_root(name: str) -> etree._Element:
    """The root of a message to customs."""
    return etree.Element(f"{{{NS}}}{name}", nsmap={None: NS}, version="1.0")


def children(element: etree._Element) -> dict[str, list[etree._Element]]:
    """The child elements by local name, walked once: namespaced find costs more than parsing."""
    found: dict[str, list[etree._Element]] = {}
    for child in element.iterchildren(tag=etree.Element):
        found.setdefault(etree.QName(child).localname, []).append(child)
    return found


def _unwrapped(raw: bytes) -> bytes:
    """What the envelope holds; the same bytes where the word only occurs in them."""
    root = parse(raw)
    if root.tag != f"{_DXP}DxpMsg":
        return raw
    data = next(root.iter(f"{_DXP}Data"), None)
    if data is None:
        raise Park(Reason.SCHEMA, "The transport envelope has no Data.")
    try:
        return base64.b64decode("".join((data.text or "").split()), validate=True)
    except ValueError as error:
        raise Park(Reason.NOT_XML, "Data of the transport envelope is not base64.") from error


def _too_large(xml: bytes) -> Park:
    return Park(Reason.TOO_LARGE, f"The message has {len(xml)} bytes; at most {XML_BYTES} are taken.")


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_SCHEMA)))
