"""What an officer wants to be told by e-mail: of which events, how often, where; the language is the account's."""

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.portal.context import Portal, PortalDep
from services.portal.identity.refusals import refuse_faults
from services.portal.identity.sessions import User
from services.portal.news.choices import NewsChoices
from services.portal.news.choosing import LONGEST_ADDRESS, choice_faults, choice_of, no_choice
from services.portal.pages.form_commands import faults_of, text
from services.portal.pages.language import Lang
from services.portal.pages.news.words import EVENTS, RHYTHMS
from services.portal.pages.rendering import onward, page, pages
from services.portal.pages.request_context import VisitDep, VisitingOfficerDep
from shared.contracts.documents.news import NewsChoice
from shared.runtime.errors import RequestRejected

router = pages()


@router.get("/account/news")
async def chosen(request: Request, portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep) -> Response:
    """What the officer gets by e-mail now."""
    kept = await NewsChoices(portal.store).of(user.username) or no_choice(user.username, visit.lang)
    return await _shown(request, portal, kept, {})


@router.post("/account/news")
async def choose(request: Request, portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep) -> Response:
    """Another choice; every fault is told at once."""
    choice = _typed(user, await request.form(), visit.lang)
    try:
        refuse_faults([*choice_faults(choice)])
    except RequestRejected as refusal:
        return await _shown(request, portal, choice, faults_of(refusal, visit.lang))
    await NewsChoices(portal.store).keep(choice)
    return onward("/account/news?kept=1")


def _typed(user: User, form: FormData, lang: Lang) -> NewsChoice:
    events = [str(each) for each in form.getlist("events")]
    email, rhythm = (text(form, name).strip() for name in ("email", "rhythm"))
    return choice_of(user.username, email, lang.value, rhythm, events)


async def _shown(request: Request, portal: Portal, choice: NewsChoice, faults: dict[str, str]) -> Response:
    request.state.address = "/account/news"
    context = {
        "choice": choice.document, "faults": faults, "events": EVENTS, "rhythms": RHYTHMS,
        "longest": LONGEST_ADDRESS, "mails": portal.mails, "kept": request.query_params.get("kept") == "1",
    }  # fmt: skip
    return await page(request, "news/choice.html", context, 422 if faults else 200)
