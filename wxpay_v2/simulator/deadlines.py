"""What the gateway does by itself: when the next order ends, the next refund arrives, the next record is due.

It is asked at every call, so the answer is kept for as long as the transaction lasts. What calls that share one bring
about is due with the next: nobody has been told of it before.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from wxpay_v2.simulator.queries import Access, Query
from wxpay_v2.simulator.states import NOTPAY, USERPAYING
from wxpay_v2.simulator.tables import orders, records, refunds

__all__ = ["ORDER", "RECORD", "REFUND", "done", "is_due"]

ORDER, REFUND, RECORD = "order", "refund", "record"


def _earliest(moment: ColumnElement[float], *conditions: ColumnElement[bool]) -> ColumnElement[float | None]:
    return select(func.min(moment)).where(*conditions).scalar_subquery()


# One state at a time, so that each is one look at an index.
_NEXT = Query(
    select(
        _earliest(orders.c.expires_at, orders.c.state == NOTPAY),
        _earliest(orders.c.expires_at, orders.c.state == USERPAYING),
        _earliest(refunds.c.due_at, refunds.c.status == "PROCESSING"),
        _earliest(records.c.due_at),
    )
)
_OF = (ORDER, ORDER, REFUND, RECORD)
_NEVER = float("inf")
AGAIN = 1.0
"""Seconds of the gateway's clock within one transaction."""


def is_due(access: Access, what: str, now: float) -> bool:
    """Say whether the time of an ORDER, a REFUND or a RECORD has come."""
    memo = access.memo
    if what not in memo:
        memo.update(dict.fromkeys(_OF, _NEVER))
        for of, moment in zip(_OF, access.row(_NEXT) or (), strict=True):
            if moment is not None:
                memo[of] = min(memo[of], moment)
    return bool(memo[what] <= now)


def done(access: Access, what: str, now: float) -> None:
    """Take note that all that was due by *now* is done; the database is asked again AGAIN seconds later."""
    access.memo[what] = now + AGAIN
