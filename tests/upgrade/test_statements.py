"""Statements over API v3: what is asked for, and the Global one written anew in v2's form."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.upgrade.cases import GLOBAL, MAINLAND, MCH_ID, SUB_MCH_ID, case, checked, sent, upgrade
from wxpay_v2 import call
from wxpay_v2.errors import InvalidRequest, Malformed, Refused
from wxpay_v2.upgrade import statements
from wxpay_v2.upgrade.answer import Losses, UpgradedResult
from wxpay_v2.upgrade.statement_columns import COLUMNS, HEADINGS, LOST, Rendering
from wxpay_v2.v2.statement import Statement, read

DAY = {"bill_date": "20261119"}


# What is asked for.


def test_abroad_the_day_is_compact_and_the_rows_are_all() -> None:
    target, document = sent("download_bill", {**DAY, "bill_type": "REFUND"}, region=GLOBAL)
    assert (target, document) == ("statements", {"date": "20261119", "mchid": MCH_ID})


def test_abroad_an_institution_names_itself_and_its_sub_merchant() -> None:
    _, document = sent("download_bill", {**DAY, "tar_type": "GZIP"}, region=GLOBAL, sub=True)
    assert document == {"date": "20261119", "sp_mchid": MCH_ID, "sub_mchid": SUB_MCH_ID}


def test_in_the_mainland_the_day_has_dashes_and_the_kind_is_asked_for() -> None:
    fields = {**DAY, "bill_type": "SUCCESS", "tar_type": "GZIP"}
    target, document = sent("download_bill", fields, region=MAINLAND, sub=True)
    assert target == "bill_trade"
    assert document == {
        "bill_date": "2026-11-19", "bill_type": "SUCCESS", "tar_type": "GZIP", "sub_mchid": SUB_MCH_ID,
    }  # fmt: skip


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
@pytest.mark.parametrize("more", [{"bill_type": "RECHARGE_REFUND"}, {"device_info": "POS1"}])
def test_a_choice_that_v3_cannot_make_is_refused_before_anything_is_sent(region: str, more: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest, match=next(iter(more))):
        checked(case("download_bill", {**DAY, **more}, region=region))


@pytest.mark.parametrize(("v2", "v3"), [("Basic", "BASIC"), ("Operation", "OPERATION"), ("Fees", "FEES")])
def test_a_fund_flow_is_asked_by_account(v2: str, v3: str) -> None:
    target, document = sent("download_fund_flow", {**DAY, "account_type": v2})
    assert (target, document) == ("bill_fund_flow", {"bill_date": "2026-11-19", "account_type": v3})


def test_abroad_there_is_no_fund_flow_and_the_refusal_says_what_there_is() -> None:
    assert not case("download_fund_flow", {**DAY, "account_type": "Basic"}, region=GLOBAL).target
    otherwise = upgrade("download_fund_flow").otherwise
    assert otherwise is not None
    assert "settlement_query" in otherwise.remedy


# The statement itself.

PAYMENT = {
    "交易时间": "2026-11-19 10:00:00", "公众账号ID": "wx1", "商户号": "1900000109", "子商户号": "1900000110",
    "设备号": "POS1", "微信订单号": "42", "商户订单号": "T1", "用户标识": "o1", "交易类型": "MICROPAY",
    "交易状态": "SUCCESS", "付款银行": "CMC", "充值券币种": "CNY", "充值券金额": "0.00", "优惠券币种": "CNY",
    "优惠券金额": "0.00", "微信退款单号": "0", "商户退款单号": "0", "退款类型": "", "退款状态": "",
    "商品名称": "Tea", "商户数据包": "shop", "手续费": "0.01000", "费率": "1.00%", "标价币种": "HKD",
    "订单金额(标价币种)": "1.00", "用户支付币种": "CNY", "用户支付金额": "0.92", "结算币种": "HKD",
    "应结订单金额": "1.00", "支付汇率": "92000000", "退款汇率": "0", "申请退款金额": "0.00", "用户退款币种": "",
    "用户退款金额": "0.00", "退款结算币种": "", "退款应结订单金额": "0.00", "充值券退款金额": "0.00",
    "优惠券退款金额": "0.00",
}  # fmt: skip
REFUND = {
    **PAYMENT, "交易状态": "REFUND", "微信退款单号": "50", "商户退款单号": "R1", "退款类型": "ORIGINAL",
    "退款状态": "SUCCESS", "手续费": "-0.00500", "订单金额(标价币种)": "0.00", "申请退款金额": "0.50",
    "用户退款币种": "CNY", "用户退款金额": "0.46", "退款结算币种": "HKD", "退款应结订单金额": "0.50",
    "退款汇率": "92000000",
}  # fmt: skip


def statement(*rows: dict[str, str], headings: tuple[str, ...] = HEADINGS, end: str = "\n", tail: str = "") -> bytes:
    """A statement of API v3 Global, by its page's words."""
    lines = [",".join(headings), *("`" + ",`".join(row[name] for name in headings) for row in rows)]
    return (end.join(lines) + end + tail).encode()


