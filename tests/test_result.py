"""A Result is a dict of str as on the wire; typed is the same converted, and never an exception."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date, datetime
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import replies
from wxpay_v2.clock import BEIJING
from wxpay_v2.operation import AMOUNT, BOOL, DATE, ENUM, INT, JSON, LIST, OBJECT, TIME, Field, Operation
from wxpay_v2.result import Result, typed
from wxpay_v2.v2 import catalogue

QUERY = catalogue.find("order_query")
OPENID, SIGN, NONCE = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "C380BEC2BFD727A4B6845133519F3AD6", "5K8264ILTKCH16CQ2502SI8"
PAID = {
    "return_code": "SUCCESS", "trade_state": "SUCCESS", "out_trade_no": "T-1", "total_fee": "100", "cash_fee": "007",
    "time_end": "20240229120000", "openid": OPENID, "sign": SIGN, "nonce_str": NONCE, "coupon_count": "2",
    "coupon_fee": "10", "coupon_fee_0": "5", "coupon_fee_1": "5", "coupon_id_1": "A1", "not_in_the_row": "12",
}  # fmt: skip


def one(row: Field, text: str) -> Any:
    return typed({row.name: text}, (row,))[row.name]


def test_a_result_is_a_dict_of_str_that_remembers() -> None:
    result = Result(PAID, QUERY, b"<xml/>", verified=True)
    assert result == PAID
    assert isinstance(result, dict)
    assert result["cash_fee"] == "007"
    assert (result.operation, result.raw, result.verified) == (QUERY, b"<xml/>", True)
    assert json.loads(json.dumps(result)) == PAID
    with pytest.raises(KeyError):
        result["absent"]
    with pytest.raises(AttributeError):
        result.out_trade_no  # type: ignore[attr-defined]  # noqa: B018 - no attributes made from field names


def test_a_result_is_typed_by_its_row() -> None:
    assert Result(PAID, QUERY).typed == {
        "return_code": "SUCCESS", "trade_state": "SUCCESS", "out_trade_no": "T-1", "total_fee": 100, "cash_fee": 7,
        "time_end": datetime(2024, 2, 29, 12, tzinfo=BEIJING), "openid": OPENID, "sign": SIGN, "nonce_str": NONCE,
        "coupon_count": 2, "coupon_fee": 10, "coupon_fee_$n": [5, 5], "coupon_id_$n": [None, "A1"],
        "not_in_the_row": "12",
    }  # fmt: skip


def test_typed_is_made_once_and_without_a_row_all_stays_text() -> None:
    result = Result(PAID, QUERY)
    assert result.typed is result.typed
    assert Result(PAID).typed == PAID


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (INT, "12", 12),
        (INT, "-12", -12),
        (AMOUNT, "0", 0),
        (BOOL, "true", True),
        (BOOL, "false", False),
        (TIME, "20240229120000", datetime(2024, 2, 29, 12, tzinfo=BEIJING)),
        (TIME, "2024-02-29 12:00:00", datetime(2024, 2, 29, 12, tzinfo=BEIJING)),
        (DATE, "20240229", date(2024, 2, 29)),
        (DATE, "2024-02-29", date(2024, 2, 29)),
        (JSON, '{"a":[1,"x"]}', {"a": [1, "x"]}),
        (ENUM, "Y", "Y"),
    ],
)
def test_a_value_that_fits_is_converted(kind: str, text: str, value: object) -> None:
    assert one(Field("x", kind), text) == value
    assert type(one(Field("x", kind), text)) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (INT, ""), (INT, "--5"), (INT, "1.0"), (INT, "１２"), (INT, "²"), (INT, "1_000"), (INT, " 1"), (INT, "-"),
        (INT, "9" * 5000), (AMOUNT, "12.5"), (BOOL, "True"), (BOOL, "1"), (TIME, "20240230120000"), (TIME, ""),
        (DATE, "20241399"), (JSON, "{"), (JSON, "[" * 100_000), (JSON, "9" * 5000), (JSON, ""),
    ],
    ids=lambda value: value[:12],
)  # fmt: skip
def test_a_value_that_does_not_fit_stays_text(kind: str, text: str) -> None:
    assert one(Field("x", kind), text) == text


def test_a_family_is_a_list_and_a_double_one_a_list_of_lists() -> None:
    rows = (Field("fee_$n", AMOUNT), Field("id_$n_$m"), Field("fee"), Field("fee_$n_$m", AMOUNT))
    fields = {"fee": "9", "fee_1": "5", "id_0_1": "a", "id_2_0": "b", "fee_0_0": "7", "fee_0_x": "8", "fee_": "6"}
    assert typed(fields, rows) == {
        "fee": "9", "fee_$n": [None, 5], "id_$n_$m": [[None, "a"], [], ["b"]], "fee_$n_$m": [[7]],
        "fee_0_x": "8", "fee_": "6",
    }  # fmt: skip


def test_s1_an_absurd_index_makes_no_absurd_list() -> None:
    told = typed({"fee_999999999": "1", "fee_1000": "2", "fee_٣": "3"}, (Field("fee_$n", AMOUNT),))
    assert told == {"fee_999999999": "1", "fee_1000": "2", "fee_٣": "3"}
    assert len(typed({"fee_999": "1"}, (Field("fee_$n", AMOUNT),))["fee_$n"]) == 1000


@pytest.mark.parametrize("operation", catalogue.operations(), ids=attrgetter("name"))
@settings(max_examples=15)
@given(st.data())
def test_every_reply_of_every_row_is_typed_without_loss(operation: Operation, data: st.DataObject) -> None:
    reply = data.draw(replies(operation))
    told = Result(reply, operation).typed
    plain = {row.name: row for row in operation.response if not row.indexed}
    for name, text in reply.items():
        if name in plain:
            value = told[name]
            assert value == text or plain[name].kind in (INT, AMOUNT, TIME, DATE, BOOL, JSON, LIST, OBJECT)
    families = {row.name for row in operation.response if row.indexed}
    indexed = [name for name in reply if name not in plain]
    values = [told[family] for family in families if family in told]
    assert len(indexed) == sum(_count(value) for value in values)


def _count(value: Any) -> int:
    return sum(map(_count, value)) if isinstance(value, list) else int(value is not None)


@settings(max_examples=100)
@given(st.dictionaries(st.from_regex("[a-z]{1,6}(_[0-9]{1,4}){0,2}", fullmatch=True), st.text(max_size=20)))
def test_s2_any_reply_is_typed_without_an_exception(fields: dict[str, str]) -> None:
    for operation in catalogue.operations():
        names = [row.name.replace("$n", "0").replace("$m", "1") for row in operation.response]
        Result({**fields, **dict(zip(names, fields.values(), strict=False))}, operation).typed  # noqa: B018


@pytest.mark.parametrize("show", [repr, str, "{}".format, lambda result: f"{result}", lambda result: f"{[result]}"])
def test_s7_a_result_prints_with_openid_sign_and_nonce_masked(show: Any) -> None:
    shown = show(Result(PAID, QUERY))
    assert "T-1" in shown
    assert "order_query" in shown
    assert "oUpF***" in shown
    assert "C380BE***" in shown
    for secret in (OPENID, SIGN, NONCE):
        assert secret not in shown
    assert repr(Result({})) == "<Result unknown {}>"


@pytest.mark.parametrize("again", [lambda result: pickle.loads(pickle.dumps(result)), copy.copy, copy.deepcopy])  # noqa: S301
def test_a_result_is_pickled_and_copied_whole(again: Any) -> None:
    result = Result(PAID, QUERY, b"<xml/>", verified=False)
    twin = again(result)
    assert type(twin) is Result
    assert twin == result
    assert (twin.raw, twin.verified, twin.operation.name) == (b"<xml/>", False, "order_query")
    assert twin.typed == result.typed
