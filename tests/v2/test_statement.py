"""Statements: every kind read, every cell kept, and nothing accepted that is not whole."""

from __future__ import annotations

import decimal
import gzip
import io
import random
import tracemalloc
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpay_v2.clock import BEIJING
from wxpay_v2.errors import InvalidRequest, Malformed, WXPayError
from wxpay_v2.v2 import statement
from wxpay_v2.v2.statement import Statement, safe_cell
from wxpay_v2.v2.statement_layout import recognise

TRADE = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
)
OLDER = TRADE.replace("特约商户号", "子商户号")
REFUND = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
TIMES = "退款申请时间,退款成功时间,"

ALL = TRADE + "应结订单金额,代金券金额," + REFUND + "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
SUCCESS = TRADE + "应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注"
REFUNDS = ALL.replace("微信退款单号", TIMES + "微信退款单号")
RECHARGE = REFUNDS.replace("手续费", "返还手续费").removesuffix(",费率备注").replace("特约商户号", "子商户号")
FUND_FLOW = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,"
    "备注,业务凭证号"
)
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
HEADERS = {
    "ALL": ALL,
    "SUCCESS": SUCCESS,
    "REFUND": REFUNDS,
    "RECHARGE_REFUND": RECHARGE,
    "older ALL": OLDER
    + "总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,"
    "商品名称,商户数据包,手续费,费率",
    "older SUCCESS": OLDER + "总金额,企业红包金额,商品名称,商户数据包,手续费,费率",
    "older REFUND": OLDER + "总金额,企业红包金额," + TIMES + "微信退款单号,商户退款单号,退款金额,企业红包退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率",
    "global": GLOBAL,
    "fundflow": FUND_FLOW,
}
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
SUMMARIES = {
    **dict.fromkeys(HEADERS, SUMMARY),
    "older ALL": "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额",
    "older SUCCESS": "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额",
    "older REFUND": "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额",
    "global": "Total transactions,In words",
    "fundflow": "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额",
}
VALUES = {
    "trade_time": "2026-11-20 10:00:01", "refund_apply_time": "2026-11-20 11:00:00",
    "refund_success_time": "2026-11-20 11:00:09", "booking_time": "2026-11-20 10:00:01", "direction": "收入",
    "out_trade_no": "T-1", "openid": "oUpF8uMEb4qRXf22hE3X68TekukE", "body": "茶, 大杯", "rate": "0.60%",
    "total_fee": "2.00", "settlement_total_fee": "1.50", "refund_fee": "0.50", "settlement_refund_fee": "0.40",
    "coupon_refund_fee": "0.10", "fee": "-0.01200", "returned_fee": "0.00300", "amount": "0.35", "balance": "1.00",
    "exchange_rate": "92000000", "cash_fee": "1.84", "coupon_fee": "", "cash_refund_fee": "",
}  # fmt: skip
STATED = {
    "ALL": "1.0,1.50,0.40,0.1,-0.012,2.00,0.50", "SUCCESS": "1,1.50,0.00,0.00,-0.012,2.00,0.00",
    "REFUND": "1,1.50,0.40,0.10,-0.012,2.00,0.50", "RECHARGE_REFUND": "1,1.50,0.40,0.10,0.003,2.00,0.50",
    "older ALL": "1,2.00,0.50,0.10,-0.012", "older SUCCESS": "1,2.00,0.00,0.00,-0.012",
    "older REFUND": "1,2.00,0.50,0.10,-0.012", "global": "1.0,2.00", "fundflow": "1.0,1.0,0.35,0.0,0",
}  # fmt: skip
ALL_NAMES = recognise(ALL.split(",")).names


def line(cells: Sequence[str]) -> str:
    return "`" + ",`".join(cells)


def text(*lines: str, end: str = "\r\n", bom: str = "\ufeff") -> bytes:
    return (bom + end.join(lines) + end).encode()


def one_row(kind: str) -> bytes:
    """A statement of *kind* with one row, whose cells are VALUES where those have one."""
    header = HEADERS[kind]
    names = recognise(header.split(",")).names
    row = line([VALUES.get(name, "0") for name in names])
    return text(header, row, SUMMARIES[kind], line(STATED[kind].split(",")))


