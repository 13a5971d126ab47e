"""Authorities and accounts: make, disable, enable, reset; every one of it on the audit trail."""

from dataclasses import asdict

from fastapi import Request, Response

from services.portal.context import Portal, PortalDep
from services.portal.identity import accounts, authorities, second_factor
from services.portal.identity.passwords import new_password
from services.portal.operations.audit import audited
from services.portal.pages.confirming import Confirmation, to_confirm
from services.portal.pages.form_commands import faults_of, text
from services.portal.pages.language import Lang, said
from services.portal.pages.ops.exporting import as_columns, list_file
from services.portal.pages.rendering import _, onward, page, pages, said_now
from services.portal.pages.request_context import VisitDep, VisitingOperatorDep
from services.portal.tables.taking_along import TableFormat
from shared.bilingual import Bilingual
from shared.contracts.catalogue import CATEGORIES
from shared.contracts.faults import FieldFault
from shared.contracts.places import PLACES
from shared.contracts.states import Action
from shared.contracts.vocabulary import Role
from shared.runtime.errors import RequestRejected

router = pages()
AUTHORITY_COLUMNS = ("id", "country", "name_zh", "name_en", "scope")
ACCOUNT_COLUMNS = ("id", "role", "authority", "disabled", "created_at")


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


@router.get("/ops/accounts.{as_format}")
async def accounts_along(portal: PortalDep, user: VisitingOperatorDep, as_format: TableFormat) -> Response:
    """All accounts as a file, without anything that opens them."""
    async with audited(portal.store, user.username, Action.EXPORT, "accounts"):
        rows = [as_columns(each) for each in await accounts.list_accounts(portal.store)]
        return await list_file("accounts", as_format, ACCOUNT_COLUMNS, rows)


@router.post("/ops/authorities")
async def add_authority(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep
) -> Response:
    """Add an authority."""
    form = await request.form()
    typed = {name: text(form, name).strip() for name in ("code", "country", "name_zh", "name_en")}
    scope = [str(each) for each in form.getlist("scope")]
    try:
        async with audited(portal.store, user.username, Action.ADD_AUTHORITY, typed["code"][:64]):
            await authorities.add_authority(portal.store, **typed, scope=scope)
    except RequestRejected as refusal:
        faults = _faults(refusal, visit.lang, "code")
        return await _authorities(
            request, portal, typed=typed, scope=scope, faults=faults, status=refusal.status
        )
    return onward(f"/ops/authorities?added={typed['code']}")


@router.get("/ops/accounts")
async def all_accounts(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """All accounts, and the form for another one."""
    return await _accounts(request, portal, user.username)


@router.post("/ops/accounts")
async def add_account(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep
) -> Response:
    """Give out an account with a password that is made now and shown once."""
    form = await request.form()
    typed = {name: text(form, name).strip() for name in ("username", "role", "authority")}
    password = new_password()
    try:
        async with audited(portal.store, user.username, Action.ADD_ACCOUNT, typed["username"][:64]):
            if typed["role"] not in list(Role):
                raise RequestRejected("validation_error", _ROLE_MISSING.text, [_ROLE_MISSING], status=422)
            role = Role(typed["role"])
            await accounts.add_account(
                portal.store, typed["username"], role, password, typed["authority"] or None
            )
    except RequestRejected as refusal:
        faults = _faults(refusal, visit.lang, "username")
        return await _accounts(
            request, portal, user.username, typed=typed, faults=faults, status=refusal.status
        )
    return await _accounts(request, portal, user.username, given=(typed["username"], password))


@router.post("/ops/accounts/{username}/{change}")
async def change_account(
    request: Request,
    portal: PortalDep,
    user: VisitingOperatorDep,
    visit: VisitDep,
    username: str,
    change: str,
) -> Response:
    """`disable`, `enable` or `reset` an account, or its second factor; nobody disables the account that is signed in."""
    if change not in _CHANGES or await accounts.get_account(portal.store, username) is None:
        raise RequestRejected(
            "not_found", Bilingual("没有这个账户。", "There is no such account."), status=404
        )
    action, question, verb = _CHANGES[change]
    if change == "reset" and username == user.username:
        return onward("/account")
    if text(await request.form(), "confirmed") != "1":
        asked = Confirmation(f"{username}: {said_now(visit, question)}", said_now(visit, verb))
        return await to_confirm(request, asked, "/ops/accounts")
    if change == "reset":
        password = new_password()
        async with audited(portal.store, user.username, action, username):
            await accounts.reset_password(portal.store, username, password)
        return await _accounts(request, portal, user.username, given=(username, password))
    async with audited(portal.store, user.username, action, username):
        if change == "reset-second-factor":
            await second_factor.remove(portal.store, username)
            return onward(f"/ops/accounts#a-{username}")
        if change == "disable" and username == user.username:
            own = Bilingual("不能停用自己的账户。", "You can't disable your own account.")
            raise RequestRejected("own_account", own)
        await accounts.set_disabled(portal.store, username, change == "disable")
    return onward(f"/ops/accounts#a-{username}")


async def _authorities(
    request: Request, portal: Portal, *, typed: dict[str, str] | None = None, scope: list[str] | None = None,
    faults: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    request.state.address = "/ops/authorities"
    found = await authorities.list_authorities(portal.store)
    context = {
        "authorities": found, "places": PLACES, "categories": CATEGORIES,
        "typed": typed or dict.fromkeys(("code", "country", "name_zh", "name_en"), ""),
        "scope": scope or [], "faults": faults or {}, "added": request.query_params.get("added", ""),
    }  # fmt: skip
    return await page(request, "ops/authorities.html", context, status)


async def _accounts(
    request: Request, portal: Portal, own: str, *, typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None, given: tuple[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    request.state.address = "/ops/accounts"
    context = {
        "accounts": await accounts.list_accounts(portal.store),
        "authorities": await authorities.list_authorities(portal.store), "own": own, "given": given,
        "typed": typed or {"username": "", "role": Role.OFFICER.value, "authority": ""}, "faults": faults or {},
    }  # fmt: skip
    headers = {"Cache-Control": "no-store"} if given else {}
    return await page(request, "ops/accounts.html", context, status, headers)


def _faults(refusal: RequestRejected, lang: Lang, field: str) -> dict[str, str]:
    """Prompts by field; a refusal without any stands at the one that it speaks of."""
    if refusal.code == "validation_error":
        told = [each if isinstance(each, dict) else asdict(each) for each in refusal.errors]
        return faults_of(RequestRejected(refusal.code, refusal.text, told, status=refusal.status), lang)
    return {field: said(refusal.text, lang)}


_ROLE_MISSING = FieldFault("role", "required", "请选择角色。", "Choose a role.")
_CHANGES = {
    "disable": (
        Action.DISABLE_ACCOUNT,
        _("Disable this account? Its sessions end at once."),
        _("Disable"),
    ),
    "enable": (Action.ENABLE_ACCOUNT, _("Enable this account again?"), _("Enable")),
    "reset": (
        Action.RESET_PASSWORD,
        _("Give this account a new password? The old one and all its sessions end."),
        _("New password"),
    ),
    "reset-second-factor": (
        Action.RESET_SECOND_FACTOR,
        _("Ask this account for its password alone from now on?"),
        _("Without second factor"),
    ),
}
