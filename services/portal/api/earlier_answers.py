"""What the authority answered before: offered, taken, confirmed and given up, from pages and programs alike."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from ulid import ULID

from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.bodies import MOST_ANSWERS, Body, Code
from services.portal.api.guarding import CaseReference, guarded_router
from services.portal.cases.command_client import head_of
from services.portal.cases.earlier_answers import approved_before, carried_for, told
from services.portal.cases.idempotency import Answered
from services.portal.cases.views import plain
from services.portal.context import Portal, PortalDep, case_of, entered, questionnaires_of
from services.portal.identity.sessions import User
from shared.bilingual import Bilingual
from shared.contracts.commands import ConfirmAnswers, PutBackAnswers, SubmitQuestionnaire, TakeAnswers
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import Answer, Questionnaire
from shared.contracts.replies import CaseAnswer
from shared.contracts.vocabulary import Stage
from shared.questionnaires.answers import answers_of, stored_answers, to_be_confirmed
from shared.questionnaires.carrying import Offer, to_take
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import get_logger

log = get_logger()
router = guarded_router(prefix="/cases/{case}/stages/questionnaire/earlier-answers", tags=["questionnaire"])
Versions = Annotated[dict[Code, Annotated[int, Field(ge=0)]], Field(max_length=MOST_ANSWERS)]
Settling = type[ConfirmAnswers] | type[PutBackAnswers]
_TRIES = 5
_NOT_OFFERED = Bilingual(
    "没有可沿用的以往回答：{names}。", "There is no earlier answer to be taken for: {names}."
)


class SeenBody(Body):
    """Taken answers, by question with the version that was seen."""

    questions: Versions


class TakeBody(Body):
    """Which answers to take, by question with the version that stands there now; without any all that are taken together.

    `confirmed`: of each of these the officer says that it still holds.
    """

    questions: Versions | None = None
    confirmed: bool = False

    @model_validator(mode="after")
    def _each_is_named(self) -> "TakeBody":
        if self.confirmed and not self.questions:
            said = {"zh": "请指明要确认的问题。", "en": "Name the questions whose answers are confirmed."}
            raise PydanticCustomError("questions_needed", "{en}", said)
        return self


@router.get("")
async def earlier_answers(reference: CaseReference, portal: PortalDep, user: BearerOfficerDep) -> object:
    """What may be taken over from other cases of the authority, and what of an earlier version has no place here."""
    case = await entered(portal, user, reference, Stage.QUESTIONNAIRE)
    asked = await questionnaires_of(portal, case)
    found = await carried_for(portal.cases, portal.questionnaires, case, asked)
    waiting = to_be_confirmed(asked, stored_answers(case))
    return plain(told(case, asked, found) | {"to_be_confirmed": [each.id for each in waiting]})


@router.post("/take")
async def take_answers(
    reference: CaseReference, request: Request, body: TakeBody, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Take earlier answers; without `questions` all that questions without an answer can take."""
    case = await entered(portal, user, reference, Stage.QUESTIONNAIRE)

    async def work(command_id: str) -> Answered:
        if body.questions is None:
            answer = await take_all(portal, user, case)
        else:
            answer = await take_named(portal, user, case, body.questions, confirmed=body.confirmed)
        return 200, await _became(portal, user, case, answer)

    return await portal.commands.once(request, user, await request.body(), work)


