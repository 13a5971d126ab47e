"""Whatever is said in Chinese and English is one Bilingual, never a string that holds both, and no reader cuts one in two."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAID = {"RequestRejected": 1, "RejectedForNow": 1, "problem": 2}
"""Which argument of these is the text."""
IN_ONE_CELL = {"services/portal/workbook/answer_cells.py"}
"""A prompt of a spreadsheet is read by whoever opens the file: it shows both languages."""
BOTH = re.compile(r"[\u4e00-\u9fff][^\n]*[。！？]\s+[A-Z]")


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("shared", "services", "cli"):
        for path in (ROOT / folder).rglob("*.py"):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string of the code but docstrings; in a formatted one X stands for what is filled in."""
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in described:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [each.value if isinstance(each, ast.Constant) else "X" for each in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_a_refusal_is_never_given_a_plain_string() -> None:
    plain = [
        f"{path}:{node.lineno}"
        for path, tree in trees() for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID
        for text in node.args[SAID[node.func.id]:][:1]
        if isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and isinstance(text.value, str))
    ]  # fmt: skip
    assert plain == []


def test_no_string_holds_a_sentence_in_both_languages() -> None:
    both = [
        f"{path}:{line}: {text}"
        for path, tree in trees() if str(path) not in IN_ONE_CELL
        for line, text in strings(tree) if BOTH.search(text)
    ]  # fmt: skip
    assert both == []
