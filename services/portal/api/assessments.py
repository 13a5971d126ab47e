"""Applications: begin, save, discard, submit."""

from fastapi import Request
from fastapi.responses import JSONResponse

from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.bodies import ApplicationBody
from services.portal.api.guarding import CaseReference, guarded_router
from services.portal.cases.command_client import case_begun_by, head_of
from services.portal.cases.idempotency import Answered
from services.portal.cases.views import listed
from services.portal.context import PortalDep, case_of
from shared.bilingual import Bilingual
from shared.contracts.commands import DiscardDraft, SaveApplication, SubmitApplication
from shared.contracts.documents.cases import Case
from shared.contracts.replies import CaseAnswer
from shared.contracts.vocabulary import Kind
from shared.runtime.errors import RequestRejected

router = guarded_router(prefix="/assessments", tags=["assessments"])


@router.post("", status_code=201)
async def begin(
    request: Request, body: ApplicationBody, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Begin an application as a draft; it may be incomplete."""

    async def work(command_id: str) -> Answered:
        case_id = case_begun_by(command_id)
        await portal.commands.ask(
            SaveApplication(
                **head_of(user, case_id, command_id), form=body.form(),
                attachments=body.attachments, scope=user.scope, country=user.country,
            )
        )  # fmt: skip
        return 201, listed(await case_of(portal, user, case_id))

    return await portal.commands.once(request, user, await request.body(), work)


@router.put("/{case}")
async def save(
    reference: CaseReference,
    request: Request,
    body: ApplicationBody,
    portal: PortalDep,
    user: BearerOfficerDep,
) -> JSONResponse:
    """Save the application again."""
    case = _assessment(await case_of(portal, user, reference))

    async def work(command_id: str) -> Answered:
        await portal.commands.ask(
            SaveApplication(
                **head_of(user, case.id, command_id),
                form=body.form(), attachments=body.attachments, scope=user.scope,
            )
        )  # fmt: skip
        return 200, listed(await case_of(portal, user, case.id))

    return await portal.commands.once(request, user, await request.body(), work)


@router.delete("/{case}")
async def discard(
    reference: CaseReference, request: Request, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Discard a draft that was never submitted."""

    async def work(command_id: str) -> Answered:
        case = _assessment(await case_of(portal, user, reference))
        command = DiscardDraft(**head_of(user, case.id, command_id))
        await portal.commands.ask(command)
        return 200, {"id": case.id, "discarded": True}

    return await portal.commands.once(request, user, b"", work)


@router.post("/{case}/submit", status_code=202)
async def submit(
    reference: CaseReference, request: Request, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Submit to customs; the first time the application gets its number."""
    case = _assessment(await case_of(portal, user, reference))

    async def work(command_id: str) -> Answered:
        command = SubmitApplication(
            **head_of(user, case.id, command_id),
            scope=user.scope,
        )
        return 202, answered(await portal.commands.ask(command))

    return await portal.commands.once(request, user, await request.body(), work)


def answered(answer: CaseAnswer) -> dict[str, object]:
    """What a submission did."""
    warnings = [warning.model_dump() for warning in answer.warnings]
    return {
        "id": answer.id,
        "case_no": answer.case_no,
        "stage": answer.stage,
        "status": answer.status,
        "warnings": warnings,
    }


def _assessment(case: Case) -> Case:
    if case.kind != Kind.ASSESSMENT:
        raise RequestRejected(
            "not_found", Bilingual("没有这个申请。", "There is no such application."), status=404
        )
    return case
