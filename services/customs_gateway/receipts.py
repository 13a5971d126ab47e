"""Translates a receipt from XML to a typed fact; customs' vocabulary ends here (CONTRACT 2)."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from pydantic import TypeAdapter, ValidationError

from services.customs_gateway.xml import NS, checked, children, parse
from shared.contracts.catalogue import CATEGORY_OF
from shared.contracts.facts import CaseFact, Fact
from shared.contracts.parts import FileRef
from shared.contracts.vocabulary import RECEIPTS, Cause, Reason, Stage
from shared.lifecycle.rules import SPEAKS_OF
from shared.runtime.errors import Park

_FACT: TypeAdapter[CaseFact] = TypeAdapter(Fact)
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_NEEDS_REPLY = (Cause.RECEIVED, Cause.RECEIVE_FAILED)
_TEXTS = {"TextZh": "text_zh", "TextEn": "text_en", "TextOther": "text_other"}
_SIMPLE = {
    "Opinion": "opinion",
    "Requirement": "requirement",
    "RectificationNo": "rectification_no",
    "IssuedOn": "issued_on",
    "AnnouncementNo": "announcement_no",
    "Title": "title",
    "PublishedOn": "published_on",
    "MaterialsOnly": "materials_only",
    "AuthorityCode": "authority",
    "Category": "category",
    "Department": "department",
    "Overview": "overview",
}
_PHONE = {"PhoneCountry": "country", "PhoneArea": "area", "PhoneNumber": "number"}
_CONTACT = {"ContactName": "name", "ContactTitle": "title", "Email": "email"}
Elements = dict[str, list[etree._Element]]


@dataclass(frozen=True, slots=True)
class Head:
    """What of a receipt's head can be read, whether or not the rest is valid."""

    message_id: str | None = None
    receipt_type: str | None = None
    case_no: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """A file as a receipt announces it; either `key` (in the bucket) or `content`."""

    name: str
    media_type: str
    size: int
    sha256: str
    key: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that fits the schema: all its values, and the files that are still to be fetched."""

    values: dict[str, Any]
    files: tuple[Announced, ...]

    def fact(self, files: tuple[FileRef, ...]) -> CaseFact:
        """The typed fact, with the files as we keep them; Park where a value is impossible (a 30 February)."""
        try:
            return _FACT.validate_python(self.values | ({"attachments": files} if files else {}))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
            raise Park(Reason.SCHEMA, faults[:2000]) from error


def head_of(xml: bytes) -> Head:
    """The head as far as it can be read; an empty one for bytes that are no XML."""
    try:
        root = parse(xml)
    except Park:
        return Head()
    head = next((child for child in root if _named(child, "Head")), None)
    if head is None:
        return Head()
    values = {name: (found[0].text or "").strip()[:64] or None for name, found in children(head).items()}
    message_id = values.get("MessageId") or ""
    return Head(
        message_id if _MESSAGE_ID.fullmatch(message_id) else None, values.get("ReceiptType"), values.get("CaseNo"),
        values.get("Stage"),
    )  # fmt: skip


def read_receipt(xml: bytes) -> Receipt:
    """The values of a receipt; Park with the reason of CONTRACT 2 where it can't be one."""
    root = parse(xml)
    known = head_of(xml).receipt_type
    if root.tag == f"{{{NS}}}Receipt" and known is not None and known not in RECEIPTS:
        raise Park(Reason.UNKNOWN_TYPE, f"There is no ReceiptType {known}.")
    head, body = checked(root, known)
    values, files = _head(children(head)), children(body)
    _check_stage(values["cause"], values["stage"])
    values |= _body(files)
    if values["cause"] is Cause.CHECK_INITIATED:
        _check_codes(values)
    return Receipt(values, _files(files))


def _head(head: Elements) -> dict[str, Any]:
    text = {name: found[0].text or "" for name, found in head.items()}
    values: dict[str, Any] = {
        "message_id": text["MessageId"], "cause": Cause(text["ReceiptType"]), "case_no": text["CaseNo"],
        "stage": Stage(text["Stage"]), "in_reply_to": text.get("InReplyTo"), "at": _time(text["SendTime"]),
    }  # fmt: skip
    if values["cause"] in _NEEDS_REPLY and not values["in_reply_to"]:
        raise Park(
            Reason.SCHEMA,
            f"{values['cause']} needs InReplyTo, the MessageId of the declaration that it answers.",
        )
    return values


def _body(body: Elements) -> dict[str, Any]:
    values: dict[str, Any] = {
        _SIMPLE[name]: found[0].text or "" for name, found in body.items() if name in _SIMPLE
    }
    for names, target in ((_TEXTS, "texts"), (_CONTACT, "contact")):
        part = {names[name]: found[0].text or "" for name, found in body.items() if name in names}
        if part:
            values[target] = part
    if "Items" in body:
        values["items"] = _items(body)
    if "Result" in body:
        values["result"] = (body["Result"][0].text or "").lower()
    if "Specific" in body:
        values["specific"] = tuple(each.text or "" for each in body["Specific"])
    if "PhoneCountry" in body:
        values["contact"]["phone"] = {
            _PHONE[name]: found[0].text or "" for name, found in body.items() if name in _PHONE
        }
    if "texts" in values and not any(text.strip() for text in values["texts"].values()):
        raise Park(Reason.SCHEMA, "A consultation needs a text in one language at least.")
    return values


def _items(body: Elements) -> tuple[dict[str, str], ...]:
    items = (children(item) for item in children(body["Items"][0])["Item"])
    return tuple(
        {
            "target": item["Target"][0].text or "",
            "reason": item["Reason"][0].text or "",
            "text": item["Text"][0].text or "",
        }
        for item in items
    )


def _files(body: Elements) -> tuple[Announced, ...]:
    if "Attachments" not in body:
        return ()
    return tuple(_file(children(each)) for each in children(body["Attachments"][0])["Attachment"])


def _file(file: Elements) -> Announced:
    text = {name: found[0].text or "" for name, found in file.items()}
    content = base64.b64decode(text["Content"]) if "Content" in text else None
    return Announced(
        text["FileName"],
        text["MediaType"],
        int(text["Size"]),
        text["Sha256"].lower(),
        text.get("ObjectKey"),
        content,
    )


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Park(Reason.SCHEMA, f"SendTime {text} is not a time with an offset.") from error


def _check_stage(cause: Cause, stage: Stage) -> None:
    if stage not in SPEAKS_OF[cause]:
        stages = ", ".join(SPEAKS_OF[cause])
        raise Park(Reason.WRONG_STAGE, f"{cause} speaks of {stages}, not of {stage}.")


def _check_codes(values: dict[str, Any]) -> None:
    wrong = [code for code in values["specific"] if CATEGORY_OF.get(code) != values["category"]]
    if wrong:
        raise Park(Reason.SCHEMA, f"Not a specific category of {values['category']}: {', '.join(wrong)}.")
    if not _ULID.fullmatch(values["case_no"]):
        raise Park(Reason.SCHEMA, "The CaseNo of a retrospective check is a ULID of 26 characters.")


def _named(element: etree._Element, name: str) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname == name
