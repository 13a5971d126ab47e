"""A document of ours (CommonMark with tables) as HTML for a page: a heading has its anchor, nothing raw comes through. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from services.portal.pages.language import Lang
from services.portal.pages.text_languages import with_languages


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A heading below the title: its anchor, its words (`translated`, or English as they stand), 2 or 3 for how deep it is."""

    anchor: str
    title: str
    translated: bool
    level: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A document without its title: the sections in their order, and the whole as HTML."""

    sections: tuple[PaperSection, ...]
    html: Markup


def anchor_of(heading: str) -> str:
    """The anchor of a heading, as web pages of repositories make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def read_paper(
    text: str, titles: Mapping[str, str], lang: Lang, served: Mapping[str, str] = MappingProxyType({})
) -> Paper:
    """The document in a page of this language; `titles` are what headings are called here, by their anchors, others stay.

    Links stay where they lead to a section of the document, and say what it is called; those to `served` files lead to their
    addresses; of others the words stay.
    """
    tokens = list(_without_title(_PARSER.parse(text)))
    sections: list[PaperSection] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = tokens[place + 1]
            sections.append(_section(words.content, titles, int(token.tag[1:])))
            _entitle(token, words, sections[-1])
        elif token.type == "table_open" and sections:
            token.attrSet("aria-labelledby", sections[-1].anchor)
        elif token.children:
            token.children = list(_within(token.children, titles, served))
    html = _PARSER.renderer.render(tokens, _PARSER.options, {"lang": lang})
    return Paper(tuple(sections), Markup(html))  # noqa: S704  (the parser escapes, and lets no HTML through)


def _section(heading: str, titles: Mapping[str, str], level: int) -> PaperSection:
    anchor = anchor_of(heading)
    return PaperSection(anchor, titles.get(anchor, heading), anchor in titles, level)


def _entitle(heading: Token, words: Token, section: PaperSection) -> None:
    heading.attrSet("id", section.anchor)
    if not section.translated:
        heading.attrSet("lang", "en")
    words.children = [Token("text", "", 0, content=section.title)]


def _without_title(tokens: Sequence[Token]) -> Iterator[Token]:
    within = False
    for token in tokens:
        is_title = token.tag == "h1"
        if not (within or is_title):
            yield token
        within = token.type == "heading_open" if is_title else within


def _within(tokens: Sequence[Token], titles: Mapping[str, str], served: Mapping[str, str]) -> Iterator[Token]:
    """The pieces of a paragraph without links to what is elsewhere."""
    led: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            led.append(href if href.startswith("#") else served.get(href, ""))
            if not led[-1]:
                continue
            token.attrSet("href", led[-1])
        elif token.type == "link_close" and not led.pop():
            continue
        elif led and led[-1] == f"#{anchor_of(token.content)}":
            token.content = titles.get(anchor_of(token.content), token.content)
        yield token


def _text(
    _renderer: object, tokens: Sequence[Token], place: int, _options: object, page: Mapping[str, Lang]
) -> str:
    """Words, of which those in the other language than the page's say so."""
    return with_languages(tokens[place].content, page["lang"])


def _code(
    renderer: object, tokens: Sequence[Token], place: int, options: object, page: Mapping[str, Lang]
) -> str:
    return f"<code>{_text(renderer, tokens, place, options, page)}</code>"


def _lines(
    renderer: object, tokens: Sequence[Token], place: int, options: object, page: Mapping[str, Lang]
) -> str:
    return f"<pre>{_code(renderer, tokens, place, options, page)}</pre>\n"


def _opens_table(_renderer: object, tokens: Sequence[Token], place: int, *_others: object) -> str:
    """A table that is wider than the page scrolls within its own frame."""
    label = escape(str(tokens[place].attrs.get("aria-labelledby", "")))
    return f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{label}"><table class="table">\n'


def _closes_table(*_all: object) -> str:
    return "</table></div>\n"


_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
_PARSER.add_render_rule("text", _text)
_PARSER.add_render_rule("code_inline", _code)
_PARSER.add_render_rule("fence", _lines)
_PARSER.add_render_rule("table_open", _opens_table)
_PARSER.add_render_rule("table_close", _closes_table)
