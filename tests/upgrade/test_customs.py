"""Customs declarations over API v3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.upgrade.cases import APPID, GLOBAL, MCH_ID, case, plan, sent, told, upgrade
from wxpay_v2.errors import InvalidRequest, Malformed
from wxpay_v2.upgrade.case import chosen
from wxpay_v2.v3 import catalogue as v3_catalogue
from wxpay_v2.v3 import document as v3_document

NUMBERS = {"out_trade_no": "T100001", "transaction_id": "1000320306201511078440737890"}
OFFICE = {"customs": "GUANGZHOU_ZS", "mch_customs_no": "D00411"}
DECLARED = {**NUMBERS, **OFFICE, "duty": "888"}
SPLIT = {"sub_order_no": "S1", "fee_type": "CNY", "order_fee": "30", "transport_fee": "10", "product_fee": "20"}
BUYER = {"cert_type": "IDCARD", "cert_id": "330821198809085211", "name": "张三"}
IDS = {"appid": APPID, "mchid": MCH_ID}


def _sent(name: str, fields: dict[str, str]) -> tuple[str, dict[str, Any]]:
    return sent(name, fields, region=GLOBAL)


def test_a_declaration_is_posted() -> None:
    target, document = _sent("customs_declare", {**DECLARED, **SPLIT, "action_type": "ADD"})
    assert target == "customs_declare"
    assert document == {
        **IDS, **NUMBERS, "customs": "GUANGZHOU_ZS", "merchant_customs_no": "D00411", "duty": 888, "sub_order_no": "S1",
        "fee_type": "CNY", "order_fee": 30, "transport_fee": 10, "product_fee": 20,
    }  # fmt: skip


def test_a_declaration_without_action_type_is_a_new_one() -> None:
    assert _sent("customs_declare", DECLARED)[0] == "customs_declare"


def test_a_modification_is_patched_and_names_no_currency() -> None:
    target, document = _sent("customs_declare", {**DECLARED, **SPLIT, "action_type": "MODIFY"})
    assert target == "customs_modify"
    assert v3_catalogue.find(GLOBAL, target).method == "PATCH"
    assert "fee_type" not in document
    assert document["order_fee"] == 30


@pytest.mark.parametrize("name", ["customs_declare", "customs_declare_query", "customs_redeclare"])
@pytest.mark.parametrize("office", ["NO", "ZONGSHU"])
def test_an_office_that_v3_does_not_list_is_refused_before_anything_is_sent(name: str, office: str) -> None:
    with pytest.raises(InvalidRequest, match="no such customs office"):
        _sent(name, {**(DECLARED if name != "customs_declare_query" else NUMBERS), "customs": office})


def _identity(fields: dict[str, str]) -> dict[str, Any] | None:
    call = case("customs_declare", fields, region=GLOBAL)
    (step,) = upgrade("customs_declare").after
    if chosen(call, (step.target,)) is None:
        return None
    document = plan(call, step).document(call, whole=False)
    v3_document.check(v3_catalogue.find(GLOBAL, step.target.name), document, call.mode)
    return document


def test_the_buyers_identity_is_checked_by_a_call_of_its_own() -> None:
    assert _identity({**DECLARED, **BUYER}) == {
        **IDS, **NUMBERS, "customs": "GUANGZHOU_ZS", "merchant_customs_no": "D00411", "certificate_type": "IDCARD",
        "certificate_id": BUYER["cert_id"], "certificate_name": "张三",
    }  # fmt: skip


def test_the_identity_is_not_part_of_the_declaration_itself() -> None:
    _, document = _sent("customs_declare", {**DECLARED, **BUYER})
    assert not document.keys() & {"cert_type", "cert_id", "name", "certificate_id"}


def test_the_kind_of_identity_is_supplied_where_v2_left_it_out() -> None:
    document = _identity({**DECLARED, "cert_id": "1", "name": "A"})
    assert document is not None
    assert document["certificate_type"] == "IDCARD"


def test_without_an_identity_there_is_no_second_call() -> None:
    assert _identity(DECLARED) is None


def test_s4_8_the_identity_travels_encrypted() -> None:
    row = v3_catalogue.find(GLOBAL, "customs_verify_certificate")
    assert set(row.sensitive) == {"certificate_id", "certificate_name"}


ANSWER = {
    **IDS, **NUMBERS, "state": "PROCESSING", "sub_order_no": "S1", "sub_order_id": "W1",
    "verify_department": "UNIONPAY", "verify_department_trade_id": "2018112288340107038204310100000",
}  # fmt: skip


def test_a_declaration_is_answered_in_v2s_names() -> None:
    answer = told("customs_declare", DECLARED, ANSWER, region=GLOBAL)
    assert answer == {
        **NUMBERS, "appid": APPID, "mch_id": MCH_ID, "state": "PROCESSING", "sub_order_no": "S1", "sub_order_id": "W1",
        "verify_department": "UNIONPAY", "verify_department_trade_id": "2018112288340107038204310100000",
    }  # fmt: skip


def test_a_new_declaration_has_lost_its_time_and_says_so() -> None:
    call = case("customs_declare", DECLARED, region=GLOBAL)
    assert "modify_time" in plan(call).losses(call)


def test_a_modification_is_answered_with_its_time() -> None:
    fields = {**DECLARED, "action_type": "MODIFY"}
    document = {**ANSWER, "modify_time": "2026-11-20T10:00:00+08:00"}
    assert told("customs_declare", fields, document, region=GLOBAL)["modify_time"] == "20261120100000"
    call = case("customs_declare", fields, region=GLOBAL)
    assert "modify_time" not in plan(call).losses(call)


@pytest.mark.parametrize("result", ["SAME", "DIFFERENT"])
def test_what_the_check_found_replaces_unchecked(result: str) -> None:
    fields = {**DECLARED, **BUYER}
    assert told("customs_declare", fields, ANSWER, region=GLOBAL)["cert_check_result"] == "UNCHECKED"
    call = case("customs_declare", fields, region=GLOBAL)
    call.document = {**IDS, **NUMBERS, "certificate_check_result": result}
    (step,) = upgrade("customs_declare").after
    assert plan(call, step).fields(call) == {"cert_check_result": result}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"sub_order_id": "W1", "sub_order_no": "S1", **NUMBERS}, "sub_order_id"),
        ({"sub_order_no": "S1", **NUMBERS}, "sub_order_no"),
        (NUMBERS, "transaction_id"),
        ({"out_trade_no": "T100001"}, "out_trade_no"),
    ],
)
def test_a_query_asks_by_one_number_in_v2s_order(given: dict[str, str], kind: str) -> None:
    for fields in (given, dict(reversed(given.items()))):
        _, document = _sent("customs_declare_query", {**fields, "customs": "NINGBO"})
        assert document == {**IDS, "customs": "NINGBO", "order_type": kind, "order_no": given[kind]}


def test_a_query_is_answered_as_numbered_families() -> None:
    row = {
        "sub_order_no": "S1", "sub_order_id": "W1", "mch_customs_no": "D00411", "customs": "NINGBO", "fee_type": "CNY",
        "order_fee": 30, "duty": 1, "transport_fee": 10, "product_fee": 20, "state": "SUCCESS", "explanation": "ok",
        "modify_time": "2026-11-20T02:00:00Z",
    }  # fmt: skip
    document = {
        **IDS, "transaction_id": NUMBERS["transaction_id"], "verify_department": "OTHERS",
        "verify_department_trade_id": "9", "offset": 0, "limit": 10, "total_count": 2, "data": [row, {"state": "FAIL"}],
    }  # fmt: skip
    answer = told("customs_declare_query", {"out_trade_no": "T100001", "customs": "NINGBO"}, document, region=GLOBAL)
    assert answer["count"] == "2"
    assert answer["out_trade_no"] == "T100001"
    assert answer["modify_time_0"] == "20261120100000"
    assert answer["order_fee_0"] == "30"
    assert answer["state_1"] == "FAIL"
    assert {name.removesuffix("_0") for name in answer if name.endswith("_0")} == row.keys()


def test_a_repeated_push_names_every_number_it_has() -> None:
    fields = {**NUMBERS, **OFFICE, "sub_order_no": "S1"}
    _, document = _sent("customs_redeclare", fields)
    assert document == {
        **IDS, **NUMBERS, "sub_order_no": "S1", "customs": "GUANGZHOU_ZS", "merchant_customs_no": "D00411",
    }  # fmt: skip
    moment = "2026-11-20T10:00:00+08:00"
    answer = {**IDS, **NUMBERS, "state": "SUBMITTED", "modify_time": moment, "explanation": "again"}
    told_back = told("customs_redeclare", fields, answer, region=GLOBAL)
    assert (told_back["state"], told_back["explanation"]) == ("SUBMITTED", "again")
    assert told_back["modify_time"] == "20261120100000"


@pytest.mark.parametrize("data", ["text", [1]])
def test_declarations_that_are_none_are_refused(data: object) -> None:
    with pytest.raises(Malformed):
        told("customs_declare_query", {**NUMBERS, "customs": "NINGBO"}, {**IDS, "data": data}, region=GLOBAL)
