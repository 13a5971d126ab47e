"""Every table by cause, stage, status, reason, kind of question … has a line for each, or a reason here why not.

The tables are found by themselves: mappings of a module whose keys are all members (or values) of one enumeration.
"""

import ast
import importlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from shared.contracts.questionnaires import ColumnKind, QuestionKind
from shared.contracts.vocabulary import COMMANDS, Cause, Outcome, Stage, Status

ROOT = Path(__file__).parents[2]
PRODUCT = ("shared", "services", "cli", "simulator", "tools", "deploy")
FACTS = frozenset(Cause) - COMMANDS
SUBMITTED = frozenset({
    Stage.APPLICATION, Stage.ACCEPTANCE, Stage.QUESTIONNAIRE, Stage.EVALUATION, Stage.PROTOCOL_CONSULTATION,
    Stage.CERTIFICATE_CONSULTATION,
})  # fmt: skip

CELLS = frozenset(map(QuestionKind, get_args(ColumnKind)))

OF_SOME: dict[str, tuple[Collection[Enum], str]] = {
    "shared.contracts.facts.FACT_CLASSES": (FACTS, "a command is no fact"),
    "shared.lifecycle.rules.SPEAKS_OF": (FACTS, "a command names its stage itself"),
    "shared.lifecycle.rules.EDITABLE": (SUBMITTED, "customs alone moves the others"),
    "shared.lifecycle.decide._WITHOUT_ROW": ({Outcome.STALE, Outcome.NOT_YET}, "the others are decided before"),
    "services.customs_gateway.receipts.outcomes._ENDS": (
        frozenset(Outcome) - {Outcome.NOT_YET}, "a receipt that came too early waits",
    ),
    "services.portal.cases.next_steps._FILL_IN": (SUBMITTED, "customs alone moves the others"),
    "services.portal.cases.next_steps._RESULTS": (SUBMITTED, "nothing is submitted in the others"),
    "services.portal.cases.next_steps._ONWARD": (
        frozenset(Stage) - {Stage.ACCEPTANCE, Stage.COMPLETED}, "a check's answer is not approved, and nothing follows the end",
    ),
    "services.portal.cases.next_steps._ENDS": ({Status.APPROVED, Status.NOT_APPROVED}, "a case ends in no other status"),
    "services.portal.cases.next_steps._ON_THE_WAY": (
        {Status.DECLARED, Status.SEND_FAILED}, "in every other status it is not the system's turn",
    ),
    "services.portal.cases.sentences._ENDED": ({Status.APPROVED, Status.NOT_APPROVED}, "a case ends in no other status"),
    "services.portal.cases.stage_views._SHOWN": (
        SUBMITTED - {Stage.QUESTIONNAIRE}, "questionnaires have their questions, the others what receipts brought",
    ),
    "deploy.demo.answers.CELLS": (CELLS, "a cell is of no other kind"),
    "shared.questionnaires.format_checks._CELLS": (CELLS, "a cell is of no other kind"),
    "services.portal.cases.answering._OF_CELLS": (CELLS, "a cell is of no other kind"),
    "cli.questionnaires.xlsform.rows._TYPES_OF_CELLS": (CELLS, "a cell is of no other kind"),
}  # fmt: skip
"""Complete for these members, which are all that can come."""
WITH_A_DEFAULT = {
    "services.portal.printing.blank_form._BODIES": "every other kind has room to write",
    "services.portal.printing.blank_form._LINES": "every other kind is written in one line",
    "shared.lifecycle.rules._BEGINS": "every other fact has rows, which say of what it speaks",
    "shared.lifecycle.case_texts._OF_STAGES": "nobody types a text into the others",
    "shared.lifecycle.stages.APPROVED_SENTENCES": "the manual says the same of every other stage (DOMAIN 1.3)",
    "services.customs_gateway.receipts.ledger._ASKED_AT_ONCE": "asked only of what waits",
    "services.customs_gateway.receipts.outcomes._EVENTS": "CONTRACT 5 names no event for the others",
    "services.customs_gateway.receipts.translation._CHECKS": "the schema says all there is to check of the others",
    "services.portal.cases.comparison._VALUE_DIFFS": "other values are shown side by side",
    "services.portal.cases.next_steps._AGAIN": "whatever else may be edited is asked for the first time",
    "services.portal.cases.views._TRANSPORT": "in every other status customs has it",
    "services.portal.news.digests.KINDS": "the other rhythms have no digest",
    "services.portal.news.digests._DAYS": "asked of digests alone",
    "services.portal.news.events._OF_RECEIPTS": "whatever else customs does is a step of theirs",
    "services.portal.news.letters._DIGESTS": "the others tell one thing, which is their subject",
    "services.portal.news.letters._EVENTS": "a reminder says how many days are left",
    "services.portal.pages.help.topics.PICTURES": "the other topics are words alone",
    "services.portal.pages.ops.mails._COLOURS": "every other state has one colour",
    "services.portal.workbook.cells.FORMATS": "every other kind is typed as text",
    "services.portal.workbook.cells.WIDTHS": "the columns beyond are those of tables, and have one width",
    "services.portal.workbook.cells._LOOK_OF_COLUMN": "every other column is locked",
    "services.portal.workbook.cells._LOOK_OF_ROLE": "other rows look as their column does",
    "services.portal.workbook.layout._BLOCKS": "every other kind is answered in its own row",
    "services.portal.workbook.values._VALUES": "the others have no cell of their own to be read",
    "services.questionnaire.catalogue.contradictions._LIMITS_OF": "every other kind has no limits",
    "services.portal.workbook.words._HOW_OF_COLUMN": "a text needs no hint",
    "shared.questionnaires.format_checks._NOT_READ": "the other cells are read as they stand",
    "services.questionnaire.checks._EMPTIED": "a number or a file is emptied by None",
    "deploy.demo.timeline._COLOURS": "every other status has one colour",
}
"""Whoever looks something up has an answer for members without a line."""


