"""The sandbox: its own key, its own books, orders that pay themselves."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures import AUTH_CODE, MCH_ID
from tests.simulator.effects.caller import NOTIFY, Caller

DAY = 86400.0
QUICK: dict[str, Any] = {
    "body": "Tea", "out_trade_no": "Q-1", "total_fee": 100, "auth_code": AUTH_CODE, "spbill_create_ip": "203.0.113.7",
}  # fmt: skip
ORDER: dict[str, Any] = {
    "body": "Tea", "out_trade_no": "T-1", "total_fee": 300, "spbill_create_ip": "203.0.113.7", "notify_url": NOTIFY,
    "trade_type": "NATIVE", "product_id": "P",
}  # fmt: skip


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller(sandbox=True)
    yield caller
    caller.close()


def test_the_key_of_the_sandbox_is_asked_for_with_the_real_one(caller: Caller) -> None:
    real = caller.again()
    key = real.sandbox_get_sign_key()["sandbox_signkey"]
    assert key == real.sandboxnew_get_sign_key()["sandbox_signkey"] == caller.client.merchant.api_key.reveal()


@pytest.mark.parametrize("version", ["sandbox", "sandboxnew"])
def test_any_payment_code_is_charged_and_nobody_elses_books_are_touched(caller: Caller, version: str) -> None:
    told = getattr(caller, f"{version}_micropay")(**QUICK)
    assert (told["transaction_id"], told["total_fee"]) and told.verified
    assert (told["mch_id"], told["out_trade_no"]) == (MCH_ID, "Q-1")
    assert getattr(caller, f"{version}_order_query")(out_trade_no="Q-1")["trade_state"] == "SUCCESS"
    code = caller.gateway.new_payment_code()
    caller.again().micropay(**{**QUICK, "auth_code": code, "total_fee": 5})
    getattr(caller, f"{version}_micropay")(**{**QUICK, "out_trade_no": "Q-2"})
    assert caller.again().refused("order_query", out_trade_no="Q-2") == "ORDERNOTEXIST"
    assert caller.refused(f"{version}_order_query", out_trade_no="Q-9") == "ORDERNOTEXIST"


def test_an_order_pays_itself_and_is_notified_under_the_sandboxs_key(caller: Caller) -> None:
    assert caller.sandboxnew_unified_order(**ORDER)["code_url"].startswith("weixin://")
    (event,) = caller.events()
    assert event.paid(out_trade_no="T-1", total_fee=300).total_fee == 300
    assert caller.sandboxnew_order_query(out_trade_no="T-1")["trade_state"] == "SUCCESS"
    assert caller.refused("sandboxnew_unified_order", **ORDER) == "ORDERPAID"


def test_a_refund_in_the_sandbox_is_taken_in_and_told_of(caller: Caller) -> None:
    caller.sandboxnew_micropay(**QUICK)
    asked = {"out_trade_no": "Q-1", "out_refund_no": "R-1", "total_fee": 100, "refund_fee": 40}
    assert caller.sandboxnew_refund(**asked)["refund_fee"] == "40"
    assert caller.sandboxnew_refund_query(out_refund_no="R-1")["refund_status_0"] == "SUCCESS"
    assert caller.refused("sandboxnew_refund", **{**asked, "out_refund_no": "R-2", "refund_fee": 61}) == "ERROR"


def test_the_statement_of_the_sandbox_has_the_sandboxs_trades_only(caller: Caller) -> None:
    caller.again().paid("T-9", 100)
    caller.sandboxnew_micropay(**QUICK)
    caller.pass_time(DAY)
    statement = caller.sandboxnew_download_bill(bill_date="20260922", bill_type="ALL", tar_type="GZIP").raw
    text = gzip.decompress(statement).decode()
    assert ("Q-1" in text, "T-9" in text) == (True, False)
