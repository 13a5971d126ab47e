"""What the search of every page finds: the authority's cases of both kinds, and where in each the words stand."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.portal.cases.query import CaseQuery, given
from services.portal.cases.views import listed
from services.portal.cases.word_search import MOST_PLACES, FoundCase, Hit
from services.portal.context import PortalDep
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.questionnaire import view_model
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOfficerDep
from shared.bilingual import Bilingual
from shared.contracts.catalogue import CATEGORY, SPECIFIC
from shared.contracts.searching import FoundIn, words_of
from shared.lifecycle.stages import STAGE_LABELS

router = pages()
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


def _shown(found: FoundCase) -> dict[str, object]:
    """A case as the page shows it."""
    hits = [
        {"hit": hit, "in": FOUND_IN[hit.place.found_in], "stage": STAGE_LABELS[hit.place.stage], "link": _link(found, hit)}
        for hit in found.hits[:MOST_PLACES]
    ]  # fmt: skip
    foods: list[object] = [SPECIFIC[code] for code in found.row.specific if code in SPECIFIC]
    return listed(found.row) | {
        "foods": foods or [CATEGORY.get(found.row.category, "")], "hits": hits,
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
