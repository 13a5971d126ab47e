"""The XML that customs speaks: receipts written, declarations and acknowledgements read (CONTRACT 2)."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from lxml import etree

from services.customs_gateway.schema import body_elements
from shared.contracts.vocabulary import RECEIPTS

NAMESPACE = "urn:fas:customs:1"
ENVELOPE = "http://www.chinaport.gov.cn/dxp"
_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
_NAMESPACES: Any = {None: NAMESPACE}  # None is the default namespace; the stubs don't know it
_ENVELOPED: Any = {None: ENVELOPE}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_RECEIPT_ELEMENTS = tuple(name for each in sorted(RECEIPTS) for name in body_elements(each))

Value = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class EnclosedItem:
    """One thing that SUPPLEMENT asks to correct."""

    target: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of a receipt: under `key` in the bucket, or in the XML itself where there is no key."""

    name: str
    data: bytes
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """A receipt to write; `body` holds elements by name."""

    message_id: str
    type: str
    case_no: str
    stage: str
    sent_at: datetime
    in_reply_to: str | None = None
    body: Mapping[str, Value] = field(default_factory=dict)
    items: Sequence[EnclosedItem] = ()
    files: Sequence[Enclosed] = ()


@dataclass(frozen=True, slots=True)
class DeclaredFile:
    """A file that a declaration names."""

    name: str
    media_type: str
    size: int
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the authority declared: elements of the body by name, and what is wrong with its files."""

    message_id: str
    type: str
    case_no: str
    stage: str
    round: int
    body: Mapping[str, str]
    files: tuple[DeclaredFile, ...]
    answers: Mapping[str, str]
    xml: bytes
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ack:
    """What became of a receipt; `message_id` is the receipt's, None where none could be read."""

    message_id: str | None
    outcome: str
    reason: str | None
    detail: str | None


def element_name(name: str) -> str:
    """`rectification_no` as `RectificationNo`."""
    return "".join(word.capitalize() for word in name.split("_"))


def write_receipt(receipt: ReceiptDraft) -> bytes:
    """The receipt as UTF-8 XML; ValueError of an element that no receipt has."""
    unknown = set(receipt.body) - set(_RECEIPT_ELEMENTS)
    if unknown:
        raise ValueError(f"No receipt has {', '.join(sorted(unknown))}.")
    root = _element("Receipt", _head(receipt), _body(receipt))
    root.set("version", "1.0")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def enveloped(xml: bytes) -> bytes:
    """The same in the e-port transport envelope."""
    root = etree.Element(f"{{{ENVELOPE}}}DxpMsg", nsmap=_ENVELOPED)
    root.set("ver", "1.0")
    etree.SubElement(root, f"{{{ENVELOPE}}}Data").text = base64.b64encode(xml).decode()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def read_declaration(xml: bytes) -> Declaration:
    """A declaration; ValueError where it is not one."""
    root, head = _read(xml, "Declaration")
    body = _child(root, "Body")
    texts = {_name(each): each.text or "" for each in body if not len(each)}
    return Declaration(
        message_id=head["MessageId"], type=head["DeclarationType"], case_no=head["CaseNo"],
        stage=head["Stage"], round=int(head["Round"]), body=texts,
        files=tuple(_declared(each) for each in body.iter(_q("Attachment"))),
        answers={each.get("question", ""): _answer(each) for each in body.iter(_q("Answer")) if len(each)},
        xml=xml,
    )  # fmt: skip


def read_ack(xml: bytes) -> Ack:
    """An acknowledgement; ValueError where it is not one."""
    root, head = _read(xml, "ReceiptAck")
    body = _fields(_child(root, "Body"))
    return Ack(head.get("OriMessageId"), body["Outcome"], body.get("Reason"), body.get("Detail"))


def media_type(name: str) -> str:
    """The type that a file's name says."""
    return _MEDIA_TYPES[name.rsplit(".", 1)[-1].lower()]


def _head(receipt: ReceiptDraft) -> etree._Element:
    fields = {
        "MessageId": receipt.message_id, "ReceiptType": receipt.type, "CaseNo": receipt.case_no,
        "Stage": receipt.stage, "InReplyTo": receipt.in_reply_to, "SenderID": "GACC", "ReceiverID": "FAS",
        "SendTime": receipt.sent_at.isoformat(timespec="seconds"),
    }  # fmt: skip
    return _element("Head", *(_text(name, text) for name, text in fields.items() if text is not None))


def _body(receipt: ReceiptDraft) -> etree._Element:
    body = _element("Body", *_texts(receipt))
    if receipt.items:
        body.append(_element("Items", *map(_item, receipt.items)))
    if receipt.files:
        body.append(_element("Attachments", *map(_attachment, receipt.files)))
    return body


def _texts(receipt: ReceiptDraft) -> Iterable[etree._Element]:
    """In the order of the schema; what only other types have comes after it, for receipts that are wrong on purpose."""
    own = body_elements(receipt.type) if receipt.type in RECEIPTS else ()
    for name in dict.fromkeys((*own, *_RECEIPT_ELEMENTS)):
        value = receipt.body.get(name, ())
        for text in (value,) if isinstance(value, str) else value:
            yield _text(name, text)


def _item(item: EnclosedItem) -> etree._Element:
    parts = (_text("Target", item.target), _text("Reason", item.reason), _text("Text", item.text))
    return _element("Item", *parts)


def _attachment(file: Enclosed) -> etree._Element:
    content = base64.b64encode(file.data).decode()
    where = _text("ObjectKey", file.key) if file.key else _text("Content", content)
    return _element(
        "Attachment", _text("FileName", file.name), _text("MediaType", media_type(file.name)),
        _text("Size", str(len(file.data))), _text("Sha256", sha256(file.data).hexdigest()), where,
    )  # fmt: skip


def _element(name: str, *children: etree._Element) -> etree._Element:
    element = etree.Element(_q(name), nsmap=_NAMESPACES)
    element.extend(children)
    return element


def _text(name: str, text: str) -> etree._Element:
    element = _element(name)
    element.text = text
    return element


def _read(xml: bytes, root_name: str) -> tuple[etree._Element, dict[str, str]]:
    root = etree.fromstring(xml, _PARSER)
    if root.tag != _q(root_name):
        raise ValueError(f"Expected {root_name}, got {root.tag!r}.")
    return root, _fields(_child(root, "Head"))


def _declared(attachment: etree._Element) -> DeclaredFile:
    fields = _fields(attachment)
    return DeclaredFile(
        fields["FileName"], fields["MediaType"], int(fields["Size"]), fields["Sha256"], fields["ObjectKey"]
    )


def _answer(answer: etree._Element) -> str:
    return " / ".join(cell.text or "" for cell in answer.iter(_q("Value"), _q("Cell")))


def _fields(parent: etree._Element) -> dict[str, str]:
    return {_name(each): each.text or "" for each in parent}


def _child(parent: etree._Element, name: str) -> etree._Element:
    found = parent.find(_q(name))
    if found is None:
        raise ValueError(f"{_name(parent)} has no {name}.")
    return found


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
