"""Unified order, order query, close order."""

from __future__ import annotations

import secrets

from wxpay_v2.clock import wire_time
from wxpay_v2.simulator.book import MICROPAY, Book, parameters
from wxpay_v2.simulator.effects.common import (
    Setting,
    beijing,
    check_price,
    expiry,
    find_order,
    openid_of,
    payment_fields,
)
from wxpay_v2.simulator.protocol import Call, Refusal
from wxpay_v2.simulator.states import CLOSED, NOTPAY, PAID, PAYERROR, REFUND, REVOKED, SUCCESS, USERPAYING
from wxpay_v2.simulator.views import OrderView

__all__ = ["close_order", "order_query", "unified_order"]

ORDER_SECONDS = 2 * 3600.0
LEAST_SECONDS = 300.0
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

DESCRIPTIONS = {
    NOTPAY: "订单未支付",
    USERPAYING: "用户支付中，需要输入密码",
    SUCCESS: "支付成功",
    REFUND: "订单发生过退款，退款详情请查询退款单",
    CLOSED: "订单已关闭",
    REVOKED: "订单已撤销",
    PAYERROR: "支付失败，请重新下单支付",
}


def unified_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Place the order, or answer again what was answered when the same one was placed."""
    fields = call.fields
    order = book.order(call.account.mch_id, fields["out_trade_no"])
    if order is not None:
        _check_repetition(order, call)
    else:
        check_price(call)
        stamp = wire_time(beijing(book.now))
        prepay_id = f"wx{stamp}{secrets.token_hex(10)}"
        token = "".join(secrets.choice(_DIGITS) for _ in range(9))
        page = (
            f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={prepay_id}&package={secrets.randbits(31)}"
        )
        order = book.place(
            fields,
            trade_type=fields["trade_type"],
            expires_at=expiry(call, book, default=ORDER_SECONDS, least=LEAST_SECONDS),
            prepay_id=prepay_id,
            code_url=f"weixin://wxpay/bizpayurl?pr={token}" if fields["trade_type"] == "NATIVE" else "",
            mweb_url=page if fields["trade_type"] == "MWEB" else "",
        )
    return {
        "trade_type": order.trade_type,
        "prepay_id": order.prepay_id,
        "code_url": order.code_url,
        "mweb_url": order.mweb_url,
    }


def _check_repetition(order: OrderView, call: Call) -> None:
    """Raise unless *call* asks for *order* once more, unchanged, while it can still be paid."""
    if order.trade_type == MICROPAY:
        raise Refusal("OUT_TRADE_NO_USED")
    if order.state in PAID:
        raise Refusal("ORDERPAID")
    if order.state == CLOSED:
        raise Refusal("ORDERCLOSED")
    if parameters(call.fields) != order.fields:
        raise Refusal("OUT_TRADE_NO_USED")


def order_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell the order's state, and of its payment when there is one."""
    order = find_order(call, book)
    if order.state == USERPAYING and order.queries_left:
        book.count_query(order)
        if order.queries_left == 1:  # the fault user_paying is over: by now the payer has entered the password
            order = book.pay(
                order,
                openid=openid_of(order.payer, order.appid),
                sub_openid=openid_of(order.payer, order.sub_appid),
                wallet=order.wallet,
            )
    told = {
        "trade_state": order.state,
        "trade_state_desc": DESCRIPTIONS[order.state],
        "device_info": order.device_info,
        "out_trade_no": order.out_trade_no,
        "attach": order.attach,
    }
    return {**told, **payment_fields(order)} if order.state in PAID else told


def close_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Close the unpaid order."""
    order = find_order(call, book)
    if order.state in PAID:
        raise Refusal("ORDERPAID")
    if order.state == CLOSED:
        raise Refusal("ORDERCLOSED")
    if order.state != NOTPAY:
        raise Refusal("TRADE_STATE_ERROR")
    book.change(order, "close")
    return {"result_msg": "OK"}
