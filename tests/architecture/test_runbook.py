"""The runbook has the sections that others lead to and says what was tried; what operators are told to type is a command."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from cli.commands.others import add_others
from cli.commands.serve import serve
from shared.contracts.log_events.table import LOG_EVENTS

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "docs/operations"
RUNBOOK, IN_CHINESE = OPERATIONS / "runbook.md", OPERATIONS / "runbook.zh-CN.md"
PAPERS = (
    *sorted(OPERATIONS.glob("*.md")),
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    ROOT / "docs/questionnaires.md",
)
_HEADING = re.compile(r"^#{2,4} (.+)$", re.MULTILINE)
_CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_FAS = re.compile(r"(?:^|(?<=[ /;|&(]))fas ([a-z][^;|&#\n]*)")
_ELLIPSES = ("…", "[", "|", "ID", "NO")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as web pages of repositories make them."""
    headings = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def sections() -> set[str]:
    """Where events and findings lead to."""
    found = {event.section for event in LOG_EVENTS.values()} - {""}
    judging = (ROOT / "cli/doctor", ROOT / "services/portal/operations/wrong")
    for file in (file for folder in judging for file in folder.glob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id in ("Finding", "away")
            ):
                found |= {each.value for each in call.args[-1:] if isinstance(each, ast.Constant)}  # type: ignore[misc]
    return found


@pytest.mark.parametrize("page", [RUNBOOK, IN_CHINESE], ids=lambda page: page.name)
def test_the_runbook_has_every_section_that_the_log_and_the_doctor_lead_to(page: Path) -> None:
    assert len(sections()) > 15
    assert sections() - anchors(page) == set()


def test_both_languages_have_the_same_sections() -> None:
    assert _HEADING.findall(RUNBOOK.read_text("utf-8")) == _HEADING.findall(IN_CHINESE.read_text("utf-8"))


def test_every_section_says_when_it_was_followed_or_that_it_was_not() -> None:
    text = RUNBOOK.read_text(encoding="utf-8")
    parts = re.split(r"^#{2,3} ", text, flags=re.MULTILINE)[1:]
    silent = [
        part.splitlines()[0] for part in parts if not re.search(r"\*(Followed|Not tried here)[ ,:*]", part)
    ]
    assert silent == ["Alerts"]


@pytest.mark.parametrize("page", PAPERS, ids=lambda page: page.name)
def test_every_command_that_an_operator_is_told_to_type_is_one(page: Path) -> None:
    wrong = [(line, why) for line in commands(page) if (why := fault_of(line))]
    assert wrong == []


def test_a_command_that_there_is_not_is_found() -> None:
    assert fault_of("receipts list --state parked") == ""
    assert fault_of("receipts burn ID") == "burn"
    assert fault_of("doctor --slowly") == "--slowly"
    assert len(list(commands(RUNBOOK))) > 20


def commands(page: Path) -> Iterator[str]:
    """What is typed after `fas` in the code of a page."""
    for block, inline in _CODE.findall(page.read_text(encoding="utf-8")):
        yield from (found.strip() for found in _FAS.findall(block or inline))


def fault_of(line: str) -> str:
    """The first word that is no command or no option of one; '' where all are."""
    found = app()
    words = shlex.split(line, comments=True)
    while hasattr(found, "commands") and words:
        word = words.pop(0)
        if "|" in word:  # one of several
            return next((each for each in word.split("|") if each not in found.commands), "")
        if word.startswith(_ELLIPSES):
            return ""
        if word not in found.commands:
            return word
        found = found.commands[word]
    known = {option for parameter in found.params for option in parameter.opts}
    return next(
        (each for each in words if re.match(r"--\w", each) and each.partition("=")[0] not in known), ""
    )


def app() -> Any:
    """The whole command line."""
    made = typer.Typer()
    made.command()(serve)
    add_others(made)
    return typer.main.get_command(made)
