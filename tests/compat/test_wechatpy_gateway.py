"""wechatpy's face and the real one against the running gateway, over mutual TLS; ours over API v3 as well."""

from __future__ import annotations

import os
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

import wxpay_v2.compat.wechatpy as ours
from tests.compat import wechatpy_scenarios as scenarios
from tests.compat.real import LEADING_ELSEWHERE, real
from tests.compat.wechatpy_scenarios import at_gateway, client, signed
from tests.fixtures import APPID, KEY, MCH_ID
from wxpay_v2 import ConfigurationError, NotSent, OutcomeUnknown
from wxpay_v2.clock import ManualClock
from wxpay_v2.compat import Tolerance, install
from wxpay_v2.compat.settings import Settings
from wxpay_v2.compat.wechatpy.connection import Connection
from wxpay_v2.simulator import Simulator
from wxpay_v2.upgrade.gradual import Gradual
from wxpay_v2.v2 import cipher, xml

pytestmark = pytest.mark.filterwarnings("ignore::wxpay_v2.upgrade.LostFieldWarning")

ORDER = {
    "trade_type": "NATIVE", "body": "茶", "total_fee": 1250, "notify_url": "https://127.0.0.1/pay",
    "client_ip": "203.0.113.7", "out_trade_no": "T-123456", "product_id": "9",
}  # fmt: skip
REFUND = {"total_fee": 1250, "refund_fee": 400, "out_refund_no": "R-123456", "out_trade_no": "T-123456",
          "notify_url": "https://127.0.0.1/refund"}  # fmt: skip
NEW_EACH_TIME = ("nonce_str", "sign", "prepay_id", "code_url", "transaction_id", "refund_id", "refund_id_0", "openid",
                 "time_end", "refund_success_time_0", "success_time", "short_url")  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_leads_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LEADING_ELSEWHERE:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def gateway(wxpay_certificates: Path) -> Any:
    with Simulator(
        directory=wxpay_certificates, region="mainland", mode="direct", sign_type="MD5", deliver=False
    ) as simulator:
        yield simulator


def where(simulator: Simulator) -> dict[str, Any]:
    merchant = simulator.merchant
    return {
        "appid": merchant.appid, "api_key": merchant.api_key.reveal(), "mch_id": merchant.mch_id,
        "base_url": simulator.base_url, "ca": str(simulator.ca),
        "certificate": str(simulator.directory / "apiclient_cert.pem"),
        "key": str(simulator.directory / "apiclient_key.pem"),
    }  # fmt: skip


def shop(simulator: Simulator, **more: Any) -> Any:
    told = where(simulator)
    pay = ours.WeChatPay(told["appid"], told["api_key"], told["mch_id"], None, told["certificate"], told["key"], **more)
    pay.API_BASE_URL = told["base_url"] + "/"
    pay._http.verify = told["ca"]
    return pay


def pending(simulator: Simulator, mark: bytes) -> bytes:
    simulator.advance(1)
    simulator.gateway.tick()
    return next(
        one.body for one in simulator.gateway.due_notifications() if (b"req_info" in one.body) == (mark == b"r")
    )


def story(simulator: Simulator, run: Any) -> list[Any]:
    """Order, payment, notification, query, refund, refund notification, statement, and refusals."""
    told = run([["order", "create", ORDER], ["order", "query", {"out_trade_no": "NONE-123"}]])
    simulator.pay("T-123456")
    notice = pending(simulator, b"p").decode()
    told += run([
        ["", "parse_payment_result", {"xml": notice}],
        ["", "get_payment_data", {"xml": notice}],
        ["order", "query", {"out_trade_no": "T-123456"}],
        ["order", "close", {"out_trade_no": "T-123456"}],
        ["refund", "apply", REFUND],
        ["refund", "query", {"out_refund_no": "R-123456"}],
        ["tools", "download_bill", {"bill_date": "20200101"}],
        ["tools", "short_url", {"long_url": "weixin://wxpay/bizpayurl?pr=abcdefg"}],
    ])  # fmt: skip
    told += run([["", "parse_refund_notify_result", {"xml": pending(simulator, b"r").decode()}]])
    return [_compared(one) for one in told]


def _compared(told: dict[str, Any]) -> dict[str, Any]:
    value = told.get("value")
    if isinstance(value, dict):
        told["value"] = {name: "new" if name in NEW_EACH_TIME else text for name, text in value.items()}
    return told


