"""Queries: the list, the header, a stage, customs' replies, the timeline."""

from typing import Annotated

from fastapi import Query

from services.portal.api.bearer import BearerDep, BearerOfficerDep
from services.portal.api.guarding import CaseReference, guarded_router
from services.portal.api.pages_of_lists import page_told
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.paging import Page
from services.portal.cases.query import CaseQuery
from services.portal.cases.stage_views import stage_data
from services.portal.cases.views import header, last_submission, listed, replies, timeline
from services.portal.cases.word_search import FoundCase
from services.portal.context import PortalDep, case_of, entered, questionnaires_of
from shared.contracts.texts import is_blank
from shared.contracts.vocabulary import Stage
from shared.lifecycle.kept_limits import find_limits
from shared.lifecycle.past_rounds import whole, whole_stage

router = guarded_router(prefix="/cases", tags=["cases"])


@router.get("")
async def cases(
    portal: PortalDep, user: BearerDep, wanted: Annotated[CaseQuery, Query()]
) -> dict[str, object]:
    """One's own cases, newest first; an operator's list holds every authority's.

    With words (`q`) each item says in which of its texts they stand (`found_in`), and the first of the `places`: stage,
    question and its number, and what stands `before` and `after` the `hit`.
    `total` counts all that fit. The answer's `at`, given back with the number of another page, reads on from this page: a
    page far down then costs what the first does.
    """
    found = await portal.cases.page(user, wanted, count_all=True)
    if is_blank(wanted.q):
        return page_told(found, wanted, listed)
    rows = await portal.cases.words.places_in(user, found.rows, wanted.q, portal.questionnaires)
    return page_told(Page(rows, found.total, found.at), wanted, FoundCase.told)


@router.get("/{case}")
async def case_header(reference: CaseReference, portal: PortalDep, user: BearerDep) -> dict[str, object]:
    """Where the case stands, its steps, whose turn it is and until when, and how its last submission travels."""
    case = await case_of(portal, user, reference)
    last = last_submission(case)
    sent = await Ledgers(portal.store).declaration(last.id) if last else None
    return header(case, sent, await find_limits(portal.store))


@router.get("/{case}/stages/{stage}")
async def case_stage(
    reference: CaseReference, stage: Stage, portal: PortalDep, user: BearerOfficerDep
) -> object:
    """What was filled in and received in a stage; 409 with the manual's sentence where it was not entered (DOMAIN D10)."""
    case = await entered(portal, user, reference, stage)
    asked = await questionnaires_of(portal, case) if stage is Stage.QUESTIONNAIRE else ()
    return stage_data(await whole_stage(portal.store, case, stage), stage, asked)


@router.get("/{case}/replies")
async def case_replies(reference: CaseReference, portal: PortalDep, user: BearerDep) -> list[object]:
    """Customs' opinions, newest first."""
    case = await case_of(portal, user, reference)
    return replies(await whole(portal.store, case.replies))


@router.get("/{case}/timeline")
async def case_timeline(reference: CaseReference, portal: PortalDep, user: BearerDep) -> list[object]:
    """Every movement, oldest first."""
    return timeline(await case_of(portal, user, reference))
