"""Everything about money: placing an order, booking a payment once, asking when nobody tells, refunding.

An order is paid when the gateway's signed word says so and matches our own books: by a notification, or by a query
when none came. What the payer's browser reports is a hint to look.
"""

from __future__ import annotations

import logging

from sqlalchemy import Row

from wxpay_v2 import OutcomeUnknown, WXPayError, flows
from wxpay_v2.adapters import Booking, Bookings, Endpoint, Order, outside, waiting

from .orders import CLOSED, JSAPI, PAID, PRODUCTS, REFUNDED, REFUNDING, WAITING, Orders, move
from .settings import Settings

log = logging.getLogger("shop")


class Payments:
    """The shop's side of WeChat Pay. `endpoint` is what notifications are given to."""

    def __init__(self, settings: Settings, orders: Orders) -> None:
        self._client = settings.client
        self._notify_url = settings.notify_url
        self._orders = orders
        self.bookings = Bookings(settings.database_url)
        self.endpoint = Endpoint(
            self._client,
            bookings=self.bookings,
            order=self._order,
            on_paid=self._on_paid,
            on_refund=outside(self._on_refund),
            on_alarm=lambda alarm: log.error("look at this: %s", alarm.reason),
        )

    def open(self, order: Row, payer_ip: str) -> Row:
        """Tell the gateway about the order, unless it knows. The same number is the same order. Raises WXPayError."""
        if not order.prepay_id:
            wanted = {"openid": order.openid} if order.trade_type == JSAPI else {"product_id": order.product}
            told = self._client.unified_order(
                body=PRODUCTS[order.product].name,
                out_trade_no=order.number,
                total_fee=order.total_fee,
                fee_type=order.fee_type,
                trade_type=order.trade_type,
                spbill_create_ip=payer_ip,
                notify_url=self._notify_url,
                **wanted,
            )
            self._orders.opened(order.number, told["prepay_id"], told.get("code_url", ""))
        return self._orders.find(order.number) or order

    def cashier(self, order: Row) -> dict[str, str]:
        """Return what the page hands to WeChat to open the cashier."""
        return self._client.cashier.jsapi(order.prepay_id)

    def ask(self, order: Row, *, end: bool = False) -> None:
        """Ask the gateway about an order nobody told us about, and book the answer as a notification. end: close it."""
        if order.state == WAITING and order.prepay_id:
            outcome = waiting.ask(self._client, self.endpoint, _unpaid(order), end=end)
            if isinstance(outcome, flows.NotPaid):
                self._orders.change(order.number, WAITING, CLOSED)
        elif order.state == REFUNDING:
            try:
                self._ask_refund(order.number)
            except WXPayError as error:
                log.warning("cannot ask about the refund of %s: %s", order.number, error)

    def ask_about_all(self, since: float, now: float) -> None:
        """One round of the worker that never lets an order wait for ever: see waiting.py of the adapters."""
        orders = {order.number: order for order in self._orders.waiting()}
        for unpaid, end in waiting.due(map(_unpaid, orders.values()), since=since, now=now):
            self.ask(orders[unpaid.out_trade_no], end=end)

    def refund(self, order: Row) -> None:
        """Give the money back. The number is fixed, so that a second click is the same refund. Raises WXPayError."""
        if not self._orders.change(order.number, PAID, REFUNDING) and order.state != REFUNDING:
            return
        try:
            told = flows.refund(
                self._client, out_trade_no=order.number, out_refund_no=_refund_number(order.number),
                total_fee=order.total_fee, refund_fee=order.total_fee, refund_fee_type=order.fee_type,
                notify_url=self._notify_url,
            )  # fmt: skip
        except OutcomeUnknown:
            raise  # it may be on its way: the order stays in "refunding", and is asked about
        except WXPayError:
            self._orders.change(order.number, REFUNDING, PAID)
            raise
        self._refunded(order.number, told)

    # What the endpoint asks and tells

    def _order(self, number: str, merchant: object) -> Order | None:
        order = self._orders.find(number)
        return Order(order.total_fee, order.fee_type) if order is not None else None

    def _on_paid(self, booking: Booking) -> None:
        # In the transaction of the booking: both are on disk before the gateway hears "SUCCESS", or neither.
        payment = booking.payment
        move(booking.connection, payment.out_trade_no, WAITING, PAID, transaction_id=payment.transaction_id)

    def _on_refund(self, booking: Booking) -> None:
        # A refund's notification is not signed: it is a hint to ask, and nothing more.
        order = self._orders.find(booking.fields.get("out_trade_no", ""))
        if order is not None and order.state == REFUNDING:
            self._ask_refund(order.number)

    def _ask_refund(self, number: str) -> None:
        self._refunded(number, self._client.refund_query(out_refund_no=_refund_number(number)))

    def _refunded(self, number: str, told: dict[str, str]) -> None:
        state = told.get("refund_status_0", "")
        if state == "SUCCESS":
            self._orders.change(number, REFUNDING, REFUNDED)
        elif state == "REFUNDCLOSE":
            self._orders.change(number, REFUNDING, PAID)
        elif state == "CHANGE":
            log.error("look at this: the refund of %s failed at the bank, pay it out by hand", number)


def _unpaid(order: Row) -> waiting.Unpaid:
    return waiting.Unpaid(order.number, order.total_fee, order.fee_type, order.placed_at)


def _refund_number(number: str) -> str:
    return f"{number}R"
