"""Our own copies of the files that a receipt announces; documents inspects and keeps them."""

import asyncio
from hashlib import sha256
from itertools import batched

from services.customs_gateway.receipts.translation import Announced, IncomingReceipt
from shared.contracts.commands import KeepAttachment
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.parts import FileRef
from shared.contracts.replies import Refused, Reply
from shared.contracts.topology import commands_of
from shared.contracts.vocabulary import Reason
from shared.runtime.errors import DependencyUnavailable, MessageParked
from shared.runtime.objects import Objects
from shared.runtime.rpc import RpcClient

INLINE = "customs/inline/"
TOGETHER = 16
"""Files of one receipt that are fetched at the same time; documents keeps eight at a time, and the next wait in its queue."""
_DOCUMENTS = commands_of("documents").name


class Files:
    """Has files kept; asked again for the same receipt it gets the same copies."""

    def __init__(self, objects: Objects, rpc: RpcClient) -> None:
        self._objects, self._rpc = objects, rpc

    async def keep(self, entry: ReceiptEntry, receipt: IncomingReceipt) -> tuple[FileRef, ...]:
        """Have every file of a receipt kept, sixteen at a time; the references in its order.

        Of the first file that can't be kept: MessageParked with its reason where it is not what was announced,
        DependencyUnavailable where nobody can tell.
        """
        refs: list[FileRef] = []
        for batch in batched(enumerate(receipt.files), TOGETHER, strict=False):
            asked = (self._keep(entry, number, file) for number, file in batch)
            for answer in await asyncio.gather(*asked, return_exceptions=True):
                if isinstance(answer, BaseException):
                    raise answer
                refs.append(answer)
        return tuple(refs)

    async def _keep(self, entry: ReceiptEntry, number: int, file: Announced) -> FileRef:
        attachment = sha256(f"{entry.id} {number}".encode()).hexdigest()[:26]
        key = file.key or await self._write(f"{INLINE}{attachment}", file)
        command = KeepAttachment(
            command_id=attachment, attachment_id=attachment, authority="", by="customs", key=key, name=file.name,
            case_no=entry.case_no, media_type=file.media_type, size=file.size, sha256=file.sha256,
        )  # fmt: skip
        body = command.model_dump_json().encode()
        answer = await self._rpc.ask(_DOCUMENTS, body, correlation_id=entry.correlation_id)
        reply = Reply.model_validate_json(answer)
        if reply.file is None:
            raise _refusal(reply.refused)
        return reply.file

    async def _write(self, key: str, file: Announced) -> str:
        await self._objects.put(key, file.content or b"", "application/octet-stream")
        return key


def _refusal(refused: Refused | None) -> MessageParked | DependencyUnavailable:
    """What a refusal means for the receipt: documents that is only away, or that failed, says nothing about the file."""
    if refused is None or refused.code not in set(Reason):
        return DependencyUnavailable("documents", refused.detail if refused else "it kept no file")
    return MessageParked(refused.code, refused.detail)
