"""A questionnaire as an Excel workbook, to be filled in offline."""

import asyncio
from hashlib import sha256
from urllib.parse import quote

from fastapi import Depends, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile as FormFile

from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.guarding import CaseReference, guarded_router
from services.portal.cases.command_client import head_of
from services.portal.cases.idempotency import Answered
from services.portal.cases.views import may_edit
from services.portal.context import Portal, PortalDep, entered, questionnaires_of
from services.portal.http.forms import one_file
from services.portal.identity.sessions import User
from services.portal.workbook.exporting import export
from services.portal.workbook.importing import changes_in, save
from services.portal.workbook.opening import open_workbook
from services.portal.workbook.report import Report
from shared.bilingual import Bilingual
from shared.contracts.commands import SaveAnswers
from shared.contracts.documents.cases import Case
from shared.contracts.limits import FILE_BYTES
from shared.contracts.questionnaires import Answer
from shared.contracts.replies import CaseAnswer
from shared.contracts.vocabulary import Stage
from shared.lifecycle.stages import NOT_EDITABLE
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
async def export_workbook(reference: CaseReference, portal: PortalDep, user: BearerOfficerDep) -> Workbook:
    """The questionnaires of the case with today's answers as a workbook; in every status that shows the stage."""
    case = await entered(portal, user, reference, Stage.QUESTIONNAIRE)
    asked = await questionnaires_of(portal, case)
    data = await asyncio.to_thread(export, case, asked, now())
    log.info("workbook_exported", case_id=case.id, case_no=case.case_no, size=len(data))
    name = f"questionnaire-{case.case_no}.xlsx"
    shown = quote(f"问卷-{case.case_no}.xlsx", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{shown}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Workbook(data, headers=headers)


def insist_on_editable(case: Case) -> None:
    """Refuse where the questionnaire can't be changed now."""
    if not may_edit(case, Stage.QUESTIONNAIRE):
        raise RequestRejected("not_editable", NOT_EDITABLE)


async def read_workbook(file: FormFile) -> bytes:
    """The bytes of a workbook that was sent; RequestRejected (413) where they are more than FILE_BYTES."""
    data = await file.read()
    if len(data) > FILE_BYTES:
        text = Bilingual("文件不能超过4MB。", "The file is larger than 4 MB.")
        raise RequestRejected("too_large", text, status=413)
    return data


@router.post(
    "",
    response_model=Report,
    dependencies=[Depends(one_file)],
    form_limits={"max_files": 4, "max_fields": 8},
)
async def import_workbook(
    reference: CaseReference, request: Request, portal: PortalDep, user: BearerOfficerDep, file: UploadFile
) -> JSONResponse:
    """Take a filled workbook back (at most 4 MB) and tell what was taken of it, and what was not and why."""
    case = await entered(portal, user, reference, Stage.QUESTIONNAIRE)
    insist_on_editable(case)
    data = await read_workbook(file)

    async def work(command_id: str) -> Answered:
        return 200, (await take_workbook(portal, user, case, data, command_id)).model_dump(mode="json")

    return await portal.commands.once(request, user, sha256(data).digest(), work)


async def take_workbook(portal: Portal, user: User, case: Case, data: bytes, command_id: str) -> Report:
    """What became of a filled workbook; RequestRejected (422) one that is refused as a whole."""
    sheets, asked = await open_workbook(data), await questionnaires_of(portal, case)
    changes = await asyncio.to_thread(changes_in, sheets, case, asked)

    async def save_answers(answers: dict[str, Answer]) -> CaseAnswer:
        command = SaveAnswers(**head_of(user, case.id, command_id), answers=answers)
        return await portal.commands.ask(command)

    saved = await save(changes, save_answers)
    log.info(
        "workbook_imported", case_id=case.id, case_no=case.case_no, taken=len(changes.answers),
        unchanged=len(changes.unchanged), refused=len(changes.refused),
    )  # fmt: skip
    return Report.of(case, changes, saved)