@dataclass(frozen=True)
class KeyedTable:
    """A mapping by the members of one enumeration."""

    members: frozenset[Enum]
    enumeration: type[Enum]

    @property
    def complete(self) -> bool:
        """Whether every member has a line."""
        return self.members == frozenset(self.enumeration)


@cache
def modules() -> Mapping[Path, ModuleType]:
    """Every module of the product."""
    paths = sorted(
        path for part in PRODUCT for path in (ROOT / part).rglob("*.py") if path.stem != "__main__"
    )
    return {path: importlib.import_module(module_name(path)) for path in paths}


def module_name(path: Path) -> str:
    """What a file is imported as."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def vocabularies() -> tuple[type[StrEnum], ...]:
    """The enumerations of the shared language whose members are texts, small ones first."""
    named = {
        value for module in modules().values() for value in vars(module).values() if isinstance(value, type)
    }
    of_text = [each for each in named if issubclass(each, StrEnum) and each.__module__.startswith("shared.")]
    return tuple(sorted(of_text, key=lambda each: (len(each), each.__name__)))


@cache
def tables() -> Mapping[str, KeyedTable]:
    """Every table by its name."""
    found = {}
    for path, module in modules().items():
        for name in assigned(ast.parse(path.read_text(encoding="utf-8"))):
            table = table_of(getattr(module, name, None))
            if table:
                found[f"{module.__name__}.{name}"] = table
    return found


def table_of(value: object) -> KeyedTable | None:
    """A mapping with keys of one enumeration, or with at least two texts that are values of one."""
    if not isinstance(value, Mapping) or not value:
        return None
    kinds = {type(key) for key in value}
    kind = kinds.pop()
    if not kinds and issubclass(kind, Enum):
        return KeyedTable(frozenset(value), kind)
    if kinds or kind is not str or len(value) == 1:
        return None
    fitting = (each for each in vocabularies() if set(value) <= {member.value for member in each})
    return next((KeyedTable(frozenset(map(each, value)), each) for each in fitting), None)


def assigned(tree: ast.Module) -> Iterator[str]:
    """The names that a module gives values to, not those that it imports."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id


def test_the_tables_are_found() -> None:
    assert {
        "shared.lifecycle.stages.STATUS_LABELS",
        "shared.contracts.vocabulary.CAUSE_LABELS",
        "deploy.demo.answers.VALUES",
    } <= set(tables())
    assert len(tables()) > 40


def test_every_table_has_a_line_for_every_member() -> None:
    partial = {name for name, table in tables().items() if not table.complete}
    assert partial == {*OF_SOME, *WITH_A_DEFAULT}, "fill in what is missing, or say here why nothing is"


@pytest.mark.parametrize("name", OF_SOME)
def test_a_table_of_some_has_a_line_for_each_of_those(name: str) -> None:
    members, reason = OF_SOME[name]
    assert tables()[name].members == frozenset(members), reason
