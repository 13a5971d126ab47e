"""Reads what people type as they mean it: telephone numbers, e-mail addresses, dates. Pure (DOMAIN 1.8).

What can't be understood without guessing stays as it was typed, for the checks to name.
"""

import re
import unicodedata
from datetime import date

from shared.contracts.texts import normalize_typed

_PUNCTUATION = frozenset("().")
_PLUS_AND_DIGITS = re.compile(r"\+?(\d+)", re.ASCII)
_TRUNK_ZERO = re.compile(r"\d\s*\(0\)")
"""`+49 (0)30`: dialled or not, depending on where one is."""
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]*)>")
_EMAIL = re.compile(r"(?!\.)[^@\s<>,;:]+(?<!\.)@(?!\.)[^@\s<>,;:]+\.[^@\s<>,;:]+(?<!\.)")
_DATE = re.compile(
    r"(\d{4})(?: ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})| ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日)(?:[ T]0?0:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)


def phone_digits(text: str) -> str:
    """The digits of a part of a telephone number, without `tel:`, a leading +, blanks, hyphens, brackets, dots, unseen marks."""
    read = re.sub(r"^tel:", "", _seen(text), flags=re.IGNORECASE)
    bare = "".join(each for each in read if not (each.isspace() or each in _PUNCTUATION or _is_hyphen(each)))
    digits = "".join(str(unicodedata.decimal(each, each)) for each in bare)
    found = None if _TRUNK_ZERO.search(read) else _PLUS_AND_DIGITS.fullmatch(digits)
    return found[1] if found else normalize_typed(text).strip() if bare else ""


def email_address(text: str) -> str:
    """An address without `mailto:`, a name and brackets around it (`Maria <m@example.aw>`), blanks and unseen marks."""
    read = _seen(text)
    found = _IN_BRACKETS.fullmatch(read)
    bare = re.sub(r"^mailto:", "", (found[1] if found else read).strip(), flags=re.IGNORECASE).strip()
    return bare if is_email(bare) else normalize_typed(text).strip()


def is_email(text: str) -> bool:
    """Whether it has the shape of one address: one @, no dot at an edge or beside another, one in the domain (DOMAIN C11)."""
    return bool(_EMAIL.fullmatch(text)) and ".." not in text


def date_of(text: str) -> str | None:
    """A day as YYYY-MM-DD, where its year was written first (`2024/3/5`, `2024年3月5日`, `2024-03-05 00:00:00`)."""
    found = _DATE.fullmatch(" ".join(_seen(text).split()))
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[3] or found[5]), int(found[4] or found[6])).isoformat()
    except ValueError:
        return None


def _seen(text: str) -> str:
    """A text in ordinary width, without what nobody can see."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if unicodedata.category(each) != "Cf").strip()


def _is_hyphen(character: str) -> bool:
    return character == "\u2212" or unicodedata.category(character) == "Pd"
