"""Each log line of the product has an event of `shared/contracts/log_events/`, at its level, with its fields, by its services."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from shared.contracts.log_events.event import ON_ANY_LINE, ON_EVERY_LINE
from shared.contracts.log_events.fields import FIELDS
from shared.contracts.log_events.table import GROUPS, LOG_EVENTS
from shared.contracts.topology import SERVICES

ROOT = Path(__file__).parents[2]
LEVELS = {"debug": "debug", "info": "info", "warning": "warning", "error": "error", "exception": "error"}
OF_LIBRARIES = "library_warned"
RUNBOOK = ROOT / "docs/operations/runbook.md"


@dataclass(frozen=True)
class LogCall:
    """One call of a logger: where it stands, which events it may log, at which levels, with which fields."""

    place: str
    events: frozenset[str]
    levels: frozenset[str]
    fields: frozenset[str]


class UnreadableCall(Exception):
    """A call whose event or fields can't be told from the code."""


def test_every_log_call_names_an_event_of_the_table() -> None:
    unknown = [(call.place, event) for call in calls() for event in call.events if event not in LOG_EVENTS]
    assert unknown == [], "describe the event in shared/contracts/log_events/, then `make docs`"


def test_every_log_call_has_the_level_and_the_fields_of_its_event() -> None:
    wrong = [
        (call.place, event, sorted(call.levels - {*LOG_EVENTS[event].levels}), sorted(more))
        for call in calls() for event in call.events & LOG_EVENTS.keys()
        if (more := call.fields - {*LOG_EVENTS[event].fields, *ON_ANY_LINE})
        or not _at_its_level(call, event)
    ]  # fmt: skip
    assert wrong == []


def test_no_event_of_the_table_and_none_of_its_fields_is_logged_nowhere() -> None:
    logged = {event for call in calls() for event in call.events}
    assert set(LOG_EVENTS) - logged == {OF_LIBRARIES}
    for name, event in LOG_EVENTS.items():
        said = {field for call in calls() if name in call.events for field in call.fields}
        assert name == OF_LIBRARIES or {*event.fields} - said - {*ON_ANY_LINE} == set(), name


def test_an_event_of_one_service_is_logged_by_that_service_alone() -> None:
    for call in calls():
        parts = Path(call.place).parts
        if parts[0] == "services":
            assert all(parts[1] in LOG_EVENTS[event].by for event in call.events), call.place


def test_every_event_and_field_is_described_in_both_languages() -> None:
    for event in LOG_EVENTS.values():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", event.name), event.name
        assert {*event.by} <= {*SERVICES}
        for text in (event.label, event.means, event.remedy):
            assert text.zh, event.name
            assert text.en, event.name
    used = {field for event in LOG_EVENTS.values() for field in event.fields}
    assert used | {*ON_EVERY_LINE, *ON_ANY_LINE} == set(FIELDS)
    assert sum(map(len, GROUPS.values())) == len(LOG_EVENTS), "two events have one name"


def test_every_event_that_an_operator_alerts_on_by_contract_is_in_the_table() -> None:
    logs = (ROOT / "docs/contract.md").read_text(encoding="utf-8").split("## 5.")[1].split("## 6.")[0]
    alerted = re.findall(r"`([a-z_]+)`", logs.split("alerts on:")[1])
    assert len(alerted) > 20
    assert [name for name in alerted if name not in LOG_EVENTS] == []


@pytest.mark.parametrize("name", ["runbook.md", "runbook.zh-CN.md"])
def test_the_runbook_has_the_section_that_an_event_leads_to(name: str) -> None:
    page = RUNBOOK.with_name(name).read_text(encoding="utf-8")
    anchors = {
        line.lstrip("# ").lower().replace(" ", "-") for line in page.splitlines() if line.startswith("#")
    }
    assert {event.section for event in LOG_EVENTS.values()} - {""} - anchors == set()


def test_a_call_that_is_not_in_the_table_is_found() -> None:
    module = (
        'log = get_logger()\ndef f():\n    say = log.info if late else log.error\n    say("odd_thing", x=1)\n'
    )
    (call,) = _calls_in(ast.parse(module), "shared/x.py")
    assert [sorted(each) for each in (call.events, call.levels, call.fields)] == [
        ["odd_thing"],
        ["error", "info"],
        ["x"],
    ]
    with pytest.raises(UnreadableCall):
        list(_calls_in(ast.parse("log = get_logger()\nlog.info(made_up())\n"), "shared/x.py"))


