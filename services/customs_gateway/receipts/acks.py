"""Acknowledgements to customs: one for every receipt that reached its end, again for a duplicate (CONTRACT 2)."""

from typing import Any

from ulid import ULID

from services.customs_gateway.receipts.translation import MESSAGE_ID
from services.customs_gateway.xml import checked, new_root, put, written
from shared.contracts.times import CHINA
from shared.contracts.topology import CUSTOMS_ACKS
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable

_DETAIL_CHARACTERS = 4000


def write_ack(
    entry: dict[str, Any], outcome: str, reason: str | None, detail: str, message_id: str | None = None
) -> bytes:
    """The ReceiptAck for a ledger entry; `message_id` is the acknowledgement's own, the same at every try."""
    root = new_root("ReceiptAck")
    head = put(root, "Head")
    put(head, "MessageId", message_id or ULID())
    case_no = entry.get("case_no") or ""
    for name, value in (
        ("OriMessageId", entry.get("message_id")), ("ReceiptType", entry.get("receipt_type")),
        ("CaseNo", case_no if MESSAGE_ID.fullmatch(case_no) else None), ("Stage", entry.get("stage")),
    ):  # fmt: skip
        if value:
            put(head, name, value)
    put(head, "SenderID", "FAS")
    put(head, "ReceiverID", "GACC")
    put(head, "SendTime", now().astimezone(CHINA).isoformat(timespec="seconds"))
    body = put(root, "Body")
    put(body, "Outcome", outcome)
    if reason:
        put(body, "Reason", reason)
    if detail.strip():
        put(body, "Detail", detail[:_DETAIL_CHARACTERS])
    return written(checked(root))


async def send_ack(publisher: Publisher, entry: dict[str, Any], ack: dict[str, Any]) -> None:
    """Hand the acknowledgement `ack` to customs' queue.

    DependencyUnavailable while the queue has not confirmed that it holds it.
    """
    xml = write_ack(entry, ack["outcome"], ack["reason"], ack["detail"], ack["message_id"])
    sent = await publisher.publish(
        CUSTOMS_ACKS,
        "receipt-ack",
        xml,
        content_type="application/xml",
        correlation_id=entry["correlation_id"],
    )
    if sent is not Published.CONFIRMED:
        raise DependencyUnavailable("broker", f"an acknowledgement to customs is owed ({sent.value})")
