"""Coupons and discounts: a list in API v3's ``promotion_detail``; numbered families and JSON in a text in API v2.

A COUPON (mainland CASH) was paid for beforehand and is settled; a DISCOUNT (NOCASH) is not, and lessens what the
merchant is settled. Source: https://pay.weixin.qq.com/wiki/doc/api/tools/sp_coupon.php
"""

from __future__ import annotations

from wxpay_v2.errors import Malformed, quoted
from wxpay_v2.upgrade.conversions import as_json
from wxpay_v2.upgrade.rules import Conversion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.upgrade.case import Case

__all__ = ["COUPONS", "COUPON_FIELDS", "PROMOTIONS", "SETTLED", "kind_of", "listed", "unsettled"]

COUPON_FIELDS = ("coupon_fee", "coupon_count", "coupon_type_$n", "coupon_id_$n", "coupon_fee_$n")
_KINDS = {"COUPON": "CASH", "CASH": "CASH", "DISCOUNT": "NO_CASH", "NOCASH": "NO_CASH", "NO_CASH": "NO_CASH"}
# v2's names inside promotion_detail, and the names by which v3 may tell them.
_NAMES = {
    "promotion_id": ("promotion_id", "coupon_id"),
    "name": ("name",),
    "scope": ("scope",),
    "type": ("type",),
    "amount": ("amount",),
    "activity_id": ("activity_id", "stock_id"),
    "wxpay_contribute": ("wxpay_contribute_amount", "wechatpay_contribute_amount", "wechatpay_contribute"),
    "merchant_contribute": ("merchant_contribute_amount", "merchant_contribute"),
    "other_contribute": ("other_contribute_amount", "other_contribute"),
}
_GOODS = {
    "goods_id": ("goods_id",),
    "goods_remark": ("goods_remark",),
    "discount_amount": ("discount_amount",),
    "quantity": ("quantity",),
    "price": ("price", "unit_price"),
}


def listed(value: Any) -> list[Mapping[str, Any]]:
    """Return the discounts in *value*, which is a list, one object, or nothing. Raises Malformed."""
    found = [value] if isinstance(value, dict) else value
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Malformed("discounts in the answer are no list of objects")
    return found


def kind_of(one: Mapping[str, Any]) -> str:
    """Return CASH or NO_CASH, "" when nothing is told. Raises Malformed for another word."""
    word = one.get("type", "")
    if word and word not in _KINDS:
        raise Malformed(f"a kind of discount nobody has heard of: {quoted(word)}")
    return _KINDS.get(word, "")


def amount_of(one: Mapping[str, Any], name: str = "amount") -> int:
    """Return the amount of a discount, smallest unit. Raises Malformed."""
    value = one.get(name, 0)
    if type(value) is not int or value < 0:
        raise Malformed(f"the {name} of a discount is no amount: {quoted(value)}")
    return value


def unsettled(found: list[Mapping[str, Any]], name: str = "amount") -> int:
    """Return the sum of the discounts that lessen the settlement, 0 when there is none."""
    return sum(amount_of(one, name) for one in found if kind_of(one) == "NO_CASH")


def _families(value: Any, case: Case) -> dict[str, str]:
    found = listed(value)
    if not found:
        return {}
    told = {"coupon_fee": str(sum(amount_of(one) for one in found)), "coupon_count": str(len(found))}
    for place, one in enumerate(found):
        told[f"coupon_type_{place}"] = kind_of(one)
        told[f"coupon_id_{place}"] = str(_first(one, _NAMES["promotion_id"]) or "")
        told[f"coupon_fee_{place}"] = str(amount_of(one))
    return {name: text for name, text in told.items() if text}


def _first(one: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((one[name] for name in names if one.get(name) is not None), None)


def _promotions(value: Any, case: Case) -> str | None:
    """Return v2's ``promotion_detail``: the same list under v2's names."""
    told = []
    for one in listed(value):
        kind = kind_of(one)
        entry = {ours: _first(one, theirs) for ours, theirs in _NAMES.items()}
        entry["type"] = {"CASH": "COUPON", "NO_CASH": "DISCOUNT"}.get(kind)
        goods = [{ours: _first(good, theirs) for ours, theirs in _GOODS.items()} for good in _goods_of(one)]
        entry = {name: value for name, value in entry.items() if value is not None}
        if goods:
            entry["goods_detail"] = [{n: v for n, v in good.items() if v is not None} for good in goods]
        told.append(entry)
    return as_json({"promotion_detail": told}, case) if told else None


def _goods_of(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return listed(one.get("goods_detail") or [])


def _settled(value: Any, case: Case) -> str | None:
    """Return the order's amount less what is not settled; v2 tells it only when there is such a discount."""
    less = unsettled(listed(value))
    total = case.answer.get("total_fee", "")
    return str(int(total) - less) if less and total else None


def _never(text: str, case: Case) -> None:
    raise AssertionError("discounts are never sent")


COUPONS = Conversion("coupons", _never, _families)
PROMOTIONS = Conversion("discounts", _never, _promotions)
SETTLED = Conversion("settled amount", _never, _settled)
