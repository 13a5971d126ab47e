"""The shortcuts of the local database give what mongoeco gives without them."""

import copy
from datetime import UTC
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from bson import Decimal128, Int64, ObjectId
from bson.binary import Binary
from hypothesis import given
from hypothesis import strategies as st
from mongoeco.core.codec import DocumentCodec
from mongoeco.core.compiled_query import CompiledQuery
from mongoeco.core.query_plan import compile_filter

from deploy.local.mongo_shortcuts import code_of, copied, encode

plain = DocumentCodec.encode

texts = st.text(max_size=8) | st.sampled_from(["$mongoeco", "type", "value", "a" * 24, "0" * 24])
moments = st.datetimes()
scalars = (
    st.none() | st.booleans() | texts | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | moments
    | moments.map(lambda at: at.replace(tzinfo=UTC)) | st.binary(max_size=5) | st.builds(Int64, st.integers(-9, 9))
    | st.sampled_from([Decimal128("1.10"), Decimal("2.5"), ObjectId(b"0" * 12), Binary(b"x", 5)])
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4) | st.tuples(inner),
    max_leaves=20,
)


@given(values)
def test_a_value_is_stored_as_mongoeco_stores_it(value: Any) -> None:
    assert repr(encode(value)) == repr(plain(value))
    marked = {"$mongoeco": {"type": "datetime", "value": value}}
    assert repr(encode(marked)) == repr(plain(marked))


@pytest.mark.parametrize(
    "wrong", [2**63, -(2**63) - 1, {1}, frozenset({1}), {1: 2}, {1: 2, "a": 1}, {"a": {1: 2}, "b": [{3}]}]
)
def test_what_is_no_bson_is_refused_as_before(wrong: Any) -> None:
    for value in (wrong, [wrong], {"x": wrong}, {"x": 1, "y": [wrong]}):
        with pytest.raises(Exception) as expected:  # noqa: PT011 - whichever mongoeco raises
            plain(value)
        with pytest.raises(type(expected.value)):
            encode(value)


@given(values)
def test_a_copy_is_equal_and_shares_nothing_that_can_be_changed(value: Any) -> None:
    made = copied(value)
    assert repr(made) == repr(copy.deepcopy(value))
    assert type(made) is type(value)
    for mine, theirs in zip(_containers(made), _containers(value), strict=True):
        assert mine is not theirs


def _containers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in _containers(each))]
    if isinstance(value, list):
        return [value, *(found for each in value for found in _containers(each))]
    return []


looked_at = (
    st.none()
    | st.sampled_from(["", "ab", "abc", "b", 1, True])
    | st.lists(st.sampled_from(["ab", "b", 1, None, ["b"]]))
)
within = (
    looked_at
    | st.dictionaries(st.just("b"), looked_at)
    | st.lists(st.dictionaries(st.just("b"), looked_at), max_size=2)
)


@pytest.mark.parametrize(
    "condition",
    [
        {"$regex": "b"}, {"$regex": "^$"}, {"$in": ["ab", "x"]}, {"$in": ["b", None]}, {"$ne": None}, "b",
        {"$elemMatch": {"$gte": "a", "$lt": "b"}}, {"$elemMatch": {"$gte": 1, "$lt": 2}}, {"$elemMatch": {"$gte": "a"}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["a", "a.b", "a.b.c"])
@given(st.dictionaries(st.just("a"), within))
def test_a_condition_holds_where_mongoeco_says_so(field: str, condition: Any, document: Any) -> None:
    plan = compile_filter({field: condition})
    expected = CompiledQuery(plan).match(document)
    with patch.object(CompiledQuery, "_node_to_code", code_of):
        assert CompiledQuery(plan).match(document) is expected
