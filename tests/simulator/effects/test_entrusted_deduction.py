"""Contracts signed in four ways, deductions by them, their notifications, and how contracts end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures import SUB_MCH_ID
from tests.simulator.effects.caller import NOTIFY, Caller
from tests.simulator.shop import SUB_APPID, outcome
from wxpay_v2.errors import OutcomeUnknown
from wxpay_v2.simulator.effects.common import openid_of
from wxpay_v2.simulator.effects.contracts import end_contract, sign_contract
from wxpay_v2.simulator.effects.people import set_person
from wxpay_v2.simulator.states import NotPayable

CONTRACT: dict[str, Any] = {
    "plan_id": "12535", "contract_code": "K-1", "request_serial": "1000", "contract_display_account": "a payer",
    "notify_url": NOTIFY, "version": "1.0", "timestamp": "1790049600",
}  # fmt: skip
ORDER: dict[str, Any] = {
    "body": "Tea", "out_trade_no": "T-1", "total_fee": 300, "spbill_create_ip": "203.0.113.7", "notify_url": NOTIFY,
    "trade_type": "NATIVE", "product_id": "P",
}  # fmt: skip
NAMED = {"plan_id": "12535", "contract_code": "K-1", "version": "1.0"}


@pytest.fixture(params=["direct", "service_provider"])
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    caller = Caller(request.param)
    yield caller
    caller.close()


@pytest.fixture
def direct() -> Iterator[Caller]:
    caller = Caller()
    yield caller
    caller.close()


def name(caller: Caller, operation: str) -> str:
    return operation if caller.shop.account.mode == "direct" else f"partner_{operation}"


def signed(caller: Caller, **changes: Any) -> str:
    """The contract_id of a contract that the payer has agreed to."""
    status, page = caller.open_page(name(caller, "entrust_web"), **{**CONTRACT, **changes})
    assert status == 200 and "Agreed" in page
    (event,) = caller.events()
    assert (event.kind, event.fields["change_type"]) == ("papay_contract", "ADD")
    return event.fields["contract_id"]


def query(caller: Caller, **named: Any) -> dict[str, Any]:
    return getattr(caller, name(caller, "query_contract"))(**(named or NAMED)).typed


def apply(caller: Caller, contract_id: str, number: str = "D-1", **changes: Any) -> Any:
    fields = deduction(contract_id, number, **changes)
    return getattr(caller, name(caller, "pap_pay_apply"))(**fields)


def deduction(contract_id: str, number: str = "D-1", **changes: Any) -> dict[str, Any]:
    return {
        "body": "Tea", "out_trade_no": number, "total_fee": 500, "spbill_create_ip": "203.0.113.7",
        "notify_url": NOTIFY, "trade_type": "PAP", "contract_id": contract_id, **changes,
    }  # fmt: skip


def order(caller: Caller, number: str = "D-1") -> dict[str, Any]:
    found = caller.gateway._run(lambda book: book.order(caller.mch_id, number))
    ask = getattr(caller, name(caller, "pap_order_query"))
    return ask(out_trade_no=number, transaction_id=found.transaction_id or None).typed


def test_a_payer_who_opens_the_page_has_signed(caller: Caller) -> None:
    contract_id = signed(caller)
    found = query(caller)
    assert (found["contract_state"], found["contract_id"], found["plan_id"]) == (0, contract_id, 12535)
    assert (found["openid"], found["request_serial"]) == (openid_of("payer", caller.appid), "1000")
    assert found["contract_signed_time"] == "2026-09-22 12:00:00" < found["contract_expired_time"]
    assert query(caller, contract_id=contract_id, version="1.0") == found
    signed_again, page = caller.open_page(name(caller, "entrust_web"), **CONTRACT)
    assert (signed_again, contract_id in page, caller.events()) == (200, True, [])


def test_the_page_goes_back_where_it_came_from_and_says_what_is_missing(direct: Caller) -> None:
    headers = {"Referer": "https://shop.example/contracts"}
    _, page = direct.open_page("entrust_web", headers=headers, **CONTRACT, return_web=1)
    assert 'href="https://shop.example/contracts"' in page
    _, page = direct.open_page("entrust_web", **{name: CONTRACT[name] for name in CONTRACT if name != "plan_id"})
    assert "nothing to agree to" in page
    status, page = direct.open_page("entrust_web", **{**CONTRACT, "contract_code": "x" * 33})
    assert (status, "PARAM_ERROR" in page) == (400, True)


@pytest.mark.parametrize("way", ["h5_entrust_web", "pre_entrust_web"])
def test_a_contract_waits_until_the_payer_agrees(caller: Caller, way: str) -> None:
    more = {"clientip": "203.0.113.7"} if way == "h5_entrust_web" else {}
    told = getattr(caller, name(caller, way))(**CONTRACT, **more)
    assert told.get("redirect_url", "https://").startswith("https://") and told.get("pre_entrustweb_id", "x")
    waiting = query(caller)
    assert (waiting["contract_state"], "contract_id" in waiting, caller.events()) == (9, False, [])
    getattr(caller.again(), name(caller, way))(**{**CONTRACT, "request_serial": "1001"}, **more)
    agreed = caller.act(sign_contract, mch_id=caller.mch_id, contract_code="K-1", payer="somebody")
    (event,) = caller.events()
    assert event.fields["request_serial"] == "1001"
    assert event.fields["openid"] == agreed["openid"] == openid_of("somebody", caller.appid)
    assert query(caller)["contract_id"] == agreed["contract_id"]
    code = caller.again().refused(name(caller, "pre_entrust_web"), **{**CONTRACT, "request_serial": "1002"})
    assert code == "PARAM_ERROR"
    with pytest.raises(NotPayable):
        caller.act(sign_contract, mch_id=caller.mch_id, contract_code="K-1")


def contract_order(caller: Caller, **changes: Any) -> dict[str, Any]:
    contract = {
        **{one: CONTRACT[one] for one in ("plan_id", "contract_code", "request_serial", "contract_display_account")},
        "contract_mchid": caller.mch_id, "contract_appid": caller.appid, "contract_notify_url": f"{NOTIFY}/contract",
    }  # fmt: skip
    return {**ORDER, **contract, **changes}


def test_paying_an_order_signs_the_contract_that_came_with_it(caller: Caller) -> None:
    told = caller.contract_order(**contract_order(caller)).typed
    assert (told["contract_result_code"], told["plan_id"]) == ("SUCCESS", 12535)
    assert caller.contract_order(**contract_order(caller))["prepay_id"] == told["prepay_id"]
    assert query(caller)["contract_state"] == 9
    paid = caller.gateway.pay("T-1")
    events = {event.kind: event for event in caller.events()}
    assert events.keys() == {"payment", "papay_contract"}
    assert events["papay_contract"].fields["openid"] == paid.openid
    assert query(caller)["contract_state"] == 0


def test_an_order_stands_whose_contract_cannot_be_signed(direct: Caller) -> None:
    signed(direct)
    told = direct.contract_order(**contract_order(direct))
    assert (told["contract_result_code"], told["contract_err_code"]) == ("FAIL", "PARAM_ERROR")
    direct.gateway.pay("T-1")
    assert [event.kind for event in direct.events()] == ["payment"]
    other = contract_order(direct, out_trade_no="T-2", contract_mchid="1900000999")
    assert direct.refused("contract_order", **other) == "PARAM_ERROR"


def test_a_deduction_is_taken_in_then_made_and_notified(caller: Caller) -> None:
    contract_id = signed(caller)
    apply(caller, contract_id)
    (event,) = caller.events()
    assert event.kind == "papay_deduction"
    payment = event.paid(out_trade_no="D-1", total_fee=500)
    assert (event.fields["contract_id"], event.fields["trade_type"]) == (contract_id, "PAP")
    found = order(caller)
    assert found["transaction_id"] == payment.transaction_id
    assert (found["trade_state"], found["total_fee"], found["trade_type"]) == ("SUCCESS", 500, "PAP")
    assert found["openid"] == event.fields["openid"] == query(caller)["openid"]


def test_the_query_tells_what_a_notification_that_was_lost_would_have(direct: Caller) -> None:
    contract_id = signed(direct)
    direct.gateway.faults.add("no_notification")
    apply(direct, contract_id)
    assert direct.events() == []
    assert order(direct)["trade_state"] == "SUCCESS"


def test_a_payer_without_enough_makes_the_deduction_fail(caller: Caller) -> None:
    contract_id = signed(caller)
    caller.act(set_person, openid=openid_of("payer", caller.appid), balance=499)
    apply(caller, contract_id)
    (event,) = caller.events()
    assert (event.fields["trade_state"], event.fields["err_code"]) == ("PAY_FAIL", "NOTENOUGH")
    with pytest.raises(OutcomeUnknown):
        event.paid(out_trade_no="D-1", total_fee=500)
    found = order(caller)
    assert (found["trade_state"], found["total_fee"]) == ("PAYERROR", 500)
    caller.act(set_person, openid=openid_of("payer", caller.appid), balance=600)
    apply(caller, contract_id, "D-2")
    apply(caller, contract_id, "D-3")
    assert [event.fields["trade_state"] for event in caller.events()] == ["SUCCESS", "PAY_FAIL"]


def test_m5_a_number_is_deducted_once(direct: Caller) -> None:
    contract_id = signed(direct)
    apply(direct, contract_id)
    again = direct.again()
    assert again.refused("pap_pay_apply", **deduction(contract_id)) == "ORDERPAID"
    direct.paid("T-1", 100)
    assert direct.refused("pap_pay_apply", **deduction(contract_id, "T-1")) == "ORDERPAID"
    direct.act(set_person, openid=openid_of("payer", direct.appid), balance=0)
    apply(direct, contract_id, "D-2")
    assert again.refused("pap_pay_apply", **deduction(contract_id, "D-2")) == "OUT_TRADE_NO_USED"
    assert [one.total_fee for one in direct.gateway.orders() if one.state == "SUCCESS"] == [500, 100]


def test_a_deduction_that_waits_is_not_taken_in_twice(direct: Caller) -> None:
    contract_id = signed(direct)
    apply(direct, contract_id)
    tick, direct.gateway.tick = direct.gateway.tick, lambda: None  # what the gateway does by itself, it does later
    try:
        assert direct.again().refused("pap_pay_apply", **deduction(contract_id)) == "ORDER_ACCEPTED"
        other = deduction(contract_id, total_fee=501)
        assert direct.again().refused("pap_pay_apply", **other) == "OUT_TRADE_NO_USED"
        assert order(direct)["trade_state"] == "ACCEPT"
    finally:
        direct.gateway.tick = tick
    assert len(direct.events()) == 1


def test_a_deduction_is_refunded_like_any_order(direct: Caller) -> None:
    apply(direct, signed(direct))
    direct.refund(out_trade_no="D-1", out_refund_no="R-1", total_fee=500, refund_fee=200)
    assert order(direct)["trade_state"] == "REFUND"


def test_a_contract_ends_by_the_merchant_and_is_not_deducted_by_any_more(caller: Caller) -> None:
    contract_id = signed(caller)
    end = name(caller, "delete_contract")
    told = getattr(caller, end)(**NAMED, contract_termination_remark="moved away")
    assert (told["contract_id"], told["contract_code"]) == (contract_id, "K-1")
    (event,) = caller.events()
    assert (event.fields["change_type"], event.typed["contract_termination_mode"]) == ("DELETE", 3)
    found = query(caller)
    assert (found["contract_state"], found["contract_termination_mode"]) == (1, 3)
    assert found["contract_termination_remark"] == "moved away"
    assert caller.refused(end, **NAMED, contract_termination_remark="again") == "CONTRACTERROR"
    assert caller.refused(name(caller, "pap_pay_apply"), **deduction(contract_id)) == "CONTRACTERROR"


def test_a_contract_ends_by_the_payer_and_by_time(direct: Caller) -> None:
    signed(direct)
    signed(direct, contract_code="K-2")
    direct.act(end_contract, mch_id=direct.mch_id, contract_code="K-1")
    (event,) = direct.events()
    assert event.fields["contract_termination_mode"] == "2"
    direct.pass_time(11 * 365 * 86400.0)
    (event,) = direct.events()
    assert (event.fields["contract_code"], event.fields["contract_termination_mode"]) == ("K-2", "1")


def test_a_contract_that_is_not_there_is_refused(caller: Caller) -> None:
    gone = {**NAMED, "contract_code": "K-9"}
    assert caller.refused(name(caller, "query_contract"), **gone) == "CONTRACT_NOT_EXIST"
    assert caller.refused(name(caller, "query_contract"), version="1.0") == "PARAM_ERROR"
    delete = name(caller, "delete_contract")
    assert caller.refused(delete, **gone, contract_termination_remark="x") == "CONTRACT_NOT_EXIST"
    assert caller.refused(name(caller, "pap_pay_apply"), **deduction("404")) == "CONTRACT_NOT_EXIST"
    query_order = {"out_trade_no": "D-9", "transaction_id": "none"}
    assert caller.refused(name(caller, "pap_order_query"), **query_order) == "ORDERNOTEXIST"
    getattr(caller, name(caller, "pre_entrust_web"))(**CONTRACT)
    assert caller.refused(delete, **NAMED, contract_termination_remark="x") == "CONTRACT_NOT_EXIST"


def test_a_sub_merchants_contract_is_its_own() -> None:
    caller = Caller("service_provider")
    contract_id = signed(caller)
    (record,) = caller.gateway._run(lambda book: book.records.list("contract"))
    assert (record.data["sub_mch_id"], record.data["sub_appid"]) == (SUB_MCH_ID, SUB_APPID)
    assert record.data["sub_openid"] == openid_of("payer", SUB_APPID)
    other = {"contract_id": contract_id, "sub_mch_id": "1900000111", "version": "1.0"}
    assert caller.refused("partner_query_contract", **other) == "CONTRACT_NOT_EXIST"
    caller.close()


def test_only_pap_is_deducted(direct: Caller) -> None:
    contract_id = signed(direct)
    assert direct.refused("pap_pay_apply", **deduction(contract_id, fee_type="XOF")) == "PARAM_ERROR"
    far = f"{NOTIFY}/{'x' * 256}"
    told = direct.shop.ask("pap_pay_apply", **deduction(contract_id, notify_url=far))  # the client would not send it
    assert outcome(told) == "PARAM_ERROR"
    direct.paid("T-1", 100)
    assert direct.refused("pap_order_query", out_trade_no="T-1", transaction_id="1") == "ORDERNOTEXIST"
