"""Settlement query over API v3 Global."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.upgrade.cases import GLOBAL, MAINLAND, SUB_MCH_ID, case, sent, told, upgrade
from wxpay_v2.errors import Malformed

ASKED = {"usetag": "1", "offset": "0", "limit": "10", "date_start": "20261101", "date_end": "20261107"}
ROW: dict[str, Any] = {
    "batch_id": "1000", "settlement_date": "20261108", "trade_start_date": "20261101", "trade_end_date": "20261107",
    "amount": {
        "settled": 880, "unsettle": 0, "currency": "HKD", "pay": 1000, "refund": 100, "net": 900, "fee": 20,
    },
    "wallet_region": "CHINA_HONGKONG",
}  # fmt: skip


def _told(*rows: dict[str, Any]) -> dict[str, str]:
    document = {"data": list(rows), "total_count": len(rows), "offset": 0, "limit": 10}
    return told("settlement_query", ASKED, document, region=GLOBAL)


def test_settled_money_is_asked_for_by_its_days() -> None:
    target, document = sent("settlement_query", {**ASKED, "query_split": "true"}, region=GLOBAL)
    assert target == "settlements"
    assert document == {
        "settle_state": "SETTLED", "offset": 0, "limit": 10, "settle_start_date": "20261101",
        "settle_end_date": "20261107",
    }  # fmt: skip


def test_money_that_is_not_settled_needs_no_days() -> None:
    _, document = sent("settlement_query", {"usetag": "2", "offset": "20", "limit": "5"}, region=GLOBAL)
    assert document == {"settle_state": "UNSETTLE", "offset": 20, "limit": 5}


def test_a_sub_merchant_is_named() -> None:
    _, document = sent("settlement_query", ASKED, region=GLOBAL, sub=True)
    assert document["sub_mchid"] == SUB_MCH_ID


def test_the_mainland_has_no_such_call_and_says_what_has() -> None:
    assert not case("settlement_query", ASKED, region=MAINLAND).target
    otherwise = upgrade("settlement_query").otherwise
    assert otherwise is not None
    assert "download_fund_flow" in otherwise.remedy


def test_a_record_has_v2s_names() -> None:
    answer = _told(ROW)
    record = {
        "fbatchno": "1000", "date_settlement": "20261108", "date_start": "20261101", "date_end": "20261107",
        "settlement_fee": "880", "unsettlement_fee": "0", "settlementfee_type": "HKD", "pay_fee": "1000",
        "refund_fee": "-100", "pay_net_fee": "900", "poundage_fee": "20",
    }  # fmt: skip
    assert json.loads(answer["setteinfo_0"]) == record
    assert answer["record_num"] == "1"
    assert record.items() <= answer.items()  # the pages print one flat record


def test_several_records_stand_each_in_an_element_and_the_first_flat() -> None:
    answer = _told(ROW, {**ROW, "batch_id": "1001"})
    assert answer["record_num"] == "2"
    assert json.loads(answer["setteinfo_1"])["fbatchno"] == "1001"
    assert answer["fbatchno"] == "1000"


def test_shared_amounts_are_told_where_there_are_any() -> None:
    answer = _told({**ROW, "split_amount": {"settled": 30, "unsettle": 4, "currency": "HKD", "pay": 40, "refund": 6}})
    assert (answer["split_settlement_fee"], answer["split_unsettlement_fee"]) == ("30", "4")


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.booleans())
def test_payments_and_refunds_make_the_net_whatever_sign_v3_gives(paid: int, refunded: int, negative: bool) -> None:
    amount = {**ROW["amount"], "pay": paid, "refund": -refunded if negative else refunded, "net": paid - refunded}
    answer = _told({**ROW, "amount": amount})
    assert int(answer["pay_fee"]) + int(answer["refund_fee"]) == int(answer["pay_net_fee"])


@pytest.mark.parametrize("document", [{"total_count": 0, "offset": 0, "limit": 10}, {"data": [], "total_count": 0}])
def test_no_settlements_are_none(document: dict[str, Any]) -> None:
    answer = told("settlement_query", ASKED, document, region=GLOBAL)
    assert answer["record_num"] == "0"
    assert "fbatchno" not in answer


@pytest.mark.parametrize("data", ["text", [1], {"batch_id": "1"}])
def test_rows_that_are_none_are_refused(data: object) -> None:
    with pytest.raises(Malformed):
        told("settlement_query", ASKED, {"data": data}, region=GLOBAL)


def test_an_amount_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(Malformed):
        _told({**ROW, "amount": {**ROW["amount"], "pay": 10.5}})
