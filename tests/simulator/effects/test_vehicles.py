"""Vehicles: authorized, entered, deducted for by the plate, blocked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.effects.caller import NOTIFY, Caller
from wxpay_v2.simulator.effects.vehicles import set_vehicle
from wxpay_v2.simulator.states import NotPayable

PLATE = "粤B12345"
ENTERED: dict[str, Any] = {
    "version": "3.0", "trade_scene": "PARKING",
    "scene_info": json.dumps({"scene_info": {"plate_number": PLATE, "start_time": "20260922120000"}}),
}  # fmt: skip


@pytest.fixture(params=["direct", "service_provider"])
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    caller = Caller(request.param)
    yield caller
    caller.close()


def name(caller: Caller, operation: str) -> str:
    partner = caller.shop.account.mode != "direct"
    return operation.replace("vehicle_", "vehicle_partner_") if partner else operation


def call(caller: Caller, operation: str, **fields: Any) -> Any:
    return getattr(caller, name(caller, operation))(**fields)


def state(caller: Caller, openid: str = "oDriver") -> Any:
    more = {} if caller.shop.account.mode == "direct" else {"sub_openid": "oSubDriver"}
    asked = {"trade_scene": "PARKING", "openid": openid, "plate_number": PLATE, "version": "3.0"}
    return call(caller, "vehicle_query_state", **asked, **more)


def vehicle(caller: Caller, **changes: Any) -> Any:
    return caller.act(set_vehicle, **{"mch_id": caller.mch_id, "plate_number": PLATE, **changes})


def deduction(number: str = "D-1", **changes: Any) -> dict[str, Any]:
    return {
        **ENTERED, "body": "Parking", "out_trade_no": number, "total_fee": 800, "spbill_create_ip": "203.0.113.7",
        "notify_url": NOTIFY, "trade_type": "PAP", **changes,
    }  # fmt: skip


def test_a_vehicle_is_authorized_enters_and_is_deducted_for(caller: Caller) -> None:
    found = state(caller)
    assert (found["user_state"], "path" in found) == ("UNAUTHORIZED", True)
    assert call(caller, "vehicle_notification", **ENTERED)["user_state"] == "BLOCK"
    vehicle(caller, openid="oDriver")
    found = state(caller)
    assert (found["user_state"], found["deduct_mode"]) == ("NORMAL", "AUTOPAY")
    assert found.typed["plate_number_info"]["plate_number_info"][0]["plate_number"] == PLATE
    assert state(caller, "oStranger")["user_state"] == "UNAUTHORIZED"
    assert call(caller, "vehicle_notification", **ENTERED)["user_state"] == "NORMAL"
    call(caller, "vehicle_pay_apply", **deduction())
    (event,) = caller.events()
    assert (event.kind, event.fields["openid"]) == ("vehicle_deduction", "oDriver")
    event.paid(out_trade_no="D-1", total_fee=800)
    assert caller.order_query(out_trade_no="D-1")["trade_state"] == "SUCCESS"


def test_a_vehicle_that_is_blocked_is_told_of_and_not_deducted_for(caller: Caller) -> None:
    vehicle(caller, openid="oDriver")
    vehicle(caller, state="OVERDUE", notify_url=NOTIFY)
    (event,) = caller.events()
    assert (event.kind, event.fields["vehicle_event_type"]) == ("vehicle_state", "BLOCKED")
    assert (event.fields["vehicle_event_des"], event.fields["plate_number"]) == ("OVERDUE", PLATE)
    assert state(caller)["user_state"] == "OVERDUE"
    assert call(caller, "vehicle_notification", **ENTERED)["user_state"] == "BLOCK"
    assert caller.refused(name(caller, "vehicle_pay_apply"), **deduction()) == "RULELIMIT"
    vehicle(caller, state="NORMAL")
    call(caller, "vehicle_pay_apply", **deduction("D-2"))


def test_a_vehicle_nobody_has_authorized_needs_an_openid(caller: Caller) -> None:
    assert caller.refused(name(caller, "vehicle_pay_apply"), **deduction()) == "PARAM_ERROR"
    call(caller, "vehicle_pay_apply", **deduction("D-2", openid="oDriver"))
    (event,) = caller.events()
    assert event.fields["openid"] == "oDriver"
    assert (
        caller.again().refused(name(caller, "vehicle_pay_apply"), **deduction("D-2", openid="oDriver")) == "ORDERPAID"
    )
    with pytest.raises(NotPayable):
        vehicle(caller)
    with pytest.raises(NotPayable):
        vehicle(caller, openid="oDriver", state="PARKED")
