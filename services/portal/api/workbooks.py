"""A questionnaire as an Excel workbook, to be filled in offline."""

import asyncio
from hashlib import sha256
from urllib.parse import quote

from fastapi import Depends, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.guarding import guarded_router
from services.portal.cases.command_client import head_of
from services.portal.cases.idempotency import Answered
from services.portal.cases.views import may_edit
from services.portal.context import Portal, PortalDep, entered, questionnaires_of
from services.portal.http.forms import one_file
from services.portal.identity.sessions import User
from services.portal.workbook.exporting import export
from services.portal.workbook.importing import changes_in, save
from services.portal.workbook.opening import opened
from services.portal.workbook.report import Report
from shared.contracts.commands import CaseAnswer, SaveAnswers
from shared.contracts.limits import FILE_BYTES
from shared.contracts.questionnaires import Answer
from shared.contracts.vocabulary import Stage
from shared.lifecycle.case import Document
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import get_logger

log = get_logger()
router = guarded_router(prefix="/cases/{case}/stages/questionnaire/workbook", tags=["stages"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Workbook(Response):
    """An .xlsx as it is described in the API."""

    media_type = XLSX


@router.get("", response_class=Workbook)
async def export_workbook(case: str, portal: PortalDep, user: BearerOfficerDep) -> Workbook:
    """The questionnaires of the case with today's answers as a workbook; in every status that shows the stage."""
    found = await entered(portal, user, case, Stage.QUESTIONNAIRE)
    asked = await questionnaires_of(portal, found)
    data = await asyncio.to_thread(export, found, asked, now())
    log.info("workbook_exported", case_id=found["_id"], case_no=found["case_no"], size=len(data))
    name = f"questionnaire-{found['case_no']}.xlsx"
    shown = quote(f"问卷-{found['case_no']}.xlsx", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{shown}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Workbook(data, headers=headers)


@router.post(
    "",
    response_model=Report,
    dependencies=[Depends(one_file)],
    form_limits={"max_files": 4, "max_fields": 8},
)
async def import_workbook(
    case: str, request: Request, portal: PortalDep, user: BearerOfficerDep, file: UploadFile
) -> JSONResponse:
    """Take a filled workbook back (at most 4 MiB) and tell what was taken of it, and what was not and why."""
    found = await entered(portal, user, case, Stage.QUESTIONNAIRE)
    if not may_edit(found, Stage.QUESTIONNAIRE):
        raise RequestRejected(
            "not_editable", "当前状态不允许此操作。 The present status does not allow this."
        )
    data = await file.read()
    if len(data) > FILE_BYTES:
        raise RequestRejected("too_large", "文件不能超过4M。 The file is larger than 4 MiB.", status=413)

    async def work(command_id: str) -> Answered:
        return 200, (await taken(portal, user, found, data, command_id)).model_dump(mode="json")

    return await portal.commands.once(request, user, sha256(data).digest(), work)


async def taken(portal: Portal, user: User, case: Document, data: bytes, command_id: str) -> Report:
    """What became of a filled workbook; RequestRejected (422) one that is refused as a whole."""
    sheets, asked = await opened(data), await questionnaires_of(portal, case)
    changes = await asyncio.to_thread(changes_in, sheets, case, asked)

    async def save_answers(answers: dict[str, Answer]) -> CaseAnswer:
        command = SaveAnswers(**head_of(user, case["_id"], command_id), answers=answers)
        return await portal.commands.ask(command)

    saved = await save(changes, save_answers)
    log.info(
        "workbook_imported", case_id=case["_id"], case_no=case["case_no"], taken=len(changes.answers),
        unchanged=len(changes.unchanged), refused=len(changes.refused),
    )  # fmt: skip
    return Report.of(case, changes, saved)