def payment(number: str = "T-1", amount: str = "1.00", **cells: str) -> str:
    """A row of an ALL statement."""
    values = {
        "trade_time": "2026-11-20 10:00:00", "out_trade_no": number, "total_fee": amount, "fee": "0.00600",
        "settlement_total_fee": amount, "refund_fee": "0.00", "settlement_refund_fee": "0.00",
        "coupon_refund_fee": "0.00", "rate": "0.60%", **cells,
    }  # fmt: skip
    return line([values.get(name, "") for name in ALL_NAMES])


def of(*rows: str, total: str = "1.00", fee: str = "0.00600", count: str = "", end: str = "\r\n") -> bytes:
    """An ALL statement of these rows."""
    stated = (count or str(len(rows)), total, "0.00", "0.00", fee, total, "0.00")
    return text(ALL, *rows, SUMMARY, line(stated), end=end)


GOOD = of(payment())


# -- what is read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", HEADERS)
def test_every_kind_is_recognised_by_its_header_and_reads_in_one_vocabulary(kind: str) -> None:
    read = statement.read(one_row(kind))
    assert read.kind == kind
    assert read.columns == tuple(HEADERS[kind].split(","))
    (row,) = read
    for name in read.names:
        assert row[name] == VALUES.get(name, "0")
    assert row.as_dict() == dict(row) == {name: row[name] for name in read.names}
    assert len(row) == len(read.names)
    if kind != "fundflow":
        assert (row["out_trade_no"], row["total_fee"], row["body"]) == ("T-1", "2.00", "茶, 大杯")
        assert "refund_fee" in row or kind.endswith("SUCCESS")


def test_the_totals_are_exact_and_named_as_the_columns() -> None:
    read = statement.read(one_row("ALL"))
    assert read.verify() == read.totals
    assert read.totals == {
        "count": 1,
        "settlement_total_fee": Decimal("1.50"),
        "settlement_refund_fee": Decimal("0.40"),
        "coupon_refund_fee": Decimal("0.10"),
        "fee": Decimal("-0.012"),
        "total_fee": Decimal("2.00"),
        "refund_fee": Decimal("0.50"),
    }
    assert type(read.totals["count"]) is int
    assert type(read.totals["fee"]) is Decimal


def test_a_fund_flow_is_summed_by_direction() -> None:
    def flow(direction: str, amount: str) -> str:
        return line(
            ["2026-11-20 10:00:01", "5", "1", "退款", "退款", direction, amount, "1.00", "system", "缺,货", "R"]
        )

    rows = (flow("收入", "0.30"), flow("支出", "0.18"), flow("收入", "0.05"), flow("其他", "9.00"))
    read = statement.read(text(FUND_FLOW, *rows, SUMMARIES["fundflow"], "`4.0,`2.0,`0.35,`1.0,`0.18"))
    assert read.verify() == {
        "count": 4, "income_count": 2, "income": Decimal("0.35"), "expense_count": 1, "expense": Decimal("0.18")
    }  # fmt: skip
    for wrong in ("`4,`2,`0.35,`1,`0.19", "`4,`3,`0.35,`1,`0.18", "`4,`2,`0.36,`1,`0.18", "`4,`2,`0.35,`2,`0.18"):
        with pytest.raises(Malformed, match="its rows make"):
            statement.read(text(FUND_FLOW, *rows, SUMMARIES["fundflow"], wrong)).verify()


@pytest.mark.parametrize(
    ("kind", "unproven"),
    [
        ("ALL", ("coupon_fee",)),
        ("SUCCESS", ("coupon_fee", "settlement_refund_fee", "coupon_refund_fee", "refund_fee")),
        ("RECHARGE_REFUND", ("coupon_fee", "returned_fee", "fee")),
        ("fundflow", ("balance",)),
    ],
)
def test_what_the_summary_does_not_hold_is_said(kind: str, unproven: tuple[str, ...]) -> None:
    read = statement.read(one_row(kind))
    with pytest.raises(InvalidRequest, match="not read to its end"):
        read.unproven  # noqa: B018
    read.verify()
    assert read.unproven == unproven


