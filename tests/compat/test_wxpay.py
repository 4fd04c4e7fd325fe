"""The official-style WXPay. pywxpay is on no package index, so what it does stands here as facts.

The scenarios take the library as real packages' do, and have been run against pywxpay's own source.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from tests.compat import others
from tests.compat.others import GATEWAY, NOTIFY_URL, answering, outcome, soon, trusting, unpickled
from tests.fixtures import APPID, AUTH_CODE, KEY, MCH_ID, OTHER_KEY, crash_report, sign
from wxpay_v2 import InvalidRequest, Malformed, NotSent, OutcomeUnknown
from wxpay_v2.clock import ManualClock
from wxpay_v2.compat import Tolerance, ToleranceWarning, headers, wxpay
from wxpay_v2.compat.wxpay import SignInvalidException, WXPay, WXPayConstants, WXPayUtil
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.simulator import Simulator
from wxpay_v2.upgrade import Gradual

ORDER = {"body": "Tea & <Cake>", "total_fee": 100, "trade_type": "NATIVE", "product_id": "9",
         "spbill_create_ip": "203.0.113.7", "notify_url": NOTIFY_URL}  # fmt: skip
# pywxpay's name, the official demo's, the path, and whether the certificate is shown.
OPERATIONS = (
    ("micropay", "microPay", "pay/micropay", False),
    ("unifiedorder", "unifiedOrder", "pay/unifiedorder", False),
    ("orderquery", "orderQuery", "pay/orderquery", False),
    ("reverse", "reverse", "secapi/pay/reverse", True),
    ("closeorder", "closeOrder", "pay/closeorder", False),
    ("refund", "refund", "secapi/pay/refund", True),
    ("refundquery", "refundQuery", "pay/refundquery", False),
    ("downloadbill", "downloadBill", "pay/downloadbill", False),
    ("report", "report", "payitil/report", False),
    ("shorturl", "shortUrl", "tools/shorturl", False),
    ("authcodetoopenid", "authCodeToOpenid", "tools/authcodetoopenid", False),
)
HELPERS = {
    "fill_request_data": "fillRequestData", "process_response_xml": "processResponseXml",
    "is_pay_result_notify_signature_valid": "isPayResultNotifySignatureValid",
    "is_response_signature_valid": "isResponseSignatureValid", "request_with_cert": "requestWithCert",
    "request_without_cert": "requestWithoutCert",
}  # fmt: skip
UTILITIES = ("dict2xml", "xml2dict", "generate_signature", "is_signature_valid", "generate_signed_xml",
             "generate_nonce_str", "md5", "hmacsha256")  # fmt: skip
SUCCESS = {"return_code": "SUCCESS", "result_code": "SUCCESS"}

pytestmark = pytest.mark.filterwarnings("ignore::wxpay_v2.upgrade.LostFieldWarning")


@pytest.fixture(scope="module")
def gateway(wxpay_certificates: Path) -> Iterator[Simulator]:
    with others.simulator(wxpay_certificates) as simulator:
        yield simulator


@pytest.fixture
def addresses(gateway: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """As its users do: the addresses are constants, and patched."""
    for name, value in list(vars(WXPayConstants).items()):
        if name.endswith("_URL"):
            monkeypatch.setattr(WXPayConstants, name, value.replace(GATEWAY, gateway.base_url))


def _pay(given: dict[str, str], **more: Any) -> WXPay:
    return WXPay(given["appid"], given["mch_id"], given["key"], given["cert"], given["cert_key"], **more)


def _face(**more: Any) -> WXPay:
    return WXPay(APPID, MCH_ID, KEY, "cert.pem", "key.pem", **more)


# Scenarios.


def before_payment(pay: Any, prefix: str) -> list[Any]:
    paid, other = f"{prefix}T-100001", f"{prefix}T-100002"
    calls = [
        lambda: pay.unifiedorder({**ORDER, "out_trade_no": paid}),
        lambda: pay.orderquery({"out_trade_no": paid}),
        lambda: pay.unifiedorder({**ORDER, "out_trade_no": other}),
        lambda: pay.closeorder({"out_trade_no": other}),
        lambda: pay.orderquery({"out_trade_no": other}),
        lambda: pay.orderquery({"out_trade_no": f"{prefix}NONE-1"}),
        lambda: pay.downloadbill({"bill_date": "20200101", "bill_type": "ALL"}),
        lambda: pay.micropay({"body": "Tea", "out_trade_no": f"{prefix}T-3", "total_fee": 1, "auth_code": AUTH_CODE,
                              "spbill_create_ip": "203.0.113.7"}),
    ]  # fmt: skip
    return [outcome(call, prefix) for call in calls]


def after_payment(pay: Any, prefix: str) -> list[Any]:
    paid = f"{prefix}T-100001"
    refund = {"out_trade_no": paid, "out_refund_no": f"{prefix}R-1", "total_fee": 100, "refund_fee": 30}
    calls = [
        lambda: pay.orderquery({"out_trade_no": paid}),
        lambda: pay.refund(refund),
        lambda: pay.refundquery({"out_refund_no": f"{prefix}R-1"}),
        lambda: pay.reverse({"out_trade_no": f"{prefix}T-3"}),
    ]
    return [outcome(call, prefix) for call in calls]


# The same as pywxpay.


@pytest.mark.usefixtures("addresses")
def test_a_days_calls(gateway: Simulator) -> None:
    pay = _pay(others.given(gateway))
    with trusting(str(gateway.ca)):
        placed, unpaid, _, closed, gone, none, statement, till = before_payment(pay, "o")
        gateway.pay("oT-100001")
        paid, refund, asked, reversed_ = after_payment(pay, "o")
    assert placed["returned"]["code_url"] == "*"
    assert unpaid["returned"]["trade_state"] == "NOTPAY"
    assert (closed["returned"]["result_code"], gone["returned"]["trade_state"]) == ("SUCCESS", "CLOSED")
    assert none["returned"]["err_code"] == "ORDERNOTEXIST"
    assert statement["returned"]["return_code"] == "FAIL"
    assert till["returned"]["return_code"] == "SUCCESS"
    assert (paid["returned"]["trade_state"], paid["returned"]["total_fee"]) == ("SUCCESS", "100")
    assert refund["returned"]["refund_fee"] == "30"
    assert asked["returned"]["refund_count"] == "1"
    assert reversed_["returned"]["return_code"] == "SUCCESS"


@pytest.mark.parametrize(("name", "official", "path", "certificate"), OPERATIONS)
def test_either_spelling_of_a_call_sends_the_same(name: str, official: str, path: str, certificate: bool) -> None:
    for sandbox in ("", "sandboxnew/"):
        pay, asked = _face(use_sandbox=bool(sandbox)), []

        def take(url: str, data: dict[str, Any], *limits: Any, told: list[Any] = asked) -> str:
            told.append((url, data, limits))
            return others.signed(**SUCCESS).decode()

        which = "request_with_cert" if certificate else "request_without_cert"
        setattr(pay, which, take)
        given = {"out_trade_no": "T1", "total_fee": 0, "appid": "other", "mch_id": "other", "nonce_str": "mine",
                 "sign": "mine", "sign_type": "mine"}  # fmt: skip
        for spelling in (name, official):
            getattr(pay, spelling)(given)
        assert given["sign"] == "mine"  # the caller's dict stays as it is
        for url, data, limits in asked:
            assert url == f"{GATEWAY}/{sandbox}{path}"
            assert limits == (8000, 8000)
            assert (data["appid"], data["mch_id"], data["sign_type"], data["total_fee"]) == (APPID, MCH_ID, "MD5", 0)
            assert data["nonce_str"] not in ("mine", "")
            text = {key: f"{value}" for key, value in data.items()}
            assert data["sign"] == sign(text)
        assert len(asked) == 2


class Text(str):
    """What a template engine marks as safe, say."""


def test_what_is_filled_in_is_what_goes_out() -> None:
    with answering("pay/orderquery", out_trade_no="T1") as wire:
        told = _face().orderquery(
            {"out_trade_no": b"T1", "none": None, "zero": 0, "empty": "", "attach": Text("a&b<c>]]>")}
        )
        fields = others.sent(wire)[0]["fields"]
    assert type(told) is dict
    assert "none" not in fields
    assert (fields["zero"], fields["empty"], fields["attach"]) == ("0", "", "a&b<c>]]>")
    assert fields["sign"] == sign(fields)


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_signatures(sign_type: str) -> None:
    told = {"b": 2, "a": "茶", "zero": 0, "none": None, "empty": "", "sign": "old"}
    expected = sign({"b": "2", "a": "茶", "zero": "0"}, KEY, sign_type)
    assert WXPayUtil.generate_signature(told, KEY, sign_type) == expected
    assert WXPayUtil.is_signature_valid({**told, "sign": expected}, KEY, sign_type)
    assert not WXPayUtil.is_signature_valid({**told, "sign": expected}, OTHER_KEY, sign_type)
    assert not WXPayUtil.is_signature_valid({"a": "1"}, KEY, sign_type)
    document = WXPayUtil.generate_signed_xml(told, KEY, sign_type)
    assert WXPayUtil.is_signature_valid(WXPayUtil.xml2dict(document), KEY, sign_type)
    assert WXPayUtil.md5("abc") == "900150983CD24FB0D6963F7D28E17F72"  # RFC 1321
    hmac = "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"  # RFC 4231
    assert WXPayUtil.hmacsha256("what do ya want for nothing?", "Jefe") == hmac
    assert len(WXPayUtil.generate_nonce_str()) == 32
    assert WXPayUtil.generate_nonce_str() != WXPayUtil.generate_nonce_str()


def test_messages_are_read_and_written() -> None:
    assert WXPayUtil.xml2dict("<xml><a> 1 </a><b></b><c><![CDATA[<x>]]></c></xml>") == {
        "a": " 1 ",
        "b": None,
        "c": "<x>",
    }
    assert WXPayUtil.xml2dict(WXPayUtil.dict2xml({"a": 1, "b": "<&>"})) == {"a": "1", "b": "<&>"}
    for body in ("", "<xml>", "<a/>", "<!DOCTYPE a><xml/>", "<xml><a>1</a><a>2</a></xml>"):
        with pytest.raises(Malformed):
            WXPayUtil.xml2dict(body)


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_answers_are_processed_as_ever(sign_type: str) -> None:
    pay = _face(sign_type=sign_type)
    told = {**SUCCESS, "empty": ""}
    good = others.unsigned(**told, sign=sign(told, KEY, sign_type)).decode()
    assert pay.processResponseXml(good) == {**SUCCESS, "empty": None, "sign": sign(told, KEY, sign_type)}
    failed = "<xml><return_code>FAIL</return_code><return_msg>no</return_msg></xml>"
    assert pay.process_response_xml(failed) == {"return_code": "FAIL", "return_msg": "no"}
    refused = others.unsigned(
        **{**told, "result_code": "FAIL"}, sign=sign({**told, "result_code": "FAIL"}, KEY, sign_type)
    )
    assert pay.process_response_xml(refused)["result_code"] == "FAIL"
    for bad in (others.signed(OTHER_KEY, **told), others.unsigned(**told), b"<xml><a>1</a></xml>", b"<html>", b"",
                b"<xml><return_code>MAYBE</return_code></xml>"):  # fmt: skip
        with pytest.raises(SignInvalidException) as caught:
            pay.process_response_xml(bad)
        assert isinstance(caught.value, OutcomeUnknown)
        assert caught.value.value == caught.value.message
        assert f"{caught.value}" == repr(caught.value.value)


def test_a_path_is_an_address_too() -> None:
    """As in the official demo, whose calls take the path."""
    pay = _face()
    with answering("pay/orderquery", out_trade_no="T1"):
        text = pay.requestWithoutCert("/pay/orderquery", pay.fillRequestData({"out_trade_no": "T1"}), 6000, 8000)
    assert isinstance(text, str)
    assert pay.processResponseXml(text)["out_trade_no"] == "T1"
    assert pay.processResponseXml(f"{text}")["out_trade_no"] == "T1"


def test_a_statement_is_a_dict() -> None:
    text = "﻿交易时间,公众账号ID\r\n`2020-01-01,`wx\r\n"
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/downloadbill", text.encode())
        told = _face().downloadbill({"bill_date": "20200101", "bill_type": "ALL"})
    assert told == {"return_code": "SUCCESS", "return_msg": "", "data": text.strip()}
    pay = _face()
    pay.request_without_cert = lambda *given: text  # type: ignore[method-assign]
    assert pay.downloadbill({})["data"] == text.strip()


@pytest.mark.parametrize(
    ("made", "asked", "expected"),
    [
        ({}, ((), {}), (8.0, 8.0)),
        ({"timeout": 6000}, ((), {}), (6.0, 6.0)),
        ({"timeout": 6000}, ((500,), {}), (0.5, 0.5)),
        ({}, ((), {"timeout": 500}), (0.5, 0.5)),
        ({}, ((6000, 8000), {}), (6.0, 8.0)),
        ({"connectTimeoutMs": 100, "readTimeoutMs": 200}, ((), {}), (0.1, 0.2)),
        ({"connect_timeout_ms": 100}, ((), {"readTimeoutMs": 300}), (0.1, 0.3)),
        ({"timeout": 1000}, ((), {"connect_timeout_ms": 100, "read_timeout_ms": 200}), (0.1, 0.2)),
        ({"timeout": None}, ((), {}), (3.0, 10.0)),
    ],
)  # fmt: skip
def test_timeouts_are_milliseconds_in_either_spelling(made: Any, asked: Any, expected: tuple[float, float]) -> None:
    given, named = asked
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/closeorder", others.signed(**SUCCESS))
        _face(**made).closeorder({"out_trade_no": "T1"}, *given, **named)
        assert wire.calls[0].request.req_kwargs["timeout"] == pytest.approx(expected)  # type: ignore[attr-defined]


@pytest.mark.parametrize("named", [{"timeout": 0}, {"timeout": -1}, {"timeout": "5"}, {"seconds": 5}])
def test_what_is_no_timeout_is_refused(named: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        _face().orderquery({"out_trade_no": "T1"}, **named)


def test_the_constants() -> None:
    assert (WXPayConstants.SUCCESS, WXPayConstants.FAIL) == ("SUCCESS", "FAIL")
    assert (WXPayConstants.FIELD_SIGN, WXPayConstants.FIELD_SIGN_TYPE) == ("sign", "sign_type")
    assert (WXPayConstants.SIGN_TYPE_MD5, WXPayConstants.SIGN_TYPE_HMACSHA256) == ("MD5", "HMAC-SHA256")
    for name, _, path, _ in OPERATIONS:
        assert getattr(WXPayConstants, f"{name.upper()}_URL") == f"{GATEWAY}/{path}"
        assert getattr(WXPayConstants, f"SANDBOX_{name.upper()}_URL") == f"{GATEWAY}/sandboxnew/{path}"


def test_a_subclass_overrides_by_pywxpays_names() -> None:
    class Shop(WXPay):
        def fill_request_data(self, data: Any) -> dict[str, Any]:
            return {**super().fill_request_data(data), "extra": "1"}

        def request_without_cert(self, url: str, data: Any, *more: Any, **named: Any) -> str:
            assert data["extra"] == "1"
            return others.signed(**SUCCESS, url=url).decode()

    shop = Shop(APPID, MCH_ID, KEY)
    assert shop.orderQuery({"out_trade_no": "T1"})["url"] == f"{GATEWAY}/pay/orderquery"
    assert shop.fillRequestData({})["extra"] == "1"


def test_every_name_is_here_and_in_the_table() -> None:
    table = others.verdicts("wxpay")
    names = {name for row in OPERATIONS for name in row[:2]} | {*HELPERS, *HELPERS.values(), *UTILITIES}
    for name in {name for row in OPERATIONS for name in row[:2]} | {*HELPERS, *HELPERS.values()}:
        assert callable(getattr(WXPay, name))
    for name in UTILITIES:
        assert callable(getattr(WXPayUtil, name))
    made = {name for name in vars(_face()) if not name.startswith("_")} | {"key"}
    assert made == {"app_id", "mch_id", "key", "cert_pem_path", "key_pem_path", "timeout", "sign_type", "use_sandbox"}
    assert names | made | {"SignInvalidException"} <= set(table)
    assert "missing" not in table.values()


# Holes, closed; each opened by its name.


def _asked(body: bytes, path: str = "pay/orderquery", status: int = 200, **more: Any) -> dict[str, Any]:
    pay = _face(**more)
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/{path}", body, status=status)
        told: dict[str, Any] = getattr(pay, path.rpartition("/")[2])({"out_trade_no": "T1"})
        return told


def test_an_unsigned_answer_is_unknown_and_the_librarys_own_error() -> None:
    body = others.unsigned(**SUCCESS, trade_state="SUCCESS")
    with pytest.raises(SignInvalidException, match="signature") as caught:
        _asked(body)
    assert isinstance(caught.value, OutcomeUnknown)
    assert caught.value.numbers == {"out_trade_no": "T1"}
    again = unpickled(caught.value)
    assert (again.value, again.numbers) == (caught.value.value, {"out_trade_no": "T1"})
    with pytest.warns(ToleranceWarning, match="unsigned_replies"):
        told = _asked(body, tolerance=Tolerance(until=soon(), unsigned_replies=True))
    assert told["trade_state"] == "SUCCESS"


def test_an_unsigned_refusal_comes_back_where_no_money_moves_and_is_unknown_elsewhere() -> None:
    body = others.unsigned(return_code="FAIL", return_msg="签名错误")
    for path in ("pay/orderquery", "pay/unifiedorder", "pay/closeorder", "pay/downloadbill"):
        assert _asked(body, path) == {"return_code": "FAIL", "return_msg": "签名错误"}
    coded = others.unsigned(return_code="FAIL", err_code="SYSTEMERROR")
    for told in (body, coded, others.unsigned(**{**SUCCESS, "result_code": "FAIL"}, err_code="NOTENOUGH")):
        with pytest.raises(SignInvalidException):
            _asked(told, "pay/micropay")


def test_a_signed_answer_that_names_an_unknown_outcome_comes_back() -> None:
    told = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "USERPAYING", "err_code_des": "wait"}
    assert _asked(others.signed(**told), "pay/micropay")["err_code"] == "USERPAYING"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_another_status_is_unknown(status: int) -> None:
    for path in ("pay/orderquery", "pay/downloadbill"):
        with pytest.raises(SignInvalidException, match=f"{status}"):
            _asked(others.signed(**SUCCESS), path, status)


def test_another_orders_answer_is_unknown() -> None:
    with pytest.raises(SignInvalidException, match="something else"):
        _asked(others.signed(**SUCCESS, out_trade_no="T2"))


def test_a_notification_is_checked_by_the_configured_algorithm() -> None:
    told = others.paid(attach="")
    for sign_type, other in (("MD5", "HMAC-SHA256"), ("HMAC-SHA256", "MD5")):
        pay = _face(sign_type=sign_type)
        good, wrong = ({**told, "sign": sign(told, KEY, kind)} for kind in (sign_type, other))
        assert pay.is_pay_result_notify_signature_valid(WXPayUtil.xml2dict(others.unsigned(**good)))
        assert pay.isPayResultNotifySignatureValid(good)
        for forged in (wrong, told, {**good, "total_fee": "1"}, {**good, "sign": ""}, {**good, "sign_type": other}, {}):
            assert pay.isPayResultNotifySignatureValid(forged) is False
    md5 = {**told, "sign": sign(told)}
    with pytest.warns(ToleranceWarning, match="md5_notifications"):
        old = _face(sign_type="HMAC-SHA256", tolerance=Tolerance(until=soon(), md5_notifications=True))
        assert old.isPayResultNotifySignatureValid(md5)


def test_a_value_that_could_be_two_fields_is_not_believed() -> None:
    told = {**SUCCESS, "attach": "x&total_fee=1", "total_fee": "100"}
    assert _face().isPayResultNotifySignatureValid({**told, "sign": sign(told)}) is False


@pytest.mark.parametrize("value", [1.0, True, [1], {"a": 1}])
def test_what_no_amount_is_is_refused_before_sending(value: Any) -> None:
    with pytest.raises(InvalidRequest, match="total_fee"):
        _face().unifiedorder({"total_fee": value})


def test_what_is_no_dict_is_refused() -> None:
    for given in (None, "a=1", [("a", "1")]):
        with pytest.raises(InvalidRequest, match="mapping"):
            _face().unifiedorder(given)
        assert _face().isPayResultNotifySignatureValid(given) is False  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest):
        WXPayUtil.xml2dict(None)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="auth_code") as caught:
        _face().micropay({"auth_code": float(AUTH_CODE)})
    assert AUTH_CODE[:5] not in str(caught.value)


@pytest.mark.parametrize("key", ["", " ", None])
def test_an_empty_key_believes_nobody(key: Any) -> None:
    told = {**SUCCESS, "out_trade_no": "T1"}
    with pytest.raises(ConfigurationError, match="empty"):
        WXPay(APPID, MCH_ID, key).isPayResultNotifySignatureValid({**told, "sign": sign(told, key or "")})


def test_tolerated_answers_must_still_be_messages() -> None:
    open_ = Tolerance(until=soon(), unsigned_replies=True)
    with pytest.warns(ToleranceWarning):
        assert _asked(others.unsigned(**SUCCESS), tolerance=open_)["result_code"] == "SUCCESS"
    with pytest.raises(SignInvalidException, match="cannot be read"):
        _asked(b"<html>", tolerance=open_)


def test_the_network_tells_whether_anything_was_sent() -> None:
    for fault, kind in (
        (requests.ReadTimeout("late"), OutcomeUnknown), (requests.ConnectTimeout("late"), NotSent),
        (requests.ConnectionError("gone"), OutcomeUnknown),
    ):  # fmt: skip
        with responses.RequestsMock() as wire:
            wire.post(f"{GATEWAY}/pay/orderquery", body=fault)
            with pytest.raises(kind) as caught:
                _face().orderquery({"out_trade_no": "T1"})
        assert isinstance(caught.value, type(fault))
        assert isinstance(unpickled(caught.value), kind)


def test_the_key_is_a_str_to_its_user_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pay = _face()
    assert pay.key == KEY
    with answering("pay/orderquery"):
        pay.orderquery({"out_trade_no": "T1"})
    assert KEY not in f"{vars(pay)} {pay!r} {caplog.text}"
    with pytest.raises(TypeError, match="Secret"):
        pickle.dumps(pay)
    pay.key = OTHER_KEY
    told = {**SUCCESS, "out_trade_no": "T1"}
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/orderquery", others.signed(OTHER_KEY, **told))
        assert pay.orderquery({"out_trade_no": "T1"})["out_trade_no"] == "T1"
        fields = others.sent(wire)[0]["fields"]
    assert fields["sign"] == sign(fields, OTHER_KEY)


def test_a_key_that_is_none_is_told_at_the_first_call() -> None:
    with pytest.raises(ConfigurationError, match="32 characters"):
        WXPay(APPID, MCH_ID, "short").orderquery({})
    with pytest.raises(InvalidRequest, match="sign_type"):
        _face(sign_type="RSA").fill_request_data({})


@pytest.mark.usefixtures("addresses")
def test_a_certificate_assigned_late_is_shown_and_a_missing_one_told(gateway: Simulator) -> None:
    given = others.given(gateway)
    pay = _pay({**given, "cert": "", "cert_key": ""})
    refund = {"out_trade_no": "lateT-1", "out_refund_no": "lateR-1", "total_fee": 100, "refund_fee": 1}
    with trusting(given["ca"]):
        pay.unifiedorder({**ORDER, "out_trade_no": "lateT-1"})
        gateway.pay("lateT-1")
        with pytest.raises(ConfigurationError):
            pay.refund(refund)
        pay.cert_pem_path, pay.key_pem_path = given["cert"], given["cert_key"]
        assert pay.refund(refund)["result_code"] == "SUCCESS"


# Over API v3.


def test_a_days_calls_over_v3(gateway: Simulator) -> None:
    pay = _pay(others.given(gateway), upgrade=others.over_v3(gateway))
    placed, unpaid, _, closed, gone, none, statement, till = before_payment(pay, "u")
    gateway.pay("uT-100001")
    pay.cert_pem_path = pay.key_pem_path = "gone.pem"  # v2's certificate is not needed
    paid, refund, asked, _ = after_payment(pay, "u")
    assert placed["returned"]["code_url"] == "*"
    assert unpaid["returned"]["trade_state"] == "NOTPAY"
    assert (closed["returned"]["result_code"], gone["returned"]["trade_state"]) == ("SUCCESS", "CLOSED")
    assert none["returned"]["err_code"] == "ORDERNOTEXIST"
    assert statement["returned"]["return_code"] == "FAIL"
    assert till["raised"] == []  # NotSent: whether it is open over v3, official sources disagree
    assert (paid["returned"]["trade_state"], paid["returned"]["total_fee"]) == ("SUCCESS", "100")
    assert refund["returned"]["refund_fee"] == "30"
    assert asked["returned"]["refund_count"] == "1"


def test_no_line_is_changed_where_the_environment_names_the_upgrade(
    gateway: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.write_settings(tmp_path / "merchant.toml")  # whose table [upgrade] names this gateway
    monkeypatch.setenv("WXPAY_V2_UPGRADE", str(tmp_path / "merchant.toml"))
    pay = WXPay(gateway.merchant.appid, gateway.merchant.mch_id, gateway.merchant.api_key.reveal())
    assert pay.unifiedorder({**ORDER, "out_trade_no": "envT-100"})["result_code"] == "SUCCESS"
    told = pay.orderquery({"out_trade_no": "envT-100"})
    assert (told["trade_state"], "total_fee" in told) == ("NOTPAY", False)


def test_m11_an_unknown_outcome_over_v3_is_systemerror(gateway: Simulator) -> None:
    settings = others.over_v3(gateway)
    settings.clock = ManualClock(gateway.clock.time())  # it is asked again, after pauses
    pay = _pay(others.given(gateway), upgrade=settings)
    pay.orderquery({"out_trade_no": "lostT-1"})  # the platform's certificates are fetched before
    gateway.faults.add("lost_reply", times=9)
    try:
        told = pay.unifiedorder({**ORDER, "out_trade_no": "lostT-1"})
    finally:
        gateway.faults.clear()
    assert (told["result_code"], told["err_code"]) == ("FAIL", "SYSTEMERROR")


@pytest.mark.parametrize("with_headers", [True, False])
def test_a_notification_of_v3_is_told_in_v2s_fields(gateway: Simulator, with_headers: bool) -> None:
    pay = _pay(others.given(gateway), upgrade=others.over_v3(gateway))
    number = f"notice{with_headers}"
    pay.unifiedorder({**ORDER, "out_trade_no": number})
    gateway.pay(number)
    notice = gateway.gateway.due_notifications()[-1]
    assert notice.headers is not None
    given = dict(notice.headers())
    token = headers.seen.set(given if with_headers else None)
    try:
        data = WXPayUtil.xml2dict(notice.body.decode())
        assert data == {}
        assert pay.is_pay_result_notify_signature_valid(data)
        assert (data["out_trade_no"], data["total_fee"], data["result_code"]) == (number, "100", "SUCCESS")
        assert _face().isPayResultNotifySignatureValid(WXPayUtil.xmlToMap(notice.body)) is False
        headers.seen.set({**given, "Wechatpay-Signature": "AAAA"})
        forged = WXPayUtil.xml2dict(notice.body)
        assert (pay.isPayResultNotifySignatureValid(forged), forged) == (False, {})
    finally:
        headers.seen.reset(token)


def test_a_service_providers_sub_merchants_are_called_and_heard_over_v3(wxpay_certificates: Path) -> None:
    provider = Simulator(
        directory=wxpay_certificates, region="mainland", mode="service_provider", sign_type="MD5", deliver=False
    )
    with provider as gateway:
        pay = _pay(others.given(gateway), upgrade=others.over_v3(gateway))
        sub = {"sub_mch_id": gateway.merchant.sub_mch_id}
        pay.unifiedorder({**ORDER, **sub, "out_trade_no": "subT-100"})
        gateway.pay("subT-100")
        assert pay.orderquery({**sub, "out_trade_no": "subT-100"})["trade_state"] == "SUCCESS"
        notice = gateway.gateway.due_notifications()[-1]
        assert notice.headers is not None
        for given in (dict(notice.headers()), None):
            token = headers.seen.set(given)
            try:
                data = WXPayUtil.xml2dict(notice.body)
                assert pay.is_pay_result_notify_signature_valid(data)
            finally:
                headers.seen.reset(token)
            assert (data["out_trade_no"], data["sub_mch_id"]) == ("subT-100", sub["sub_mch_id"])


def test_where_the_upgrade_is_gradual_the_rest_shows_the_certificate_over_v2(gateway: Simulator) -> None:
    settings = others.over_v3(gateway)
    settings.upgrade = Gradual(gateway.v3_account, percent=0)
    pay = _pay(others.given(gateway), upgrade=settings)
    pay.unifiedorder({**ORDER, "out_trade_no": "slowT-100"})
    gateway.pay("slowT-100")
    refund = {"out_trade_no": "slowT-100", "out_refund_no": "slowR-100", "total_fee": 100, "refund_fee": 1}
    assert pay.refund(refund)["result_code"] == "SUCCESS"
    pay.cert_pem_path = pay.key_pem_path = None
    with pytest.raises(ConfigurationError):
        pay.refund({**refund, "out_refund_no": "slowR-101"})


def test_a_crash_report_of_a_quick_pay_shows_neither_key_nor_code() -> None:
    asked = {"auth_code": AUTH_CODE, "total_fee": 1.5}
    for act in (
        lambda: _face().micropay(asked),
        lambda: _asked(others.unsigned(**SUCCESS), "pay/micropay"),
        lambda: WXPayUtil.generate_signed_xml(asked, KEY),
        lambda: WXPayUtil.generate_signature({"a": "1"}, KEY, "RSA"),
        lambda: WXPay("", MCH_ID, KEY).micropay(asked),
    ):
        report = crash_report(act)
        assert KEY not in report
        assert AUTH_CODE not in report


def test_the_aliases_name_this_module() -> None:
    assert set(wxpay.ALIASES.values()) == {wxpay.__name__}


@pytest.mark.parametrize(
    "other",
    [
        {"trade_state": "NOTPAY"}, {"transaction_id": ""}, {"time_end": ""}, {"total_fee": ""}, {"result_code": ""},
        {"mch_id": "1900000999"},
    ],
)  # fmt: skip
def test_s4_10_a_signed_message_that_proves_no_payment_is_none(other: dict[str, str]) -> None:
    told = others.paid(mch_id=MCH_ID)
    assert _face().isPayResultNotifySignatureValid({**told, "sign": sign(told)})
    told |= other
    assert _face().isPayResultNotifySignatureValid({**told, "sign": sign(told)}) is False
    assert WXPayUtil.isSignatureValid({**told, "sign": sign(told)}, KEY)


def test_a_poisoned_attach_is_not_sent() -> None:
    with answering("pay/unifiedorder") as wire, pytest.raises(InvalidRequest, match="attach"):
        _face().unifiedorder({"total_fee": 1, "attach": "x&total_fee=1"})
    assert not wire.calls


def test_m1_a_quick_pay_of_another_amount_is_unknown() -> None:
    ours = {"out_trade_no": "T1", "total_fee": 100, "auth_code": AUTH_CODE, "body": "b"}
    with (
        answering("pay/micropay", **others.paid(total_fee="1")),
        pytest.raises(SignInvalidException, match="total_fee"),
    ):
        _face().micropay(ours)
    with answering("pay/micropay", **others.paid()):
        assert _face().micropay(ours)["total_fee"] == "100"
