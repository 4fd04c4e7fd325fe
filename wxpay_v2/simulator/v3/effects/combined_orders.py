"""Combined orders of the mainland: several merchants' orders under one prepayment, paid or closed together.

The records are those of API v2's; see `wxpay_v2.simulator.effects.combined_orders`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from wxpay_v2.clock import parse_rfc3339, wire_time
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.combined_orders import KIND, orders_of
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.v3 import combined
from wxpay_v2.simulator.v3.books import carry_out
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal

__all__ = ["MAINLAND", "close", "query"]

_SUB = {
    "out_trade_no": "out_trade_no", "description": "body", "attach": "attach", "detail": "detail",
    "goods_tag": "goods_tag", "sub_mchid": "sub_mch_id", "sub_appid": "sub_appid",
}  # fmt: skip
_ANSWERS = {"prepay_id": "prepay_id", "code_url": "code_url", "h5_url": "mweb_url"}


def _placing(trade_type: str, answer: str) -> Callable[[Call, Book, Setting], dict[str, Any]]:
    """Return the effect that places combined orders of *trade_type* and answers what they are paid by."""

    def effect(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
        listed = [_sub_order(call, at, setting) for at in range(len(call.document["sub_orders"]))]
        end = call.text("time_expire")
        fields = {
            **_named(call),
            "trade_type": trade_type,
            "combine_openid": call.text("combine_payer_info.openid"),
            "device_info": call.text("scene_info.device_id"),
            "spbill_create_ip": call.text("scene_info.payer_client_ip"),
            "notify_url": call.text("notify_url"),
            "time_expire": wire_time(parse_rfc3339(end)) if end else "",
            "sub_order_list": _json({"order_num": len(listed), "order_list": listed}),
            "document": json.dumps(call.document, ensure_ascii=False, sort_keys=True),
        }
        session = carry_out(call, book, setting, "combined_order", fields)
        return {answer: session[_ANSWERS[answer]]}

    return effect


def _sub_order(call: Call, at: int, setting: Setting) -> dict[str, Any]:
    """Return a sub-order under the names of API v2. Raises Refusal where its merchant is not known here."""
    given = call.document["sub_orders"][at]
    account = setting.account(given["mchid"])
    if account is None:
        raise Refusal.of_field(call.operation, f"/sub_orders/{at}/mchid", "is no merchant")
    shared = given.get("settle_info", {}).get("profit_sharing")
    return {
        **{old: given[name] for name, old in _SUB.items() if name in given},
        "mch_id": account.mch_id,
        "appid": account.appid,
        "total_fee": given["amount"]["total_amount"],
        "fee_type": given["amount"]["currency"],
        **({"profit_sharing": "Y"} if shared else {}),
    }


def query(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the sub-orders of a combined order."""
    record = book.records.get(KIND, call.mch_id, call.text("combine_out_trade_no"))
    if record is None:
        raise Refusal("ORDER_NOT_EXIST", "there is no combined order of this number")
    return combined.told(record, orders_of(book, record))


def close(call: Call, book: Book, setting: Setting) -> None:
    """Close the sub-orders, all of which the call must name."""
    if book.records.get(KIND, call.mch_id, call.text("combine_out_trade_no")) is None:
        raise Refusal("ORDER_NOT_EXIST", "there is no combined order of this number")
    listed = [{name: one[name] for name in ("mchid", "out_trade_no")} for one in call.document["sub_orders"]]
    fields = {**_named(call), "sub_order_list": _json({"order_num": len(listed), "order_list": listed})}
    carry_out(call, book, setting, "close_combined_order", fields)


def _named(call: Call) -> dict[str, str]:
    return {
        "combine_appid": call.account.appid,
        "combine_mch_id": call.mch_id,
        "combine_out_trade_no": call.text("combine_out_trade_no"),
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


MAINLAND = {
    "combine_jsapi": _placing("JSAPI", "prepay_id"),
    "combine_app": _placing("APP", "prepay_id"),
    "combine_native": _placing("NATIVE", "code_url"),
    "combine_h5": _placing("MWEB", "h5_url"),
    "combine_query": query,
    "combine_close": close,
}
