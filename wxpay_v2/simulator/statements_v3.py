"""Trades -> a statement of API v3 Global: 38 columns with Chinese headings, back-ticked values, no summary.

Amounts are decimals of the main unit. The texts of the payer and the merchant stand as they are, but for line ends,
which become blanks. The mainland's bills are those of API v2: see `wxpay_v2.simulator.statements`.
Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_3_6.shtml
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from wxpay_v2 import money
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.effects.common import beijing
from wxpay_v2.simulator.states import SUCCESS
from wxpay_v2.simulator.trades import Trade

__all__ = ["COLUMNS", "write"]

_LINE_END = re.compile(r"[\r\n]+")
_END = "\r\n"

# Column -> the value's name, in order.
COLUMNS = {
    "交易时间": "time", "公众账号ID": "appid", "商户号": "mchid", "子商户号": "sub_mchid", "设备号": "device_id",
    "微信订单号": "transaction_id", "商户订单号": "out_trade_no", "用户标识": "openid", "交易类型": "trade_type",
    "交易状态": "state", "付款银行": "bank_type", "充值券币种": "currency", "充值券金额": "coupons",
    "优惠券币种": "currency", "优惠券金额": "nothing", "微信退款单号": "refund_id", "商户退款单号": "out_refund_no",
    "退款类型": "refund_type", "退款状态": "refund_status", "商品名称": "description", "商户数据包": "attach",
    "手续费": "fee", "费率": "fee_rate", "标价币种": "currency", "订单金额(标价币种)": "total",
    "用户支付币种": "payer_currency", "用户支付金额": "payer_total", "结算币种": "settlement_currency",
    "应结订单金额": "settlement_total", "支付汇率": "rate", "退款汇率": "refund_rate", "申请退款金额": "refund",
    "用户退款币种": "refund_currency", "用户退款金额": "payer_refund", "退款结算币种": "refund_settlement_currency",
    "退款应结订单金额": "settlement_refund", "充值券退款金额": "coupons_back", "优惠券退款金额": "nothing",
}  # fmt: skip


def write(trades: Iterable[Trade], *, currency: str) -> bytes:
    """Return the statement of *trades*. currency: of settlement."""
    lines = [",".join(COLUMNS)]
    for trade in trades:
        told = {**_payment(trade, currency), **_given_back(trade, currency)}
        lines.append(",".join(f"`{_LINE_END.sub(' ', told[name])}" for name in COLUMNS.values()))
    return (_END.join(lines) + _END).encode()


def _payment(trade: Trade, currency: str) -> dict[str, str]:
    """Return what a row says of the order; its amounts are 0 unless the row is the payment's."""
    order = trade.order
    paid, cash = (order.total_fee, order.cash_fee) if trade.state == SUCCESS else (0, 0)
    return {
        "time": f"{beijing(trade.at):%Y-%m-%d %H:%M:%S}",
        "appid": order.appid,
        "mchid": order.mch_id,
        "sub_mchid": order.sub_mch_id or "0",
        "device_id": order.device_info,
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "openid": order.openid,
        "trade_type": order.trade_type,
        "state": trade.state,
        "bank_type": order.bank_type,
        "description": order.body,
        "attach": order.attach,
        "fee_rate": rates.FEE_RATE,
        "currency": order.fee_type,
        "total": _decimal(paid, order.fee_type),
        "coupons": _decimal(sum(one.amount for one in order.coupons) if paid else 0, order.fee_type),
        "nothing": _decimal(0, order.fee_type),
        "payer_currency": order.cash_fee_type,
        "payer_total": _decimal(cash, order.cash_fee_type),
        "settlement_currency": currency,
        "settlement_total": _decimal(rates.convert(paid, order.fee_type, currency), currency),
        "rate": _rate(trade, currency),
    }


def _given_back(trade: Trade, currency: str) -> dict[str, str]:
    """Return what a row says of the refund or reversal; "0" and blanks on a payment's."""
    order, refund, back = trade.order, trade.refund, trade.state != SUCCESS
    charged = -rates.fee(trade.given_back) if back else rates.fee(order.total_fee)
    status = refund.status if refund is not None else SUCCESS
    return {
        "refund_id": refund.refund_id if refund is not None else "0",
        "out_refund_no": refund.out_refund_no if refund is not None else "0",
        "refund_type": "ORIGINAL" if back else "",
        "refund_status": status if back else "",
        "fee": f"{Decimal(charged).scaleb(-money.decimals(order.fee_type)):.5f}",
        "refund_rate": _rate(trade, currency) if back else "",
        "refund": _decimal(trade.given_back, order.fee_type),
        "coupons_back": _decimal(trade.coupons_back, order.fee_type),
        "refund_currency": order.cash_fee_type if back else "",
        "payer_refund": _decimal(trade.cash_back, order.cash_fee_type),
        "refund_settlement_currency": currency if back else "",
        "settlement_refund": _decimal(rates.convert(trade.given_back, order.fee_type, currency), currency),
    }


def _rate(trade: Trade, currency: str) -> str:
    """Return the rate of the payment where price and settlement currency are one, else that of the settlement."""
    price = trade.order.fee_type
    return str(trade.order.rate if price == currency else rates.rate(price, currency))


def _decimal(amount: int, currency: str) -> str:
    decimals = money.decimals(currency)
    return f"{Decimal(amount).scaleb(-decimals):.{max(2, decimals)}f}"
