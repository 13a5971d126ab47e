"""Queries: the list, the header, a stage, customs' replies, the timeline."""

from typing import Annotated

from fastapi import Query

from services.portal.api.bearer import BearerDep, BearerOfficerDep
from services.portal.api.guarding import guarded_router
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.query import CaseQuery, find_cases
from services.portal.cases.stage_views import stage_data
from services.portal.cases.views import header, last_declaration, listed, replies, timeline
from services.portal.context import PortalDep, case_of, entered, questionnaires_of
from shared.contracts.documents.cases import Case
from shared.contracts.documents.record import documents_of
from shared.contracts.vocabulary import Stage
from shared.lifecycle.past_rounds import whole, whole_stage

router = guarded_router(prefix="/cases", tags=["cases"])


@router.get("")
async def cases(
    portal: PortalDep, user: BearerDep, wanted: Annotated[CaseQuery, Query()]
) -> dict[str, object]:
    """One's own cases, newest first; an operator's list holds every authority's."""
    rows, total = await find_cases(portal.store.collection("cases"), user, wanted)
    return {
        "items": [listed(row) for row in rows], "total": total, "page": wanted.page, "size": wanted.size,
    }  # fmt: skip


@router.get("/{case}")
async def case_header(case: str, portal: PortalDep, user: BearerDep) -> dict[str, object]:
    """Where the case stands, its steps, whose turn it is, and how its last submission travels."""
    found = await case_of(portal, user, case)
    declaration = last_declaration(found)
    sent = await Ledgers(portal.store).declaration(declaration) if declaration else None
    return header(found, sent)


@router.get("/{case}/stages/{stage}")
async def case_stage(case: str, stage: Stage, portal: PortalDep, user: BearerOfficerDep) -> object:
    """What was filled in and received in a stage; 409 with the manual's sentence where it was not entered (DOMAIN D10)."""
    found = await entered(portal, user, case, stage)
    asked = await questionnaires_of(portal, found) if stage is Stage.QUESTIONNAIRE else ()
    return stage_data(dict((await whole_stage(portal.store, Case(found), stage)).document), stage, asked)


@router.get("/{case}/replies")
async def case_replies(case: str, portal: PortalDep, user: BearerDep) -> list[object]:
    """Customs' opinions, newest first."""
    found = await case_of(portal, user, case)
    return replies(documents_of(await whole(portal.store, Case(found).replies)))


@router.get("/{case}/timeline")
async def case_timeline(case: str, portal: PortalDep, user: BearerDep) -> list[object]:
    """Every movement, oldest first."""
    return timeline(await case_of(portal, user, case))
