"""What happens when a payer pays: the money, what families do about it, and the notification."""

from __future__ import annotations

from collections.abc import Sequence

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.simulator import discounts, notices
from wxpay_v2.simulator.book import MICROPAY, Book
from wxpay_v2.simulator.effects import combined_orders, on_payment
from wxpay_v2.simulator.effects.common import FACEPAY, Setting, openid_of
from wxpay_v2.simulator.views import OrderView

__all__ = ["pay", "pay_and_notify"]

Coupons = Sequence[tuple[str, int]]


def pay(
    order: OrderView, book: Book, setting: Setting, *, wallet: str, payer: str = "payer", coupons: Coupons = ()
) -> OrderView:
    """Let the payer pay *order*. The order's own payer and wallet win. Raises IllegalTransition as `Book.pay` does.

    coupons: pairs of an id and an amount; see `wxpay_v2.simulator.discounts`. Raises InvalidRequest for wrong ones.
    """
    fields = order.fields
    who = order.payer or fields.get("openid") or fields.get("sub_openid") or payer
    paid = book.pay(
        order,
        openid=fields.get("openid") or openid_of(who, order.appid),
        sub_openid=fields.get("sub_openid") or openid_of(who, order.sub_appid),
        wallet=order.wallet or wallet,
        coupons=discounts.checked(coupons, order.total_fee),
    )
    for work in on_payment():
        work(paid, book, setting)
    return paid


def pay_and_notify(
    order: OrderView, book: Book, setting: Setting, *, wallet: str, payer: str, coupons: Coupons = ()
) -> OrderView:
    """Let the payer pay *order*, with the other sub-orders of a combined one, and queue the notification."""
    combined = combined_orders.record_of(book, order)
    if combined is not None:
        if coupons:
            raise InvalidRequest("the simulator takes no coupons in a combined order")
        paid = [
            pay(one, book, setting, wallet=wallet, payer=payer) for one in combined_orders.orders_of(book, combined)
        ]
        combined_orders.notify(book, combined, paid, setting)
        return next(one for one in paid if one.id == order.id)
    done = pay(order, book, setting, wallet=wallet, payer=payer, coupons=coupons)
    account = setting.account(order.mch_id)
    if account is not None and order.trade_type not in (MICROPAY, FACEPAY):
        notices.queue_payment(book, account, done, setting.faults)
    return done
