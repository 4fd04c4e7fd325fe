"""Recorded v2 requests: what is used, what API v3 carries, what is lost, and what the settings must supply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.fixtures import SUB_MCH_ID
from tests.migration.merchants import ORDER, QUERY, Prepared, recorded
from wxpay_v2.migration.finding import BLOCKER, WARNING
from wxpay_v2.migration.readiness import readiness
from wxpay_v2.migration.recordings import Recorded
from wxpay_v2.migration.report import Report

CODED = {**ORDER, "detail": '{"mcc":"5812"}'}
WEB = {**ORDER, "trade_type": "MWEB"}
LINK = {**QUERY, "long_url": "weixin://wxpay/s/An4baqw"}
REFUND = {**QUERY, "out_refund_no": "R-1", "total_fee": "100", "refund_fee": "40"}


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    return Prepared(tmp_path)


def logged(prepared: Prepared, *messages: tuple[str, Mapping[str, str]], region: str = "global") -> Report:
    lines: Iterable[Recorded] = (recorded(path, fields, line) for line, (path, fields) in enumerate(messages, 1))
    return readiness(prepared.write(), logs=lines, region=region)


def told(report: Report, level: str = BLOCKER) -> dict[str, str]:
    return {one.id.removeprefix("readiness."): one.place for one in report.findings if one.level == level}


def test_operations_are_counted_with_their_fate(prepared: Prepared) -> None:
    report = logged(
        prepared, *[("/pay/unifiedorder", ORDER)] * 3, ("secapi/pay/refund", REFUND), ("/tools/shorturl", LINK)
    )
    rows = {row[0]: tuple(row[1:]) for row in report.tables[-1].rows}
    assert rows == {
        "unified_order": (3, 3, "POST transactions_jsapi", "carried"),
        "refund": (1, 1, "POST refund_create", "carried"),
        "short_url": (1, 0, None, "no equivalent"),
    }
    assert report.tables[-1].rows[0][0] == "unified_order"
    figures = {figure.label: figure.value for figure in report.figures}
    assert (figures["Recorded requests"], figures["Carried by API v3"]) == (5, "80.0 %")


def test_an_operation_without_equivalent_says_why_where_and_what_to_do(prepared: Prepared) -> None:
    report = logged(prepared, ("/pay/unifiedorder", ORDER), *[("/tools/shorturl", LINK)] * 2)
    (finding,) = report.of(BLOCKER)
    assert finding.place == "short_url, 2 requests, first at wxpay.log:2"
    assert "shortens no links" in finding.message
    assert "QR code" in finding.hint


def test_an_operation_that_stays_on_v2_blocks_nothing(prepared: Prepared) -> None:
    prepared.v3["over_v2"] = ["short_url"]
    report = logged(prepared, ("/tools/shorturl", LINK))
    assert told(report) == {}
    assert report.tables[-1].rows[0][-1] == "stays on v2"


def test_requests_that_carry_the_category_code_need_no_setting(prepared: Prepared) -> None:
    del prepared.v3["merchant_category_code"]
    assert told(logged(prepared, ("/pay/unifiedorder", CODED), ("/pay/orderquery", QUERY))) == {}
    assert "supply.merchant_category_code" in told(
        logged(prepared, ("/pay/unifiedorder", CODED), ("/pay/unifiedorder", ORDER))
    )


def test_the_shop_is_asked_for_where_web_orders_are_recorded(prepared: Prepared) -> None:
    assert told(logged(prepared, ("/pay/unifiedorder", WEB))) == {
        "supply.store_name": "[v3] store_name", "supply.store_address": "[v3] store_address",
    }  # fmt: skip
    prepared.v3 |= {"store_name": "Tea Shop", "store_address": "1 Example Road"}
    assert told(logged(prepared, ("/pay/unifiedorder", WEB))) == {}


def test_the_mainland_asks_for_no_category_code(prepared: Prepared) -> None:
    del prepared.v3["merchant_category_code"]
    assert told(readiness(prepared.write(), region="mainland")) == {}
    order = {**ORDER, "fee_type": "CNY"}
    report = logged(prepared, ("/pay/unifiedorder", order), region="mainland")
    assert told(report) == {}
    assert report.tables[-1].rows[0][3] == "POST partner_transactions_jsapi"


def test_a_request_that_is_refused_is_told_once_per_reason_without_its_values(prepared: Prepared) -> None:
    bad = {**ORDER, "total_fee": "1.00"}
    report = logged(prepared, *[("/pay/unifiedorder", {**bad, "out_trade_no": f"T-{n:06}"}) for n in range(5)])
    (finding,) = report.of(BLOCKER)
    assert finding.id == "readiness.usage.refused"
    assert finding.place == "unified_order, 5 of 5 requests, first at wxpay.log:1"
    assert "total_fee" in finding.message
    assert "1.00" not in finding.message


def test_a_field_that_is_sent_and_lost_is_counted(prepared: Prepared) -> None:
    code = {
        **{name: text for name, text in ORDER.items() if name != "openid"},
        "trade_type": "NATIVE",
        "product_id": "9",
    }
    report = logged(prepared, ("/pay/unifiedorder", code), ("/pay/unifiedorder", ORDER))
    assert told(report, WARNING) == {"usage.request_field_lost": "unified_order.product_id, 1 of 2 requests"}


DONE = {"return_code": "SUCCESS", "result_code": "SUCCESS", "nonce_str": "n", "sign": "A" * 32}


def test_a_field_of_recorded_answers_that_api_v3_cannot_give_is_told(prepared: Prepared) -> None:
    code = {**DONE, "trade_type": "NATIVE", "prepay_id": "wx1", "code_url": "weixin://x"}
    page = {**DONE, "trade_type": "JSAPI", "prepay_id": "wx1"}
    report = logged(
        prepared, ("/pay/unifiedorder", ORDER), *[("/pay/unifiedorder", code)] * 2, ("/pay/unifiedorder", page)
    )
    assert told(report, WARNING) == {"usage.answer_field_lost": "answer of unified_order.prepay_id, 2 of 3 answers"}
    assert report.tables[-1].rows[0][1] == 1
    assert report.tables[-1].rows[0][-1] == "carried, fields lost"


def test_what_the_request_says_itself_is_not_lost_in_the_answer(prepared: Prepared) -> None:
    answer = {
        **DONE,
        **{name: REFUND[name] for name in ("out_trade_no", "out_refund_no")},
        "refund_id": "5",
        "cash_fee": "1",
    }
    report = logged(prepared, ("/secapi/pay/refund", REFUND), ("/secapi/pay/refund", answer))
    assert told(report, WARNING) == {"usage.answer_field_lost": "answer of refund.cash_fee, 1 of 1 answer"}


def test_what_was_not_looked_at_is_counted(prepared: Prepared) -> None:
    lines = [
        recorded("/pay/unifiedorder", ORDER), recorded("/v3/pay/transactions/native", {}, 2), recorded("", QUERY, 3),
        recorded("", DONE, 4), recorded("", {}, 5, "not XML: 'oUpF8uMuAJO'"),
    ]  # fmt: skip
    report = readiness(prepared.write(), logs=lines)
    assert told(report) == {}
    assert told(report, WARNING) == {
        "usage.no_call": "2 messages, first at wxpay.log:2", "usage.unreadable": "1 messages, first at wxpay.log:5",
    }  # fmt: skip
    assert "oUpF8" not in report.json()


def test_requests_of_another_merchant_are_pointed_out(prepared: Prepared) -> None:
    report = logged(prepared, ("/pay/unifiedorder", {**ORDER, "mch_id": "1900000999"}))
    assert "usage.other_merchant" in told(report, WARNING)


def test_no_requests_are_judged_like_none(prepared: Prepared) -> None:
    report = logged(prepared)
    assert report.exit_status == 0
    assert report.tables[-1].rows == []


def test_requests_are_read_though_the_merchant_cannot_be_made(prepared: Prepared) -> None:
    prepared.merchant |= {"api_key": "short", "sub_mch_id": SUB_MCH_ID}
    report = logged(prepared, ("/pay/unifiedorder", ORDER))
    assert set(told(report)) == {"api_key.shape"}
    assert report.tables[-1].rows[0][2] == 1


def test_s8_recorded_texts_do_not_fill_the_report(prepared: Prepared) -> None:
    report = logged(prepared, *[("/pay/unifiedorder", {**ORDER, f"field_{number}": "x"}) for number in range(120)])
    assert len(report.of(BLOCKER)) == 51
    assert "other reasons" in {one.message for one in report.of(BLOCKER)}


def test_logs_without_a_request_are_no_good_news(prepared: Prepared) -> None:
    assert "usage.nothing" in told(logged(prepared), WARNING)
    assert "usage.nothing" not in told(logged(prepared, ("/pay/orderquery", QUERY)), WARNING)
