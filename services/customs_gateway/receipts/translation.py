"""Translates a receipt from XML to a typed fact; customs' vocabulary ends here (CONTRACT 2)."""

import base64
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import Any

from lxml import etree
from pydantic import TypeAdapter, ValidationError

from services.customs_gateway.receipts.body import Elements, body_values, text_of
from services.customs_gateway.receipts.spelling import require_visible, simplify
from services.customs_gateway.xml import NS, checked, children, local_name, parse, payload
from shared.contracts.catalogue import CATEGORY_OF
from shared.contracts.encodings import guess_text
from shared.contracts.facts import CaseFact, Fact
from shared.contracts.parts import FileRef
from shared.contracts.vocabulary import RECEIPTS, Cause, Reason, Stage
from shared.lifecycle.rules import SPEAKS_OF
from shared.runtime.errors import MessageParked

_FACT: TypeAdapter[CaseFact] = TypeAdapter(Fact)
MESSAGE_ID = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_GLIMPSE = re.compile(
    r"<(?:[^\W\d][\w.\-]*:)?MessageId(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9_.\-]{1,64})\s*(?:\]\]>)?\s*</"
)
_GLIMPSED_BYTES = 64 * 1024
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_NEEDS_REPLY = (Cause.RECEIVED, Cause.RECEIVE_FAILED)


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
class IncomingReceipt:
    """A receipt that fits the schema: all its values, and the files that are still to be fetched."""

    values: dict[str, Any]
    files: tuple[Announced, ...]

    def fact(self, files: tuple[FileRef, ...]) -> CaseFact:
        """The typed fact, with the files as we keep them; MessageParked where a value is impossible (a 30 February)."""
        try:
            return _FACT.validate_python(self.values | ({"attachments": files} if files else {}))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
            raise MessageParked(Reason.SCHEMA, faults[:2000]) from error

    def foreseen(self) -> CaseFact:
        """The fact as it will be when every file is kept as it was announced."""
        return self.fact(
            tuple(
                FileRef(
                    id=file.name,
                    name=file.name,
                    media_type=file.media_type,
                    size=file.size,
                    sha256=file.sha256,
                )
                for file in self.files
            )
        )


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message of customs, read once: its bytes, what its envelope held, its head as far as that can be read, the receipt.

    `receipt` is why it is none, where it can't be one (MessageParked, or a fault of ours).
    """

    raw: bytes
    inner: bytes
    head: Head
    receipt: IncomingReceipt | Exception


def read_message(raw: bytes) -> IncomingMessage:
    """What customs sent."""
    inner, head = raw, Head()
    try:
        inner = payload(raw)
        root = parse(inner)
        elements = _head_of(root)
        head = _readable(elements)
        return IncomingMessage(raw, inner, head, _receipt_in(root, elements))
    except Exception as error:
        return IncomingMessage(raw, inner, head, error)


def guess_message_id(raw: bytes) -> str | None:
    """What looks like the MessageId of a message that can't be read: good for telling customs, never for duplicates."""
    found = _GLIMPSE.search(guess_text(raw[:_GLIMPSED_BYTES]))
    return found[1] if found else None


def read_receipt(xml: bytes) -> IncomingReceipt:
    """The values of a receipt; MessageParked with the reason of CONTRACT 2 where it can't be one."""
    root = parse(xml)
    return _receipt_in(root, _head_of(root))


def _receipt_in(root: etree._Element, head: Elements) -> IncomingReceipt:
    if root.tag != f"{{{NS}}}Receipt":
        raise MessageParked(Reason.SCHEMA, f"The root is {root.tag!r}, not Receipt of {NS}.")
    receipt_type = _short(_text(head, "ReceiptType"))
    if receipt_type is not None and receipt_type not in RECEIPTS:
        raise MessageParked(Reason.UNKNOWN_TYPE, f"There is no ReceiptType {receipt_type}.")
    some_empty = simplify(root)
    checked(root, receipt_type)
    if some_empty:
        require_visible(root)
        head = _head_of(root)
    body = children(root[1])
    values = _head(head)
    _check_stage(values["cause"], values["stage"])
    values |= body_values(values["cause"], body)
    if values["cause"] in _CHECKS:
        _CHECKS[values["cause"]](values)
    return IncomingReceipt(values, _files(body))


