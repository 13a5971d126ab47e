"""Where attachments are kept: the bytes by their content under `files/`, the record in `attachments`."""

import asyncio
from contextlib import suppress
from hashlib import sha256

from services.documents.isolation import Inspectors
from services.documents.names import safe_name
from shared.bilingual import Bilingual
from shared.contracts.collections import ATTACHMENTS
from shared.contracts.commands import KeepAttachment
from shared.contracts.documents.files import Attachment
from shared.contracts.limits import FILE_BYTES
from shared.contracts.object_keys import UPLOADS
from shared.contracts.parts import FileRef
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.logs import get_logger
from shared.runtime.objects import ObjectMissing, Objects, ObjectTooLarge
from shared.runtime.store import Document, DuplicateKey, Store

log = get_logger()
CUSTOMS_FILE_BYTES = 64 * 1024 * 1024
_OF_CUSTOMS = {
    "too_large": "attachment_mismatch",
    "unsupported_type": "attachment_type",
    "content_mismatch": "attachment_type",
    "empty_file": "attachment_type",
}


class AttachmentStore:
    """Inspects and keeps files of officers and of customs."""

    def __init__(self, store: Store, objects: Objects, inspectors: Inspectors) -> None:
        self._records = store.collection(ATTACHMENTS.name)
        self._objects, self._inspectors = objects, inspectors

    async def keep(self, command: KeepAttachment) -> FileRef:
        """Inspect and keep a file, the object first and then its record; the same id again gives the same answer.

        RequestRejected says why the file is not taken.
        """
        try:
            known = await self._records.find_one({"_id": command.attachment_id})
            return Attachment(known).ref if known else await self._keep(command)
        except RequestRejected as refusal:
            code = _OF_CUSTOMS.get(refusal.code, refusal.code) if command.case_no else refusal.code
            log.warning("attachment_refused", reason=code, case_no=command.case_no)
            raise RequestRejected(code, refusal.text, status=refusal.status) from refusal
        finally:
            if command.key.startswith(UPLOADS):
                await self._remove(command.key)

    async def _keep(self, command: KeepAttachment) -> FileRef:
        name = safe_name(command.name)
        data = await self._fetch(command, CUSTOMS_FILE_BYTES if command.case_no else FILE_BYTES)
        media_type, hashed = await asyncio.gather(
            self._inspectors.inspect(name, data), asyncio.to_thread(sha256, data)
        )
        digest = hashed.hexdigest()
        _same(command, len(data), digest)
        await self._objects.put(f"files/{digest}", data, media_type)
        record = {
            "_id": command.attachment_id, "authority": command.authority, "case_no": command.case_no, "name": name,
            "media_type": media_type, "size": len(data), "sha256": digest, "by": command.by, "at": now(),
            "purpose": command.purpose.value if command.purpose else None,
        }  # fmt: skip
        await self._write(record)
        return Attachment(record).ref

    async def _remove(self, key: str) -> None:
        """Remove an upload; where the store does not answer now, orphans.py removes it later."""
        with suppress(DependencyUnavailable):
            await self._objects.remove(key)

    async def _fetch(self, command: KeepAttachment, limit: int) -> bytes:
        try:
            return await self._objects.get(command.key, limit=limit)
        except ObjectMissing as missing:
            raise RequestRejected(
                "attachment_missing",
                Bilingual(f"没有对象{command.key}。", f"There is no object {command.key}."),
                status=422,
            ) from missing
        except ObjectTooLarge as large:
            mib = limit // 1024 // 1024
            raise RequestRejected(
                "too_large",
                Bilingual(f"单个文件大小不能超过{mib}MB。", f"A file may have at most {mib} MB."),
                status=413,
            ) from large

    async def _write(self, record: Document) -> None:
        try:
            await self._records.insert_one(record)
        except DuplicateKey:
            log.info("attachment_known", reason="asked twice at once", case_no=record["case_no"])


def _same(command: KeepAttachment, size: int, digest: str) -> None:
    if command.size not in (None, size) or command.sha256 not in (None, digest):
        raise RequestRejected(
            "attachment_mismatch",
            Bilingual(
                f"{command.name}有{size}字节，摘要为{digest}；所报为{command.size}和{command.sha256}。",
                f"{command.name} has {size} bytes and digest {digest}; {command.size} and {command.sha256} were announced.",
            ),
            status=422,
        )
