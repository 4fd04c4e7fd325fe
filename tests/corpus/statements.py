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


def table(header: str, rows: list[list[str]], summary: str, sums: list[str], end: str = "\r\n") -> bytes:
    """Return a statement of any kind."""
    lines = [",".join("`" + cell for cell in cells) for cells in (*rows, sums)]
    return (BOM + end.join([header, *lines[:-1], summary, lines[-1], ""])).encode()


TRADE = COLUMNS.partition(",应结订单金额")[0]
OLDER_TRADE = TRADE.replace("特约商户号", "子商户号")
TRADED = ["2026-11-20 10:00:00", "wx8888888888888888", "1900000109", "1900000110", "POS-1", "420000001"]
TRADED += ["T-1", "oUpF8uMEb4qRXf22hE3X68TekukE", "NATIVE", "SUCCESS", "CFT", "CNY"]
REFUND = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态"
REFUNDED = ["50000001", "R-1", "0.40", "0.10", "ORIGINAL", "SUCCESS"]
MOMENTS = ["2026-11-20 11:00:00", "2026-11-20 11:00:09"]
FUND_FLOW = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,"
    "备注,业务凭证号"
)
FLOWS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
GLOBAL = (
    "Transaction time,Official account ID(appid),Vendor ID(mch_id),Sub vendor ID(sub_mch_id),Device ID(device_info),"
    "Wechat order number(transaction_id),Vendor order number(out_transaction_id),User tag(openid),"
    "Transaction type(trade_type),Transaction status(trade_state),Payment bank(bank_type),Currency type(fee_type),"
    "Total amount(total_fee),Coupon amount,Wechat refund number(refund_id),Vendor refund number(out_refund_no),"
    "Refund amount(refund_fee),Coupon refund amount,Refund type,Refund status(refund_status_$n),Product name,"
    "Vendor's data package(attach),Fee,Rate,Payment Currency type(cash_fee_type),Cash payment amount(cash_fee),"
    "Settlement currency type,Settlement currency amount,Exchange rate,Refund exchange rate,Payers refund amount,"
    "Payers refund currency type,Refund currency type,Refund settlement currency type,Refund settlement amount"
)


def flow(direction: str = "支出", amount: str = "0.02", remark: str = "缺,货") -> list[str]:
    return ["2026-11-20 04:21:23", "5000", "1900", "退款", "退款", direction, amount, "0.17", "system", remark, "REF1"]


def abroad(amount: str = "10.00", currency: str = "USD") -> list[str]:
    return [
        *TRADED[:-1], currency, amount, "0.00", "0", "0", "0.00", "0.00", "", "", "Tea, green", "a", "0.06000", "0.60%",
        "CNY", "72.00", "HKD", "78.26", "720000000", "", "0.00", "", "", "", "0.00",
    ]  # fmt: skip


KINDS = {
    "SUCCESS": table(
        f"{TRADE},应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注",
        [[*TRADED, "1.50", "0.50", "茶, 大杯", "", "0.01200", "0.60%", "2.00", ""]] * 2,
        SUMMARY, ["2", "3.00", "0.00", "0.00", "0.024", "4.00", "0.00"],
    ),
    "REFUND": table(
        f"{TRADE},应结订单金额,代金券金额,退款申请时间,退款成功时间,{REFUND},商品名称,商户数据包,手续费,费率,订单金额,"
        "申请退款金额,费率备注",
        [[*TRADED, "0.00", "0.00", *MOMENTS, *REFUNDED, "茶", "", "-0.00300", "0.60%", "0.00", "0.50", ""]],
        SUMMARY, ["1.0", "0.00", "0.40", "0.10", "-0.003", "0.00", "0.50"],
    ),
    "RECHARGE_REFUND": table(
        f"{OLDER_TRADE},应结订单金额,代金券金额,退款申请时间,退款成功时间,{REFUND},商品名称,"
        "商户数据包,返还手续费,费率,订单金额,申请退款金额",
        [[*TRADED, "0.00", "0.00", *MOMENTS, *REFUNDED, "茶", "", "0.00300", "0.60%", "0.00", "0.50"]],
        SUMMARY, ["1.0", "0.00", "0.40", "0.10", "0.003", "0.00", "0.50"],
    ),
    "older ALL": table(
        f"{OLDER_TRADE},总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,"
        "代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率",
        [[*TRADED, "2.00", "0.00", *REFUNDED, "茶", "", "0.01200", "0.60%"]],
        "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额",
        ["1", "2.00", "0.40", "0.10", "0.012"],
    ),
    "global": table(GLOBAL, [abroad(), abroad("2000", "JPY")], "Total transactions,Total", ["2.0", "x"]),
    "fund flow": table(
        FUND_FLOW, [flow(), flow("收入", "0.35"), flow("支出", "0.16"), flow("冻结", "1.00")], FLOWS,
        ["4.0", "1.0", "0.35", "2.0", "0.18"],
    ),
}  # fmt: skip
RECORD = (
    "<fbatchno>2026112100001</fbatchno><date_settlement>2026-11-21</date_settlement><date_start>2026-11-20</date_start>"
    "<date_end>2026-11-20</date_end><settlement_fee>1000</settlement_fee><unsettlement_fee>0</unsettlement_fee>"
    "<settlementfee_type>USD</settlementfee_type><pay_fee>1021</pay_fee><refund_fee>-11</refund_fee>"
    "<pay_net_fee>1010</pay_net_fee><poundage_fee>10</poundage_fee>"
)


