"""The simulator's books within one transaction: orders, payments, refunds, payment codes, and every movement of money.

A movement is two entries of one currency. A payer who pays in another currency than the price does so through the
bank: payer to bank in the one, bank to merchant in the other. A refund goes out of the merchant's account when it is
taken in, and reaches the payer when it is finished.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, insert, select, update

from wxpay_v2.clock import BEIJING
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.audit import EXCHANGE, TRANSIT, merchant_account, payer_account
from wxpay_v2.simulator.states import EVENTS, NOTPAY, IllegalTransition
from wxpay_v2.simulator.tables import codes, entries, movements, orders, payments, refunds
from wxpay_v2.simulator.views import OrderView, RefundView

__all__ = ["MICROPAY", "Book", "Code", "parameters"]

MICROPAY = "MICROPAY"

_PAYMENT = tuple(column for column in payments.c if column.name != "order_id")
_ORDER = select(*orders.c, *_PAYMENT).select_from(orders.outerjoin(payments))
_BANK = "OTHERS"

# Asked at every call, so built once. A quick pay nobody confirmed is given up, any other order expires.
_ENDINGS = tuple(
    update(orders)
    .where(orders.c.state.in_(EVENTS[event][0]), orders.c.expires_at <= bindparam("now"), which)
    .values(state=EVENTS[event][1])
    for event, which in (("expire", orders.c.trade_type != MICROPAY), ("give_up", orders.c.trade_type == MICROPAY))
)
_DUE = select(refunds).where(refunds.c.status == "PROCESSING", refunds.c.due_at <= bindparam("now"))

Code = Row[Any]
"""A payment code: auth_code, wallet, payer, needs_password, refuses, balance, expires_at, used, claimed_by."""


class Book:
    """The books, open for one transaction. now: Unix seconds of everything written in it."""

    def __init__(self, connection: Connection, now: float) -> None:
        self.connection = connection
        self.now = now

    # Orders

    def order(self, mch_id: str, out_trade_no: str) -> OrderView | None:
        return self._one_order(orders.c.mch_id == mch_id, orders.c.out_trade_no == out_trade_no)

    def order_of_payment(self, mch_id: str, transaction_id: str) -> OrderView | None:
        return self._one_order(orders.c.mch_id == mch_id, payments.c.transaction_id == transaction_id)

    def order_of_refund(self, refund: RefundView) -> OrderView:
        return self._order(refund.order_id)

    def orders(self, *conditions: ColumnElement[bool]) -> list[OrderView]:
        """Return the orders that meet the *conditions* on tables.orders and tables.payments, oldest first."""
        return [_order_view(row) for row in self.connection.execute(_ORDER.where(*conditions).order_by(orders.c.id))]

    def place(self, fields: Mapping[str, str], **columns: Any) -> OrderView:
        """Insert the order that the request *fields* ask for, as NOTPAY, and return it. columns: of tables.orders."""
        number = self.connection.execute(
            insert(orders).values(
                mch_id=fields["mch_id"], sub_mch_id=fields.get("sub_mch_id", ""), out_trade_no=fields["out_trade_no"],
                state=NOTPAY, total_fee=int(fields["total_fee"]), fee_type=fields.get("fee_type", "CNY"),
                sign_type=fields.get("sign_type", ""), fields=json.dumps(parameters(fields)), placed_at=self.now,
                **columns,
            )
        ).inserted_primary_key  # fmt: skip
        return self._order(_key(number))

    def change(self, order: OrderView, event: str, *conditions: ColumnElement[bool], **values: Any) -> OrderView:
        """Carry *event* out on *order*, in one conditional UPDATE, and return the order as it is then.

        conditions: what must hold beside the state. values: other columns that change with it.
        Raises IllegalTransition when the order's state (now, not as seen before) does not admit the event.
        """
        before, after = EVENTS[event]
        changed = self.connection.execute(
            update(orders)
            .where(orders.c.id == order.id, orders.c.state.in_(before), *conditions)
            .values(state=after, **values)
        ).rowcount
        if not changed:
            raise IllegalTransition(f"{event} of order {order.out_trade_no}, which is {order.state}")
        return self._order(order.id)

    def count_query(self, order: OrderView) -> None:
        """Take note that one more query found the order unpaid."""
        self.connection.execute(
            update(orders).where(orders.c.id == order.id).values(queries_left=orders.c.queries_left - 1)
        )

    def expire(self) -> None:
        """Close the orders whose time is over, and give up the quick pays nobody confirmed."""
        for ending in _ENDINGS:
            self.connection.execute(ending, {"now": self.now})

    # Money

    def pay(self, order: OrderView, *, openid: str, sub_openid: str, wallet: str) -> OrderView:
        """Let the payer pay *order*. Raises IllegalTransition when it cannot be paid any more, or was already."""
        currency = rates.WALLETS[wallet]
        cash = rates.convert(order.total_fee, order.fee_type, currency)
        self.change(order, "pay", orders.c.expires_at > self.now, wallet=wallet)
        self.connection.execute(
            insert(payments).values(
                order_id=order.id, transaction_id=f"4200000{_digits(3)}{self._day()}{_digits(10)}", openid=openid,
                sub_openid=sub_openid, cash_fee=cash, cash_fee_type=currency,
                rate=rates.rate(order.fee_type, currency), bank_type=_BANK, paid_at=self.now,
            )
        )  # fmt: skip
        paid = self._order(order.id)
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
        now = self.change(
            order, "refund", orders.c.refunded + fee <= orders.c.total_fee, refunded=orders.c.refunded + fee
        )
        cash = now.cash_fee * now.refunded // now.total_fee - now.cash_refunded
        self.connection.execute(
            update(orders).where(orders.c.id == order.id).values(cash_refunded=now.cash_refunded + cash)
        )
        number = self.connection.execute(
            insert(refunds).values(
                order_id=order.id, mch_id=order.mch_id, out_refund_no=fields["out_refund_no"],
                refund_id=f"500000{_digits(4)}{self._day()}{_digits(11)}", refund_fee=fee, cash_refund_fee=cash,
                status="PROCESSING", fields=json.dumps(parameters(fields)), taken_at=self.now, due_at=due_at,
            )
        ).inserted_primary_key  # fmt: skip
        self._move("refund", order, self._merchant(order), TRANSIT, fee, order.fee_type)
        return self._refund(_key(number))

    def finish_refund(self, refund: RefundView) -> RefundView | None:
        """Let the money of *refund* reach the payer. None when it has already."""
        finished = self.connection.execute(
            update(refunds)
            .where(refunds.c.id == refund.id, refunds.c.status == "PROCESSING")
            .values(status="SUCCESS", succeeded_at=self.now)
        ).rowcount
        if not finished:
            return None
        order = self._order(refund.order_id)
        self._give_back("refund", order, TRANSIT, refund.refund_fee, refund.cash_refund_fee)
        return self._refund(refund.id)

    def _merchant(self, order: OrderView) -> str:
        return merchant_account(order.mch_id, order.sub_mch_id)

    def _collect(self, order: OrderView) -> None:
        """Move the price of the paid *order* from the payer to the merchant."""
        payer, merchant = payer_account(order.openid), self._merchant(order)
        if order.cash_fee_type == order.fee_type:
            self._move("payment", order, payer, merchant, order.total_fee, order.fee_type)
        else:
            self._move("payment", order, payer, EXCHANGE, order.cash_fee, order.cash_fee_type)
            self._move("payment", order, EXCHANGE, merchant, order.total_fee, order.fee_type)

    def _give_back(self, kind: str, order: OrderView, source: str, fee: int, cash: int) -> None:
        """Move *fee*, of the price, out of *source*, and what the payer gets for it, *cash* of his currency, to him."""
        payer = payer_account(order.openid)
        if order.cash_fee_type == order.fee_type:
            self._move(kind, order, source, payer, fee, order.fee_type)
        else:
            self._move(kind, order, source, EXCHANGE, fee, order.fee_type)
            self._move(kind, order, EXCHANGE, payer, cash, order.cash_fee_type)

    def _move(self, kind: str, order: OrderView, source: str, target: str, amount: int, currency: str) -> None:
        if not amount:  # less than the smallest unit of the payer's currency: nothing reaches him
            return
        number = self.connection.execute(
            insert(movements).values(kind=kind, order_id=order.id, moved_at=self.now)
        ).inserted_primary_key
        self.connection.execute(
            insert(entries),
            [
                {"movement_id": _key(number), "account": account, "currency": currency, "amount": signed}
                for account, signed in ((source, -amount), (target, amount))
            ],
        )

    # Refunds

    def refund(self, mch_id: str, **number: str) -> RefundView | None:
        """Return the refund with this out_refund_no or refund_id."""
        conditions = [refunds.c[name] == value for name, value in number.items()]
        found = self._refunds(select(refunds).where(refunds.c.mch_id == mch_id, *conditions))
        return found[0] if found else None

    def refunds_of(self, order: OrderView) -> list[RefundView]:
        """Return the refunds of *order*, oldest first."""
        return self._refunds(select(refunds).where(refunds.c.order_id == order.id).order_by(refunds.c.id))

    def refunds(self, *conditions: ColumnElement[bool]) -> list[RefundView]:
        """Return the refunds that meet the *conditions* on tables.refunds, oldest first."""
        return self._refunds(select(refunds).where(*conditions).order_by(refunds.c.id))

    def due_refunds(self) -> list[RefundView]:
        return self._refunds(_DUE, now=self.now)

    # Payment codes

    def code(self, auth_code: str) -> Code | None:
        return self.connection.execute(select(codes).where(codes.c.auth_code == auth_code)).one_or_none()

    def add_code(self, **columns: Any) -> None:
        self.connection.execute(insert(codes).values(**columns))

    def use_code(self, auth_code: str) -> None:
        """Take note that the code is used. Raises IllegalTransition when it was already."""
        used = self.connection.execute(
            update(codes).where(codes.c.auth_code == auth_code, codes.c.used.is_(False)).values(used=True)
        ).rowcount
        if not used:
            raise IllegalTransition("the payment code was used by another worker")

    def claim_code(self, auth_code: str, mch_id: str) -> None:
        """From now on only *mch_id* may charge the code."""
        self.connection.execute(update(codes).where(codes.c.auth_code == auth_code).values(claimed_by=mch_id))

    # Reading

    def _one_order(self, *conditions: ColumnElement[bool]) -> OrderView | None:
        row = self.connection.execute(_ORDER.where(*conditions)).one_or_none()
        return None if row is None else _order_view(row)

    def _order(self, number: int) -> OrderView:
        return _order_view(self.connection.execute(_ORDER.where(orders.c.id == number)).one())

    def _refund(self, number: int) -> RefundView:
        return self._refunds(select(refunds).where(refunds.c.id == number))[0]

    def _refunds(self, query: Select[Any], **values: Any) -> list[RefundView]:
        rows: Iterable[Row[Any]] = self.connection.execute(query, values)
        return [_refund_view(row) for row in rows]

    def _day(self) -> str:
        return datetime.fromtimestamp(self.now, BEIJING).strftime("%Y%m%d")


def parameters(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what makes a repetition the same call: everything but what belongs to the message."""
    return {name: fields[name] for name in sorted(fields) if name not in ("nonce_str", "sign", "sign_type")}


_OF_THE_REQUEST = ("appid", "sub_appid", "body", "attach", "device_info", "notify_url")


def _order_view(row: Row[Any]) -> OrderView:
    fields = json.loads(row.fields)
    stored = {name: value for name, value in row._mapping.items() if value is not None or name == "reversed_at"}
    return OrderView(**{**stored, "fields": fields, **{name: fields.get(name, "") for name in _OF_THE_REQUEST}})


def _refund_view(row: Row[Any]) -> RefundView:
    fields = json.loads(row.fields)
    return RefundView(**{**row._mapping, "fields": fields, "notify_url": fields.get("notify_url", "")})


def _key(inserted: Any) -> int:
    number: int = inserted[0]
    return number


def _digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}d}"