def _at_its_level(call: LogCall, event: str) -> bool:
    """Whether a call is at a level of its event; of several events at several levels each has one, as tests of lines see."""
    levels = {*LOG_EVENTS[event].levels}
    return bool(call.levels & levels) if len(call.events) > 1 else call.levels <= levels


@cache
def calls() -> tuple[LogCall, ...]:
    """Every call of a logger in the product."""
    return tuple(
        call
        for folder in ("shared", "services", "cli")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "log." in (text := file.read_text(encoding="utf-8"))
        for call in _calls_in(ast.parse(text), file.relative_to(ROOT).as_posix())
    )


def _calls_in(tree: ast.Module, path: str) -> Iterator[LogCall]:
    says = _says(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            levels = _levels(node.func) or (
                says.get(node.func.id, frozenset()) if isinstance(node.func, ast.Name) else frozenset()
            )
            if levels:
                place = f"{path}:{node.lineno}"
                yield LogCall(place, _events(node, tree, place), levels, _fields(node, tree, place))


def _levels(function: ast.expr) -> frozenset[str]:
    """The levels at which `log.info`, or one of two of them, logs."""
    match function:
        case ast.Attribute(value=ast.Name(id="log"), attr=name) if name in LEVELS:
            return frozenset({LEVELS[name]})
        case ast.IfExp(body=body, orelse=orelse):
            return _levels(body) | _levels(orelse)
    return frozenset()


def _says(tree: ast.Module) -> dict[str, frozenset[str]]:
    """Names that stand for a method of the logger."""
    return {
        node.targets[0].id: levels
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (levels := _levels(node.value))
    }  # fmt: skip


def _events(call: ast.Call, tree: ast.Module, place: str) -> frozenset[str]:
    match call.args:
        case [ast.Constant(value=str(name)), *_]:
            return frozenset({name})
        case [ast.Subscript(value=ast.Name(id=table)), *_]:
            return frozenset(
                str(each.value)
                for value in _assigned(tree, table) if isinstance(value, ast.Dict)
                for each in value.values if isinstance(each, ast.Constant)
            )  # fmt: skip
    raise UnreadableCall(f"{place}: name the event where it is logged")


def _fields(call: ast.Call, tree: ast.Module, place: str) -> frozenset[str]:
    named = {word.arg for word in call.keywords if word.arg} - {"exc_info"}
    for word in call.keywords:
        if word.arg is None:
            named |= _keys(word.value, tree, place)
    return frozenset(named)


def _keys(value: ast.expr, tree: ast.Module, place: str) -> set[str]:
    """The fields that `**value` brings: of a dict, of a name that stands for one, of a function that returns one."""
    match value:
        case ast.Dict(keys=keys, values=values):
            return {
                name
                for key, inner in zip(keys, values, strict=True)
                for name in (_keys(inner, tree, place) if key is None else {ast.literal_eval(key)})
            }
        case ast.BinOp(left=left, right=right):
            return _keys(left, tree, place) | _keys(right, tree, place)
        case ast.IfExp(body=body, orelse=orelse):
            return _keys(body, tree, place) | _keys(orelse, tree, place)
        case ast.Name(id="names") | ast.Call(func=ast.Name(id="find_names")):
            return {"case_no", "case_id", "stage", "message_id", "declaration_id", "command_id"}
        case ast.Name(id=name):
            return {key for each in _assigned(tree, name) for key in _keys(each, tree, place)}
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return {key for each in _returned(tree, name) for key in _keys(each, tree, place)}
    raise UnreadableCall(f"{place}: {ast.unparse(value)}")


def _assigned(tree: ast.Module, name: str) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
    ]  # fmt: skip


def _returned(tree: ast.Module, name: str) -> list[ast.expr]:
    """What a function returns that the module has, or imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
        if isinstance(node, ast.ImportFrom) and any(each.name == name for each in node.names) and node.module:
            file = ROOT / f"{node.module.replace('.', '/')}.py"
            return _returned(ast.parse(file.read_text(encoding="utf-8")), name)
    raise UnreadableCall(f"there is no function {name}")
