"""One word for one thing: `docs/glossary.md` says which, and what is said instead stands nowhere."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
HEADING = "## One word for one thing"
QUESTIONNAIRES = ("services/questionnaire/catalogue/*.yaml", "shared/contracts/catalogue.py")
PAGES = (
    "services/**/*.py", "services/**/*.html", "services/**/*.js", "services/**/*.po", "shared/**/*.py", "cli/**/*.py",
    "README.zh-CN.md", "docs/*.zh-CN.md", "docs/operations/*.zh-CN.md",
)  # fmt: skip
NAMELESS = re.compile(
    r"(?<!中国)(?<!中国（)(?:台湾|香港|澳门)|\b(?:Taiwan|Hong Kong|Macao|Macau)\b(?!, China)|福克兰群岛(?!）)"
)
"""A region of China without China, and the Malvinas by the other name alone."""


class Term(NamedTuple):
    """What is said and what is not, in both languages; `where` is `all` or `pages`."""

    where: str
    zh: str
    not_zh: str
    en: str
    not_en: str


def _terms() -> Iterator[Term]:
    section = (ROOT / "docs/glossary.md").read_text().partition(HEADING)[2].partition("\n## ")[0]
    rows = (line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| where"))
    yield from (Term(*(cell.strip(" ") for cell in row.strip("|").split("|"))) for row in rows)


TERMS = tuple(_terms())


@cache
def _said(*patterns: str) -> dict[str, str]:
    """The texts of files, with folded lines and broken messages as one line."""
    paths = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    found = {str(path.relative_to(ROOT)): path.read_text() for path in sorted(paths)}
    return {name: re.sub(r'(?:"\n"|\s*\n\s*)', " ", text) for name, text in found.items()}


def _texts(where: str) -> dict[str, str]:
    return _said(*PAGES, *QUESTIONNAIRES) if where == "all" else _said(*PAGES)


def test_the_table_is_read() -> None:
    assert len(TERMS) > 30
    assert {term.where for term in TERMS} == {"all", "pages"}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.en or term.zh)
def test_a_thing_is_called_by_its_word_and_by_no_other(term: Term) -> None:
    texts = _texts(term.where)
    wrong = [word for words in (term.not_zh.split("；"), term.not_en.split("; ")) for word in words if word]
    found = [f"{name}: {word}" for name, text in texts.items() for word in wrong if word in text]
    assert found == [], f"say {term.zh} / {term.en}"
    whole = "\n".join(texts.values()).casefold()
    assert [word for word in (term.zh, term.en) if word.casefold() not in whole] == []


def test_regions_of_china_are_named_with_china() -> None:
    texts = _texts("all") | _said(
        "shared/contracts/places.csv", "docs/**/*.md", "README*.md", "deploy/**/*.py"
    )
    found = {name: NAMELESS.findall(text) for name, text in texts.items()}
    assert {name: words for name, words in found.items() if words} == {}
