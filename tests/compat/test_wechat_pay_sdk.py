"""wechat-pay-sdk's face beside wechat-pay-sdk 0.6.2: the same calls, in two processes, compared."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import responses

from tests.compat import others
from tests.compat.others import GATEWAY, NOTIFY_URL, OPENID, answering, outcome, shape, soon, trusting
from tests.compat.real import real
from tests.fixtures import APPID, KEY, MCH_ID, OTHER_KEY, crash_report, sign
from wxpay_v2 import ConfigurationError, InvalidRequest, NotSent, OutcomeUnknown
from wxpay_v2.compat import Tolerance, ToleranceWarning, headers
from wxpay_v2.compat import wechat_pay_sdk as sdk
from wxpay_v2.compat.wechat_pay_sdk import WeChatPay, models
from wxpay_v2.simulator import Simulator

PACKAGE = "wechat-pay-sdk-0.6.2"
ORDER = {"body": "Tea & <Cake>", "total_fee": 100, "spbill_create_ip": "203.0.113.7", "product_id": "9"}

pytestmark = pytest.mark.filterwarnings("ignore::wxpay_v2.upgrade.LostFieldWarning")


@pytest.fixture(scope="module")
def gateway(wxpay_certificates: Path) -> Iterator[Simulator]:
    with others.simulator(wxpay_certificates) as simulator:
        yield simulator


# Scenarios: run in the real package's process, and here.


def _pay(library: Any, given: dict[str, str], **more: Any) -> Any:
    pay = library.WeChatPay(
        given["appid"], given["mch_id"], NOTIFY_URL, given["key"], given["cert"], given["cert_key"], **more
    )
    pay.mch_base = f"{given['base_url']}/"
    return pay


def _told(result: Any, prefix: str = "") -> Any:
    """A result object as JSON: its class, and all its attributes."""
    return [
        type(result).__name__,
        {name: shape(value, prefix) for name, value in sorted(vars(result).items())
         if name not in ("resp", *others.VOLATILE, "refund_id")},
    ]  # fmt: skip


def _outcomes(calls: list[Any], prefix: str = "") -> list[Any]:
    results = []
    for call in calls:
        try:
            results.append(_told(call(), prefix))
        except Exception as error:
            results.append(outcome(_raising(error)))
    return results


def _raising(error: Exception) -> Any:
    def call() -> None:
        raise error

    return call


def before_payment(library: Any, given: dict[str, str], prefix: str, **more: Any) -> list[Any]:
    pay = _pay(library, given, **more)
    paid, other = f"{prefix}T-100001", f"{prefix}T-100002"
    payer = {"trade_type": "JSAPI", "openid": OPENID}
    with trusting(given["ca"]):
        calls = [
            lambda: pay.unifiedorder(**ORDER, out_trade_no=paid),
            lambda: pay.query_order(out_trade_no=paid),
            lambda: pay.unifiedorder(**ORDER, **payer, out_trade_no=other),
            lambda: pay.close_order(other),
            lambda: pay.query_order(out_trade_no=other),
            lambda: pay.query_order(out_trade_no=f"{prefix}NONE-1"),
            lambda: pay.refund(paid, f"{prefix}R-1", 100, 1),
            lambda: pay.refund_query(f"{prefix}R-1"),
        ]
        return _outcomes(calls, prefix)


def after_payment(library: Any, given: dict[str, str], prefix: str, **more: Any) -> list[Any]:
    pay = _pay(library, given, **more)
    paid = f"{prefix}T-100001"
    with trusting(given["ca"]):
        calls = [
            lambda: pay.query_order(out_trade_no=paid),
            lambda: pay.refund(paid, f"{prefix}R-1", 100, 30),
            lambda: pay.refund_query(f"{prefix}R-1"),
        ]
        return _outcomes(calls, prefix)


def on_the_wire(library: Any) -> list[Any]:
    pay = library.WeChatPay(APPID, MCH_ID, NOTIFY_URL, KEY)
    paths = ("pay/unifiedorder", "pay/orderquery", "pay/closeorder", "pay/refundquery", "pay/downloadbill",
             "tools/shorturl", "pay/getsignkey")  # fmt: skip
    calls = [
        lambda: pay.unifiedorder(**ORDER, out_trade_no="T1"),
        lambda: pay.unifiedorder(
            "0", fee_type="HKD", trade_type="JSAPI", openid=OPENID, total_fee=0, notify_url="https://b"
        ),
        lambda: pay.query_order(out_trade_no="T1"),
        lambda: pay.query_order(transaction_id="42", sub_mch_id="1900000110"),
        lambda: pay.close_order("T1"),
        lambda: pay.refund_query("R1", refund_id="5"),
        lambda: pay.downloadbill("20200101"),
        lambda: pay.short_url("weixin://wxpay/bizpayurl?a=1&b=2"),
        lambda: pay.sendbox_sign(),
    ]
    with answering(*paths) as wire:
        _outcomes(calls)
        return others.sent(wire)


def notifications(library: Any) -> list[Any]:
    pay = library.WeChatPay(APPID, MCH_ID, NOTIFY_URL, KEY)
    told = others.paid()
    failed = {**told, "result_code": "FAIL", "err_code": "X", "err_code_des": "no"}
    bodies = [others.signed(**told), others.signed(OTHER_KEY, **told), others.signed(**failed),
              others.signed(return_code="FAIL", return_msg="no")]  # fmt: skip
    return [_told(pay.verify_notify(SimpleNamespace(data=body))) for body in bodies]


def answers(library: Any) -> list[Any]:
    """What each result class makes of a success, of a refusal, and of a failure to understand."""
    told = []
    for name, kind in sorted(library.models.WECHAT_CLASS.items()):
        if name == "downloadbill":
            continue
        for fields in (
            {"return_code": "SUCCESS", "result_code": "SUCCESS", "trade_state": "SUCCESS", "total_fee": "1", "x": "",
             "sandbox_signkey": "k", "short_url": "s", "out_trade_no": "T1", "trade_type": "NATIVE"},
            {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "E", "err_code_des": "d"},
            {"return_code": "FAIL", "return_msg": "no"},
            {"return_code": "SUCCESS"},
        ):  # fmt: skip
            told.append([name, _told(kind(SimpleNamespace(data=others.unsigned(**fields))))])
    return told


def failures(library: Any) -> list[Any]:
    results = []
    for fault in (requests.ReadTimeout("late"), requests.ConnectTimeout("late"), requests.ConnectionError("gone")):
        pay = library.WeChatPay(APPID, MCH_ID, NOTIFY_URL, KEY)
        with responses.RequestsMock() as wire:
            wire.post(f"{GATEWAY}/pay/orderquery", body=fault)
            results += _outcomes([lambda pay=pay: pay.query_order(out_trade_no="T1")])
    pay = library.WeChatPay(APPID, MCH_ID, NOTIFY_URL, KEY)
    return [*results, *_outcomes([lambda: pay.refund("T", "R", 1, 1)])]


def public_names(library: Any) -> dict[str, list[str]]:
    made = library.WeChatPay(APPID, MCH_ID, NOTIFY_URL, KEY)
    return {
        "WeChatPay": sorted(name for name in {*dir(type(made)), *vars(made)} if not name.startswith("_")),
        "models": sorted(kind.__name__ for kind in library.models.WECHAT_CLASS.values()),
        "classes": sorted(library.models.WECHAT_CLASS),
    }


# The same as the library.


def test_a_days_calls_are_answered_as_by_the_library(gateway: Simulator) -> None:
    given = others.given(gateway)
    assert before_payment(sdk, given, "o") == real(PACKAGE, "wechatpay", before_payment, given=given, prefix="r")
    for prefix in ("r", "o"):
        gateway.pay(f"{prefix}T-100001")
    ours = after_payment(sdk, given, "o")
    assert ours == real(PACKAGE, "wechatpay", after_payment, given=given, prefix="r")
    assert ours[0][1]["success"] is True


def test_the_same_fields_go_out_signed() -> None:
    theirs, ours = real(PACKAGE, "wechatpay", on_the_wire), on_the_wire(sdk)
    assert others.without_dice(ours) == others.without_dice(theirs)
    for one in (*ours, *theirs):
        assert one["fields"]["sign"] == sign(one["fields"])


def test_notifications_are_told_as_by_the_library() -> None:
    ours = notifications(sdk)
    assert ours == real(PACKAGE, "wechatpay", notifications)
    assert [(name, told["success"]) for name, told in ours] == [
        ("NotifyResult", True), ("ErrorResult", False), ("NotifyResult", False), ("NotifyResult", False),
    ]  # fmt: skip


def test_answers_make_the_same_attributes_but_for_three_closed_holes() -> None:
    theirs, ours = real(PACKAGE, "wechatpay", answers), answers(sdk)
    differing = []
    for (name, their), (_, our) in zip(theirs, ours, strict=True):
        if their != our:
            differing.append(name)
            assert their[1]["success"] is True  # although result_code is FAIL, or absent
            assert our[1]["success"] is False
            assert our[1]["error_msg"]["err_code"] in ("E", "")
    assert differing == ["closeorder", "closeorder", "getsignkey", "shorturl", "shorturl"]


def test_failures_of_the_network_are_the_same_exceptions() -> None:
    assert failures(sdk) == real(PACKAGE, "wechatpay", failures)


def test_every_public_name_of_the_library_is_here_and_in_the_table() -> None:
    theirs, ours = real(PACKAGE, "wechatpay", public_names), public_names(sdk)
    for home, names in theirs.items():
        assert set(names) <= set(ours[home])
    table = others.verdicts("wechat-pay-sdk")
    assert {*theirs["WeChatPay"], *theirs["models"]} <= set(table)
    assert "missing" not in table.values()


# Holes, closed; each opened by its name.


def _face(**more: Any) -> WeChatPay:
    return WeChatPay(APPID, MCH_ID, NOTIFY_URL, KEY, **more)


def _unsigned_query(library: Any, **more: Any) -> Any:
    pay = library.WeChatPay(APPID, MCH_ID, NOTIFY_URL, KEY, **more)
    forged = {"return_code": "SUCCESS", "result_code": "SUCCESS", "trade_state": "SUCCESS", "out_trade_no": "T1"}
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/orderquery", others.unsigned(**forged))
        return _told(pay.query_order(out_trade_no="T1"))


def test_an_unsigned_answer_is_unknown() -> None:
    assert real(PACKAGE, "wechatpay", _unsigned_query)[1]["success"] is True
    with pytest.raises(OutcomeUnknown, match="signature") as caught:
        _unsigned_query(sdk)
    assert isinstance(caught.value, requests.RequestException)
    with pytest.warns(ToleranceWarning, match="unsigned_replies"):
        told = _unsigned_query(sdk, tolerance=Tolerance(until=soon(), unsigned_replies=True))
    assert told[1]["success"] is True


def test_an_unknown_outcome_the_gateway_names_is_no_success() -> None:
    told = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "SYSTEMERROR", "err_code_des": "busy"}
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/unifiedorder", others.signed(**told))
        result = _face().unifiedorder(**ORDER, out_trade_no="T1")
    assert result.success is False
    assert result.error_msg == {"return_msg": None, "err_code": "SYSTEMERROR", "err_code_des": "busy"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"<xml", b"<!DOCTYPE x><xml><a>1</a></xml>", b"<xml><a>1</a></xml>", b"\xff\xfe", "<xml/>", None],
)
def test_what_is_no_notification_is_an_error_result(body: Any) -> None:
    told = _face().verify_notify(SimpleNamespace(data=body))
    assert (type(told), told.success) == (models.ErrorResult, False)


def test_a_value_that_could_be_two_fields_is_not_believed() -> None:
    body = others.signed(return_code="SUCCESS", result_code="SUCCESS", attach="x&total_fee=1", total_fee="100")
    assert _face().verify_notify(SimpleNamespace(data=body)).success is False


def test_a_field_replaces_nothing_of_the_result() -> None:
    body = others.signed(return_code="SUCCESS", result_code="FAIL", success="1", result="x", _optional="1", resp="x")
    assert _face().verify_notify(SimpleNamespace(data=body)).success is False
    body = others.signed(**others.paid(success="", _take="1", total_fee="1"))
    told = _face().verify_notify(SimpleNamespace(data=body))
    assert (told.success, told.total_fee, callable(told._take)) == (True, "1", True)


def test_the_signature_is_by_the_algorithm_that_is_named() -> None:
    with answering("pay/closeorder") as wire:
        outcome(lambda: _face().close_order("T1", sign_type="HMAC-SHA256"))
        fields = others.sent(wire)[0]["fields"]
    assert fields["sign"] == sign(fields, KEY, "HMAC-SHA256")


@pytest.mark.parametrize("value", [1.0, True, [1]])
def test_what_no_amount_is_is_refused_before_sending(value: Any) -> None:
    with pytest.raises(InvalidRequest, match="total_fee"):
        _face().unifiedorder(total_fee=value)


def test_a_refund_without_a_certificate_is_not_sent() -> None:
    with pytest.raises(ValueError, match="certificate") as caught:
        _face().refund("T", "R", 1, 1)
    assert isinstance(caught.value, ConfigurationError)


def test_the_certificate_may_be_assigned_late(gateway: Simulator) -> None:
    given = others.given(gateway)
    pay = _pay(sdk, {**given, "cert": "", "cert_key": ""})
    pay.cert, pay.key = given["cert"], given["cert_key"]
    with trusting(given["ca"]):
        pay.unifiedorder(**ORDER, out_trade_no="lateT-1")
        gateway.pay("lateT-1")
        assert pay.refund("lateT-1", "lateR-1", 100, 1).success is True


def test_the_network_tells_whether_anything_was_sent() -> None:
    for fault, kind in ((requests.ReadTimeout("late"), OutcomeUnknown), (requests.ConnectTimeout("late"), NotSent)):
        with responses.RequestsMock() as wire:
            wire.post(f"{GATEWAY}/pay/orderquery", body=fault)
            with pytest.raises(kind):
                _face().query_order(out_trade_no="T1")


def test_a_statement_is_told_as_it_came() -> None:
    packed = b"\x1f\x8b\x08\x00"
    for body, status in ((packed, 200), ("﻿交易时间,`a".encode(), 200)):
        with responses.RequestsMock() as wire:
            wire.post(f"{GATEWAY}/pay/downloadbill", body, status=status)
            told = _face().downloadbill("20200101")
        assert told.content == body
        assert isinstance(told.text, str)
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/downloadbill", "no statement", status=502)
        with pytest.raises(OutcomeUnknown, match="502"):
            _face().downloadbill("20200101")


def test_the_sandboxs_key_comes_from_below_the_base(gateway: Simulator) -> None:
    given = others.given(gateway)
    pay = _pay(sdk, given)
    pay.mch_base = f"{given['base_url']}/sandboxnew/"
    with trusting(given["ca"]):
        told = pay.sendbox_sign()
    assert told.success is True
    assert len(told.key) == 32


def test_the_key_is_a_str_to_its_user_and_nowhere_else() -> None:
    pay = _face()
    assert pay.pay_secret == KEY
    assert KEY not in f"{vars(pay)} {pay!r}"
    with pytest.raises(TypeError, match="Secret"):
        pickle.dumps(pay)


def test_a_crash_report_shows_no_key() -> None:
    for act in (
        lambda: WeChatPay(APPID, "", NOTIFY_URL, KEY).query_order(out_trade_no="T1"),
        lambda: _face().query_order(out_trade_no=1.5),
        lambda: _unsigned_query(sdk),
    ):
        assert KEY not in crash_report(act)


# Over API v3.


def test_a_days_calls_over_v3(gateway: Simulator) -> None:
    given, upgrade = others.given(gateway), others.over_v3(gateway)
    placed, unpaid, opened, closed, gone, none, refused, asked = (
        told[1] for told in before_payment(sdk, given, "u", upgrade=upgrade)
    )
    assert (placed["success"], placed["trade_type"]) == (True, "NATIVE")
    assert (unpaid["success"], unpaid["trade_state"]) == (True, "NOTPAY")
    assert opened["result"]["prepay_id"] == "*"
    assert (closed["success"], gone["trade_state"]) == (True, "CLOSED")
    assert none["error_msg"]["err_code"] == "ORDERNOTEXIST"
    assert (refused["success"], asked["success"]) == (False, False)
    gateway.pay("uT-100001")
    paid, refund, asked = (told[1] for told in after_payment(sdk, given, "u", upgrade=upgrade))
    assert (paid["trade_state"], paid["total_fee"]) == ("SUCCESS", "100")
    assert (refund["success"], refund["refund_fee"]) == (True, "30")
    assert asked["result"]["refund_count"] == "1"


def test_a_notification_of_v3_is_told_in_v2s_fields(gateway: Simulator) -> None:
    pay = _pay(sdk, others.given(gateway), upgrade=others.over_v3(gateway))
    pay.unifiedorder(**ORDER, out_trade_no="noticeT-1")
    gateway.pay("noticeT-1")
    notice = gateway.gateway.due_notifications()[-1]
    assert notice.headers is not None
    given = dict(notice.headers())
    for request in (
        SimpleNamespace(data=notice.body, headers=given, method="POST"),
        SimpleNamespace(data=notice.body, method="POST"),  # without headers a query confirms it
    ):
        told = pay.verify_notify(request)
        assert (type(told), told.success) == (models.NotifyResult, True)
        assert (told.out_trade_no, told.total_fee, told.resp.method) == ("noticeT-1", "100", "POST")
    forged = SimpleNamespace(data=notice.body, headers={**given, "Wechatpay-Signature": "AAAA"})
    assert type(pay.verify_notify(forged)) is models.ErrorResult
    assert _face().verify_notify(SimpleNamespace(data=notice.body)).success is False  # over v2 it is no message
    assert headers.current() is None


@pytest.mark.parametrize(
    "other",
    [
        {"trade_state": "NOTPAY"}, {"transaction_id": ""}, {"time_end": ""}, {"total_fee": ""}, {"result_code": ""},
        {"mch_id": "1900000999"},
    ],
)  # fmt: skip
def test_s4_10_a_signed_message_that_proves_no_payment_is_an_error_result(other: dict[str, str]) -> None:
    told = others.paid(mch_id=MCH_ID)
    assert _face().verify_notify(SimpleNamespace(data=others.signed(**told))).success
    assert not _face().verify_notify(SimpleNamespace(data=others.signed(**told | other))).success


def test_a_poisoned_attach_is_not_sent() -> None:
    with answering("pay/unifiedorder") as wire, pytest.raises(NotSent, match="attach"):
        _face().unifiedorder(**ORDER, out_trade_no="T1", attach="x&total_fee=1")
    assert not wire.calls
