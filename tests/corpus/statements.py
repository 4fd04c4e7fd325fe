"""Statements: cut, bent, too large, compressed to burst, or no statement at all."""

from __future__ import annotations

import gzip
import zlib

from tests.corpus.case import add

COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
BOM = "\ufeff"


def row(number: str = "T-1", amount: str = "1.00", body: str = "Tea", time: str = "2026-11-20 10:00:00") -> str:
    cells = [
        time, "wx8888888888888888", "1900000109", "0", "", f"42000000{number}", number, "oUpF8uMEb4qRXf22hE3X68TekukE",
        "NATIVE", "SUCCESS", "CFT", "CNY", amount, "0.00", "0", "0", "0.00", "0.00", "", "", body, "", "0.00600",
        "0.60%", amount, "0.00", "",
    ]  # fmt: skip
    return ",".join("`" + cell for cell in cells)


def statement(*rows: str, count: str = "2", total: str = "3.00", fee: str = "0.01200", end: str = "\n") -> str:
    summary = ",".join("`" + cell for cell in (count, total, "0.00", "0.00", fee, total, "0.00"))
    return BOM + end.join([COLUMNS, *(rows or (row(), row("T-2", "2.00"))), SUMMARY, summary, ""])


GOOD = statement()
PLAIN = GOOD.encode()
PACKED = gzip.compress(PLAIN, mtime=0)
ROWS = 3

for name, body in {
    "as it comes": PLAIN,
    "without a byte order mark": PLAIN[3:],
    "CRLF": statement(end="\r\n").encode(),
    "gzip": PACKED,
    "the last line without an end": PLAIN.rstrip(b"\n"),
    "commas and back-ticks in a text": statement(row(body="a,b`c, `d"), row("T-2", "2.00")).encode(),
    "a formula in a text": statement(row(body='=HYPERLINK("http://x")'), row("T-2", "2.00")).encode(),
    "a count with a decimal": statement(count="2.0").encode(),
    "a negative amount": statement(row(amount="-1.00"), row("T-2", "2.00"), total="1.00").encode(),
    "no row": BOM.encode() + "\n".join([COLUMNS, SUMMARY, "`0,`0.00,`0.00,`0.00,`0.00,`0.00,`0.00", ""]).encode(),
}.items():
    add("statement", name, body, "accept", "section 8: every right one is read")

for name, body in {
    "nothing": b"",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "an error reply": b"<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg></xml>",
    "a page of a proxy": b"<html><h1>502</h1></html>",
    "JSON": b'{"code": "SYSTEM_ERROR"}',
    "without its header": "\n".join(GOOD.split("\n")[1:]).encode(),
    "with an unknown column": GOOD.replace("设备号", "设备").encode(),
    "with a column missing": GOOD.replace("设备号,", "").encode(),
    "with a column twice": GOOD.replace("设备号", "商户号").encode(),
    "without its summary": "\n".join(GOOD.split("\n")[:ROWS]).encode() + b"\n",
    "with the header of its summary alone": "\n".join(GOOD.split("\n")[: ROWS + 1]).encode() + b"\n",
    "cut in a row": PLAIN[: PLAIN.index(b"T-2") + 2],
    "with a row less": statement(row()).encode(),
    "with a row more": statement(row(), row("T-2", "2.00"), row("T-3", "0.00")).encode(),
    "with a row twice": statement(row(), row(), row("T-2", "2.00"), count="2").encode(),
    "with an amount changed": statement(row(amount="1.01"), row("T-2", "2.00")).encode(),
    "with a fee that its rows do not make": statement(fee="0.01201").encode(),
    "with a row of too few cells": statement(row().rpartition(",`")[0], row("T-2", "2.00")).encode(),
    "with the separator in a text": statement(row(body="a,`b"), row("T-2", "2.00")).encode(),
    "with an amount in powers of ten": statement(row(amount="1e0"), row("T-2", "2.00")).encode(),
    "with a full-width amount": statement(row(amount="１.00"), row("T-2", "2.00")).encode(),
    "with an amount with a sign": statement(row(amount="+1.00"), row("T-2", "2.00")).encode(),
    "with an amount NaN": statement(row(amount="NaN"), row("T-2", "2.00")).encode(),
    "with a summary of words": GOOD.replace("`2,`3.00", "`two,`3.00").encode(),
    "with two summaries": (GOOD + "\n".join(GOOD.split("\n")[-3:])).encode(),
    "with rows behind the summary": (GOOD + row("T-3") + "\n").encode(),
    "in GBK": GOOD[1:].encode("gbk"),
    "in UTF-16": GOOD.encode("utf-16"),
    "with a byte that is not UTF-8": PLAIN.replace(b"Tea", b"T\xffa", 1),
    "with a line of 65 KiB": statement(row(body="x" * 66_000), row("T-2", "2.00")).encode(),
    "gzip, cut": PACKED[:-9],
    "gzip, without its check sum": PACKED[:-8],
    "gzip, with a wrong check sum": PACKED[:-8] + bytes(8),
    "gzip, with a bit turned": PACKED[:40] + bytes([PACKED[40] ^ 1]) + PACKED[41:],
    "gzip, with bytes behind": PACKED + b"x",
    "gzip, twice": PACKED + PACKED,
    "gzip of gzip": gzip.compress(PACKED, mtime=0),
    "gzip of zeros, a thousand to one": gzip.compress(bytes(1 << 25), mtime=0),
    "gzip of one row, again and again": gzip.compress(statement(*[row()] * 100_000).encode(), mtime=0),
    "gzip of nothing": gzip.compress(b"", mtime=0),
    "the first two bytes of gzip": PACKED[:2],
    "zlib without gzip": zlib.compress(PLAIN),
}.items():
    add("statement", name, body, "malformed", "section 8: a statement that is not whole is not booked")
