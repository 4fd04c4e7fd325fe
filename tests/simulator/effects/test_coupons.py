"""Coupons: sent out of a batch that has so many, used, expired."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator.effects.coupons import new_coupon_batch, use_coupon
from wxpay_v2.simulator.states import NotPayable

DAY = 86400.0
COUPON: dict[str, Any] = {
    "coupon_stock_id": "1757", "openid_count": 1, "partner_trade_no": "G-1", "openid": "oPayer",
}  # fmt: skip


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller()
    caller.act(
        new_coupon_batch,
        mch_id=caller.mch_id,
        coupon_stock_id="1757",
        value=500,
        total=2,
        least=1000,
        coupon_name="Spring",
    )
    yield caller
    caller.close()


def info(caller: Caller, coupon_id: str, **changes: Any) -> dict[str, Any]:
    return caller.query_coupon_info(**{"coupon_id": coupon_id, "openid": "oPayer", "stock_id": "1757", **changes}).typed


def test_a_coupon_is_sent_told_of_and_used(caller: Caller) -> None:
    told = caller.send_coupon(**COUPON).typed
    assert (told["success_count"], told["ret_code"], told["coupon_stock_id"]) == (1, "SUCCESS", "1757")
    found = info(caller, told["coupon_id"])
    assert (found["coupon_state"], found["coupon_value"], found["coupon_mininumn"]) == ("SENDED", 500, 1000)
    caller.act(use_coupon, coupon_id=told["coupon_id"], amount=200)
    found = info(caller, told["coupon_id"])
    assert (found["coupon_state"], found["coupon_use_value"], found["coupon_remain_value"]) == ("USED", 200, 300)
    with pytest.raises(NotPayable):
        caller.act(use_coupon, coupon_id=told["coupon_id"])


def test_a_batch_tells_how_many_are_sent_and_until_when(caller: Caller) -> None:
    caller.send_coupon(**COUPON)
    found = caller.query_coupon_stock(coupon_stock_id="1757").typed
    assert (found["coupon_total"], found["is_send_num"], found["max_quota"]) == (2, 1, 1)
    assert (found["coupon_name"], found["coupon_budget"]) == ("Spring", 1000)
    assert (found["begin_time"], found["end_time"]) == ("2026-09-22 12:00:00", "2026-10-22 12:00:00")


def test_the_same_number_sends_one_coupon(caller: Caller) -> None:
    first = caller.send_coupon(**COUPON)
    assert caller.again().send_coupon(**COUPON)["coupon_id"] == first["coupon_id"]
    assert caller.query_coupon_stock(coupon_stock_id="1757")["is_send_num"] == "1"
    code = caller.again().refused("send_coupon", **{**COUPON, "openid": "oAnother"})
    assert code == "PARAM_ERROR"


def test_a_person_gets_what_one_can_get_and_a_batch_ends(caller: Caller) -> None:
    caller.send_coupon(**COUPON)
    assert caller.refused("send_coupon", **{**COUPON, "partner_trade_no": "G-2"}) == "USER_AL_GET_COUPON"
    caller.send_coupon(**{**COUPON, "partner_trade_no": "G-3", "openid": "oTwo"})
    assert caller.refused("send_coupon", **{**COUPON, "partner_trade_no": "G-4", "openid": "oThree"}) == "NOTENOUGH"


def test_coupons_expire_with_their_batch(caller: Caller) -> None:
    coupon_id = caller.send_coupon(**COUPON)["coupon_id"]
    caller.pass_time(30 * DAY)
    assert info(caller, coupon_id)["coupon_state"] == "EXPIRED"
    assert caller.refused("send_coupon", **{**COUPON, "partner_trade_no": "G-2"}) == "PARAM_ERROR"
    assert caller.query_coupon_stock(coupon_stock_id="1757")["coupon_stock_status"] == "5"


def test_what_is_not_there_is_refused(caller: Caller) -> None:
    coupon_id = caller.send_coupon(**COUPON)["coupon_id"]
    assert (
        caller.refused("send_coupon", **{**COUPON, "coupon_stock_id": "1", "partner_trade_no": "G-2"}) == "PARAM_ERROR"
    )
    assert caller.refused("send_coupon", **{**COUPON, "openid_count": 2, "partner_trade_no": "G-3"}) == "PARAM_ERROR"
    assert caller.refused("send_coupon", **{**COUPON, "partner_trade_no": "G" * 61}) == "PARAM_ERROR"
    assert caller.refused("query_coupon_stock", coupon_stock_id="1") == "PARAM_ERROR"
    named = {"coupon_id": coupon_id, "openid": "oThief", "stock_id": "1757"}
    assert caller.refused("query_coupon_info", **named) == "PARAM_ERROR"
    with pytest.raises(NotPayable):
        caller.act(new_coupon_batch, mch_id=caller.mch_id, coupon_stock_id="1757", value=1, total=1)
    with pytest.raises(NotPayable):
        caller.act(new_coupon_batch, mch_id=caller.mch_id, coupon_stock_id="2", value=0, total=1)
    with pytest.raises(NotPayable):
        caller.act(use_coupon, coupon_id=coupon_id, amount=501)
