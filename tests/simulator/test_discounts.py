"""Coupons in a payment: the merchant has the whole price, the payer pays what they leave, a refund gives both back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.simulator.shop import Shop
from wxpay_v2 import InvalidRequest
from wxpay_v2.simulator import discounts
from wxpay_v2.simulator.views import Coupon
from wxpay_v2.v2 import statement

COUPONS = [("A1", 150), ("B2", 50)]


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A direct merchant of the mainland, at noon; whose books are balanced at the end."""
    shop = Shop("direct", region="mainland", currency="CNY")
    yield shop
    shop.close()


def paid(shop: Shop, coupons: Any = COUPONS) -> dict[str, str]:
    shop.place(total_fee=1000, fee_type="CNY")
    shop.gateway.pay("T-1", coupons=coupons)
    return shop.ask("order_query", out_trade_no="T-1")


def test_the_payer_pays_what_the_coupons_leave(shop: Shop) -> None:
    told = paid(shop)
    assert (told["total_fee"], told["cash_fee"], told["coupon_fee"], told["coupon_count"]) == (
        "1000", "800", "200", "2",
    )  # fmt: skip
    assert (told["coupon_type_0"], told["coupon_id_0"], told["coupon_fee_0"]) == ("CASH", "A1", "150")
    assert (told["coupon_id_1"], told["coupon_fee_1"]) == ("B2", "50")
    shop.gateway.ledger.check()


def test_without_coupons_nothing_is_told_of_any(shop: Shop) -> None:
    assert not [name for name in paid(shop, ()) if name.startswith("coupon")]


def test_refunds_give_the_coupons_their_part_back_and_no_more(shop: Shop) -> None:
    paid(shop)
    told = [
        shop.ask("refund", out_trade_no="T-1", out_refund_no=f"R-{number}", total_fee=1000, refund_fee=fee)
        for number, fee in enumerate((300, 600, 100))
    ]
    assert [one["cash_refund_fee"] for one in told] == ["240", "480", "80"]
    assert [one["coupon_refund_fee"] for one in told] == ["60", "120", "20"]
    assert [one["coupon_refund_count"] for one in told] == ["1", "2", "1"]
    assert (told[1]["coupon_refund_id_0"], told[1]["coupon_refund_fee_0"]) == ("A1", "90")
    assert (told[1]["coupon_refund_id_1"], told[1]["coupon_refund_fee_1"]) == ("B2", "30")
    shop.gateway.tick()
    asked = shop.ask("refund_query", out_trade_no="T-1")
    assert (asked["coupon_refund_fee_1"], asked["coupon_refund_id_1_1"], asked["coupon_refund_fee_1_1"]) == (
        "120", "B2", "30",
    )  # fmt: skip
    shop.gateway.ledger.check()


def test_a_refund_that_was_closed_leaves_the_coupons_as_they_were(shop: Shop) -> None:
    paid(shop)
    shop.gateway.faults.add("refund_closed")
    first = shop.ask("refund", out_trade_no="T-1", out_refund_no="R-1", total_fee=1000, refund_fee=500)
    shop.gateway.tick()
    again = shop.ask("refund", out_trade_no="T-1", out_refund_no="R-2", total_fee=1000, refund_fee=500)
    assert first["coupon_refund_fee"] == again["coupon_refund_fee"] == "100"
    shop.gateway.ledger.check()


def test_a_statement_tells_them_and_its_totals_hold(shop: Shop) -> None:
    paid(shop)
    shop.ask("refund", out_trade_no="T-1", out_refund_no="R-1", total_fee=1000, refund_fee=500)
    shop.clock.advance(86_400)
    body = shop.send("download_bill", bill_date="20260922", bill_type="ALL").body
    read = statement.read(body)
    told = [(row["coupon_fee"], row["coupon_refund_fee"]) for row in read]
    assert told == [("2.00", "0.00"), ("0.00", "1.00")]
    assert read.totals["coupon_refund_fee"] == Decimal("1.00")


@pytest.mark.parametrize(
    "coupons",
    [
        [("A1", 1000)], [("A1", 600), ("B2", 400)], [("A1", 0)], [("A1", -1)], [("A1", True)], [("A1", 1.0)],
        [("", 1)], [("A" * 21, 1)], [("a-b", 1)], [("A1", 1), ("A1", 2)], [("A1",)], ["A1"], [(1, 1)],
    ],
)  # fmt: skip
def test_coupons_that_cannot_pay_are_refused_and_nothing_is_paid(shop: Shop, coupons: Any) -> None:
    shop.place(total_fee=1000, fee_type="CNY")
    with pytest.raises(InvalidRequest):
        shop.gateway.pay("T-1", coupons=coupons)
    assert shop.ask("order_query", out_trade_no="T-1")["trade_state"] == "NOTPAY"


def test_what_is_given_back_adds_up_to_what_was_used_however_it_is_cut(shop: Shop) -> None:
    paid(shop)
    order = shop.gateway.order(shop.account.mch_id, "T-1")
    cuts = [0, 1, 60, 150, 151, 199, 200]
    parts = [discounts.given_back(order, before, after) for before, after in pairwise(cuts)]
    sums = {name: sum(one.amount for part in parts for one in part if one.id == name) for name, _ in COUPONS}
    assert sums == dict(COUPONS)
    assert discounts.given_back(replace(order, coupons=(Coupon("A1", 5),)), 5, 5) == ()
