"""The cases of all authorities, and the full ledger of one."""

import asyncio
from typing import Annotated

from fastapi import Query, Request, Response

from services.portal.api.guarding import CaseReference
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.query import SORT_NAMES, CaseQuery, given
from services.portal.cases.views import listed, turn
from services.portal.context import PortalDep, case_of
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.lists.saved import saved_of
from services.portal.pages.ops.case_ledger import COLUMNS, LedgerRow, ledger_rows
from services.portal.pages.ops.exporting import list_file
from services.portal.pages.ops.words import COLOURS, STATES
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from services.portal.pages.waiting import row
from services.portal.tables.taking_along import TableFormat
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import REASON_LABELS, Stage, Status
from shared.lifecycle.kept_limits import find_limits
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS
from shared.runtime.store import Store

router = pages()


@router.get("/ops/cases")
async def cases(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, wanted: Annotated[CaseQuery, Query()]
) -> Response:
    """Every authority's cases."""
    found, limits = await asyncio.gather(portal.cases.page(user, wanted), find_limits(portal.store))
    if elsewhere := to_last_page(request, found, wanted):
        return elsewhere
    context = {
        "cases": [row(each, limits) for each in found.rows], "found": found, "wanted": wanted,
        "given": given(wanted), "saved": await saved_of(portal, user, request.url.path, wanted),
        "authority_of": {each.id: each.authority for each in found.rows},
        "stages": [(stage.value, STAGE_LABELS[stage]) for stage in Stage],
        "statuses": [(status.value, STATUS_LABELS[status]) for status in Status], "sort_names": SORT_NAMES,
    }  # fmt: skip
    return await page(request, "ops/cases.html", context)


@router.get("/ops/cases/{case}")
async def ledger(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, reference: CaseReference
) -> Response:
    """Everything that came in, went out and moved, in order."""
    case = await case_of(portal, user, reference)
    unexpected = {
        "outside_scope": _specific_names(case.outside_scope),
        "never_approved": _specific_names(case.never_approved),
    }
    limits = await find_limits(portal.store)
    context = {
        "case": listed(case) | {"authority": case.authority, "turn": turn(case, limits)}, "unexpected": unexpected,
        "entries": await _rows(portal.store, case), "states": STATES, "colours": COLOURS, "reasons": REASON_LABELS,
    }  # fmt: skip
    return await page(request, "ops/ledger.html", context)


@router.get("/ops/cases/{case}/ledger.{as_format}")
async def ledger_export(
    portal: PortalDep, user: VisitingOperatorDep, reference: CaseReference, as_format: TableFormat
) -> Response:
    """The same as a table."""
    case = await case_of(portal, user, reference)
    rows = [row.as_columns() for row in await _rows(portal.store, case)]
    return await list_file(f"ledger-{case.case_no or case.id}", as_format, COLUMNS, rows)


def _specific_names(codes: tuple[str, ...]) -> list[object]:
    return [SPECIFIC[code] for code in codes if code in SPECIFIC]


async def _rows(store: Store, case: Case) -> list[LedgerRow]:
    if not case.case_no:
        return ledger_rows(case, (), ())
    ledgers = Ledgers(store)
    return ledger_rows(
        case, await ledgers.receipts_of(case.case_no), await ledgers.declarations_of(case.case_no)
    )
