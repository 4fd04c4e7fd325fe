"""The trades of a period, as statements and settlements count them: payments, refunds, reversals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from wxpay_v2.clock import BEIJING
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.states import REFUND, REFUNDCLOSE, REVOKED, SUCCESS
from wxpay_v2.simulator.tables import orders, payments, refunds
from wxpay_v2.simulator.views import OrderView, RefundView

__all__ = ["Trade", "day_of", "trades"]


@dataclass(frozen=True)
class Trade:
    """One trade. state: SUCCESS (a payment), REFUND or REVOKED (a paid quick pay that was reversed). at: Unix seconds.

    refund: of a REFUND, else None. given_back: amount in fee_type; cash_back: in the payer's currency. 0 of a payment.
    """

    state: str
    at: float
    order: OrderView
    refund: RefundView | None = None
    given_back: int = 0
    cash_back: int = 0

    @property
    def coupons_back(self) -> int:
        """The part of what was given back that goes to coupons, in fee_type."""
        return self.given_back - self.cash_back if self.order.coupons else 0


def day_of(moment: float) -> date:
    """Return the Beijing day of Unix seconds."""
    return datetime.fromtimestamp(moment, BEIJING).date()


def trades(book: Book, mch_id: str, sub_mch_id: str, first: date, last: date) -> list[Trade]:
    """Return the trades of the Beijing days from *first* to *last*, in their order. sub_mch_id: "" for all.

    A refund counts on the day it was taken in, unless it was closed, a reversal on the day it was made.
    """
    begin, end = _midnight(first), _midnight(last + timedelta(days=1))
    mine: list[ColumnElement[bool]] = [orders.c.mch_id == mch_id]
    if sub_mch_id:
        mine.append(orders.c.sub_mch_id == sub_mch_id)
    paid = and_(payments.c.paid_at >= begin, payments.c.paid_at < end)
    reversed_ = and_(orders.c.reversed_at >= begin, orders.c.reversed_at < end)
    found: list[Trade] = []
    for order in book.orders(*mine, or_(paid, reversed_)):
        if begin <= order.paid_at < end:
            found.append(Trade(SUCCESS, order.paid_at, order))
        if order.reversed_at is not None and begin <= order.reversed_at < end:
            found.append(Trade(REVOKED, order.reversed_at, order, given_back=order.total_fee, cash_back=order.cash_fee))
    which = (
        refunds.c.taken_at >= begin,
        refunds.c.taken_at < end,
        refunds.c.status != REFUNDCLOSE,
        refunds.c.order_id.in_(select(orders.c.id).where(*mine)),
    )
    refunded = {one.id: one for one in book.orders(orders.c.id.in_(select(refunds.c.order_id).where(*which)))}
    found += [
        Trade(REFUND, one.taken_at, refunded[one.order_id], one, one.refund_fee, one.cash_refund_fee)
        for one in book.refunds(*which)
    ]
    return sorted(found, key=lambda trade: trade.at)


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp()
