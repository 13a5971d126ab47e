"""XML of customs: read strictly (no DOCTYPE, no entities, no network), checked by our schema both ways."""

import base64
from contextlib import suppress
from functools import cache, lru_cache
from itertools import islice
from xml.parsers import expat

from lxml import etree

from services.customs_gateway.schema import SCHEMA
from shared.contracts.encodings import decode_xml
from shared.contracts.limits import MESSAGE_BYTES
from shared.contracts.texts import UNWRITABLE, normalize
from shared.contracts.vocabulary import Reason
from shared.runtime.errors import MessageParked
from shared.runtime.logs import get_logger

log = get_logger()

NS = "urn:fas:customs:1"
ENVELOPE_BYTES = MESSAGE_BYTES * 3
"""Base64 makes four characters of three bytes, and UTF-16 two bytes of each."""
_NAMESPACES = 16_384
"""More than the texts of a receipt could mention; the parser's time grows with the square of the declarations."""
_BODY = f"{{{NS}}}Body"
_DXP = "{http://www.chinaport.gov.cn/dxp}"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NAMED, _NAMED_IN_UTF_16 = b"DxpMsg", "DxpMsg".encode("utf-16-le").rstrip(b"\0")
"""The envelope's name in any encoding; UTF-16 of either order has the second."""
_PARSER = etree.XMLParser(
    encoding="UTF-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
    remove_pis=True,
)  # fmt: skip
_FAULTS = 20


def payload(raw: bytes) -> bytes:
    """The XML itself, out of the e-port's transport envelope where it has one; MessageParked says why it can't be had."""
    if len(raw) > ENVELOPE_BYTES:
        raise _too_large(raw)
    inner = _unwrapped(raw) if _NAMED in raw or _NAMED_IN_UTF_16 in raw else raw
    if len(inner) > MESSAGE_BYTES:
        raise _too_large(inner)
    return inner


def parse(xml: bytes) -> etree._Element:
    """The root of well-formed XML in any encoding of CONTRACT 2.

    MessageParked else, of a DOCTYPE before anything in it is read.
    """
    try:
        text = decode_xml(xml)
        if "<!DOCTYPE" in text:
            _read_prolog(text)
        if text.count("xmlns:") > _NAMESPACES:
            raise MessageParked(Reason.SCHEMA, f"More than {_NAMESPACES} namespaces are declared.")
        return etree.fromstring(text.encode(), _PARSER)
    except (etree.XMLSyntaxError, expat.ExpatError, ValueError) as error:
        raise MessageParked(Reason.NOT_XML, f"Not well-formed XML: {_told(error)}"[:500]) from error


def _told(error: Exception) -> str:
    """What a parser says, without the name of the source that it was read from."""
    return error.msg if isinstance(error, etree.XMLSyntaxError) and error.msg else str(error)


def checked(root: etree._Element, body_type: str | None = None) -> etree._Element:
    """The same element when it fits the schema, its Body read as `body_type`; MessageParked with what does not fit."""
    body = next((child for child in root if child.tag == _BODY), None)
    if body is not None:
        _as_type(body, body_type)
    schema = _schema()
    fits = schema.validate(root)
    if body is not None:
        body.attrib.pop(_XSI_TYPE, None)
    if not fits:
        first = islice(schema.error_log, _FAULTS)
        faults = "; ".join(f"line {each.line}: {each.message}" for each in first)
        raise MessageParked(Reason.SCHEMA, faults.replace(f"{{{NS}}}", "")[:2000])
    return root


def _as_type(body: etree._Element, body_type: str | None) -> None:
    """Name the type that the schema is to read, in Body's own namespace; the white space of an empty body is no content."""
    if body_type is not None:
        body.set(_XSI_TYPE, f"{body.prefix}:{body_type}" if body.prefix else body_type)
    if not len(body) and not (body.text or "").strip():
        body.text = None


def written(root: etree._Element) -> bytes:
    """The bytes of an element that was checked."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def put(parent: etree._Element, name: str, text: object = None, **attributes: str) -> etree._Element:
    """Add an element. Of a text stored before forms refused it: what XML can't carry is U+FFFD, and the log names the element."""
    child = etree.SubElement(parent, f"{{{NS}}}{name}")
    for key, value in attributes.items():
        child.set(key, _writable(child, value))
    if text is not None:
        child.text = _writable(child, str(text))
    return child


def _writable(element: etree._Element, text: str) -> str:
    if not UNWRITABLE.search(text):
        return text
    written, replaced = UNWRITABLE.subn("\ufffd", normalize(text))
    if replaced:
        root = element.getroottree().getroot()
        log.warning(
            "characters_replaced",
            element=etree.QName(element).localname,
            count=replaced,
            message_id=root.findtext(f".//{{{NS}}}MessageId"),
            case_no=root.findtext(f".//{{{NS}}}CaseNo"),
        )
    return written


def new_root(name: str) -> etree._Element:
    """The root of a message to customs."""
    return etree.Element(f"{{{NS}}}{name}", nsmap={None: NS}, version="1.0")


def children(element: etree._Element) -> dict[str, list[etree._Element]]:
    """The child elements by local name, walked once: namespaced find costs more than parsing.

    `element` comes from `parse`, which keeps no comments and no processing instructions.
    """
    found: dict[str, list[etree._Element]] = {}
    for child in element:
        found.setdefault(_without_namespace(str(child.tag)), []).append(child)
    return found


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return _without_namespace(str(element.tag))


@lru_cache(1024)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


class _RootBegins(Exception):
    """No DOCTYPE can follow."""


def _read_prolog(text: str) -> None:
    """MessageParked where a DOCTYPE begins; ExpatError where the prolog is broken.

    lxml tells of a DOCTYPE only after its subset was read, which can take minutes.
    """
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler, reader.StartElementHandler = _doctype_begins, _root_begins
    with suppress(_RootBegins):
        reader.Parse(text, True)


def _doctype_begins(*_: object) -> None:
    raise MessageParked(Reason.DOCTYPE_FORBIDDEN, "A DOCTYPE is not allowed.")


def _root_begins(*_: object) -> None:
    raise _RootBegins


def _unwrapped(raw: bytes) -> bytes:
    """What the envelope holds; the same bytes where the word only occurs in them."""
    root = parse(raw)
    if root.tag != f"{_DXP}DxpMsg":
        return raw
    data = next(root.iter(f"{_DXP}Data"), None)
    if data is None:
        raise MessageParked(Reason.SCHEMA, "The transport envelope has no Data.")
    try:
        return base64.b64decode("".join((data.text or "").split()), validate=True)
    except ValueError as error:
        raise MessageParked(Reason.NOT_XML, "Data of the transport envelope is not base64.") from error


def _too_large(xml: bytes) -> MessageParked:
    return MessageParked(
        Reason.TOO_LARGE, f"The message has {len(xml)} bytes; at most {MESSAGE_BYTES} are taken."
    )


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))