def settlement(records: str = RECORD, count: str = "1", code: str = "SUCCESS") -> bytes:
    return f"<xml><return_code>{code}</return_code><record_num>{count}</record_num>{records}</xml>".encode()


def nested(*records: str) -> str:
    return "".join(f"<setteinfo_{n}>{record}</setteinfo_{n}>" for n, record in enumerate(records))


def comments(*lines: str, offset: str = "100") -> bytes:
    return "\n".join([offset, *lines, ""]).encode()


COMMENT = "`2026-11-20 10:00:05,`420000001,`5,`赞, `水果`,`很新鲜"
SETTLEMENT = settlement()
NESTED = settlement(nested(RECORD, RECORD.replace("00001", "00002")), "2")
COMMENTS = comments(COMMENT, COMMENT.replace("`5", "`1"))

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

# -- the other kinds ---------------------------------------------------------------------------------------------------

for name, body in KINDS.items():
    add("statement", f"{name}, as it comes", body, "accept", "section 8: every right one is read")
    add("statement", f"{name}, gzip", gzip.compress(body, mtime=0), "accept", "section 8: every right one is read")
    add("statement", f"{name}, LF", body.replace(b"\r\n", b"\n"), "accept", "section 8: both line ends are met")
    for change, cut in {
        "without its last line": body.rstrip().rpartition(b"\n")[0] + b"\n",
        "without its summary": b"\n".join(body.split(b"\n")[:2]) + b"\n",
        "with a row twice": body.replace(body.split(b"\n")[1] + b"\n", (body.split(b"\n")[1] + b"\n") * 2, 1),
        "without its first column": b"\xef\xbb\xbf" + body.partition(b",")[2],
        "with another separator": body.replace(b",`", b";`"),
        "with quotation marks": body.replace(b"`", b'"'),
        "cut in gzip": gzip.compress(body, mtime=0)[:-20],
        "in gzip with a wrong length": gzip.compress(body, mtime=0)[:-4] + bytes(4),
        "with a count too many": body.replace(b"\n`%c" % body.rpartition(b"\n`")[2][:1], b"\n`9"),
    }.items():
        add(
            "statement", f"{name}, {change}", cut, "malformed", "section 8: a statement that is not whole is not booked"
        )


def flows(*rows: list[str], sums: str = "4.0,1.0,0.35,2.0,0.18") -> bytes:
    given = list(rows) or [flow(), flow("收入", "0.35"), flow("支出", "0.16"), flow("冻结", "1.00")]
    return table(FUND_FLOW, given, FLOWS, sums.split(","))


