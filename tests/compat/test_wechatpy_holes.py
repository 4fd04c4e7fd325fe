"""wechatpy's holes are there in the real one and closed in ours; each opens again by its own name, until a day."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from datetime import timedelta
from typing import Any

import pytest
import urllib3

import wxpay_v2.compat.wechatpy as ours
from tests.compat import wechatpy_scenarios as scenarios
from tests.compat.real import real
from tests.compat.wechatpy_scenarios import HOST, client, fields_of, gateway, signed, written
from tests.fixtures import APPID, KEY, MCH_ID, sign
from wxpay_v2 import ConfigurationError, InvalidRequest, Malformed, Merchant, Mismatch, NotSent, OutcomeUnknown, Refused
from wxpay_v2.clock import Clock
from wxpay_v2.compat import Tolerance
from wxpay_v2.compat.wechatpy import exceptions
from wxpay_v2.compat.wechatpy.crypto import WeChatRefundCrypto
from wxpay_v2.compat.wechatpy.exceptions import InvalidSignatureException, WeChatPayException
from wxpay_v2.compat.wechatpy.pay import utils
from wxpay_v2.errors import SignatureInvalid
from wxpay_v2.secret import Secret
from wxpay_v2.v2 import cipher

OLD, NEW = "wechatpy-1.8.18", "wechatpy-2.0.0a26"
DONE = {"return_code": "SUCCESS", "result_code": "SUCCESS"}
MONEY = {"transaction_id": "4200", "out_trade_no": "T-1", "total_fee": "5", "time_end": "20300101000000"}
PAID = {**DONE, **MONEY, "appid": APPID, "mch_id": MCH_ID, "openid": "o1", "trade_type": "JSAPI", "bank_type": "CFT",
        "cash_fee": "5", "nonce_str": "n", "is_subscribe": "N"}  # fmt: skip


def tolerant(**holes: bool) -> Tolerance:
    return Tolerance(until=Clock().now().date() + timedelta(days=30), **holes)


def refused_call(pay: Any, reply: Any) -> Any:
    with gateway(reply), pytest.raises(WeChatPayException) as caught:
        pay.order.create("NATIVE", "Tea", 5, "https://a.example/n", "203.0.113.7", out_trade_no="T-1")
    return caught.value


ORDERED = {**DONE, "prepay_id": "wx1", "trade_type": "NATIVE"}
UNBELIEVABLE = {
    "unsigned": written(ORDERED),
    "signed with another key": signed(ORDERED, key="AnotherKeyOfAnotherMerchant45678"),
    "about another order": signed({**ORDERED, "out_trade_no": "T-2"}),
    "of another merchant": signed({**ORDERED, "mch_id": "1900000999"}),
    "a field twice": signed(ORDERED).replace("</xml>", "<prepay_id>wx2</prepay_id></xml>"),
    "a page": "<html><body>502</body></html>",
    "no xml": "gateway busy",
    "an unsigned refusal": written({"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERPAID"}),
}


@pytest.mark.parametrize("what", UNBELIEVABLE)
def test_s4_3_a_reply_that_nobody_can_believe_is_an_unknown_outcome_and_tells_them_to_query(what: str) -> None:
    error = refused_call(client(ours), UNBELIEVABLE[what])
    assert isinstance(error, OutcomeUnknown)
    assert (error.errcode, error.return_code, error.result_code) == ("SYSTEMERROR", None, None)
    assert error.numbers == {"out_trade_no": "T-1"}
    assert error.query == "order_query"


def test_the_real_one_believes_what_is_not_signed() -> None:
    told = real(NEW, "wechatpy", scenarios.replies, told=[[written({**DONE, **MONEY, "trade_state": "SUCCESS"}), 200]])
    assert told[0]["value"]["trade_state"] == "SUCCESS"


def test_an_unsigned_reply_is_believed_where_the_tolerance_names_it_and_no_longer_than_that() -> None:
    pay = client(ours, tolerance=tolerant(unsigned_replies=True))
    with gateway(written(ORDERED)), pytest.warns(UserWarning, match="answer in its name"):
        assert pay.order.create("NATIVE", "Tea", 5, "https://a.example/n", "203.0.113.7")["prepay_id"] == "wx1"
    assert refused_call(
        pay, written({"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERPAID"})
    ).errcode
    assert isinstance(refused_call(pay, "<html>"), OutcomeUnknown)
    over = client(ours, tolerance=Tolerance(until="2026-01-01", unsigned_replies=True))
    with pytest.warns(UserWarning, match="the tolerance is over"):
        assert isinstance(refused_call(over, written(ORDERED)), OutcomeUnknown)


def test_a_refusal_is_refused_and_an_unknown_code_is_not() -> None:
    failed = {"return_code": "SUCCESS", "result_code": "FAIL"}
    assert isinstance(refused_call(client(ours), {**failed, "err_code": "ORDERPAID"}), Refused)
    for code in ("SYSTEMERROR", "NEVERHEARD"):
        error = refused_call(client(ours), {**failed, "err_code": code})
        assert isinstance(error, OutcomeUnknown)
        assert error.errcode == code
    with (
        gateway(written({"return_code": "FAIL", "return_msg": "签名错误"})),
        pytest.raises(WeChatPayException) as caught,
    ):
        client(ours).refund.apply(5, 3, "R-1", out_trade_no="T-1")
    unsigned: Any = caught.value
    assert isinstance(unsigned, OutcomeUnknown)
    assert (unsigned.return_code, unsigned.return_msg, unsigned.errcode) == ("FAIL", "签名错误", None)


def test_an_http_error_is_an_unknown_outcome() -> None:
    with gateway("busy", 503), pytest.raises(WeChatPayException) as caught:
        client(ours).order.close("T-1")
    assert isinstance(caught.value, OutcomeUnknown)
    assert caught.value.phase == "status"
    assert caught.value.response.status_code == 503


def opened(message: Any, **settings: Any) -> dict[str, Any]:
    told: dict[str, Any] = client(ours, **settings).parse_payment_result(message)
    return told


@pytest.mark.parametrize(
    "message",
    [
        signed({**PAID, "mch_id": "1900000999"}),
        signed({**PAID, "appid": "wx9999999999999999"}),
        signed({**PAID, "attach": "a&total_fee=1"}),
        signed({name: text for name, text in PAID.items() if name != "transaction_id"}),
        signed({**PAID, "trade_state": "NOTPAY"}),
        signed({**PAID, "total_fee": "٥"}),
        signed({**PAID, "sign_type": "HMAC-SHA256"}),
        signed(PAID).replace("</xml>", "<total_fee>1</total_fee></xml>"),
        "<!DOCTYPE x><xml/>", "<xml/>", "<xml><sign>茶</sign></xml>", b"\xff", None, 5, "\ud800",
        written({**DONE, "req_info": "x"}),
    ],
)  # fmt: skip
def test_s4_a_notification_that_proves_nothing_is_an_invalid_signature(message: Any) -> None:
    with pytest.raises(InvalidSignatureException) as caught:
        opened(message)
    assert isinstance(caught.value, (Malformed, SignatureInvalid, Mismatch, OutcomeUnknown))
    assert (caught.value.errcode, isinstance(caught.value, WeChatPayException)) == (-40001, False)


def test_a_reply_played_back_as_a_notification_is_none_here_and_a_payment_in_the_real_one() -> None:
    reply = signed({**DONE, **MONEY, "appid": APPID, "mch_id": MCH_ID, "trade_state": "NOTPAY"})
    assert "value" in real(OLD, "wechatpy", scenarios.notices, method="parse_payment_result", messages=[reply])[0]
    with pytest.raises(InvalidSignatureException):
        opened(reply)


def test_s4_1_the_stronger_algorithm_is_believed_and_the_weaker_one_where_it_is_configured() -> None:
    strong = signed(PAID, sign_type="HMAC-SHA256")
    assert "error" in real(OLD, "wechatpy", scenarios.notices, method="parse_payment_result", messages=[strong])[0]
    assert opened(strong)["total_fee"] == 5
    assert opened(strong, sign_type="HMAC-SHA256")["total_fee"] == 5
    with pytest.raises(InvalidSignatureException):
        opened(signed(PAID), sign_type="HMAC-SHA256")
    with pytest.warns(UserWarning, match="weaker algorithm"):
        assert (
            opened(signed(PAID), sign_type="HMAC-SHA256", tolerance=tolerant(md5_notifications=True))["total_fee"] == 5
        )
    with pytest.raises(ConfigurationError):
        client(ours, sign_type="SHA1")


def test_a_service_providers_client_opens_the_notifications_of_its_sub_merchants() -> None:
    told = opened(signed({**PAID, "sub_mch_id": "1900000110"}))
    assert told["sub_mch_id"] == "1900000110"
    with pytest.raises(InvalidSignatureException):
        opened(signed({**PAID, "sub_mch_id": "1900000110"}), sub_mch_id="1900000111")


@pytest.mark.parametrize("key", ["", "short", " " * 32, None])
def test_s4_5_a_key_that_cannot_be_one_is_told_before_anything_is_sent(key: Any) -> None:
    with gateway(DONE) as asked, pytest.raises(NotSent):
        client(ours, api_key=key).order.close("T-1")
    assert not asked
    with pytest.raises(InvalidSignatureException) as caught:
        opened(signed(PAID, key=key or ""), api_key=key)
    assert isinstance(caught.value, ConfigurationError)
    with pytest.raises(ConfigurationError):
        utils.calculate_signature({"a": "1"}, "")


def sent_by(pay: Any, **data: Any) -> dict[str, str]:
    with gateway(DONE) as asked:
        pay.post("pay/closeorder", data={"out_trade_no": "T-1", **data})
    fields = fields_of(asked[0].body)
    assert fields["sign"] == sign(fields)
    return fields


def test_zero_is_sent_and_signed_unless_the_tolerance_drops_it() -> None:
    assert sent_by(client(ours), device_info=0)["device_info"] == "0"
    with pytest.warns(UserWarning, match="not signed"):
        assert sent_by(client(ours, tolerance=tolerant(dropped_zeros=True)), device_info=0)["device_info"] == ""
    assert utils.calculate_signature({"a": 0}, KEY) == sign({"a": "0"})
    assert utils.dict_to_xml({"a": 0}) == "<xml>\n<a>0</a>\n</xml>"


def test_a_value_cannot_leave_its_element_unless_the_tolerance_lets_it() -> None:
    hostile = "x]]></body><total_fee>1</total_fee><body><![CDATA["
    assert sent_by(client(ours), body=hostile)["body"] == hostile
    assert fields_of(utils.dict_to_xml({"body": hostile}))["body"] == hostile
    with gateway(DONE) as asked, pytest.warns(UserWarning, match="fields of its own"):
        client(ours, tolerance=tolerant(raw_markup=True)).post("pay/closeorder", data={"body": hostile})
    assert b"<total_fee>1</total_fee>" in asked[0].body


@pytest.mark.parametrize("value", [1.5, "a\x00b", "\ud800", "a\rb", "\U0001f375"])
def test_what_the_gateway_cannot_read_as_it_was_signed_is_not_sent(value: Any) -> None:
    with gateway(DONE) as asked, pytest.raises(WeChatPayException) as caught:
        client(ours).post("pay/closeorder", data={"out_trade_no": value})
    assert isinstance(caught.value, InvalidRequest)
    assert not asked


class Wire:
    """In the place of `_http`: keeps what it is asked with."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    def request(self, **kwargs: Any) -> Any:
        self.seen.append(kwargs)
        raise KeyboardInterrupt


