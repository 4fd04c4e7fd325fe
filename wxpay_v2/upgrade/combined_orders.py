"""Combined orders: placing, query, close.

Source: https://pay.weixin.qq.com/doc/v3/partner/4012760633
"""

from __future__ import annotations

from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.operation import MAINLAND
from wxpay_v2.upgrade.conversions import TIME, as_json, as_text, read_json, whole
from wxpay_v2.upgrade.discounts import PROMOTIONS
from wxpay_v2.upgrade.identity import ECHOED, ENVELOPE, echo
from wxpay_v2.upgrade.orders import _prepay_id_in
from wxpay_v2.upgrade.rules import (
    INFERRED,
    Conversion,
    NoEquivalent,
    Target,
    Upgrade,
    convert,
    drop,
    move,
    supply,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.upgrade.case import Case

__all__ = ["CLOSE_COMBINED_ORDER", "COMBINED_ORDER", "QUERY_COMBINED_ORDER"]

_NAME = "sub_order_list"
_NOT_GLOBAL = NoEquivalent("", "API v3 Global knows no combined orders", "place an order for each merchant")
# v2's name in an order of the list -> v3's. The total and the currency become an object.
_ORDER = {
    "mch_id": "mchid", "attach": "attach", "out_trade_no": "out_trade_no", "sub_mch_id": "sub_mchid",
    "sub_appid": "sub_appid", "body": "description", "detail": "detail", "goods_tag": "goods_tag",
}  # fmt: skip
_WITH_GOODS = ("combine_jsapi", "combine_app")
_CLOSED = {
    "mchid": "mchid", "mch_id": "mchid", "out_trade_no": "out_trade_no", "sub_mch_id": "sub_mchid",
    "sub_mchid": "sub_mchid", "sub_appid": "sub_appid",
}  # fmt: skip
_TOLD = ("mchid", "trade_type", "attach", "transaction_id", "out_trade_no")


def _orders(text: str) -> list[Mapping[str, Any]]:
    """Return the orders in v2's list, which is ``{"order_num": n, "order_list": [...]}``, a list, or one order."""
    given = read_json(_NAME, text)
    if isinstance(given, dict):
        given = given.get("order_list", [given])
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise InvalidRequest(f"{_NAME} must hold a list of orders, each an object")
    return given


def _total(order: Mapping[str, Any]) -> int:
    return whole(f"{_NAME}: total_fee", order.get("total_fee"))


def _placed(text: str, case: Case) -> list[dict[str, Any]]:
    """Return v3's ``sub_orders``. The appid of a single order has no place there, and needs none."""
    told = []
    for order in _orders(text):
        strange = sorted(map(str, order.keys() - _ORDER.keys() - {"total_fee", "fee_type", "appid"}))
        if strange:
            raise InvalidRequest(f"{_NAME}: {quoted(strange[0])} of an order has no place in API v3")
        one: dict[str, Any] = {v3: str(order[v2]) for v2, v3 in _ORDER.items() if order.get(v2) not in (None, "")}
        one["amount"] = {"total_amount": _total(order), "currency": order.get("fee_type") or "CNY"}
        if "detail" in one and case.target not in _WITH_GOODS:
            del one["detail"]
            case.lost[f"{_NAME}.detail"] = "API v3 takes the goods of a combined order for JSAPI and APP only"
        told.append(one)
    return told


def _named(text: str, case: Case) -> list[dict[str, Any]]:
    return [
        {v3: str(order[v2]) for v2, v3 in _CLOSED.items() if order.get(v2) not in (None, "")} for order in _orders(text)
    ]


def _scene(text: str, case: Case) -> dict[str, Any]:
    """Return v3's ``scene_info``; device_info wins over its device_id, and only orders in a browser tell the page."""
    given = read_json("scene_info", text)
    if not isinstance(given, dict):
        raise InvalidRequest("scene_info must be a JSON object to become a part of API v3's request")
    names = ("payer_client_ip",) if case.fields.get("device_info") else ("device_id", "payer_client_ip")
    told: dict[str, Any] = {name: str(given[name]) for name in names if given.get(name) not in (None, "")}
    page = given.get("h5_info")
    if isinstance(page, dict) and case.target == "combine_h5":
        told["h5_info"] = {name: str(value) for name, value in page.items() if value not in (None, "")}
    return told


def _sub_orders(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Malformed("the orders in the answer are no list of objects")
    return value


def _found(value: Any, case: Case) -> str:
    """Return v2's ``sub_order_list`` of the orders v3 tells."""
    told = []
    for order in _sub_orders(value):
        one: dict[str, Any] = {name: as_text(order[name], case) for name in _TOLD if order.get(name) is not None}
        amount = order.get("amount")
        if isinstance(amount, dict):
            one["amount"] = {
                name: as_text(amount[name], case) for name in ("total_amount", "currency") if name in amount
            }
        discounts = PROMOTIONS.back(order.get("promotion_detail") or [], case)
        if discounts:
            one["promotion_detail"] = read_json("promotion_detail", discounts)["promotion_detail"]
        told.append(one)
    return as_json({"order_num": len(told), "order_list": told}, case)


def _state(value: Any, case: Case) -> str | None:
    """Return the state all the orders share, as they are paid together; None when they differ."""
    states = {as_text(order.get("trade_state") or "", case) for order in _sub_orders(value)}
    return (states.pop() or None) if len(states) == 1 else None


def _never(text: str, case: Case) -> None:
    raise AssertionError("what is told of combined orders is never sent")


_PLACED = Conversion("orders", _placed, lambda value, case: None)
_NAMED = Conversion("orders", _named, lambda value, case: None)
_SCENE = Conversion("scene", _scene, lambda value, case: None)
_FOUND = Conversion("orders", _never, _found)
_STATE = Conversion("state of all orders", _never, _state)
_WEB, _CODE = ("trade_type", "MWEB"), ("trade_type", "NATIVE")

COMBINED_ORDER = Upgrade(
    "combined_order",
    family="order",
    targets=(
        Target("combine_jsapi", regions=(MAINLAND,), when=("trade_type", "JSAPI")),
        Target("combine_native", regions=(MAINLAND,), when=_CODE),
        Target("combine_app", regions=(MAINLAND,), when=("trade_type", "APP")),
        Target("combine_h5", regions=(MAINLAND,), when=_WEB),
    ),
    otherwise=_NOT_GLOBAL,
    request=(
        *ENVELOPE,
        move("combine_appid"),
        move("combine_mch_id", "combine_mchid"),
        move("combine_out_trade_no"),
        move("device_info", "scene_info.device_id", basis=INFERRED),
        convert("scene_info", "scene_info", _SCENE, basis=INFERRED),
        drop("spbill_create_ip", "scene_info tells the payer's address", harmless=True, basis=INFERRED),
        supply("scene_info.payer_client_ip", lambda case: case.fields.get("spbill_create_ip"),
               "API v3 wants the payer's address; v2 may have it in spbill_create_ip alone", basis=INFERRED),
        convert("time_start", "time_start", TIME, basis=INFERRED),
        convert("time_expire", "time_expire", TIME, basis=INFERRED),
        move("notify_url", basis=INFERRED),
        drop("trade_type", "the path says it", harmless=True, basis=INFERRED),
        drop("product_id", "API v3 has no product number of a QR code", basis=INFERRED),
        move("combine_openid", "combine_payer_info.openid",
             targets=("combine_jsapi", "combine_native", "combine_h5"), basis=INFERRED),
        drop("combine_openid", "who opens the app pays", targets=("combine_app",), harmless=True, basis=INFERRED),
        convert("sub_order_list", "sub_orders", _PLACED, basis=INFERRED),
    ),
    answer=(
        *ECHOED,
        echo("combine_appid"), echo("combine_mch_id"), echo("device_info"), echo("trade_type"),
        move("prepay_id", when=("trade_type", "JSAPI", "APP"), basis=INFERRED),
        move("code_url", when=_CODE, basis=INFERRED),
        move("mweb_url", "h5_url", when=_WEB, basis=INFERRED),
        supply("prepay_id", _prepay_id_in, "taken from the address of the page, which carries it", when=_WEB,
               basis=INFERRED),
        drop("prepay_id", "API v3 answers a QR code order with the code's link alone", when=_CODE, basis=INFERRED),
    ),
)  # fmt: skip

QUERY_COMBINED_ORDER = Upgrade(
    "query_combined_order",
    family="query",
    targets=(Target("combine_query", regions=(MAINLAND,)),),
    otherwise=_NOT_GLOBAL,
    request=(
        *ENVELOPE,
        drop("combine_appid", "this call takes no appid in API v3", harmless=True),
        drop("combine_mch_id", "the Authorization header names the merchant", harmless=True),
        move("combine_out_trade_no"),
    ),
    answer=(
        *ECHOED,
        move("combine_appid", basis=INFERRED),
        move("combine_mch_id", "combine_mchid", basis=INFERRED),
        move("combine_out_trade_no", basis=INFERRED),
        move("combine_openid", "combine_payer_info.openid", basis=INFERRED),
        move("device_info", "scene_info.device_id", basis=INFERRED),
        supply("result_msg", lambda case: "OK", "API v3 answers with an HTTP status instead", basis=INFERRED),
        convert("trade_state", "sub_orders", _STATE, basis=INFERRED),
        drop("trade_state_desc", "API v3 tells the state of combined orders without words", basis=INFERRED),
        convert("sub_order_list", "sub_orders", _FOUND, basis=INFERRED),
        drop("sub_order_list.description", "API v3 does not tell what was bought again", basis=INFERRED),
        drop("sub_order_list.goods_tag", "API v3 does not tell the goods tag again", basis=INFERRED),
    ),
)  # fmt: skip

CLOSE_COMBINED_ORDER = Upgrade(
    "close_combined_order",
    family="close",
    targets=(Target("combine_close", regions=(MAINLAND,)),),
    otherwise=_NOT_GLOBAL,
    request=(
        *ENVELOPE,
        move("combine_appid", basis=INFERRED),
        drop("combine_mch_id", "the Authorization header names the merchant", harmless=True),
        move("combine_out_trade_no", basis=INFERRED),
        convert("sub_order_list", "sub_orders", _NAMED, basis=INFERRED),
    ),
    answer=(*ECHOED, echo("combine_appid"), echo("combine_mch_id")),
)