for name, body, expected in (
    ("full-width brackets in the header", flows().replace("(元)".encode(), "（元）".encode()), "accept"),
    ("no rows", table(FUND_FLOW, [], FLOWS, ["0", "0", "0", "0", "0"]), "accept"),
    ("the counts without decimals", flows(sums="4,1,0.35,2,0.18"), "accept"),
    ("income that its rows do not make", flows(sums="4,1,0.36,2,0.18"), "malformed"),
    ("expense that its rows do not make", flows(sums="4,1,0.35,2,0.17"), "malformed"),
    ("income and expense exchanged", flows(sums="4,2,0.18,1,0.35"), "malformed"),
    ("an income counted too often", flows(sums="4,2,0.35,2,0.18"), "malformed"),
    ("an expense counted too seldom", flows(sums="4,1,0.35,1,0.18"), "malformed"),
    (
        "a row turned from expense to income",
        flows(flow("收入"), flow("收入", "0.35"), flow("支出", "0.16")),
        "malformed",
    ),
    ("an amount in words", flows(flow(amount="two"), sums="1,0,0,1,0.02"), "malformed"),
    ("an amount of no direction in words", flows(flow("冻结", "two"), sums="1,0,0,0,0"), "malformed"),
    ("an amount with a currency", flows(flow(amount="￥0.02"), sums="1,0,0,1,0.02"), "malformed"),
    ("a thousands separator", flows(flow(amount="1,000.00"), sums="1,0,0,1,1000.00"), "malformed"),
    ("the separator in a remark", flows(flow(remark="a,`b"), sums="1,0,0,1,0.02"), "malformed"),
    ("a line end in a remark", flows(flow(remark="a\nb"), sums="1,0,0,1,0.02"), "malformed"),
    ("the summary of a transaction statement", table(FUND_FLOW, [flow()], SUMMARY, ["1", *["0"] * 6]), "malformed"),
    ("a balance column missing", flows().replace("账户结余(元),".encode(), b""), "malformed"),
):
    add("statement", f"fund flow with {name}", body, expected, "section 8: by direction, counts and sums are held")

# -- gzip --------------------------------------------------------------------------------------------------------------

NAMED = PACKED[:3] + b"\x08" + PACKED[4:10] + b"bill.csv\0" + PACKED[10:]
for name, body, expected in (
    ("a file's name in its header", NAMED, "accept"),
    ("stored blocks", gzip.compress(PLAIN, 0, mtime=0), "accept"),
    ("a file's name without an end", PACKED[:3] + b"\x08" + PACKED[4:10] + b"b" * 40, "malformed"),
    ("another method", PACKED[:2] + b"\x07" + PACKED[3:], "malformed"),
    ("reserved flags", PACKED[:3] + b"\xe0" + PACKED[4:], "malformed"),
    ("a wrong length", PACKED[:-4] + (len(PLAIN) + 1).to_bytes(4, "little"), "malformed"),
    ("an empty stream behind", PACKED + gzip.compress(b"", mtime=0), "malformed"),
    ("zeros behind", PACKED + bytes(512), "malformed"),
    ("plain text behind", PACKED + PLAIN, "malformed"),
    ("a byte lost", PACKED[:60] + PACKED[61:], "malformed"),
    ("a byte doubled", PACKED[:60] + PACKED[60:61] + PACKED[60:], "malformed"),
    ("its header alone", PACKED[:10], "malformed"),
    ("blanks before", b"\n" + PACKED, "malformed"),
    ("a byte order mark before", b"\xef\xbb\xbf" + PACKED, "malformed"),
    ("an error reply inside", gzip.compress(b"<xml><return_code>FAIL</return_code></xml>", mtime=0), "malformed"),
    ("raw deflate", zlib.compress(PLAIN)[2:-4], "malformed"),
):
    add("statement", f"gzip with {name}", body, expected, "section 8: gzip's end and check sum are checked")

# -- settlement records and comments -----------------------------------------------------------------------------------

