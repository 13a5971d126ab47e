"""Number formats of spreadsheets: does a cell show the number that is stored in it? Pure.

A format has up to four sections (positive; negative; zero; text), each of digits, literals, and marks for room: `_x` leaves the
width of x, `*x` fills with x. Percentages, fractions, scaling (`0,`), currencies and words beside the number change what is read.
"""

import re

_SECTION = re.compile(r'(?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*', re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<plain>.)', re.DOTALL
)
_HARMLESS = re.compile(r"\$-[0-9a-f,]+|(?P<condition>[<>=]{1,2}-?[0-9.]+)|color ?\d+|(?!(?:h+|m+|s+)$)\w+")
"""Brackets that change no value: a locale, a condition, a colour, Chinese figures (`DBNum1`). `[h]` and `[$€]` are none."""
_SIGNS = r"[-−+()]*"
_NUMBER = re.compile(
    rf"{_SIGNS}(?:general|g/通用格式|@|(?=\.?[0#?])(?:[0#?](?:[0#?,]*[0#?])?)?(?:\.[0#?]*)?(?:e[-+][0#?]+)?){_SIGNS}"
)
"""Digits as stored. A comma behind the last digit is not among them: it divides what is shown by a thousand."""
_DASH = re.compile(r"[-−]\?*")


def shows_what_is_stored(code: str, value: float) -> bool:
    """Whether the cell shows the number that is stored, with any number of decimals; False where it shows nothing."""
    sections = _sections(code)
    if len(sections) > 2 and value == 0:
        chosen = sections[2:3]
    else:
        chosen = sections[1:2] if len(sections) > 1 and value < 0 else sections[:1]
    if any(_has_condition(each) for each in sections):
        chosen = sections[:3]
    return all(_shows(each, value) for each in chosen)


def _sections(code: str) -> list[str]:
    found, at = [], 0
    while at <= len(code):
        section = _SECTION.match(code, at)
        assert section  # noqa: S101 - it may be empty
        found.append(section[0])
        at = section.end() + 1
    return found


def _shows(section: str, value: float) -> bool:
    seen = ""
    for token in _TOKEN.finditer(section.casefold()):
        if token["bracket"] is not None and not _HARMLESS.fullmatch(token["bracket"]):
            return False
        literal = token["quoted"] or token["escaped"] or ""
        if literal.strip("-−+() \u00a0"):
            return False
        seen += literal + (token["plain"] or "")
    shown = "".join(seen.split())
    return bool(_NUMBER.fullmatch(shown)) or (value == 0 and bool(_DASH.fullmatch(shown)))


def _has_condition(section: str) -> bool:
    brackets = (token["bracket"] for token in _TOKEN.finditer(section))
    return any((found := _HARMLESS.fullmatch(each)) and found["condition"] for each in brackets if each)