def test_of_a_global_statement_no_amount_is_proven() -> None:
    read = statement.read(one_row("global"))
    read.verify()
    amounts = [name for name in read.names if read.holds.get(name) == "amount"]
    assert read.unproven == (*amounts, "In words")


def test_full_width_brackets_in_the_header_are_the_same_columns() -> None:
    header = FUND_FLOW.replace("(元)", "（元）")
    assert recognise(header.split(",")).names == recognise(FUND_FLOW.split(",")).names


def test_columns_are_found_by_their_header_and_not_by_their_place() -> None:
    turned = ",".join(reversed(ALL.split(",")))
    row = line(list(reversed(payment(body="a,b")[1:].split(",`"))))
    read = statement.read(text(turned, row, SUMMARY, "`1,`1.00,`0,`0,`0.006,`1.00,`0"))
    assert [(row["out_trade_no"], row["body"]) for row in read] == [("T-1", "a,b")]


def test_global_columns_whose_spelling_nobody_has_seen_are_taken_by_their_place() -> None:
    texts = GLOBAL.replace("Coupon amount", "Coupon Value ($)").replace("Exchange rate", "FX").split(",")
    assert recognise(texts).names == recognise(GLOBAL.split(",")).names
    with pytest.raises(Malformed, match="unknown columns: 'Vendor, "):
        recognise(GLOBAL.replace("Vendor ID(mch_id)", "Vendor").split(","))


def test_of_a_global_summary_the_count_alone_is_compared() -> None:
    row = one_row("global").split(b"\r\n")[1].decode()
    good = text(GLOBAL, row, row, "Count,Sum,Currencies,Said", "`2.0,`7.00,`HKD,`x")
    assert statement.read(good).verify() == {"count": 2, "Sum": Decimal("7.00")}
    with pytest.raises(Malformed, match="count 3, its rows make 2"):
        statement.read(text(GLOBAL, row, row, "Count,Sum", "`3,`7.00")).verify()
    with pytest.raises(Malformed, match="'count' twice"):
        statement.read(text(GLOBAL, row, row, "Count,count", "`2,`9")).verify()


def test_typed_values_are_exact() -> None:
    (row,) = statement.read(one_row("global"))
    typed = row.typed
    assert typed["total_fee"] == Decimal("2.00") and str(typed["fee"]) == "-0.01200"
    assert typed["trade_time"] == datetime(2026, 11, 20, 10, 0, 1, tzinfo=BEIJING)
    moment = typed["trade_time"]
    assert isinstance(moment, datetime) and moment.utcoffset() == timedelta(hours=8)
    assert typed["exchange_rate"] == 92_000_000 and typed["cash_refund_fee"] is None
    assert typed["rate"] == "0.60%" and typed["out_trade_no"] == "T-1"
    assert typed.as_dict() == dict(typed) and len(typed) == 35


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("trade_time", "2026-11-20"), ("trade_time", "2026-02-30 10:00:00"), ("trade_time", "2026-11-20T10:00:00"),
        ("trade_time", "２026-11-20 10:00:00"), ("trade_time", "2026-11-20 10:00:60"), ("coupon_fee", "1,00"),
        ("coupon_fee", "1e2"), ("coupon_fee", "NaN"), ("coupon_fee", "1.123456789"), ("coupon_fee", " 1.00"),
    ],
)  # fmt: skip
def test_m2_a_value_that_does_not_fit_its_kind_is_refused_by_name(name: str, cell: str) -> None:
    (row,) = statement.read(of(payment(**{name: cell})))
    assert row[name] == cell
    with pytest.raises(Malformed, match=name):
        row.typed[name]
    with pytest.raises(Malformed, match=name):
        list(statement.read(of(payment(**{name: cell}))).select("out_trade_no", name, typed=True))


def test_an_exchange_rate_that_is_no_whole_number_is_refused() -> None:
    body = one_row("global").replace(b"92000000", b"0.92")
    (row,) = statement.read(body)
    with pytest.raises(Malformed, match=r"exchange_rate.*whole number"):
        row.typed["exchange_rate"]


