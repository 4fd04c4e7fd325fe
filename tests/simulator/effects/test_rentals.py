"""Rentals and hotels: a bill made, accepted, finished, paid; or revoked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator.effects.people import set_person
from wxpay_v2.simulator.effects.rentals import accept_bill
from wxpay_v2.simulator.states import NotPayable

BILL = {"out_order_no": "B-1", "service_id": "500001"}
RENT: dict[str, Any] = {
    **BILL, "goods_name": "Power bank", "deposit_amount": 9900, "rent_unit": "FEN_HOUR", "rent_unit_fee": 200,
    "cert_serial_no": "1", "openid": "oRenter",
}  # fmt: skip
FINISH: dict[str, Any] = {
    **BILL, "returned": "TRUE", "total_amount": 600, "rent_fee": 600, "compensation_fee": "0",
    "compensation_fee_desc": "none", "profit_sharing": "N",
}  # fmt: skip
ROOM: dict[str, Any] = {
    **BILL, "room": '{"a":1}', "start_time": "20260922120000", "end_time": "20260923120000", "service_location": "here",
    "deposit_amount": 10000, "room_rate": 30000, "cancel_rule": "FREE", "cancel_rule_desc": "free",
    "cert_serial_no": "1",
}  # fmt: skip


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller()
    yield caller
    caller.close()


def query(caller: Caller, operation: str = "rent_query_bill") -> dict[str, Any]:
    return getattr(caller, operation)(**BILL, return_query_id="1").typed


def finish(caller: Caller, **changes: Any) -> dict[str, Any]:
    return {**FINISH, "finish_ticket": query(caller)["finish_ticket"], **changes}


def accepted(caller: Caller) -> None:
    caller.rent_create_bill(**RENT)
    caller.act(accept_bill, mch_id=caller.mch_id, out_order_no="B-1")


def test_a_rental_is_accepted_finished_and_paid(caller: Caller) -> None:
    told = caller.rent_create_bill(**RENT)
    assert caller.again().rent_create_bill(**RENT)["order_id"] == told["order_id"]
    found = query(caller)
    assert (found["state"], found["deposit_amount"], found["returned"]) == ("CREATED", 9900, "FALSE")
    assert caller.act(accept_bill, mch_id=caller.mch_id, out_order_no="B-1")["state"] == "USER_ACCEPTED"
    asked = finish(caller)
    assert caller.rent_finish_bill(**asked)["order_id"] == told["order_id"]
    found = query(caller)
    assert (found["state"], found["returned"], found["rent_fee"]) == ("USER_PAID", "TRUE", 600)
    assert found["finish_transaction_id"].startswith("4200")
    assert caller.again().rent_finish_bill(**asked)["order_id"] == told["order_id"]


def test_who_cannot_pay_pays_when_the_amount_is_changed(caller: Caller) -> None:
    accepted(caller)
    caller.act(set_person, openid="oRenter", balance=500)
    caller.rent_finish_bill(**finish(caller))
    assert query(caller)["state"] == "FINISHED"
    changed = {**BILL, "total_amount": 500, "rent_fee": 500, "compensation_fee": 0}
    caller.rent_change_money(**changed)
    found = query(caller)
    assert (found["state"], found["rent_fee"]) == ("USER_PAID", 500)
    assert caller.again().refused("rent_change_money", **changed) == "PARAM_ERROR"


def test_a_bill_is_revoked_before_it_is_finished(caller: Caller) -> None:
    accepted(caller)
    caller.rent_cancel_bill(**BILL, reason="broken")
    assert caller.again().rent_cancel_bill(**BILL, reason="broken")["out_order_no"] == "B-1"
    assert query(caller)["state"] == "REVOKED"
    assert caller.refused("rent_finish_bill", **finish(caller)) == "PARAM_ERROR"
    with pytest.raises(NotPayable):
        caller.act(accept_bill, mch_id=caller.mch_id, out_order_no="B-1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"total_amount": 601},
        {"finish_ticket": "another"},
        {"compensation_fee": "9901", "total_amount": 10501},
        {"compensation_fee": "x"},
        {"service_id": "500002"},
    ],
)
def test_a_bill_that_does_not_add_up_is_not_finished(caller: Caller, wrong: dict[str, Any]) -> None:
    accepted(caller)
    assert caller.refused("rent_finish_bill", **finish(caller, **wrong)) == "PARAM_ERROR"
    assert query(caller)["state"] == "USER_ACCEPTED"


def test_numbers_are_used_once_and_paid_bills_are_not_revoked(caller: Caller) -> None:
    accepted(caller)
    again = caller.again()
    assert again.refused("rent_create_bill", **{**RENT, "deposit_amount": 1}) == "PARAM_ERROR"
    assert caller.refused("rent_query_bill", out_order_no="B-9", service_id="500001", return_query_id="1") == (
        "PARAM_ERROR"
    )
    caller.rent_finish_bill(**finish(caller))
    assert caller.refused("rent_cancel_bill", **BILL, reason="late") == "PARAM_ERROR"


def test_a_stay_is_finished_and_paid_under_a_number_of_its_own(caller: Caller) -> None:
    caller.rent_create_bill(**RENT)
    caller.hotel_create_bill(**ROOM)
    caller.act(accept_bill, mch_id=caller.mch_id, out_order_no="B-1", kind="hotel")
    found = query(caller, "hotel_query_bill")
    assert (found["state"], found["checked_in"]) == ("USER_ACCEPTED", False)
    caller.hotel_finish_bill(
        **BILL, checked_in="true", other_fee=100, other_fee_desc="minibar", compensation_fee=0,
        compensation_fee_desc="none", overdue_fine=0, overdue_fine_desc="none", total_amount=30100,
        finish_ticket=found["finish_ticket"], profit_sharing="N",
    )  # fmt: skip
    found = query(caller, "hotel_query_bill")
    assert (found["state"], found["checked_in"], found["other_fee"]) == ("USER_PAID", True, 100)
    assert query(caller)["state"] == "CREATED"
