"""The questionnaire away from its page: as a workbook and back, on paper, and as it was submitted each time."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Annotated

from fastapi import Query, Request, Response
from starlette.datastructures import UploadFile

from services.portal.api.questionnaire import Blank, Round, compared_sides, print_questionnaire
from services.portal.api.questionnaire import Lang as PrintLang
from services.portal.api.workbooks import export_workbook, insist_on_editable, read_workbook, take_workbook
from services.portal.cases.part_names import numbers_of
from services.portal.cases.submissions import Sent, submissions
from services.portal.cases.views import may_edit
from services.portal.context import PortalDep, case_of, entered, questionnaires_of
from services.portal.http.forms import insist_on_files
from services.portal.pages.case.layout import case_page
from services.portal.pages.form_commands import command_id, new_once
from services.portal.pages.language import said
from services.portal.pages.questionnaire import view_model
from services.portal.pages.questionnaire.saving import STAGE
from services.portal.pages.rendering import _, pages, said_now
from services.portal.pages.request_context import CaseDep, VisitDep, VisitingOfficerDep
from services.portal.printing.words import Language
from services.portal.tables.taking_along import TableFormat, at_once, file_of
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import Question, Questionnaire, all_questions
from shared.lifecycle.stages import STATUS_LABELS
from shared.questionnaires.answers import answers_of
from shared.questionnaires.format_checks import wrong_answers
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected

router = pages()
TEMPLATE = "questionnaire/offline.html"


@router.get("/cases/{case}/questionnaire/offline")
async def offline(request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep) -> Response:
    """Take the questionnaire along as a workbook, bring it back, print it."""
    return await case_page(request, portal, case, STAGE, TEMPLATE, _offline(case))


@router.get("/cases/{case}/questionnaire/workbook")
async def workbook(portal: PortalDep, user: VisitingOfficerDep, case: CaseDep) -> Response:
    """The workbook with today's answers."""
    return await export_workbook(case.id, portal, user)


@router.post("/cases/{case}/questionnaire/workbook")
async def import_workbook(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Take a filled workbook back, and say of every answer what became of it."""
    await entered(portal, user, case.id, STAGE)
    insist_on_editable(case)
    form = await request.form()
    insist_on_files(form)
    file = form.get("file")
    fault, report, status = "", None, 200
    if not isinstance(file, UploadFile) or not file.filename:
        fault, status = said_now(visit, _("Choose the filled workbook first.")), 422
    else:
        data = await read_workbook(file)
        once = sha256(f"{command_id(request, user, form)} {sha256(data).hexdigest()}".encode()).hexdigest()
        try:
            report = await take_workbook(portal, user, case, data, once)
        except RequestRejected as refusal:
            if refusal.status != 422 or not refusal.errors:
                raise
            fault, status = str(refusal.errors[0][f"message_{visit.lang}"]), 422
    asked = await questionnaires_of(portal, case)
    present = await case_of(portal, user, case.id)
    context = {
        **_offline(present),
        "fault": fault,
        "report": report,
        "wrong": _wrong_among(report.taken, asked, present) if report else {},
        "named": _placed(asked) if report else {},
        "numbers": numbers_of(asked),
    }
    return await case_page(request, portal, present, STAGE, TEMPLATE, context, status)


@router.get("/cases/{case}/questionnaire/questionnaire.pdf")
async def printed(
    portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, lang: PrintLang = Language.ZH, round: Round | None = None,
    blank: Blank = False,
) -> Response:  # fmt: skip
    """The questionnaire on paper; with `round`, as it was submitted then; with `blank`, as a form without answers."""
    return await print_questionnaire(case.id, portal, user, lang, round, blank)


@router.get("/cases/{case}/questionnaire/submissions")
async def submitted(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep,
    from_: Annotated[str, Query(alias="from")] = "", to: str = "",
) -> Response:  # fmt: skip
    """Every submission, and any two of them, or one and the present answers, compared."""
    await entered(portal, user, case.id, STAGE)
    made = await submissions(portal.store, case)
    sides = [str(each.round) for each in made] + ["draft"]
    first, second = _chosen(sides, from_, to)
    differences: dict[str, object] | None = None
    asked = await questionnaires_of(portal, case)
    if made:
        differences = await compared_sides(portal, case, first, second)
    context = {
        "made": [each.listed() for each in reversed(made)], "sides": sides, "first": first, "second": second,
        "differences": differences, "asked": _placed(asked), "numbers": numbers_of(asked),
    }  # fmt: skip
    return await case_page(request, portal, case, STAGE, "questionnaire/submissions.html", context)


@router.get("/cases/{case}/questionnaire/submissions.{as_format}")
async def submissions_along(
    portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep, as_format: TableFormat
) -> Response:
    """The submissions as a file, newest first; what was answered is in the PDF of each."""
    await entered(portal, user, case.id, STAGE)
    made, lang = (await submissions(portal.store, case))[::-1], visit.lang
    columns: Mapping[str, Callable[[Sent], object]] = {
        said_now(visit, _("No.")): lambda each: each.round,
        said_now(visit, _("Submitted at")): lambda each: each.at,
        said_now(visit, _("By")): lambda each: each.by,
        said_now(visit, _("Answers")): lambda each: len(each.answered),
        said_now(visit, _("What became of it")): lambda each: said(STATUS_LABELS[each.status], lang),
    }
    return await file_of(f"submissions-{case.case_no or case.id}", as_format, columns, at_once(made))


def _chosen(sides: list[str], first: str, second: str) -> tuple[str, str]:
    """What is compared where the address does not say it: the last submission and the present answers."""
    last = sides[-2] if len(sides) > 1 else "draft"
    return first if first in sides else last, second if second in sides else "draft"


def _offline(case: Case) -> dict[str, object]:
    return {
        "editable": STAGE in case.stages and may_edit(case, STAGE), "fault": "", "report": None, "named": {},
        "wrong": {}, "once": new_once(),
    }  # fmt: skip


def _wrong_among(taken: Sequence[str], asked: Sequence[Questionnaire], case: Case) -> dict[str, Bilingual]:
    """What contradicts the format in answers that a workbook brought, by question."""
    wrong = wrong_answers(asked, answers_of(case), now())
    return {question: wrong[question].said for question in taken if question in wrong}


def _placed(asked: Sequence[Questionnaire]) -> dict[str, tuple[Question, str]]:
    """Every question with its place on the pages, by id."""
    return {each.id: (each, view_model.place_of(asked, each.id)) for each in all_questions(asked)}
