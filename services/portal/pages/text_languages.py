"""Which language a text is in, by its script: customs and officers write Chinese, English, or both in one text. Pure.

A page says its own language; what is in the other one says so itself (WCAG 2.2, 3.1.2), so that it is read aloud and drawn right.
"""

import re

from markupsafe import Markup, escape

from services.portal.pages.language import Lang

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_WITH_HAN = "\u3000-\u303f\uff00-\uffef\u201c\u201d\u2018\u2019\u2014\u2026\u00b7"
_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_WORD = f"[{_LETTER}]{{2,}}"
_RUNS = {
    Lang.EN: re.compile(rf"[\u3008-\u3011]?[{_HAN}](?:[{_HAN}{_WITH_HAN}\s\d]*[{_HAN}{_WITH_HAN}\d])?"),
    Lang.ZH: re.compile(rf"{_WORD}(?:[^{_HAN}\u3000-\u303f\uff00-\uffef]*[{_LETTER}.!?)])?"),
}
"""What is in the other language than the page's: Chinese characters with what stands between them; words of Latin letters."""
_OTHER = {Lang.EN: Lang.ZH, Lang.ZH: Lang.EN}


def with_languages(text: object, page: Lang) -> Markup:
    """The text, escaped; each passage in the other language than the page's stands in an element that names it."""
    tag = _OTHER[page].tag
    marked, end = Markup(), 0
    whole = str(text or "")
    for run in _RUNS[page].finditer(whole):
        marked += escape(whole[end : run.start()]) + Markup('<span lang="{}">{}</span>').format(tag, run[0])
        end = run.end()
    return marked + escape(whole[end:])


def language_attribute(text: object, page: Lang) -> Markup:
    """` lang="…"` for an element that holds the text alone (a field), where more of it is in the other language; else nothing."""
    whole = str(text or "")
    chinese = len(re.findall(f"[{_HAN}]", whole))
    words = len(re.findall(_WORD, whole))
    written = Lang.ZH if chinese > words else Lang.EN if words > chinese else page
    return Markup("") if written is page else Markup(' lang="{}"').format(written.tag)