def test_there_is_a_timeout_unless_the_tolerance_takes_it_away() -> None:
    def limit(method: str = "close", **settings: Any) -> Any:
        pay = client(ours, **settings)
        pay._http = wire = Wire()
        with pytest.raises(KeyboardInterrupt):
            if method == "micropay":
                pay.micropay.create("Tea", 5, "134567890123456789", "203.0.113.7")
            elif method == "statement":
                pay.tools.download_bill("20300101")
            else:
                pay.order.close("T-1")
        return wire.seen[0]["timeout"]

    assert limit() == (3.0, 10.0)
    assert limit("micropay") == (3.0, 30.0)
    assert limit("statement") == (3.0, 60.0)
    assert limit(timeout=7) == 7
    with pytest.warns(UserWarning, match="for ever"):
        assert limit(tolerance=tolerant(no_timeout=True)) is None


def test_keys_are_in_no_print_no_log_no_pickle_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert scenarios.pickled(ours) == [False] * 6
    assert True in real(OLD, "wechatpy", scenarios.pickled)
    pay = client(ours)
    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="holds keys"):
            attempt(pay)
    error = refused_call(pay, written(ORDERED))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - ours
    assert (type(again), str(again), again.errcode, again.client) == (type(error), str(error), "SYSTEMERROR", None)
    plain = WeChatPayException("FAIL", return_msg="m", client=pay)
    assert pickle.loads(pickle.dumps(plain)).client is None  # noqa: S301 - ours
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    with gateway("<html>"), pytest.raises(WeChatPayException) as caught:
        pay.micropay.create("Tea", 5, "134567890123456789", "203.0.113.7")
    shown += "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "134567890123456789" not in shown.replace('create("Tea", 5, "134567890123456789"', "") + caplog.text
    assert KEY not in shown + caplog.text + repr(vars(pay)) + repr(error)
    assert pay.api_key == KEY
    pay.api_key = "AnotherKeyOfAnotherMerchant45678"
    assert pay.api_key == "AnotherKeyOfAnotherMerchant45678"