def rendered(source: bytes, *states: str) -> bytes:
    return b"".join(Rendering(source, states).chunks())


def rows(source: bytes, *states: str) -> list[dict[str, str]]:
    """The rows that v2's reader finds, with the summary proved."""
    found: Statement = read(rendered(source, *states))
    assert found.kind == "global"
    return [row.as_dict() for row in found]


def test_the_statement_is_one_of_v2() -> None:
    text = rendered(statement(PAYMENT, REFUND))
    assert text.startswith(b"\xef\xbb\xbfTransaction time,Official account ID(appid),Vendor ID(mch_id),")
    heading, *lines = text.decode("utf-8-sig").split("\r\n")
    assert heading.split(",") == [column.heading for column in COLUMNS]
    assert len(COLUMNS) == 35
    assert [line.count(",`") for line in lines[:2]] == [34, 34]
    assert lines[-1] == ""


def test_v2s_reader_reads_every_column() -> None:
    payment, refund = rows(statement(PAYMENT, REFUND))
    assert payment == {
        "trade_time": "2026-11-19 10:00:00", "appid": "wx1", "mch_id": "1900000109", "sub_mch_id": "1900000110",
        "device_info": "POS1", "transaction_id": "42", "out_trade_no": "T1", "openid": "o1", "trade_type": "MICROPAY",
        "trade_state": "SUCCESS", "bank_type": "CMC", "fee_type": "HKD", "total_fee": "1.00", "coupon_fee": "0.00",
        "refund_id": "0", "out_refund_no": "0", "refund_fee": "0.00", "coupon_refund_fee": "0.00", "refund_type": "",
        "refund_status": "", "body": "Tea", "attach": "shop", "fee": "0.01000", "rate": "1.00%",
        "cash_fee_type": "CNY", "cash_fee": "0.92", "settlement_fee_type": "HKD", "settlement_total_fee": "1.00",
        "exchange_rate": "92000000", "refund_exchange_rate": "0", "cash_refund_fee": "0.00",
        "cash_refund_fee_type": "", "refund_fee_type": "", "settlement_refund_fee_type": "",
        "settlement_refund_fee": "0.00",
    }  # fmt: skip
    assert (refund["refund_id"], refund["out_refund_no"], refund["refund_fee"]) == ("50", "R1", "0.50")
    assert (refund["cash_refund_fee"], refund["cash_refund_fee_type"]) == ("0.46", "CNY")
    assert (refund["refund_fee_type"], refund["settlement_refund_fee_type"]) == ("HKD", "HKD")
    assert refund["settlement_refund_fee"] == "0.50"


def test_columns_are_found_by_their_headings() -> None:
    assert rows(statement(PAYMENT, headings=HEADINGS[::-1])) == rows(statement(PAYMENT))


def test_brackets_of_either_width_and_blanks_are_one_heading() -> None:
    source = statement(PAYMENT).decode().replace("(标价币种)", "（标价币种）").replace("商户号,", " 商户号 ,", 1)
    assert rows(source.encode()) == rows(statement(PAYMENT))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_bom_make_no_difference(end: str, bom: bytes) -> None:
    assert rendered(bom + statement(PAYMENT, REFUND, end=end)) == rendered(statement(PAYMENT, REFUND))


def test_a_compressed_statement_is_read_as_it_comes() -> None:
    assert rendered(gzip.compress(statement(PAYMENT))) == rendered(statement(PAYMENT))


