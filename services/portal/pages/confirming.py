"""Asks before what can't be taken back (二次确认, DOMAIN C7): what is going to happen, and what speaks against it.

A submission is rehearsed first, so that nobody says yes to something that is refused then. The page's script asks the same
address and shows the answer in a dialog.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fastapi import Request, Response

from services.portal.context import Portal
from services.portal.pages.forgery import typed_fields
from services.portal.pages.form_commands import text
from services.portal.pages.rendering import onward, page
from shared.contracts.commands import SubmitCommand
from shared.contracts.replies import CaseAnswer

Link = tuple[str, str]
"""What it says, and where it leads."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A sentence to think about before one goes on, with links to what it speaks of."""

    text: str
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is asked, the `verb` of the button that does it, what `follows`, what has changed since the last time, and cautions.

    All in the visitor's language. What `destroys` (discards, refuses, disables) has a button in red, as the one that led here.
    """

    question: str
    verb: str
    follows: str = ""
    cautions: Sequence[Caution] = ()
    changes: str = ""
    destroys: bool = False


async def to_confirm(
    request: Request, asked: Confirmation, back: str, fields: Sequence[tuple[str, str]] | None = None
) -> Response:
    """Ask first: the same form again with `confirmed`, after yes; with `fields` these instead of all that was typed."""
    again = typed_fields(await request.form()) if fields is None else fields
    return await page(request, "frame/confirm.html", {"asked": asked, "fields": again, "back": back})


async def submit_confirmed(
    request: Request, portal: Portal, command: SubmitCommand, asks: Callable[[CaseAnswer], Awaitable[Confirmation]],
    address: str, fields: Sequence[tuple[str, str]] | None = None,
) -> Response:  # fmt: skip
    """Submit what was confirmed and go on to `address`; else see that it would be taken, and ask.

    RequestRejected with every field at once where it is not, or would not be.
    """
    if text(await request.form(), "confirmed"):
        await portal.commands.ask(command)
        return onward(f"{address}?submitted=1")
    return await to_confirm(request, await asks(await portal.commands.rehearse(command)), address, fields)
