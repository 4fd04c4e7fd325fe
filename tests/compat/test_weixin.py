"""weixin-python's face beside weixin-python 0.5.7: the same calls, in two processes, compared."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from tests.compat import others
from tests.compat.others import GATEWAY, NOTIFY_URL, OPENID, answering, outcome, shape, soon, trusting, unpickled
from tests.compat.real import ROOT, real, require
from tests.fixtures import APPID, KEY, MCH_ID, OTHER_KEY, crash_report, sign
from wxpay_v2 import InvalidRequest, NotSent, OutcomeUnknown, Refused
from wxpay_v2.compat import Tolerance, ToleranceWarning, weixin
from wxpay_v2.compat.weixin import Map, Weixin, WeixinError, WeixinPay, WeixinPayError
from wxpay_v2.errors import ConfigurationError, Malformed, SignatureInvalid
from wxpay_v2.simulator import Simulator

PACKAGE = "weixin-python-0.5.7"
ORDER = {"body": "Tea", "total_fee": 100, "trade_type": "NATIVE", "product_id": "9",
         "spbill_create_ip": "203.0.113.7"}  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore::wxpay_v2.upgrade.LostFieldWarning")


@pytest.fixture(scope="module")
def gateway(wxpay_certificates: Path) -> Iterator[Simulator]:
    with others.simulator(wxpay_certificates) as simulator:
        yield simulator


# Scenarios: run in the real package's process, and here.


def _pay(library: Any, given: dict[str, str], **more: Any) -> Any:
    pay = library.WeixinPay(
        given["appid"], given["mch_id"], given["key"], NOTIFY_URL, given["cert_key"], given["cert"], **more
    )
    pay.PAY_HOST = given["base_url"]
    return pay


def _kinds(library: Any) -> tuple[type, ...]:
    return (library.WeixinError, library.pay.WeixinPayError)


def before_payment(library: Any, given: dict[str, str], prefix: str, **more: Any) -> list[Any]:
    pay, kinds = _pay(library, given, **more), _kinds(library)
    paid, other = f"{prefix}T-100001", f"{prefix}T-100002"
    with trusting(given["ca"]):
        calls = [
            lambda: pay.unified_order(**ORDER, out_trade_no=paid),
            lambda: pay.order_query(out_trade_no=paid),
            lambda: pay.jsapi(
                body="Tea", total_fee=1, out_trade_no=other, openid=OPENID, spbill_create_ip="203.0.113.7"
            ),
            lambda: pay.close_order(other),
            lambda: pay.order_query(out_trade_no=other),
            lambda: pay.order_query(out_trade_no=f"{prefix}NONE-1"),
            lambda: pay.refund(out_trade_no=paid, out_refund_no=f"{prefix}R-1", total_fee=100, refund_fee=1),
            lambda: pay.download_bill("20200101"),
        ]
        return [outcome(call, prefix, kinds) for call in calls]


def after_payment(library: Any, given: dict[str, str], prefix: str, **more: Any) -> list[Any]:
    pay, kinds = _pay(library, given, **more), _kinds(library)
    paid = f"{prefix}T-100001"
    refund = {"out_trade_no": paid, "out_refund_no": f"{prefix}R-1", "total_fee": 100, "refund_fee": 30}
    with trusting(given["ca"]):
        calls = [
            lambda: pay.order_query(out_trade_no=paid),
            lambda: pay.refund(**refund),
            lambda: pay.refund_query(out_refund_no=f"{prefix}R-1"),
            lambda: pay.close_order(paid),
        ]
        return [outcome(call, prefix, kinds) for call in calls]


def on_the_wire(library: Any) -> list[Any]:
    pay = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL, "key.pem", "cert.pem")
    pay.sess.mount(GATEWAY, requests.adapters.HTTPAdapter())  # the files are not there, and need not be
    people = {"partner_trade_no": "P1", "openid": OPENID, "amount": 100, "desc": "Prize"}
    card = {"partner_trade_no": "P1", "enc_bank_no": "b", "enc_true_name": "n", "bank_code": "1001", "amount": 100}
    paths = ("pay/unifiedorder", "pay/orderquery", "pay/closeorder", "secapi/pay/refund", "pay/refundquery",
             "pay/downloadbill", "mmpaymkttransfers/promotion/transfers", "mmpaysptrans/pay_bank",
             "mmpaysptrans/query_bank", "mmpaymkttransfers/gettransferinfo")  # fmt: skip
    calls = [
        lambda: pay.unified_order(**ORDER, out_trade_no="T1", attach="", device_info="0"),
        lambda: pay.order_query(out_trade_no="T1", sub_mch_id="1900000110"),
        lambda: pay.order_query(transaction_id="42", appid="wx0000000000000000"),
        lambda: pay.close_order("T1"),
        lambda: pay.refund(transaction_id="42", out_refund_no="R1", total_fee=100, refund_fee=0),
        lambda: pay.refund_query(refund_id="5"),
        lambda: pay.download_bill("20200101", "SUCCESS"),
        lambda: pay.pay_individual(**people),
        lambda: pay.pay_individual_to_card(**card),
        lambda: pay.pay_individual_bank_query(partner_trade_no="P1"),
        lambda: pay.pay_individual_query(partner_trade_no="P1"),
    ]
    with answering(*paths) as wire:
        for call in calls:
            outcome(call)
        return others.sent(wire)


def refused_arguments(library: Any) -> list[Any]:
    kinds = _kinds(library)
    bare = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL)
    full = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL, "key.pem", "cert.pem")
    whole = {"out_trade_no": "T", "body": "b", "total_fee": 1, "trade_type": "APP"}
    lacking = [{name: value for name, value in whole.items() if name != left} for left in whole]
    calls = [
        *[lambda told=told: bare.unified_order(**told) for told in lacking],
        lambda: bare.unified_order(**{**whole, "trade_type": "JSAPI"}),
        lambda: bare.unified_order(**{**whole, "trade_type": "NATIVE"}),
        lambda: bare.order_query(),
        lambda: bare.refund(out_trade_no="T", out_refund_no="R", total_fee=1, refund_fee=1),
        lambda: bare.refund_query(),
        *[lambda name=name: getattr(full, name)() for name in (
            "refund", "pay_individual", "pay_individual_to_card", "pay_individual_bank_query", "pay_individual_query")],
        lambda: bare.pay_individual(), lambda: bare.pay_individual_to_card(),
        lambda: bare.pay_individual_bank_query(), lambda: bare.pay_individual_query(),
        lambda: full.refund(out_trade_no="T"), lambda: full.refund(out_trade_no="T", out_refund_no="R"),
        lambda: full.refund(out_trade_no="T", out_refund_no="R", total_fee=1),
    ]  # fmt: skip
    return [outcome(call, kinds=kinds)["raised"] for call in calls]


def signatures(library: Any) -> list[Any]:
    pay = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL)
    dicts = [
        {"b": "2", "a": 1, "C": "x"}, {"total_fee": 0, "empty": "", "none": None}, {"body": "茶 & <b>"},
        {"sign_type": "MD5", "detail": '{"goods":[]}', "n": "0"},
    ]  # fmt: skip
    return [pay.sign(told) for told in dicts]


def notifications(library: Any) -> list[Any]:
    pay = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL)
    told = others.paid(attach="")
    results = []
    for body in (others.signed(**told), others.signed(OTHER_KEY, **told)):
        data = pay.to_dict(body.decode())
        results.append([pay.check(data), data])
    results.append(pay.reply("OK").decode() if library.__name__ == "weixin" else "<reply>")
    return results[:2]


def failures(library: Any) -> list[Any]:
    kinds = _kinds(library)
    results = []
    for fault in (requests.ReadTimeout("late"), requests.ConnectTimeout("late"), requests.ConnectionError("gone")):
        pay = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL)
        with responses.RequestsMock() as wire:
            wire.post(f"{GATEWAY}/pay/orderquery", body=fault)
            results.append(outcome(lambda pay=pay: pay.order_query(out_trade_no="T1"), kinds=kinds))
    return results


def maps(library: Any) -> list[Any]:
    told = library.Map({"a": "1", "inner": {"b": "2"}}, c=3)
    told.d = 4
    told["e"] = 5
    results = [told.a, told["a"], told.inner.b, told.c, told.d, told.e, dict(told.missing), dict(told["missing"])]
    del told.d
    return [*results, "d" in told, told.get("nothing"), told.get("nothing", 7), sorted(library.Map(x=1))]


def public_names(library: Any) -> dict[str, list[str]]:
    made = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL)
    return {
        "WeixinPay": sorted(name for name in {*dir(type(made)), *vars(made)} if not name.startswith("_")),
        "Map": sorted(name for name in vars(library.Map) if not name.startswith("__")),
        "errors": sorted(name for name in ("WeixinError", "Map", "WeixinPay", "Weixin") if hasattr(library, name)),
    }


# The same as the library.


def test_a_days_calls_are_answered_as_by_the_library(gateway: Simulator) -> None:
    given = others.given(gateway)
    theirs = real(PACKAGE, "weixin", before_payment, given=given, prefix="r")
    ours = before_payment(weixin, given, "o")
    opened = ours[2]["returned"]
    assert opened.pop("paySign")  # the master's name for sign: ours has both
    assert ours == theirs
    for prefix in ("r", "o"):
        gateway.pay(f"{prefix}T-100001")
    assert after_payment(weixin, given, "o") == real(PACKAGE, "weixin", after_payment, given=given, prefix="r")


def test_the_same_fields_go_out_signed() -> None:
    theirs, ours = real(PACKAGE, "weixin", on_the_wire), on_the_wire(weixin)
    assert others.without_dice(ours) == others.without_dice(theirs)
    for one in ours:
        assert one["fields"]["sign"] == sign(one["fields"])


def test_refused_arguments_are_the_same_errors() -> None:
    for theirs, ours in zip(real(PACKAGE, "weixin", refused_arguments), refused_arguments(weixin), strict=True):
        assert theirs and set(theirs) <= set(ours)


def test_signatures_are_the_same() -> None:
    assert signatures(weixin) == real(PACKAGE, "weixin", signatures)


def test_notifications_are_read_and_checked_as_by_the_library() -> None:
    ours = notifications(weixin)
    assert ours == real(PACKAGE, "weixin", notifications)
    assert [checked for checked, _ in ours] == [True, False]


def test_failures_of_the_network_are_the_same_exceptions() -> None:
    assert failures(weixin) == real(PACKAGE, "weixin", failures)


def test_maps_read_the_same() -> None:
    assert maps(weixin) == real(PACKAGE, "weixin", maps)


def test_every_public_name_of_the_library_is_here_and_in_the_table() -> None:
    theirs, ours = real(PACKAGE, "weixin", public_names), public_names(weixin)
    for home, names in theirs.items():
        assert set(names) <= set(ours[home])
    table = others.verdicts("weixin")
    assert set(theirs["WeixinPay"]) | {"timestamp", "order_jsapi", "order_h5", "order_qr", "qrcode_url"} <= set(table)
    assert "missing" not in table.values()


# Holes, closed; each opened by its name.


def _face(**more: Any) -> WeixinPay:
    return WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL, "key.pem", "cert.pem", **more)


def _unsigned_query(library: Any, **more: Any) -> Any:
    pay = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL, **more)
    forged = {"return_code": "SUCCESS", "result_code": "SUCCESS", "trade_state": "SUCCESS", "out_trade_no": "T1"}
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/orderquery", others.unsigned(**forged))
        return shape(pay.order_query(out_trade_no="T1"))


def test_an_unsigned_answer_is_unknown_and_the_librarys_own_error() -> None:
    assert real(PACKAGE, "weixin", _unsigned_query)["trade_state"] == "SUCCESS"
    with pytest.raises(WeixinPayError, match="signature") as caught:
        _unsigned_query(weixin)
    assert isinstance(caught.value, OutcomeUnknown)
    assert caught.value.numbers == {"out_trade_no": "T1"}
    with pytest.warns(ToleranceWarning, match="unsigned_replies"):
        told = _unsigned_query(weixin, tolerance=Tolerance(until=soon(), unsigned_replies=True))
    assert told["trade_state"] == "SUCCESS"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"return_code": "FAIL", "return_msg": "busy"}, OutcomeUnknown),
        ({"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "NOTENOUGH"}, OutcomeUnknown),
    ],
)
def test_an_unsigned_refusal_of_a_refund_is_unknown(fields: dict[str, str], kind: type[Exception]) -> None:
    pay = _face()
    pay.sess.mount(GATEWAY, requests.adapters.HTTPAdapter())
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/secapi/pay/refund", others.unsigned(**fields))
        with pytest.raises(WeixinPayError) as caught:
            pay.refund(out_trade_no="T1", out_refund_no="R1", total_fee=2, refund_fee=1)
    assert isinstance(caught.value, kind)


def test_a_signed_refusal_says_the_gateways_words() -> None:
    told = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERPAID", "err_code_des": "该订单已支付"}
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/closeorder", others.signed(**told))
        with pytest.raises(WeixinPayError) as caught:
            _face().close_order("T1")
    assert (str(caught.value), caught.value.args) == ("该订单已支付", ("该订单已支付",))
    assert isinstance(caught.value, Refused)
    assert caught.value.err_code == "ORDERPAID"
    again = unpickled(caught.value)
    assert (str(again), again.err_code) == ("该订单已支付", "ORDERPAID")


def test_another_orders_answer_is_unknown() -> None:
    with answering("pay/orderquery", out_trade_no="T2", trade_state="NOTPAY"), pytest.raises(OutcomeUnknown):
        _face().order_query(out_trade_no="T1")


def test_a_statement_is_text() -> None:
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/downloadbill", "﻿交易时间,`a".encode())
        assert _face().download_bill("20200101") == "﻿交易时间,`a"


def test_a_refusal_that_a_tolerance_believes_is_the_librarys_error() -> None:
    pay = _face(tolerance=Tolerance(until=soon(), unsigned_replies=True))
    with responses.RequestsMock() as wire:
        wire.post(f"{GATEWAY}/pay/closeorder", others.unsigned(return_code="FAIL", return_msg="no\nsuch order"))
        with pytest.warns(ToleranceWarning), pytest.raises(WeixinPayError, match="no such order"):
            pay.close_order("T1")


@pytest.mark.parametrize("status", [302, 500, 502])
def test_a_page_with_another_status_is_unknown_and_no_statement(status: int) -> None:
    with responses.RequestsMock() as wire:
        wire.post(
            f"{GATEWAY}/pay/downloadbill", "no statement", status=status, headers={"Location": "https://a.example"}
        )
        with pytest.raises(WeixinPayError, match=str(status)):
            _face().download_bill("20200101")


def test_what_the_library_could_not_send_is_sent() -> None:
    """It wrote "&" and "<" as they are, which is no XML."""
    with answering("pay/unifiedorder") as wire:
        _face().unified_order(**{**ORDER, "body": "Tea & <Cake>", "attach": None}, out_trade_no="T1")
        told = others.sent(wire)[0]["fields"]
    assert told["body"] == "Tea & <Cake>"
    assert "attach" not in told
    assert told["sign"] == sign(told)


def _cut_in(library: Any, **more: Any) -> Any:
    pay = library.WeixinPay(APPID, MCH_ID, KEY, NOTIFY_URL, **more)
    body = "</body><total_fee>1</total_fee><body>"
    with answering("pay/unifiedorder") as wire:
        outcome(lambda: pay.unified_order(**{**ORDER, "body": body}, out_trade_no="T1"))
        return others.sent(wire)[0]["fields"]


def test_markup_in_a_value_stays_text() -> None:
    assert real(PACKAGE, "weixin", _cut_in)["total_fee"] == ["1", "100"]
    assert _cut_in(weixin)["total_fee"] == "100"
    with pytest.warns(ToleranceWarning, match="raw_markup"):
        told = _cut_in(weixin, tolerance=Tolerance(until=soon(), raw_markup=True))
    assert told["total_fee"] == ["1", "100"]
    assert _face().to_xml({"a": "]]>"}) == b"<xml><a><![CDATA[]]]]><![CDATA[>]]></a></xml>"


def test_a_missing_sign_is_a_wrong_one() -> None:
    assert _face().check({"out_trade_no": "T1"}) is False
    assert _face().check({"out_trade_no": "T1", "sign": ""}) is False
    assert _face().check({"out_trade_no": "T1", "sign": "签"}) is False


def test_a_value_that_could_be_two_fields_is_not_believed() -> None:
    told = {"attach": "x&total_fee=1", "total_fee": "100", "out_trade_no": "T1"}
    assert _face().check({**told, "sign": sign(told)}) is False


def test_a_field_that_is_absent_stays_absent_and_unpaid() -> None:
    with answering("pay/orderquery", trade_state="NOTPAY"):
        told = _face().order_query(out_trade_no="T1")
    assert told.transaction_id == {}
    assert not told.transaction_id
    assert "transaction_id" not in told
    assert told.trade_state == "NOTPAY"
    assert not hasattr(told, "__deepcopy__")
    assert copy.deepcopy(told) == told
    assert unpickled(told) == told
    del told.nothing


@pytest.mark.parametrize(("value", "says"), [(1.0, "float"), (True, "bool"), ([1], "list"), ("a\0", "cannot carry")])
def test_what_no_amount_is_is_refused_before_sending(value: Any, says: str) -> None:
    with pytest.raises(WeixinPayError, match=says) as caught:
        _face().order_query(out_trade_no="T1", total_fee=value)
    assert isinstance(caught.value, InvalidRequest)


class _Recorder(requests.Session):
    """A session that somebody put in the place of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []

    def post(self, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        self.asked.append({"url": url, **kwargs})
        made = requests.Response()
        made.status_code = 200
        made._content = others.callback_body()
        return made


def test_a_session_of_the_users_own_carries_every_call() -> None:
    pay = _face()
    pay.sess = _Recorder()
    pay.close_order("T1")
    pay.key, pay.cert = "late_key.pem", "late_cert.pem"
    pay.refund_query(out_trade_no="T1")
    pay.refund(out_trade_no="T1", out_refund_no="R1", total_fee=2, refund_fee=1)
    assert [one["url"] for one in pay.sess.asked] == [
        f"{GATEWAY}/pay/closeorder", f"{GATEWAY}/pay/refundquery", f"{GATEWAY}/secapi/pay/refund",
    ]  # fmt: skip
    assert [one.get("cert") for one in pay.sess.asked] == [None, None, ("late_cert.pem", "late_key.pem")]


def test_no_call_waits_for_ever() -> None:
    pay = _face()
    pay.sess = _Recorder()
    pay.close_order("T1")
    assert pay.sess.asked[0]["timeout"] == (3.0, 10.0)
    waiting = _face(tolerance=Tolerance(until=soon(), no_timeout=True))
    waiting.sess = _Recorder()
    with pytest.warns(ToleranceWarning, match="no_timeout"):
        waiting.close_order("T1")
    assert waiting.sess.asked[0]["timeout"] is None


def test_the_network_tells_whether_anything_was_sent() -> None:
    for fault, kind in ((requests.ReadTimeout("late"), OutcomeUnknown), (requests.ConnectTimeout("late"), NotSent)):
        with responses.RequestsMock() as wire:
            wire.post(f"{GATEWAY}/pay/orderquery", body=fault)
            with pytest.raises(kind) as caught:
                _face().order_query(out_trade_no="T1")
        assert isinstance(caught.value, type(fault))
        assert type(unpickled(caught.value)) is type(caught.value)


def test_the_key_is_a_str_to_its_user_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pay = _face()
    assert pay.mch_key == KEY
    with answering("pay/closeorder"):
        pay.close_order("T1")
    with pytest.raises(WeixinPayError) as caught:
        _face().order_query(out_trade_no=1.5)
    shown = f"{vars(pay)} {pay!r} {caplog.text} {caught.value!r} {vars(caught.value)}"
    assert KEY not in shown
    with pytest.raises(TypeError, match="Secret"):
        pickle.dumps(pay)
    pay.mch_key = OTHER_KEY
    assert pay.sign({"a": "1"}) == sign({"a": "1"}, OTHER_KEY)


def test_a_key_that_is_none_is_told_at_the_first_call() -> None:
    with pytest.raises(WeixinPayError, match="32 characters") as caught:
        WeixinPay(APPID, MCH_ID, "short", NOTIFY_URL).order_query(out_trade_no="T1")
    assert isinstance(caught.value, ConfigurationError)


# The parts around it.


def test_weixin_takes_its_settings_from_a_dict_or_an_app() -> None:
    config = {"WEIXIN_APP_ID": APPID, "WEIXIN_MCH_ID": MCH_ID, "WEIXIN_MCH_KEY": KEY, "WEIXIN_NOTIFY_URL": NOTIFY_URL,
              "WEIXIN_MCH_KEY_FILE": "key.pem", "WEIXIN_MCH_CERT_FILE": "cert.pem"}  # fmt: skip

    class App:
        pass

    App.config = config  # type: ignore[attr-defined]
    late = Weixin()
    late.init_app(App())
    for made in (Weixin(config), Weixin(App()), late, late.pay):
        assert (made.app_id, made.mch_id, made.mch_key) == (APPID, MCH_ID, KEY)
        assert (made.notify_url, made.key, made.cert) == (NOTIFY_URL, "key.pem", "cert.pem")
    assert Weixin(config).app.config is config
    unready = Weixin({"WEIXIN_APP_ID": APPID})
    assert not hasattr(unready, "pay")
    assert issubclass(WeixinPayError, WeixinError)


def test_the_masters_additions() -> None:
    pay = _face()
    assert pay.timestamp.isdigit()
    link = dict(part.split("=", 1) for part in pay.qrcode_url("P1").partition("?")[2].split("&"))
    assert link["sign"] == sign(link)
    with answering("tools/shorturl", short_url="weixin://wxpay/s/X") as wire:
        assert pay.qrcode_url("P1", shorten=True) == "weixin://wxpay/s/X"
        assert others.sent(wire)[0]["fields"]["long_url"].startswith("weixin://wxpay/bizpayurl?sign=")
    with pytest.raises(WeixinPayError, match="long_url"):
        pay.qrcode_url_shorten()
    with answering("pay/unifiedorder", prepay_id="wx201410272009395522657a690389285100") as wire:
        pay.order_h5(**{**ORDER, "trade_type": "MWEB"}, out_trade_no="T1")
        pay.order_qr(body="b", total_fee=1, product_id="1", out_trade_no="T2")
        opened = pay.order_jsapi(body="b", total_fee=1, openid=OPENID, out_trade_no="T3")
        assert [one["fields"]["trade_type"] for one in others.sent(wire)] == ["MWEB", "NATIVE", "JSAPI"]
    unsigned = {name: text for name, text in opened.items() if name not in ("sign", "paySign")}
    assert opened["sign"] == opened["paySign"] == sign(unsigned)


def test_the_address_of_flasks_request_is_the_payers() -> None:
    flask = pytest.importorskip("flask")
    assert _face().remote_addr == ""
    request = flask.Flask("shop").test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.9"})
    with request, answering("pay/unifiedorder") as wire:
        _face().unified_order(body="b", total_fee=1, trade_type="APP", out_trade_no="T1")
        assert others.sent(wire)[0]["fields"]["spbill_create_ip"] == "203.0.113.9"


def test_the_notification_view_of_its_readme_answers_the_genuine_and_the_forged() -> None:
    flask = pytest.importorskip("flask")
    app, pay = flask.Flask("shop"), _face()

    @app.route("/pay/notify", methods=["POST"])
    def notify() -> bytes:
        data = pay.to_dict(flask.request.data)
        if not pay.check(data):
            return pay.reply("签名验证失败", False)
        return pay.reply("OK", True)

    told = others.paid()
    for body, code in ((others.signed(**told), "SUCCESS"), (others.signed(OTHER_KEY, **told), "FAIL"),
                       (others.unsigned(**told), "FAIL")):  # fmt: skip
        answer = app.test_client().post("/pay/notify", data=body).data
        assert pay.to_dict(answer)["return_code"] == code


BESIDE = """
import json, sys
from wxpay_v2.compat import weixin as ours
from wxpay_v2.compat.aliases import Aliases
sys.path.insert(0, sys.argv[1])
sys.meta_path.insert(0, Aliases("weixin", ours.ALIASES))
import weixin
from weixin.pay import WeixinPayError
made = weixin.Weixin(json.loads(sys.argv[2]))
print(json.dumps([
    weixin.__file__.startswith(sys.argv[1]), made.pay.sign({"a": 1}), made.sign({"a": 1}), type(made.pay).__module__,
    issubclass(WeixinPayError, weixin.WeixinError), weixin.Map is ours.Map, callable(made.authorize),
]))
"""


def test_beside_the_real_package_its_payment_part_is_ours() -> None:
    config = {"WEIXIN_APP_ID": APPID, "WEIXIN_MCH_ID": MCH_ID, "WEIXIN_MCH_KEY": KEY, "WEIXIN_NOTIFY_URL": NOTIFY_URL,
              "WEIXIN_APP_SECRET": "s"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BESIDE, str(require(PACKAGE)), json.dumps(config)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expected = sign({"a": "1"})
    assert json.loads(done.stdout) == [True, expected, expected, "wxpay_v2.compat.weixin.pay", True, True, True]


def test_a_crash_report_shows_no_key() -> None:
    for act in (
        lambda: WeixinPay(APPID, "", KEY, NOTIFY_URL).order_query(out_trade_no="T1"),
        lambda: _face().sign({"a": 1.5}),
        lambda: _face().to_dict("<xml>"),
        lambda: _unsigned_query(weixin),
    ):
        assert KEY not in crash_report(act)


@pytest.mark.parametrize("key", ["", " ", None])
def test_an_empty_key_believes_nobody(key: Any) -> None:
    told = {"out_trade_no": "T1"}
    pay = WeixinPay(APPID, MCH_ID, key, NOTIFY_URL)
    with pytest.raises(ConfigurationError, match="empty"):
        pay.check({**told, "sign": sign(told, key or "")})


def test_what_is_no_dict_is_no_notification() -> None:
    assert _face().check(None) is False  # type: ignore[arg-type]
    assert _face().check({1: "a", "sign": "b"}) is False  # type: ignore[dict-item]
    for content in ("", "{}", b"\xff", "<a/>", None):
        with pytest.raises(WeixinPayError):
            _face().to_dict(content)  # type: ignore[arg-type]


def test_the_gateway_is_called_over_https_only() -> None:
    pay = _face()
    pay.PAY_HOST = "http://api.mch.weixin.qq.com"
    with pytest.raises(WeixinPayError, match="https only"):
        pay.order_query(out_trade_no="T1")


# Over API v3.


def test_a_days_calls_over_v3(gateway: Simulator) -> None:
    given = others.given(gateway)
    upgrade = others.over_v3(gateway)
    placed, unpaid, opened, closed, gone, none, refused, statement = before_payment(
        weixin, given, "u", upgrade=upgrade
    )  # fmt: skip
    assert placed["returned"]["code_url"] == "*"
    assert unpaid["returned"]["trade_state"] == "NOTPAY"
    assert opened["returned"]["signType"] == "RSA"
    assert closed["returned"]["result_code"] == "SUCCESS"
    assert gone["returned"]["trade_state"] == "CLOSED"
    for one in (none, refused, statement):
        assert "WeixinPayError" in one["raised"]
    gateway.pay("uT-100001")
    paid, refund, asked, _ = after_payment(weixin, given, "u", upgrade=upgrade)
    assert (paid["returned"]["trade_state"], paid["returned"]["total_fee"]) == ("SUCCESS", "100")
    assert refund["returned"]["refund_fee"] == "30"
    assert asked["returned"]["refund_count"] == "1"


@pytest.mark.parametrize("with_headers", [True, False])
def test_a_notification_of_v3_is_told_in_v2s_fields(gateway: Simulator, with_headers: bool) -> None:
    from wxpay_v2.compat import headers

    pay = _pay(weixin, others.given(gateway), upgrade=others.over_v3(gateway))
    number = f"n{with_headers}T-1"
    pay.unified_order(**ORDER, out_trade_no=number)
    gateway.pay(number)
    notice = gateway.gateway.due_notifications()[-1]
    assert notice.headers is not None
    token = headers.seen.set(dict(notice.headers()) if with_headers else None)
    try:
        data = pay.to_dict(notice.body)
        assert pay.check(data)
        assert (data["out_trade_no"], data["total_fee"], data["result_code"]) == (number, "100", "SUCCESS")
        headers.seen.set({**dict(notice.headers()), "Wechatpay-Signature": "AAAA"})
        with pytest.raises(WeixinPayError) as caught:
            pay.to_dict(notice.body)
        assert isinstance(caught.value, SignatureInvalid)
    finally:
        headers.seen.reset(token)
    with pytest.raises(WeixinPayError) as malformed:
        _face().to_dict(notice.body)  # over v2 JSON is no message
    assert isinstance(malformed.value, Malformed)


def test_no_warning_comes_by_itself() -> None:
    with warnings.catch_warnings(), answering("pay/closeorder"):
        warnings.simplefilter("error")
        _face().close_order("T1")
        assert Map({"a": None})["a"] is None


@pytest.mark.parametrize(
    "other",
    [
        {"trade_state": "NOTPAY"}, {"transaction_id": ""}, {"time_end": ""}, {"total_fee": ""}, {"result_code": ""},
        {"mch_id": "1900000999"},
    ],
)  # fmt: skip
def test_s4_10_a_signed_message_that_proves_no_payment_is_none(other: dict[str, str]) -> None:
    told = others.paid(mch_id=MCH_ID)
    assert _face().check({**told, "sign": sign(told)})
    told |= other
    assert not _face().check({**told, "sign": sign(told)})


def test_a_poisoned_attach_is_not_sent() -> None:
    with answering("pay/unifiedorder") as wire, pytest.raises(WeixinPayError, match="attach") as caught:
        _face().unified_order(**ORDER, out_trade_no="T1", attach="x&total_fee=1")
    assert isinstance(caught.value, NotSent)
    assert not wire.calls


@pytest.mark.parametrize("kind", [["JSAPI"], {}, bytearray(b"x")])
def test_a_trade_type_that_is_no_text_is_refused_as_everything_else(kind: Any) -> None:
    with answering("pay/unifiedorder"), pytest.raises(WeixinPayError):
        _face().unified_order(**{**ORDER, "trade_type": kind}, out_trade_no="T1", attach="\0")


def test_settings_that_hold_the_key_are_not_printed() -> None:
    config = {"WEIXIN_APP_ID": APPID, "WEIXIN_MCH_ID": MCH_ID, "WEIXIN_MCH_KEY": KEY, "WEIXIN_NOTIFY_URL": "x"}
    made = Weixin(config)
    assert KEY not in f"{vars(made)}"
    with pytest.raises(TypeError):
        pickle.dumps(made.app)


@pytest.mark.parametrize("off", [False, 0, "", None])
@pytest.mark.parametrize("kind", [None, _Recorder])
def test_s6_verification_is_never_switched_off(off: Any, kind: Any) -> None:
    pay = _face()
    if kind is not None:
        pay.sess = kind()
    pay.sess.verify = off
    with pytest.raises(WeixinPayError, match="never switched off"):
        pay.order_query(out_trade_no="T1")
    assert not getattr(pay.sess, "asked", ())
