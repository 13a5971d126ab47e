"""A module that calls itself pure is in the import contract that holds it to that."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("shared", "services", "cli", "simulator", "tools", "deploy")


def test_every_module_that_calls_itself_pure_is_held_to_it() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    held = next(contract["source_modules"] for contract in contracts if contract["id"] == "pure")
    assert sorted(held) == sorted(_call_themselves_pure())


def _call_themselves_pure() -> Iterator[str]:
    for path in (path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py")):
        said = ast.get_docstring(ast.parse(path.read_text())) or ""
        if re.search(r"\bPure\b", said):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts)
