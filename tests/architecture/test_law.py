"""The law of the product stands in docs/: every number that is cited, every word of the closed sets."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from shared.contracts.vocabulary import RECEIPTS, DeclarationType, Kind, Party, Purpose, Role, Stage, Status

ROOT = Path(__file__).parents[2]
_CITED = ("shared", "services", "deploy", "tests", "docs")
_TEXTS = {".css", ".html", ".js", ".md", ".po", ".py", ".sh", ".typ", ".xsd", ".yaml", ".yml"}
_NUMBERS = r"[A-K]?\d+(?:\.\d+)*|[A-K]\b"
_CITATION = re.compile(rf"\b(DOMAIN|CONTRACT) ((?:{_NUMBERS})(?:(?:, | and |–)(?:{_NUMBERS}))*)")
_DEFINED = re.compile(rf"^(?:#+ (?:Part )?|- |\| )({_NUMBERS})\b", re.MULTILINE)
_LAW = {"DOMAIN": "domain.md", "CONTRACT": "contract.md"}


@pytest.mark.parametrize("law", _LAW)
def test_every_number_cited_is_written_down(law: str) -> None:
    defined = set(_DEFINED.findall((ROOT / "docs" / _LAW[law]).read_text(encoding="utf-8")))
    missing = sorted(f"{where}: {law} {number}" for where, number in _cited(law) if number not in defined)
    assert missing == []


@pytest.mark.parametrize("law", _LAW)
def test_the_code_cites_the_law(law: str) -> None:
    assert len(list(_cited(law))) > 30


@pytest.mark.parametrize(
    "words",
    [Kind, Stage, Status, RECEIPTS, DeclarationType, Purpose, Party, Role],
    ids=lambda words: getattr(words, "__name__", "RECEIPTS"),
)
def test_the_glossary_knows_every_word(words: Iterable[str]) -> None:
    known = set(re.findall(r"`([^`]+)`", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")))
    assert [str(word) for word in words if str(word) not in known] == []


def _cited(law: str) -> Iterator[tuple[str, str]]:
    for path in _texts():
        for name, numbers in _CITATION.findall(path.read_text(encoding="utf-8")):
            if name == law:
                yield from ((str(path.relative_to(ROOT)), each) for each in re.findall(_NUMBERS, numbers))


def _texts() -> Iterator[Path]:
    for folder in _CITED:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in _TEXTS and "vendor" not in path.parts and path.is_file():
                yield path
    yield from ROOT.glob("*.md")
