"""Ways to spoil XML: in its tree, in its text, in its encoding."""

import base64
import copy
import random

from lxml import etree

from shared.contracts.vocabulary import RECEIPTS, Stage
from tests.fuzz.mutations import BYTES, Spoil

_NAMES = ("MessageId", "ReceiptType", "Stage", "Body", "Head", "Opinion", "Attachments", "Content", "x", "名")
_SPACES = (
    "urn:fas:customs:1",
    "urn:fas:customs:2",
    "",
    "http://www.w3.org/2001/XMLSchema-instance",
    "urn:\u00e9",
)
_TEXTS = (
    "", " ", "0", "-1", "true", "NaN", "9" * 400, "长" * 30_000, "\u202e\u0301" * 50, "2026-02-30", "9999-12-31",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:60-14:00", "24:00:00", "2026-11-03T24:00:00Z", "customs/inbound/../x",
    "customs/inbound/\u0085", "application", "ACCEPTED", "QUESTIONNAIRE_OPENED", "AAAA====", "=", "field:x", "a" * 65,
    "\U0001f990", "<![CDATA[]]>", "${jndi:ldap://x}", "'; DROP TABLE", "$where", "01KA8BERGZQ4ZQJ7KJ41GPWGH3", "٣", "𝟛",
)  # fmt: skip
_ENTITIES = (
    b'<!DOCTYPE r SYSTEM "file:///etc/passwd">',
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    b'<!DOCTYPE r PUBLIC "-//x" "http://127.0.0.1:9/x.dtd">',
    b'<!DOCTYPE r [<!ATTLIST Receipt version CDATA "1.0">]>',
    b"<!doctype r>",
    b"<!DOCTYPE r [<!ENTITY a0 'x'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 20))
    + b"]>",
    b"<!DOCTYPE r [<!ENTITY a '" + b"x" * 100_000 + b"'>]>",
    b"<?xml-stylesheet href='http://127.0.0.1:9/x'?>",
    b"<!-- - -->" * 100,
)
_CODECS = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "latin-1",
    "utf-7",
    "utf-8-sig",
    "cp037",
    "big5",
)
_DECLARED = (
    "UTF-16",
    "GBK",
    "GB18030",
    "ISO-8859-1",
    "UTF-7",
    "UCS-4",
    "EBCDIC-CP-US",
    "nonsense",
    "",
    "utf-8\x00",
)


def _element(rng: random.Random, root: etree._Element) -> etree._Element:
    return rng.choice([each for each in root.iter() if isinstance(each.tag, str)])


def in_tree(rng: random.Random, xml: bytes) -> bytes:
    """An element taken away, doubled, renamed, moved, filled or given an attribute; as bytes where it is no tree."""
    try:
        root = etree.fromstring(xml)
    except (etree.XMLSyntaxError, ValueError):
        return rng.choice(BYTES)(rng, xml)
    rng.choice((_removed, _doubled, _renamed, _filled, _filled, _recoded, _retimed, _attributed, _nested))(
        rng, root
    )
    return etree.tostring(root, encoding="UTF-8", xml_declaration=rng.random() < 0.5)


def _removed(rng: random.Random, root: etree._Element) -> None:
    element = _element(rng, root)
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _doubled(rng: random.Random, root: etree._Element) -> None:
    source, target = copy.deepcopy(_element(rng, root)), _element(rng, root)
    for _ in range(rng.choice((1, 1, 2, 250))):
        target.append(copy.deepcopy(source))


def _renamed(rng: random.Random, root: etree._Element) -> None:
    space, name = rng.choice(_SPACES), rng.choice(_NAMES)
    _element(rng, root).tag = f"{{{space}}}{name}" if space else name


def _filled(rng: random.Random, root: etree._Element) -> None:
    element = _element(rng, root)
    if rng.random() < 0.8:
        element.text = rng.choice(_TEXTS)
    else:
        element.tail = rng.choice(_TEXTS)


def _recoded(rng: random.Random, root: etree._Element) -> None:
    """Another stage or type, as customs spells them."""
    for element in root.iter("{*}Stage", "{*}ReceiptType"):
        if rng.random() < 0.6:
            element.text = str(
                rng.choice((*Stage,) if str(element.tag).endswith("Stage") else sorted(RECEIPTS))
            )


def _retimed(rng: random.Random, root: etree._Element) -> None:
    """Times and dates on the edge of the calendar, and beyond."""
    for element in root.iter("{*}SendTime", "{*}IssuedOn", "{*}PublishedOn"):
        day = rng.choice(
            ("0001-01-01", "9999-12-31", "2026-02-30", "-0001-01-01", "12026-01-01", "2028-02-29")
        )
        clock = rng.choice(("00:00:00", "24:00:00", "23:59:60", "23:59:59.9999999999"))
        zone = rng.choice(("Z", "+14:00", "-14:00", "+00:00", "", "+24:00"))
        element.text = f"{day}T{clock}{zone}" if "Time" in str(element.tag) else day


