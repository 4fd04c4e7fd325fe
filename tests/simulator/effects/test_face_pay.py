"""Face payment: the SDK's credential, the charge of a face, its query and reversal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures import APPID
from tests.simulator.shop import CHARGE, Shop, fields_in, outcome
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.simulator.effects.common import openid_of

FIELDS = {**CHARGE, "out_trade_no": "F-1", "fee_type": "CNY", "openid": openid_of("payer", APPID)}


def charge(shop: Shop, **changes: Any) -> dict[str, str]:
    face = changes.pop("face_code", None) or shop.gateway.new_face_code()
    return shop.ask("facepay", **{**FIELDS, "face_code": face, **changes})


def query(shop: Shop, number: str = "F-1", transaction_id: str = "none") -> dict[str, str]:
    return fields_in(shop.send("facepay_query", out_trade_no=number, transaction_id=transaction_id).body)


def test_a_terminal_gets_its_credential(shop: Shop) -> None:
    asked = {"store_id": 1, "store_name": "Tea", "device_id": "till-1", "rawdata": "AAAA", "now": 1790049600}
    told = shop.ask("get_wxpayface_authinfo", **asked, version=1)
    assert (len(told["authinfo"]) > 64, told["expires_in"]) == (True, "86400")


def test_a_face_is_charged_at_once_told_and_never_notified(shop: Shop) -> None:
    told = charge(shop)
    assert (told["openid"], told["total_fee"], told["trade_type"]) == (FIELDS["openid"], "1000", "FACEPAY")
    found = query(shop, transaction_id=told["transaction_id"])
    assert (found["trade_state"], found["transaction_id"]) == ("SUCCESS", told["transaction_id"])
    assert shop.gateway.due_notifications() == []


def test_a_face_payment_is_reversed_and_refunded_like_a_quick_pay(shop: Shop) -> None:
    charge(shop)
    assert shop.ask("facepay_reverse", out_trade_no="F-1")["recall"] == "N"
    charge(shop, out_trade_no="F-2")
    assert outcome(shop.refund(of="F-2")) == "SUCCESS"
    assert outcome(shop.ask("facepay_reverse", out_trade_no="F-2")) == "TRADE_ERROR"


def test_a_face_is_good_for_one_payment_of_its_own_payer(shop: Shop) -> None:
    face = shop.gateway.new_face_code()
    assert outcome(charge(shop, face_code=face, openid="o" * 28)) == "BUYER_MISMATCH"
    assert outcome(charge(shop, face_code=face)) == "SUCCESS"
    assert outcome(charge(shop, face_code=face, out_trade_no="F-2")) == "AUTH_CODE_ERROR"
    assert outcome(charge(shop)) == "ORDERPAID"
    assert outcome(charge(shop, face_code="0" * 128, out_trade_no="F-3")) == "AUTH_CODE_INVALID"


def test_a_payer_without_money_or_whom_the_gateway_refuses_pays_nothing(shop: Shop) -> None:
    assert outcome(charge(shop, face_code=shop.gateway.new_face_code(balance=999))) == "NOTENOUGH"
    assert outcome(charge(shop, face_code=shop.gateway.new_face_code(refuses="BANKERROR"))) == "BANKERROR"
    assert shop.gateway.orders() == []
    with pytest.raises(InvalidRequest):
        shop.gateway.new_face_code(refuses="NO_SUCH_CODE")


def test_the_operations_of_another_way_to_pay_do_not_reverse_it(shop: Shop) -> None:
    charge(shop)
    shop.charge("Q-1", fee_type="CNY")
    assert outcome(shop.ask("facepay_reverse", out_trade_no="Q-1")) == "INVALID_REQUEST"
    assert outcome(shop.ask("reverse", out_trade_no="F-1")) == "INVALID_REQUEST"


def test_a_face_payment_may_be_a_deposit(provider: Shop) -> None:
    paid = charge(provider, deposit="Y")
    asked = {"transaction_id": paid["transaction_id"], "out_trade_no": "F-1", "total_fee": 1000, "consume_fee": 1}
    assert outcome(fields_in(provider.send("deposit_consume", **asked, fee_type="CNY").body)) == "SUCCESS"
    assert query(provider, transaction_id=paid["transaction_id"])["consume_fee"] == "1"
    assert outcome(provider.ask("facepay_reverse", out_trade_no="F-1")) == "TRADE_ERROR"
