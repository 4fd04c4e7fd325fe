"""``detail`` and ``scene_info``: JSON in a text in API v2, objects in API v3, with other names inside."""

from __future__ import annotations

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.operation import GLOBAL
from wxpay_v2.upgrade.conversions import as_json, read_json, whole
from wxpay_v2.upgrade.rules import Conversion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.upgrade.case import Case

__all__ = ["DETAIL", "SCENE", "category_code"]

# v2's name -> v3's, of the order and of one of its goods. None: nobody sees it any more.
_ORDER = {GLOBAL: {"cost_price": "cost_price", "receipt_id": "receipt_id"}}
_ORDER["mainland"] = {"cost_price": "cost_price", "receipt_id": "invoice_id"}
_GOODS = {
    GLOBAL: {
        "goods_id": "goods_id", "wxpay_goods_id": "wxpay_goods_id", "goods_name": "goods_name",
        "quantity": "quantity", "price": "price",
    },
    "mainland": {
        "goods_id": "merchant_goods_id", "wxpay_goods_id": "wechatpay_goods_id", "goods_name": "goods_name",
        "quantity": "quantity", "price": "unit_price",
    },
}  # fmt: skip
_WHOLE = ("cost_price", "quantity", "price")
_STORE = ("id", "name", "area_code", "address")
_APP = {"type": "type", "app_name": "app_name", "bundle_id": "bundle_id", "package_name": "package_name",
        "wap_url": "app_url", "wap_name": "app_name"}  # fmt: skip


def _object(name: str, text: str) -> Mapping[str, Any]:
    value = read_json(name, text)
    if not isinstance(value, dict):
        raise InvalidRequest(f"{name} must be a JSON object to become a part of API v3's request")
    return value


def category_code(case: Case) -> str | None:
    """Return the merchant category code: the one in the goods, else the account's."""
    text = case.fields.get("detail")
    code = _object("detail", text).get("mcc") if text and "mcc" in text else None
    return str(code) if code else case.account.merchant_category_code or None


def _goods(text: str, case: Case) -> dict[str, Any] | None:
    """Return v3's ``detail``, None when nothing of it can be told there.

    v3 wants a code, a quantity and a price of every good; what a good lacks comes from the account's settings, and
    goods that still lack one are left out.
    """
    given = _object("detail", text)
    told = {theirs: _value(ours, given[ours]) for ours, theirs in _ORDER[case.region].items() if ours in given}
    told_names = {*_ORDER[case.region], "goods_detail", "mcc"}
    words = dict(_GOODS[case.region])
    if "codepay" in case.target:
        words["wxpay_goods_id"] = "wxpay_goods_id"
    usual = {"goods_id": case.account.goods_id, "price": case.account.goods_price}
    goods = []
    listed = given.get("goods_detail") or []
    if not isinstance(listed, list):
        raise InvalidRequest("detail.goods_detail must be a list of JSON objects")
    for name in given.keys() - told_names:
        case.lost[f"detail.{name}"] = "API v3 has no such field of an order's goods"
    for one in listed:
        if not isinstance(one, dict):
            raise InvalidRequest("detail.goods_detail must be a list of JSON objects")
        one = {**{name: value for name, value in usual.items() if value not in ("", None)}, **one}
        if any(one.get(name) in ("", None) for name in ("goods_id", "quantity", "price")):
            case.lost["detail"] = "goods without a code, a quantity and a price have no place in API v3"
            continue
        for name in one.keys() - words.keys():
            case.lost[f"detail.goods_detail.{name}"] = "API v3 has no such field of a good"
        goods.append({words[name]: _value(name, value) for name, value in one.items() if name in words})
    if goods:
        told["goods_detail"] = goods
    return told or None


def _value(name: str, value: Any) -> Any:
    if name not in _WHOLE:
        return str(value)
    return whole(f"detail: {name}", value)


def _scene(text: str, case: Case) -> dict[str, Any] | None:
    """Return v3's ``scene_info`` of the shop or of the page the payer comes from."""
    given = _object("scene_info", text)
    told: dict[str, Any] = {}
    for name in ("store_info", "h5_info"):
        if given.get(name) not in (None, "") and not isinstance(given[name], dict):
            raise InvalidRequest(f"scene_info.{name} must be a JSON object to become a part of API v3's request")
    store = given.get("store_info") or (given if "h5_info" not in given else None)
    if isinstance(store, dict):
        places = {name: str(store[name]) for name in _STORE if store.get(name) not in (None, "")}
        if case.region == GLOBAL and places.pop("area_code", ""):
            case.lost["scene_info.area_code"] = "API v3 Global has no area code of a shop"
        if places:
            told["store_info"] = places
    page = given.get("h5_info")
    if isinstance(page, dict):
        if case.region == GLOBAL:
            case.lost["scene_info.h5_info"] = "API v3 Global tells the shop instead of the page"
        else:
            told["h5_info"] = {_APP[name]: str(value) for name, value in page.items() if name in _APP and value}
            for name in page.keys() - _APP.keys():
                case.lost[f"scene_info.h5_info.{name}"] = "API v3 has no such field of a page"
    return told or None


DETAIL = Conversion("goods", _goods, as_json)
SCENE = Conversion("scene", _scene, as_json)
