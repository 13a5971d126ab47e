"""Acknowledgements to customs: one for every receipt that reached its end, again for a duplicate (CONTRACT 2)."""

from services.customs_gateway.receipts.translation import MESSAGE_ID
from services.customs_gateway.xml import checked, new_root, put, written
from shared.contracts.documents.ledgers import Acknowledgement, ReceiptEntry
from shared.contracts.times import CHINA
from shared.contracts.topology import CUSTOMS_ACKS
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.dependencies import down
from shared.runtime.errors import DependencyUnavailable

_DETAIL_CHARACTERS = 4000


def write_ack(entry: ReceiptEntry, ack: Acknowledgement) -> bytes:
    """The ReceiptAck for a ledger entry."""
    root = new_root("ReceiptAck")
    head = put(root, "Head")
    put(head, "MessageId", ack.message_id)
    case_no = entry.case_no or ""
    for name, value in (
        ("OriMessageId", entry.message_id), ("ReceiptType", entry.receipt_type),
        ("CaseNo", case_no if MESSAGE_ID.fullmatch(case_no) else None), ("Stage", entry.stage),
    ):  # fmt: skip
        if value:
            put(head, name, value)
    put(head, "SenderID", "FAS")
    put(head, "ReceiverID", "GACC")
    put(head, "SendTime", now().astimezone(CHINA).isoformat(timespec="seconds"))
    body = put(root, "Body")
    put(body, "Outcome", ack.outcome)
    if ack.reason:
        put(body, "Reason", ack.reason)
    if ack.detail.strip():
        put(body, "Detail", ack.detail[:_DETAIL_CHARACTERS])
    return written(checked(root))


async def send_ack(publisher: Publisher, entry: ReceiptEntry, ack: Acknowledgement) -> None:
    """Hand the acknowledgement `ack` to customs' queue.

    DependencyUnavailable while the queue has not confirmed that it holds it.
    """
    xml = write_ack(entry, ack)
    if publisher.dependency in down():
        raise DependencyUnavailable(publisher.dependency, "an acknowledgement to customs waits")
    sent = await publisher.publish(
        CUSTOMS_ACKS,
        "receipt-ack",
        xml,
        content_type="application/xml",
        correlation_id=entry.correlation_id,
    )
    if sent is not Published.CONFIRMED:
        raise DependencyUnavailable(
            publisher.dependency, f"an acknowledgement to customs is owed ({sent.value})"
        )
