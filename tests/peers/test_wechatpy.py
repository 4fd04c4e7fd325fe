"""wechatpy 1.8.18, unchanged but for the host and the trusted CA, against the simulator.

Nobody here wrote it: it shows that the simulator speaks the protocol and not only to our own client.
"""

from __future__ import annotations

import pytest

wechatpy_pay = pytest.importorskip("wechatpy.pay", reason="wechatpy is not installed")

from wechatpy.exceptions import InvalidSignatureException  # noqa: E402
from wechatpy.pay import WeChatPay, WeChatPayException  # noqa: E402

from wxpay_v2 import ManualClock  # noqa: E402
from wxpay_v2.simulator import Simulator  # noqa: E402
from wxpay_v2.v2 import statement  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # wechatpy never closes its session
]

NOTIFY = "http://127.0.0.1:9/pay"


@pytest.fixture(params=["direct", "institution"])
def gateway(request, monkeypatch):
    with Simulator(mode=request.param, sign_type="MD5", clock=ManualClock(1_790_000_000), deliver=False) as running:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca))
        yield running


@pytest.fixture
def wechat(gateway):
    merchant = gateway.merchant
    pay = WeChatPay(
        merchant.appid,
        merchant.api_key.reveal(),
        merchant.mch_id,
        sub_mch_id=merchant.sub_mch_id or None,
        mch_cert=str(gateway.directory / "apiclient_cert.pem"),
        mch_key=str(gateway.directory / "apiclient_key.pem"),
        timeout=10,
    )
    pay.API_BASE_URL = gateway.base_url + "/"
    yield pay
    pay._http.close()


def place(wechat, number="W-1", fee=1000):
    return wechat.order.create(
        trade_type="NATIVE", body="茶 & <Tea>", total_fee=fee, notify_url=NOTIFY, client_ip="203.0.113.7",
        out_trade_no=number, product_id="p", fee_type="HKD",
    )  # fmt: skip


def test_an_order_is_placed_queried_and_closed(gateway, wechat):
    order = place(wechat)
    assert order["code_url"].startswith("weixin://")
    assert wechat.check_signature(dict(order))
    assert wechat.order.query(out_trade_no="W-1")["trade_state"] == "NOTPAY"
    gateway.gateway.clock.advance(301)
    assert wechat.order.close("W-1")["result_code"] == "SUCCESS"
    assert wechat.order.query(out_trade_no="W-1")["trade_state"] == "CLOSED"


def test_a_payment_is_notified_in_a_way_that_wechatpy_verifies(gateway, wechat):
    place(wechat)
    gateway.pay("W-1")
    (pending,) = gateway.gateway.due_notifications()
    told = wechat.parse_payment_result(pending.body)
    assert (told["out_trade_no"], told["total_fee"], told["result_code"]) == ("W-1", 1000, "SUCCESS")
    with pytest.raises(InvalidSignatureException):
        wechat.parse_payment_result(pending.body.replace(b"1000", b"9000"))


def test_a_refund_over_mutual_tls_is_taken_in_queried_and_notified(gateway, wechat):
    place(wechat)
    gateway.pay("W-1")
    taken = wechat.refund.apply(1000, 300, "W-1-R", out_trade_no="W-1", fee_type="HKD", notify_url=NOTIFY)
    assert taken["refund_fee"] == "300"
    assert wechat.check_signature(dict(taken))
    gateway.gateway.tick()
    assert wechat.refund.query(out_refund_no="W-1-R")["refund_status_0"] == "SUCCESS"
    body = next(one.body for one in gateway.gateway.due_notifications() if one.kind == "refund")
    told = wechat.parse_refund_notify_result(body)
    assert (told["out_refund_no"], told["refund_fee"], told["refund_status"]) == ("W-1-R", 300, "SUCCESS")


def test_a_refund_without_the_certificate_is_refused(gateway, wechat):
    place(wechat)
    gateway.pay("W-1")
    wechat.mch_cert = wechat.mch_key = None
    with pytest.raises(WeChatPayException) as refused:
        wechat.refund.apply(1000, 300, "W-1-R", out_trade_no="W-1", fee_type="HKD")
    assert refused.value.return_code == "FAIL"


def test_a_statement_is_downloaded_and_read(gateway, wechat):
    place(wechat)
    gateway.pay("W-1")
    day = gateway.gateway.clock.now()
    gateway.gateway.clock.advance(36 * 3600)
    text = wechat.tools.download_bill(day.strftime("%Y%m%d"))
    read = statement.read(text.encode("utf-8"))
    rows = list(read)
    assert [row["out_trade_no"] for row in rows] == ["W-1"]


def test_quick_pay_is_charged_and_reversed(gateway, wechat):
    code = gateway.gateway.new_payment_code()
    paid = wechat.micropay.create("Tea", 500, code, client_ip="203.0.113.7", out_trade_no="M-1", fee_type="HKD")
    assert paid["trade_type"] == "MICROPAY"
    assert wechat.micropay.query(out_trade_no="M-1")["trade_state"] == "SUCCESS"
    gateway.gateway.clock.advance(16)
    assert wechat.order.reverse(out_trade_no="M-1")["recall"] == "N"
    assert wechat.order.query(out_trade_no="M-1")["trade_state"] == "REVOKED"


def test_a_password_makes_it_userpaying(gateway, wechat):
    code = gateway.gateway.new_payment_code(needs_password=True)
    with pytest.raises(WeChatPayException) as open_:
        wechat.micropay.create("Tea", 500, code, client_ip="203.0.113.7", out_trade_no="M-2", fee_type="HKD")
    assert open_.value.errcode == "USERPAYING"
    gateway.pay("M-2")
    assert wechat.micropay.query(out_trade_no="M-2")["trade_state"] == "SUCCESS"


def test_a_wrong_key_is_refused_in_the_gateways_words(gateway, wechat):
    wechat.api_key = "0" * 32
    with pytest.raises(WeChatPayException) as refused:
        place(wechat)
    assert refused.value.return_msg == "签名错误"
