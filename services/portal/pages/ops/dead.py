"""Dead letters: looked at, put back into their queue, or dismissed."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.paging import Paged
from services.portal.cases.query import given
from services.portal.cases.repository import CaseRepository
from services.portal.context import Portal, PortalDep
from services.portal.operations.audit import audited, why_faults
from services.portal.operations.interventions import Interventions
from services.portal.pages.form_commands import text
from services.portal.pages.language import said
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.ops.exporting import batches_file
from services.portal.pages.ops.words import COLOURS, DEAD_STATES, DEATHS
from services.portal.pages.rendering import onward, page, pages
from services.portal.pages.request_context import VisitDep, VisitingOperatorDep
from services.portal.tables.taking_along import TableFormat
from shared.bilingual import Bilingual
from shared.contracts.states import Action, DeadLetterState, Intervention
from shared.runtime.errors import RequestRejected

router = pages()
COLUMNS = (
    "id",
    "state",
    "queue",
    "reason",
    "message_id",
    "size",
    "count",
    "first_died_at",
    "last_died_at",
    "detail",
)


class DeadLetterQuery(Paged):
    """The filter of the list; every state where none is chosen."""

    state: Annotated[str, Field(max_length=20)] = DeadLetterState.OPEN.value
    size: Annotated[int, Field(ge=1, le=100)] = 20


@router.get("/ops/dead")
async def dead_letters(
    request: Request,
    portal: PortalDep,
    user: VisitingOperatorDep,
    wanted: Annotated[DeadLetterQuery, Query()],
) -> Response:
    """Dead letters, the last that died first; at first those that wait for an operator."""
    found = await Ledgers(portal.store).dead_letters(wanted.state, wanted)
    if elsewhere := to_last_page(request, found, wanted):
        return elsewhere
    context = {
        "found": found, "wanted": wanted, "given": given(wanted) | {"state": wanted.state},
        "states": DEAD_STATES, "deaths": DEATHS, "colours": COLOURS,
    }  # fmt: skip
    return await page(request, "ops/dead_letters.html", context)


@router.get("/ops/dead.{as_format}")
async def export(
    portal: PortalDep, user: VisitingOperatorDep, as_format: TableFormat, wanted: Annotated[DeadLetterQuery, Query()]
) -> Response:  # fmt: skip
    """The dead letters in this state, without their bodies, the last that died first."""
    async with audited(portal.store, user.username, Action.EXPORT, f"dead letters {wanted.state}".strip()):
        found = Ledgers(portal.store).each_dead_letter(wanted.state)
        return await batches_file("dead-letters", as_format, COLUMNS, found)


@router.get("/ops/dead/{dead_id}")
async def dead_letter(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, dead_id: str
) -> Response:
    """One dead letter: where it came from, how often it died, what operators did, and its body."""
    return await _letter(request, portal, dead_id)


@router.post("/ops/dead/{dead_id}")
async def act_on(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep, dead_id: str
) -> Response:
    """Replay or dismiss it (`what`), with the reason `why`."""
    form = await request.form()
    what, why = text(form, "what"), text(form, "why").strip()
    if what not in list(Intervention):
        raise RequestRejected(
            "validation_error", Bilingual("请选择重放或作废。", "Choose to replay or to dismiss."), status=422
        )
    wrong = next(why_faults(why), None)
    if wrong is not None:
        return await _letter(request, portal, dead_id, why=why, fault=said(wrong, visit.lang))
    interventions = Interventions(portal.store, portal.commands)
    await interventions.on_dead_letter(Intervention(what), dead_id, user.username, why)
    return onward(f"/ops/dead/{dead_id}")


async def _letter(
    request: Request, portal: Portal, dead_id: str, *, why: str = "", fault: str = ""
) -> Response:
    letter = await Ledgers(portal.store).dead_letter(dead_id)
    case = await CaseRepository(portal.store).head_of(letter.case_no) if letter.case_no else None
    context = {
        "letter": letter, "body": letter.body.decode("utf-8", "replace"), "states": DEAD_STATES, "deaths": DEATHS,
        "colours": COLOURS, "why": why, "fault": fault, "case_id": case.id if case else None,
    }  # fmt: skip
    return await page(request, "ops/dead_letter.html", context, 422 if fault else 200)
