"""Risky transactions: told to the address that was set, and what was done about them filed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures import SUB_MCH_ID
from tests.simulator.effects.caller import NOTIFY, Caller
from wxpay_v2.simulator.effects.risk import report_risk
from wxpay_v2.simulator.states import NotPayable


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller("service_provider")
    yield caller
    caller.close()


def test_a_risk_is_told_and_its_handling_filed(caller: Caller) -> None:
    caller.set_mch_risk_callback(callback_url="https://shop.example/old")
    caller.again().set_mch_risk_callback(callback_url=NOTIFY)
    told = caller.act(report_risk, mch_id=caller.mch_id, sub_mch_id=SUB_MCH_ID, transaction_ids=("42",))
    (pending,) = caller.gateway.due_notifications()
    assert pending.url == NOTIFY
    (event,) = caller.events()
    assert (event.kind, event.fields["risk_level"]) == ("risk_transactions", "HIGH")
    assert event.typed["transaction_id_list"] == {"data": {"transaction_id": ["42"]}}
    handled = {"event_code": told["event_code"], "risk_type": "FRAUD", "punish_type": "CLOSE"}
    caller.sync_mch_risk_result(**handled)
    assert caller.refused("sync_mch_risk_result", **{**handled, "event_code": "1"}) == "PARAM_ERROR"


def test_without_an_address_nobody_is_told(caller: Caller) -> None:
    with pytest.raises(NotPayable):
        caller.act(report_risk, mch_id=caller.mch_id, sub_mch_id=SUB_MCH_ID)
