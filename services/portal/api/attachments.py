"""Uploads and downloads: an upload goes to the object store and is inspected by the service documents."""

import re
from hashlib import sha256
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from ulid import ULID

from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.guarding import guarded_router
from services.portal.cases.attachments import find_attachment
from services.portal.cases.idempotency import Answered
from services.portal.context import Portal, PortalDep
from services.portal.http.forms import one_upload, sent_name
from services.portal.identity.sessions import User
from shared.bilingual import Bilingual
from shared.contracts.commands import KeepAttachment
from shared.contracts.documents.files import Attachment
from shared.contracts.object_keys import UPLOADS
from shared.contracts.parts import FileRef
from shared.contracts.vocabulary import Purpose
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import add_fields

router = guarded_router(tags=["attachments"])
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ ()-]+")
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
"""Whatever a file is, no browser shows it as a page of ours, lends it to another's, or keeps it."""


@router.post(
    "/attachments",
    status_code=201,
    dependencies=[Depends(one_upload)],
    form_limits={"max_files": 4, "max_fields": 8},
)
async def upload(
    request: Request,
    portal: PortalDep,
    user: BearerOfficerDep,
    file: UploadFile,
    purpose: Annotated[Purpose, Form()],
) -> JSONResponse:
    """Upload one file (DOMAIN 1.8)."""
    data, name = await file.read(), sent_name(file)

    async def keep(command_id: str) -> Answered:
        return 201, (await keep_attachment(portal, user, data, name, purpose, command_id)).model_dump()

    return await portal.commands.once(
        request, user, sha256(data).digest() + f"{name} {purpose}".encode(), keep
    )


async def keep_attachment(
    portal: Portal, user: User, data: bytes, name: str, purpose: Purpose, command_id: str
) -> FileRef:
    """Have a file inspected and kept; RequestRejected says what is wrong with it."""
    key = f"{UPLOADS}{ULID()}"
    await portal.objects.put(key, data, "application/octet-stream")
    command = KeepAttachment(
        command_id=command_id, attachment_id=sha256(command_id.encode()).hexdigest()[:26], key=key, name=name,
        purpose=purpose, authority=user.authority, by=user.username,
    )  # fmt: skip
    return await portal.commands.keep(command)


@router.get("/attachments/{attachment_id}", response_class=Response)
async def download(portal: PortalDep, user: BearerOfficerDep, attachment_id: str) -> Response:
    """Download a file of one's own, or one that customs sent to one's own case."""
    file = await find_attachment(portal.store, attachment_id)
    if file is None or not await _own(portal, user, file):
        raise RequestRejected("not_found", Bilingual("没有这个文件。", "There is no such file."), status=404)
    data = await portal.objects.get(f"files/{file.sha256}")
    headers = {"Content-Disposition": disposition(file.name), **INERT}
    return Response(data, media_type=file.media_type, headers=headers)


def disposition(name: str) -> str:
    """To be saved under this name (RFC 6266): in UTF-8, and with what ASCII has of it for old readers."""
    return f"attachment; filename=\"{_NOT_PLAIN.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _own(portal: Portal, user: User, file: Attachment) -> bool:
    if not file.case_no:
        return file.authority == user.authority
    case = await portal.cases.head_of(file.case_no)
    if case is None or case.authority != user.authority:
        return False
    add_fields(case_id=case.id, case_no=file.case_no)
    return True
