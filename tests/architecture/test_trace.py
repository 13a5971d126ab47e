"""The trace of a receipt leads to definitions: each link to code is followed by names that its file defines."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRACES = {
    "README.md": "## How a receipt becomes a movement",
    "README.zh-CN.md": "## 一条回执如何推动案件",
    "ARCHITECTURE.md": "## The trace",
}
STEPS = {
    "on_receipt",
    "ReceiptProcessor.store",
    "WorkQueue.sweep",
    "read_receipt",
    "on_fact",
    "Lifecycle.advance",
    "decide",
    "ROWS",
    "Cases.save",
    "Relay.wake",
    "on_settled",
    "send_ack",
    "on_movement",
}
_LINK = re.compile(r"\]\((?P<path>[\w/.]+\.py)\)(?P<names>(?:(?:, | )`[\w.]+`)*)")


@pytest.mark.parametrize("page", TRACES)
def test_each_link_of_the_trace_is_followed_by_what_its_file_defines(page: str) -> None:
    for path, names in trace_of(page):
        assert names, f"{page}: what is to be looked for in {path}?"
        assert [name for name in names if name not in defined_in(path)] == [], path


@pytest.mark.parametrize("page", TRACES)
def test_the_trace_names_every_step(page: str) -> None:
    assert {name for _, names in trace_of(page) for name in names} >= STEPS


def test_the_trace_is_the_same_in_both_languages() -> None:
    assert trace_of("README.md") == trace_of("README.zh-CN.md")


def trace_of(page: str) -> list[tuple[str, list[str]]]:
    """Each link of the trace to code, with the names after it."""
    text = (ROOT / page).read_text(encoding="utf-8").split(TRACES[page])[1].split("\n## ")[0]
    joined = re.sub(r"\n *", " ", text)
    return [(link["path"], re.findall(r"`([^`]+)`", link["names"])) for link in _LINK.finditer(joined)]


def defined_in(path: str) -> set[str]:
    """The names of a module's functions, classes, their methods (`Class.method`) and constants."""
    names = set[str]()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names.add(node.name)
            names |= {
                f"{node.name}.{each.name}"
                for each in node.body
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return names
