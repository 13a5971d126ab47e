"""Accounts: make, disable, enable, reset, demand a second factor; every one of it on the audit trail."""

from fastapi import Request, Response

from services.portal.context import Portal, PortalDep
from services.portal.identity import accounts, authorities
from services.portal.identity.passwords import new_password
from services.portal.identity.second_factor import remove_second_factor
from services.portal.news.choices import NewsChoices
from services.portal.operations.audit import audited
from services.portal.pages.confirming import Confirmation, to_confirm
from services.portal.pages.form_commands import text
from services.portal.pages.ops.authorities import prompts_of
from services.portal.pages.ops.exporting import as_columns, list_file
from services.portal.pages.rendering import _, onward, page, pages, said_now
from services.portal.pages.request_context import VisitDep, VisitingOperatorDep
from services.portal.tables.taking_along import TableFormat
from shared.bilingual import Bilingual
from shared.contracts.faults import FieldFault
from shared.contracts.states import Action
from shared.contracts.vocabulary import Role
from shared.runtime.errors import RequestRejected

router = pages()
ACCOUNT_COLUMNS = ("id", "role", "authority", "disabled", "created_at")


@router.get("/ops/accounts")
async def all_accounts(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """All accounts, and the form for another one."""
    return await _accounts(request, portal, user.username)


@router.get("/ops/accounts.{as_format}")
async def accounts_along(portal: PortalDep, user: VisitingOperatorDep, as_format: TableFormat) -> Response:
    """All accounts as a file, without anything that opens them."""
    async with audited(portal.store, user.username, Action.EXPORT, "accounts"):
        rows = [as_columns(each) for each in await accounts.list_accounts(portal.store)]
        return await list_file("accounts", as_format, ACCOUNT_COLUMNS, rows)


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
                portal.store, typed["username"], role, password, typed["authority"] or None, must_change=True
            )
    except RequestRejected as refusal:
        faults = prompts_of(refusal, visit.lang, "username")
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
        asked = Confirmation(
            f"{username}: {said_now(visit, question)}", said_now(visit, verb), destroys=change == "disable"
        )
        return await to_confirm(request, asked, "/ops/accounts")
    if change == "reset":
        password = new_password()
        async with audited(portal.store, user.username, action, username):
            await accounts.reset_password(portal.store, username, password, must_change=True)
        return await _accounts(request, portal, user.username, given=(username, password))
    async with audited(portal.store, user.username, action, username):
        await _carry_out(portal, change, username, user.username)
    return onward(f"/ops/accounts#a-{username}")


async def _carry_out(portal: Portal, change: str, username: str, own: str) -> None:
    match change:
        case "reset-second-factor":
            await remove_second_factor(portal.store, username)
        case "want-second-factor" | "waive-second-factor":
            await accounts.want_second_factor(portal.store, username, change == "want-second-factor")
        case _disable_or_enable:
            if change == "disable" and username == own:
                text = Bilingual("不能停用自己的账户。", "You can't disable your own account.")
                raise RequestRejected("own_account", text)
            await accounts.set_disabled(portal.store, username, change == "disable")


async def _accounts(
    request: Request, portal: Portal, own: str, *, typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None, given: tuple[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    request.state.address = "/ops/accounts"
    known = await authorities.list_authorities(portal.store)
    listed = await accounts.list_accounts(portal.store)
    chosen = await NewsChoices(portal.store).of_these(each.username for each in listed)
    context = {
        "accounts": listed, "authorities": known, "own": own, "given": given,
        "mails": {each.username: each.email for each in chosen},
        "wanting": {each.code for each in known if each.factor_wanted},
        "typed": typed or {"username": "", "role": Role.OFFICER.value, "authority": ""}, "faults": faults or {},
    }  # fmt: skip
    headers = {"Cache-Control": "no-store"} if given else {}
    return await page(request, "ops/accounts.html", context, status, headers)


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
    "want-second-factor": (
        Action.WANT_SECOND_FACTOR,
        _("Demand a second factor? Without one, nothing else answers this account until it is set up."),
        _("Demand second factor"),
    ),
    "waive-second-factor": (
        Action.WAIVE_SECOND_FACTOR,
        _("Demand no second factor of this account any more? One that is set up stays."),
        _("Demand no second factor"),
    ),
}