def _readable(head: Elements) -> Head:
    message_id = _text(head, "MessageId") or ""
    return Head(
        message_id if MESSAGE_ID.fullmatch(message_id) else None,
        *(_short(_text(head, name)) for name in ("ReceiptType", "CaseNo", "Stage")),
    )


def _head_of(root: etree._Element) -> Elements:
    """The elements of the first Head, which need not fit the schema; none where there is no Head."""
    found = next((child for child in root if local_name(child) == "Head"), None)
    return {} if found is None else children(found)


def _text(head: Elements, name: str) -> str | None:
    return text_of(head[name]) or None if name in head else None


def _head(head: Elements) -> dict[str, Any]:
    values: dict[str, Any] = {
        "message_id": text_of(head["MessageId"]), "cause": Cause(text_of(head["ReceiptType"])),
        "case_no": text_of(head["CaseNo"]), "stage": Stage(text_of(head["Stage"])),
        "in_reply_to": _text(head, "InReplyTo"),
        "at": _time(text_of(head["SendTime"])),
    }  # fmt: skip
    if values["cause"] in _NEEDS_REPLY and not values["in_reply_to"]:
        raise MessageParked(
            Reason.SCHEMA,
            f"{values['cause']} needs InReplyTo, the MessageId of the declaration that it answers.",
        )
    return values


def _files(body: Elements) -> tuple[Announced, ...]:
    if "Attachments" not in body:
        return ()
    return tuple(_file(children(each)) for each in children(body["Attachments"][0])["Attachment"])


def _file(file: Elements) -> Announced:
    text = {name: text_of(found) for name, found in file.items()}
    key = (file["ObjectKey"][0].text or "").strip() if "ObjectKey" in file else None
    if key and {"", ".", ".."} & set(key.split("/")):
        raise MessageParked(Reason.SCHEMA, f"ObjectKey {key} is not the plain name of an object.")
    return Announced(
        name=text["FileName"], media_type=text["MediaType"], size=int(text["Size"]), sha256=text["Sha256"].lower(),
        key=key, content=base64.b64decode(text["Content"]) if "Content" in text else None,
    )  # fmt: skip


def _time(text: str) -> datetime:
    """A moment as xs:dateTime writes it; 24:00:00 ends the day that it names."""
    try:
        if "T24:" in text:
            at = datetime.fromisoformat(text.replace("T24:", "T00:")) + timedelta(days=1)
        else:
            at = datetime.fromisoformat(text)
        if not MINYEAR < at.year < MAXYEAR:
            at.astimezone(UTC)  # a time on the edge of the calendar has no UTC, and the database keeps UTC
    except (ValueError, OverflowError) as error:
        raise MessageParked(Reason.SCHEMA, f"SendTime {text} is not a time with an offset.") from error
    return at


def _check_stage(cause: Cause, stage: Stage) -> None:
    if stage not in SPEAKS_OF[cause]:
        stages = ", ".join(SPEAKS_OF[cause])
        raise MessageParked(Reason.WRONG_STAGE, f"{cause} speaks of {stages}, not of {stage}.")


def _check_codes(values: dict[str, Any]) -> None:
    wrong = [code for code in values["specific"] if CATEGORY_OF.get(code) != values["category"]]
    if wrong:
        raise MessageParked(
            Reason.SCHEMA, f"Not a specific category of {values['category']}: {', '.join(wrong)}."
        )
    if not _ULID.fullmatch(values["case_no"]):
        raise MessageParked(Reason.SCHEMA, "The CaseNo of a retrospective check is a ULID of 26 characters.")


def _check_texts(values: dict[str, Any]) -> None:
    if not any(values.get("texts", {}).values()):
        raise MessageParked(Reason.SCHEMA, "A consultation needs a text in one language at least.")


_CHECKS = {Cause.CHECK_INITIATED: _check_codes, Cause.CONSULTATION_OPENED: _check_texts}


def _short(text: str | None) -> str | None:
    return text[:64] if text else None
