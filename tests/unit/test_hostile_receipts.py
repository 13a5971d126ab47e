"""Hostile XML is judged before it is read, in every encoding: what it costs is bounded, whatever it floods (FOUND S1)."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from services.customs_gateway.receipts.ledger import new_entry
from services.customs_gateway.receipts.translation import read_message, read_receipt
from services.customs_gateway.xml import payload
from shared.contracts.limits import MESSAGE_BYTES
from shared.runtime.clock import now
from shared.runtime.errors import MessageParked
from tests.fuzz.limits import quick

SECONDS = 0.5
"""Of the processor, for storing and reading; measured at under 0.1."""
SAMPLE = (Path(__file__).parent.parent / "data" / "receipts" / "REJECTED.xml").read_text()
ROOM = MESSAGE_BYTES - 8000
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")


def repeated(unit: Callable[[int], str], room: int = ROOM) -> str:
    """As many units as a message can hold."""
    count = room // len(unit(99_999).encode())
    return "".join(map(unit, range(count)))


def outcome(raw: bytes) -> str:
    """What becomes of a message, the work of its arrival and of its reading together."""
    new_entry(read_message(raw), "c", now())
    try:
        read_receipt(payload(raw)).foreseen()
    except MessageParked as park:
        return str(park.reason)
    return "read"


def with_doctype(doctype: str, codec: str = "utf-8") -> bytes:
    """The sample with a DOCTYPE before its root, in an encoding that it declares."""
    name = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}.get(codec, codec)
    body = SAMPLE.split("?>", 1)[1]
    return f"<?xml version='1.0' encoding='{name}'?><!-- <!DOCTYPE no> -->{doctype}{body}".encode(codec)


SUBSETS = {
    "attributes": lambda room: repeated(lambda n: f'<!ATTLIST r a{n} CDATA "x">', room),
    "attributes of one": lambda room: "<!ATTLIST r " + repeated(lambda n: f'a{n} CDATA "x" ', room) + ">",
    "elements": lambda room: repeated(lambda n: f"<!ELEMENT a{n} ANY>", room),
    "entities": lambda room: repeated(lambda n: f'<!ENTITY a{n} "x">', room),
    "parameters": lambda room: (
        '<!ENTITY % p "<!ATTLIST r a CDATA #IMPLIED>">' + repeated(lambda n: "%p;", room)
    ),
}


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("flood", SUBSETS)
def test_a_doctype_is_refused_before_what_it_declares_is_read(flood: str, codec: str) -> None:
    room = ROOM // 2 if "16" in codec else ROOM
    raw = with_doctype(f"<!DOCTYPE Receipt [{SUBSETS[flood](room - 4000)}]>", codec)
    assert len(raw) > 800_000

    assert quick(SECONDS, lambda: outcome(raw)) == "doctype_forbidden"


@pytest.mark.parametrize("codec", CODECS)
def test_a_doctype_within_or_of_the_envelope_is_refused_too(codec: str) -> None:
    flood = f"<!DOCTYPE r [{SUBSETS['attributes'](ROOM // 3)}]>"
    inner = base64.b64encode(with_doctype(flood, codec)).decode()
    opened = "<DxpMsg xmlns='http://www.chinaport.gov.cn/dxp'><Data>"
    around = f"{opened}{inner}</Data></DxpMsg>".encode(codec.replace("gb18030", "utf-8"))
    before = f"{flood}{opened}</Data></DxpMsg>".encode(codec.replace("gb18030", "utf-8"))

    assert quick(SECONDS, lambda: outcome(around)) == "doctype_forbidden"
    assert quick(SECONDS, lambda: outcome(before)) == "doctype_forbidden"


@pytest.mark.parametrize(
    "start",
    [
        "<?xml version='1.0'>",
        "<?xml version='1.0' x='?>",
        "<?xml version='1.0' >\n",
        "<??>",
        "<!-- -- -->",
        "x",
    ],
)
def test_a_broken_beginning_hides_no_doctype(start: str) -> None:
    flood = SUBSETS["attributes"](ROOM)

    assert quick(SECONDS, lambda: outcome(f"{start}<!DOCTYPE r [{flood}]><r/>".encode())) == "not_xml"


@pytest.mark.parametrize(
    "text",
    [
        "<![CDATA[<!DOCTYPE r [<!ENTITY a 'b'>]>]]>",
        "<!-- <!DOCTYPE r> -->DOCTYPE",
        "<?x <!DOCTYPE r>?>text",
        "&lt;!DOCTYPE r>",
    ],
)
def test_the_word_alone_is_no_doctype(text: str) -> None:
    raw = SAMPLE.replace("<Opinion>", f"<Opinion>{text}").encode()

    assert outcome(raw) == "read"


FLOODS: dict[str, Callable[[int], str]] = {
    "attributes": lambda room: "<Body" + repeated(lambda n: f' a{n}="1"', room) + ">",
    "namespaces of one": lambda room: "<Body" + repeated(lambda n: f' xmlns:a{n}="u"', room // 4) + ">",
    "namespaces of many": lambda room: "<Body>" + repeated(lambda n: f'<a xmlns="u{n}"/>', room),
    "too many namespaces": lambda room: "<Body>" + repeated(lambda n: f'<a xmlns:b="u{n}"/>', room),
    "namespaces that every element looks through": lambda room: (
        FLOODS["namespaces of one"](room) + repeated(lambda n: "<a9:b/>", room // 2)
    ),
    "elements": lambda room: "<Body>" + repeated(lambda n: "<a/>", room),
    "empty opinions": lambda room: "<Body>" + repeated(lambda n: "<Opinion/>", room),
    "depth": lambda room: "<Body>" + repeated(lambda n: "<a>", room),
    "opinion": lambda room: "<Body><Opinion>" + repeated(lambda n: "长", room),
    "nothing to see": lambda room: "<Body><Opinion>" + repeated(lambda n: "\u200b", room),
    "references": lambda room: "<Body><Opinion>" + repeated(lambda n: "&#13;", room),
    "comments": lambda room: "<Body><Opinion>" + repeated(lambda n: "<!---->x", room),
    "sections": lambda room: "<Body><Opinion>" + repeated(lambda n: "<![CDATA[x]]>", room),
    "words": lambda room: "<Body><Opinion>" + repeated(lambda n: "<![CDATA[<!DOCTYPE]]>DxpMsg", room),
}


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_refused_in_a_fraction_of_a_second(flood: str, codec: str) -> None:
    text = FLOODS[flood](ROOM if codec == "utf-8" else ROOM // 2)
    text += "</Opinion>" if text.startswith("<Body><Opinion>") else ""
    raw = SAMPLE.split("?>", 1)[1].replace("<Body>", text, 1).encode(codec)
    assert len(raw) <= MESSAGE_BYTES

    assert quick(SECONDS, lambda: outcome(raw)) == {"depth": "not_xml", "namespaces of one": "read"}.get(
        flood, "schema"
    )
