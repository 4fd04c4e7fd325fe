"""Settled funds and exchange rates, read by the real client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator import rates

DAY = 86400.0


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller("institution", region="global")
    yield caller
    caller.close()


def test_what_a_day_brought_is_unsettled_then_settled(caller: Caller) -> None:
    caller.paid("T-1", 100_00, fee_type="CNY")
    caller.refund(out_trade_no="T-1", out_refund_no="R-1", total_fee=100_00, refund_fee=20_00)
    asked = {"offset": 0, "limit": 10}
    open_ = caller.settlement_query(**asked, usetag=2).typed
    assert (open_["record_num"], open_["settlement_fee"], open_["unsettlement_fee"]) == ("1", 0, 79_52)
    caller.pass_time(DAY)
    days = {"date_start": "20260923", "date_end": "20260923"}
    settled = caller.settlement_query(**asked, usetag=1, **days).typed
    assert (settled["pay_fee"], settled["refund_fee"], settled["pay_net_fee"]) == (100_00, -20_00, 80_00)
    assert (settled["poundage_fee"], settled["settlement_fee"]) == (48, 79_52)
    assert f"{settled['date_settlement']}" == "2026-09-23"
    assert caller.settlement_query(usetag=1, offset=1, limit=10, **days)["record_num"] == "0"


def test_a_rate_is_that_of_the_table(caller: Caller) -> None:
    assert caller.query_exchange_rate(fee_type="USD", date="20260922")["rate"] == str(rates.CNY_PER_UNIT["USD"])
    assert caller.refused("query_exchange_rate", fee_type="USD", date="20260923") == "PARAM_ERROR"