def test_select_gives_the_same_as_the_rows() -> None:
    rows = [payment(f"T-{n}", f"{n}.00", body=f"`茶{n},") for n in range(1, 400)]
    body = of(*rows, total=f"{sum(range(1, 400))}.00", fee=f"{Decimal('0.006') * 399}")
    names = ("body", "out_trade_no", "total_fee", "trade_time")
    texts = [tuple(row[name] for name in names) for row in statement.read(body)]
    assert list(statement.read(body).select(*names)) == texts
    values = [tuple(row.typed[name] for name in names) for row in statement.read(body)]
    assert list(statement.read(body).select(*names, typed=True)) == values
    with pytest.raises(InvalidRequest, match="'no_such'"):
        statement.read(body).select("body", "no_such")
    with pytest.raises(InvalidRequest):
        statement.read(body).select()


def test_an_empty_statement_has_no_rows_and_a_count_of_0() -> None:
    assert Statement.empty().totals == Statement.empty().verify() == {"count": 0}
    assert list(Statement.empty()) == list(Statement.empty().select("out_trade_no", typed=True)) == []


def test_rows_print_without_the_whole_openid() -> None:
    read = statement.read(one_row("ALL"))
    (row,) = read
    for printed in (repr(row), str(row), repr(row.typed), repr(read)):
        assert "X68TekukE" not in printed
    assert "oUpF***" in repr(row)


# -- cells -------------------------------------------------------------------------------------------------------------

# Texts as a payer or a cashier writes them; what separates cells, and what ends lines, is left out.
CELLS = st.lists(
    st.sampled_from([",", "`", "``", " ", "茶", "é", "'", '"', "=1", "\\", "\t", "a", "0.00", "<xml>"])
).map("".join) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))


@given(
    st.lists(st.tuples(*[CELLS.filter(lambda cell: ",`" not in cell)] * 4), max_size=6),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["\ufeff", ""]),
    st.integers(1, 700),
    st.booleans(),
)
def test_what_is_written_is_read_back(
    rows: list[tuple[str, str, str, str]], end: str, bom: str, chunk: int, packed: bool
) -> None:
    names = ("device_info", "body", "attach", "rate_remark")
    lines = [payment(**dict(zip(names, row, strict=True))) for row in rows]
    stated = line(
        (f"{len(rows)}.0", f"{len(rows)}.00", "0", "0.0", str(len(rows) * Decimal("0.006")), f"{len(rows)}", "0")
    )
    body = text(ALL, *lines, SUMMARY, stated, end=end, bom=bom)
    data = gzip.compress(body, mtime=0) if packed else body
    chunks = (data[start : start + chunk] for start in range(0, len(data), chunk))
    read = statement.read(chunks)
    assert [tuple(row[name] for name in names) for row in read] == rows
    assert read.totals["count"] == len(rows)
    again = statement.read(data)
    assert list(again.select(*names)) == rows


def test_a_value_loses_one_back_tick_and_nothing_else() -> None:
    (row,) = statement.read(of(payment(body="`quoted`", attach=" ,, ", device_info="``")))
    assert (row["body"], row["attach"], row["device_info"]) == ("`quoted`", " ,, ", "``")


def test_a_bare_carriage_return_is_part_of_its_text() -> None:
    for end in ("\r\n", "\n"):
        (row,) = statement.read(of(payment(body="a\rb"), end=end))
        assert row["body"] == "a\rb"


def test_line_ends_may_be_mixed() -> None:
    body = of(payment("T-1"), payment("T-2"), payment("T-3"), total="3.00", fee="0.018")
    mixed = body.replace(b"\r\n", b"\n", 2)
    assert [row["out_trade_no"] for row in statement.read(mixed)] == ["T-1", "T-2", "T-3"]
    assert [row["rate_remark"] for row in statement.read(mixed)] == ["", "", ""]


