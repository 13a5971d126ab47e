"""What mongoeco does at length for every document, done shortly; the results are the same, as a test compares.

It touches mongoeco's inside, so requirements-local.in pins the version. What each is worth: decision 0031.
"""

import copy
import sys
from collections.abc import Callable
from datetime import datetime
from types import NoneType
from typing import Any

from mongoeco.compat import base
from mongoeco.core._filtering_support import compile_regex
from mongoeco.core.codec import DocumentCodec
from mongoeco.core.compiled_query import CompiledQuery
from mongoeco.core.query_plan import EqualsCondition, InCondition, NotEqualsCondition, RegexCondition

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
    """What runs for a condition on each document: of texts, and `$ne: null`, it is seen at once where one value stands."""
    slowly = str(_code_of_any(self, node, depth))
    if self.collation is not None or "." in getattr(node, "field", "."):
        return slowly
    found = f"doc.get({self._field(node.field)})"
    if isinstance(node, InCondition) and all(type(value) is str for value in node.values):
        known = self._store("texts", frozenset(node.values))
        return f"(({found} in {known}) if type({found}) is str else {slowly})"
    if isinstance(node, EqualsCondition) and type(node.value) is str:
        text = self._store("text", node.value)
        of_a_list = f"({text} in {found}) if isinstance({found}, list) else {slowly}"
        return f"(({found} == {text}) if type({found}) is str else {of_a_list})"
    if isinstance(node, RegexCondition):
        search = self._store("search", compile_regex(node.pattern, node.options).search)
        return f"(({search}({found}) is not None) if type({found}) is str else {slowly})"
    if isinstance(node, NotEqualsCondition) and node.value is None:
        return f"({slowly} if isinstance({found}, list) else ({found} is not None))"
    return slowly


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
