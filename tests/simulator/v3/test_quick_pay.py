"""Quick pay of API v3 and its reversal."""

from __future__ import annotations

import pytest

from tests.simulator.v3.client import Merchant


def test_a_code_is_charged(merchant: Merchant) -> None:
    reply = merchant.pay_code()
    assert (reply.status, reply.told["trade_state"]) == (200, "SUCCESS")
    assert reply.told["amount"]["total"] == 1000
    assert merchant.query("Q-00001")["trade_type"] == "MICROPAY"


def test_a_password_is_waited_for(merchant: Merchant) -> None:
    code = merchant.gateway.new_payment_code(needs_password=True)
    reply = merchant.pay_code(code=code)
    assert reply.status == (200 if merchant.region == "global" else 202)
    assert reply.told["trade_state"] == "USERPAYING"
    again = merchant.pay_code(code=code)
    assert again.told["trade_state"] == "USERPAYING"
    merchant.gateway.pay("Q-00001")
    assert merchant.query("Q-00001")["trade_state"] == "SUCCESS"


def test_the_wait_may_be_an_error_code(merchant: Merchant) -> None:
    merchant.gateway.faults.add("user_paying_code")
    reply = merchant.pay_code()
    assert (reply.status, reply.code) == (202, "USERPAYING")
    assert merchant.query("Q-00001")["trade_state"] == "USERPAYING"


def test_a_payer_who_refuses_has_not_paid(merchant: Merchant) -> None:
    merchant.pay_code(code=merchant.gateway.new_payment_code(needs_password=True))
    merchant.gateway.cancel("Q-00001")
    assert merchant.query("Q-00001")["trade_state"] == "PAYERROR"


def test_nobody_confirms_and_the_order_is_given_up(merchant: Merchant) -> None:
    merchant.pay_code(code=merchant.gateway.new_payment_code(needs_password=True))
    merchant.clock.advance(45)
    assert merchant.query("Q-00001")["trade_state"] == "REVOKED"


@pytest.mark.parametrize(("refuses", "code", "status"), [
    ("NOTENOUGH", "NOT_ENOUGH", 403), ("BANKERROR", "BANK_ERROR", 500), ("SYSTEMERROR", "SYSTEM_ERROR", 500),
])  # fmt: skip
def test_a_code_may_refuse(merchant: Merchant, refuses: str, code: str, status: int) -> None:
    reply = merchant.pay_code(code=merchant.gateway.new_payment_code(refuses=refuses))
    assert (reply.status, reply.code) == (status, code)
    assert merchant.gateway.orders() == []


def test_a_payer_without_money_is_refused(merchant: Merchant) -> None:
    assert merchant.pay_code(code=merchant.gateway.new_payment_code(balance=1)).code == "NOT_ENOUGH"


def test_a_code_works_once(merchant: Merchant) -> None:
    code = merchant.gateway.new_payment_code()
    merchant.pay_code(code=code)
    assert merchant.pay_code("Q-00002", code=code).code == "AUTH_CODE_INVALID"


def test_a_code_lives_one_minute(merchant: Merchant) -> None:
    code = merchant.gateway.new_payment_code()
    merchant.clock.advance(60)
    assert merchant.pay_code(code=code).code == "AUTH_CODE_EXPIRED"


def test_a_code_nobody_shows_is_refused(merchant: Merchant) -> None:
    assert merchant.pay_code(code="134567890123456789").code == "AUTH_CODE_INVALID"


def test_m4_a_number_is_never_charged_twice(merchant: Merchant) -> None:
    merchant.pay_code()
    reply = merchant.pay_code()
    assert reply.code == "ORDER_PAID"
    assert len(merchant.gateway.orders()) == 1


def test_a_number_of_another_order_is_not_charged(merchant: Merchant) -> None:
    merchant.place("Q-00001")
    assert merchant.pay_code().code == "OUT_TRADE_NO_USED"


def test_quick_pay_is_never_notified(merchant: Merchant) -> None:
    merchant.pay_code()
    assert merchant.gateway.notifications() == []


def test_a_paid_order_is_paid_back(merchant: Merchant) -> None:
    merchant.pay_code()
    reply = merchant.reverse()
    assert reply.status == (204 if merchant.region == "global" else 200), reply.told
    assert merchant.query("Q-00001")["trade_state"] == "REVOKED"
    assert merchant.reverse().status == reply.status


def test_an_unpaid_order_is_closed_by_its_reversal(merchant: Merchant) -> None:
    merchant.pay_code(code=merchant.gateway.new_payment_code(needs_password=True))
    merchant.reverse()
    assert merchant.query("Q-00001")["trade_state"] == "REVOKED"
    assert merchant.pay_code().code == "ORDER_CLOSED"


def test_an_order_is_reversed_by_its_number_at_wechat_pay(abroad: Merchant) -> None:
    number = abroad.pay_code().told["id"]
    assert abroad.ask("reverse_by_id", {"transaction_id": number, **abroad.numbers}).status == 204
    assert abroad.query("Q-00001")["trade_state"] == "REVOKED"


def test_only_orders_of_a_till_are_reversed(merchant: Merchant) -> None:
    merchant.paid("Q-00001")
    assert merchant.reverse().code == "INVALID_REQUEST"


def test_an_order_that_is_not_there_is_not_reversed(merchant: Merchant) -> None:
    assert merchant.reverse().code == "ORDER_NOT_EXIST"


def test_a_refunded_order_is_not_reversed(merchant: Merchant) -> None:
    merchant.pay_code()
    merchant.take_refund("Q-00001")
    assert merchant.reverse().code in ("TRADE_STATE_ERROR", "TRADE_ERROR")


def test_the_time_to_reverse_ends(abroad: Merchant) -> None:
    abroad.pay_code()
    abroad.clock.advance(8 * 86400)
    assert abroad.reverse().code == "TRADE_STATE_ERROR"