@router.post("/confirm")
async def confirm_answers(
    reference: CaseReference, request: Request, body: SeenBody, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Say of taken answers that they hold in this case."""
    return await _settle(reference, request, body, portal, user, ConfirmAnswers)


@router.post("/put-back")
async def put_back_answers(
    reference: CaseReference, request: Request, body: SeenBody, portal: PortalDep, user: BearerOfficerDep
) -> JSONResponse:
    """Give up taken answers that are not confirmed: what stood there before stands there again."""
    return await _settle(reference, request, body, portal, user, PutBackAnswers)


async def take_named(
    portal: Portal, user: User, case: Case, seen: Mapping[str, int], *, confirmed: bool = False
) -> CaseAnswer:
    """Take the answers that are offered to these questions, in place of what stands there in these versions.

    RequestRejected 422 where nothing is offered, 409 where somebody changed one of them meanwhile.
    """
    asked = await questionnaires_of(portal, case)
    offers = (await carried_for(portal.cases, portal.questionnaires, case, asked)).offers
    if strangers := [name for name in seen if name not in offers]:
        names = ", ".join(strangers[:5])
        text = Bilingual(_NOT_OFFERED.zh.format(names=names), _NOT_OFFERED.en.format(names=names))
        raise RequestRejected("not_offered", text, status=422)
    return await _take(portal, user, case, {name: (offers[name], seen[name]) for name in seen}, confirmed)


async def take_all(
    portal: Portal, user: User, case: Case, within: Collection[str] | None = None
) -> CaseAnswer:
    """Take what questions without an answer can take (of those `within`); one answered meanwhile keeps its answer."""
    asked, found = await questionnaires_of(portal, case), case
    offers = (await carried_for(portal.cases, portal.questionnaires, case, asked)).offers
    for attempt in range(1, _TRIES + 1):
        present = answers_of(found)
        wanted = {
            name: (offer, present[name].version if name in present else 0)
            for name, offer in to_take(asked, stored_answers(found), offers).items()
            if within is None or name in within
        }
        try:
            return await _take(portal, user, found, wanted, confirmed=False)
        except RequestRejected as refusal:
            if refusal.code != "version_conflict" or attempt == _TRIES:
                raise
            found = await case_of(portal, user, case.id)
    raise AssertionError("the last try returns or raises")


async def settle(
    portal: Portal, user: User, case: Case, seen: Mapping[str, int], *, how: Settling, command_id: str = ""
) -> CaseAnswer:
    """Confirm these answers, or put back what stood there; RequestRejected 409 where somebody changed one meanwhile."""
    head = head_of(user, case.id, command_id or str(ULID()))
    return await portal.commands.ask(how(**head, answers=dict(seen)))


async def submission_of(
    portal: Portal, user: User, case: Case, asked: Iterable[Questionnaire], command_id: str
) -> SubmitQuestionnaire:
    """The command that submits all answers; in a retrospective check it says what customs approved last."""
    approved = await approved_before(portal.cases, portal.questionnaires, case, tuple(asked))
    return SubmitQuestionnaire(**head_of(user, case.id, command_id), approved=approved)


async def _take(
    portal: Portal, user: User, case: Case, wanted: Mapping[str, tuple[Offer, int]], confirmed: bool
) -> CaseAnswer:
    answers = {
        name: Answer(
            value=offer.earlier.answer.value, note=offer.earlier.answer.note, version=version,
            attachments=tuple(file.id for file in offer.earlier.answer.attachments),
        )
        for name, (offer, version) in wanted.items()
    }  # fmt: skip
    sources = {name: offer.earlier.source for name, (offer, _) in wanted.items()}
    head = head_of(user, case.id, str(ULID()))
    taken = await portal.commands.ask(
        TakeAnswers(**head, answers=answers, sources=sources, confirmed=confirmed)
    )
    log.info("answers_taken", case_id=case.id, case_no=case.case_no, taken=len(answers), confirmed=confirmed)
    return taken


async def _settle(
    reference: str, request: Request, body: SeenBody, portal: Portal, user: User, how: Settling
) -> JSONResponse:  # fmt: skip
    case = await entered(portal, user, reference, Stage.QUESTIONNAIRE)

    async def work(command_id: str) -> Answered:
        answer = await settle(portal, user, case, body.questions, how=how, command_id=command_id)
        return 200, await _became(portal, user, case, answer)

    return await portal.commands.once(request, user, await request.body(), work)


async def _became(portal: Portal, user: User, case: Case, answer: CaseAnswer) -> dict[str, object]:
    asked, present = await questionnaires_of(portal, case), await case_of(portal, user, case.id)
    return {
        "id": answer.id, "case_no": answer.case_no, "versions": answer.versions,
        "open_required": list(answer.open_required),
        "to_be_confirmed": [each.id for each in to_be_confirmed(asked, stored_answers(present))],
    }  # fmt: skip
