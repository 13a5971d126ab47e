"""However another system spells a receipt, it is the same fact: prefixes, white space, empty elements, encodings (CONTRACT 2)."""

import base64
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from services.customs_gateway.receipts import spelling
from services.customs_gateway.receipts.ledger import new_entry
from services.customs_gateway.receipts.translation import read_message, read_receipt
from services.customs_gateway.xml import payload
from shared.contracts.facts import Approved, CaseFact, CheckInitiated, QuestionnaireOpened
from shared.contracts.limits import MESSAGE_BYTES
from shared.contracts.vocabulary import RECEIPTS
from shared.runtime.clock import now
from shared.runtime.errors import MessageParked
from tests.spellings import NS, TEXTS, as_jaxb, minimal, respelt

SPELLINGS = 50
SAMPLES = Path(__file__).parent.parent / "data" / "receipts"
TEXT = "Café Ünïon 第一稿 𠮷😀 <b> & ]]> \"quoted\" 'x'\nsecond line\n\nlast"
CONTENT = "SGVsbG8sIHdvcmxkIQ=="


def base(kind: str) -> bytes:
    """The sample of a type, its texts such that a careless reader spoils them, its time at midnight, a file inline."""
    root = etree.fromstring((SAMPLES / f"{kind}.xml").read_bytes())
    for element in root.iter():
        name = etree.QName(element).localname
        if name in TEXTS and name not in ("Email", "FileName"):
            element.text = TEXT
        if name == "SendTime":
            element.text = "2026-11-04T00:00:00+08:00"
    for file in root.findall(f".//{{{NS}}}Attachment"):
        file.remove(file[-1])
        etree.SubElement(file, f"{{{NS}}}Content").text = CONTENT
    return etree.tostring(root)


def read(raw: bytes) -> tuple[CaseFact, object]:
    """The fact and the files of a message."""
    receipt = read_receipt(payload(raw))
    return receipt.foreseen(), receipt.files


@pytest.mark.parametrize("kind", sorted(RECEIPTS))
def test_a_receipt_in_fifty_spellings_is_the_same_fact(kind: str) -> None:
    rng = random.Random(kind)
    for number in range(SPELLINGS):
        plain = minimal(base(kind)) if number % 2 else base(kind)
        seed = rng.getrandbits(32)
        raw = respelt(seed, plain)

        entry = new_entry(read_message(raw), "c", now()).document

        shown = f"{kind}, seed {seed}: {raw[:1500]!r}"
        assert (entry["_id"], entry["message_id"]) == (f"SAMPLE-{kind}",) * 2, shown
        assert entry["receipt_type"] == kind, shown
        assert read(raw) == read(plain), shown


@pytest.mark.parametrize("kind", sorted(RECEIPTS))
def test_a_receipt_as_jaxb_writes_it_is_the_same_fact(kind: str) -> None:
    plain = (SAMPLES / f"{kind}.xml").read_bytes()

    assert b"<ns2:Body" in as_jaxb(plain)
    assert read(as_jaxb(plain)) == read(plain)


def test_the_gateway_knows_every_element_that_the_schema_calls_optional() -> None:
    schema = etree.parse(str(Path(spelling.__file__).parents[1] / "schema" / "customs.xsd"))
    xs = {"xs": "http://www.w3.org/2001/XMLSchema"}
    head = schema.xpath(
        "//xs:complexType[@name='ReceiptHead']//xs:element[@minOccurs='0']/@name", namespaces=xs
    )
    named = "//*[@name and (self::xs:complexType or self::xs:group)]"
    declared = [
        "APPLICATION",
        "CHECK_ANSWER",
        "QUESTIONNAIRE_ANSWERS",
        "RECTIFICATION",
        "CONSULTATION_REPLY",
        "SIGNATORIES",
        "Answer",
    ]
    bodies = {
        name
        for part in schema.xpath(named, namespaces=xs)
        if part.get("name") not in (*declared, "AckHead", "AckBody")
        for name in part.xpath(".//xs:element[@minOccurs='0']/@name", namespaces=xs)
    }

    assert {*head, *bodies} | {"ObjectKey", "Content"} == spelling.OPTIONAL


def changed(kind: str, old: str, new: str) -> bytes:
    """A sample with one thing changed, which must be there."""
    text = (SAMPLES / f"{kind}.xml").read_text()
    assert old in text
    return text.replace(old, new).encode()


def filled(kind: str, name: str, content: str) -> bytes:
    """A sample whose first element of that name holds something else."""
    root = etree.fromstring((SAMPLES / f"{kind}.xml").read_bytes())
    element = next(root.iter(f"{{{NS}}}{name}"))
    for child in element:
        element.remove(child)
    element.text = content
    return etree.tostring(root)


def refusal(raw: bytes) -> MessageParked:
    """Why a message is parked."""
    with pytest.raises(MessageParked) as parked:
        read(raw)
    return parked.value