@pytest.mark.parametrize("name", ["device_info", "body", "attach", "rate_remark"])
def test_a_text_with_the_separator_in_it_is_refused_and_never_guessed(name: str) -> None:
    with pytest.raises(Malformed, match="line 3 of the statement has 28 cells, its header 27") as caught:
        list(statement.read(of(payment(), payment("T-2", **{name: "a,`0.00"}), total="2.00", fee="0.012")))
    assert "back-tick" in caught.value.remedy


def test_too_many_cells_in_one_row_and_too_few_in_the_next_are_not_one_table() -> None:
    long, short = payment(body="a,`b"), payment("T-2").rpartition(",`")[0]
    with pytest.raises(Malformed, match="28 cells"):
        statement.read(of(long, short, total="2.00", fee="0.012")).verify()


# -- reading once, streaming -------------------------------------------------------------------------------------------


def test_rows_come_before_the_source_has_ended() -> None:
    rows = [payment(f"T-{n}") for n in range(3000)]
    body = of(*rows, total="3000.00", fee="18.00")
    given_out = 0

    def chunks() -> Iterator[bytes]:
        nonlocal given_out
        for start in range(0, len(body), 4096):
            given_out += 4096
            yield body[start : start + 4096]

    read = statement.read(chunks())
    assert next(iter(read))["out_trade_no"] == "T-0"
    assert given_out < 100_000 < len(body)
    assert read.verify()["count"] == 3000


def test_section_8_memory_is_bounded_whatever_the_size() -> None:
    def chunks(rows: int) -> Iterator[bytes]:
        yield text(ALL)
        for n in range(rows):
            yield (payment(f"T-{n}", f"{n % 9000}.{n % 89 + 10}", body="茶, 大杯") + "\r\n").encode()

    def peak(rows: int) -> int:
        tracemalloc.start()
        with pytest.raises(Malformed, match="without its summary"):
            for _ in statement.read(chunks(rows)).select("total_fee", "trade_time", typed=True):
                pass
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    peak(2000)  # fills the bounded caches
    assert peak(9000) < 6 << 20


@pytest.mark.parametrize("packed", [False, True])
def test_bytes_files_and_chunks_are_sources(packed: bool) -> None:
    body = gzip.compress(GOOD, mtime=0) if packed else GOOD
    single = [body[place : place + 1] for place in range(len(body))]
    sources = [body, bytearray(body), memoryview(body), io.BytesIO(body), [body], single, [b"", body, b""]]
    for source in sources:
        assert statement.read(source).verify()["count"] == 1


@pytest.mark.parametrize("source", ["text", io.StringIO("text"), ["text"], None, 7, {"a": 1}, [None], [GOOD, 1]])
def test_a_source_that_gives_no_bytes_is_the_callers_mistake(source: object) -> None:
    with pytest.raises(InvalidRequest, match="bytes"):
        statement.read(source).verify()  # type: ignore[arg-type]


def test_what_the_source_raises_passes_through() -> None:
    def broken() -> Iterator[bytes]:
        yield GOOD[:600]
        raise ConnectionResetError("cut")

    with pytest.raises(ConnectionResetError):
        statement.read(broken()).verify()


def test_a_statement_is_read_once() -> None:
    read = statement.read(GOOD)
    assert len(list(read)) == 1
    for again in (lambda: iter(read), lambda: read.select("body")):
        with pytest.raises(InvalidRequest, match="once"):
            again()
    assert read.verify() == read.totals


def test_totals_before_the_end_are_refused() -> None:
    read = statement.read(GOOD)
    with pytest.raises(InvalidRequest, match="not read to its end"):
        read.totals  # noqa: B018
    cut = statement.read(GOOD[:-8])
    with pytest.raises(Malformed):
        cut.verify()
    with pytest.raises(InvalidRequest, match="refused"):
        cut.verify()


def test_a_cut_statement_gives_its_rows_and_then_is_refused() -> None:
    body = of(*[payment(f"T-{n}") for n in range(2000)], total="2000.00", fee="12")
    seen = []
    with pytest.raises(Malformed, match="without its summary"):
        for row in statement.read(body[: body.rindex(b"T-1999")].rpartition(b"\n")[0]):
            seen.append(row["out_trade_no"])
    assert seen[:2] == ["T-0", "T-1"] and len(seen) <= 1999


