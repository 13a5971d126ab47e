"""The templates of pages: Jinja's environment for each language, with the words and filters that they use."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.portal.cases.answering import required_where
from services.portal.cases.paging import MOST_COUNTED
from services.portal.pages import formatting
from services.portal.pages.assets import address
from services.portal.pages.language import Lang, messages, said
from services.portal.pages.text_languages import language_attribute, with_languages
from shared.contracts.questionnaires import unit_in
from shared.contracts.reading import date_of
from shared.questionnaires.tables import cell_text, options_of

TEMPLATES = Path(__file__).parents[1] / "templates"


@cache
def templates(lang: Lang) -> Environment:
    """The templates in a language; an unknown name in one is an error, not an empty text."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"], auto_reload=False,
    )  # fmt: skip
    found.install_gettext_translations(messages(lang), newstyle=True)  # type: ignore[attr-defined]
    found.globals |= {
        "lang": lang,
        "asset": address,
        "query": urlencode,
        "_": _spoken(lang),
        "most_counted": MOST_COUNTED,
        "cell_text": cell_text,
        "options_of": options_of,
        "required_where": required_where,
        "day_of": date_of,
    }
    found.filters |= {"said": lambda value: said(value, lang)}
    found.filters |= {
        name: getattr(formatting, name)
        for name in ("moment", "day", "size", "number", "counted", "telephone", "wrapped", "urgency")
    }
    found.filters["lasted"] = lambda value: formatting.lasted(value, lang)
    found.filters["unit"] = lambda unit: unit_in(unit, lang.value)
    found.filters["typed"] = lambda text: with_languages(text, lang)
    found.filters["lang_attribute"] = lambda text: language_attribute(text, lang)
    return found


def _spoken(lang: Lang) -> Callable[..., Markup]:
    """The `_` of the templates, as Jinja's own with escaped values, but a text without any is made once: lists have hundreds."""
    known = messages(lang)

    @cache
    def alone(message: str) -> Markup:
        return Markup(known.gettext(message)) % {}  # noqa: S704  (the catalogue is ours)

    def spoken(message: str, **values: object) -> Markup:
        return Markup(known.gettext(message)) % values if values else alone(message)  # noqa: S704

    return spoken
