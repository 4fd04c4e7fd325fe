"""Trades -> a statement or a fund flow as the gateway writes it: BOM, header, rows of back-ticked values, summary.

Amounts are decimals of the main unit. The mainland's columns depend on the kind; a global statement has one set of 35
for every kind. The texts of the payer and the merchant stand as they are, but for line ends, which become blanks.
Formats: https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_6 and chapter=9_18 (fund flow)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from wxpay_v2 import money
from wxpay_v2.clock import BEIJING
from wxpay_v2.operation import GLOBAL
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.states import REFUND, SUCCESS
from wxpay_v2.simulator.trades import Trade

__all__ = ["KINDS", "write", "write_flow"]

_LINE_END = re.compile(r"[\r\n]+")
_END = "\r\n"

# Column -> the value's name, in order.
_TRADE = {
    "交易时间": "time", "公众账号ID": "appid", "商户号": "mch_id", "特约商户号": "sub_mch_id", "设备号": "device_info",
    "微信订单号": "transaction_id", "商户订单号": "out_trade_no", "用户标识": "openid", "交易类型": "trade_type",
    "交易状态": "state", "付款银行": "bank_type", "货币种类": "fee_type", "应结订单金额": "paid",
    "代金券金额": "coupons",
}  # fmt: skip
_TIMES = {"退款申请时间": "refund_time", "退款成功时间": "refund_done"}
_REFUND = {
    "微信退款单号": "refund_id", "商户退款单号": "out_refund_no", "退款金额": "back", "充值券退款金额": "coupons_back",
    "退款类型": "refund_type", "退款状态": "refund_status",
}  # fmt: skip
_GOODS = {"商品名称": "body", "商户数据包": "attach"}
_FEE = {"手续费": "fee", "费率": "rate", "订单金额": "paid"}
_ASKED = {"申请退款金额": "back"}
_REMARK = {"费率备注": "empty"}

KINDS: dict[str, dict[str, str]] = {
    "ALL": {**_TRADE, **_REFUND, **_GOODS, **_FEE, **_ASKED, **_REMARK},
    "SUCCESS": {**_TRADE, **_GOODS, **_FEE, **_REMARK},
    "REFUND": {**_TRADE, **_TIMES, **_REFUND, **_GOODS, **_FEE, **_ASKED, **_REMARK},
    "RECHARGE_REFUND": {
        **{("子商户号" if text == "特约商户号" else text): name for text, name in _TRADE.items()},
        **_TIMES, **_REFUND, **_GOODS, "返还手续费": "fee_back", "费率": "rate", "订单金额": "paid", **_ASKED,
    },
}  # fmt: skip
_GLOBAL = {
    "Transaction time": "time", "Official account ID(appid)": "appid", "Vendor ID(mch_id)": "mch_id",
    "Sub vendor ID(sub_mch_id)": "sub_mch_id", "Device ID(device_info)": "device_info",
    "Wechat order number(transaction_id)": "transaction_id", "Vendor order number(out_transaction_id)": "out_trade_no",
    "User tag(openid)": "openid", "Transaction type(trade_type)": "trade_type",
    "Transaction status(trade_state)": "state", "Payment bank(bank_type)": "bank_type",
    "Currency type(fee_type)": "fee_type", "Total amount(total_fee)": "paid", "Coupon amount": "coupons",
    "Wechat refund number(refund_id)": "refund_id", "Vendor refund number(out_refund_no)": "out_refund_no",
    "Refund amount(refund_fee)": "back", "Coupon refund amount": "coupons_back", "Refund type": "refund_type",
    "Refund status(refund_status_$n)": "refund_status", "Product name": "body",
    "Vendor's data package(attach)": "attach", "Fee": "fee", "Rate": "rate",
    "Payment Currency type(cash_fee_type)": "cash_fee_type", "Cash payment amount(cash_fee)": "cash",
    "Settlement currency type": "settlement_type", "Settlement currency amount": "settled",
    "Exchange rate": "exchange_rate", "Refund exchange rate": "refund_rate", "Payers refund amount": "cash_back",
    "Payers refund currency type": "cash_back_type", "Refund currency type": "back_type",
    "Refund settlement currency type": "back_settlement_type", "Refund settlement amount": "settled_back",
}  # fmt: skip

_SUMMARY = {
    "应结订单总金额": "paid", "退款总金额": "back", "充值券退款总金额": "coupons_back", "手续费总金额": "fee",
    "订单总金额": "paid", "申请退款总金额": "back",
}  # fmt: skip
_FLOW = (
    "记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型", "收支金额(元)", "账户结余(元)",
    "资金变更提交申请人", "备注", "业务凭证号",
)  # fmt: skip
_FLOW_SUMMARY = ("资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额")
_INCOME, _EXPENSE = "收入", "支出"
_COUNT, _GLOBAL_COUNT = "总交易单数", "Total transactions"


def write(trades: Iterable[Trade], kind: str, *, region: str, currency: str) -> bytes:
    """Return the statement of *trades*. kind: of `KINDS`. currency: of settlement, told by global statements only."""
    columns = _GLOBAL if region == GLOBAL else KINDS[kind]
    values = [{**_payment(trade, currency), **_given_back(trade, currency)} for trade in trades]
    lines = [",".join(columns)]
    lines += [_line([_cell(row[name]) for name in columns.values()]) for row in values]
    lines += _summary([] if region == GLOBAL else list(_SUMMARY.items()), values, region)
    return ("\ufeff" + _END.join(lines) + _END).encode()


def write_flow(made: Iterable[Trade], *, since: float) -> bytes | None:
    """Return the fund flow of what *made* moved from *since* (Unix seconds) on; None where nothing did.

    made: every trade up to the end of the day, in order, for the balance goes on from day to day. A payment is an
    income and its fee an expense; what is given back is an expense, and its fee an income.
    """
    yuan = _in("CNY")
    balance = 0
    lines: list[str] = []
    sums = {_INCOME: [0, 0], _EXPENSE: [0, 0]}
    for number, trade in enumerate(made):
        paid = trade.state == SUCCESS
        amount = trade.order.total_fee if paid else trade.given_back
        refund = trade.refund
        voucher = refund.refund_id if refund is not None else trade.order.transaction_id
        remark = _cell(trade.order.body)
        moves = (("交易", amount if paid else 0), ("退款", 0 if paid else -amount))
        charged = -rates.fee(amount) if paid else rates.fee(amount)
        for part, (name, moved) in enumerate((*moves, ("扣除交易手续费" if paid else "退还交易手续费", charged))):
            balance += moved
            if not moved or trade.at < since:
                continue
            direction = _INCOME if moved > 0 else _EXPENSE
            sums[direction][0] += 1
            sums[direction][1] += abs(moved)
            flow_no = f"{trade.order.mch_id}{number:017d}{part}"
            lines.append(
                _line([
                    _moment(trade.at), trade.order.transaction_id, flow_no, name, name, direction, yuan(abs(moved)),
                    yuan(balance), "system", remark, voucher,
                ])
            )  # fmt: skip
    if not lines:
        return None
    totals = [f"{len(lines)}.0"]
    for count, moved in sums.values():
        totals += [f"{count}.0", yuan(moved)]
    return ("\ufeff" + _END.join([",".join(_FLOW), *lines, ",".join(_FLOW_SUMMARY), _line(totals)]) + _END).encode()


def _summary(columns: Sequence[tuple[str, str]], values: Sequence[dict[str, str]], region: str) -> list[str]:
    """Return the header and the line of the summary. Sums over several currencies would mean nothing: count only."""
    sums = [str(sum((Decimal(row[name]) for row in values), Decimal("0.00"))) for _, name in columns]
    header = [_GLOBAL_COUNT if region == GLOBAL else _COUNT, *(text for text, _ in columns)]
    return [",".join(header), _line([f"{len(values)}.0", *sums])]


def _line(cells: Iterable[str]) -> str:
    return "`" + ",`".join(cells)


def _cell(text: str) -> str:
    return _LINE_END.sub(" ", text)


def _payment(trade: Trade, currency: str) -> dict[str, str]:
    """Return what a row says of the order; its amounts are 0 unless the row is the payment's."""
    order = trade.order
    paid = order.total_fee if trade.state == SUCCESS else 0
    price = _in(order.fee_type)
    return {
        "time": _moment(trade.at),
        "appid": order.appid,
        "mch_id": order.mch_id,
        "sub_mch_id": order.sub_mch_id or "0",
        "device_info": order.device_info,
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "openid": order.openid,
        "trade_type": order.trade_type,
        "state": trade.state,
        "bank_type": order.bank_type,
        "fee_type": order.fee_type,
        "paid": price(paid),
        "coupons": price(sum(one.amount for one in order.coupons) if paid else 0),
        "body": order.body,
        "attach": order.attach,
        "rate": rates.FEE_RATE,
        "empty": "",
        "cash_fee_type": order.cash_fee_type,
        "cash": _in(order.cash_fee_type)(order.cash_fee if paid else 0),
        "settlement_type": currency,
        "settled": _in(currency)(rates.convert(paid, order.fee_type, currency)),
        "exchange_rate": str(order.rate),
    }