_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40).filter(
    lambda text: ",`" not in text  # what no reader could tell from the end of a cell
)


@given(_texts, _texts)
def test_texts_with_commas_and_back_ticks_stay_as_they_are(body: str, attach: str) -> None:
    (row,) = rows(statement({**PAYMENT, "商品名称": body, "商户数据包": attach}))
    assert (row["body"], row["attach"]) == (body, attach)


_cents = st.integers(-(10**9), 10**9).map(lambda cents: f"{Decimal(cents).scaleb(-2):.2f}")


@given(st.lists(st.tuples(_cents, _cents, st.sampled_from(["HKD", "USD"])), min_size=1, max_size=8))
def test_sums_are_exact_and_told_for_one_currency_alone(amounts: list[tuple[str, str, str]]) -> None:
    source = statement(
        *(
            {**PAYMENT, "订单金额(标价币种)": total, "手续费": fee, "标价币种": money, "结算币种": money}
            for total, fee, money in amounts
        )
    )
    totals = read(rendered(source)).verify()
    assert totals["count"] == len(amounts)
    if len({money for _, _, money in amounts}) == 1:
        assert totals["Total amount"] == sum(Decimal(total) for total, _, _ in amounts)
        assert totals["Total fee"] == sum(Decimal(fee) for _, fee, _ in amounts)
    else:
        assert totals.keys() == {"count"}


@pytest.mark.parametrize(("states", "kept"), [(("SUCCESS",), ["T1"]), (("REFUND",), ["T2"]), ((), ["T1", "T2", "T3"])])
def test_rows_are_chosen_by_their_state_and_the_summary_is_of_those(states: tuple[str, ...], kept: list[str]) -> None:
    source = statement(PAYMENT, {**REFUND, "商户订单号": "T2"}, {**REFUND, "商户订单号": "T3", "交易状态": "REVOKED"})
    assert [row["out_trade_no"] for row in rows(source, *states)] == kept
    totals = read(rendered(source, *states)).verify()
    assert totals["count"] == len(kept)
    assert totals["Total refund amount"] == Decimal("0.50") * (len(kept) - ("T1" in kept))


def test_when_no_row_is_kept_the_count_says_so() -> None:
    rendering = Rendering(statement(PAYMENT), ("REFUND",))
    assert list(rendering.chunks())
    assert rendering.count == 0


def test_the_two_kinds_of_coupons_are_one_amount() -> None:
    coupons = {"充值券金额": "0.10", "优惠券金额": "0.25", "充值券退款金额": "0.0", "优惠券退款金额": "0.125"}
    (row,) = rows(statement({**PAYMENT, **coupons}))
    assert (row["coupon_fee"], row["coupon_refund_fee"]) == ("0.35", "0.125")


def test_coupons_in_two_currencies_are_left_out_and_told_as_lost() -> None:
    coupons = {"充值券币种": "CNY", "充值券金额": "0.10", "优惠券币种": "HKD", "优惠券金额": "0.25"}
    rendering = Rendering(statement({**PAYMENT, **coupons}))
    (row,) = [row.as_dict() for row in read(b"".join(rendering.chunks()))]
    assert row["coupon_fee"] == ""
    assert rendering.lost == {"Coupon amount": LOST["Coupon amount"]}


def test_a_rate_of_another_pair_of_currencies_is_left_out_and_told_as_lost() -> None:
    rendering = Rendering(statement({**REFUND, "标价币种": "USD"}))
    (row,) = [row.as_dict() for row in read(b"".join(rendering.chunks()))]
    assert (row["exchange_rate"], row["refund_exchange_rate"]) == ("", "")
    assert rendering.lost.keys() == {"Exchange rate", "Refund exchange rate"}


def test_what_was_told_is_not_lost() -> None:
    rendering = Rendering(statement(PAYMENT, REFUND))
    list(rendering.chunks())
    assert not rendering.lost


