"""WeCom's red packs and payments to employees, with its own signature beside the merchant's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator.effects import payouts
from wxpay_v2.simulator.effects.people import set_person
from wxpay_v2.simulator.effects.red_packs import OPEN_SECONDS, WECOM, open_red_pack

PACK: dict[str, Any] = {
    "mch_billno": "E-1", "sender_name": "Shop", "re_openid": "oPayee", "total_amount": 1000, "wishing": "Good luck",
    "act_name": "Spring", "remark": "thanks",
}  # fmt: skip
PAYMENT: dict[str, Any] = {
    "partner_trade_no": "S-1", "openid": "oEmployee", "check_name": "FORCE_CHECK", "re_user_name": "Li", "amount": 500,
    "desc": "expenses", "spbill_create_ip": "203.0.113.7", "ww_msg_type": "NORMAL_MSG",
}  # fmt: skip


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller()
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=2000)
    yield caller
    caller.close()


def test_a_red_pack_is_sent_and_opened(caller: Caller) -> None:
    told = caller.wecom_send_red_pack(**PACK)
    assert (told["sender_name"], told.verified, caller.balance()) == ("Shop", True, 1000)
    assert caller.wecom_send_red_pack(**PACK)["send_listid"] == told["send_listid"]
    found = caller.wecom_query_red_pack(mch_billno="E-1")
    assert (found["status"], found.typed["amount"], "rcv_time" in found) == ("SENT", 1000, False)
    caller.act(open_red_pack, mch_id=caller.mch_id, mch_billno="E-1", kind=WECOM)
    found = caller.wecom_query_red_pack(mch_billno="E-1")
    assert (found["status"], found["rcv_time"], found["openid"]) == ("RECEIVED", "2026-09-22 12:00:00", "oPayee")


def test_a_red_pack_nobody_opens_comes_back(caller: Caller) -> None:
    caller.wecom_send_red_pack(**PACK)
    caller.pass_time(OPEN_SECONDS)
    assert caller.wecom_query_red_pack(mch_billno="E-1").typed["refund_amount"] == 1000
    assert caller.balance() == 2000


def test_an_employee_is_paid_once(caller: Caller) -> None:
    told = caller.wecom_pay_employee(**PAYMENT)
    assert caller.wecom_pay_employee(**PAYMENT)["payment_no"] == told["payment_no"]
    found = caller.wecom_query_payment(partner_trade_no="S-1")
    assert (found["status"], found.typed["payment_amount"], found["transfer_name"]) == ("SUCCESS", 500, "Li")
    assert caller.balance() == 1500


def test_what_wecom_cannot_pay_is_refused(caller: Caller) -> None:
    caller.act(set_person, openid="oEmployee", real_name="Wang")
    assert caller.refused("wecom_pay_employee", **PAYMENT) == "NAME_MISMATCH"
    caller.act(set_person, openid="oEmployee", real_name="Li", accepts_transfers=False)
    assert caller.refused("wecom_pay_employee", **{**PAYMENT, "partner_trade_no": "S-2"}) == "SEND_FAILED"
    assert caller.wecom_query_payment(partner_trade_no="S-2")["status"] == "FAILED"
    assert caller.refused("wecom_send_red_pack", **{**PACK, "total_amount": 2001}) == "NOTENOUGH"
    assert caller.refused("wecom_query_red_pack", mch_billno="E-9") == "NOT_FOUND"
    assert caller.refused("wecom_query_payment", partner_trade_no="S-9") == "NOT_FOUND"
    assert caller.refused("wecom_query_payment") == "PARAM_ERROR"
    assert caller.balance() == 2000


def test_numbers_of_wecom_and_of_plain_transfers_are_apart(caller: Caller) -> None:
    caller.wecom_pay_employee(**PAYMENT)
    assert caller.refused("get_transfer_info", partner_trade_no="S-1") == "NOT_FOUND"
