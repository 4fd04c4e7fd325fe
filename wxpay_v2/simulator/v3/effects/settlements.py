"""Settled funds, and those not settled yet: a row per day of trade, which is settled on the next one."""

from __future__ import annotations

from datetime import date
from typing import Any

from wxpay_v2.clock import parse_day
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.effects.statements import SETTLED_AFTER
from wxpay_v2.simulator.trades import day_of, trades
from wxpay_v2.simulator.v3.books import carry_out
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal

__all__ = ["GLOBAL", "settlements"]

MOST = 30
"""Rows that one answer lists."""
_FIRST_DAY = date(2013, 1, 2)  # before there was a gateway
# Amount -> what API v2 calls it.
_AMOUNTS = {
    "settled": "settlement_fee", "unsettle": "unsettlement_fee", "pay": "pay_fee", "net": "pay_net_fee",
    "fee": "poundage_fee",
}  # fmt: skip


def settlements(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the rows from `offset` on, `limit` of them."""
    offset, limit = call.document["offset"], call.document["limit"]
    if offset < 0 or not 1 <= limit <= MOST:
        name = "offset" if offset < 0 else "limit"
        raise Refusal.of_field(call.operation, f"/{name}", f"must be from {0 if name == 'offset' else f'1 to {MOST}'}")
    days = _days(call, book)
    return {
        "data": [_row(call, book, setting, day) for day in days[offset : offset + limit]],
        "total_count": len(days),
        "offset": offset,
        "limit": limit,
    }


def _days(call: Call, book: Book) -> list[date]:
    """Return the days of trade that the call is about, on which there was one. Raises Refusal."""
    first = last = day_of(book.now)
    if call.text("settle_state") == "SETTLED":
        start, end = parse_day(call.text("settle_start_date")), parse_day(call.text("settle_end_date"))
        if start > end:
            raise Refusal.of_field(call.operation, "/settle_start_date", "is after settle_end_date")
        first = max(start, _FIRST_DAY) - SETTLED_AFTER
        last = max(min(end, last), _FIRST_DAY) - SETTLED_AFTER
    return sorted({day_of(one.at) for one in trades(book, call.mch_id, call.sub_mch_id, first, last)})


def _row(call: Call, book: Book, setting: Setting, day: date) -> dict[str, Any]:
    settled = call.text("settle_state") == "SETTLED"
    on = f"{day + SETTLED_AFTER:%Y%m%d}" if settled else ""
    told = carry_out(
        call, book, setting, "settlement_query",
        {"usetag": "1" if settled else "2", "offset": "0", "limit": "1", "date_start": on, "date_end": on},
    )  # fmt: skip
    amount: dict[str, Any] = {name: int(told[old]) for name, old in _AMOUNTS.items()}
    return {
        "batch_id": told["fbatchno"],
        "settlement_date": f"{day + SETTLED_AFTER:%Y%m%d}",
        "trade_start_date": f"{day:%Y%m%d}",
        "trade_end_date": f"{day:%Y%m%d}",
        "amount": {**amount, "currency": told["settlementfee_type"], "refund": -int(told["refund_fee"])},
    }


GLOBAL = {"settlements": settlements}