def _given_back(trade: Trade, currency: str) -> dict[str, str]:
    """Return what a row says of the refund or reversal; "0" and blanks on a payment's."""
    order, refund = trade.order, trade.refund
    back = trade.state != SUCCESS
    charged = rates.fee(trade.given_back if back else order.total_fee)
    done = refund.succeeded_at if refund is not None else None
    return {
        "refund_id": refund.refund_id if refund is not None else "0",
        "out_refund_no": refund.out_refund_no if refund is not None else "0",
        "refund_time": _moment(trade.at) if back else "",
        "refund_done": _moment(done) if done is not None else "",
        "back": _in(order.fee_type)(trade.given_back),
        "coupons_back": _in(order.fee_type)(trade.coupons_back),
        "refund_type": "ORIGINAL" if back else "",
        "refund_status": (refund.status if refund is not None else "SUCCESS") if back else "",
        "fee": _fee(-charged if back else charged, order.fee_type),
        "fee_back": _fee(charged if trade.state == REFUND else 0, order.fee_type),
        "refund_rate": str(order.rate) if back else "",
        "cash_back": _in(order.cash_fee_type)(trade.cash_back),
        "cash_back_type": order.cash_fee_type if back else "",
        "back_type": order.fee_type if back else "",
        "back_settlement_type": currency if back else "",
        "settled_back": _in(currency)(rates.convert(trade.given_back, order.fee_type, currency)),
    }


def _in(currency: str) -> Callable[[int], str]:
    """Return how an amount of *currency*'s smallest unit is written: main unit, at least 2 decimals."""
    decimals = money.decimals(currency)
    return lambda amount: f"{Decimal(amount).scaleb(-decimals):.{max(2, decimals)}f}"


def _fee(amount: int, currency: str) -> str:
    return f"{Decimal(amount).scaleb(-money.decimals(currency)):.5f}"


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(int(seconds), BEIJING):%Y-%m-%d %H:%M:%S}"
