"""What the search of every page finds: the authority's cases of both kinds, and where in each the words stand."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import batched
from typing import Annotated

from fastapi import Query, Request, Response

from services.portal.cases.query import CaseQuery, given
from services.portal.cases.views import listed
from services.portal.cases.word_search import MOST_PLACES, FoundCase, Hit
from services.portal.context import Portal, PortalDep
from services.portal.identity.sessions import User
from services.portal.pages.home import foods
from services.portal.pages.language import said
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.questionnaire import view_model
from services.portal.pages.rendering import _, page, pages, said_now
from services.portal.pages.request_context import Visit, VisitDep, VisitingOfficerDep
from services.portal.tables.taking_along import TableFormat, at_once, file_of
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.searching import FoundIn, words_of
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS

router = pages()
Place = tuple[Case, Hit]
AT_ONCE = 20
"""Cases whose texts are in memory together while a file is made: each may have a megabyte of them."""
FOUND_IN = {
    FoundIn.NUMBER: Bilingual("申请统一编号", "Application number"),
    FoundIn.FOOD: Bilingual("食品", "Food"),
    FoundIn.OVERVIEW: Bilingual("申请情况概述", "Overview of the application"),
    FoundIn.CONTACT: Bilingual("联系人", "Contact"),
    FoundIn.ANSWERS: Bilingual("问卷答案", "Answers"),
    FoundIn.CONSULTATION: Bilingual("磋商文本", "Consultation texts"),
    FoundIn.EVALUATION: Bilingual("整改", "Rectification"),
    FoundIn.OPINIONS: Bilingual("海关意见", "Customs' opinion"),
}


@router.get("/search")
async def search(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, wanted: Annotated[CaseQuery, Query()]
) -> Response:
    """Cases with all the words, newest first."""
    chosen = wanted.model_copy(update={"sort": "-applied_at"})
    context: dict[str, object] = {
        "wanted": chosen, "given": given(chosen), "asked": words_of(wanted.q), "cases": [], "found": None,
    }  # fmt: skip
    if context["asked"]:
        found = await portal.cases.page(user, chosen)
        if elsewhere := to_last_page(request, found, chosen):
            return elsewhere
        cases = await portal.cases.words.places_in(user, found.rows, wanted.q, portal.questionnaires)
        context |= {"found": found, "cases": [_shown(each) for each in cases]}
    return await page(request, "lists/found.html", context)


@router.get("/search.{as_format}")
async def export(
    portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep, as_format: TableFormat, wanted: Annotated[CaseQuery, Query()]
) -> Response:  # fmt: skip
    """Every place in every case that was found, as a file."""
    found = _places(portal, user, wanted) if words_of(wanted.q) else at_once(list[Place]())
    return await file_of("search", as_format, _columns(visit), found)


async def _places(portal: Portal, user: User, wanted: CaseQuery) -> AsyncIterator[Sequence[Place]]:
    async for cases in portal.cases.each(user, wanted.model_copy(update={"sort": "-applied_at"})):
        for some in batched(cases, AT_ONCE, strict=False):
            found = await portal.cases.words.places_in(user, some, wanted.q, portal.questionnaires)
            yield [(case.row, hit) for case in found for hit in case.hits]


def _columns(visit: Visit) -> Mapping[str, Callable[[Place], object]]:
    lang, draft = visit.lang, said_now(visit, _("Draft"))
    return {
        said_now(visit, _("Application number")): lambda each: each[0].case_no or draft,
        said_now(visit, _("Food")): lambda each: "; ".join(said(food, lang) for food in foods(each[0])),
        said_now(visit, _("Stage")): lambda each: said(STAGE_LABELS[each[0].stage], lang),
        said_now(visit, _("Status")): lambda each: said(STATUS_LABELS[each[0].status], lang),
        said_now(visit, _("Found in")): lambda each: said(FOUND_IN[each[1].place.found_in], lang),
        said_now(visit, _("At stage")): lambda each: said(STAGE_LABELS[each[1].place.stage], lang),
        said_now(visit, _("Question")): lambda each: each[1].number,
        said_now(visit, _("Text")): lambda each: each[1].before + each[1].hit + each[1].after,
    }


def _shown(found: FoundCase) -> dict[str, object]:
    """A case as the page shows it."""
    hits = [
        {"hit": hit, "in": FOUND_IN[hit.place.found_in], "stage": STAGE_LABELS[hit.place.stage], "link": _link(found, hit)}
        for hit in found.hits[:MOST_PLACES]
    ]  # fmt: skip
    return listed(found.row) | {
        "foods": foods(found.row), "hits": hits,
        "more": max(len(found.hits) - MOST_PLACES, 0),
    }  # fmt: skip


def _link(found: FoundCase, hit: Hit) -> str:
    """The page that shows the place, as near to it as it can be led to."""
    case, place = f"/cases/{found.row.id}", hit.place
    match place.found_in:
        case FoundIn.OPINIONS:
            return f"{case}/opinion?stage={place.stage}"
        case FoundIn.ANSWERS:
            return f"{case}/{place.stage}{view_model.place_of(found.asked, place.question)}"
        case _:
            return f"{case}/{place.stage}"
