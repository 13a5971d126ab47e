"""Can an authority or an account be made like this? Pure (DOMAIN 1.9)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shared.bilingual import Bilingual
from shared.contracts.catalogue import SPECIFIC, scope_codes
from shared.contracts.faults import FieldFault
from shared.contracts.limits import NAME_CHARACTERS
from shared.contracts.places import place_faults
from shared.contracts.text_checks import text_faults

PASSWORD_CHARACTERS = 12
LONGEST_PASSWORD = 1024
USERNAME = re.compile(r"[a-z0-9._-]{3,64}")
_NAMES = {
    "name_zh": Bilingual("中文名称", "name in Chinese"),
    "name_en": Bilingual("英文名称", "name in English"),
}
_AUTHORITY_CODE = re.compile(r"[A-Z0-9-]{2,32}")


def authority_faults(code: str, country: str) -> Iterator[FieldFault]:
    """What is wrong with a code and a country."""
    if not _AUTHORITY_CODE.fullmatch(code):
        yield FieldFault(
            "code", "malformed", f"主管当局代码须为2至32位大写字母、数字或连字符：{code}",
            f"The code must be 2 to 32 capital letters, digits or hyphens, such as AW-01; it was «{code}».",
        )  # fmt: skip
    if not country:
        yield FieldFault("country", "required", "请选择国家（地区）。", "Choose the country or region.")
    else:
        yield from place_faults("country", country)


def name_faults(names: Mapping[str, str]) -> Iterator[FieldFault]:
    """What is wrong with an authority's names, by field."""
    for field, name in names.items():
        yield from text_faults(
            field, _NAMES[field].zh, _NAMES[field].en, name, NAME_CHARACTERS, required=True
        )


def scope_faults(scope: Sequence[str]) -> Iterator[FieldFault]:
    """What is wrong with a scope, as `specific_codes` reads it."""
    if not scope:
        yield FieldFault(
            "scope", "required", "管理范围为必填项。",
            "The scope must name at least one food category, such as aquatic or meat.beef.",
        )  # fmt: skip
    for named in scope:
        try:
            specific_codes([named])
        except ValueError as error:
            yield FieldFault("scope", "unknown", f"没有此食品类别：{named}", f"The scope: {error}")


def specific_codes(scope: Iterable[str]) -> tuple[str, ...]:
    """The specific categories that a scope names, each alone (`meat.beef`, `beef`) or all of a category."""
    codes = (code for named in scope for code in ((named,) if named in SPECIFIC else scope_codes(named)))
    return tuple(dict.fromkeys(codes))


def username_faults(username: str) -> Iterator[FieldFault]:
    """What is wrong with a username."""
    if not USERNAME.fullmatch(username):
        yield FieldFault(
            "username", "malformed", "用户名须为3至64位小写字母、数字、点、下划线或连字符。",
            f"The user name must be 3 to 64 of a-z 0-9 . _ -; it was «{username}».",
        )  # fmt: skip


def password_faults(password: str, field: str = "password") -> Iterator[FieldFault]:
    """What is wrong with a password; its length alone counts."""
    if not PASSWORD_CHARACTERS <= len(password) <= LONGEST_PASSWORD:
        yield FieldFault(
            field, "length", f"密码须为{PASSWORD_CHARACTERS}至{LONGEST_PASSWORD}个字符。",
            f"The password must have {PASSWORD_CHARACTERS} to {LONGEST_PASSWORD} characters.",
        )  # fmt: skip
