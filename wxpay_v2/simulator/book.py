"""The simulator's books within one transaction: orders, payments, refunds, payment codes, and every movement of money.

A movement is one posting (funds.py). A payer who pays in another currency than the price does so through the bank:
payer to bank in the one, bank to merchant in the other. A refund goes out of the merchant's account when it is taken
in, and reaches the payer when it is finished. Whatever else families keep is in `records` (records.py).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, select, update

from wxpay_v2.clock import BEIJING
from wxpay_v2.simulator import discounts, rates
from wxpay_v2.simulator.deadlines import ORDER, REFUND, done, is_due
from wxpay_v2.simulator.funds import BANK, COUPONS, TRANSIT, Funds, merchant_account, payer_account
from wxpay_v2.simulator.queries import Access, Insertion, Query, given
from wxpay_v2.simulator.records import Records
from wxpay_v2.simulator.states import CHANGE, EVENTS, NOTPAY, PROCESSING, REFUNDCLOSE, IllegalTransition
from wxpay_v2.simulator.tables import codes, orders, payments, refunds
from wxpay_v2.simulator.views import Coupon, OrderView, RefundView

__all__ = ["MICROPAY", "Book", "Code", "parameters", "payment_number"]

MICROPAY = "MICROPAY"
_BANK = "OTHERS"


class Code(NamedTuple):
    """A payment code: a row of tables.codes. balance: what its payer has; None: enough."""

    auth_code: str
    wallet: str
    payer: str
    needs_password: bool
    refuses: str
    balance: int | None
    expires_at: float
    used: bool
    claimed_by: str


_PAYMENT = tuple(column for column in payments.c if column.name != "order_id")
_ORDER = select(*orders.c, *_PAYMENT).select_from(orders.outerjoin(payments))
_BY_ID = Query(_ORDER.where(orders.c.id == given("which")))
_BY_NUMBER = Query(_ORDER.where(orders.c.mch_id == given("whose"), orders.c.out_trade_no == given("number")))
_BY_ANY_NUMBER = Query(_ORDER.where(orders.c.out_trade_no == given("number")).order_by(orders.c.id))
_BY_PAYMENT = Query(_ORDER.where(orders.c.mch_id == given("whose"), payments.c.transaction_id == given("number")))
_PLACE, _PAY = Insertion(orders), Insertion(payments)
_COUNT = Query(update(orders).where(orders.c.id == given("which")).values(queries_left=orders.c.queries_left - 1))

# A quick pay nobody confirmed is given up, any other order expires.
_ENDINGS = tuple(
    Query(
        update(orders)
        .where(orders.c.state.in_(EVENTS[event][0]), orders.c.expires_at <= given("now"), which)
        .values(state=EVENTS[event][1])
    )
    for event, which in (("expire", orders.c.trade_type != MICROPAY), ("give_up", orders.c.trade_type == MICROPAY))
)

_REFUND = select(refunds).order_by(refunds.c.id)
_REFUNDS_OF = Query(_REFUND.where(refunds.c.order_id == given("which")))
_DUE = Query(
    select(*refunds.c, *_ORDER.selected_columns)
    .select_from(refunds.join(orders).outerjoin(payments, payments.c.order_id == orders.c.id))
    .where(refunds.c.status == PROCESSING, refunds.c.due_at <= given("now"))
    .order_by(refunds.c.id)
    .with_for_update(of=refunds)  # of two workers one finishes them, and the other finds them done
)
_BY_REFUND_NUMBER = {
    name: Query(_REFUND.where(refunds.c.mch_id == given("whose"), refunds.c[name] == given("number")))
    for name in ("out_refund_no", "refund_id")
}
_TAKE = Insertion(refunds)
_FINISH = Query(
    update(refunds)
    .where(refunds.c.id == given("which"), refunds.c.status == "PROCESSING")
    .values(status="SUCCESS", succeeded_at=given("now"))
)
_FAIL = Query(
    update(refunds).where(refunds.c.id == given("which"), refunds.c.status == PROCESSING).values(status=given("after"))
)
_SEND_AGAIN = Query(
    update(refunds)
    .where(refunds.c.id == given("which"), refunds.c.status == CHANGE)
    .values(status=PROCESSING, due_at=given("moment"))
)

_CODE = Query(select(*(codes.c[name] for name in Code._fields)).where(codes.c.auth_code == given("code")))
_ADD_CODE = Insertion(codes)
_USE_CODE = Query(update(codes).where(codes.c.auth_code == given("code"), codes.c.used.is_(False)).values(used=True))
_CLAIM_CODE = Query(update(codes).where(codes.c.auth_code == given("code")).values(claimed_by=given("whose")))


@lru_cache(maxsize=256)
def _transition(event: str, names: tuple[str, ...]) -> Query:
    """Return the conditional UPDATE that carries *event* out and changes the columns *names* with it."""
    before, after = EVENTS[event]
    condition = and_(orders.c.id == given("which"), orders.c.state.in_(before))
    if event == "pay":
        condition &= orders.c.expires_at > given("now")
    if event in (
        "refund",
        "keep_refunds",
        "lose_refunds",
    ):  # what is refunded then is reckoned from what was refunded when the order was read
        condition &= orders.c.refunded == given("seen")
    return Query(update(orders).where(condition).values(state=after, **{name: given(f"new_{name}") for name in names}))


class Book:
    """The books, open for one transaction. now: Unix seconds of everything written in it."""

    def __init__(self, access: Access, now: float) -> None:
        self.access = access
        self.now = now
        self.records = Records(access, now)
        self.funds = Funds(access, now)

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's, for whatever has no method here."""
        return self.access.connection

    # Orders

    def order(self, mch_id: str, out_trade_no: str) -> OrderView | None:
        return _order_view(self.access.row(_BY_NUMBER, whose=mch_id, number=out_trade_no))

    def order_of_payment(self, mch_id: str, transaction_id: str) -> OrderView | None:
        return _order_view(self.access.row(_BY_PAYMENT, whose=mch_id, number=transaction_id))

    def order_numbered(self, mch_id: str, transaction_id: str) -> OrderView | None:
        """Return the order whose payment has this number, or will have it (see `payment_number`)."""
        if not (transaction_id.isascii() and transaction_id.isdigit() and len(transaction_id) == 28):
            return None
        found = self.access.row(_BY_ID, which=int(transaction_id[-10:]))
        order = None if found is None else _order(found)
        return order if order and order.mch_id == mch_id and payment_number(order) == transaction_id else None

    def order_of_refund(self, refund: RefundView) -> OrderView:
        return self._order(refund.order_id)

    def orders_numbered(self, out_trade_no: str) -> list[OrderView]:
        """Return the orders of all merchants that have this number, oldest first."""
        return [_order(row) for row in self.access.rows(_BY_ANY_NUMBER, number=out_trade_no)]

    def orders(self, *conditions: ColumnElement[bool]) -> list[OrderView]:
        """Return the orders that meet the *conditions* on tables.orders and tables.payments, oldest first."""
        rows = self.connection.execute(_ORDER.where(*conditions).order_by(orders.c.id))
        return [_order(row) for row in rows]

    def place(self, fields: Mapping[str, str], **columns: Any) -> OrderView:
        """Insert the order that the request *fields* ask for, as NOTPAY, and return it. columns: of tables.orders."""
        row: dict[str, Any] = {
            "mch_id": fields["mch_id"], "sub_mch_id": fields.get("sub_mch_id", ""),
            "out_trade_no": fields["out_trade_no"], "state": NOTPAY, "total_fee": int(fields["total_fee"]),
            "fee_type": fields.get("fee_type", "CNY"), "sign_type": fields.get("sign_type", ""),
            "fields": json.dumps(parameters(fields)), "placed_at": self.now, **columns,
        }  # fmt: skip
        number = self.access.insert(_PLACE, **row)
        return _shown({**_PLACE.defaults, **row, "id": number})

    def change(self, order: OrderView, event: str, **values: Any) -> OrderView:
        """Carry *event* out on *order*, in one conditional UPDATE, and return the order as it is then.

        values: other columns that change with the state.
        Raises IllegalTransition when the order's state (now, not as seen before) does not admit the event, when its
        time is over and it was to be paid, and when another refund was taken in meanwhile.
        """
        self.access.carry(
            _transition(event, (*values,)), f"{event} of order {order.out_trade_no}, which is {order.state}",
            which=order.id, now=self.now, seen=order.refunded,
            **{f"new_{name}": value for name, value in values.items()},
        )  # fmt: skip
        return replace(order, state=EVENTS[event][1], **values)

    def count_query(self, order: OrderView) -> None:
        """Take note that one more query found the order unpaid."""
        self.access.send(_COUNT, which=order.id)

    def expire(self) -> None:
        """Close the orders whose time is over, and give up the quick pays nobody confirmed."""
        if is_due(self.access, ORDER, self.now):
            for ending in _ENDINGS:
                self.access.send(ending, now=self.now)
            done(self.access, ORDER, self.now)

    # Money

    def pay(
        self, order: OrderView, *, openid: str, sub_openid: str, wallet: str, coupons: tuple[Coupon, ...] = ()
    ) -> OrderView:
        """Let the payer pay *order*, what *coupons* leave of it.

        Raises IllegalTransition when it cannot be paid any more, or was already.
        """
        currency = order.fee_type if coupons else rates.WALLETS[wallet]
        price = order.total_fee - sum(one.amount for one in coupons)
        payment: dict[str, Any] = {
            "transaction_id": payment_number(order), "openid": openid,
            "sub_openid": sub_openid, "cash_fee": rates.convert(price, order.fee_type, currency),
            "cash_fee_type": currency, "rate": rates.rate(order.fee_type, currency), "bank_type": _BANK,
            "paid_at": self.now,
        }  # fmt: skip
        paid = replace(self.change(order, "pay", wallet=wallet), **payment, coupons=coupons)
        self.access.send(_PAY, order_id=order.id, **payment, coupons=json.dumps(coupons) if coupons else "")
        self._collect(paid)
        return paid

    def reverse(self, order: OrderView) -> OrderView:
        """Revoke a quick pay order; a paid one is paid back at once."""
        reversed_ = self.change(order, "reverse", reversed_at=self.now if order.transaction_id else None)
        if order.transaction_id:
            self._give_back("reversal", order, self._merchant(order), order.total_fee, order.cash_fee)
        return reversed_

    def take_refund(self, order: OrderView, fields: Mapping[str, str], *, due_at: float) -> RefundView:
        """Take the refund that *fields* ask for in. Raises IllegalTransition when it is over the rest."""
        fee = int(fields["refund_fee"])
        refunded = order.refunded + fee
        if refunded > order.total_fee:
            raise IllegalTransition(f"refund of {fee}, order {order.out_trade_no} has {order.refunded} refunded")
        cash = max(order.cash_fee * refunded // order.total_fee, order.cash_refunded)  # one may have been closed
        self.change(order, "refund", refunded=refunded, cash_refunded=cash)
        self._move("refund", order, self._merchant(order), TRANSIT, fee, order.fee_type)
        row: dict[str, Any] = {
            "order_id": order.id, "mch_id": order.mch_id, "out_refund_no": fields["out_refund_no"],
            "refund_id": f"500000{_digits(4)}{self._day()}{_digits(11)}", "refund_fee": fee,
            "cash_refund_fee": cash - order.cash_refunded, "status": "PROCESSING", "taken_at": self.now,
            "due_at": due_at,
        }  # fmt: skip
        request = parameters(fields)
        back: tuple[Coupon, ...] = ()
        if order.coupons:
            back = discounts.given_back(order, order.refunded - order.cash_refunded, refunded - cash)
        kept = json.dumps(back) if back else ""
        number = self.access.insert(_TAKE, **row, fields=json.dumps(request), coupons=kept)
        return RefundView(
            **row, id=number, fields=request, notify_url=request.get("notify_url", ""), succeeded_at=None, coupons=back
        )

    def finish_refund(self, refund: RefundView, order: OrderView) -> RefundView:
        """Let the money of *refund*, of *order*, reach the payer. Raises IllegalTransition unless it is on its way."""
        self.access.carry(_FINISH, _not_any_more(refund), which=refund.id, now=self.now)
        self._give_back("refund", order, TRANSIT, refund.refund_fee, refund.cash_refund_fee)
        return replace(refund, status="SUCCESS", succeeded_at=self.now)

    def fail_refund(self, refund: RefundView, order: OrderView, *, closed: bool) -> RefundView:
        """Let the money of *refund*, of *order*, not reach the payer. Raises IllegalTransition as `finish_refund` does.

        closed: it goes back to the merchant, and the order has not refunded it; else it waits (CHANGE).
        """
        status = REFUNDCLOSE if closed else CHANGE
        self.access.carry(_FAIL, _not_any_more(refund), which=refund.id, after=status)
        if closed:
            left, cash = order.refunded - refund.refund_fee, order.cash_refunded - refund.cash_refund_fee
            self.change(order, "keep_refunds" if left else "lose_refunds", refunded=left, cash_refunded=cash)
            self._move("refund", order, TRANSIT, self._merchant(order), refund.refund_fee, order.fee_type)
        return replace(refund, status=status)

    def send_refund_again(self, refund: RefundView) -> RefundView:
        """Let a refund that waits (CHANGE) be on its way once more. Raises IllegalTransition when it does not wait."""
        self.access.carry(_SEND_AGAIN, _not_any_more(refund), which=refund.id, moment=self.now)
        return replace(refund, status=PROCESSING, due_at=self.now)

    def _merchant(self, order: OrderView) -> str:
        return merchant_account(order.mch_id, order.sub_mch_id)

    def _collect(self, order: OrderView) -> None:
        """Move the price of the paid *order* from the payer to the merchant."""
        payer, merchant = payer_account(order.openid), self._merchant(order)
        if order.cash_fee_type == order.fee_type:
            self._move("payment", order, payer, merchant, order.cash_fee, order.fee_type)
            self._move("payment", order, COUPONS, merchant, order.total_fee - order.cash_fee, order.fee_type)
        else:
            self._move("payment", order, payer, BANK, order.cash_fee, order.cash_fee_type)
            self._move("payment", order, BANK, merchant, order.total_fee, order.fee_type)

    def _give_back(self, kind: str, order: OrderView, source: str, fee: int, cash: int) -> None:
        """Move *fee*, of the price, out of *source*, and what the payer gets for it, *cash* of his currency, to him."""
        payer = payer_account(order.openid)
        if order.cash_fee_type == order.fee_type:
            self._move(kind, order, source, payer, cash, order.fee_type)
            self._move(kind, order, source, COUPONS, fee - cash, order.fee_type)
        else:
            self._move(kind, order, source, BANK, fee, order.fee_type)
            self._move(kind, order, BANK, payer, cash, order.cash_fee_type)

    def _move(self, kind: str, order: OrderView, source: str, target: str, amount: int, currency: str) -> None:
        # 0 is less than the smallest unit of the payer's currency: nothing reaches him
        self.funds.move(kind, source, target, amount, currency, order=order)

    # Refunds

    def refund(self, mch_id: str, **number: str) -> RefundView | None:
        """Return the refund with this out_refund_no or refund_id."""
        ((name, value),) = number.items()
        row = self.access.row(_BY_REFUND_NUMBER[name], whose=mch_id, number=value)
        return None if row is None else _refund(row)

    def refunds_of(self, order: OrderView) -> list[RefundView]:
        """Return the refunds of *order*, oldest first."""
        return [_refund(row) for row in self.access.rows(_REFUNDS_OF, which=order.id)]

    def refunds(self, *conditions: ColumnElement[bool]) -> list[RefundView]:
        """Return the refunds that meet the *conditions* on tables.refunds, oldest first."""
        return [_refund(row) for row in self.connection.execute(_REFUND.where(*conditions))]

    def due_refunds(self) -> Iterator[tuple[RefundView, OrderView]]:
        """Yield the refunds that are to reach their payers now, oldest first, each with its order as it is then."""
        if not is_due(self.access, REFUND, self.now):
            return
        done(self.access, REFUND, self.now)
        own = len(_REFUND_NAMES)
        seen = set()
        for row in self.access.rows(_DUE, now=self.now):
            refund = _refund(row[:own])
            yield refund, self._order(refund.order_id) if refund.order_id in seen else _order(row[own:])
            seen.add(refund.order_id)

    # Payment codes

    def code(self, auth_code: str) -> Code | None:
        row = self.access.row(_CODE, code=auth_code)
        return None if row is None else Code(*row)

    def add_code(self, **columns: Any) -> None:
        self.access.send(_ADD_CODE, **columns)

    def use_code(self, auth_code: str) -> None:
        """Take note that the code is used. Raises IllegalTransition when it was already."""
        if not self.access.change(_USE_CODE, code=auth_code):
            raise IllegalTransition("the payment code was used by another worker")

    def claim_code(self, auth_code: str, mch_id: str) -> None:
        """From now on only *mch_id* may charge the code."""
        self.access.send(_CLAIM_CODE, code=auth_code, whose=mch_id)

    def _order(self, number: int) -> OrderView:
        ((*row,),) = self.access.rows(_BY_ID, which=number)
        return _order(row)

    def _day(self) -> str:
        return datetime.fromtimestamp(self.now, BEIJING).strftime("%Y%m%d")


def payment_number(order: OrderView) -> str:
    """Return the transaction_id of *order*, 28 digits: it has one from the start. API v2 tells it with the payment."""
    mark = hashlib.sha256(f"{order.mch_id} {order.out_trade_no} {order.placed_at}".encode()).digest()
    day = datetime.fromtimestamp(order.placed_at, BEIJING)
    return f"4200000{int.from_bytes(mark[:4], 'big') % 1000:03d}{day:%Y%m%d}{order.id:010d}"


def _not_any_more(refund: RefundView) -> str:
    return f"refund {refund.out_refund_no}, which is {refund.status}"


def parameters(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what makes a repetition the same call: everything but what belongs to the message."""
    return {name: fields[name] for name in sorted(fields) if name not in ("nonce_str", "sign", "sign_type")}


_OF_THE_REQUEST = ("appid", "sub_appid", "body", "attach", "device_info", "notify_url")
_ORDER_NAMES = tuple(column.name for column in _ORDER.selected_columns)
_PAYMENT_NAMES = tuple(column.name for column in _PAYMENT)
_REFUND_NAMES = tuple(column.name for column in refunds.c)


def _order_view(row: Any) -> OrderView | None:
    return None if row is None else _order(row)


def _order(row: Any) -> OrderView:
    told = dict(zip(_ORDER_NAMES, row, strict=True))
    if told["transaction_id"] is None:
        for name in _PAYMENT_NAMES:
            del told[name]
    return _shown(told)


def _shown(told: dict[str, Any]) -> OrderView:
    fields = told["fields"] = json.loads(told["fields"])
    for name in _OF_THE_REQUEST:
        told[name] = fields.get(name, "")
    told["coupons"] = discounts.read(told.get("coupons", ""))
    return OrderView(**told)


def _refund(row: Any) -> RefundView:
    told = dict(zip(_REFUND_NAMES, row, strict=True))
    fields = told["fields"] = json.loads(told["fields"])
    told["coupons"] = discounts.read(told["coupons"])
    return RefundView(**told, notify_url=fields.get("notify_url", ""))


def _digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}d}"
