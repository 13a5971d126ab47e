"""Chinese and English: which one a visitor reads, and what the pages say in it.

Messages are English in templates and code; `locale/<lang>/*.po` hold both languages (`python -m tools.translations`).
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shared.bilingual import Bilingual

LOCALE = Path(__file__).parents[1] / "locale"
COOKIE = "fas_lang"


class Lang(StrEnum):
    """The languages of the pages."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """As HTML's `lang` has it."""
        return "zh-CN" if self is Lang.ZH else "en"


def chosen(cookie: str | None, accept: str) -> Lang:
    """What was chosen before, else the first of the browser's languages that we have, else English."""
    if cookie and cookie in Lang.__members__.values():
        return Lang(cookie)
    for each in accept.split(","):
        primary = each.strip().split(";")[0].split("-")[0].lower()
        if primary in Lang.__members__.values():
            return Lang(primary)
    return Lang.EN


@cache
def messages(lang: Lang) -> GNUTranslations:
    """All catalogues of a language as one."""
    whole: GNUTranslations | None = None
    for path in sorted((LOCALE / lang).glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=lang.value))
        compiled.seek(0)
        one = GNUTranslations(compiled)
        if whole is None:
            whole = one
        else:
            whole._catalog |= one._catalog  # type: ignore[attr-defined]
    return whole or GNUTranslations()


def said(value: object, lang: Lang) -> str:
    """What a pair of labels says: a Bilingual, `{zh, en}`, or anything with `zh` and `en`; a bare text as it is."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Mapping):
        return str(value.get(lang.value) or value.get(f"message_{lang}") or "")
    if isinstance(value, Bilingual) or hasattr(value, lang.value):
        return str(getattr(value, lang.value))
    return str(getattr(value, f"message_{lang}", value))
