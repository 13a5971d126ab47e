"""Every standard that a questionnaire cites has its row in docs/questionnaire-sources.md; what is open there is marked here."""

import re
from pathlib import Path

from services.questionnaire.catalogue import load
from shared.contracts.questionnaires import all_questions

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "services/questionnaire/catalogue"
NUMBER = re.compile(r"\b(GB|GB/T|GH/T)\s?(\d+(?:\.\d+)?)\b")
ROW = re.compile(r"^\| ((?:GB|GH)(?:/T)? [\d.]+) \|.*\| (.+?) \|$", re.MULTILINE)
SOURCES = (ROOT / "docs/questionnaire-sources.md").read_text(encoding="utf-8")
STATES = dict(ROW.findall(SOURCES))
A_LIMIT = re.compile(r"\d (?:[mμ]?g|Bq)/|\bm=\d")


def cited() -> dict[str, set[str]]:
    """The numbers that each file cites, its comments left out."""
    return {
        path.name: {f"{kind} {digits}" for kind, digits in NUMBER.findall(_said(path))}
        for path in CATALOGUE.glob("*.yaml")
    }


def _said(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return " ".join(re.sub(r"(^|\s)#.*", "", line).strip() for line in lines)


def test_every_standard_cited_has_a_source_or_is_marked() -> None:
    assert {name: numbers - set(STATES) for name, numbers in cited().items() if numbers - set(STATES)} == {}
    assert len(STATES) > 40


def test_the_list_holds_nothing_that_no_questionnaire_cites() -> None:
    assert set(STATES) - set().union(*cited().values()) == set()


def test_each_state_is_one_of_two() -> None:
    assert {state.split(":")[0] for state in STATES.values()} == {"checked", "to be checked"}


def test_what_is_open_is_marked_where_authors_see_it() -> None:
    marked = set(
        re.findall(
            r"# to be checked: ((?:GB|GH)(?:/T)? [\d.]+)", (CATALOGUE / "common.yaml").read_text("utf-8")
        )
    )
    assert marked == {number for number, state in STATES.items() if state != "checked"}


def test_every_limit_stated_has_its_source_and_is_said_in_both_languages() -> None:
    rows = [
        row
        for question in all_questions(load().values())
        if question.id.endswith(".standards_differences")
        for row in question.prepared
    ]
    stated = {row.code for row in rows if A_LIMIT.search(row.en)}
    assert stated == {row.code for row in rows if A_LIMIT.search(row.zh)}
    assert stated == set(re.findall(r"^\| `(\w+)`", SOURCES, re.MULTILINE))
