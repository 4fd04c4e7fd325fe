"""Declarations to customs: of whole orders and of parts, changed, refused, pushed again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator.effects.customs import OFFICE_SECONDS, refuse_declaration
from wxpay_v2.simulator.states import NotPayable


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller()
    yield caller
    caller.close()


@pytest.fixture
def order(caller: Caller) -> dict[str, str]:
    return {"out_trade_no": "T-1", "transaction_id": caller.paid("T-1", 1000)}


OFFICE = {"customs": "GUANGZHOU_ZS", "mch_customs_no": "D00411"}


def part(number: str, fee: int = 400, **changes: Any) -> dict[str, Any]:
    split = {"sub_order_no": number, "fee_type": "CNY", "order_fee": fee, "transport_fee": 100}
    return {**OFFICE, **split, "product_fee": fee - 100, **changes}


def query(caller: Caller, **named: Any) -> dict[str, Any]:
    return caller.customs_declare_query(customs="GUANGZHOU_ZS", **named).typed


def test_a_paid_order_is_declared_and_accepted(caller: Caller, order: dict[str, str]) -> None:
    told = caller.customs_declare(**order, **OFFICE, cert_type="IDCARD", cert_id="1", name="Li")
    assert (told["state"], told["cert_check_result"], told.verified) == ("SUBMITTED", "SAME", True)
    assert f"{told.typed['modify_time']:%Y-%m-%d %H:%M}" == "2026-09-22 12:00"
    caller.pass_time(OFFICE_SECONDS)
    for named in ({"out_trade_no": "T-1"}, {"transaction_id": order["transaction_id"]}):
        found = query(caller, **named)
        assert (found["count"], found["state_$n"], found["customs_$n"]) == (1, ["SUCCESS"], ["GUANGZHOU_ZS"])
        assert (found["order_fee_$n"], found["mch_customs_no_$n"]) == (["1000"], ["D00411"])


def test_an_order_is_declared_in_parts(caller: Caller, order: dict[str, str]) -> None:
    first = caller.customs_declare(**order, **part("P-1"))
    second = caller.again().customs_declare(**order, **part("P-2"))
    assert first["sub_order_id"] != second["sub_order_id"]
    assert query(caller, out_trade_no="T-1")["sub_order_no_$n"] == ["P-1", "P-2"]
    assert query(caller, sub_order_no="P-2")["sub_order_id_$n"] == [second["sub_order_id"]]
    assert query(caller, sub_order_id=first["sub_order_id"])["order_fee_$n"] == ["400"]
    assert caller.again().refused("customs_declare", **order, **part("P-3")) == "PARAM_ERROR"
    assert caller.again().refused("customs_declare", **order, **OFFICE) == "PARAM_ERROR"
    assert caller.refused("customs_redeclare", **order, **OFFICE) == "PARAM_ERROR"
    assert caller.again().customs_redeclare(**order, **OFFICE, sub_order_no="P-1")["sub_order_no"] == "P-1"


def test_the_same_declaration_is_answered_again_and_a_modified_one_is_another(
    caller: Caller, order: dict[str, str]
) -> None:
    caller.customs_declare(**order, **OFFICE)
    caller.pass_time(OFFICE_SECONDS)
    assert caller.again().customs_declare(**order, **OFFICE)["state"] == "SUCCESS"
    changed = {**OFFICE, "mch_customs_no": "D00412"}
    assert caller.again().refused("customs_declare", **order, **changed) == "PARAM_ERROR"
    assert caller.again().customs_declare(**order, **changed, action_type="MODIFY")["state"] == "SUBMITTED"
    assert query(caller, out_trade_no="T-1")["mch_customs_no_$n"] == ["D00412"]


def test_what_an_office_refuses_is_pushed_again(caller: Caller, order: dict[str, str]) -> None:
    caller.customs_declare(**order, **OFFICE)
    caller.act(refuse_declaration, mch_id=caller.mch_id, out_trade_no="T-1", explanation="no such buyer")
    caller.pass_time(OFFICE_SECONDS)
    found = query(caller, out_trade_no="T-1")
    assert (found["state_$n"], found["explanation_$n"]) == (["FAIL"], ["no such buyer"])
    assert caller.customs_redeclare(out_trade_no="T-1", **OFFICE)["state"] == "SUBMITTED"
    caller.pass_time(OFFICE_SECONDS)
    assert query(caller, out_trade_no="T-1")["state_$n"] == ["SUCCESS"]
    with pytest.raises(NotPayable):
        caller.act(refuse_declaration, mch_id=caller.mch_id, out_trade_no="T-1")


def test_refunds_are_taken_off_what_is_declared(caller: Caller, order: dict[str, str]) -> None:
    caller.refund(out_trade_no="T-1", out_refund_no="R-1", total_fee=1000, refund_fee=300)
    caller.customs_declare(**order, **OFFICE)
    assert query(caller, out_trade_no="T-1")["order_fee_$n"] == ["700"]


def test_what_cannot_be_declared_is_refused(caller: Caller, order: dict[str, str]) -> None:
    def refused(**fields: Any) -> str:
        return caller.again().refused("customs_declare", **{**order, **OFFICE, **fields})

    assert refused(out_trade_no="T-9") == "ORDERNOTEXIST"
    assert refused(transaction_id="1") == "ORDERNOTEXIST"
    assert refused(action_type="MODIFY") == "PARAM_ERROR"
    assert refused(sub_order_no="P-1", order_fee=400) == "PARAM_ERROR"
    assert refused(**part("P-1", product_fee=1)) == "PARAM_ERROR"
    assert refused(**part("P-1", 1001)) == "PARAM_ERROR"
    assert caller.refused("customs_declare_query", out_trade_no="T-1", customs="NINGBO") == "ORDERNOTEXIST"
    assert caller.refused("customs_redeclare", out_trade_no="T-1", **OFFICE) == "ORDERNOTEXIST"