def test_m2_sums_are_exact_whatever_the_decimal_context_says() -> None:
    big = payment("T-1", "999999999999.99", fee="0.00000001")
    body = of(big, payment("T-2", "0.01", fee="-0.00000001"), total="0.00", fee="0")
    with decimal.localcontext(decimal.Context(prec=3)):
        with pytest.raises(Malformed, match=r"its rows make 1000000000000 \("):
            statement.read(body).verify()
        body = of(big, payment("T-2", "-0.01", fee="-0.00000001"), total="999999999999.98", fee="0")
        assert str(statement.read(body).verify()["total_fee"]) == "999999999999.98"


def test_many_different_amounts_are_summed_and_read_all_the_same() -> None:
    fen = range(1, 33_000)
    rows = [payment("T", f"{n // 100}.{n % 100:02d}", fee="") for n in fen]
    read = statement.read(of(*rows, total=str(Decimal(sum(fen)) / 100), fee="0"))
    assert sum(amount for (amount,) in read.select("total_fee", typed=True)) == read.totals["total_fee"]


# -- gzip --------------------------------------------------------------------------------------------------------------

PACKED = gzip.compress(GOOD, mtime=0)


def test_section_8_gzip_cut_at_any_byte_is_refused() -> None:
    assert statement.read(PACKED).verify()["count"] == 1
    for end in range(len(PACKED)):
        with pytest.raises(Malformed):
            statement.read(PACKED[:end]).verify()


def test_section_8_gzip_with_any_bit_turned_is_refused_or_reads_the_same() -> None:
    want = [dict(row) for row in statement.read(GOOD)]
    for place in range(len(PACKED)):
        for bit in range(8):
            body = bytearray(PACKED)
            body[place] ^= 1 << bit
            try:
                rows = [dict(row) for row in statement.read(body)]
            except Malformed:
                continue
            assert rows == want, "the gzip header's time and system, and the padding, carry nothing"


def test_section_8_a_bomb_is_refused_at_once() -> None:
    taken = 0

    def bomb() -> Iterator[bytes]:
        nonlocal taken
        packer = zlib.compressobj(9, wbits=31)
        yield packer.compress(text(ALL))
        while True:
            chunk = packer.compress(bytes(1 << 20))
            taken += len(chunk)
            yield chunk

    with pytest.raises(Malformed, match="200:1"):
        statement.read(bomb()).verify()
    assert taken < 100_000


def test_section_8_the_limits_of_inflation_can_be_raised_by_argument() -> None:
    rows = 20_000
    body = gzip.compress(of(*[payment()] * rows, total=f"{rows}.00", fee=f"{rows * Decimal('0.006')}"), mtime=0)
    with pytest.raises(Malformed, match="raise ratio"):
        statement.read(body).verify()
    assert statement.read(body, ratio=1000).verify()["count"] == rows
    with pytest.raises(Malformed, match="65536 bytes a read"):
        statement.read(body, ratio=1000, inflated_per_read=1 << 16).verify()


# -- refusals ----------------------------------------------------------------------------------------------------------

