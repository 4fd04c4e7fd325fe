"""One check before anything is sent: rows and rules in one report, and nothing spent where no rule applies."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.access.cases import NOW, OPENID, ORDER, faults, merchant, operation, refusal, row, wire
from tests.access.table import RULES
from tests.examples import text
from tests.fixtures import AUTH_CODE, crash_report
from wxpay_v2 import access, validation
from wxpay_v2.access import checking
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.operation import ALWAYS, DIRECT, GLOBAL, INSTITUTION, Field

LISTED = {example.rule for example in RULES}


def nobody_asks() -> NoReturn:
    raise AssertionError("no rule about time applies")


def test_a_request_without_a_fault_passes_and_the_time_is_not_asked_for() -> None:
    for call in ("unified_order", "micropay", "refund", "order_query"):
        assert faults(call, now=nobody_asks) == ()
        assert faults(call, now=nobody_asks, mode="institution") == ()


def test_the_time_is_asked_for_where_a_time_is_given() -> None:
    assert faults("unified_order", time_expire="20260301121000") == ()
    with pytest.raises(AssertionError, match="no rule about time"):
        faults("unified_order", time_expire="20260301121000", now=nobody_asks)


def test_rows_and_rules_report_together() -> None:
    error = refusal(
        "unified_order", body="", total_fee="1.5", notify_url="http://localhost", time_expire="20260301000000"
    )
    assert error is not None
    rules = [fault.rule for fault in error.faults]  # type: ignore[attr-defined]
    assert sorted(rules) == [
        "amount.decimals", "notify_url.loopback", "notify_url.no_path", "row.missing", "time_expire.past",
    ]  # fmt: skip
    assert error.operation == "unified_order"
    assert error.remedy == "mend the fields; nothing was sent"
    assert error.message.endswith("; and 1 more")


def test_a_rule_speaks_in_place_of_the_row_about_the_same_value() -> None:
    assert [fault.rule for fault in faults("micropay", auth_code="1")] == ["auth_code.length"]
    assert [fault.rule for fault in faults("unified_order", total_fee="1.99")] == ["amount.decimals"]
    assert [fault.rule for fault in faults("unified_order", total_fee="many")] == ["row.value"]
    assert [fault.rule for fault in faults("unified_order", spbill_create_ip="1" * 65)] == ["ip.malformed"]


def test_s6_what_xml_cannot_carry_is_told_as_such() -> None:
    (fault,) = faults("unified_order", notify_url="https://shop.example/\0")
    assert fault.rule == "row.characters"


def test_a_value_that_is_no_text_is_told_once() -> None:
    call, who = operation("unified_order"), merchant(currency="HKD")
    fields, found = validation.wire_fields(call, {**ORDER, "fee_type": 1.5, "notify_url": True})
    with pytest.raises(InvalidRequest) as caught:
        access.check(
            call, wire(call, who, fields), merchant=who, region=GLOBAL, now=lambda: NOW, found=found
        )  # fmt: skip
    assert caught.value.faults == ("fee_type must not be a float, got 1.5", "notify_url must not be a bool, got True")


def test_an_operation_without_ruled_fields_is_checked_by_its_rows_alone() -> None:
    plan = checking._planned(operation("order_query"), INSTITUTION, GLOBAL)
    assert plan._rules == ()
    assert plan._foreign == frozenset()
    assert plan._unavailable == ()
    assert checking._planned(operation("order_query"), INSTITUTION, GLOBAL) is plan


def test_an_unknown_rule_is_none() -> None:
    assert faults(row(Field("x", rule="no such rule"), name="some/path"), {"x": "1"}) == ()


@pytest.mark.parametrize(
    ("host", "accepted"), [("商店.中国", True), ("xn--czrs0t.xn--fiqs8s", True), ("商店。。", False)]
)
def test_the_page_of_an_h5_order_may_have_an_internationalised_host(host: str, accepted: bool) -> None:
    scene = f'{{"h5_info": {{"type": "Wap", "wap_url": "https://{host}/a", "wap_name": "x"}}}}'
    told = faults("unified_order", trade_type="MWEB", scene_info=scene)
    assert [fault.rule for fault in told] == ([] if accepted else ["scene_info.wap_url"])


def test_fields_nobody_knows_pass() -> None:
    assert faults("unified_order", new_field="http://127.0.0.1/", attach="http://127.0.0.1/") == ()


def test_s7_a_refusal_leaves_no_payment_code_in_our_frames() -> None:
    call, who = operation("micropay"), merchant()
    spoilt = "99" + AUTH_CODE[2:]

    def act() -> None:
        access.check(
            call, {"auth_code": spoilt}, merchant=who, region=GLOBAL, now=lambda: NOW
        )  # fmt: skip

    assert spoilt not in crash_report(act)


@given(
    st.dictionaries(
        st.sampled_from(["notify_url", "openid", "sub_openid", "spbill_create_ip", "scene_info", "time_expire",
                         "time_start", "fee_type", "total_fee", "trade_type", "sub_appid"]),
        st.one_of(text(40), st.text(max_size=20), st.sampled_from(["MWEB", "JSAPI", "APP", "0", "http://", "{}"])),
        max_size=6,
    )
)  # fmt: skip
def test_s2_any_text_is_a_listed_fault_or_none_and_nothing_foreign(changes: dict[str, str]) -> None:
    for mode in ("direct", "institution"):
        for fault in faults("unified_order", mode=mode, **changes):
            assert fault.rule in LISTED or fault.rule.startswith("row.")
            assert len(fault) < 250


@given(st.text(max_size=30))
def test_s2_any_text_for_a_payment_code_is_a_fault_that_does_not_show_it(code: str) -> None:
    for fault in faults("micropay", auth_code=code):
        assert len(code) < 6 or code not in fault


@pytest.mark.parametrize("told", [[], {}, "x", 5, None, {"h5_info": []}, {"h5_info": {"type": ["Wap"]}}])
def test_s2_a_scene_of_another_shape_is_refused_in_words(told: object) -> None:
    import json

    (fault,) = faults("unified_order", trade_type="MWEB", scene_info=json.dumps(told))
    assert fault.rule in ("scene_info.h5_info", "scene_info.type")


def test_a_scene_that_is_no_json_is_the_rows_to_tell() -> None:
    (fault,) = faults("unified_order", trade_type="MWEB", scene_info="{")
    assert fault == "scene_info is not JSON"


def test_a_scene_is_read_for_h5_orders_only() -> None:
    assert faults("unified_order", scene_info='{"store_info":{"id":"1"}}') == ()
    assert faults("unified_order", scene_info="[]") == ()


# Payers.


@pytest.mark.parametrize("openid", [OPENID, "o-1", "oUpF8uN95-Ptaags6E_roPHg7AG0", "x" * 128])
def test_an_openid_that_may_be_one_passes(openid: str) -> None:
    assert faults("unified_order", trade_type="JSAPI", openid=openid) == ()


@pytest.mark.parametrize("openid", ["undefined", "NULL", "None", "{openid}", "${openid}", "o U", "オ", "x" * 129])
def test_an_openid_that_is_surely_none_is_refused(openid: str) -> None:
    (fault,) = faults("unified_order", trade_type="JSAPI", openid=openid)
    assert fault.field == "openid"


def test_a_mini_programs_payer_in_institution_mode_is_a_sub_openid_under_its_sub_appid() -> None:
    order = {"trade_type": "JSAPI", "sub_openid": OPENID}
    who = merchant("institution", sub_appid="wx9999999999999999")
    assert faults("unified_order", who=who, **order) == ()
    assert [fault.rule for fault in faults("unified_order", **order)] == ["mode.field"]


@pytest.mark.parametrize("ip", ["203.0.113.7", "255.255.255.255", "127.0.0.1", "::1", "2001:db8::7", "::ffff:1.2.3.4"])
def test_an_address_passes(ip: str) -> None:
    assert faults("unified_order", spbill_create_ip=ip) == ()


@pytest.mark.parametrize(
    "ip", ["127.1", "256.1.1.1", "1.2.3", "1.2.3.4.", "01.2.3.4", "localhost", "fe80::1%eth0", "[::1]", "１.2.3.4"]
)  # fmt: skip
def test_what_is_no_address_is_refused(ip: str) -> None:
    (fault,) = faults("unified_order", spbill_create_ip=ip)
    assert fault.rule == "ip.malformed"


def test_the_simulators_payers_may_come_from_this_machine() -> None:
    order = {"trade_type": "MWEB", "scene_info": '{"h5_info":{"type":"Wap"}}', "spbill_create_ip": "127.0.0.1"}
    assert [fault.rule for fault in faults("unified_order", **order)] == ["ip.inside"]
    assert faults("unified_order", loopback=True, **order) == ()


# Money.


def test_nothing_is_known_of_the_currency_of_a_merchant_that_does_not_say() -> None:
    for fee_type in ("", "HKD", "CNY", "JPY"):
        assert faults("unified_order", fee_type=fee_type) == ()


def test_an_absent_fee_type_means_cny() -> None:
    assert faults("unified_order", who=merchant(currency="CNY"), fee_type="") == ()
    assert [fault.rule for fault in faults("micropay", who=merchant(currency="JPY"), fee_type="")] == [
        "currency.absent"
    ]  # fmt: skip


def test_a_refund_says_its_currency_only_if_it_wants_to() -> None:
    assert faults("refund", who=merchant(currency="HKD")) == ()


def test_the_currency_that_is_asked_about_may_be_another() -> None:
    asked = {"fee_type": "USD", "date": "20260301"}
    assert faults("query_exchange_rate", asked, who=merchant(currency="HKD")) == ()
    (fault,) = faults("query_exchange_rate", {**asked, "fee_type": "RMB"}, who=merchant(currency="HKD"))
    assert fault.rule == "currency.alias"


def test_m2_a_refund_of_more_than_the_order_is_refused() -> None:
    assert faults("refund", refund_fee="100") == ()
    (fault,) = faults("refund", refund_fee="101")
    assert fault.rule == "amount.refund"
    assert [fault.rule for fault in faults("refund", refund_fee="101", total_fee="")] == ["row.missing"]
    assert [fault.rule for fault in faults("refund", refund_fee="101", total_fee="1e9")] == ["row.value"]


def test_the_remedy_for_decimals_speaks_the_orders_currency() -> None:
    def remedy(**changes: str) -> str:
        (fault,) = faults("unified_order", **changes)
        return fault.remedy

    assert remedy(total_fee="12.50", fee_type="HKD") == "12.50 HKD is 1250"
    assert remedy(total_fee="12.50", fee_type="JPY") == "1.99 HKD is 199, 199 JPY is 199"
    assert remedy(total_fee="12.500", fee_type="KWD") == "12.500 KWD is 12500"


def test_rows_that_are_made_and_forgotten_are_not_taken_for_each_other() -> None:
    for index in range(30):
        made = row(Field(f"field_{index}", required=ALWAYS))
        assert faults(made, {}, mode=DIRECT) == (f"field_{index} is missing",)


def test_a_naive_clock_is_not_needed() -> None:
    """`now` may be in any zone."""
    from datetime import timezone

    def utc() -> datetime:
        return NOW.astimezone(timezone.utc)

    assert faults("unified_order", time_expire="20260301120100", now=utc) == ()
    assert len(faults("unified_order", time_expire="20260301120059", now=utc)) == 1
