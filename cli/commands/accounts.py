"""`fas authority` and `fas account`: who may sign in, and for whom (DOMAIN 1.9)."""

import sys
from getpass import getpass
from typing import Annotated

import typer

from cli.commands.failing import fail
from cli.commands.output import AsJson, show, with_audit, with_store
from services.portal.identity import accounts, authorities
from services.portal.identity.second_factor import remove_second_factor
from shared.contracts.documents.people import Account
from shared.contracts.places import place_label
from shared.contracts.states import Action
from shared.contracts.vocabulary import Role

authority = typer.Typer(help="The overseas competent authorities.", no_args_is_help=True)
account = typer.Typer(help="The accounts of officers and operators.", no_args_is_help=True)
_AUTHORITY = ("code", "country", "name_zh", "name_en", "scope")
_ACCOUNT = (
    "username",
    "role",
    "authority",
    "disabled",
    "created_at",
    "last_sign_in",
    "must_change",
    "factor_wanted",
)

Username = Annotated[str, typer.Argument(help="The account's username.")]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input, not from the terminal."),
]
MustChange = Annotated[
    bool,
    typer.Option(
        "--must-change",
        help="Its owner gives another password before anything else answers; for people, not for programs.",
    ),
]


@authority.command("add")
def add_authority(
    code: Annotated[str, typer.Option(help="Its code, such as AW-01.")],
    country: Annotated[str, typer.Option(help="Two letters of ISO 3166, such as AW.")],
    name_zh: Annotated[str, typer.Option(help="Its name in Chinese.")],
    name_en: Annotated[str, typer.Option(help="Its name in English.")],
    scope: Annotated[list[str], typer.Option(help="What it manages: aquatic, meat.beef; may be repeated.")],
) -> None:
    """Add an authority."""
    added = with_audit(
        Action.ADD_AUTHORITY,
        code,
        lambda store: authorities.add_authority(
            store, code, country=country, name_zh=name_zh, name_en=name_en, scope=scope
        ),
    )
    typer.echo(f"Authority {added.code} was added; it manages {', '.join(added.scope)}.")


@authority.command("country")
def correct_country(
    code: Annotated[str, typer.Argument(help="The authority's code.")],
    country: Annotated[str, typer.Argument(help="Two letters of ISO 3166, such as AW.")],
) -> None:
    """Correct the country or region of an authority; cases keep the one that they were declared with."""
    with_audit(Action.CORRECT_COUNTRY, code, lambda store: authorities.correct_country(store, code, country))
    typer.echo(f"Authority {code} is of {place_label(country)}.")


@authority.command("list")
def list_authorities(as_json: AsJson = False) -> None:
    """List the authorities."""
    found = with_store(authorities.list_authorities)
    show([{name: getattr(each, name) for name in _AUTHORITY} for each in found], _AUTHORITY, as_json)


@account.command("add")
def add_account(
    username: Annotated[str, typer.Option(help="3 to 64 of a-z 0-9 . _ -")],
    role: Annotated[Role, typer.Option(help="An officer acts for an authority, an operator for none.")],
    authority: Annotated[str | None, typer.Option(help="The code of an officer's authority.")] = None,
    password_stdin: FromStdin = False,
    must_change: MustChange = False,
) -> None:
    """Give out an account."""
    password = _password(password_stdin)
    added = with_audit(
        Action.ADD_ACCOUNT,
        username,
        lambda store: accounts.add_account(
            store, username, role, password, authority, must_change=must_change
        ),
    )
    acting = f"for {added.authority}" if added.authority else "for no authority"
    typer.echo(f"Account {added.username} was added: {added.role} {acting}.")


@account.command("list")
def list_accounts(as_json: AsJson = False) -> None:
    """List the accounts."""
    show([_told(each) for each in with_store(accounts.list_accounts)], _ACCOUNT, as_json)


@account.command("disable")
def disable(username: Username) -> None:
    """Disable an account; its sessions end at once."""
    with_audit(Action.DISABLE_ACCOUNT, username, lambda store: accounts.set_disabled(store, username, True))
    typer.echo(f"Account {username} is disabled and its sessions have ended.")


@account.command("enable")
def enable(username: Username) -> None:
    """Enable an account again."""
    with_audit(Action.ENABLE_ACCOUNT, username, lambda store: accounts.set_disabled(store, username, False))
    typer.echo(f"Account {username} is enabled.")


@account.command("reset-password")
def reset_password(
    username: Username, password_stdin: FromStdin = False, must_change: MustChange = False
) -> None:
    """Set another password; the account's sessions end at once."""
    password = _password(password_stdin)
    with_audit(
        Action.RESET_PASSWORD,
        username,
        lambda store: accounts.reset_password(store, username, password, must_change=must_change),
    )
    typer.echo(f"The password of {username} was set and its sessions have ended.")


@account.command("reset-second-factor")
def reset_second_factor(username: Username) -> None:
    """Ask an account for its password alone again, when the authenticator and the recovery codes are lost."""
    with_audit(Action.RESET_SECOND_FACTOR, username, lambda store: remove_second_factor(store, username))
    typer.echo(f"Account {username} has no second factor now; it can set up another one.")


def _told(account: Account) -> dict[str, object]:
    """An account without its secrets."""
    told = {name: getattr(account, name) for name in (*_ACCOUNT, "generation")}
    return told | {"second_factor": account.second_factor is not None}


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        fail("Give --password-stdin and the password on standard input, or run this on a terminal.")
    password = getpass("Password: ")
    if getpass("Again: ") != password:
        fail("The two passwords differ; nothing was changed.")
    return password
