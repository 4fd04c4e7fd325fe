"""Refunds with items: taken in like any refund, and told one at a time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator.shop import Shop, outcome

ITEM = {"goods_id": "tea", "refund_amount": 200, "refund_quantity": 1, "price": 200}


def refund(shop: Shop, fee: int = 300, number: str = "R-1", **changes: Any) -> dict[str, str]:
    asked = {"out_trade_no": "T-1", "out_refund_no": number, "total_fee": 1000, "refund_fee": fee, "version": "1.0"}
    return shop.ask("refund_v2", **{**asked, **changes})


def detail(*items: Any) -> str:
    return json.dumps({"goods_detail": items})


@pytest.fixture
def paid(shop: Shop) -> Shop:
    shop.paid(fee_type="CNY")
    return shop


def test_items_are_refunded_once_under_their_number(paid: Shop) -> None:
    told = refund(paid, detail=detail(ITEM, {**ITEM, "refund_amount": "100"}))
    assert (told["refund_fee"], told["total_fee"], told["cash_refund_fee"]) == ("300", "1000", "300")
    assert refund(paid, detail=detail(ITEM, {**ITEM, "refund_amount": "100"}))["refund_id"] == told["refund_id"]
    assert outcome(refund(paid, 301)) == "REFUND_FEE_MISMATCH"
    assert outcome(refund(paid, 701, "R-2")) == "ERROR"
    paid.gateway.tick()
    for asked in ({"refund_id": told["refund_id"]}, {"out_refund_no": "R-1", "out_trade_no": "another"}):
        found = paid.ask("refund_query_v2", **asked)
        assert (found["out_refund_no"], found["refund_status"], found["refund_fee"]) == ("R-1", "SUCCESS", "300")
    assert outcome(paid.ask("refund_query_v2", out_refund_no="R-2")) == "REFUNDNOTEXIST"


@pytest.mark.parametrize(
    "wrong",
    [
        "[]", "{}", detail(), detail("tea"), detail({**ITEM, "price": None}), detail({**ITEM, "goods_id": ""}),
        detail({**ITEM, "refund_amount": "1.5"}), detail({**ITEM, "refund_quantity": True}), detail(ITEM, ITEM),
        detail({**ITEM, "refund_amount": -1}), detail({**ITEM, "refund_amount": "２００"}),
    ],
)  # fmt: skip
def test_items_that_cannot_be_are_refused(paid: Shop, wrong: str) -> None:
    assert outcome(refund(paid, detail=wrong)) == "PARAM_ERROR"
    assert paid.gateway.refunds() == []