def _attributed(rng: random.Random, root: etree._Element) -> None:
    xsi = "{http://www.w3.org/2001/XMLSchema-instance}"
    name = rng.choice(("version", f"{xsi}type", f"{xsi}nil", f"{xsi}schemaLocation", "id", "{urn:x}y"))
    _element(rng, root).set(
        name, rng.choice(("1.0", "2", "true", "Receipt", "ACCEPTED", "urn:x http://127.0.0.1:9/x", "长" * 99))
    )


def _nested(rng: random.Random, root: etree._Element) -> None:
    element = _element(rng, root)
    for _ in range(rng.choice((3, 100, 300))):
        element = etree.SubElement(element, root.tag)


def deep(rng: random.Random, xml: bytes) -> bytes:
    """Elements within elements, deeper than any parser should follow."""
    depth, at = rng.choice((200, 5000, 100_000)), xml.find(b"<Body")
    return xml[:at] + b"<a>" * depth + (b"</a>" * depth if rng.random() < 0.5 else b"") + xml[at:]


def giant(rng: random.Random, xml: bytes) -> bytes:
    """A text, a name or an attribute of hundreds of thousands of characters."""
    size, at = rng.choice((20_001, 300_000, 900_000, 1_048_577)), xml.find(b"<Body")
    piece = rng.choice(
        (
            b"<Opinion>%s</Opinion>",
            b"<%s/>",
            b'<a b="%s"/>',
            b"<!--%s-->",
            b"<![CDATA[%s]]>",
            b"<a xmlns:%s='u'/>",
        )
    )
    return xml[:at] + piece % (b"x" * size) + xml[at:]


def in_parts(rng: random.Random, xml: bytes) -> bytes:
    """Many thousands of attributes, namespaces or elements."""
    count, at = rng.choice((100, 5000, 40_000)), xml.find(b"<Body")
    kind = rng.choice((b' a%d="1"', b' xmlns:a%d="u"', b"/><b%d"))
    return xml[:at] + b"<a" + b"".join(kind % number for number in range(count)) + b"/>" + xml[at:]


def with_entities(rng: random.Random, xml: bytes) -> bytes:
    """A DOCTYPE, an entity, an instruction, before or within."""
    start = xml.find(b"?>") + 2 if xml.startswith(b"<?xml") else 0
    spoilt = xml[:start] + rng.choice(_ENTITIES) + xml[start:]
    reference = rng.choice(
        (b"&x;", b"&a19;", b"&a;", b"&#0;", b"&#x1F990;", b"&#xD800;", b"&lt;", b"&nbsp;", b"%p;")
    )
    return spoilt.replace(b"</SenderID>", reference + b"</SenderID>", rng.randrange(2))


def flooded(rng: random.Random, xml: bytes) -> bytes:
    """A DOCTYPE that declares as much as a message holds: read to its end it costs minutes."""
    unit = rng.choice(
        (
            '<!ATTLIST r a%d CDATA "x">',
            "<!ELEMENT a%d ANY>",
            '<!ENTITY a%d "x">',
            "<!NOTATION a%d SYSTEM 'x'>",
        )
    )
    subset = "".join(unit % number for number in range(rng.choice((100, 5_000, 25_000))))
    codec = rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    body = xml.decode("utf-8", "replace").split("?>", 1)[-1]
    name = {"utf-8-sig": "utf-8"}.get(codec, codec)
    return f"<?xml version='1.0' encoding='{name}'?><!DOCTYPE r [{subset}]>{body}".encode(codec, "replace")


def encoded(rng: random.Random, xml: bytes) -> bytes:
    """In another encoding, declared, not declared, or declared as another still."""
    text = xml.decode("utf-8", "replace")
    if rng.random() < 0.7:
        body = text.split("?>", 1)[-1]
        text = f"<?xml version='{rng.choice(('1.0', '1.0', '1.1', '2.0'))}' encoding='{rng.choice(_DECLARED)}'?>{body}"
    bom = rng.choice((b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
    return bom + text.encode(rng.choice(("utf-8", *_CODECS)), "replace")


def enveloped(rng: random.Random, xml: bytes) -> bytes:
    """In the e-port's envelope, once or again and again, sometimes with a base64 that is none."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        data = base64.encodebytes(xml) if rng.random() < 0.8 else xml[:50]
        xml = (
            b'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp"><TransInfo/><Data>' + data + b"</Data></DxpMsg>"
        )
    return xml


XML: tuple[Spoil, ...] = (
    *BYTES,
    in_tree,
    in_tree,
    in_tree,
    in_tree,
    in_tree,
    in_tree,
    with_entities,
    encoded,
    enveloped,
)
HEAVY: tuple[Spoil, ...] = (deep, giant, in_parts, flooded)
