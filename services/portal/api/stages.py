"""The officer's commands to a stage of a case."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from enum import StrEnum

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from services.portal.api.assessments import answered
from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.bodies import AnswersBody, CheckBody, FilesBody, RectificationBody, ReplyBody
from services.portal.api.earlier_answers import submission_of
from services.portal.api.guarding import CaseReference, guarded_router
from services.portal.cases.command_client import CommandHead, head_of
from services.portal.cases.idempotency import Answered
from services.portal.cases.progress import progress
from services.portal.context import Portal, PortalDep, case_of, entered, questionnaires_of
from services.portal.http.problems import MOST_ERRORS
from services.portal.identity.sessions import User
from shared.contracts.commands import (
    AddSignatories,
    AgreeToCheck,
    CaseCommand,
    RefuseCheck,
    SaveAnswers,
    SaveRectification,
    SaveReply,
    SubmitRectification,
    SubmitReply,
)
from shared.contracts.faults import FieldFault, to_be_corrected
from shared.contracts.questionnaires import Answer
from shared.contracts.replies import CaseAnswer
from shared.contracts.vocabulary import Stage
from shared.questionnaires.answers import stored_answers
from shared.questionnaires.relevance import asked_now
from shared.runtime.errors import RequestRejected

router = guarded_router(prefix="/cases/{case}/stages", tags=["stages"])
Work = Callable[[str, str], Awaitable[Answered]]


class Consultation(StrEnum):
    """The two consultations as they stand in a path."""

    PROTOCOL = "protocol_consultation"
    CERTIFICATE = "certificate_consultation"


class CheckDecision(StrEnum):
    """The two answers to a retrospective check as they stand in a path."""

    AGREE = "agree"
    REFUSE = "refuse"


@router.put("/questionnaire")
async def save_answers(
    reference: CaseReference, request: Request, body: AnswersBody, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Merge any subset of answers; tells the new versions, and part by part what is still open."""
    answers, case = _answers(body), await case_of(portal, user, reference)

    async def work(command_id: str) -> Answered:
        saved = await portal.commands.ask(SaveAnswers(**head_of(user, case.id, command_id), answers=answers))
        asked = asked_now(await questionnaires_of(portal, case), {**stored_answers(case), **answers})
        parts = progress(asked, saved.open_required)
        return 200, {
            **_saved(saved), "versions": saved.versions, "open_required": list(saved.open_required),
            "parts": [each.told() for each in parts],
        }  # fmt: skip

    return await portal.commands.once(request, user, await request.body(), work)


@router.post("/questionnaire/submit", status_code=202)
async def submit_questionnaire(
    reference: CaseReference, request: Request, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Submit all answers; in a retrospective check customs is told of each whether it is what it approved last."""
    case = await entered(portal, user, reference, Stage.QUESTIONNAIRE)
    asked = await questionnaires_of(portal, case)

    async def work(command_id: str) -> Answered:
        return 202, answered(
            await portal.commands.ask(await submission_of(portal, user, case, asked, command_id))
        )

    return await portal.commands.once(request, user, await request.body(), work)


@router.put("/evaluation")
async def save_rectification(
    reference: CaseReference,
    request: Request,
    body: RectificationBody,
    portal: PortalDep,
    user: BearerOfficerDep,
) -> JSONResponse:
    """Save the statement and evidence of the current round."""

    def command(head: CommandHead) -> CaseCommand:
        return SaveRectification(**head, statement=body.statement, attachments=body.attachments)

    return await _save(reference, request, portal, user, command)


@router.post("/evaluation/submit", status_code=202)
async def submit_rectification(
    reference: CaseReference, request: Request, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Submit the current round."""
    return await _submit(reference, request, portal, user, lambda head: SubmitRectification(**head))


@router.post("/acceptance/{answer}", status_code=202)
async def answer_check(
    reference: CaseReference,
    answer: CheckDecision,
    request: Request,
    body: CheckBody,
    portal: PortalDep,
    user: BearerOfficerDep,
) -> JSONResponse:
    """同意检查 or 拒绝检查."""
    kind = {CheckDecision.AGREE: AgreeToCheck, CheckDecision.REFUSE: RefuseCheck}[answer]
    return await _submit(
        reference,
        request,
        portal,
        user,
        lambda head: kind(**head, form=body.form(), attachments=body.attachments),
    )


@router.post("/certificate_consultation/signatories", status_code=202)
async def add_signatories(
    reference: CaseReference, request: Request, body: FilesBody, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Declare certifying officers, signature specimens and seals."""
    return await _submit(
        reference, request, portal, user, lambda head: AddSignatories(**head, attachments=body.attachments)
    )


@router.put("/{consultation}")
async def save_reply(
    reference: CaseReference,
    consultation: Consultation,
    request: Request,
    body: ReplyBody,
    portal: PortalDep,
    user: BearerOfficerDep,
) -> JSONResponse:
    """Save the draft of a consultation reply."""
    stage = Stage(consultation.value)

    def command(head: CommandHead) -> CaseCommand:
        return SaveReply(**head, stage=stage, texts=body.texts(), attachments=body.attachments)

    return await _save(reference, request, portal, user, command)


@router.post("/{consultation}/reply", status_code=202)
async def submit_reply(
    reference: CaseReference,
    consultation: Consultation,
    request: Request,
    portal: PortalDep,
    user: BearerOfficerDep,
) -> JSONResponse:
    """提交磋商: send the saved reply."""
    stage = Stage(consultation.value)
    return await _submit(reference, request, portal, user, lambda head: SubmitReply(**head, stage=stage))


async def _once(reference: str, request: Request, portal: Portal, user: User, work: Work) -> JSONResponse:
    case = await case_of(portal, user, reference)
    body = await request.body()
    return await portal.commands.once(request, user, body, lambda command_id: work(command_id, case.id))


async def _save(
    reference: str,
    request: Request,
    portal: Portal,
    user: User,
    command: Callable[[CommandHead], CaseCommand],
) -> JSONResponse:
    async def work(command_id: str, case_id: str) -> Answered:
        return 200, _saved(await portal.commands.ask(command(head_of(user, case_id, command_id))))

    return await _once(reference, request, portal, user, work)


async def _submit(
    reference: str,
    request: Request,
    portal: Portal,
    user: User,
    command: Callable[[CommandHead], CaseCommand],
) -> JSONResponse:
    async def work(command_id: str, case_id: str) -> Answered:
        return 202, answered(await portal.commands.ask(command(head_of(user, case_id, command_id))))

    return await _once(reference, request, portal, user, work)


def _saved(answer: CaseAnswer) -> dict[str, object]:
    return {"id": answer.id, "case_no": answer.case_no, "stage": answer.stage, "status": answer.status}


def _answers(body: AnswersBody) -> dict[str, Answer]:
    """The answers; every one of the wrong shape is named at once."""
    good, faults = {}, []
    for question, each in body.answers.items():
        try:
            good[question] = each.answer()
        except ValidationError:
            zh, en = "此题答案的格式不正确。", "The answer is not of the shape that this question takes."
            faults.append(asdict(FieldFault(question, "malformed", zh, en)))
    if faults:
        told = faults[:MOST_ERRORS]
        raise RequestRejected(
            "validation_error",
            to_be_corrected((each["field"] for each in told), len(faults) - len(told)),
            told,
            status=422,
        )
    return good
