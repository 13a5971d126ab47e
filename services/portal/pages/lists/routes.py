"""The query lists with their filters; the addresses can be kept and sent, and work without scripts."""

import asyncio
from typing import Annotated

from fastapi import Query, Request, Response

from services.portal.cases.query import SORT_NAMES, CaseQuery, given
from services.portal.context import PortalDep
from services.portal.identity.sessions import User
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.lists.saved import saved_of
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOfficerDep
from services.portal.pages.waiting import limits_for, row
from shared.contracts.catalogue import CATEGORIES, CATEGORY, SPECIFIC
from shared.contracts.vocabulary import Kind, Status
from shared.lifecycle.stages import STAGE_LABELS, STAGES_OF, STATUS_LABELS

router = pages()
SIZES = tuple((str(size), str(size)) for size in (10, 20, 50, 100))
FILTERS = ("category", "stage", "status", "turn", "q")
_NAMES: dict[str, object] = {**{f"category:{code}": each for code, each in CATEGORY.items()}, **SPECIFIC}


@router.get("/assessments")
async def assessments(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, wanted: Annotated[CaseQuery, Query()]
) -> Response:
    """All applications of the authority (DOMAIN D1 to D11)."""
    return await _listed(request, portal, user, wanted, Kind.ASSESSMENT)


@router.get("/checks")
async def checks(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, wanted: Annotated[CaseQuery, Query()]
) -> Response:
    """All retrospective checks of the authority (DOMAIN F3)."""
    return await _listed(request, portal, user, wanted, Kind.RETROSPECTIVE)


async def _listed(request: Request, portal: PortalDep, user: User, wanted: CaseQuery, kind: Kind) -> Response:
    chosen = wanted.of_kind(kind)
    found, foods, limits, saved = await asyncio.gather(
        portal.cases.page(user, chosen), portal.cases.foods_of(user), limits_for(request),
        saved_of(portal, user, request.url.path, chosen),
    )  # fmt: skip
    if elsewhere := to_last_page(request, found, chosen):
        return elsewhere
    context: dict[str, object] = {
        "kind": kind.value, "cases": [row(each, limits) for each in found.rows], "found": found, "wanted": chosen,
        "given": given(chosen, "kind"), "filtered": any(getattr(chosen, name) for name in FILTERS),
        "address": request.url.path, "size_names": SIZES, "sort_names": SORT_NAMES, "names": _NAMES,
        "categories_of": [(each.code, each) for each in CATEGORIES if any(one.code in foods for one in each.specific)],
        "stages": [(stage.value, STAGE_LABELS[stage]) for stage in STAGES_OF[kind]],
        "statuses": [(status.value, STATUS_LABELS[status]) for status in Status],
        "saved": saved, "first": (chosen.page - 1) * chosen.size + 1,
    }  # fmt: skip
    return await page(request, "lists/list.html", context)
