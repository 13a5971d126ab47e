"""Authorities: add one, change its names, its scope, what it demands; the effect is told first, and it is on the audit trail."""

from collections.abc import Sequence
from dataclasses import asdict

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.portal.context import Portal, PortalDep
from services.portal.identity import authorities
from services.portal.identity.authorities import AuthorityForm
from services.portal.operations.audit import audited
from services.portal.pages.forgery import typed_fields
from services.portal.pages.form_commands import faults_of, text
from services.portal.pages.formatting import collation_key
from services.portal.pages.language import Lang, said
from services.portal.pages.ops.effects import effects_of_change
from services.portal.pages.ops.exporting import as_columns, list_file
from services.portal.pages.rendering import onward, page, pages
from services.portal.pages.request_context import VisitDep, VisitingOperatorDep, visit_of
from services.portal.tables.taking_along import TableFormat
from shared.bilingual import Bilingual
from shared.contracts.catalogue import CATEGORIES
from shared.contracts.documents.people import Authority
from shared.contracts.places import PLACES
from shared.contracts.states import Action
from shared.lifecycle.authorities import find_authority
from shared.runtime.errors import RequestRejected

router = pages()
AUTHORITY_COLUMNS = ("id", "country", "name_zh", "name_en", "scope")
_NEW = ("code", "country", "name_zh", "name_en")


@router.get("/ops/authorities")
async def all_authorities(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """All authorities, and the form for another one."""
    return await _authorities(request, portal)


@router.get("/ops/authorities.{as_format}")
async def authorities_along(portal: PortalDep, user: VisitingOperatorDep, as_format: TableFormat) -> Response:
    """All authorities as a file."""
    async with audited(portal.store, user.username, Action.EXPORT, "authorities"):
        found = await authorities.list_authorities(portal.store)
        rows = [as_columns(each) | {"scope": ";".join(each.scope)} for each in found]
        return await list_file("authorities", as_format, AUTHORITY_COLUMNS, rows)


@router.post("/ops/authorities")
async def add_authority(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep
) -> Response:
    """Add an authority."""
    form = await request.form()
    typed = {name: text(form, name).strip() for name in _NEW}
    scope = [str(each) for each in form.getlist("scope")]
    try:
        async with audited(portal.store, user.username, Action.ADD_AUTHORITY, typed["code"][:64]):
            await authorities.add_authority(portal.store, **typed, scope=scope)
    except RequestRejected as refusal:
        faults = prompts_of(refusal, visit.lang, "code")
        return await _authorities(
            request, portal, typed=typed, scope=scope, faults=faults, status=refusal.status
        )
    return onward(f"/ops/authorities?added={typed['code']}")


@router.get("/ops/authorities/{code}")
async def one_authority(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, code: str
) -> Response:
    """An authority as it is, to be changed."""
    found = await _known(portal, code)
    return await _authority(request, found, AuthorityForm.of(found), {})


@router.post("/ops/authorities/{code}")
async def change_authority(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep, code: str
) -> Response:
    """Change an authority: first what that would do, then, `confirmed`, it is done."""
    found, form = await _known(portal, code), await request.form()
    wanted = _typed(form)
    try:
        authorities.refuse_change(found, wanted, seen=text(form, "seen"))
    except RequestRejected as refusal:
        faults = prompts_of(refusal, visit.lang, "name_zh")
        return await _authority(request, found, wanted, faults, refusal.status)
    if text(form, "confirmed") != "1":
        effects = await effects_of_change(portal, found, wanted)
        context = {"authority": found, "effects": effects, "fields": typed_fields(form)}
        request.state.address = f"/ops/authorities/{code}"
        return await page(request, "ops/authority_effects.html", context)
    async with audited(portal.store, user.username, Action.CHANGE_AUTHORITY, code):
        await authorities.change_authority(portal.store, found, wanted)
    return onward(f"/ops/authorities?changed={code}")


def _typed(form: FormData) -> AuthorityForm:
    return AuthorityForm.made(
        text(form, "name_zh"), text(form, "name_en"), [str(each) for each in form.getlist("scope")],
        factor_wanted=text(form, "factor_wanted") == "1",
    )  # fmt: skip


async def _known(portal: Portal, code: str) -> Authority:
    found = await find_authority(portal.store, code)
    if found is None:
        text = Bilingual("没有这个主管当局。", "There is no such authority.")
        raise RequestRejected("not_found", text, status=404)
    return found


async def _authority(
    request: Request, authority: Authority, typed: AuthorityForm, faults: dict[str, str], status: int = 200
) -> Response:
    request.state.address = f"/ops/authorities/{authority.code}"
    context = {
        "authority": authority, "typed": typed, "faults": faults, "categories": CATEGORIES, "scope": typed.scope,
        "place": PLACES.get(authority.country), "seen": AuthorityForm.of(authority).digest,
    }  # fmt: skip
    return await page(request, "ops/authority.html", context, status)


async def _authorities(
    request: Request, portal: Portal, *, typed: dict[str, str] | None = None, scope: Sequence[str] = (),
    faults: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    request.state.address = "/ops/authorities"
    found = await authorities.list_authorities(portal.store)
    lang = (await visit_of(request)).lang
    context = {
        "authorities": found, "places": PLACES,
        "choices": sorted(PLACES.values(), key=lambda each: collation_key(said(each, lang))),
        "categories": CATEGORIES, "scope": scope,
        "typed": typed or dict.fromkeys(_NEW, ""), "faults": faults or {},
        "added": request.query_params.get("added", ""), "changed": request.query_params.get("changed", ""),
    }  # fmt: skip
    return await page(request, "ops/authorities.html", context, status)


def prompts_of(refusal: RequestRejected, lang: Lang, field: str) -> dict[str, str]:
    """Prompts by field; a refusal without any stands at the one that it speaks of."""
    if refusal.code == "validation_error":
        told = [each if isinstance(each, dict) else asdict(each) for each in refusal.errors]
        return faults_of(RequestRejected(refusal.code, refusal.text, told, status=refusal.status), lang)
    return {field: said(refusal.text, lang)}
