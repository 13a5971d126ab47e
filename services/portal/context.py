"""What every route needs: the services behind it, the user who asks, and the case they may see."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.portal.cases.command_client import CommandClient
from services.portal.cases.live import Live
from services.portal.cases.repository import CaseRepository
from services.portal.identity.seals import Seals
from services.portal.identity.second_factor import SecondFactors
from services.portal.identity.sessions import User
from services.portal.identity.sign_in import SignIn
from services.portal.printing.pdf_renderer import PdfRenderer
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import Questionnaire
from shared.contracts.vocabulary import Role, Stage
from shared.lifecycle.stages import NO_CASE, NOT_ENTERED
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import add_fields, get_logger
from shared.runtime.objects import Objects
from shared.runtime.store import Store

log = get_logger()


@dataclass(frozen=True, slots=True)
class Portal:
    """What the routes work with; kept at `app.state.portal`."""

    store: Store
    objects: Objects
    cases: CaseRepository
    commands: CommandClient
    live: Live
    questionnaires: QuestionnaireRepository
    sign_in: SignIn
    factors: SecondFactors
    pdf: PdfRenderer
    seals: Seals
    public_url: str = ""
    mails: bool = False
    """Whether people get e-mail: a mail server is named."""


def portal_of(request: Request) -> Portal:
    """The portal of a request."""
    portal: Portal = request.app.state.portal
    return portal


def address_of(request: Request) -> str:
    """Where a request comes from, as far as proxies are trusted to tell."""
    return request.client.host if request.client else "unknown"


def agent_of(request: Request) -> str:
    """What the program that asks calls itself."""
    return request.headers.get("User-Agent", "")


def insist_on(role: Role, user: User, text: Bilingual) -> User:
    """The user, who is of this role; RequestRejected 403 with this text for anyone else, and the log is told."""
    if user.role is not role:
        log.warning("access_denied", reason="role", user=user.username, role=user.role)
        raise RequestRejected("forbidden", text, status=403)
    return user


PortalDep = Annotated[Portal, Depends(portal_of)]


async def case_of(portal: Portal, user: User, reference: str) -> Case:
    """The case by id or number; another authority's does not exist (DOMAIN 1.9). An operator sees every case."""
    case = await portal.cases.find(reference)
    if case is None or (user.role is not Role.OPERATOR and case.authority != user.authority):
        if case is not None:
            log.warning(
                "access_denied", reason="another_authority", user=user.username, case_id=case.id, case_no=case.case_no
            )  # fmt: skip
        raise RequestRejected("not_found", NO_CASE, status=404)
    add_fields(case_id=case.id, case_no=case.case_no)
    return case


async def entered(portal: Portal, user: User, reference: str, stage: Stage) -> Case:
    """The case, which has entered the stage; 409 with the manual's sentence where it has not (DOMAIN D10)."""
    case = await case_of(portal, user, reference)
    if stage not in case.stages:
        raise RequestRejected("stage_not_entered", NOT_ENTERED)
    return case


async def questionnaires_of(portal: Portal, case: Case) -> tuple[Questionnaire, ...]:
    """The questionnaires that the case was opened with, as its specific categories are asked."""
    opened = [(each.code, each.version) for each in case.stages[Stage.QUESTIONNAIRE].questionnaires]
    return await portal.questionnaires.of_case(opened, case.specific, case.kind)
