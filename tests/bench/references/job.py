"""The least of the job: a receipt parsed and checked by the schema, one conditional update, what is told of it."""

import json
import os
from typing import Any

from lxml import etree

from services.customs_gateway.schema import SCHEMA

NS = "{urn:fas:customs:1}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
COLLECTION = "bench_cases"
"""Its documents are cases like the system's, but `_id` is the number."""
AT_ONCE = 32
"""How many messages a process works on: what the gateway takes."""
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)  # fmt: skip
_SCHEMA = etree.XMLSchema(etree.parse(str(SCHEMA)))


def setting(name: str) -> str:
    """A setting of the system: the references use the same servers."""
    return os.environ[f"FAS_{name}"]


def read(xml: bytes) -> dict[str, str]:
    """The head of a receipt that fits the schema; ValueError else."""
    root = etree.fromstring(xml, _PARSER)
    head = {str(each.tag).removeprefix(NS): each.text or "" for each in root[0]}
    root[1].set(XSI_TYPE, head["ReceiptType"])
    if not _SCHEMA.validate(root):
        raise ValueError(str(_SCHEMA.error_log))
    return head


def movement(head: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The filter and the update that move a case that was sent, and no other."""
    entry = {"stage": head["Stage"], "status": "received", "cause": head["ReceiptType"], "by": "customs",
             "message_id": head["MessageId"]}  # fmt: skip
    changed = {"status": "received", f"stages.{head['Stage']}.status": "received"}
    return (
        {"_id": head["CaseNo"], "status": "sent"},
        {"$set": changed, "$inc": {"version": 1}, "$push": {"timeline": entry, "inbox": head["MessageId"]}},
    )


def told(head: dict[str, str]) -> bytes:
    """The event that says so."""
    return json.dumps(
        {"message_id": head["MessageId"], "case_no": head["CaseNo"], "status": "received"}
    ).encode()
