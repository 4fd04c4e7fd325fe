"""The proof that no money came or went: what must hold in the simulator's books at any moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Subquery, case, func, select

from wxpay_v2.simulator.funds import TRANSIT, fund, place
from wxpay_v2.simulator.states import CHANGE, PAID, PROCESSING, REFUND, REFUNDCLOSE, REVOKED
from wxpay_v2.simulator.tables import balances, orders, payments, postings, refunds

__all__ = ["Unbalanced", "audit"]

_OF_ORDERS = ("payment", "refund", "reversal")
"""Kinds of the postings that an order's own state accounts for; families that draw on an order have their own."""


class Unbalanced(AssertionError):
    """The books do not add up: a bug of the simulator."""


def audit(connection: Connection) -> None:
    """Raise Unbalanced, naming the first thing that does not add up."""
    _postings(connection)
    _balances(connection)
    _orders(connection)


def _postings(connection: Connection) -> None:
    """Every posting moves something from one account to another, so the sum over all accounts is 0."""
    for posting in connection.execute(
        select(postings).where((postings.c.amount <= 0) | (postings.c.source == postings.c.target)).limit(1)
    ):
        raise Unbalanced(f"posting {posting.id} moves {posting.amount} from {posting.source} to {posting.target}")
    payers = postings.c.target.like("payer:%") | postings.c.source.like("payer:%")
    own = case((payers, payments.c.cash_fee_type), else_=orders.c.fee_type)
    for posting in connection.execute(
        select(postings)
        .select_from(postings.join(orders).join(payments, payments.c.order_id == orders.c.id))
        .where(postings.c.kind.in_(_OF_ORDERS), postings.c.currency != own)
        .limit(1)
    ):
        raise Unbalanced(f"posting {posting.id} moves {posting.currency}, which its order knows nothing of")


def _balances(connection: Connection) -> None:
    """A merchant's own account has what was moved into it less what was moved out, and that is not negative."""
    made: dict[tuple[str, str], int] = {}
    for side, sign in ((postings.c.target, 1), (postings.c.source, -1)):
        for account, currency, total in connection.execute(
            select(side, postings.c.currency, func.sum(postings.c.amount)).group_by(side, postings.c.currency)
        ):
            if place(account) is not None:
                made[account, currency] = made.get((account, currency), 0) + sign * int(total)
    kept = {(fund(row.mch_id, row.account), row.currency): row.amount for row in connection.execute(select(balances))}
    for one in made.keys() | kept.keys():
        has, should = kept.get(one, 0), made.get(one, 0)
        if has != should or has < 0:
            raise Unbalanced(f"{one[0]} has {has} {one[1]}, its postings make {should}")


def _orders(connection: Connection) -> None:
    """Payment, state, refunds and postings of every order tell the same story."""
    taken, moved = _taken(), _moved()
    for order in connection.execute(
        select(
            orders.c.out_trade_no, orders.c.state, orders.c.total_fee, orders.c.refunded, orders.c.cash_refunded,
            orders.c.reversed_at, payments.c.cash_fee,
            *(func.coalesce(one, 0).label(one.name) for one in (*list(taken.c)[1:], *list(moved.c)[1:])),
        ).select_from(
            orders.outerjoin(payments)
            .outerjoin(taken, taken.c.order_id == orders.c.id)
            .outerjoin(moved, moved.c.order_id == orders.c.id)
        )
    ):  # fmt: skip
        name = f"order {order.out_trade_no} ({order.state})"
        paid = order.cash_fee is not None
        if paid != (order.state in PAID) and order.state != REVOKED:
            raise Unbalanced(f"{name} is {'' if paid else 'not '}paid")
        if (order.refunded, order.cash_refunded) != (order.fee, order.cash):
            raise Unbalanced(f"{name} says {order.refunded} refunded, its refunds make {order.fee}")
        if order.refunded > order.total_fee or (order.refunded > 0) != (order.state == REFUND):
            raise Unbalanced(f"{name} of {order.total_fee} has {order.refunded} refunded")
        whole = order.refunded == order.total_fee
        if paid and (order.cash_refunded > order.cash_fee or (whole and order.cash_refunded != order.cash_fee)):
            raise Unbalanced(f"{name} gave {order.cash_refunded} of {order.cash_fee} back to the payer")
        _moves(name, order, paid)


def _moves(name: str, order: Any, paid: bool) -> None:
    """What the postings of *order* brought the merchant, the payer and the way between them is what they should."""
    reversed_ = order.reversed_at is not None
    kept = order.total_fee - (order.total_fee if reversed_ else order.refunded) if paid else 0
    returned = order.cash_fee if reversed_ else order.cash - order.cash_waiting
    should = {"merchant": kept, "payer": returned - order.cash_fee if paid else 0, "transit": int(order.waiting)}
    for who, amount in should.items():
        if order._mapping[who] != amount:
            raise Unbalanced(f"the {who} of {name} holds {order._mapping[who]}, should hold {amount}")
    if order.drawn > kept:
        raise Unbalanced(f"{order.drawn} was drawn on {name}, which has {kept}")


def _taken() -> Subquery:
    """What the refunds of every order make: fee and cash of all, waiting and cash_waiting of those on their way."""
    waits = refunds.c.status.in_((PROCESSING, CHANGE))
    return (
        select(
            refunds.c.order_id,
            func.sum(refunds.c.refund_fee).label("fee"),
            func.sum(refunds.c.cash_refund_fee).label("cash"),
            func.sum(case((waits, refunds.c.refund_fee), else_=0)).label("waiting"),
            func.sum(case((waits, refunds.c.cash_refund_fee), else_=0)).label("cash_waiting"),
        )
        .where(refunds.c.status != REFUNDCLOSE)
        .group_by(refunds.c.order_id)
        .subquery()
    )


def _moved() -> Subquery:
    """What the postings of every order brought its merchant, its payer and TRANSIT, and what other families drew."""

    def net(pattern: str, own: bool = True) -> Any:
        mine = postings.c.kind.in_(_OF_ORDERS) if own else postings.c.kind.not_in(_OF_ORDERS)
        into = case((mine & postings.c.target.like(pattern), postings.c.amount), else_=0)
        out = case((mine & postings.c.source.like(pattern), postings.c.amount), else_=0)
        return func.sum(into - out)

    return (
        select(
            postings.c.order_id,
            net("merchant:%").label("merchant"),
            net("payer:%").label("payer"),
            net(TRANSIT).label("transit"),
            (-net("merchant:%", own=False)).label("drawn"),
        )
        .group_by(postings.c.order_id)
        .subquery()
    )
