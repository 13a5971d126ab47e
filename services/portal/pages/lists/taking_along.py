"""The lists of cases as files, in the visitor's words; the API's files have codes."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

from fastapi import Query, Response

from services.portal.cases.query import CaseQuery
from services.portal.context import Portal, PortalDep
from services.portal.identity.sessions import User
from services.portal.operations.audit import audited
from services.portal.pages.language import Lang, said
from services.portal.pages.rendering import pages
from services.portal.pages.request_context import VisitDep, VisitingOfficerDep, VisitingOperatorDep
from services.portal.tables.taking_along import TableFormat, file_of
from shared.bilingual import Bilingual
from shared.contracts.catalogue import CATEGORY, SPECIFIC
from shared.contracts.documents.cases import Case
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.states import Action
from shared.contracts.vocabulary import Kind, Role, Turn
from shared.lifecycle.kept_limits import find_limits
from shared.lifecycle.stages import KIND_LABELS, STAGE_LABELS, STATUS_LABELS
from shared.lifecycle.time_limits import due_at

router = pages()
SIDES = {
    Turn.AUTHORITY: Bilingual("主管当局", "the authority"),
    Turn.CUSTOMS: Bilingual("海关", "customs"),
    Turn.SYSTEM: Bilingual("系统", "the system"),
    Turn.NOBODY: Bilingual("", ""),
}
Told = Callable[[Case, Lang], object]


def _name(names: object, lang: Lang) -> str:
    return said(names, lang) if names else ""


_COLUMNS: Sequence[tuple[Bilingual, Told]] = (
    (Bilingual("申请统一编号", "Application number"), lambda case, lang: case.case_no),
    (Bilingual("类型", "Kind"), lambda case, lang: said(KIND_LABELS[case.kind], lang)),
    (Bilingual("食品类别", "Food category"), lambda case, lang: _name(CATEGORY.get(case.category), lang)),
    (
        Bilingual("具体食品类别", "Specific categories"),
        lambda case, lang: "; ".join(said(SPECIFIC[code], lang) for code in case.specific if code in SPECIFIC),
    ),
    (Bilingual("申请情况概述", "Overview of the application"), lambda case, lang: case.overview),
    (Bilingual("申请时间", "Applied on"), lambda case, lang: case.applied_at),
    (Bilingual("阶段", "Stage"), lambda case, lang: said(STAGE_LABELS[case.stage], lang)),
    (Bilingual("状态", "Status"), lambda case, lang: said(STATUS_LABELS[case.status], lang)),
    (Bilingual("等待", "Waiting for"), lambda case, lang: said(SIDES[case.turn], lang)),
    (Bilingual("等待起始时间", "Waiting since"), lambda case, lang: case.turn_began_at if case.turn is not Turn.NOBODY else None),
    (Bilingual("更新时间", "Updated at"), lambda case, lang: case.updated_at),
)  # fmt: skip
_DUE = Bilingual("截止日期", "Due by")
_OF_ALL: Sequence[tuple[Bilingual, Told]] = (
    (Bilingual("主管当局", "Competent authority"), lambda case, lang: case.authority),
    *_COLUMNS,
)


@router.get("/assessments.{as_format}")
async def assessments(
    portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep, as_format: TableFormat, wanted: Annotated[CaseQuery, Query()]
) -> Response:  # fmt: skip
    """The list of applications with its filters."""
    return await _file(portal, user, "applications", as_format, wanted.of_kind(Kind.ASSESSMENT), visit.lang)


@router.get("/checks.{as_format}")
async def checks(
    portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep, as_format: TableFormat, wanted: Annotated[CaseQuery, Query()]
) -> Response:  # fmt: skip
    """The list of retrospective checks with its filters."""
    return await _file(portal, user, "checks", as_format, wanted.of_kind(Kind.RETROSPECTIVE), visit.lang)


@router.get("/ops/cases.{as_format}")
async def all_cases(
    portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep, as_format: TableFormat, wanted: Annotated[CaseQuery, Query()]
) -> Response:  # fmt: skip
    """Every authority's cases with the filters of the list; that they were taken along is on the audit trail."""
    async with audited(portal.store, user.username, Action.EXPORT, "cases"):
        return await _file(portal, user, "cases", as_format, wanted, visit.lang)


async def _file(
    portal: Portal, user: User, name: str, as_format: TableFormat, wanted: CaseQuery, lang: Lang
) -> Response:
    columns = _OF_ALL if user.role is Role.OPERATOR else _COLUMNS
    columns = [*columns, (_DUE, _due_by(await find_limits(portal.store)))]
    tells = {said(heading, lang): partial(_tell, told, lang) for heading, told in columns}
    return await file_of(name, as_format, tells, portal.cases.each(user, wanted))


def _tell(told: Told, lang: Lang, case: Case) -> object:
    return told(case, lang)


def _due_by(limits: TimeLimits) -> Told:
    return lambda case, _lang: due_at(case, limits)