def test_a_summary_of_v3s_own_is_held_against_the_rows() -> None:
    tail = "总交易单数,订单总金额\n`{},`1.00\n"
    assert rows(statement(PAYMENT, tail=tail.format("1.0"))) == rows(statement(PAYMENT))
    assert rows(statement(PAYMENT, REFUND, tail=tail.format("2")), "SUCCESS") == rows(statement(PAYMENT))
    with pytest.raises(Malformed, match="another number of rows"):
        rendered(statement(PAYMENT, tail=tail.format("2.0")))


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\n",
        b'{"code":"NO_STATEMENT_EXIST"}',
        statement(PAYMENT).replace("交易状态".encode(), b"state"),
        statement(PAYMENT).replace("设备号".encode(), "商户号".encode(), 1),
        statement(PAYMENT).replace(b"`Tea", b"`Tea,`x"),
        statement(PAYMENT).replace(b",`Tea", b""),
        statement(PAYMENT, tail="summary\n"),
        statement(PAYMENT, tail="count\n`one\n"),
        statement(PAYMENT, tail="count\n`1\nmore\n"),
        statement({**PAYMENT, "手续费": "x"}),
        statement(PAYMENT) + b"`\xff\n",
        gzip.compress(statement(PAYMENT), mtime=0)[:-9],
    ],
)
def test_s8_what_is_no_statement_is_refused(source: bytes) -> None:
    with pytest.raises(Malformed):
        rendered(source)


def test_it_goes_line_by_line() -> None:
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        yield statement()
        for _ in range(3000):
            taken += 1
            yield statement(PAYMENT).split(b"\n", 1)[1]

    chunks = Rendering(pieces()).chunks()
    for _ in range(3):
        next(chunks)
    assert taken < 3000
    assert sum(1 for _ in chunks) == 3000 - 2 + 1


# The call.


def downloaded(text: bytes, **fields: str) -> Any:
    """The Result of download_bill abroad, where API v3 answers *text*."""
    asked = case("download_bill", {**DAY, **fields}, region=GLOBAL)
    prepared = SimpleNamespace(
        case=asked, operation=asked.operation, fields=asked.fields, upgrade=upgrade("download_bill"),
        row=SimpleNamespace(response_format="csv"), document={},
    )  # fmt: skip
    request = call.Request("GET", "/v3/global/statements", b"", operation=asked.operation, fields=asked.fields)
    v3 = SimpleNamespace(request=lambda *given, **more: request)
    protocol = SimpleNamespace(v3=v3, losses=lambda call_name, reasons: Losses(reasons, call_name))

    def ask(sent: call.Request) -> Any:
        assert sent is request
        yield call.Pause(0)
        return SimpleNamespace(raw=text, document=None)

    carried: Any = statements.carry(prepared, ask, protocol, None, None)  # type: ignore[arg-type]
    return call.run(carried, lambda sent: pytest.fail("sent"), lambda seconds: None)


def test_a_download_has_the_text_and_no_fields_as_in_v2() -> None:
    result = downloaded(statement(PAYMENT, REFUND))
    assert isinstance(result, UpgradedResult)
    assert not dict(result)
    assert result.verified
    assert not result.losses
    assert [row["trade_state"] for row in read(result.raw)] == ["SUCCESS", "REFUND"]


def test_a_compressed_download_is_compressed_as_in_v2() -> None:
    result = downloaded(statement(PAYMENT), tar_type="GZIP")
    assert gzip.decompress(result.raw) == rendered(statement(PAYMENT))


def test_a_download_of_one_kind_has_that_kind_alone() -> None:
    result = downloaded(statement(PAYMENT, REFUND), bill_type="REFUND")
    assert [row["trade_state"] for row in read(result.raw)] == ["REFUND"]


def test_a_download_of_a_kind_that_did_not_happen_is_no_bill_as_in_v2() -> None:
    with pytest.raises(Refused) as caught:
        downloaded(statement(PAYMENT), bill_type="REFUND")
    assert (caught.value.err_code, caught.value.return_msg) == ("No Bill Exist", "No Bill Exist")
    assert caught.value.fields["error_code"] == "20002"
    assert not caught.value.may_repeat


def test_a_download_says_which_columns_were_left_empty() -> None:
    assert downloaded(statement({**REFUND, "标价币种": "USD"})).losses == {
        heading: LOST[heading] for heading in ("Exchange rate", "Refund exchange rate")
    }


def test_a_download_that_is_no_statement_is_malformed() -> None:
    with pytest.raises(Malformed):
        downloaded(b"<html>")
