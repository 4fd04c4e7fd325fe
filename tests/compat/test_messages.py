"""Answers are judged and notifications opened as the client does it; hints are confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from tests.fixtures import APPID, KEY, MCH_ID, OTHER_KEY, sign, signed, to_xml
from wxpay_v2 import ConfigurationError, Merchant, Mismatch, OutcomeUnknown, Refused, SignatureInvalid
from wxpay_v2.call import Request, unknown
from wxpay_v2.compat import messages
from wxpay_v2.operation import Operation
from wxpay_v2.v2 import catalogue, cipher, verdict, xml

MERCHANT = Merchant(APPID, MCH_ID, KEY)
HMAC = Merchant(APPID, MCH_ID, KEY, sign_type="HMAC-SHA256")
SENT = {"appid": APPID, "mch_id": MCH_ID, "out_trade_no": "T-1"}
QUERIED = {
    "return_code": "SUCCESS", "result_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID, "nonce_str": "n",
    "out_trade_no": "T-1", "trade_state": "SUCCESS", "total_fee": "100", "transaction_id": "42", "openid": "o",
    "trade_type": "NATIVE", "bank_type": "OTHERS", "cash_fee": "100", "time_end": "20260301120000",
}  # fmt: skip
NOTIFIED = {name: text for name, text in QUERIED.items() if name != "trade_state"}


def test_any_key_signs_and_none_does_not() -> None:
    # https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=4_3
    fields = {
        "appid": "wxd930ea5d5a258f4f", "mch_id": "10000100", "device_info": "1000", "body": "test",
        "nonce_str": "ibuaiVcKdpRxkhJA",
    }  # fmt: skip
    assert messages.sign(fields, "192006250b4c09247ec02edce69f6a2d") == "9A0A8659F005D6984697E2CA0A9CF3B7"
    assert messages.sign({"a": "1"}, "short") == sign({"a": "1"}, "short")
    assert messages.sign({"a": "1"}, KEY, "HMAC-SHA256") == sign({"a": "1"}, KEY, "HMAC-SHA256")
    for empty in ("", "  ", None):
        with pytest.raises(ConfigurationError):
            messages.sign({"a": "1"}, empty)  # type: ignore[arg-type]


def test_an_answer_is_believed_under_its_signature_alone() -> None:
    result = messages.judged(MERCHANT, "pay/orderquery", SENT, 200, signed(QUERIED))
    assert result["trade_state"] == "SUCCESS"
    with pytest.raises(OutcomeUnknown, match="signature"):
        messages.judged(MERCHANT, "pay/orderquery", SENT, 200, to_xml(QUERIED))
    with pytest.raises(OutcomeUnknown, match="signature"):
        messages.judged(MERCHANT, "pay/orderquery", SENT, 200, signed(QUERIED, OTHER_KEY))
    with pytest.raises(OutcomeUnknown, match="something else"):
        messages.judged(MERCHANT, "pay/orderquery", SENT, 200, signed({**QUERIED, "out_trade_no": "T-2"}))
    with pytest.raises(OutcomeUnknown, match="HTTP 502"):
        messages.judged(MERCHANT, "pay/orderquery", SENT, 502, b"<html/>")


def test_a_refusal_is_one() -> None:
    told = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERNOTEXIST", "nonce_str": "n"}
    with pytest.raises(Refused) as error:
        messages.judged(MERCHANT, "/pay/orderquery", SENT, 200, signed(told))
    assert error.value.err_code == "ORDERNOTEXIST"


def test_a_path_outside_the_catalogue_is_judged_like_all_of_v2() -> None:
    told = {"return_code": "SUCCESS", "result_code": "SUCCESS", "nonce_str": "n"}
    assert messages.judged(MERCHANT, "pay/somethingnew", {}, 200, signed(told))["result_code"] == "SUCCESS"
    with pytest.raises(OutcomeUnknown):
        messages.judged(MERCHANT, "pay/somethingnew", {}, 200, to_xml(told))


def test_s4_1_a_notification_under_the_other_algorithm_is_refused_unless_it_is_asked_for() -> None:
    weak = signed(NOTIFIED)
    assert messages.opened(MERCHANT, weak).kind == "payment"
    with pytest.raises(SignatureInvalid):
        messages.opened(HMAC, weak)
    assert messages.opened(HMAC, weak, md5_too=True).kind == "payment"
    assert messages.opened(HMAC, signed(NOTIFIED, sign_type="HMAC-SHA256"), md5_too=True).kind == "payment"
    with pytest.raises(SignatureInvalid):
        messages.opened(HMAC, signed(NOTIFIED, OTHER_KEY), md5_too=True)
    with pytest.raises(Mismatch):
        messages.opened(HMAC, signed({**NOTIFIED, "mch_id": "1900000999"}), md5_too=True)


def _asked(answer: Mapping[str, str]) -> Any:
    return lambda name, fields: answer


def test_a_payment_is_confirmed_by_what_the_gateway_says() -> None:
    event = messages.opened(MERCHANT, signed(NOTIFIED))
    messages.confirm(event, _asked(QUERIED))
    messages.confirm(event, _asked({**QUERIED, "trade_state": "REFUND", "fee_type": "CNY"}))
    for name, other in (
        ("trade_state", "NOTPAY"), ("total_fee", "1"), ("transaction_id", "43"), ("fee_type", "HKD"),
    ):  # fmt: skip
        with pytest.raises(Mismatch):
            messages.confirm(event, _asked({**QUERIED, name: other}))


REFUND = {
    "transaction_id": "42", "out_trade_no": "T-1", "refund_id": "50", "out_refund_no": "R-1", "total_fee": "100",
    "refund_fee": "40", "settlement_total_fee": "100", "settlement_refund_fee": "40", "refund_status": "SUCCESS",
    "success_time": "2026-03-01 12:00:00", "refund_recv_accout": "x", "refund_account": "x",
    "refund_request_source": "API",
}  # fmt: skip
REFUNDS = {
    "transaction_id": "42", "out_trade_no": "T-1", "total_fee": "100", "out_refund_no_0": "R-0", "refund_id_0": "49",
    "refund_fee_0": "10", "refund_status_0": "SUCCESS", "out_refund_no_1": "R-1", "refund_id_1": "50",
    "refund_fee_1": "40", "refund_status_1": "SUCCESS",
}  # fmt: skip


def refund_event() -> Any:
    info = cipher.encrypt(xml.write(REFUND, root="root"), MERCHANT.api_key)
    return messages.opened(
        MERCHANT,
        to_xml({"return_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID, "nonce_str": "n", "req_info": info}),
    )


def test_m6_a_refund_is_confirmed_by_what_the_gateway_says() -> None:
    event = refund_event()
    messages.confirm(event, _asked(REFUNDS))
    for name, other in (
        ("refund_fee_1", "41"), ("refund_status_1", "PROCESSING"), ("out_refund_no_1", "R-2"), ("refund_id_1", "5"),
        ("total_fee", "1"), ("out_trade_no", "T-2"),
    ):  # fmt: skip
        with pytest.raises(Mismatch):
            messages.confirm(event, _asked({**REFUNDS, name: other}))


def test_what_nothing_confirms_stays_unknown() -> None:
    event = refund_event()
    event.kind = "contract"
    with pytest.raises(OutcomeUnknown):
        messages.confirm(event, _asked({}))


def test_a_merchant_without_a_key_makes_no_signature() -> None:
    with pytest.raises(ConfigurationError):
        messages.opened(Merchant(APPID, MCH_ID, " " * 32), b"")


def test_s4_10_a_payment_whose_signed_text_could_be_that_of_others_is_refused() -> None:
    note = "x&out_trade_no=CAKE&result_code=SUCCESS&return_code=FAIL&total_fee=16800&transaction_id=42&zz="
    with pytest.raises(SignatureInvalid, match="several fields"):
        messages.opened(MERCHANT, signed({**NOTIFIED, "attach": note}))
    assert messages.opened(MERCHANT, signed({**NOTIFIED, "attach": "table=7&more"})).kind == "payment"


def test_m1_a_success_about_another_amount_is_unknown_where_money_moves() -> None:
    sent = {**SENT, "out_refund_no": "R-1", "total_fee": "0100", "refund_fee": "40"}
    told = {**NOTIFIED, "out_refund_no": "R-1", "refund_id": "5", "refund_fee": "40"}
    assert messages.judged(MERCHANT, "secapi/pay/refund", sent, 200, signed(told))["refund_fee"] == "40"
    for other in ({"refund_fee": "400"}, {"total_fee": "1000"}):
        with pytest.raises(OutcomeUnknown, match="asked was") as caught:
            messages.judged(MERCHANT, "secapi/pay/refund", sent, 200, signed({**told, **other}))
        assert caught.value.numbers["out_refund_no"] == "R-1"


MOVING = [row for row in catalogue.operations() if row.moves_money and verdict.amounts(row)]


@pytest.mark.parametrize("row", MOVING, ids=lambda row: row.name)
def test_m1_every_amount_that_is_asked_and_told_again_is_compared(row: Operation) -> None:
    request = Request("POST", row.path, b"", operation=row, fields=dict.fromkeys(verdict.amounts(row), "100"))
    verdict.compare_amounts(request, dict.fromkeys(verdict.amounts(row), "0100"), partial(unknown, request))
    for name in verdict.amounts(row):
        for other in ("1", "10", "101", "1000", "-100"):
            with pytest.raises(OutcomeUnknown, match=f"{name} is .*asked was"):
                verdict.compare_amounts(request, {name: other}, partial(unknown, request))


def test_the_amounts_of_payments_refunds_and_red_packets_are_among_them() -> None:
    found = {(row.name, name) for row in MOVING for name in verdict.amounts(row)}
    assert {("micropay", "total_fee"), ("refund", "refund_fee"), ("send_red_pack", "total_amount")} <= found


def test_m6_what_was_settled_is_compared_where_both_tell_it() -> None:
    told = {"out_refund_no": "R-1", "settlement_refund_fee": "40", "settlement_total_fee": "100"}
    known = {"out_refund_no_0": "R-1", "settlement_refund_fee_0": "40", "settlement_total_fee": "100"}
    messages._compare_refund(told, known)
    messages._compare_refund(told, {"out_refund_no_0": "R-1"})
    for name in ("settlement_refund_fee", "settlement_total_fee"):
        with pytest.raises(Mismatch, match=name):
            messages._compare_refund({**told, name: "99"}, known)


def test_a_signed_message_that_names_no_order_or_says_no_is_left_to_its_reader() -> None:
    assert messages.believable({"result_code": "SUCCESS", "contract_id": "1"}, MCH_ID)
    assert messages.believable({"result_code": "FAIL", "out_trade_no": "T-1"}, MCH_ID)
    assert messages.believable(NOTIFIED, MCH_ID)
    assert not messages.believable(NOTIFIED, "1900000999")
