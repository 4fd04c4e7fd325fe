"""Report of a call's speed, short links, exchange rates."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from wxpay_v2.clock import parse_day, wire_day
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting, beijing
from wxpay_v2.simulator.protocol import Call, Refusal

__all__ = ["query_exchange_rate", "report", "short_url"]

READY_HOUR = 10  # of a day, Beijing time, at which its rate is there


def report(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take the report in; nothing comes of it."""
    return {}


def short_url(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Return a short link, the same one for the same address. It leads nowhere."""
    return {"short_url": f"https://w.url.cn/s/{hashlib.sha256(call.fields['long_url'].encode()).hexdigest()[:7]}"}


def query_exchange_rate(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Return the fixed rate of the currency: CNY per unit, times 10^8."""
    fee_type = call.fields["fee_type"]
    day = parse_day(call.fields["date"])
    if fee_type == "CNY" or fee_type not in rates.CNY_PER_UNIT:
        raise Refusal("PARAM_ERROR")
    if day > (beijing(book.now) - timedelta(hours=READY_HOUR)).date():
        raise Refusal("PARAM_ERROR")
    return {"fee_type": fee_type, "rate_time": wire_day(day), "rate": str(rates.CNY_PER_UNIT[fee_type])}
