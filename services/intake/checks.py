"""Is an application, or the answer to a check, complete? Pure (DOMAIN 1.8)."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from shared.contracts.catalogue import CATEGORY, CATEGORY_OF
from shared.contracts.faults import FieldFault
from shared.contracts.parts import ApplicationForm, CheckForm, Contact, Phone
from shared.contracts.vocabulary import Purpose

OVERVIEW_CHARACTERS = 2048
PHONE_DIGITS = 20
FILES = 20
NAME_CHARACTERS = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAMES = {
    "category": ("食品类别", "food category"),
    "specific": ("具体食品类别", "specific food category"),
    "department": ("具体部门", "department"),
    "contact.name": ("联系人", "contact person"),
    "contact.title": ("联系人职务", "contact's title"),
    "contact.phone.country": ("联系人电话的国家（地区）代码", "phone's country code"),
    "contact.phone.area": ("联系人电话的区号", "phone's area code"),
    "contact.phone.number": ("联系人电话号码", "phone number"),
    "contact.email": ("联系人邮箱", "contact's e-mail"),
    "overview": ("申请情况概述", "overview"),
    "attachments": ("附件", "attachments"),
}


def application_faults(form: ApplicationForm, attachments: Sequence[Mapping[str, Any]]) -> list[FieldFault]:
    """Every field of an application that keeps it from being submitted."""
    faults = [*_required(category=form.category, specific=form.specific, department=form.department)]
    faults += [*_too_long("department", form.department, NAME_CHARACTERS), *_contact(form.contact)]
    faults += _required(overview=form.overview)
    faults += _too_long("overview", form.overview, OVERVIEW_CHARACTERS)
    if not any(file.get("purpose") == Purpose.APPLICATION_LETTER for file in attachments):
        faults.append(
            FieldFault(
                "attachments", "required", "请上传正式申请文件（申请书附件），包含官方机构印章或负责人签字的扫描件。",
                "Upload the formal application letter, a scan with the official seal or signature.",
            )
        )  # fmt: skip
    return [*faults, *_too_many(attachments)]


def check_faults(form: CheckForm, attachments: Sequence[str]) -> list[FieldFault]:
    """Every field of the answer to a check that keeps it from being sent; the department is optional (DOMAIN F7)."""
    faults = [*_too_long("department", form.department, NAME_CHARACTERS), *_contact(form.contact)]
    return [*faults, *_too_many(attachments)]


def scope_faults(form: ApplicationForm, scope: Collection[str]) -> list[FieldFault]:
    """A category that does not exist, or that the authority does not manage (DOMAIN B10)."""
    faults = []
    if form.category and form.category not in CATEGORY:
        faults.append(_fault("category", "unknown", "{zh}不存在：" + form.category, "There is no such {en}."))
    wrong = [code for code in form.specific if CATEGORY_OF.get(code) != form.category]
    if wrong:
        names = ", ".join(wrong)
        faults.append(
            _fault(
                "specific",
                "unknown",
                f"不属于所选食品类别：{names}",
                f"Not of the chosen food category: {names}.",
            )
        )
    outside = [code for code in form.specific if code not in scope and code not in wrong]
    if outside:
        names = ", ".join(outside)
        faults.append(
            _fault(
                "specific",
                "out_of_scope",
                f"不在贵局管理范围内：{names}",
                f"Outside your authority's scope: {names}.",
            )
        )
    return faults


def _contact(contact: Contact) -> Iterator[FieldFault]:
    named = {"contact.name": contact.name, "contact.title": contact.title}
    yield from _required(**named)
    for field, text in named.items():
        yield from _too_long(field, text, NAME_CHARACTERS)
    yield from _phone(contact.phone)
    yield from _required(**{"contact.email": contact.email})
    if contact.email and (not _EMAIL.fullmatch(contact.email) or len(contact.email) > NAME_CHARACTERS):
        yield _fault("contact.email", "malformed", "{zh}格式不正确。", "The {en} is not an e-mail address.")


def _phone(phone: Phone) -> Iterator[FieldFault]:
    yield from _required(**{"contact.phone.country": phone.country, "contact.phone.number": phone.number})
    for part in ("country", "area", "number"):
        digits = getattr(phone, part)
        if digits and not (digits.isascii() and digits.isdigit()):
            yield _fault(
                f"contact.phone.{part}", "malformed", "{zh}只能填写数字。", "The {en} takes digits only."
            )
    if len(phone.country + phone.area + phone.number) > PHONE_DIGITS:
        yield _fault(
            "contact.phone.number", "too_long",
            f"联系人电话合计不能超过{PHONE_DIGITS}位数字。", f"The phone has more than {PHONE_DIGITS} digits in all.",
        )  # fmt: skip


def _required(**values: str | tuple[str, ...]) -> Iterator[FieldFault]:
    for field, value in values.items():
        if not (value.strip() if isinstance(value, str) else value):
            yield _fault(field, "required", "{zh}为必填项。", "The {en} is required.")


def _too_long(field: str, text: str, characters: int) -> Iterator[FieldFault]:
    if len(text) > characters:
        yield _fault(
            field, "too_long", "{zh}" + f"不能超过{characters}个字符（现有{len(text)}个）。",
            "The {en} takes at most " + f"{characters} characters; it has {len(text)}.",
        )  # fmt: skip


def _too_many(attachments: Sequence[object]) -> Iterator[FieldFault]:
    if len(attachments) > FILES:
        yield _fault(
            "attachments",
            "too_many",
            f"每次提交最多{FILES}个附件。",
            f"At most {FILES} attachments a submission.",
        )


def _fault(field: str, code: str, zh: str, en: str) -> FieldFault:
    name_zh, name_en = _NAMES[field]
    return FieldFault(field, code, zh.replace("{zh}", name_zh), en.replace("{en}", name_en))
