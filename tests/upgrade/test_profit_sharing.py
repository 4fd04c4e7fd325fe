"""Profit sharing over API v3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.upgrade.cases import APPID, GLOBAL, MAINLAND, SUB_APPID, SUB_MCH_ID, case, checked, plan, sent, told, upgrade
from wxpay_v2.errors import InvalidRequest, Malformed
from wxpay_v2.v3 import catalogue as v3_catalogue

NUMBERS = {"transaction_id": "4208450740201411110007820472", "out_order_no": "P20150806125346"}
RECEIVERS = [
    {"type": "MERCHANT_ID", "account": "190001001", "amount": 100, "description": "a share", "name": "A Shop"},
    {"type": "PERSONAL_OPENID", "account": "86693952", "amount": "888", "description": "another"},
]
SHARED = {**NUMBERS, "receivers": json.dumps(RECEIVERS)}
DONE = {**NUMBERS, "order_id": "6754760740201411110007865434", "state": "FINISHED"}
PAID: dict[str, Any] = {
    "type": "MERCHANT_ID", "account": "190001001", "amount": 100, "description": "a share", "result": "SUCCESS",
    "detail_id": "36011111111111111111111", "create_time": "2026-11-20T09:00:00+08:00",
    "finish_time": "2026-11-20T02:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(("name", "rest"), [("profit_sharing", True), ("multi_profit_sharing", False)])
@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_sharing_once_frees_the_rest_and_sharing_several_times_keeps_it(name: str, rest: bool, region: str) -> None:
    target, document = sent(name, SHARED, region=region, sub=True)
    currency = {"currency": "CNY"} if region == GLOBAL else {}
    assert target == "profit_sharing_order"
    assert document == {
        **NUMBERS, "appid": APPID, "sub_appid": SUB_APPID, "sub_mchid": SUB_MCH_ID, "unfreeze_unsplit": rest,
        "receivers": [
            {**currency, "type": "MERCHANT_ID", "account": "190001001", "amount": 100, "description": "a share",
             "name": "A Shop"},
            {**currency, "type": "PERSONAL_OPENID", "account": "86693952", "amount": 888, "description": "another"},
        ],
    }  # fmt: skip


def test_a_direct_merchant_names_no_sub_merchant() -> None:
    _, document = sent("profit_sharing", SHARED)
    assert document.keys() == {*NUMBERS, "appid", "unfreeze_unsplit", "receivers"}


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_s4_8_names_of_receivers_travel_encrypted(region: str) -> None:
    assert "receivers[].name" in v3_catalogue.find(region, "profit_sharing_order").sensitive
    assert "name" in v3_catalogue.find(region, "profit_sharing_receiver_add").sensitive


@pytest.mark.parametrize("receivers", ["[]", "{}", "[1]", "text", '[{"amount": 1.5}]', '[{"amount": "-1"}]', "[{}]"])
def test_receivers_that_cannot_be_carried_are_refused_before_anything_is_sent(receivers: str) -> None:
    call = case("profit_sharing", SHARED)
    call.fields = {**call.fields, "receivers": receivers}
    with pytest.raises(InvalidRequest, match="receivers"):
        checked(call)


def test_sharing_within_a_brand_is_refused_with_the_product_that_does_it() -> None:
    call = case("profit_sharing", {**SHARED, "brand_mch_id": "1900000103"})
    with pytest.raises(InvalidRequest, match="/v3/brand/profitsharing"):
        plan(call).document(call)


@pytest.mark.parametrize("name", ["profit_sharing", "multi_profit_sharing", "profit_sharing_query"])
def test_receivers_are_answered_as_json_in_a_text(name: str) -> None:
    fields = SHARED if name != "profit_sharing_query" else NUMBERS
    answer = told(name, fields, {**DONE, "sub_mchid": SUB_MCH_ID, "receivers": [PAID]}, sub=True)
    assert json.loads(answer["receivers"]) == [
        {
            "type": "MERCHANT_ID", "account": "190001001", "receiver_account": "190001001",
            "receiver_mchid": "190001001", "amount": 100, "description": "a share", "result": "SUCCESS",
            "detail_id": "36011111111111111111111", "finish_time": "20261120100000",
        }
    ]  # fmt: skip
    assert answer["order_id"] == DONE["order_id"]
    assert answer["sub_mch_id"] == SUB_MCH_ID
    assert answer.get("status") == (None if name == "multi_profit_sharing" else "FINISHED")


def test_the_account_of_a_person_is_no_merchants() -> None:
    row = {**PAID, "type": "PERSONAL_OPENID", "fail_reason": "NO_RELATION", "result": "CLOSED"}
    (one,) = json.loads(told("profit_sharing_query", NUMBERS, {**DONE, "receivers": [row]})["receivers"])
    assert "receiver_mchid" not in one
    assert one["fail_reason"] == "NO_RELATION"


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["MERCHANT_ID", "PERSONAL_OPENID"]),
                "account": st.text("abc123", min_size=1, max_size=32),
                "amount": st.integers(1, 10**9),
                "description": st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=80),
            }
        ),
        min_size=1,
        max_size=5,
    )
)
def test_receivers_come_back_as_they_were_sent(receivers: list[dict[str, Any]]) -> None:
    _, document = sent("profit_sharing", {**NUMBERS, "receivers": json.dumps(receivers)})
    answer = told("profit_sharing", SHARED, {**DONE, "receivers": document["receivers"]})
    back = json.loads(answer["receivers"])
    assert [{name: one[name] for name in ("type", "account", "amount", "description")} for one in back] == receivers


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_the_end_of_sharing_frees_the_rest(region: str) -> None:
    fields = {**NUMBERS, "description": "done"}
    target, document = sent("profit_sharing_finish", fields, region=region, sub=True)
    assert target == "profit_sharing_unfreeze"
    assert document == {**NUMBERS, "description": "done", "sub_mchid": SUB_MCH_ID}
    assert told("profit_sharing_finish", fields, DONE, region=region)["order_id"] == DONE["order_id"]


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_a_query_asks_by_both_numbers(region: str) -> None:
    target, document = sent("profit_sharing_query", NUMBERS, region=region, sub=True)
    assert (target, document) == ("profit_sharing_query", {**NUMBERS, "sub_mchid": SUB_MCH_ID})


RECEIVER = {"type": "MERCHANT_ID", "account": "190001001"}


@pytest.mark.parametrize(("region", "relation"), [(GLOBAL, "SUPPLIER"), (MAINLAND, "STORE")])
def test_a_receiver_is_added_with_its_fields_flat(region: str, relation: str) -> None:
    receiver = {**RECEIVER, "name": "A Shop", "relation_type": relation}
    fields = {"receiver": json.dumps(receiver)}
    target, document = sent("profit_sharing_add_receiver", fields, region=region, sub=True)
    assert target == "profit_sharing_receiver_add"
    assert document == {**receiver, "appid": APPID, "sub_appid": SUB_APPID, "sub_mchid": SUB_MCH_ID}
    answer = told("profit_sharing_add_receiver", fields, {**RECEIVER, "relation_type": relation}, region=region)
    assert json.loads(answer["receiver"]) == RECEIVER


def test_a_relation_that_v3_global_does_not_know_is_refused() -> None:
    receiver = json.dumps({**RECEIVER, "relation_type": "STAFF"})
    with pytest.raises(InvalidRequest, match="relation_type"):
        sent("profit_sharing_add_receiver", {"receiver": receiver}, region=GLOBAL)


@pytest.mark.parametrize(("region", "method", "document"), [(GLOBAL, "DELETE", {}), (MAINLAND, "POST", RECEIVER)])
def test_a_removed_receiver_is_told_even_where_v3_answers_with_no_body(
    region: str, method: str, document: dict[str, Any]
) -> None:
    fields = {"receiver": json.dumps(RECEIVER)}
    target, asked = sent("profit_sharing_remove_receiver", fields, region=region)
    assert v3_catalogue.find(region, target).method == method
    assert asked == {**RECEIVER, "appid": APPID}
    assert json.loads(told("profit_sharing_remove_receiver", fields, document, region=region)["receiver"]) == RECEIVER


@pytest.mark.parametrize("receiver", ["[]", "1", "text"])
def test_a_receiver_that_is_none_is_refused(receiver: str) -> None:
    call = case("profit_sharing_add_receiver", {"receiver": json.dumps(RECEIVER)})
    call.fields = {**call.fields, "receiver": receiver}
    with pytest.raises(InvalidRequest, match="receiver"):
        plan(call).document(call)


RETURN = {
    "out_order_no": "P20150806125346", "out_return_no": "R20190516001", "return_account_type": "MERCHANT_ID",
    "return_account": "86693852", "return_amount": "10", "description": "back",
}  # fmt: skip
RETURNED = {
    "order_id": "3008450740201411110007820472", "out_order_no": "P20150806125346", "out_return_no": "R20190516001",
    "return_id": "3008450740201411110007820473", "return_mchid": "86693852", "amount": 10, "description": "back",
    "result": "FAILED", "fail_reason": "TIME_OUT_CLOSED", "create_time": "2026-11-20T10:00:00+08:00",
    "finish_time": "2026-11-20T10:00:00+08:00",
}  # fmt: skip


def test_what_was_shared_is_given_back_in_the_mainland() -> None:
    target, document = sent("profit_sharing_return", RETURN, sub=True)
    assert target == "profit_sharing_return_order"
    assert document == {
        "sub_mchid": SUB_MCH_ID, "out_order_no": "P20150806125346", "out_return_no": "R20190516001",
        "return_mchid": "86693852", "amount": 10, "description": "back",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["profit_sharing_return", "profit_sharing_return_query"])
def test_a_return_is_answered_in_v2s_names(name: str) -> None:
    fields = RETURN if name == "profit_sharing_return" else {"out_order_no": "P1", "out_return_no": "R1"}
    answer = told(name, fields, RETURNED)
    expected = {
        "return_no": "3008450740201411110007820473", "return_account_type": "MERCHANT_ID", "return_account": "86693852",
        "return_amount": "10", "result": "FAILED", "fail_reason": "TIME_OUT_CLOSED", "finish_time": "20261120100000",
        "order_id": "3008450740201411110007820472",
    }  # fmt: skip
    assert expected.items() <= answer.items()


def test_a_return_is_asked_about_by_the_callers_numbers() -> None:
    fields = {"order_id": "3", "out_order_no": "P1", "out_return_no": "R1"}
    assert sent("profit_sharing_return_query", fields) == (
        "profit_sharing_return_query", {"out_order_no": "P1", "out_return_no": "R1"}
    )  # fmt: skip


def test_a_return_asked_about_by_order_id_alone_and_any_return_abroad_have_no_call() -> None:
    assert not case("profit_sharing_return_query", {"order_id": "3", "out_return_no": "R1"}).target
    for name in ("profit_sharing_return", "profit_sharing_return_query"):
        assert not case(name, {**RETURN, "out_order_no": "P1"} if name.endswith("return") else {}, region=GLOBAL).target
        assert upgrade(name).otherwise is not None


@pytest.mark.parametrize(("region", "extra"), [(GLOBAL, {"sub_mchid": SUB_MCH_ID}), (MAINLAND, {})])
def test_what_is_left_is_asked_by_the_payment(region: str, extra: dict[str, str]) -> None:
    fields = {"transaction_id": "42"}
    target, document = sent("profit_sharing_order_amount_query", fields, region=region, sub=True)
    assert (target, document) == ("profit_sharing_unsplit_amount", {"transaction_id": "42", **extra})
    answer = told("profit_sharing_order_amount_query", fields, {"transaction_id": "42", "unsplit_amount": 1000})
    assert (answer["transaction_id"], answer["unsplit_amount"]) == ("42", "1000")


def test_the_largest_share_is_told_to_mainland_service_providers() -> None:
    target, document = sent("profit_sharing_merchant_ratio_query", {}, sub=True)
    assert (target, document) == ("profit_sharing_max_ratio", {"sub_mchid": SUB_MCH_ID})
    answer = told("profit_sharing_merchant_ratio_query", {}, {"sub_mchid": SUB_MCH_ID, "max_ratio": 2000}, sub=True)
    assert answer["max_ratio"] == "2000"
    assert not case("profit_sharing_merchant_ratio_query", {}).target
    assert not case("profit_sharing_merchant_ratio_query", {}, region=GLOBAL, sub=True).target


@pytest.mark.parametrize("receivers", ["text", [1]])
def test_receivers_of_an_answer_that_are_none_are_refused(receivers: object) -> None:
    with pytest.raises(Malformed):
        told("profit_sharing_query", NUMBERS, {**DONE, "receivers": receivers})
