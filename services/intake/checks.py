"""Is an application, or the answer to a check, complete? Pure (DOMAIN 1.8)."""

from collections.abc import Collection, Iterator, Sequence

from shared.contracts import contact_checks
from shared.contracts.catalogue import CATEGORY, CATEGORY_OF
from shared.contracts.contact_checks import contact_faults
from shared.contracts.documents.files import StoredFile
from shared.contracts.faults import FieldFault
from shared.contracts.file_checks import count_faults
from shared.contracts.limits import NAME_CHARACTERS, OVERVIEW_CHARACTERS
from shared.contracts.parts import ApplicationForm, CheckForm
from shared.contracts.text_checks import text_faults
from shared.contracts.vocabulary import Purpose

_NAMES = {
    "category": ("食品类别", "food category"),
    "specific": ("具体食品类别", "specific food category"),
    "department": ("具体部门", "department"),
    "overview": ("申请情况概述", "overview"),
    "attachments": ("附件", "attachments"),
}


def application_faults(form: ApplicationForm, attachments: Sequence[StoredFile]) -> list[FieldFault]:
    """Every field of an application that keeps it from being submitted."""
    faults = [*_chosen(category=form.category, specific=form.specific)]
    faults += [*_text("department", form.department, required=True), *contact_faults(form.contact)]
    faults += _text("overview", form.overview, OVERVIEW_CHARACTERS, required=True)
    if not any(file.purpose is Purpose.APPLICATION_LETTER for file in attachments):
        faults.append(
            FieldFault(
                "attachments", "required", "请上传正式申请文件（申请书附件），包含官方机构印章或负责人签字的扫描件。",
                "Upload the formal application letter, a scan with the official seal or signature.",
            )
        )  # fmt: skip
    return [*faults, *count_faults(attachments)]


def check_faults(form: CheckForm, attachments: Sequence[str]) -> list[FieldFault]:
    """Every field of the answer to a check that keeps it from being sent; the department is optional (DOMAIN F7)."""
    return [*contact_checks.check_faults(form), *count_faults(attachments)]


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
                f"不在贵方管理范围内：{names}",
                f"Outside your authority's scope: {names}.",
            )
        )
    return faults


def _chosen(**values: str | tuple[str, ...]) -> Iterator[FieldFault]:
    for field, value in values.items():
        if not value:
            yield _fault(field, "required", "{zh}为必填项。", "The {en} is required.")


def _text(
    field: str, text: str, characters: int = NAME_CHARACTERS, *, required: bool = False
) -> Iterator[FieldFault]:
    return text_faults(field, *_NAMES[field], text, characters, required=required)


def _fault(field: str, code: str, zh: str, en: str) -> FieldFault:
    name_zh, name_en = _NAMES[field]
    return FieldFault(field, code, zh.replace("{zh}", name_zh), en.replace("{en}", name_en))