INNER = {"out_refund_no": "R-1", "out_trade_no": "T-1", "transaction_id": "4200", "refund_id": "50", "total_fee": "5",
         "refund_fee": "3", "settlement_refund_fee": "3", "refund_status": "SUCCESS", "success_time": "",
         "refund_recv_accout": "x", "refund_account": "y", "refund_request_source": "API"}  # fmt: skip


def refund_notice(inner: dict[str, str], **outer: str) -> str:
    sealed = cipher.encrypt(written(inner).replace("xml>", "root>").encode(), Secret(KEY))
    return written(
        {"return_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID, "nonce_str": "n", "req_info": sealed, **outer}
    )


KNOWN = {**DONE, "transaction_id": "4200", "out_trade_no": "T-1", "total_fee": "5", "refund_count": "1",
         "out_refund_no_0": "R-1", "refund_id_0": "50", "refund_fee_0": "3", "refund_status_0": "SUCCESS"}  # fmt: skip


def test_m6_a_refund_notification_is_asked_about_and_told_as_in_the_real_one() -> None:
    message = refund_notice(INNER)
    theirs = real(NEW, "wechatpy", scenarios.notices, method="parse_refund_notify_result", messages=[message])[0]
    with gateway(KNOWN) as asked:
        assert client(ours).parse_refund_notify_result(message) == theirs["value"]
    assert fields_of(asked[0].body)["out_refund_no"] == "R-1"


def test_m6_a_refund_put_together_from_pieces_is_caught_unless_the_tolerance_lets_it_pass() -> None:
    spliced = refund_notice({**INNER, "refund_fee": "5"})
    with gateway(KNOWN), pytest.raises(InvalidSignatureException) as caught:
        client(ours).parse_refund_notify_result(spliced)
    assert isinstance(caught.value, Mismatch)
    pay = client(ours, tolerance=tolerant(spliced_refunds=True))
    with gateway(KNOWN) as asked, pytest.warns(UserWarning, match="pieces"):
        assert pay.parse_refund_notify_result(spliced)["refund_fee"] == 5
    assert not asked
    nothing = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "REFUNDNOTEXIST"}
    with gateway(nothing), pytest.raises(WeChatPayException):
        client(ours).parse_refund_notify_result(refund_notice(INNER))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (refund_notice(INNER, appid="wx9999999999999999"), exceptions.InvalidAppIdException),
        (refund_notice(INNER, mch_id="1900000999"), exceptions.InvalidMchIdException),
        (refund_notice(INNER, req_info="AAAA"), InvalidSignatureException),
        (written({"appid": APPID, "mch_id": MCH_ID}), InvalidSignatureException),
        ("<!DOCTYPE x><xml/>", InvalidSignatureException),
        ("", InvalidSignatureException),
    ],
)
def test_another_ones_refund_and_what_does_not_open(message: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        client(ours).parse_refund_notify_result(message)
    with pytest.raises(kind):
        WeChatRefundCrypto(KEY).decrypt_message(message, APPID, MCH_ID)


def test_the_signature_of_somebodys_dict_is_compared_by_its_length_and_key() -> None:
    pay = client(ours)
    fields = {"a": "1", "none": None}
    assert pay.check_signature({**fields, "sign": sign({"a": "1"})})
    assert pay.check_signature({**fields, "sign": sign({"a": "1"}, sign_type="HMAC-SHA256")})
    assert not pay.check_signature({**fields, "sign": sign({"a": "2"})})
    assert not pay.check_signature({**fields, "sign": "茶"})
    assert not pay.check_signature(fields)


def test_no_merchant_is_made_of_what_is_none() -> None:
    with gateway(DONE), pytest.raises(WeChatPayException) as caught:
        client(ours, mch_id="not a number").order.close("T-1")
    assert isinstance(caught.value, ConfigurationError)
    assert HOST == ours.WeChatPay.API_BASE_URL
    assert Merchant(APPID, MCH_ID, KEY)


ENDLESS = [(None, None), (3, None), (None, 3), urllib3.Timeout(None), urllib3.Timeout(connect=3, read=None)]


@pytest.mark.parametrize("limit", ENDLESS, ids=str)
def test_no_part_of_a_timeout_is_endless_unless_the_tolerance_lets_it(limit: Any) -> None:
    def used(pay: Any) -> Any:
        with gateway(DONE) as asked:
            pay.order.close("T-1")
        return asked[0].req_kwargs["timeout"]

    connect, read = used(client(ours, timeout=limit))
    assert 0 < connect <= 10
    assert 0 < read <= 10
    with pytest.warns(UserWarning, match="for ever"):
        assert None in used(client(ours, timeout=limit, tolerance=tolerant(no_timeout=True)))


@pytest.mark.parametrize("limit", [float("inf"), float("nan"), 1e300, (3, float("inf"))])
def test_what_no_clock_counts_is_refused(limit: Any) -> None:
    with gateway(DONE) as asked, pytest.raises(WeChatPayException, match="must be seconds") as caught:
        client(ours, timeout=limit).order.close("T-1")
    assert isinstance(caught.value, NotSent)
    assert not asked


def test_a_poisoned_attach_is_not_sent() -> None:
    with gateway(DONE) as asked, pytest.raises(WeChatPayException, match="attach") as caught:
        client(ours).order.create("NATIVE", "Tea", 5, "https://a.example/n", attach="x&total_fee=1")
    assert isinstance(caught.value, NotSent)
    assert not asked


CHARGED = {**PAID, "device_info": "1"}


@pytest.mark.parametrize(
    "other", [{"total_fee": "500"}, {"return_code": "OK"}, {"result_code": "success"}, {"attach": "a&total_fee=1"},
              {"transaction_id": ""}, {"result_code": "FAIL"}],
)  # fmt: skip
def test_m11_signed_answers_that_settle_nothing_tell_them_to_query(other: dict[str, str]) -> None:
    with gateway(CHARGED):
        charged = client(ours).micropay.create("Tea", 5, "134567890123456789", out_trade_no="T-1")
    assert charged["total_fee"] == "5"
    with gateway({**CHARGED, **other}), pytest.raises(WeChatPayException) as caught:
        client(ours).micropay.create("Tea", 5, "134567890123456789", out_trade_no="T-1")
    assert isinstance(caught.value, OutcomeUnknown)
    assert (caught.value.errcode, caught.value.result_code) == ("SYSTEMERROR", None)


def test_s7_the_key_is_not_in_the_error_of_a_text_that_cannot_be_signed() -> None:
    with pytest.raises(InvalidRequest, match="surrogate") as caught:
        utils.format_url({"a": "\ud800"}, KEY)
    error: Any = caught.value
    assert KEY not in f"{error!r} {vars(error)} {error.__context__!r} {error.__cause__!r}"


def test_a_key_as_bytes_opens_refunds_as_in_the_real_one() -> None:
    message = refund_notice(INNER)
    told = WeChatRefundCrypto(KEY.encode()).decrypt_message(message, APPID, MCH_ID)
    assert told == WeChatRefundCrypto(KEY).decrypt_message(message, APPID, MCH_ID)
