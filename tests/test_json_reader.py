"""Strict JSON: one object, each name once, whole numbers, not too deep; everything else is Malformed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpay_v2.errors import Malformed
from wxpay_v2.json_reader import MAX_BYTES, MAX_DEPTH, read_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4))
def test_what_json_writes_is_read_as_it_was(told: dict[str, Any]) -> None:
    for ascii_only in (True, False):
        assert read_object(json.dumps(told, ensure_ascii=ascii_only).encode()) == told


def test_a_byte_order_mark_is_no_part_of_it() -> None:
    assert read_object(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"[]", b'"a"', b"1", b"null", b"{", b'{"a": 1}}', b'{"a": 1} x', b'{"a": 1.0}', b'{"a": 1e3}',
        b'{"a": NaN}', b'{"a": Infinity}', b'{"a": -Infinity}', b'{"a": 1, "a": 2}', b'{"b": {"a": 1, "a": 1}}',
        b'{"a": "\xff"}', '{"a": 1}'.encode("utf-16"), b'{"a": 1' + b"0" * 18 + b"}", b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a":' * 5000, b'{"a":' * 200 + b"1" + b"}" * 200, b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
        b" " * (MAX_BYTES + 1), b"{'a': 1}", b'{"a": 01}', b'{"a": +1}', b'{"a": .5}', b"\x00",
        b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b'{"a": ["\\ude00\\ud83d"]}',
    ],
)  # fmt: skip
def test_s4_9_whatever_else_it_is_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_object(body)


def test_s4_9_thirty_two_levels_are_read_and_one_more_is_not() -> None:
    deepest = b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH
    assert read_object(deepest)
    with pytest.raises(Malformed, match="32 deep"):
        read_object(b'{"a":' + deepest + b"}")


def test_a_limit_of_its_own_may_be_given() -> None:
    with pytest.raises(Malformed, match="longer than 4 bytes"):
        read_object(b'{"a":1}', limit=4)
