"""One ledger, two versions: what API v2 began API v3 goes on with, and the reverse."""

from __future__ import annotations

import contextlib
import random
from typing import Any

import pytest

from tests.fixtures import APPID, KEY, MCH_ID, SUB_MCH_ID, sign, to_xml
from tests.simulator.v3.client import Merchant
from wxpay_v2.simulator.certificates import Issued
from wxpay_v2.simulator.exchange import Exchange
from wxpay_v2.simulator.ledger import NotPayable
from wxpay_v2.v2 import catalogue, xml


def v2(merchant: Merchant, name: str, issued: Issued | None = None, **fields: Any) -> dict[str, str]:
    """Call API v2 as the same merchant."""
    told = {"appid": APPID, "mch_id": MCH_ID, "nonce_str": "n", **fields}
    if merchant.mode != "direct":
        told["sub_mch_id"] = SUB_MCH_ID
    told = {key: str(value) for key, value in told.items()}
    body = to_xml({**told, "sign": sign(told)})
    der = merchant.issued.der
    answer = merchant.gateway.handle(Exchange("POST", catalogue.find(name).path, {}, body, der))
    found: dict[str, str] = xml.read(answer.body)
    if "sign" in found:
        assert sign({key: text for key, text in found.items() if key != "sign"}, KEY) == found["sign"]
    return found


def v2_order(merchant: Merchant, number: str = "T-00001", **fields: Any) -> dict[str, str]:
    return v2(
        merchant, "unified_order", body="Tea", out_trade_no=number, total_fee=1000,
        fee_type=merchant.account.currency, trade_type="NATIVE", spbill_create_ip="203.0.113.7",
        notify_url="https://shop.example/v2", **fields,
    )  # fmt: skip


def v2_refund(merchant: Merchant, number: str = "T-00001", refund_no: str = "R-1", **fields: Any) -> dict[str, str]:
    told = {"total_fee": 1000, "refund_fee": 300, "refund_fee_type": merchant.account.currency, **fields}
    return v2(merchant, "refund", out_trade_no=number, out_refund_no=refund_no, **told)


def test_v3_queries_an_order_of_v2(merchant: Merchant) -> None:
    assert v2_order(merchant)["result_code"] == "SUCCESS"
    assert merchant.query()["trade_state"] == "NOTPAY"
    paid = merchant.gateway.pay("T-00001")
    told = merchant.query()
    assert told["trade_state"] == "SUCCESS"
    assert told["amount"]["payer_total"] == paid.cash_fee
    assert told.get("id", told.get("transaction_id")) == paid.transaction_id


def test_v2_queries_an_order_of_v3(merchant: Merchant) -> None:
    merchant.place(attach="table 4")
    assert v2(merchant, "order_query", out_trade_no="T-00001")["trade_state"] == "NOTPAY"
    paid = merchant.gateway.pay("T-00001")
    told = v2(merchant, "order_query", transaction_id=paid.transaction_id)
    assert told["trade_state"] == "SUCCESS" and told["attach"] == "table 4"
    assert (told["total_fee"], told["cash_fee"]) == ("1000", str(paid.cash_fee))


def test_v2_tells_no_number_of_an_order_that_is_not_paid(abroad: Merchant) -> None:
    abroad.place()
    number = abroad.query()["id"]
    assert "transaction_id" not in v2(abroad, "order_query", out_trade_no="T-00001")
    assert v2(abroad, "order_query", transaction_id=number)["err_code"] == "ORDERNOTEXIST"


def test_each_version_closes_the_others_order(merchant: Merchant) -> None:
    v2_order(merchant, "T-00001")
    assert merchant.close_order("T-00001").status == 204
    merchant.place("T-00002")
    assert v2(merchant, "close_order", out_trade_no="T-00002")["result_code"] == "SUCCESS"
    assert {order.state for order in merchant.gateway.orders()} == {"CLOSED"}


def test_m5_the_space_of_order_numbers_is_common(merchant: Merchant) -> None:
    v2_order(merchant, "T-00001")
    assert merchant.place("T-00001").code == "OUT_TRADE_NO_USED"
    merchant.place("T-00002")
    assert v2_order(merchant, "T-00002")["err_code"] == "OUT_TRADE_NO_USED"
    assert merchant.pay_code("T-00001").code == "OUT_TRADE_NO_USED"


def test_each_version_refunds_and_queries_the_others(merchant: Merchant) -> None:
    v2_order(merchant, "T-00001")
    merchant.gateway.pay("T-00001")
    assert merchant.take_refund("T-00001", "R-1").status == 200
    assert v2(merchant, "refund_query", out_refund_no="R-1")["refund_status_0"] == "SUCCESS"
    merchant.paid("T-00002")
    assert v2_refund(merchant, "T-00002", "R-2")["result_code"] == "SUCCESS"
    assert merchant.query_refund("R-2").told["status"] == "SUCCESS"


def test_m5_a_refund_repeated_in_the_other_version_is_made_once(merchant: Merchant) -> None:
    merchant.paid()
    merchant.take_refund()
    assert v2_refund(merchant)["result_code"] == "SUCCESS"
    v2_refund(merchant, refund_no="R-2")
    assert merchant.take_refund(refund_no="R-2").status == 200
    assert len(merchant.gateway.refunds()) == 2


