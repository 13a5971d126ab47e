"""What keeps the contact of an application, or of an answer to a check, from being sent (DOMAIN 1.8). Pure."""

from collections.abc import Iterator

from shared.contracts.faults import FieldFault
from shared.contracts.limits import NAME_CHARACTERS, PHONE_DIGITS
from shared.contracts.parts import CheckForm, Contact, Phone
from shared.contracts.reading import is_email
from shared.contracts.text_checks import text_faults

_NAMES = {
    "department": ("具体部门", "department"),
    "contact.name": ("联系人", "contact person"),
    "contact.title": ("联系人职务", "contact's title"),
    "contact.phone.country": ("联系人电话的国家（地区）代码", "phone's country code"),
    "contact.phone.area": ("联系人电话的区号", "phone's area code"),
    "contact.phone.number": ("联系人电话号码", "phone number"),
    "contact.email": ("联系人邮箱", "contact's e-mail"),
}


def check_faults(form: CheckForm) -> Iterator[FieldFault]:
    """Every field of the answer to a check that keeps it from being sent; the department is optional (DOMAIN F7)."""
    yield from text_faults("department", *_NAMES["department"], form.department, NAME_CHARACTERS)
    yield from contact_faults(form.contact)


def contact_faults(contact: Contact) -> Iterator[FieldFault]:
    """Every field of a contact that keeps it from being sent."""
    yield from _text("contact.name", contact.name)
    yield from _text("contact.title", contact.title)
    yield from _phone(contact.phone)
    yield from _text("contact.email", contact.email)
    if contact.email and not is_email(contact.email):
        yield FieldFault(
            "contact.email", "malformed", "联系人邮箱格式不正确，应如name@example.org。",
            "The contact's e-mail is not an address such as name@example.org.",
        )  # fmt: skip


def _phone(phone: Phone) -> Iterator[FieldFault]:
    yield from _text("contact.phone.number", phone.number)
    for part in ("country", "area", "number"):
        digits = getattr(phone, part)
        if digits and not (digits.isascii() and digits.isdigit()):
            zh, en = _NAMES[f"contact.phone.{part}"]
            yield FieldFault(
                f"contact.phone.{part}", "malformed", f"{zh}只能填写数字，分机号请写入联系人职务。",
                f"The {en} takes digits only; write an extension beside the contact's title.",
            )  # fmt: skip
    if len(phone.country + phone.area + phone.number) > PHONE_DIGITS:
        yield FieldFault(
            "contact.phone.number", "too_long",
            f"联系人电话合计不能超过{PHONE_DIGITS}位数字。", f"The phone has more than {PHONE_DIGITS} digits in all.",
        )  # fmt: skip


def _text(field: str, text: str) -> Iterator[FieldFault]:
    return text_faults(field, *_NAMES[field], text, NAME_CHARACTERS, required=True)
