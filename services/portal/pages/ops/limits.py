"""The time limits of authorities: set here, with what a change does told first, and on the audit trail."""

from collections.abc import Mapping

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.portal.context import Portal, PortalDep
from services.portal.operations.audit import LONGEST_WHY, why_faults
from services.portal.operations.limit_changes import CHANGED, effects_of, set_limits
from services.portal.pages.form_commands import text
from services.portal.pages.language import said
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import Visit, VisitDep, VisitingOperatorDep
from shared.bilingual import Bilingual
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.vocabulary import Kind
from shared.lifecycle.kept_limits import find_limits
from shared.lifecycle.stages import KIND_LABELS, STAGE_LABELS
from shared.lifecycle.time_limits import DEMANDS, MOST_MONTHS, Asked
from shared.runtime.errors import RequestRejected

router = pages()
ASKED = {
    Asked.ANSWER: Bilingual("首次提交", "First submission"),
    Asked.SUPPLEMENT: Bilingual("补齐补正", "Supplement and correct"),
}
_FAULTY = Bilingual(
    f"请填写1至{MOST_MONTHS}的整数，或留空。", f"A whole number from 1 to {MOST_MONTHS}, or nothing."
)


@router.get("/ops/limits")
async def limits(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """The limits, by kind of case, stage and what is asked, as a form."""
    return await _form(request, await find_limits(portal.store))


@router.post("/ops/limits")
async def change_limits(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep
) -> Response:
    """Tell first what the change does; with `confirmed` and a reason, do it."""
    form, kept = await request.form(), await find_limits(portal.store)
    typed = {each.code: text(form, each.code).strip() for each in DEMANDS}
    faults = {code: said(_FAULTY, visit.lang) for code, given in typed.items() if not _is_months(given)}
    if faults:
        return await _form(request, kept, typed, faults, status=422)
    wanted = {code: int(given) for code, given in typed.items() if given}
    if text(form, "version") != str(kept.version):
        return await _form(request, kept, stale=said(CHANGED, visit.lang), status=409)
    if wanted == kept.months:
        return await _form(request, kept, unchanged=True)
    return await _asked_or_done(request, portal, visit, form, kept, wanted)


async def _asked_or_done(
    request: Request, portal: Portal, visit: Visit, form: FormData, kept: TimeLimits, wanted: Mapping[str, int]
) -> Response:  # fmt: skip
    why, confirmed, by = (
        text(form, "why"),
        text(form, "confirmed") == "1",
        visit.user.username if visit.user else "",
    )
    faults = [*why_faults(why)] if confirmed else []
    if faults or not confirmed:
        context = {
            "changes": await effects_of(portal.cases, kept.months, wanted), "wanted": wanted, "version": kept.version,
            "why": why, "longest": LONGEST_WHY, "fault": said(faults[0], visit.lang) if faults else "", **_NAMES,
        }  # fmt: skip
        return await page(request, "ops/limits_effect.html", context, 422 if faults else 200)
    try:
        await set_limits(portal.store, kept, wanted, by, why)
    except RequestRejected as faster:
        present = await find_limits(portal.store)
        return await _form(request, present, stale=said(faster.text, visit.lang), status=faster.status)
    return await _form(request, await find_limits(portal.store), done=True)


def _is_months(given: str) -> bool:
    return not given or (given.isascii() and given.isdigit() and 1 <= int(given) <= MOST_MONTHS)


async def _form(
    request: Request, kept: TimeLimits, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None,
    *, stale: str = "", done: bool = False, unchanged: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    request.state.address = "/ops/limits"
    context = {
        "limits": kept, "typed": typed or {code: str(months) for code, months in kept.months.items()},
        "faults": faults or {}, "stale": stale, "done": done, "unchanged": unchanged, "most": MOST_MONTHS, **_NAMES,
        "demands": {kind: [each for each in DEMANDS if each.kind is kind] for kind in Kind},
    }  # fmt: skip
    return await page(request, "ops/limits.html", context, status)


_NAMES = {"asked": ASKED, "kinds": KIND_LABELS, "stages": STAGE_LABELS}
