"""Automatic withdrawals: a day's takings on the next day, a failure, and a second attempt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures import SUB_MCH_ID
from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator.effects.withdrawals import fail_withdrawal
from wxpay_v2.simulator.states import NotPayable

DAY = 86400.0
NOON_DAY = "20260922"


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller("service_provider")
    caller.paid("T-1", 1000)
    caller.refund(out_trade_no="T-1", out_refund_no="R-1", total_fee=1000, refund_fee=300)
    yield caller
    caller.close()


def test_what_a_day_brought_is_withdrawn_on_the_next(caller: Caller) -> None:
    assert caller.refused("query_auto_withdraw_by_date", date=NOON_DAY) == "PARAM_ERROR"
    caller.pass_time(DAY)
    told = caller.query_auto_withdraw_by_date(date=NOON_DAY)
    assert (told["withdraw_status"], told.typed["amount"]) == ("SUCCESS", 700)
    assert caller.query_auto_withdraw_by_date(date=NOON_DAY)["withdraw_id"] == told["withdraw_id"]
    assert caller.refused("re_auto_withdraw_by_date", date=NOON_DAY) == "PARAM_ERROR"


def test_a_withdrawal_that_failed_is_started_again(caller: Caller) -> None:
    caller.act(fail_withdrawal, mch_id=caller.mch_id, sub_mch_id=SUB_MCH_ID, day=NOON_DAY, reason="no such account")
    caller.pass_time(DAY)
    told = caller.query_auto_withdraw_by_date(date=NOON_DAY)
    assert (told["withdraw_status"], told["fail_reason"]) == ("FAIL", "no such account")
    again = caller.re_auto_withdraw_by_date(date=NOON_DAY)
    assert (again["withdraw_id"], again.typed["amount"]) == (told["withdraw_id"], 700)
    assert caller.query_auto_withdraw_by_date(date=NOON_DAY)["withdraw_status"] == "SUCCESS"
    with pytest.raises(NotPayable):
        caller.act(fail_withdrawal, mch_id=caller.mch_id, sub_mch_id=SUB_MCH_ID, day=NOON_DAY)


def test_a_day_without_takings_or_that_is_none_is_refused(caller: Caller) -> None:
    caller.pass_time(3 * DAY)
    assert caller.refused("query_auto_withdraw_by_date", date="20260923") == "PARAM_ERROR"
    assert caller.refused("query_auto_withdraw_by_date", date="yesterday") == "PARAM_ERROR"