@pytest.mark.parametrize("nothing", ["", " \n", "\u3000", "\u00a0\u200b", "\u3164"])
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("REJECTED", "Opinion"), ("RECEIVE_FAILED", "Opinion"), ("SUPPLEMENT", "Opinion"), ("NOT_APPROVED", "Opinion"),
        ("SUPPLEMENT", "Text"), ("SUPPLEMENT", "Target"), ("SUPPLEMENT", "Reason"),
        ("RECTIFICATION_REQUIRED", "Requirement"), ("RECTIFICATION_REQUIRED", "IssuedOn"),
        ("RECTIFICATION_REQUIRED", "RectificationNo"), ("PROTOCOL_SIGNED", "Attachments"),
        ("CERTIFICATE_CONFIRMED", "FileName"), ("CERTIFICATE_CONFIRMED", "Sha256"), ("CERTIFICATE_CONFIRMED", "ObjectKey"),
        ("ANNOUNCEMENT_PUBLISHED", "Title"), ("ANNOUNCEMENT_PUBLISHED", "AnnouncementNo"), ("CASE_CLOSED", "Result"),
        ("CHECK_INITIATED", "ContactName"), ("CHECK_INITIATED", "PhoneNumber"), ("CHECK_INITIATED", "Overview"),
        ("CHECK_INITIATED", "Specific"), ("ACCEPTED", "CaseNo"), ("ACCEPTED", "SenderID"), ("ACCEPTED", "SendTime"),
    ],
)  # fmt: skip
def test_a_required_element_without_a_visible_character_is_refused_by_name(
    kind: str, name: str, nothing: str
) -> None:
    park = refusal(filled(kind, name, nothing))

    assert park.reason == "schema"
    assert name in park.detail


def test_a_consultation_whose_texts_are_all_invisible_is_refused() -> None:
    assert "text in one language" in refusal(filled("CONSULTATION_OPENED", "TextZh", "\u3000\u200b")).detail


def test_an_optional_text_without_a_visible_character_is_absent() -> None:
    fact, _ = read(filled("APPROVED", "Opinion", "\u3000\u200b"))

    assert isinstance(fact, Approved)
    assert fact.opinion == ""


def test_an_empty_element_beside_a_full_one_of_its_name_is_not_overlooked() -> None:
    assert refusal(changed("APPROVED", "<Opinion>", "<Opinion/><Opinion>")).reason == "schema"


def test_a_contact_without_a_country_code_is_a_contact() -> None:
    fact, _ = read(changed("CHECK_INITIATED", "<PhoneCountry>86</PhoneCountry>", ""))

    assert isinstance(fact, CheckInitiated)
    assert (fact.contact.phone.country, fact.contact.phone.number) == ("", "65194114")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("one&#13;two&#13;&#10;three&#xD;", "one\ntwo\nthree"),
        ("Cafe\u0301", "Café"),
        ("<![CDATA[a]]> <!-- x -->&amp;<?y?> b", "a & b"),
        ("\u3000第一稿\u3000", "第一稿"),
    ],
)
def test_a_text_of_customs_is_kept_as_every_text_is(written: str, kept: str) -> None:
    fact, _ = read(changed("QUESTIONNAIRE_OPENED", "请填写", written))

    assert isinstance(fact, QuestionnaireOpened)
    assert fact.opinion == kept


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-03T24:00:00+08:00", datetime(2026, 11, 3, 16, tzinfo=UTC)),
        ("2026-12-31T24:00:00.000Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2028-02-28T24:00:00Z", datetime(2028, 2, 29, tzinfo=UTC)),
        ("2028-02-29T23:59:59.999999999-14:00", datetime(2028, 3, 1, 13, 59, 59, 999999, tzinfo=UTC)),
        ("\n 2026-11-03T15:12:35.1Z\t", datetime(2026, 11, 3, 15, 12, 35, 100000, tzinfo=UTC)),
    ],
)
def test_every_legal_time_with_an_offset_is_a_moment(written: str, moment: datetime) -> None:
    fact, _ = read(filled("ACCEPTED", "SendTime", written))

    assert fact.at - moment == timedelta(0)


@pytest.mark.parametrize(
    "written",
    ["2026-11-03T15:12:35", "2026-11-03", "2026-11-03T24:00:01Z", "2026-11-03T15:12:60Z", "2027-02-29T00:00:00Z",
     "9999-12-31T24:00:00Z", "12026-01-01T00:00:00Z"],
)  # fmt: skip
def test_what_is_no_moment_is_refused_by_name(written: str) -> None:
    park = refusal(filled("ACCEPTED", "SendTime", written))

    assert park.reason == "schema"
    assert "SendTime" in park.detail


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_a_message_that_breaks_off_still_shows_its_id_in_every_encoding(codec: str) -> None:
    text = "<?xml version='1.0' encoding='GB18030'?><n:Receipt><n:MessageId a='1'> <![CDATA[R-1]]> </n:MessageId>"

    entry = new_entry(read_message(text.encode(codec)), "c", now()).document

    assert entry["_id"].startswith("sha256:")
    assert entry["message_id"] == "R-1"


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"<?xml version='1.0' encoding='Big5'?><a/>", "The encoding Big5 is not read here"),
        ("<?xml version='1.0'?><a>长</a>".encode("gbk"), "Byte 24 is not utf-8"),
        ("<?xml version='1.0' encoding='GBK'?><a>长".encode("gbk")[:-1], "is not gb18030"),
        ("\ufeff<a>长</a>".encode("utf-16-le") + b"\x00", "is not utf-16-le"),
    ],
)
def test_bytes_of_another_encoding_than_said_are_refused_with_where_and_why(raw: bytes, detail: str) -> None:
    park = refusal(raw)

    assert park.reason == "not_xml"
    assert detail in park.detail


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_the_limit_is_a_mebibyte_of_the_xml_itself_however_it_is_wrapped(codec: str) -> None:
    plain = (SAMPLES / "ACCEPTED.xml").read_bytes()
    whole = plain + b" " * (MESSAGE_BYTES - len(plain))

    def wrapped(xml: bytes) -> bytes:
        data = base64.encodebytes(xml).decode()
        return f"<DxpMsg xmlns='http://www.chinaport.gov.cn/dxp'><Data>{data}</Data></DxpMsg>".encode(codec)

    assert read(wrapped(whole)) == read(plain)
    assert refusal(wrapped(whole + b" ")).reason == "too_large"
