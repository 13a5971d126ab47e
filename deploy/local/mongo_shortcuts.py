"""What mongoeco does at length for every document, done shortly; the results are the same, as a test compares.

It touches mongoeco's inside, so requirements-local.in pins the version. What each is worth: decision 0031.
"""

import copy
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from types import NoneType
from typing import Any

from mongoeco.compat import base
from mongoeco.core._filtering_support import compile_regex
from mongoeco.core.codec import DocumentCodec
from mongoeco.core.compiled_query import CompiledQuery
from mongoeco.core.query_plan import (
    ElemMatchCondition,
    EqualsCondition,
    InCondition,
    NotEqualsCondition,
    RegexCondition,
)

_INT64 = 2**63
_compare_any = base._compare_values_default
_encode_any = DocumentCodec.encode
_copy_any = copy.deepcopy
_code_of_any = CompiledQuery._node_to_code


def compare_values(left: Any, right: Any, order: Any) -> Any:
    """-1, 0 or 1, in the order of BSON: two texts and two moments at once, others by a walk over all BSON types."""
    if type(left) is type(right) and type(left) in (str, datetime):
        return (left > right) - (left < right)
    return _compare_any(left, right, order)


def encode(value: Any) -> Any:
    """A value as it is stored; mongoeco looks through all that a document holds once for each of its levels."""
    kind = type(value)
    if kind in (str, NoneType, bool) or (kind is int and -_INT64 <= value < _INT64):
        return value
    if kind is list:
        return [encode(each) for each in value]
    if kind is not dict or len(value) == 1:  # one key alone may be a mark of mongoeco's own
        return _encode_any(value)
    if not all(isinstance(key, str) for key in value):
        raise TypeError("BSON document keys must be strings")
    return {key: encode(each) for key, each in value.items()}


def copied(value: Any, memo: Any = None) -> Any:
    """A copy of a document with all that it holds; what can't be changed is not copied. Called as `copy.deepcopy` is."""
    kind = type(value)
    if kind in (str, int, float, bool, NoneType, datetime):
        return value
    if kind is dict:
        return {key: copied(each) for key, each in value.items()}
    if kind is list:
        return [copied(each) for each in value]
    return _copy_any(value, memo)


def code_of(self: CompiledQuery, node: Any, depth: int = 0) -> str:
    """What runs for a condition on each document: most are seen at once where a text, or a list, stands."""
    slowly = str(_code_of_any(self, node, depth))
    if self.collation is not None or not hasattr(node, "field"):
        return slowly
    code = (_WITHIN if "." in node.field else _ON_TOP).get(type(node))
    return code(self, node, f"doc.get({self._field(node.field)})", slowly) if code else slowly


def _one_of(self: CompiledQuery, node: Any, found: str, slowly: str) -> str:
    if not all(type(value) is str for value in node.values):
        return slowly
    known = self._store("texts", frozenset(node.values))
    of_a_list = f"any(each in {found} for each in {known}) if type({found}) is list else {slowly}"
    return f"(({found} in {known}) if type({found}) is str else {of_a_list})"


def _equal(self: CompiledQuery, node: Any, found: str, slowly: str) -> str:
    if type(node.value) is not str:
        return slowly
    text = self._store("text", node.value)
    of_a_list = f"({text} in {found}) if isinstance({found}, list) else {slowly}"
    return f"(({found} == {text}) if type({found}) is str else {of_a_list})"


def _like(self: CompiledQuery, node: Any, found: str, slowly: str) -> str:
    search = self._store("search", compile_regex(node.pattern, node.options).search)
    return f"(({search}({found}) is not None) if type({found}) is str else {slowly})"


def _like_within(self: CompiledQuery, node: Any, _found: str, slowly: str) -> str:
    search = compile_regex(node.pattern, node.options).search
    matches, told = (
        self._store("matches", partial(_matches, search, node.field.split("."))),
        self._local("told"),
    )
    return f"({told} if ({told} := {matches}(doc)) is not None else {slowly})"


def _other_than(self: CompiledQuery, node: Any, found: str, slowly: str) -> str:
    if node.value is not None:
        return slowly
    return f"({slowly} if isinstance({found}, list) else ({found} is not None))"


def _has_one(self: CompiledQuery, node: Any, found: str, slowly: str) -> str:
    ends = _ends_of(node.condition)
    if ends is None:
        return slowly
    between = self._store("between", partial(_has_between, *ends))
    return f"({between}({found}) if type({found}) is list else {slowly})"


_ON_TOP: dict[type[Any], Callable[[CompiledQuery, Any, str, str], str]] = {
    InCondition: _one_of,
    EqualsCondition: _equal,
    RegexCondition: _like,
    NotEqualsCondition: _other_than,
    ElemMatchCondition: _has_one,
}
_WITHIN = {RegexCondition: _like_within}


def _matches(search: Callable[[str], Any], path: Sequence[str], document: Any) -> bool | None:
    """Whether the text at the end of a path is one that is looked for; None where something else stands on the way."""
    for name in path:
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    if document is None or type(document) is str:
        return document is not None and search(document) is not None
    return None


def _ends_of(condition: Any) -> tuple[str, str] | None:
    """From which text on and before which one an element stands, where that is all that is asked of it."""
    if type(condition) is not dict or set(condition) != {"$gte", "$lt"}:
        return None
    low, high = condition["$gte"], condition["$lt"]
    return (low, high) if type(low) is str and type(high) is str else None


def _has_between(low: str, high: str, values: list[Any]) -> bool:
    return any(type(each) is str and low <= each < high for each in values)


def put_in_place() -> None:
    """Have mongoeco, as far as it is imported, work with these."""
    CompiledQuery._node_to_code = code_of
    base._compare_values_default = compare_values
    DocumentCodec.encode = staticmethod(encode)
    _replace_everywhere("deepcopy", _copy_any, copied)


def _replace_everywhere(name: str, old: Callable[..., Any], new: Callable[..., Any]) -> None:
    for module in [each for key, each in sys.modules.items() if key.startswith("mongoeco.")]:
        if getattr(module, name, None) is old:
            setattr(module, name, new)
