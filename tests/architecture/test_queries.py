"""Every question that the code asks of the database stands in `shared/contracts/queries.py`, with an index that answers it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.queries import INDEXES, QUERIES, Keys, Query

ROOT = Path(__file__).parents[2]
PRODUCT = ("shared", "services", "cli", "simulator", "deploy", "tools")
ASKING = {
    "find",
    "aggregate",
    "find_one",
    "find_one_and_update",
    "update_one",
    "update_many",
    "delete_one",
    "count",
    "PagedList",
}
REACHES = re.compile(r"\.collection\b|store import Collection|PagedList")
"""What stands in every module that reaches a collection."""
ON_THE_WAY = {
    "shared/contracts/questionnaires.py",  # counts names in a list
    "shared/runtime/store.py",  # hands on what it is asked
    "services/portal/cases/paging.py",  # asks for whoever makes the list
}


def test_whoever_asks_the_database_says_so() -> None:
    unnamed = set(asked()) - {query.asked_in for query in QUERIES}
    assert unnamed == set(), "name each of these questions in shared/contracts/queries.py, with its index"


def test_no_question_is_named_that_nobody_asks() -> None:
    assert {query.asked_in for query in QUERIES} - set(asked()) == set()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{query.asked_in}-{'-'.join(query.equal)}")
def test_its_index_answers_a_question(query: Query) -> None:
    if query.index is None:
        assert query.whole, "where all is read it is said why"
    else:
        assert answers(query.index, query)


@pytest.mark.parametrize(
    ("index", "query", "does"),
    [
        ("a b", "a=", True), ("b a", "a=", False), ("a b _id", "a= b _id", True), ("a b", "a= b _id", False),
        ("a -b -_id", "a= b _id", True), ("a -b _id", "a= b _id", False), ("a b c", "b= a= c", True), ("a b", "a= b>", True),
        ("a b c", "a= c>", False), ("a b c", "a= c", False), ("b _id", "b> b _id", True), ("c b _id", "b> b _id", False),
    ],
)  # fmt: skip
def test_an_index_answers_by_its_leading_fields_and_then_in_its_order(
    index: str, query: str, does: bool
) -> None:
    words = query.split()
    equal = tuple(each[:-1] for each in words if each.endswith("="))
    within = tuple(each[:-1] for each in words if each.endswith(">"))
    order = tuple((each, 1) for each in words if each[-1] not in "=>")
    keys = tuple((each.removeprefix("-"), -1 if each[0] == "-" else 1) for each in index.split())
    assert answers(keys, Query("", "", equal, within, order)) is does


def test_no_index_is_there_twice() -> None:
    for indexes in INDEXES.values():
        kept = [index.keys for index in indexes]
        assert len(kept) == len(set(kept))
        turned = {tuple((name, -way) for name, way in keys) for keys in kept if len(keys) > 1}
        assert turned.isdisjoint(kept)


def answers(index: Keys, query: Query) -> bool:
    """Whether an index gives what is asked for, and no more, in the order that is asked for."""
    lead = index[: len(query.equal)]
    if {name for name, _way in lead} != set(query.equal):
        return False
    rest = index[len(lead) :]
    order = tuple(each for each in query.order if each[0] not in query.equal)
    next_one = rest[0][0] if rest else ""
    if query.within and query.within != (next_one,):
        return False
    turned = tuple((name, -way) for name, way in order)
    return rest[: len(order)] in (order, turned)


def asked() -> Iterator[str]:
    """Where the code asks for anything but documents by their `_id`: `module:function`."""
    for file in (file for root in PRODUCT for file in sorted((ROOT / root).rglob("*.py"))):
        path, text = file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
        if path not in ON_THE_WAY and REACHES.search(text):
            tree = ast.parse(text)
            yield from (f"{path}:{place}" for place in _asked(tree, (), _by_id_names(tree)))


def _asked(node: ast.AST, place: tuple[str, ...], by_id: set[str]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        inside = (*place, child.name) if named else place  # type: ignore[attr-defined]
        if (
            isinstance(child, ast.Call)
            and _asks(child)
            and not (child.args and _is_by_id(child.args[0], by_id))
        ):
            yield ".".join(inside)
        yield from _asked(child, inside, by_id)


def _asks(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == "PagedList"
    own = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "self"
    return isinstance(call.func, ast.Attribute) and call.func.attr in ASKING and not own and bool(call.args)


def _is_by_id(filter: ast.expr, by_id: set[str]) -> bool:
    match filter:
        case ast.BinOp(left=left):
            return _is_by_id(left, by_id)
        case ast.Call(func=ast.Name(id=name)):
            return name in ("as_read", "_as_decided")
        case ast.Name(id=name):
            return name in by_id
        case ast.Dict(keys=keys, values=values):
            return any(
                isinstance(key, ast.Constant) and key.value == "_id" and "$ne" not in ast.unparse(value)
                for key, value in zip(keys, values, strict=True)
            )
    return False


def _by_id_names(tree: ast.Module) -> set[str]:
    """Names that stand for a filter by `_id` wherever they are given a value."""
    given: dict[str, list[bool]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = list(zip(names, values, strict=False))
            case (
                ast.Assign(targets=[name], value=value)
                | ast.AnnAssign(target=name, value=ast.expr() as value)
            ):
                pairs = [(name, value)]
            case _:
                continue
        for name, value in pairs:
            if isinstance(name, ast.Name):
                given.setdefault(name.id, []).append(_is_by_id(value, set()))
    return {name for name, by_id in given.items() if all(by_id)}