for name, body, expected in (
    ("one flat record", SETTLEMENT, "accept"),
    ("two nested records", NESTED, "accept"),
    ("no record", settlement("", "0"), "accept"),
    ("compact days", settlement(RECORD.replace("2026-11-20", "20261120")), "accept"),
    ("refunds without a sign", settlement(RECORD.replace(">-11<", ">11<")), "accept"),
    ("a failure", settlement(code="FAIL"), "malformed"),
    ("no number of records", SETTLEMENT.replace(b"<record_num>1</record_num>", b""), "malformed"),
    ("a record too few", settlement(nested(RECORD), "2"), "malformed"),
    ("a record too many", settlement(nested(RECORD, RECORD), "1"), "malformed"),
    ("records numbered from 1", NESTED.replace(b"_1>", b"_2>").replace(b"_0>", b"_1>"), "malformed"),
    ("a record twice", NESTED.replace(b"_1>", b"_0>"), "malformed"),
    ("a record in a record", settlement(nested(RECORD + nested(RECORD))), "malformed"),
    ("a record without an end", NESTED.replace(b"</setteinfo_1>", b""), "malformed"),
    ("a record that is a text", settlement("<setteinfo_0>x</setteinfo_0>"), "malformed"),
    ("a field twice in a record", settlement(nested(RECORD + "<pay_fee>1</pay_fee>")), "malformed"),
    ("an element in a value", settlement(nested(RECORD.replace("1021", "<b>1021</b>"))), "malformed"),
    ("a net amount that is none", settlement(RECORD.replace("1010", "1011")), "malformed"),
    ("an amount with decimals", settlement(RECORD.replace("1021", "10.21")), "malformed"),
    ("an amount in powers of ten", settlement(RECORD.replace("1021", "1e3")), "malformed"),
    ("a full-width amount", settlement(RECORD.replace("1021", "１０２１")), "malformed"),
    ("an amount left empty", settlement(RECORD.replace(">1021<", "><")), "malformed"),
    ("no batch number", settlement(RECORD.replace(">2026112100001<", "><")), "malformed"),
    ("no currency", settlement(RECORD.replace(">USD<", "><")), "malformed"),
    ("a day that is none", settlement(RECORD.replace("2026-11-21", "2026-11-31")), "malformed"),
    ("a line end in a value", settlement(RECORD.replace("USD", "U\nD")), "malformed"),
    ("a DOCTYPE", b"<!DOCTYPE xml>" + NESTED, "malformed"),
    ("501 records", settlement(nested(*[RECORD] * 501), "501"), "malformed"),
    ("depth of 20 000", settlement("<setteinfo_0>" * 20_000), "malformed"),
    ("nothing", b"", "malformed"),
):
    add("settlements", name, body, expected, "a settlement reply is whole or refused")

for name, body, expected in (
    ("two of them", COMMENTS, "accept"),
    ("none", comments(), "accept"),
    ("CRLF", COMMENTS.replace(b"\n", b"\r\n"), "accept"),
    ("gzip", gzip.compress(COMMENTS, mtime=0), "accept"),
    ("a back-tick before the offset", b"`" + COMMENTS, "accept"),
    ("an empty comment", comments("`2026-11-20 10:00:05,`420000001,`5,`"), "accept"),
    ("the separator in a comment", comments(COMMENT + ",`6,`x"), "accept"),
    ("nothing", b"", "malformed"),
    ("an error reply", b"<xml><return_code>FAIL</return_code></xml>", "malformed"),
    ("no offset", comments(COMMENT, offset=COMMENT), "malformed"),
    ("an offset in words", comments(COMMENT, offset="ten"), "malformed"),
    ("a negative offset", comments(COMMENT, offset="-1"), "malformed"),
    ("a full-width offset", comments(COMMENT, offset="１００"), "malformed"),
    ("a line without a back-tick", comments(COMMENT[1:]), "malformed"),
    ("a line end in a comment", comments(COMMENT + "\nforged"), "malformed"),
    ("three cells", comments("`2026-11-20 10:00:05,`420000001,`5"), "malformed"),
    ("a time that is none", comments(COMMENT.replace("10:00:05", "25:00:05")), "malformed"),
    ("stars in words", comments(COMMENT.replace("`5", "`five")), "malformed"),
    ("a number that is none", comments(COMMENT.replace("420000001", "T-1")), "malformed"),
    ("a byte that is not UTF-8", COMMENTS + b"`2026-11-20 10:00:05,`420000001,`5,`\xff\n", "malformed"),
    ("a line of 65 KiB", comments(COMMENT + "x" * 66_000), "malformed"),
    ("gzip, cut", gzip.compress(COMMENTS, mtime=0)[:-1], "malformed"),
    ("10 001 of them", comments(*[COMMENT] * 10_001), "malformed"),
):
    add("comments", name, body, expected, "comments are whole or refused")
