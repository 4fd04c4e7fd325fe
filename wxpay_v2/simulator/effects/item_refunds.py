"""Refunds of orders with item discounts: the refund and its query."""

from __future__ import annotations

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import refunds
from wxpay_v2.simulator.effects.common import Setting, json_of
from wxpay_v2.simulator.protocol import Call, Refusal

__all__ = ["refund_query_v2", "refund_v2"]

_NEEDED = ("goods_id", "refund_amount", "refund_quantity", "price")


def refund_v2(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take the refund in as `refund` does; the items it names must make up its amount."""
    if "detail" in call.fields:
        _check_items(call)
    return refunds.refund(call, book, setting)


def _check_items(call: Call) -> None:
    given = json_of(call, "detail")
    items = given.get("goods_detail") if isinstance(given, dict) else None
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise Refusal("PARAM_ERROR", "detail must hold goods_detail, a list of items")
    for item in items:
        missing = [name for name in _NEEDED if item.get(name) in (None, "")]
        if missing:
            raise Refusal("PARAM_ERROR", f"{missing[0]} of an item is missing")
        if not all(_is_count(item[name]) for name in _NEEDED[1:]):
            raise Refusal("PARAM_ERROR", "amounts and quantities of items are whole numbers")
    if sum(int(item["refund_amount"]) for item in items) > int(call.fields["refund_fee"]):
        raise Refusal("PARAM_ERROR", "the items come to more than refund_fee")


def _is_count(value: object) -> bool:
    text = str(value)
    return not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) <= 10


def refund_query_v2(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of the one refund that refund_id or, without it, out_refund_no names."""
    return refunds.one_refund(call, book)
