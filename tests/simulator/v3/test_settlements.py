"""Settlements: a row per day of trade, settled on the next one, and what of it is paid out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.v3.client import Merchant, Reply

DAY = 86400.0
SETTLED = {"settle_state": "SETTLED", "settle_start_date": "20260922", "settle_end_date": "20260930"}


def ask(merchant: Merchant, **more: Any) -> Reply:
    return merchant.ask("settlements", {"limit": 10, "offset": 0, **more})


def traded(merchant: Merchant, days: int) -> None:
    for day in range(days):
        merchant.paid(f"T-0000{day}")
        if not day:
            merchant.take_refund("T-00000")
        merchant.clock.advance(DAY)


def test_the_trades_of_a_day_are_settled_on_the_next(abroad: Merchant) -> None:
    traded(abroad, 2)
    told = ask(abroad, **SETTLED).told
    first, second = told["data"]
    assert told["total_count"] == 2
    assert (first["trade_start_date"], first["settlement_date"]) == ("20260922", "20260923")
    amount = first["amount"]
    assert (amount["pay"], amount["refund"], amount["net"], amount["fee"]) == (1000, 300, 700, 4)
    assert (amount["settled"], amount["unsettle"], amount["currency"]) == (696, 0, "HKD")
    assert second["amount"]["settled"] == 994 and second["batch_id"] != first["batch_id"]


def test_the_trades_of_today_are_not_settled(abroad: Merchant) -> None:
    abroad.paid()
    told = ask(abroad, settle_state="UNSETTLE").told
    (row,) = told["data"]
    assert (row["amount"]["settled"], row["amount"]["unsettle"]) == (0, 994)
    assert ask(abroad, **SETTLED).told["total_count"] == 0


def test_rows_are_told_page_by_page(abroad: Merchant) -> None:
    traded(abroad, 3)
    whole = ask(abroad, **SETTLED).told["data"]
    pages = [ask(abroad, **SETTLED, limit=2, offset=offset).told for offset in (0, 2, 4)]
    assert [one for page in pages for one in page["data"]] == whole
    shown = [(page["total_count"], len(page["data"]), page["offset"]) for page in pages]
    assert shown == [(3, 2, 0), (3, 1, 2), (3, 0, 4)]


@pytest.mark.parametrize(("changes", "field"), [
    ({"limit": 31}, "limit"), ({"limit": 0}, "limit"), ({"offset": -1}, "offset"),
    ({"settle_state": "SETTLED"}, "settle_start_date"),
    ({**SETTLED, "settle_start_date": "20261001"}, "settle_start_date"),
])  # fmt: skip
def test_what_cannot_be_asked_for_is_refused_by_name(abroad: Merchant, changes: dict[str, Any], field: str) -> None:
    reply = ask(abroad, **{"settle_state": "UNSETTLE", **changes})
    assert (reply.status, reply.code, reply.field.strip("/")) == (400, "PARAM_ERROR", field)
