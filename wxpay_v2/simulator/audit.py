"""The proof that no money came or went: what must hold in the simulator's books at any moment."""

from __future__ import annotations

from sqlalchemy import Connection, case, func, select

from wxpay_v2.simulator.states import PAID, REFUND, REVOKED
from wxpay_v2.simulator.tables import entries, movements, orders, payments, refunds

__all__ = ["EXCHANGE", "TRANSIT", "Unbalanced", "audit", "merchant_account", "payer_account"]

# Accounts of the books beside payers and merchants: refunds on their way, and the bank that changes currencies.
TRANSIT, EXCHANGE = "transit", "exchange"


def merchant_account(mch_id: str, sub_mch_id: str) -> str:
    return f"merchant:{mch_id}:{sub_mch_id}"


def payer_account(openid: str) -> str:
    return f"payer:{openid}"


class Unbalanced(AssertionError):
    """The books do not add up: a bug of the simulator."""


def audit(connection: Connection) -> None:
    """Raise Unbalanced, naming the first thing that does not add up."""
    _movements(connection)
    _orders(connection)
    _merchants(connection)


def _movements(connection: Connection) -> None:
    """Every movement is two entries of one currency that cancel out, so the sum over all accounts is 0."""
    for number, count, total, currencies in connection.execute(
        select(
            movements.c.id,
            func.count(entries.c.id),
            func.coalesce(func.sum(entries.c.amount), 0),
            func.count(entries.c.currency.distinct()),
        )
        .select_from(movements.outerjoin(entries))
        .group_by(movements.c.id)
    ):
        if (count, int(total), currencies) != (2, 0, 1):
            raise Unbalanced(f"movement {number} has {count} entries in {currencies} currencies that make {total}")
    for currency, total in connection.execute(
        select(entries.c.currency, func.sum(entries.c.amount)).group_by(entries.c.currency)
    ):
        if total:
            raise Unbalanced(f"all accounts together hold {total} {currency}")


def _orders(connection: Connection) -> None:
    """Payment, state and refunds of every order tell the same story."""
    taken = (
        select(
            refunds.c.order_id,
            func.sum(refunds.c.refund_fee).label("fee"),
            func.sum(refunds.c.cash_refund_fee).label("cash"),
        )
        .group_by(refunds.c.order_id)
        .subquery()
    )
    for order in connection.execute(
        select(
            orders.c.out_trade_no, orders.c.state, orders.c.total_fee, orders.c.refunded, orders.c.cash_refunded,
            orders.c.reversed_at, payments.c.cash_fee, func.coalesce(taken.c.fee, 0).label("fee"),
            func.coalesce(taken.c.cash, 0).label("cash"),
        ).select_from(orders.outerjoin(payments).outerjoin(taken, taken.c.order_id == orders.c.id))
    ):  # fmt: skip
        name = f"order {order.out_trade_no} ({order.state})"
        paid = order.cash_fee is not None
        if paid != (order.state in PAID) and order.state != REVOKED:
            raise Unbalanced(f"{name} is {'' if paid else 'not '}paid")
        if (order.refunded, order.cash_refunded) != (order.fee, order.cash):
            raise Unbalanced(f"{name} says {order.refunded} refunded, its refunds make {order.fee}")
        if order.refunded > order.total_fee or (order.refunded > 0) != (order.state == REFUND):
            raise Unbalanced(f"{name} of {order.total_fee} has {order.refunded} refunded")
        if paid and (order.refunded == order.total_fee) != (order.cash_refunded == order.cash_fee):
            raise Unbalanced(f"{name} gave {order.cash_refunded} of {order.cash_fee} back to the payer")


def _merchants(connection: Connection) -> None:
    """A merchant holds its payments less what it gave back; on the way to payers is what refunds have not finished."""
    back = case((orders.c.reversed_at.is_not(None), orders.c.total_fee), else_=orders.c.refunded)
    owed = {
        (merchant_account(mch_id, sub_mch_id), currency): int(total)
        for mch_id, sub_mch_id, currency, total in connection.execute(
            select(orders.c.mch_id, orders.c.sub_mch_id, orders.c.fee_type, func.sum(orders.c.total_fee - back))
            .select_from(orders.join(payments))
            .group_by(orders.c.mch_id, orders.c.sub_mch_id, orders.c.fee_type)
        )
    }
    owed.update(
        ((TRANSIT, currency), int(total))
        for currency, total in connection.execute(
            select(orders.c.fee_type, func.sum(refunds.c.refund_fee))
            .select_from(refunds.join(orders))
            .where(refunds.c.status == "PROCESSING")
            .group_by(orders.c.fee_type)
        )
    )
    held = {
        (holder, currency): int(total)
        for holder, currency, total in connection.execute(
            select(entries.c.account, entries.c.currency, func.sum(entries.c.amount))
            .where(entries.c.account.like("merchant:%") | (entries.c.account == TRANSIT))
            .group_by(entries.c.account, entries.c.currency)
        )
    }
    for place in owed.keys() | held.keys():
        if owed.get(place, 0) != held.get(place, 0):
            raise Unbalanced(f"{place[0]} holds {held.get(place, 0)} {place[1]}, should hold {owed.get(place, 0)}")