def test_the_whole_story_is_the_same_with_both_versions_and_ours(wxpay_certificates: Path) -> None:
    found = []
    for package in ("", "wechatpy-1.8.18", "wechatpy-2.0.0a26"):
        with Simulator(
            directory=wxpay_certificates, region="mainland", mode="direct", sign_type="MD5", deliver=False
        ) as simulator:

            def run(steps: list[list[Any]]) -> list[Any]:
                if package:  # noqa: B023 - at once
                    theirs: list[Any] = real(package, "wechatpy", at_gateway, where=where(simulator), steps=steps)  # noqa: B023
                    return theirs
                return at_gateway(ours, where(simulator), steps)

            found.append(story(simulator, run))
    assert found[0][0]["value"]["code_url"] == "new"
    assert found[0] == found[1]
    assert found[0] == found[2]


def test_connections_are_kept_and_certificates_changed_between_two_calls(gateway: Simulator, tmp_path: Path) -> None:
    pay = shop(gateway)
    pay.order.create(**ORDER)
    assert len(pay._http._sessions) == 1
    pay.mch_cert = pay.mch_key = None
    pay.order.query(out_trade_no="T-123456")
    with pytest.raises(ours.WeChatPayException) as caught:
        pay.refund.apply(**REFUND)
    assert caught.value.return_code == "FAIL"
    late = [tmp_path / "c.pem", tmp_path / "k.pem"]
    for name, path in zip(("certificate", "key"), late, strict=True):
        shutil.copy(where(gateway)[name], path)
        path.chmod(0o600)
    gateway.pay("T-123456")
    pay.mch_cert, pay.mch_key = map(str, late)
    assert pay.refund.apply(**REFUND)["refund_fee"] == "400"
    late[1].unlink()
    os.utime(late[0], (1, 1))
    with pytest.raises(ours.WeChatPayException, match="cannot be read") as missing:
        pay.refund.query(out_refund_no="R-123456")
    assert isinstance(missing.value, ConfigurationError)
    pay._http.close()


def test_a_p12_certificate_is_shown_by_the_quick_path_and_by_a_changed_session(gateway: Simulator) -> None:
    pay = shop(gateway)
    pay.mch_cert, pay.mch_key = str(gateway.directory / "apiclient_cert.p12"), None
    pay.order.create(**ORDER)
    gateway.pay("T-123456")
    assert pay.refund.apply(**REFUND)["result_code"] == "SUCCESS"
    pay._http.headers["X-Shop"] = "tea"
    assert pay.refund.query(out_refund_no="R-123456")["refund_fee"] == "400"
    assert pay.refund.apply(**REFUND)["result_code"] == "SUCCESS"
    pay._http.close()


def test_a_gateway_that_is_not_trusted_or_not_there_is_not_sent_and_what_requests_calls_it(gateway: Simulator) -> None:
    pay = shop(gateway)
    pay._http.verify = True
    with pytest.raises(requests.exceptions.SSLError) as caught:
        pay.order.create(**ORDER)
    assert isinstance(caught.value, NotSent)
    pay.API_BASE_URL = "https://localhost:1/"
    with pytest.raises(requests.ConnectionError) as refused:
        pay.order.create(**ORDER)
    assert isinstance(refused.value, NotSent)
    assert not isinstance(refused.value, ours.WeChatPayException)
    pay._http.close()


def test_a_session_in_the_place_of_ours_tells_whether_anything_was_sent() -> None:
    pay = client(ours)
    pay._http = requests.Session()
    pay.API_BASE_URL = "https://localhost:1/"
    with pytest.raises(requests.ConnectionError) as caught:
        pay.order.close("T-1")
    assert isinstance(caught.value, NotSent)


