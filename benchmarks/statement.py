"""A transaction statement of a chain of shops: written, read by us, and read in a peer's way.

Readers of texts look at what a reconciliation needs and answer (rows, characters of it), so that right and wrong show:
half a percent of the product names hold a comma.
"""

from __future__ import annotations

import math
import random
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING

from wxpay_v2.v2 import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
ROW = (
    "`2026-03-01 %02d:%02d:%02d,`wx8888888888888888,`1900000109,`1900000110,`POS-%03d,`42000026%020d,`T-20260301-%010d,"
    "`oUpF8uMuAJO_M2pxb1Q%09d,`MICROPAY,`%s,`CMB_CREDIT,`CNY,`%s,`0.00,`%s,`%s,`%s,`0.00,`%s,`%s,`%s,`store=%04d,"
    "`%s,`0.60%%,`%s,`%s,`"
)


def lines(rows: int) -> Iterator[str]:
    """Yield the lines of a statement of *rows* rows: 1 in 50 is a refund, amounts spread like a shop's, seeded."""
    dice = random.Random(20260301)
    paid = refunded = fees = 0
    yield "\ufeff" + HEADER + "\r\n"
    for n in range(rows):
        fen = max(1, int(dice.lognormvariate(math.log(2500), 0.8)))
        fee = (fen * 6 + 500) // 1000
        body = "桂花乌龙茶 大杯, 少冰" if n % 200 == 0 else "桂花乌龙茶 大杯"
        if n % 50 == 49:
            refunded, fees, fee = refunded + fen, fees - fee, -fee
            trade, money = "REFUND", "0.00"
            refund = (f"50000{n:023d}", f"R-{n:010d}", _yuan(fen), "ORIGINAL", "SUCCESS")
        else:
            paid, fees = paid + fen, fees + fee
            trade, money = "SUCCESS", _yuan(fen)
            refund = ("0", "0", "0.00", "", "")
        yield ROW % (
            n // 3600 % 24, n // 60 % 60, n % 60, n % 1000, n * 104729, n, n * 31 % 10**9, trade, money, *refund, body,
            n % 9999, _yuan(fee) + "000", money, refund[2],
        ) + "\r\n"  # fmt: skip
    sums = (_yuan(paid), _yuan(refunded), "0.00", _yuan(fees) + "000", _yuan(paid), _yuan(refunded))
    yield SUMMARY + "\r\n" + f"`{rows}.0,`" + ",`".join(sums) + "\r\n"


def make_statement(rows: int) -> bytes:
    """Return a statement (ALL, mainland) of *rows* rows as downloaded, about 300 bytes a row."""
    return "".join(lines(rows)).encode()


def ours_text(data: bytes) -> tuple[int, int]:
    """Read *data* and look at three texts of every row."""
    rows = characters = 0
    for number, state, amount in statement.read(data).select("out_trade_no", "trade_state", "total_fee"):
        rows += 1
        characters += len(number) + len(state) + len(amount)
    return rows, characters


def ours_rows(data: bytes) -> tuple[int, int]:
    """The same through `Row`s."""
    rows = characters = 0
    for row in statement.read(data):
        rows += 1
        characters += len(row["out_trade_no"]) + len(row["trade_state"]) + len(row["total_fee"])
    return rows, characters


def ours_typed(data: bytes) -> tuple[int, Decimal]:
    """Read *data*, and take time, amounts and fee of every row as values; return rows and what is left to the shop."""
    rows, total = 0, Decimal(0)
    latest = None
    names = ("trade_time", "total_fee", "refund_fee", "fee")
    for moment, paid, refunded, fee in statement.read(data).select(*names, typed=True):
        rows += 1
        total += paid - refunded - fee
        latest = max(latest or moment, moment)
    return rows, total


def ours_typed_rows(data: bytes) -> tuple[int, Decimal]:
    """The same through `Row`s."""
    rows, total = 0, Decimal(0)
    latest = None
    for row in statement.read(data):
        typed = row.typed
        rows += 1
        total += typed["total_fee"] - typed["refund_fee"] - typed["fee"]
        latest = max(latest or typed["trade_time"], typed["trade_time"])
    return rows, total


def peer_text(data: bytes) -> tuple[int, int]:
    """Read *data* as wechatpy's users do: it decodes the whole, tries it as XML, and hands over one str to split."""
    from xml.parsers.expat import ExpatError

    import xmltodict

    text = data.decode()
    with suppress(ExpatError):
        xmltodict.parse(text)
    rows = characters = 0
    table = [line.replace("`", "").split(",") for line in text.splitlines()[1:-2]]
    for cells in table:
        rows += 1
        characters += len(cells[6]) + len(cells[9]) + len(cells[24])
    return rows, characters


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
