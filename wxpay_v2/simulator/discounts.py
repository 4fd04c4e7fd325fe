"""Prepaid coupons in a payment: what they bring the merchant, what a refund gives back of them, how each API tells it.

The payer pays what they leave, the platform the rest (COUPONS), so the merchant has the whole price. Of a refund the
payer gets back his share of it and the coupons theirs, one after the other. They are in the currency of the price,
which the payer then pays in. Source: https://pay.weixin.qq.com/wiki/doc/api/tools/sp_coupon.php
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.simulator.views import Coupon, OrderView, RefundView

__all__ = ["checked", "given_back", "read", "v2_of_payment", "v2_of_refund", "v3_of_payment", "v3_of_refund"]

_ID_LENGTH = 20
_NAME = "代金券"


def read(text: str) -> tuple[Coupon, ...]:
    """Return the coupons that the books keep as *text*, "" for none."""
    return tuple(Coupon(*one) for one in json.loads(text)) if text else ()


def checked(coupons: Iterable[tuple[str, int]], total: int) -> tuple[Coupon, ...]:
    """Return *coupons*, pairs of an id and an amount. Raises InvalidRequest for what cannot pay part of *total*."""
    try:
        found = tuple(Coupon(*one) for one in coupons)
    except TypeError:
        raise InvalidRequest("coupons are pairs of an id and an amount in the smallest unit") from None
    for one in found:
        if not (isinstance(one.id, str) and one.id.isascii() and one.id.isalnum() and len(one.id) <= _ID_LENGTH):
            raise InvalidRequest(f"a coupon's id has 1 to {_ID_LENGTH} letters and digits, got {quoted(one.id)}")
        if type(one.amount) is not int or one.amount <= 0:
            raise InvalidRequest(f"a coupon's amount is a whole number above 0, got {quoted(one.amount)}")
    if len({one.id for one in found}) < len(found) or sum(one.amount for one in found) >= total:
        raise InvalidRequest("each coupon is used once, and all of them are worth less than the order")
    return found


def given_back(order: OrderView, before: int, after: int) -> tuple[Coupon, ...]:
    """Return what is given back of the coupons of *order* when *after* of them has been instead of *before*."""
    found, begin = [], 0
    for one in order.coupons:
        part = min(after, begin + one.amount) - max(before, begin)
        if part > 0:
            found.append(Coupon(one.id, part))
        begin += one.amount
    return tuple(found)


def v2_of_payment(order: OrderView) -> dict[str, str]:
    """Return what API v2 tells of the coupons in a payment, nothing without any."""
    if not order.coupons:
        return {}
    told = {"coupon_fee": str(sum(one.amount for one in order.coupons)), "coupon_count": str(len(order.coupons))}
    for place, one in enumerate(order.coupons):
        told |= {
            f"coupon_type_{place}": "CASH", f"coupon_id_{place}": one.id, f"coupon_fee_{place}": str(one.amount),
        }  # fmt: skip
    return told


def v2_of_refund(refund: RefundView, after: str = "") -> dict[str, str]:
    """Return what API v2 tells of the coupons in a refund. after: ``_$n`` where several refunds are told."""
    if not refund.coupons:
        return {}
    told = {
        f"coupon_refund_fee{after}": str(sum(one.amount for one in refund.coupons)),
        f"coupon_refund_count{after}": str(len(refund.coupons)),
    }
    for place, one in enumerate(refund.coupons):
        told |= {
            f"coupon_type{after}_{place}": "CASH", f"coupon_refund_id{after}_{place}": one.id,
            f"coupon_refund_fee{after}_{place}": str(one.amount),
        }  # fmt: skip
    return told


def v3_of_payment(order: OrderView, *, abroad: bool) -> list[dict[str, Any]] | None:
    """Return promotion_detail of a payment, None without coupons."""
    number, kind = ("promotion_id", "COUPON") if abroad else ("coupon_id", "CASH")
    return [
        {number: one.id, "name": _NAME, "scope": "GLOBAL", "type": kind, "amount": one.amount,
         "currency": order.fee_type}
        for one in order.coupons
    ] or None  # fmt: skip


def v3_of_refund(refund: RefundView, order: OrderView, *, abroad: bool) -> list[dict[str, Any]] | None:
    """Return what API v3 tells of the coupons in a refund, None without any."""
    whole = {one.id: one.amount for one in order.coupons}
    return [
        {"promotion_id": one.id, "scope": "GLOBAL", "type": "COUPON" if abroad else "CASH",
         "amount": whole[one.id], "refund_amount": one.amount}
        for one in refund.coupons
    ] or None  # fmt: skip
