"""What comes before anything else, on a page of its own, and where it leads: what was wanted or typed is not lost by it."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.portal.identity.sessions import User
from services.portal.pages.forgery import unsealed
from services.portal.pages.form_commands import text
from services.portal.pages.rendering import onward, page, safe_path


@dataclass(frozen=True, slots=True)
class Destination:
    """Where somebody wanted to go (`next`), and the sealed form of a session that had ended (`carried`), if any."""

    next: str = "/"
    carried: str = ""

    @classmethod
    def of(cls, form: FormData) -> "Destination":
        """As a form of `show_duty` carries it."""
        return cls(safe_path(text(form, "next")), text(form, "carried"))

    def resumed(self, request: Request, user: User) -> dict[str, object]:
        """Where to go, and the typed fields to be sent there: none where they are not of this user, or too old."""
        whose, path, fields = unsealed(request, self.carried) or ("", safe_path(self.next), [])
        own = whose == user.username
        return {"next": path if own or not self.carried else "/", "fields": fields if own else [], "own": own}


async def show_duty(
    request: Request, user: User, leads_to: Destination, faults: Mapping[str, str] | None = None
) -> Response:
    """The change of password, with nothing else on the page."""
    request.state.address = "/account/password"
    context = {
        "next": safe_path(leads_to.next), "carried": leads_to.carried, "faults": faults or {},
    }  # fmt: skip
    return await page(request, "account/first_password.html", context, 422 if faults else 200)


async def go_on(request: Request, user: User, leads_to: Destination) -> Response:
    """On to where somebody wanted to go; what was typed before their session ended is offered to be sent."""
    if not leads_to.carried:
        return onward(leads_to.next)
    return await page(request, "frame/resume.html", leads_to.resumed(request, user))
