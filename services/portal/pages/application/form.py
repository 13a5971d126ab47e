"""The application's form between browser and command."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from services.portal.identity.sessions import User
from services.portal.pages.corrections.items import NAMES
from services.portal.pages.drafts import Fields, Inputs, as_typed
from services.portal.pages.form_commands import text
from services.portal.pages.formatting import telephone
from services.portal.pages.language import Lang, said
from services.portal.pages.resubmitting import same_files
from shared.bilingual import Bilingual
from shared.contracts.catalogue import CATEGORIES, CATEGORY, CATEGORY_OF, SPECIFIC, Category, Specific
from shared.contracts.documents.cases import Case
from shared.contracts.events import ApplicationSubmission, Submission
from shared.contracts.parts import ApplicationForm, CheckForm, Contact, Phone
from shared.contracts.vocabulary import Stage

FOOD, PHONE = "food", "contact.phone"


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


def contact_inputs(contact: Contact) -> dict[str, str]:
    """The inputs of a contact on the page."""
    texts = {f"contact.{name}": getattr(contact, name) for name in ("name", "title", "email")}
    return texts | {f"{PHONE}.{part}": digits for part, digits in contact.phone.model_dump().items()}


def stored_form(case: Case) -> dict[str, Any]:
    """The form as it is saved in the case, a draft of earlier versions as it would be saved today."""
    return case.stages[Stage.APPLICATION].application_form.model_dump(mode="json")


def draft_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields as two people may change them, each by itself; the food is one, the telephone another."""
    contact = form["contact"]
    return {
        FOOD: {"category": form["category"], "specific": [*form["specific"]]}, "overview": form["overview"],
        "department": form["department"], PHONE: dict(contact["phone"]),
        **{f"contact.{name}": contact[name] for name in ("name", "title", "email")},
    }  # fmt: skip


def changed_fields(case: Case, sent: Submission) -> list[Bilingual]:
    """The names of the fields that are not as they were submitted."""
    if not isinstance(sent, ApplicationSubmission):
        return []
    before, after = draft_of(sent.form.model_dump(mode="json")), draft_of(stored_form(case))
    changed = [FIELDS.labels[name] for name in after if before[name] != after[name]]
    same = same_files(case.stages[Stage.APPLICATION].attachments, sent.attachments)
    return changed if same else [*changed, NAMES["field:attachments"]]


def form_of(draft: Mapping[str, Any]) -> ApplicationForm:
    """The form that these fields make."""
    contact = {name: draft[f"contact.{name}"] for name in ("name", "title", "email", "phone")}
    return ApplicationForm.model_validate(
        draft[FOOD] | {"department": draft["department"], "overview": draft["overview"], "contact": contact}
    )


def inputs_of(name: str, value: Any) -> Inputs:
    """The inputs that a field of the draft has on the page."""
    if name == FOOD:
        return {"category": [value["category"]], "specific": value["specific"]}
    if name == PHONE:
        return {f"{PHONE}.{part}": [digits] for part, digits in value.items()}
    return as_typed(name, value)


def in_words(name: str, value: Any, lang: Lang) -> str:
    """A field of the draft as people read it."""
    if name == PHONE:
        return telephone(value)
    if name == FOOD:
        specific = "; ".join(said(SPECIFIC[code], lang) for code in value["specific"] if code in SPECIFIC)
        return f"{said(CATEGORY.get(value['category']), lang) or '—'}: {specific or '—'}"
    return str(value)


def renewed(case: Case, user: User) -> ApplicationForm:
    """The form of an application that ended, for a new one: without the foods that the authority does not manage any more."""
    form = case.stages[Stage.APPLICATION].application_form
    kept = tuple(code for code in form.specific if code in user.scope)
    return form.model_copy(update={"specific": kept, "category": form.category if kept else ""})


def in_scope(user: User) -> list[tuple[Category, list[Specific]]]:
    """The categories that the authority may apply for, each with the specific ones (DOMAIN B10)."""
    found = []
    for category in CATEGORIES:
        specific = [each for each in category.specific if each.code in user.scope]
        if specific:
            found.append((category, specific))
    return found


FIELDS = Fields(
    {
        FOOD: Bilingual("食品类别", "Food category"), "overview": Bilingual("申请情况概述", "Overview of the application"),
        "department": Bilingual("具体部门", "Department"), "contact.name": Bilingual("联系人", "Contact person"),
        "contact.title": Bilingual("联系人职务", "Contact's title"), "contact.email": Bilingual("联系人邮箱", "Contact's e-mail"),
        PHONE: Bilingual("联系人电话", "Contact's telephone"),
    },
    inputs_of,
    in_words,
)  # fmt: skip
