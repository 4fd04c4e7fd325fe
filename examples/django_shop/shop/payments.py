"""Everything about money: placing an order, booking a payment once, asking when nobody tells, refunding.

An order is paid when the gateway's signed word says so and matches our own books: by a notification, or by a query
when none came. What the payer's browser reports is a hint to look.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from shop.models import JSAPI, Order
from wxpay_v2 import Client, Merchant, OutcomeUnknown, WXPayError, flows
from wxpay_v2.adapters import Booking, Bookings, Endpoint, outside, waiting
from wxpay_v2.adapters import Order as Expected

log = logging.getLogger("shop")

client = Client(
    Merchant.from_config(settings.SHOP_CONFIG),
    region=settings.REGION,
    base_url=settings.SIMULATOR.get("base_url"),
    verify=settings.SIMULATOR.get("ca"),
)


def open_order(order: Order, payer_ip: str) -> None:
    """Tell the gateway about *order*, unless it knows. The same number is the same order. Raises WXPayError."""
    if order.prepay_id:
        return
    wanted = {"openid": order.openid} if order.trade_type == JSAPI else {"product_id": order.product_id}
    told = client.unified_order(
        body=order.product.name,
        out_trade_no=order.number,
        total_fee=order.total_fee,
        fee_type=order.fee_type,
        trade_type=order.trade_type,
        spbill_create_ip=payer_ip,
        notify_url=_notify_url(),
        **wanted,
    )
    order.prepay_id, order.code_url = told["prepay_id"], told.get("code_url", "")
    order.save(update_fields=["prepay_id", "code_url"])


def ask(order: Order, *, end: bool = False) -> None:
    """Ask the gateway about an order nobody told us about, and book the answer as a notification. end: close it."""
    if order.state == Order.State.WAITING and order.prepay_id:
        outcome = waiting.ask(client, endpoint, _unpaid(order), end=end)
        if isinstance(outcome, flows.NotPaid):
            order.move(Order.State.WAITING, Order.State.CLOSED)
    elif order.state == Order.State.REFUNDING:
        try:
            _refunded(order, client.refund_query(out_refund_no=order.refund_number))
        except WXPayError as error:
            log.warning("cannot ask about the refund of %s: %s", order, error)


def ask_about_all(since: float, now: float) -> None:
    """One round of the worker that never lets an order wait for ever: see waiting.py of the adapters."""
    orders = {order.number: order for order in Order.objects.filter(state=Order.State.WAITING)}
    for unpaid, end in waiting.due(map(_unpaid, orders.values()), since=since, now=now):
        ask(orders[unpaid.out_trade_no], end=end)


def refund(order: Order) -> None:
    """Give the money back. Raises WXPayError."""
    if not order.move(Order.State.PAID, Order.State.REFUNDING) and order.state != Order.State.REFUNDING:
        return
    try:
        told = flows.refund(
            client, out_trade_no=order.number, out_refund_no=order.refund_number, total_fee=order.total_fee,
            refund_fee=order.total_fee, refund_fee_type=order.fee_type, notify_url=_notify_url(),
        )  # fmt: skip
    except OutcomeUnknown:
        raise  # it may be on its way: the order stays in "refunding", and is asked about
    except WXPayError:
        order.move(Order.State.REFUNDING, Order.State.PAID)
        raise
    _refunded(order, told)


# What the endpoint asks and tells


def _expected(number: str, merchant: Merchant) -> Expected | None:
    order = Order.objects.filter(number=number).first()
    return Expected(order.total_fee, order.fee_type) if order is not None else None


@outside
def _on_paid(booking: Booking) -> None:
    # Django's transaction is another than the booking's, so this runs at least once. The UPDATE moves an order that
    # waits and no other: running it again does nothing.
    payment = booking.payment
    order = Order(number=payment.out_trade_no)
    order.move(Order.State.WAITING, Order.State.PAID, transaction_id=payment.transaction_id)


@outside
def _on_refund(booking: Booking) -> None:
    # A refund's notification is not signed: it is a hint to ask, and nothing more.
    order = Order.objects.filter(number=booking.fields.get("out_trade_no", ""), state=Order.State.REFUNDING).first()
    if order is not None:
        _refunded(order, client.refund_query(out_refund_no=order.refund_number))


def _refunded(order: Order, told: Mapping[str, str]) -> None:
    state = told.get("refund_status_0", "")
    if state == "SUCCESS":
        order.move(Order.State.REFUNDING, Order.State.REFUNDED)
    elif state == "REFUNDCLOSE":
        order.move(Order.State.REFUNDING, Order.State.PAID)
    elif state == "CHANGE":
        log.error("look at this: the refund of %s failed at the bank, pay it out by hand", order)


def _unpaid(order: Order) -> waiting.Unpaid:
    return waiting.Unpaid(order.number, order.total_fee, order.fee_type, order.placed_at)


def _notify_url() -> str:
    return settings.SHOP_URL + reverse("notify")


bookings = Bookings(f"sqlite:///{settings.SHOP_DATABASE}")
endpoint = Endpoint(
    client,
    bookings=bookings,
    order=_expected,
    on_paid=_on_paid,
    on_refund=_on_refund,
    on_alarm=lambda alarm: log.error("look at this: %s", alarm.reason),
)
