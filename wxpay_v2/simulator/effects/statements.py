"""Transaction statements, fund flows, and settled funds."""

from __future__ import annotations

import gzip
import hashlib
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta

from wxpay_v2.clock import BEIJING, parse_day
from wxpay_v2.operation import GLOBAL
from wxpay_v2.simulator import rates, statements
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting, beijing
from wxpay_v2.simulator.effects.refunds import refund_account
from wxpay_v2.simulator.protocol import Call, NotUnderstood, Refusal
from wxpay_v2.simulator.states import REFUND, SUCCESS
from wxpay_v2.simulator.trades import Trade, day_of, trades

__all__ = ["download_bill", "download_fund_flow", "settlement_query"]

READY_HOUR = 10  # of the day after, Beijing time
SETTLED_AFTER = timedelta(days=1)
_FIRST_DAY = date(2013, 1, 1)  # before there was a gateway

_KEPT: dict[str, Callable[[Trade], bool]] = {
    "ALL": lambda trade: True,
    "SUCCESS": lambda trade: trade.state == SUCCESS,
    "REFUND": lambda trade: trade.state == REFUND,
    "RECHARGE_REFUND": lambda trade: (
        trade.refund is not None and refund_account(trade.refund) == "REFUND_SOURCE_RECHARGE_FUNDS"
    ),
}


def download_bill(call: Call, book: Book, setting: Setting) -> bytes:
    """Return the statement of a day, from 10:00 of the next one on. Raises NotUnderstood, by the error's name."""
    fields, account = call.fields, call.account
    day = parse_day(fields["bill_date"])
    kind = fields.get("bill_type", "ALL")
    if kind == "RECHARGE_REFUND" and account.region == GLOBAL:
        raise NotUnderstood("invalid bill_type")
    now = beijing(book.now)
    if day > now.date():
        raise NotUnderstood("invalid bill_date")
    if now < datetime(day.year, day.month, day.day, READY_HOUR, tzinfo=BEIJING) + timedelta(days=1):
        raise NotUnderstood("Bill Creating")
    device = fields.get("device_info")
    kept = [
        trade
        for trade in trades(book, account.mch_id, call.sub_mch_id, day, day)
        if _KEPT[kind](trade) and (not device or trade.order.device_info == device)
    ]
    if not kept:
        raise NotUnderstood("No Bill Exist")
    text = statements.write(kept, kind, region=account.region, currency=account.currency)
    return gzip.compress(text, mtime=0) if fields.get("tar_type") == "GZIP" else text


def download_fund_flow(call: Call, book: Book, setting: Setting) -> bytes:
    """Return the fund flow of a day, from 10:00 of the next one on. Raises Refusal.

    Trades move money on the account Basic only; on the others, nothing ever does.
    """
    fields = call.fields
    day = parse_day(fields["bill_date"])
    now = beijing(book.now)
    if day > now.date():
        raise Refusal("PARAM_ERROR", "bill_date has not begun")
    if now < datetime(day.year, day.month, day.day, READY_HOUR, tzinfo=BEIJING) + timedelta(days=1):
        raise Refusal("BILL_CREATING")
    made = trades(book, call.account.mch_id, "", _FIRST_DAY, day) if day > _FIRST_DAY else []
    since = datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp()
    text = statements.write_flow(made, since=since) if fields["account_type"] == "Basic" else None
    if text is None:
        raise Refusal("NO_BILL_EXIST")
    return gzip.compress(text, mtime=0) if fields.get("tar_type") == "GZIP" else text


def settlement_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Return one flat record of settled (usetag 1) or of not yet settled funds (2): the one at `offset`.

    The trades of a day are settled on the next one. date_start and date_end are days of settlement.
    """
    fields = call.fields
    today = day_of(book.now)
    if fields["usetag"] == "1":
        start, end = parse_day(fields["date_start"]), parse_day(fields["date_end"])
        if start > end:
            raise Refusal("PARAM_ERROR", "date_start is after date_end")
        first = max(start, _FIRST_DAY) - SETTLED_AFTER
        last = max(min(end, today), _FIRST_DAY) - SETTLED_AFTER
    else:
        first = last = today
    by_day: dict[date, list[Trade]] = defaultdict(list)
    for trade in trades(book, call.account.mch_id, call.sub_mch_id, first, last):
        by_day[day_of(trade.at)].append(trade)
    records = sorted(by_day.items())[int(fields["offset"]) :][:1]
    if not records:
        return {"record_num": "0"}
    return {"record_num": "1", **_record(*records[0], call, settled=fields["usetag"] == "1")}


def _record(day: date, made: list[Trade], call: Call, *, settled: bool) -> dict[str, str]:
    currency = call.account.currency

    def worth(amount: int, trade: Trade) -> int:
        return rates.convert(amount, trade.order.fee_type, currency)

    paid = sum(worth(trade.order.total_fee, trade) for trade in made if trade.state == SUCCESS)
    back = sum(worth(trade.given_back, trade) for trade in made)
    charged = rates.fee(paid) - rates.fee(back)
    due = paid - back - charged
    batch = hashlib.sha256(f"{call.account.mch_id} {call.sub_mch_id} {day}".encode()).hexdigest()
    split = "0" if call.fields.get("query_split") == "true" else ""
    return {
        "fbatchno": f"{day:%Y%m%d}{int(batch[:8], 16):010d}",
        "date_settlement": f"{day + SETTLED_AFTER:%Y-%m-%d}",
        "date_start": f"{day:%Y-%m-%d}",
        "date_end": f"{day:%Y-%m-%d}",
        "settlement_fee": str(due if settled else 0),
        "unsettlement_fee": str(0 if settled else due),
        "settlementfee_type": currency,
        "pay_fee": str(paid),
        "refund_fee": str(-back),
        "pay_net_fee": str(paid - back),
        "poundage_fee": str(charged),
        "split_settlement_fee": split,
        "split_unsettlement_fee": split,
    }