def test_a_refund_repeated_in_the_other_version_with_another_amount_is_refused(merchant: Merchant) -> None:
    merchant.paid()
    merchant.take_refund()
    assert v2_refund(merchant, refund_fee=301)["err_code"] == "REFUND_FEE_MISMATCH"
    v2_refund(merchant, refund_no="R-2", refund_fee=301)
    assert merchant.take_refund(refund_no="R-2").status == 400


def test_the_rest_of_an_order_is_one_in_both_versions(merchant: Merchant) -> None:
    merchant.paid()
    v2_refund(merchant, refund_fee=800)
    assert merchant.take_refund(refund_no="R-2").code == "INVALID_REQUEST"


def test_each_version_reverses_the_others_quick_pay(merchant: Merchant) -> None:
    merchant.pay_code("Q-00001")
    assert v2(merchant, "reverse", out_trade_no="Q-00001")["result_code"] == "SUCCESS"
    assert merchant.query("Q-00001")["trade_state"] == "REVOKED"
    v2(
        merchant, "micropay", body="Tea", out_trade_no="Q-00002", total_fee=1000, fee_type=merchant.account.currency,
        spbill_create_ip="203.0.113.7", auth_code=merchant.gateway.new_payment_code(),
    )  # fmt: skip
    assert merchant.reverse("Q-00002").status in (200, 204)
    assert v2(merchant, "order_query", out_trade_no="Q-00002")["trade_state"] == "REVOKED"


def test_each_order_is_notified_in_the_version_that_placed_it(merchant: Merchant) -> None:
    v2_order(merchant, "T-00001")
    merchant.place("T-00002")
    for number in ("T-00001", "T-00002"):
        merchant.gateway.pay(number)
    old, new = merchant.gateway.due_notifications()
    assert xml.read(old.body)["out_trade_no"] == "T-00001" and old.headers is None
    assert new.body.startswith(b"{") and new.headers is not None


def test_each_refund_is_notified_in_the_version_that_made_it(merchant: Merchant) -> None:
    v2_order(merchant, "T-00001")
    merchant.gateway.pay("T-00001")
    merchant.take_refund(notify_url="https://shop.example/v3")
    v2_refund(merchant, refund_no="R-2", notify_url="https://shop.example/v2")
    merchant.gateway.tick()
    told = {one.out_refund_no: (one.protocol, one.url) for one in merchant.gateway.notifications() if one.out_refund_no}
    assert told == {"R-1": ("v3", "https://shop.example/v3"), "R-2": ("v2", "https://shop.example/v2")}


def test_a_fault_of_a_name_that_both_have_strikes_in_both(abroad: Merchant) -> None:
    fault = abroad.gateway.faults.add("system_error", operation="micropay", times=2)
    assert abroad.pay_code().code == "SYSTEM_ERROR"
    told = v2(
        abroad, "micropay", body="Tea", out_trade_no="Q-00002", total_fee=1000, spbill_create_ip="203.0.113.7",
        auth_code=abroad.gateway.new_payment_code(),
    )  # fmt: skip
    assert told["err_code"] == "SYSTEMERROR" and fault.struck == 2


def move(merchant: Merchant, dice: random.Random, orders: list[str], step: int) -> None:
    """Let one of the two versions, the payer, a fault or the time do something with one of the orders."""
    new, fee, refund = f"T-{step:05d}", dice.choice((1, 333, 1000)), f"R-{dice.randrange(step + 1)}"
    old, wallet = dice.choice(orders or [new]), dice.choice(("mainland", "hongkong"))
    amount = {"refund": fee, "total": 1000, "currency": merchant.account.currency}
    fault = dice.choice(("refund_abnormal", "refund_closed", "user_paying"))
    orders.append(new)  # may come to be
    dice.choice(
        (
            lambda: merchant.place(new),
            lambda: v2_order(merchant, new),
            lambda: merchant.pay_code(new),
            lambda: merchant.gateway.pay(old, wallet=wallet),
            lambda: merchant.take_refund(old, refund, amount=amount),
            lambda: v2_refund(merchant, old, refund, refund_fee=fee),
            lambda: merchant.close_order(old),
            lambda: v2(merchant, "close_order", out_trade_no=old),
            lambda: merchant.reverse(old),
            lambda: v2(merchant, "reverse", out_trade_no=old),
            lambda: merchant.gateway.faults.add(fault),
            lambda: merchant.clock.advance(dice.choice((1, 46, 7200))),
        )
    )()


@pytest.mark.parametrize("seed", range(3))
def test_no_money_comes_or_goes_whatever_the_two_versions_do(merchant: Merchant, seed: int) -> None:
    dice = random.Random(seed)
    orders: list[str] = []
    for step in range(120):
        with contextlib.suppress(NotPayable):
            move(merchant, dice, orders, step)
    merchant.gateway.tick()
    merchant.gateway.ledger.check()
    numbers = [order.transaction_id for order in merchant.gateway.orders() if order.transaction_id]
    assert len(set(numbers)) == len(numbers)
