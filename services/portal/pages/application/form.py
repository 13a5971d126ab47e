"""The application's form between browser and command. Pure."""

from typing import Any

from starlette.datastructures import FormData

from services.portal.pages.carrying import text
from services.portal.sessions import User
from shared.contracts.catalogue import CATEGORIES, CATEGORY_OF, Category, Specific
from shared.contracts.parts import ApplicationForm, CheckForm, Contact, Phone
from shared.lifecycle.case import Document


def application_form(form: FormData) -> ApplicationForm:
    """What was typed; specific categories of another category than the chosen one are left out."""
    category = text(form, "category")
    chosen = [str(code) for code in form.getlist("specific") if CATEGORY_OF.get(str(code)) == category]
    return ApplicationForm(
        category=category, specific=tuple(dict.fromkeys(chosen)), department=text(form, "department"), contact=contact(form),
        overview=text(form, "overview"),
    )  # fmt: skip


def check_form(form: FormData) -> CheckForm:
    """The contact that answers a check (DOMAIN F7)."""
    return CheckForm(department=text(form, "department"), contact=contact(form))


def contact(form: FormData) -> Contact:
    """The person to ask."""
    phone = Phone(
        **{part: text(form, f"contact.phone.{part}").strip() for part in ("country", "area", "number")}
    )
    return Contact(
        name=text(form, "contact.name"), title=text(form, "contact.title"), phone=phone,
        email=text(form, "contact.email").strip(),
    )  # fmt: skip


def stored_form(case: Document) -> dict[str, Any]:
    """The form as it is saved in the case."""
    form: dict[str, Any] = case["stages"]["application"]["form"]
    return form


def in_scope(user: User) -> list[tuple[Category, list[Specific]]]:
    """The categories that the authority may apply for, each with the specific ones (DOMAIN B10)."""
    found = []
    for category in CATEGORIES:
        specific = [each for each in category.specific if each.code in user.scope]
        if specific:
            found.append((category, specific))
    return found
