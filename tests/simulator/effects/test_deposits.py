"""Deposits: paid in three ways, consumed once, the rest back with the payer; reversed, refunded, queried."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures import SUB_MCH_ID
from tests.simulator.shop import CHARGE, SUB_APPID, Shop, fields_in, outcome

FIELDS = {**CHARGE, "out_trade_no": "D-1", "fee_type": "CNY"}


def by_code(shop: Shop, **changes: Any) -> dict[str, str]:
    code = shop.gateway.new_payment_code()
    return shop.ask("deposit_micropay", **{**FIELDS, "deposit": "Y", "auth_code": code, **changes})


def by_face(shop: Shop, **changes: Any) -> dict[str, str]:
    return shop.ask("deposit_facepay", **{**FIELDS, "face_code": shop.gateway.new_face_code(), **changes})


def numbers(shop: Shop) -> dict[str, str]:
    (order,) = shop.gateway.orders()
    return {"out_trade_no": "D-1", "transaction_id": order.transaction_id or "none"}


def consume(shop: Shop, fee: int, **changes: Any) -> dict[str, str]:
    asked = {**numbers(shop), "total_fee": 1000, "consume_fee": fee, "fee_type": "CNY", **changes}
    return fields_in(shop.send("deposit_consume", **asked).body)


def query(shop: Shop) -> dict[str, str]:
    known = {name: number for name, number in numbers(shop).items() if number != "none"}
    return fields_in(shop.send("deposit_order_query", **known).body)


def refund(shop: Shop, fee: int, number: str = "R-1") -> dict[str, str]:
    return shop.ask("deposit_refund", **numbers(shop), out_refund_no=number, total_fee=1000, refund_fee=fee)


@pytest.fixture(params=[by_code, by_face])
def paid(request: pytest.FixtureRequest, provider: Shop) -> Shop:
    told = request.param(provider)
    assert (outcome(told), told["total_fee"], told["out_trade_no"]) == ("SUCCESS", "1000", "D-1")
    return provider


def test_what_is_consumed_stays_and_the_rest_goes_back_to_the_payer(paid: Shop) -> None:
    assert query(paid)["trade_state"] == "SUCCESS"
    told = consume(paid, 300)
    assert (told["consume_fee"], told["total_fee"], told["fee_type"]) == ("300", "1000", "CNY")
    (order,) = paid.gateway.orders()
    assert (order.refunded, order.cash_refunded) == (700, 700)
    told = query(paid)
    assert (told["trade_state"], told["consume_fee"], told["total_fee"]) == ("SUCCESS", "300", "1000")


def test_a_deposit_is_consumed_once(paid: Shop) -> None:
    assert outcome(consume(paid, 300)) == "SUCCESS"
    assert consume(paid, 300)["consume_fee"] == "300"
    assert outcome(consume(paid, 400)) == "INVALID_REQUEST"
    assert paid.gateway.orders()[0].refunded == 700


@pytest.mark.parametrize("fee", [0, 1000])
def test_all_or_nothing_may_be_consumed(paid: Shop, fee: int) -> None:
    assert outcome(consume(paid, fee)) == "SUCCESS"
    assert paid.gateway.orders()[0].refunded == 1000 - fee
    assert query(paid)["consume_fee"] == str(fee)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"consume_fee": 1001}, "INVALID_REQUEST"),
        ({"total_fee": 999}, "PARAM_ERROR"),
        ({"fee_type": "HKD"}, "PARAM_ERROR"),
    ],
)
def test_what_cannot_be_consumed_is_refused(paid: Shop, wrong: dict[str, Any], code: str) -> None:
    assert outcome(consume(paid, 300, **wrong)) == code
    assert paid.gateway.orders()[0].refunded == 0


def test_a_deposit_is_reversed_as_long_as_nothing_is_consumed(paid: Shop) -> None:
    asked = {"out_trade_no": "D-1"}
    assert paid.ask("deposit_reverse", **asked)["recall"] == "N"
    assert paid.ask("deposit_reverse", **asked)["recall"] == "N"
    assert query(paid)["trade_state"] == "REVOKED"
    assert outcome(consume(paid, 300)) == "INVALID_REQUEST"


def test_a_consumed_deposit_is_not_reversed(paid: Shop) -> None:
    consume(paid, 300)
    assert outcome(paid.ask("deposit_reverse", out_trade_no="D-1")) == "TRADE_ERROR"


def test_what_was_consumed_can_be_refunded_and_no_more(paid: Shop) -> None:
    consume(paid, 300)
    told = refund(paid, 200)
    assert (told["refund_fee"], told["out_refund_no"], told["cash_fee"]) == ("200", "R-1", "1000")
    assert query(paid)["trade_state"] == "REFUND"
    assert outcome(refund(paid, 101, "R-2")) == "ERROR"
    assert outcome(refund(paid, 100, "R-2")) == "SUCCESS"
    told = fields_in(paid.send("deposit_refund_query", out_refund_no="R-1").body)
    assert (told["refund_id"], told["refund_fee"], told["refund_status"]) == (
        fields_in(paid.send("deposit_refund_query", refund_id=told["refund_id"]).body)["refund_id"], "200", "SUCCESS",
    )  # fmt: skip


def test_what_was_refunded_cannot_be_consumed(paid: Shop) -> None:
    refund(paid, 800)
    assert outcome(consume(paid, 201)) == "INVALID_REQUEST"
    assert outcome(consume(paid, 200)) == "SUCCESS"


def test_a_deposit_is_placed_paid_and_notified_like_an_order(provider: Shop) -> None:
    asked = {**FIELDS, "trade_type": "JSAPI", "openid": "o" * 28, "notify_url": "https://shop.example/pay"}
    told = provider.ask("deposit_unified_order", **asked)
    assert told["prepay_id"] == provider.ask("deposit_unified_order", **asked)["prepay_id"]
    assert query(provider)["trade_state"] == "NOTPAY"
    provider.gateway.pay("D-1")
    (pending,) = provider.gateway.due_notifications()
    assert fields_in(pending.body)["sub_mch_id"] == SUB_MCH_ID
    assert consume(provider, 300, sub_appid=SUB_APPID)["sub_mch_id"] == SUB_MCH_ID
    assert outcome(provider.ask("deposit_reverse", out_trade_no="D-1")) == "TRADE_ERROR"


def test_a_password_makes_a_deposit_wait_and_the_query_finds_it_by_the_order_number(provider: Shop) -> None:
    told = by_code(provider, auth_code=provider.gateway.new_payment_code(needs_password=True))
    assert outcome(told) == "USERPAYING"
    assert query(provider)["trade_state"] == "USERPAYING"
    assert outcome(consume(provider, 300)) == "INVALID_REQUEST"
    provider.gateway.pay("D-1")
    assert query(provider)["trade_state"] == "SUCCESS"


def test_only_a_deposit_is_consumed_or_refunded_as_one(provider: Shop) -> None:
    by_face(provider, deposit="N")
    assert outcome(consume(provider, 300)) == "INVALID_REQUEST"
    assert outcome(refund(provider, 300)) == "INVALID_REQUEST"
    assert query(provider).get("consume_fee") is None


@pytest.mark.parametrize("name", ["deposit_order_query", "deposit_consume", "deposit_refund", "deposit_refund_query"])
def test_a_number_that_was_never_used_is_not_found(provider: Shop, name: str) -> None:
    asked = {"out_trade_no": "D-0", "transaction_id": "42", "total_fee": 1, "consume_fee": 1, "fee_type": "CNY"}
    told = fields_in(provider.send(name, **asked, out_refund_no="R-0", refund_fee=1).body)
    assert outcome(told) in ("INVALID_TRANSACTIONID", "REFUNDNOTEXIST")
