"""Rides: whether a payer can ride, deductions by contract or by openid, and their notifications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.effects.caller import NOTIFY, Caller
from wxpay_v2.simulator.effects.common import openid_of
from wxpay_v2.simulator.effects.contracts import end_contract
from wxpay_v2.simulator.effects.people import set_person


@pytest.fixture(params=["direct", "service_provider"])
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    caller = Caller(request.param)
    yield caller
    caller.close()


def call(caller: Caller, operation: str, **fields: Any) -> Any:
    return getattr(caller, name(caller, operation))(**fields)


def name(caller: Caller, operation: str) -> str:
    partner = caller.shop.account.mode != "direct"
    return operation.replace("transit_", "transit_partner_") if partner else operation


def contract(caller: Caller) -> dict[str, Any]:
    """A signed contract: its contract_id, and the payer's openid."""
    page = "entrust_web" if caller.shop.account.mode == "direct" else "partner_entrust_web"
    caller.open_page(
        page, plan_id="1", contract_code="K-1", request_serial="1", contract_display_account="a", notify_url=NOTIFY,
        version="1.0", timestamp="1790049600",
    )  # fmt: skip
    (event,) = caller.events()
    return {"contract_id": event.fields["contract_id"], "openid": openid_of("payer", caller.appid)}


def ride(number: str = "D-1", **changes: Any) -> dict[str, Any]:
    return {
        "body": "Ride", "out_trade_no": number, "total_fee": 200, "spbill_create_ip": "203.0.113.7",
        "notify_url": NOTIFY, "trade_type": "PAP", "trade_scene": "METRO", "version": "2.0",
        "scene_info": '{"scene_info":{"start_station":"A"}}', **changes,
    }  # fmt: skip


def test_a_ride_is_deducted_by_the_contract_and_told_of(caller: Caller) -> None:
    named = contract(caller)
    found = call(caller, "transit_query_state", **named)
    assert (found["user_state"], found["contract_state"], found["contract_code"]) == ("NORMAL", "0", "K-1")
    call(caller, "transit_pay_apply", **ride(contract_id=named["contract_id"]))
    (event,) = caller.events()
    assert event.kind == "vehicle_deduction"
    payment = event.paid(out_trade_no="D-1", total_fee=200)
    told = call(caller, "transit_query_order", out_trade_no="D-1", transaction_id=payment.transaction_id)
    assert (told["trade_state"], told.typed["total_fee"], told["trade_type"]) == ("SUCCESS", 200, "PAP")


def test_a_ride_is_deducted_from_whom_the_openid_names(caller: Caller) -> None:
    call(caller, "transit_pay_apply", **ride(openid="oRider"))
    (event,) = caller.events()
    assert event.fields["openid"] == "oRider"
    assert caller.again().refused(name(caller, "transit_pay_apply"), **ride(openid="oRider")) == "ORDERPAID"


def test_after_a_failed_deduction_the_payer_is_overdue_until_one_succeeds(caller: Caller) -> None:
    named = contract(caller)
    caller.act(set_person, openid=named["openid"], balance=100)
    call(caller, "transit_pay_apply", **ride(contract_id=named["contract_id"]))
    (event,) = caller.events()
    assert event.fields["trade_state"] == "PAY_FAIL"
    assert call(caller, "transit_query_order", out_trade_no="D-1")["trade_state"] == "PAYERROR"
    assert call(caller, "transit_query_state", **named)["user_state"] == "OVERDUE"
    call(caller, "transit_pay_apply", **ride("D-2", contract_id=named["contract_id"], total_fee=100))
    assert call(caller, "transit_query_state", **named)["user_state"] == "NORMAL"


def test_who_cannot_ride_is_refused(caller: Caller) -> None:
    named = contract(caller)
    pay, state = name(caller, "transit_pay_apply"), name(caller, "transit_query_state")
    assert caller.refused(pay, **ride()) == "PARAM_ERROR"
    assert caller.refused(pay, **ride("D-2", contract_id="404")) == "CONTRACT_NOT_EXIST"
    assert caller.refused(state, contract_id="404", openid="oRider") == "CONTRACT_NOT_EXIST"
    assert caller.refused(state, **{**named, "openid": "oRider"}) == "PARAM_ERROR"
    caller.act(end_contract, mch_id=caller.mch_id, contract_code="K-1")
    assert caller.refused(pay, **ride("D-3", contract_id=named["contract_id"])) == "CONTRACTERROR"
    found = call(caller, "transit_query_state", **named)
    assert (found["user_state"], found["contract_state"]) == ("BLOCKED", "1")
