"""Statements as the gateway writes them: their days, their columns, and what a second reader makes of them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.simulator.shop import ORDER, OTHER_SUB_MCH_ID, Shop, outcome
from wxpay_v2.simulator.statements import KINDS
from wxpay_v2.v2 import statement

DAY = 86400.0
HOUR = 3600.0
TODAY = "20260922"


@pytest.fixture
def shop() -> Iterator[Shop]:
    """An institution of the global region, at noon."""
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture
def mainland() -> Iterator[Shop]:
    shop = Shop("direct", region="mainland", currency="CNY")
    yield shop
    shop.close()


def a_day_of_trade(shop: Shop, fee_type: str) -> None:
    """Two payments, one unpaid order, two part refunds, a quick pay that is reversed; then the next noon."""
    shop.paid("T-1", fee_type=fee_type, attach="a, b", body="Tea, green\n`hot`", device_info="till-1")
    shop.paid("T-2", fee_type=fee_type)
    shop.place("T-3", fee_type=fee_type)
    shop.refund("R-1", fee=300)
    shop.refund("R-2", fee=200, refund_account="REFUND_SOURCE_RECHARGE_FUNDS")
    shop.charge("Q-1", fee_type=fee_type)
    shop.ask("reverse", out_trade_no="Q-1")
    shop.charge("Q-2", fee_type=fee_type, auth_code=shop.gateway.new_payment_code(needs_password=True))
    shop.ask("reverse", out_trade_no="Q-2")
    shop.clock.advance(DAY)


def download(shop: Shop, **fields: str) -> bytes:
    answer = shop.send("download_bill", **{"bill_date": TODAY, **fields})
    assert answer.headers["Content-Type"].startswith("text/plain"), answer.body
    return answer.body


@pytest.mark.parametrize("kind", ["ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND"])
def test_a_mainland_statement_of_each_kind_is_read_again_with_its_totals(mainland: Shop, kind: str) -> None:
    a_day_of_trade(mainland, "CNY")
    read = statement.read(download(mainland, bill_type=kind))
    rows = [(row["trade_state"], row["out_trade_no"]) for row in read]
    payments = [("SUCCESS", "T-1"), ("SUCCESS", "T-2"), ("SUCCESS", "Q-1")]
    refunds = [("REFUND", "T-1"), ("REFUND", "T-1")]
    expected = {
        "ALL": [*payments, ("REVOKED", "Q-1"), *refunds], "SUCCESS": payments, "REFUND": refunds,
        "RECHARGE_REFUND": refunds[:1],
    }  # fmt: skip
    assert sorted(rows) == sorted(expected[kind])
    assert read.kind == kind
    assert len(read.names) == {"ALL": 27, "SUCCESS": 20, "REFUND": 29, "RECHARGE_REFUND": 28}[kind]
    assert read.columns == tuple(KINDS[kind])
    assert read.totals["count"] == len(rows)


def test_the_totals_of_a_mainland_day_are_its_payments_and_what_was_given_back(mainland: Shop) -> None:
    a_day_of_trade(mainland, "CNY")
    totals = statement.read(download(mainland)).verify()
    assert totals == {
        "count": 6, "total_fee": Decimal("30.00"), "settlement_total_fee": Decimal("30.00"),
        "refund_fee": Decimal("15.00"), "settlement_refund_fee": Decimal("15.00"), "coupon_refund_fee": Decimal("0.00"),
        "fee": Decimal("0.09"),
    }  # fmt: skip


def test_a_global_statement_is_read_again_in_two_currencies(shop: Shop) -> None:
    a_day_of_trade(shop, "USD")
    read = statement.read(download(shop))
    assert (read.kind, len(read.names)) == ("global", 35)
    rows = list(read)
    paid = next(row for row in rows if row["trade_state"] == "SUCCESS" and row["out_trade_no"] == "Q-1")
    assert (paid["fee_type"], paid["total_fee"]) == ("USD", "10.00")
    assert (paid["cash_fee_type"], paid["cash_fee"], paid["exchange_rate"]) == ("CNY", "72.00", "720000000")
    assert (paid["settlement_fee_type"], paid["settlement_total_fee"]) == ("HKD", "78.26")
    refund = next(row for row in rows if row["out_refund_no"] == "R-1")
    assert (refund["refund_fee"], refund["cash_refund_fee"]) == ("3.00", "21.60")
    assert (refund["settlement_refund_fee"], refund["settlement_refund_fee_type"]) == ("23.48", "HKD")
    assert (refund["total_fee"], refund["refund_status"], refund["refund_type"]) == ("0.00", "SUCCESS", "ORIGINAL")


def test_the_bytes_are_those_of_the_real_format(shop: Shop) -> None:
    shop.paid(attach="a, b", device_info="till-1")
    shop.clock.advance(DAY)
    text = download(shop)
    assert text.startswith(b"\xef\xbb\xbfTransaction time,Official account ID(appid),")
    header, row, summary, totals, end = text.split(b"\r\n")
    assert row.startswith(b"`2026-09-22 12:00:00,`wx8888888888888888,`1900000109,`1900000110,`till-1,`42000")
    assert b",`Tea,`a, b,`0.06000,`0.60%,`CNY,`9.20,`" in row
    assert (header.count(b","), row.count(b",`"), summary[:1], totals, end) == (34, 34, b"T", b"`1.0", b"")


def test_a_line_end_in_a_text_becomes_a_blank(shop: Shop) -> None:
    a_day_of_trade(shop, "HKD")
    bodies = {row["body"] for row in statement.read(download(shop)) if row["out_trade_no"] == "T-1"}
    assert bodies == {"Tea, green `hot`"}


def test_gzip_is_one_stream_of_the_same_bytes(shop: Shop) -> None:
    shop.paid()
    shop.clock.advance(DAY)
    assert gzip.decompress(download(shop, tar_type="GZIP")) == download(shop)


def test_a_currency_without_a_smaller_unit_has_two_decimals_all_the_same(shop: Shop) -> None:
    shop.paid(fee_type="JPY", total_fee="199")
    shop.clock.advance(DAY)
    (row,) = statement.read(download(shop))
    assert (row["total_fee"], row["cash_fee"], row["fee"]) == ("199.00", "9.55", "1.00000")


def test_the_largest_amount_in_the_dearest_currency_is_written_out(shop: Shop) -> None:
    shop.paid(fee_type="KWD", total_fee="9999999999")
    shop.clock.advance(DAY)
    (row,) = statement.read(download(shop))
    assert (row["total_fee"], row["cash_fee"]) == ("9999999.999", "234999999.98")


def test_a_statement_covers_one_beijing_day(shop: Shop) -> None:
    shop.clock.advance(12 * HOUR - 1)
    shop.paid("T-1")
    shop.clock.advance(1)
    shop.paid("T-2")
    shop.refund("R-1", of="T-1")
    shop.clock.advance(34 * HOUR)
    assert [row["out_trade_no"] for row in statement.read(download(shop))] == ["T-1"]
    next_day = statement.read(download(shop, bill_date="20260923"))
    assert [(row["trade_state"], row["out_trade_no"]) for row in next_day] == [("SUCCESS", "T-2"), ("REFUND", "T-1")]


def test_a_statement_is_there_from_ten_in_the_morning_of_the_next_day(shop: Shop) -> None:
    shop.paid()
    assert outcome(shop.ask("download_bill", bill_date=TODAY)) == "Bill Creating"
    shop.clock.advance(22 * HOUR - 1)
    assert outcome(shop.ask("download_bill", bill_date=TODAY)) == "Bill Creating"
    shop.clock.advance(1)
    assert b"T-1" in download(shop)


def test_a_day_without_trades_is_no_bill_exist_even_when_gzip_was_asked_for(shop: Shop) -> None:
    shop.place("T-1")
    shop.clock.advance(DAY)
    told = shop.ask("download_bill", bill_date=TODAY, tar_type="GZIP")
    assert told == {"return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002"}
    assert outcome(shop.ask("download_bill", bill_date="00010101")) == "No Bill Exist"


@pytest.mark.parametrize("day", ["20260230", "2026-9-2", "today", "20260924", "99991231"])
def test_a_day_that_is_none_or_has_not_begun_is_refused(shop: Shop, day: str) -> None:
    told = shop.ask("download_bill", bill_date=day)
    assert (told["return_msg"], told["error_code"]) == ("invalid bill_date", "20001")


def test_a_statement_refuses_in_its_own_words(shop: Shop) -> None:
    assert outcome(shop.ask("download_bill", bill_date=TODAY, bill_type="SOME")) == "invalid bill_type"
    assert outcome(shop.ask("download_bill", bill_date=TODAY, bill_type="RECHARGE_REFUND")) == "invalid bill_type"
    assert outcome(shop.ask("download_bill")) == "missing parameter"
    assert outcome(shop.ask("download_bill", bill_date=TODAY, tar_type="ZIP")) == "data format error"
    assert outcome(shop.ask("download_bill", bill_date=TODAY, key="0" * 32)) == "SIGN ERROR"
    assert outcome(shop.ask("download_bill", bill_date=TODAY, sub_mch_id="1")) == "data format error"


def test_an_institution_gets_all_its_sub_merchants_or_the_one_it_names(shop: Shop) -> None:
    shop.paid("T-1")
    shop.ask("unified_order", **{**ORDER, "out_trade_no": "T-2", "sub_mch_id": OTHER_SUB_MCH_ID})
    shop.gateway.pay("T-2")
    shop.clock.advance(DAY)

    def numbers(**which: str | None) -> list[str]:
        answer = shop.send("download_bill", bill_date=TODAY, **which)
        return [row["out_trade_no"] for row in statement.read(answer.body)]

    assert numbers(sub_mch_id=None) == ["T-1", "T-2"]
    assert numbers() == ["T-1"]
    assert numbers(sub_mch_id=OTHER_SUB_MCH_ID) == ["T-2"]


def test_a_terminal_gets_its_own_trades(shop: Shop) -> None:
    shop.paid("T-1", device_info="till-1")
    shop.paid("T-2")
    shop.clock.advance(DAY)
    assert [row["out_trade_no"] for row in statement.read(download(shop, device_info="till-1"))] == ["T-1"]


# -- fund flow ---------------------------------------------------------------------------------------------------------


def flow(shop: Shop, **fields: str) -> bytes:
    answer = shop.send("download_fund_flow", **{"bill_date": TODAY, "account_type": "Basic", **fields})
    assert answer.headers["Content-Type"].startswith("text/plain"), answer.body
    return answer.body


def test_a_fund_flow_is_read_again_with_its_totals_and_its_balance_adds_up(mainland: Shop) -> None:
    a_day_of_trade(mainland, "CNY")
    read = statement.read(flow(mainland))
    rows = [row.typed for row in read]
    assert read.kind == "fundflow"
    assert read.totals == {
        "count": 12, "income_count": 6, "income": Decimal("30.09"), "expense_count": 6, "expense": Decimal("15.18"),
    }  # fmt: skip
    balance = Decimal(0)
    for row in rows:
        balance += row["amount"] if row["direction"] == "收入" else -row["amount"]  # type: ignore[operator]
        assert row["balance"] == balance
    assert len({row["flow_no"] for row in rows}) == len(rows)
    assert {row["business_name"] for row in rows} == {"交易", "退款", "扣除交易手续费", "退还交易手续费"}


def test_the_balance_of_a_fund_flow_goes_on_from_the_day_before(mainland: Shop) -> None:
    mainland.paid("T-1", fee_type="CNY")
    mainland.clock.advance(DAY)
    mainland.refund("R-1", of="T-1", fee=400)
    mainland.clock.advance(DAY)
    first, second = (list(statement.read(flow(mainland, bill_date=day))) for day in (TODAY, "20260923"))
    assert [row["balance"] for row in first] == ["10.00", "9.94"]
    assert [(row["balance"], row["voucher_no"][:3]) for row in second] == [("5.94", "500"), ("5.96", "500")]


def test_a_fund_flow_may_be_gzip(mainland: Shop) -> None:
    mainland.paid(fee_type="CNY", body="Tea\ngreen")
    mainland.clock.advance(DAY)
    assert gzip.decompress(flow(mainland, tar_type="GZIP")) == flow(mainland)
    assert [row["remark"] for row in statement.read(flow(mainland))] == ["Tea green"] * 2


def test_a_fund_flow_refuses_in_its_own_words(mainland: Shop) -> None:
    asked = {"bill_date": TODAY, "account_type": "Basic"}
    mainland.paid(fee_type="CNY")
    assert outcome(mainland.ask("download_fund_flow", **asked)) == "BILL_CREATING"
    assert outcome(mainland.ask("download_fund_flow", **{**asked, "bill_date": "20260924"})) == "PARAM_ERROR"
    assert outcome(mainland.ask("download_fund_flow", **{**asked, "bill_date": "20260920"})) == "NO_BILL_EXIST"
    assert outcome(mainland.ask("download_fund_flow", **{**asked, "bill_date": "20120101"})) == "NO_BILL_EXIST"
    mainland.clock.advance(DAY)
    for account in ("Operation", "Fees"):
        assert outcome(mainland.ask("download_fund_flow", **{**asked, "account_type": account})) == "NO_BILL_EXIST"
