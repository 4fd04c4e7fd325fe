"""Notifications may never come: when to ask about an order that waits, and when to end it (threats: M10).

The shop's own table of orders is the memory; nothing is kept here. Every few seconds a worker hands its unpaid orders
to `due` and each that comes back to `ask`, which queries, and books what it finds exactly as the notification would.
An order that nobody paid in time is closed, and then queried once more: a payment in the meantime wins.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from wxpay_v2.adapters.async_endpoint import AsyncEndpoint
from wxpay_v2.adapters.booking import BOOKED, DUPLICATE
from wxpay_v2.adapters.endpoint import Endpoint
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    Mismatch,
    NotSent,
    OutcomeUnknown,
    Refused,
    quoted,
)
from wxpay_v2.flows import NotPaid, Paid
from wxpay_v2.v2 import catalogue, payment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.aio import AsyncClient
    from wxpay_v2.call import Call
    from wxpay_v2.client import Client, Core
    from wxpay_v2.result import Result

__all__ = ["PATIENCE", "QUERY_SECONDS", "Unpaid", "ask", "ask_async", "due", "steps"]

# Seconds after an order was placed. The gateway's own tries come after 15, 15, 30 and 180 s more: ask in between.
QUERY_SECONDS = (30, 60, 120, 300, 600, 1200, 1800, 3600, 5400)
PATIENCE = 7200.0
# What could not be ended is tried again so often, and what contradicts the order is an alarm so often, no oftener.
_AGAIN_SECONDS = 3600.0
# Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/NativePay/chapter8_3.shtml
_CLOSE_SECONDS = 300.0
_NOTHING_THERE = "ORDERNOTEXIST"
_KEPT = (BOOKED, DUPLICATE)


class Unpaid(NamedTuple):
    """An order that waits. total_fee: smallest unit of fee_type. placed_at: Unix seconds."""

    out_trade_no: str
    total_fee: int
    fee_type: str
    placed_at: float


def due(
    orders: Iterable[Unpaid], *, since: float, now: float, patience: float = PATIENCE
) -> Iterator[tuple[Unpaid, bool]]:
    """Yield each of *orders* whose time to be asked about came after *since*, and whether it is to be ended now.

    since: Unix seconds of the last round, 0.0 when there was none. patience: seconds after which an order is ended, at
    least 300, because the gateway closes none sooner; what `ask` did not end is due again every hour. Raises
    InvalidRequest.
    """
    for name, value in (("since", since), ("now", now), ("patience", patience)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise InvalidRequest(f"{name} must be seconds, got {quoted(value)}")
    if patience < _CLOSE_SECONDS:
        raise InvalidRequest(f"patience must be at least {_CLOSE_SECONDS:g} seconds, got {quoted(patience)}")
    return _due(orders, since, now, patience)


def _due(orders: Iterable[Unpaid], since: float, now: float, patience: float) -> Iterator[tuple[Unpaid, bool]]:
    for order in orders:
        before, age = since - order.placed_at, now - order.placed_at
        if age >= patience:
            moment = patience + (age - patience) // _AGAIN_SECONDS * _AGAIN_SECONDS
            if before < moment <= age:
                yield order, True
        elif any(before < moment <= age for moment in QUERY_SECONDS):
            yield order, False


def ask(client: Client, endpoint: Endpoint, order: Unpaid, *, end: bool = False) -> Paid | NotPaid | None:
    """Query *order*, with *end* close it too, and book what was found.

    Paid: its handler has run, now or before, or a person has resolved its alarm. NotPaid: closed or unknown to the
    gateway, and it stays so; a payment that is heard of later is an alarm. None: it still waits; ask when it is due
    again. That is so when nothing is known yet, while another worker runs the handler, and after an alarm of the
    endpoint, which a person has to look at: what is authentic and about another order or amount, a payment of an
    order that was closed or paid before. Raises what the handler or the store raises.
    """
    try:
        outcome = client.carry(steps(client, order, end=end))
    except Mismatch as error:
        endpoint.alarm(error.message, "query", {"out_trade_no": order.out_trade_no})
        return None
    if outcome is None:
        return None
    if isinstance(outcome, Paid):
        verdict = endpoint.settle(client.merchant, outcome.payment, outcome.result)
    else:
        verdict = endpoint.settle_closed(client.merchant, order.out_trade_no)
    return outcome if verdict in _KEPT else None


async def ask_async(
    client: AsyncClient, endpoint: AsyncEndpoint, order: Unpaid, *, end: bool = False
) -> Paid | NotPaid | None:
    """As `ask`, awaited."""
    try:
        outcome = await client.carry(steps(client, order, end=end))
    except Mismatch as error:
        await endpoint.alarm(error.message, "query", {"out_trade_no": order.out_trade_no})
        return None
    if outcome is None:
        return None
    if isinstance(outcome, Paid):
        verdict = await endpoint.settle(client.merchant, outcome.payment, outcome.result)
    else:
        verdict = await endpoint.settle_closed(client.merchant, order.out_trade_no)
    return outcome if verdict in _KEPT else None


def steps(client: Core, order: Unpaid, *, end: bool = False) -> Call[Paid | NotPaid | None]:
    """Return the calls of `ask` as a generator, without the booking; ``client.carry(...)`` carries them out.

    Raises Mismatch when what is authentic contradicts *order*, InvalidRequest for an order that cannot be one.
    """
    outcome, state = yield from _query(client, order)
    if outcome is None and end:
        with suppress(Refused, OutcomeUnknown, NotSent, Malformed):  # the query after it decides
            yield from client.steps(catalogue.find("close_order"), {"out_trade_no": order.out_trade_no})
        outcome, state = yield from _query(client, order)
        if state == _NOTHING_THERE:
            return NotPaid(state, "the gateway never heard of it")
    return outcome


def _query(client: Core, order: Unpaid) -> Call[tuple[Paid | NotPaid | None, str]]:
    """Return what a query proves, None while that is nothing, and the state it tells."""
    row = catalogue.find("order_query")
    try:
        result: Result = yield from client.steps(row, {"out_trade_no": order.out_trade_no})
        state = result.get("trade_state", "")
        if state == "SUCCESS":
            proof = payment.proven(
                result, client.merchant, row,
                out_trade_no=order.out_trade_no, total_fee=order.total_fee, fee_type=order.fee_type,
            )  # fmt: skip
            return Paid(proof, result), state
    except Refused as error:
        return None, error.err_code if error.authenticated else ""
    except (OutcomeUnknown, Malformed):
        return None, ""
    except NotSent as error:
        if isinstance(error, (InvalidRequest, ConfigurationError)):
            raise
        return None, ""
    if state == "REFUND":
        raise Mismatch("the order was paid and refunded, and its payment was never booked")
    if state in ("CLOSED", "REVOKED"):
        return NotPaid(state, result.get("trade_state_desc", ""), result=result), state
    return None, state
