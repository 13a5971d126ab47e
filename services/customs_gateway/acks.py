"""Acknowledgements to customs: one for every receipt that reached its end, again for a duplicate (CONTRACT 2)."""

from typing import Any

from ulid import ULID

from services.customs_gateway.declarations import BEIJING
from services.customs_gateway.xml import checked, new_root, put, written
from shared.contracts.topology import CUSTOMS_ACKS
from shared.lifecycle.clock import now
from shared.runtime.broker import Published, Publisher

_DETAIL_CHARACTERS = 4000


def write_ack(entry: dict[str, Any], outcome: str, reason: str | None, detail: str) -> bytes:
    """The ReceiptAck for a ledger entry."""
    root = new_root("ReceiptAck")
    head = put(root, "Head")
    put(head, "MessageId", ULID())
    for name, value in (
        ("OriMessageId", entry.get("message_id")), ("ReceiptType", entry.get("receipt_type")),
        ("CaseNo", _readable(entry.get("case_no"))), ("Stage", entry.get("stage")),
    ):  # fmt: skip
        if value:
            put(head, name, value)
    put(head, "SenderID", "FAS")
    put(head, "ReceiverID", "GACC")
    put(head, "SendTime", now().astimezone(BEIJING).isoformat(timespec="seconds"))
    body = put(root, "Body")
    put(body, "Outcome", outcome)
    if reason:
        put(body, "Reason", reason)
    if detail:
        put(body, "Detail", detail[:_DETAIL_CHARACTERS])
    return written(checked(root))


async def send_ack(
    publisher: Publisher, entry: dict[str, Any], outcome: str, reason: str | None = None, detail: str = ""
) -> bool:
    """Whether customs' queue holds the acknowledgement now."""
    xml = write_ack(entry, outcome, reason, detail)
    sent = await publisher.publish(
        CUSTOMS_ACKS,
        "receipt-ack",
        xml,
        content_type="application/xml",
        correlation_id=entry.get("correlation_id"),
    )
    return sent is Published.CONFIRMED


def _readable(case_no: str | None) -> str | None:
    allowed = (
        case_no and case_no.isascii() and case_no.replace("-", "").replace("_", "").replace(".", "").isalnum()
    )
    return case_no if allowed else None