ACCEPT = ""
XML = "<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[No Bill Exist]]></return_msg></xml>"
TABLE: dict[str, tuple[bytes, str]] = {
    "as downloaded": (GOOD, ACCEPT),
    "without BOM": (GOOD[3:], ACCEPT),
    "LF": (of(payment(), end="\n"), ACCEPT),
    "no line end at the end": (GOOD.rstrip(), ACCEPT),
    "blank lines at the end": (GOOD + b"\r\n \r\n\n", ACCEPT),
    "no rows": (of(total="0.00", fee="0"), ACCEPT),
    "empty refund amounts": (of(payment(refund_fee="", settlement_refund_fee="", coupon_refund_fee="")), ACCEPT),
    "summary with the older five columns": (
        text(ALL, payment(), SUMMARIES["older ALL"], "`1,`1.00,`0.00,`0.00,`0.006"), ACCEPT,
    ),
    "without the remark on the rate": (
        text(SUCCESS.removesuffix(",费率备注"), line(["x"] * 12 + ["1.00", "0", "b", "", "0", "1%", "1.00"]), SUMMARY,
             "`1,`1.00,`0,`0,`0,`1.00,`0"), ACCEPT,
    ),
    "a line of 64 KiB": (of(payment(body="x" * (65536 - len(payment()) - 2))), ACCEPT),
    "nothing": (b"", "empty"),
    "blanks": (b"\r\n \n", "empty"),
    "a BOM": (b"\xef\xbb\xbf", "empty"),
    "two BOMs": (b"\xef\xbb\xbf" + GOOD, "unknown columns"),
    "an error reply": (XML.encode(), "error reply.*names the error"),
    "an error reply, packed": (gzip.compress(XML.encode(), mtime=0), "error reply"),
    "a long error reply": ((XML + "x" * 40_000).encode(), "error reply"),
    "a page of a proxy": (b"\n<html>502</html>", "page of some proxy"),
    "an error of API v3": (b'{"code":"NO_STATEMENT_EXIST"}', "unknown columns"),
    "a row first": (GOOD[3:].partition(b"\n")[2], "header is missing"),
    "an unknown column": (GOOD.replace("设备号".encode(), b"Device"), "unknown columns: 'Device'"),
    "a column twice": (GOOD.replace("设备号".encode(), "商户号".encode()), "no kind has this set"),
    "a column twice under two names": (GOOD.replace("设备号".encode(), "子商户号".encode()), "no kind has this set"),
    "a column missing": (GOOD.replace("设备号,".encode(), b""), "26 columns"),
    "70 000 columns": (b"," * 60_000 + b"\n", "unknown columns"),
    "60 000 brackets": (b"(" * 60_000 + b"\n", "unknown columns"),
    "no summary": (text(ALL, payment()), "line 2 without its summary"),
    "header only": (text(ALL), "line 1 without its summary"),
    "half a summary": (text(ALL, payment(), SUMMARY), "line 3 without its summary"),
    "summary without back-ticks": (text(ALL, payment(), SUMMARY, "1,1.00,0,0,0.006,1.00,0"), "neither a row nor"),
    "summary before the rows": (text(ALL, SUMMARY, "`0,`0,`0,`0,`0,`0,`0", payment()), "neither a row nor"),
    "a blank line between rows": (of(payment(), "", payment("T-2"), total="2", fee="0.012"), "neither a row nor"),
    "a line end in a text": (of(payment(body="a\nb")), "cells"),
    "a line end in the last text": (of(payment(rate_remark="a\nb")), "neither a row nor"),
    "a summary of another kind": (text(ALL, payment(), SUMMARIES["fundflow"], "`1,`0,`0,`0,`0"), "does not belong"),
    "a summary that begins with a sum": (
        text(ALL, payment(), "订单总金额,总交易单数", "`1.00,`1"), "does not belong there: '订单总金额'",
    ),
    "an unknown sum": (text(ALL, payment(), "总交易单数,总", "`1,`1"), "does not belong there: '总'"),
    "a sum twice": (text(ALL, payment(), "总交易单数,订单总金额,订单总金额", "`1,`1.00,`1.00"), "3 cells for 2"),
    "a sum under two names": (text(ALL, payment(), "总交易单数,订单总金额,总交易额", "`1,`1.00,`1.00"), "twice"),
    "a sum too many": (of(payment()).rstrip() + b",`0.00\r\n", "8 cells for 7"),
    "a wrong count": (of(payment(), count="2"), "count 2, its rows make 1"),
    "half a row": (of(payment(), count="1.5"), "count 1.5, its rows make 1"),
    "a count in words": (of(payment(), count="one"), "count of the statement's summary is not a decimal"),
    "a wrong sum": (of(payment(), total="1.01"), "settlement_total_fee 1.01, its rows make 1 "),
    "a wrong fee": (of(payment(), fee="0.006001"), "fee 0.006001, its rows make 0.006 "),
    "a sum that is no amount": (of(payment(), total="1,00"), "not a decimal"),
    "an amount in other digits": (of(payment(amount="１.00")), "line 2 of the statement, settlement_total_fee"),
    "an amount with an exponent": (of(payment(amount="1E0")), "not a decimal"),
    "an amount with a blank": (of(payment(amount="1.00 ")), "not a decimal"),
    "an amount with an underscore": (of(payment(amount="1_0.00")), "not a decimal"),
    "a line over 64 KiB": (of(payment(body="x" * 65536)), "longer than 65536"),
    "a line without an end": (text(ALL) + b"`" + b"x" * 200_000, "longer than 65536"),
    "200 000 blank lines at the end": (GOOD + b"\n" * 200_000, "neither a row nor"),
    "GBK": (GOOD[3:].decode().encode("gbk"), "line 1 of the statement is not UTF-8"),
    "UTF-16": (GOOD[3:].decode().encode("utf-16"), "not UTF-8"),
    "a broken text": (of(payment(), payment("T-2", body="茶")).replace(b"\x8c\xb6", b"\x8c"), "line 3 .*not UTF-8"),
    "a surrogate": (of(payment(body="%")).replace(b"%,", b"\xed\xa0\x80,"), "line 2 .*not UTF-8"),
    "a broken summary": (GOOD.replace("总交易单数".encode(), b"\xff"), "not UTF-8"),
    "gzip twice": (PACKED + PACKED, "bytes follow"),
    "gzip in gzip": (gzip.compress(PACKED, mtime=0), "not UTF-8|unknown columns"),
    "gzip and a line end": (PACKED + b"\n", "bytes follow"),
    "gzip of nothing": (gzip.compress(b"", mtime=0), "empty"),
    "zip": (b"PK\x03\x04" + bytes(40), "unknown columns"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_section_8_bad_and_odd_statements(name: str) -> None:
    body, refusal = TABLE[name]
    if refusal:
        with pytest.raises(Malformed, match=refusal) as caught:
            statement.read(body).verify()
        assert len(str(caught.value)) < 400
    else:
        assert statement.read(body).verify()["count"] in (0, 1)


def test_bytes_behind_the_end_are_found_in_a_chunk_of_their_own() -> None:
    with pytest.raises(Malformed, match="bytes follow"):
        statement.read([PACKED, b"x"]).verify()


def test_a_summary_split_over_blocks_is_read_whole() -> None:
    for padding in range(120):
        row = payment(body="x" * (32768 - len(text(ALL)) - len(payment()) - 80 + padding))
        assert statement.read(of(row)).verify()["count"] == 1


@given(st.integers(0, 2**32), st.integers(1, 4), st.booleans())
def test_section_8_a_mutated_statement_is_read_or_refused_and_raises_nothing_foreign(
    seed: int, changes: int, packed: bool
) -> None:
    dice = random.Random(seed)
    source = bytearray(gzip.compress(one_row("ALL"), mtime=0) if packed else one_row(dice.choice(list(HEADERS))))
    for _ in range(changes):
        place = dice.randrange(len(source))
        change = dice.choice([b"", b"`", b",`", b"\n", b"\r\n", b"\xff", b"0", b"-", bytes([dice.randrange(256)])])
        source[place : place + dice.choice([0, 1, 7])] = change
    try:
        for row in statement.read(bytes(source)):
            row.as_dict()
            row.typed.as_dict()
    except WXPayError as error:
        assert isinstance(error, Malformed), error


# -- CSV ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_section_8_a_text_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert safe_cell(start) == f"'{start}"


@pytest.mark.parametrize("amount", ["-0.01", "0.00", "-1", "12.34000"])
def test_an_amount_stays_a_number(amount: str) -> None:
    assert safe_cell(amount) == amount


@pytest.mark.parametrize("cell", ["-1+1", "+1", "-", "-.5", "-1.", "-１", "-1\n", "--1", "-1e5"])
def test_what_only_looks_like_an_amount_gets_an_apostrophe(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "茶", "a=b", "'=1", " =1", "0.60%"])
def test_other_texts_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell
