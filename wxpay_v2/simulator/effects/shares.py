"""What was shared of an order's money and has not been returned: what profit sharing, refunds and reversals agree on.

A sharing is a record of kind "profit_sharing" with the transaction_id as its parent; its data has the `receivers`, and
`final` when the rest became free with it. A return is one of kind "profit_sharing_return", filed the same way.
"""

from __future__ import annotations

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.views import OrderView

__all__ = ["RETURN", "SHARING", "is_final", "outstanding", "returns", "sharings"]

SHARING, RETURN = "profit_sharing", "profit_sharing_return"


def sharings(book: Book, order: OrderView) -> list[Record]:
    """Return the sharings of *order*, oldest first."""
    if order.fields.get("profit_sharing") != "Y" or not order.transaction_id:
        return []
    return book.records.list(SHARING, mch_id=order.mch_id, parent=order.transaction_id)


def returns(book: Book, order: OrderView) -> list[Record]:
    """Return the returns of what was shared of *order*, oldest first."""
    return book.records.list(RETURN, mch_id=order.mch_id, parent=order.transaction_id)


def outstanding(book: Book, order: OrderView) -> int:
    """Return what receivers have of *order* and have not given back."""
    made = [one for record in sharings(book, order) if "finish" not in record.data for one in record.data["receivers"]]
    return sum(one["amount"] for one in made) - sum(one.data["amount"] for one in returns(book, order)) if made else 0


def is_final(made: list[Record]) -> bool:
    """Say whether the rest of the order is free, so that nothing more can be shared."""
    return any(record.data["final"] for record in made)