def test_a_notification_of_api_v3_says_whose_it_is(
    gateway: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account = gateway.v3_account
    file = tmp_path / "upgrade.toml"
    file.write_text(
        f'[v3]\nserial_no = "{account.serial_no}"\nprivate_key = "{gateway.directory}/apiclient_key.pem"\n'
        f'api_v3_key = "{account.api_v3_key.reveal()}"\n[upgrade]\nmch_id = "{MCH_ID}"\n'
    )
    monkeypatch.setenv("WXPAY_V2_UPGRADE", str(file))
    pay = upgraded(gateway)
    pay.order.create(**ORDER)
    gateway.pay("T-123456")
    body = gateway.gateway.due_notifications()[-1].body
    told = ours.WeChatPay.get_payment_data(body.decode())
    assert (told["appid"], told["mch_id"], told["out_trade_no"]) == (APPID, MCH_ID, "T-123456")
    with pytest.raises(ValueError, match="not well-formed"):
        ours.WeChatPay.get_payment_data("{}")


def test_s6_verification_is_never_switched_off(gateway: Simulator) -> None:
    pay = shop(gateway)
    pay.order.create(**ORDER)
    for session in (pay._http, requests.Session()):
        pay._http = session
        for off in (False, 0, "", b"", None):
            session.verify = off
            with pytest.raises(ours.WeChatPayException) as caught:
                pay.order.create(**ORDER)
            assert isinstance(caught.value, ConfigurationError)
            session.verify = str(gateway.ca)
            if off is not None:
                with pytest.raises(ours.WeChatPayException, match="never switched off"):
                    pay.post("pay/orderquery", data={}, verify=off)
        assert (
            pay.post("pay/orderquery", data={"appid": APPID, "out_trade_no": "T-123456"}, verify=None)["trade_state"]
            == "NOTPAY"
        )
        session.close()


def test_a_lost_answer_is_unknown_and_what_requests_calls_it(gateway: Simulator) -> None:
    pay = shop(gateway)
    gateway.faults.add("lost_reply")
    with pytest.raises(requests.RequestException) as caught:
        pay.order.create(**ORDER)
    assert isinstance(caught.value, OutcomeUnknown)
    assert caught.value.request.url.endswith("/pay/unifiedorder")
    pay._http.close()


@pytest.mark.parametrize("change", ["header", "hook", "adapter", "send", "proxy", "params", "auth", "directory"])
def test_a_changed_session_is_requests_own(
    gateway: Simulator, change: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pay = shop(gateway)
    seen: list[Any] = []
    if change == "header":
        pay._http.headers["X-Shop"] = "tea"
    elif change == "hook":
        pay._http.hooks["response"].append(lambda response, **kwargs: seen.append(response))
    elif change == "adapter":
        pay._http.mount("https://", requests.adapters.HTTPAdapter())
    elif change == "send":
        send = requests.Session.send
        monkeypatch.setattr(
            requests.Session, "send", lambda self, *args, **kw: seen.append(1) or send(self, *args, **kw)
        )
    elif change == "proxy":
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", "localhost")
    elif change == "params":
        pay._http.params = {"shop": "tea"}
    elif change == "auth":
        pay._http.auth = ("a", "b")
    else:
        subject = tmp_path / "cas"
        subject.mkdir()
        pay._http.verify = str(subject)
        with pytest.raises(requests.exceptions.SSLError):
            pay.order.create(**ORDER)
    if change != "directory":
        assert pay.order.create(**ORDER)["result_code"] == "SUCCESS"
    assert not [one for one in pay._http._sessions.values() if one is not None]
    assert bool(seen) == (change in ("hook", "send"))
    pay._http.close()


def test_the_environments_ca_bundle_is_the_one_that_counts(gateway: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    pay = shop(gateway)
    pay._http.verify = True
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(gateway.ca))
    assert pay.order.create(**ORDER)["result_code"] == "SUCCESS"
    pay._http.close()


def test_redirects_are_not_followed() -> None:
    pay = client(ours)
    with responses.RequestsMock() as mocked:
        elsewhere = {"Location": "https://evil.example/"}
        mocked.add(responses.POST, "https://api.mch.weixin.qq.com/pay/closeorder", status=302, headers=elsewhere)
        mocked.add(responses.POST, "https://api.mch.weixin.qq.com/pay/closeorder", status=302, headers=elsewhere)
        for change in (False, True):
            if change:
                pay._http.headers["X-Shop"] = "tea"
            with pytest.raises(ours.WeChatPayException) as caught:
                pay.order.close("T-1")
            assert isinstance(caught.value, OutcomeUnknown)


def test_a_response_by_the_quick_path_is_as_requests_makes_it() -> None:
    pay = client(ours)
    with responses.RequestsMock() as mocked:
        mocked.add(responses.POST, "https://api.mch.weixin.qq.com/x", body="茶", headers={"X-A": "1"})
        answer = pay._http.request("post", "https://api.mch.weixin.qq.com/x", data=b"b", timeout=3)
    assert (answer.status_code, answer.text, answer.headers["x-a"], answer.request.method) == (200, "茶", "1", "POST")
    assert (answer.request.body, list(answer.cookies), answer.ok, answer.url) == (
        b"b", [], True, "https://api.mch.weixin.qq.com/x",
    )  # fmt: skip
    with pytest.raises(requests.exceptions.MissingSchema) as caught:
        Connection().request("post", "no-address")
    assert isinstance(caught.value, NotSent)


def upgraded(simulator: Simulator, upgrade: Any = None) -> Any:
    told = Settings(
        upgrade or simulator.v3_account, region="mainland", base_url=simulator.base_url, verify=str(simulator.ca),
        clock=ManualClock(simulator.clock.time()),  # which does not wait between two attempts
    )  # fmt: skip
    return shop(simulator, upgrade=told)


def test_the_whole_story_over_api_v3_has_the_shape_of_v2(gateway: Simulator) -> None:
    pay = upgraded(gateway)
    order = pay.order.create(**ORDER)
    assert order["code_url"].startswith("weixin://")
    gateway.pay("T-123456")
    notice = gateway.gateway.due_notifications()[-1]
    told = pay.parse_payment_result(notice.body.decode())
    assert (told["out_trade_no"], told["total_fee"], told["result_code"]) == ("T-123456", 1250, "SUCCESS")
    assert pay.order.query(out_trade_no="T-123456")["trade_state"] == "SUCCESS"
    assert pay.order.query(out_trade_no="T-123456", transaction_id=None)["total_fee"] == "1250"
    assert pay.refund.apply(**REFUND)["refund_fee"] == "400"
    gateway.advance(60)
    gateway.gateway.tick()
    refund = pay.parse_refund_notify_result(gateway.gateway.due_notifications()[-1].body)
    assert (refund["out_refund_no"], refund["refund_fee"]) == ("R-123456", 400)
    with pytest.raises(ours.WeChatPayException) as caught:
        pay.order.query(out_trade_no="NONE-123")
    assert (caught.value.errcode, caught.value.result_code) == ("ORDERNOTEXIST", "FAIL")
    with pytest.raises(ours.WeChatPayException) as lost:
        pay.tools.short_url("weixin://x")
    assert isinstance(lost.value, NotSent)
    with pytest.raises(ours.WeChatPayException, match="shorter than 6"):
        pay.order.query(out_trade_no="T-1")
    with scenarios.gateway({"return_code": "SUCCESS", "result_code": "SUCCESS"}) as asked:
        pay.api_key = KEY
        pay.post("https://pay.shop.example/pay/closeorder", data={"out_trade_no": "T-123456"})
    assert asked[0].url == "https://pay.shop.example/pay/closeorder"


def test_the_cashier_signs_as_the_protocol_of_the_order_wants_it(gateway: Simulator) -> None:
    pay = upgraded(gateway)
    params = pay.jsapi.get_jsapi_params("wx1", timestamp="12", nonce_str="n", jssdk=True)
    assert (params["signType"], params["timestamp"], params["nonceStr"]) == ("RSA", "12", "n")
    assert pay.jsapi.get_jsapi_signature("wx1", "12", "n") == params["paySign"]
    app = pay.order.get_appapi_params("wx1", "12", "n")
    assert (app["appid"], app["partnerid"], app["timestamp"], app["noncestr"]) == (APPID, MCH_ID, "12", "n")
    assert len(app["sign"]) > 64
    assert pay.jsapi.get_jsapi_params("wx1")["nonceStr"] != "n"
    assert pay.order.get_appapi_params("wx1", nonce_str="n")["timestamp"] != "12"
    assert pay.order.get_appapi_params("wx1", timestamp="12")["noncestr"] != "n"


def test_an_unknown_outcome_over_api_v3_is_systemerror(gateway: Simulator) -> None:
    pay = upgraded(gateway)
    pay.order.create(**ORDER)
    gateway.faults.add("lost_reply", times=9)
    with pytest.raises(ours.WeChatPayException) as caught:
        pay.order.create(**{**ORDER, "out_trade_no": "T-999999"})
    assert isinstance(caught.value, OutcomeUnknown)
    assert caught.value.errcode == "SYSTEMERROR"


def test_a_part_of_the_calls_goes_over_api_v3(gateway: Simulator) -> None:
    for percent in (0, 100):
        pay = upgraded(gateway, Gradual(gateway.v3_account, percent=percent))
        assert pay.order.create(**{**ORDER, "out_trade_no": f"T-{percent:06}"})["result_code"] == "SUCCESS"
        gateway.pay(f"T-{percent:06}")
        refund = {**REFUND, "out_trade_no": f"T-{percent:06}", "out_refund_no": f"R-{percent:06}"}
        assert pay.refund.apply(**refund)["result_code"] == "SUCCESS"


def test_no_line_changed_the_environment_says_how_calls_go(
    gateway: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "u.toml"
    file.write_text('[tolerance]\nuntil = "2099-01-01"\n')
    monkeypatch.setenv("WXPAY_V2_UPGRADE", str(file))
    with pytest.raises(ours.WeChatPayException, match="more than a year away"):
        shop(gateway).order.create(**ORDER)
    until = gateway.clock.now().date().isoformat()
    file.write_text(f'[tolerance]\nuntil = "{until}"\nunsigned_replies = true\n')
    pay = client(ours)
    reply = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>"
    with scenarios.gateway(reply), pytest.warns(UserWarning, match="answer in its name"):
        assert pay.order.close("T-1")["result_code"] == "SUCCESS"


def test_in_hong_kong_the_upgrade_is_global() -> None:
    class HongKong(ours.WeChatPay):
        API_BASE_URL = "https://apihk.mch.weixin.qq.com/"

    until = Tolerance(until="2026-01-01")
    assert HongKong(APPID, KEY, MCH_ID, tolerance=until)._settings().region == "global"
    assert client(ours, tolerance=until)._settings().region == "mainland"


def test_imported_by_the_old_names_it_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == "wechatpy"]:
        monkeypatch.delitem(sys.modules, name)
    with install("wechatpy"), warnings.catch_warnings():
        for name in ("pay", "pay.utils", "pay.base", "pay.api", "pay.api.base", "pay.api.order", "exceptions"):
            assert importlib.import_module(f"wechatpy.{name}") is importlib.import_module(f"{ours.__name__}.{name}")


def test_documented_examples_run_with_only_the_import_changed(gateway: Simulator) -> None:
    from wxpay_v2.compat.wechatpy import WeChatPay
    from wxpay_v2.compat.wechatpy.exceptions import InvalidSignatureException
    from wxpay_v2.compat.wechatpy.pay import calculate_signature, dict_to_xml

    told = where(gateway)
    wechat_pay = WeChatPay(
        appid=told["appid"], api_key=told["api_key"], mch_id=told["mch_id"], mch_cert=told["certificate"],
        mch_key=told["key"], timeout=10,
    )  # fmt: skip
    wechat_pay.API_BASE_URL = told["base_url"] + "/"
    wechat_pay._http.verify = told["ca"]
    order = wechat_pay.order.create("NATIVE", "Tea", 100, "https://127.0.0.1/n", product_id="1")
    params = wechat_pay.jsapi.get_jsapi_params(order["prepay_id"])
    unsigned = {name: text for name, text in params.items() if name != "paySign"}
    assert params["paySign"] == calculate_signature(unsigned, told["api_key"])
    assert wechat_pay.order.get_appapi_params(order.get("prepay_id"))["prepayid"] == order["prepay_id"]
    data = {"return_code": "SUCCESS", "appid": told["appid"]}
    with pytest.raises(InvalidSignatureException):
        wechat_pay.parse_payment_result(dict_to_xml(data, calculate_signature(data, told["api_key"])))
    number = gateway.gateway.orders()[0].out_trade_no
    gateway.pay(number)
    result = wechat_pay.parse_payment_result(pending(gateway, b"p"))
    assert (result["out_trade_no"], result["total_fee"]) == (number, 100)
    assert wechat_pay.check_signature(result)
    assert WeChatPay.get_payment_data(signed({**result, "total_fee": "1", "cash_fee": "1"}))["appid"] == told["appid"]
    wechat_pay._http.close()


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, bytes.decode])
def test_m6_a_v2_refund_notification_is_asked_about_over_api_v3_too(gateway: Simulator, kind: Any) -> None:
    pay = upgraded(gateway)
    inner = {"out_refund_no": "R-123456", "out_trade_no": "T-123456", "refund_id": "5", "refund_fee": "1",
             "refund_status": "SUCCESS", "total_fee": "1", "transaction_id": "42"}  # fmt: skip
    sealed = cipher.encrypt(xml.write(inner, root="root"), gateway.merchant.api_key)
    spliced = xml.write({"return_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID, "req_info": sealed})
    with pytest.raises(ours.WeChatPayException) as caught:
        pay.parse_refund_notify_result(kind(spliced))
    assert caught.value.errcode in ("REFUNDNOTEXIST", "ORDERNOTEXIST")
