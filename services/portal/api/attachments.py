"""Uploads and downloads: an upload goes to the object store and is inspected by the service documents."""

from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from ulid import ULID

from services.portal.api.context import OfficerDep, Portal, PortalDep
from services.portal.sessions import User
from shared.contracts.commands import KeepAttachment
from shared.contracts.vocabulary import Purpose
from shared.lifecycle.case import Document
from shared.runtime.errors import Refuse

router = APIRouter(tags=["attachments"])


@router.post("/attachments", status_code=201)
async def upload(
    request: Request,
    portal: PortalDep,
    user: OfficerDep,
    file: UploadFile,
    purpose: Annotated[Purpose, Form()],
) -> JSONResponse:
    """Upload one file (DOMAIN 1.8)."""
    data, name = await file.read(), file.filename or "file"
    key = f"uploads/{ULID()}"

    async def keep(command_id: str) -> tuple[int, dict[str, Any]]:
        await portal.objects.put(key, data, "application/octet-stream")
        command = KeepAttachment(
            command_id=command_id, attachment_id=sha256(command_id.encode()).hexdigest()[:26], key=key, name=name,
            purpose=purpose, authority=user.authority, by=user.username,
        )  # fmt: skip
        return 201, (await portal.desk.keep(command)).model_dump()

    return await portal.desk.once(request, user, sha256(data).digest() + f"{name} {purpose}".encode(), keep)


@router.get("/attachments/{attachment_id}", response_class=Response)
async def download(portal: PortalDep, user: OfficerDep, attachment_id: str) -> Response:
    """Download a file of one's own, or one that customs sent to one's own case."""
    record = await portal.store.collection("attachments").find_one({"_id": attachment_id})
    if record is None or not await _own(portal, user, record):
        raise Refuse("not_found", "没有这个文件。 There is no such file.", status=404)
    data = await portal.objects.get(f"files/{record['sha256']}")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(record['name'], safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, media_type=record["media_type"], headers=headers)


async def _own(portal: Portal, user: User, record: Document) -> bool:
    if not record["case_no"]:
        return bool(record["authority"] == user.authority)
    case = await portal.store.collection("cases").find_one({"case_no": record["case_no"]}, {"authority": 1})
    return bool(case and case["authority"] == user.authority)
