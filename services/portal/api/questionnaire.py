"""The questionnaire of a case beyond its answers: printed, and as it was submitted each time."""

from typing import Annotated, Literal
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from fastapi import Query, Response
from pydantic import BeforeValidator, Field

from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.guarding import CaseReference, guarded_router
from services.portal.cases.comparison import compare
from services.portal.cases.submissions import STAGE, Answers, submission, submissions
from services.portal.cases.views import Json, plain
from services.portal.context import Portal, PortalDep, entered, questionnaires_of
from services.portal.identity.accounts import get_account
from services.portal.printing.pdf_document import PdfDocument, PrintJob
from services.portal.printing.words import Language
from shared.contracts.documents.cases import Case
from shared.contracts.documents.people import Authority
from shared.contracts.questionnaires import Questionnaire, all_questions
from shared.contracts.vocabulary import Stage
from shared.lifecycle.authorities import find_authority
from shared.questionnaires.relevance import only_relevant
from shared.runtime.clock import now
from shared.runtime.logs import get_logger

log = get_logger()
router = guarded_router(prefix="/cases/{case}/stages/questionnaire", tags=["questionnaire"])
DRAFT = "draft"
_COMPARING = CapacityLimiter(1)


def _primary(tag: object) -> object:
    """`zh` of zh-CN: the language, whatever country it is written in."""
    return tag.replace("_", "-").split("-")[0].lower() if isinstance(tag, str) else tag


Lang = Annotated[Language, BeforeValidator(_primary), Query(description="`zh` or `en`, also as zh-CN")]
Round = Annotated[int, Field(ge=1, le=1_000_000)]
Blank = Annotated[
    bool,
    Query(
        description="Without answers: guidance, rules and options of every question, whether it is asked or not"
    ),
]
RoundOrDraft = Annotated[
    Round | Literal["draft"], Query(description="A round, or `draft`: the present answers")
]


class Pdf(Response):
    """A PDF as it is described in the API."""

    media_type = "application/pdf"


@router.get("/questionnaire.pdf", response_class=Pdf)
async def print_questionnaire(
    reference: CaseReference,
    portal: PortalDep,
    user: BearerOfficerDep,
    lang: Lang = Language.ZH,
    round: Round | None = None,
    blank: Blank = False,
) -> Pdf:
    """The answered questionnaire for the files; with `round`, as it was submitted then; with `blank`, the empty form."""
    case = await entered(portal, user, reference, STAGE)
    asked = await questionnaires_of(portal, case)
    authority = await find_authority(portal.store, case.authority)
    empty = PrintJob(case, authority, asked, {}, blank=True)
    printed, at = empty if blank else await _printed(portal, case, authority, asked, round), now()
    form = await to_thread.run_sync(PdfDocument(printed, lang, at).form)
    pdf = await portal.pdf.print(form, case.updated_at)
    log.info("questionnaire_printed", case_id=case.id, case_no=case.case_no, size=len(pdf))
    ending = f"{case.case_no}-{'blank-' if blank else ''}{lang}.pdf"
    name, shown = f"questionnaire-{ending}", quote(f"问卷-{ending}", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{shown}",
        "Content-Language": lang.value,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Pdf(pdf, headers=headers)


@router.get("/submissions")
async def questionnaire_submissions(
    reference: CaseReference, portal: PortalDep, user: BearerOfficerDep
) -> list[object]:
    """Every submission of the questionnaire, oldest first: when, by whom, how it travelled and what became of it."""
    case = await entered(portal, user, reference, STAGE)
    return [plain(each.listed()) for each in await submissions(portal.store, case)]


@router.get("/submissions/compare")
async def compare_submissions(
    reference: CaseReference,
    portal: PortalDep,
    user: BearerOfficerDep,
    from_: Annotated[RoundOrDraft, Query(alias="from")],
    to: RoundOrDraft,
) -> object:
    """Question by question what was added, removed or changed between two submissions, or one and the present answers."""
    case = await entered(portal, user, reference, STAGE)
    return plain(await compared_sides(portal, case, from_, to))


async def compared_sides(portal: Portal, case: Case, from_: int | str, to: int | str) -> Json:
    """`from` and `to` (a round, or `draft`) with what tells them apart; RequestRejected (404) where there was no such round."""
    asked = await questionnaires_of(portal, case)
    (first, before), (second, after) = [await _side(portal, case, each) for each in (from_, to)]
    differences = await to_thread.run_sync(compare, asked, before, after, limiter=_COMPARING)
    return {"from": first, "to": second, **differences}


@router.get("/submissions/{round}")
async def questionnaire_submission(
    reference: CaseReference, round: Round, portal: PortalDep, user: BearerOfficerDep
) -> object:
    """One submission as it was sent: every answer with its version, every attachment with its digest."""
    case = await entered(portal, user, reference, STAGE)
    sent = await submission(portal.store, case, round)
    questions = {each.id: each for each in all_questions(await questionnaires_of(portal, case))}
    answers = sent.answers
    return plain(
        sent.listed() | {
            "answers": [
                {
                    "id": each.question, "kind": each.kind, "questionnaire": each.questionnaire,
                    "questionnaire_version": each.version, "text_zh": questions[each.question].text_zh,
                    "text_en": questions[each.question].text_en, "answer": answers[each.question],
                }
                for each in sent.answered
            ],
        }
    )  # fmt: skip


async def _side(portal: Portal, case: Case, wanted: int | str) -> tuple[Json, Answers]:
    """What is compared, and its answers."""
    if wanted == DRAFT:
        would_be_sent = only_relevant(await questionnaires_of(portal, case), case.stages[STAGE].answers)
        return {"round": DRAFT, "at": case.updated_at, "by": None}, would_be_sent
    sent = await submission(portal.store, case, int(wanted))
    return {"round": sent.round, "at": sent.at, "by": sent.by}, sent.answers


async def _printed(
    portal: Portal,
    case: Case,
    authority: Authority | None,
    asked: tuple[Questionnaire, ...],
    round: int | None,
) -> PrintJob:
    if round is None:
        return PrintJob(case, authority, asked, case.stages[STAGE].answers, case.stages[STAGE].open_required)
    sent = await submission(portal.store, case, round)
    officer = await _name_of(portal, sent.by)
    return PrintJob(
        case, authority, asked, sent.answers, round=sent.round, sent_at=sent.at, officer=officer, office=_office_of(case, officer)
    )  # fmt: skip


async def _name_of(portal: Portal, username: str) -> str:
    """The name of an officer, empty where it was never said."""
    account = await get_account(portal.store, username)
    return account.name if account else ""


def _office_of(case: Case, name: str) -> str:
    """The office of a person, known where the case's own contact has this name."""
    entered = case.stages
    form = (
        entered[Stage.APPLICATION].application_form
        if Stage.APPLICATION in entered
        else entered[Stage.ACCEPTANCE].check_form
    )
    return form.contact.title if name and form.contact.name == name else ""
