"""The stand-in for WeChat's browser: who may ask, what is answered, and a shop's page that pays in a real browser."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from aiohttp import ClientSession

from tests.simulator.browser import WAIT, browser, phone, width_of
from wxpay_v2 import Client, ManualClock
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.simulator import Simulator, certificates
from wxpay_v2.simulator.app import Server
from wxpay_v2.simulator.guard import CONTROL_HEADER
from wxpay_v2.simulator.wechat_browser import loopback_origin

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
SHOP = "http://127.0.0.1:5000"
FOREIGN = ["https://shop.example", "http://127.0.0.1.evil.example", "http://10.0.0.1", "null", "", "file://"]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wechat") / "certificates"
    certificates.write(path)
    return path


@pytest.fixture
def gateway(directory: Path) -> Iterator[Simulator]:
    with Simulator(directory=directory, clock=ManualClock(1_790_000_000), deliver=False) as running:
        yield running


@pytest.fixture
def client(gateway: Simulator) -> Iterator[Client]:
    with Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca) as made:
        yield made


def order(client: Client, out_trade_no: str = "T-1", **fields: Any) -> dict[str, str]:
    wanted: dict[str, Any] = {
        "body": "Tea", "total_fee": 12345, "fee_type": "HKD", "trade_type": "JSAPI", "openid": OPENID,
        "spbill_create_ip": "203.0.113.7", "notify_url": "http://127.0.0.1:9/paid", **fields,
    }  # fmt: skip
    return client.unified_order(out_trade_no=out_trade_no, **wanted)


def get(gateway: Simulator, path: str, **more: Any) -> requests.Response:
    with requests.get(gateway.payer_url + path, timeout=10, allow_redirects=False, **more) as reply:
        return reply


def check(gateway: Simulator, call: object, origin: str = SHOP, **query: str) -> requests.Response:
    wanted = {"call": json.dumps(call), "page": f"{origin}/orders/T-1", "language": "en", **query}
    return get(gateway, "/wechat/check", params=wanted, headers={"Origin": origin} if origin else {})


def cashier(gateway: Simulator, out_trade_no: str = "T-1", opener: str = SHOP) -> str:
    return f"/wechat/cashier/{gateway.merchant.mch_id}/{out_trade_no}?opener={opener}"


def control(gateway: Simulator, name: str, /, **arguments: Any) -> tuple[int, dict[str, Any]]:
    with requests.post(
        f"{gateway.payer_url}/control/{name}", json=arguments, headers={CONTROL_HEADER: "1"}, timeout=10
    ) as reply:
        return reply.status_code, reply.json()


def state_of(gateway: Simulator, out_trade_no: str = "T-1") -> str:
    return gateway.gateway.order(gateway.merchant.mch_id, out_trade_no).state


def test_a_genuine_call_is_told_where_the_cashier_is(gateway: Simulator, client: Client) -> None:
    reply = check(gateway, client.cashier.jsapi(order(client)))
    assert reply.json()["opens"] is True
    assert reply.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Origin" in reply.headers["Vary"]
    page = get(gateway, reply.json()["cashier"])
    assert page.status_code == 200 and "123.45" in page.text


def test_a_refusal_is_told_in_the_phones_words_and_the_developers(gateway: Simulator, client: Client) -> None:
    call = {**client.cashier.jsapi(order(client)), "timeStamp": 1790000000}
    told = check(gateway, call).json()
    assert told == {
        "opens": False, "err_desc": "Missing parameter when calling the payment JSAPI: timeStamp",
        "why": "timeStamp must be a string, it is a int",
    }  # fmt: skip
    assert check(gateway, call, language="zh-CN").json()["err_desc"] == "调用支付JSAPI缺少参数：timeStamp"


@pytest.mark.parametrize("origin", FOREIGN)
def test_s8_a_foreign_page_gets_no_answer(gateway: Simulator, client: Client, origin: str) -> None:
    reply = check(gateway, client.cashier.jsapi(order(client)), origin, page=f"{SHOP}/orders/T-1")
    assert reply.status_code == 403
    assert not any(name.lower().startswith("access-control") for name in reply.headers)


def test_s8_a_page_cannot_pass_for_another(gateway: Simulator, client: Client) -> None:
    call = client.cashier.jsapi(order(client))
    for page in ("https://shop.example/orders/T-1", "http://127.0.0.1:50001/orders", "http://127.0.0.1:5000.evil/", ""):
        assert check(gateway, call, page=page).status_code == 400


@pytest.mark.parametrize("call", ["", "[]", "1", "{", "[" * 5000, '{"a":' + '"' + "x" * 5000 + '"}'])
def test_what_is_no_call_is_refused(gateway: Simulator, call: str) -> None:
    query = {"call": call, "page": SHOP + "/"}
    assert get(gateway, "/wechat/check", params=query, headers={"Origin": SHOP}).status_code == 400


def test_asking_changes_nothing(gateway: Simulator, client: Client) -> None:
    call = client.cashier.jsapi(order(client))
    for _ in range(2):
        assert check(gateway, call).json()["opens"]
    assert state_of(gateway) == "NOTPAY"


def test_any_page_may_load_the_script_and_only_that(gateway: Simulator) -> None:
    reply = get(gateway, "/wechat.js")
    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert get(gateway, "/wechat/cashier.js").headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_s8_only_the_page_that_opened_it_may_frame_the_cashier(gateway: Simulator, client: Client) -> None:
    order(client)
    headers = get(gateway, cashier(gateway)).headers
    assert f"frame-ancestors {SHOP};" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    for opener in (*FOREIGN, "http://127.0.0.1:5000 https://evil.example", "http://127.0.0.1;script-src *", "*"):
        refusal = get(gateway, cashier(gateway, opener=opener))
        assert refusal.status_code == 403
        assert "frame-ancestors 'none'" in refusal.headers["Content-Security-Policy"]
        assert refusal.headers["X-Frame-Options"] == "DENY"


def test_s8_a_foreign_page_cannot_pay(gateway: Simulator, client: Client) -> None:
    order(client)
    for origin in (*FOREIGN[:3], SHOP):
        with requests.post(gateway.payer_url + cashier(gateway), headers={"Origin": origin}, timeout=10) as reply:
            assert reply.status_code == 403
    assert state_of(gateway) == "NOTPAY"


def pay(gateway: Simulator, **form: str) -> requests.Response:
    headers = {"Origin": gateway.payer_url}
    with requests.post(gateway.payer_url + cashier(gateway), form, headers=headers, timeout=10) as reply:
        return reply


def test_the_cashier_takes_the_money_once(gateway: Simulator, client: Client) -> None:
    order(client)
    reply = pay(gateway, wallet="hongkong")
    assert [one.status_code for one in reply.history] == [303]
    assert 'data-state="SUCCESS"' in reply.text and 'id="done"' in reply.text
    assert gateway.gateway.order(gateway.merchant.mch_id, "T-1").cash_fee_type == "HKD"
    assert pay(gateway).status_code == 409
    assert len(gateway.gateway.notifications()) == 1


def test_the_cashier_refuses_a_wallet_and_an_order_that_do_not_exist(gateway: Simulator, client: Client) -> None:
    assert pay(gateway).status_code == 404
    order(client)
    assert pay(gateway, wallet="none").status_code == 400
    assert state_of(gateway) == "NOTPAY"


def test_payment_directories_are_set_by_a_control(gateway: Simulator, client: Client) -> None:
    call = client.cashier.jsapi(order(client))
    assert control(gateway, "payment_directories", directories=["http://localhost/shop/"]) == (200, {})
    told = check(gateway, call, "http://localhost:5000").json()
    assert told["err_desc"] == "The current page's URL is not registered: http://localhost:5000/orders/T-1"
    assert control(gateway, "payment_directories", directories=["http://localhost/orders/"]) == (200, {})
    assert check(gateway, call, "http://localhost:5000").json()["opens"]
    assert control(gateway, "payment_directories", directories=[]) == (200, {})
    assert check(gateway, call).json()["opens"]


@pytest.mark.parametrize(
    "directories", ["http://localhost/", [1], None, ["https://shop.example"], ["http://localhost/"] * 6, ["x"]]
)
def test_directories_that_cannot_be_registered_are_refused(gateway: Simulator, directories: object) -> None:
    status, told = control(gateway, "payment_directories", directories=directories)
    assert status == 400 and told["error"]


def test_a_server_is_told_its_payment_directories_at_the_start(gateway: Simulator, client: Client) -> None:
    call = client.cashier.jsapi(order(client))

    async def asked(directory: str) -> dict[str, Any]:
        server = Server(gateway.gateway, gateway.directory, deliver=False, payment_directories=[directory])
        await server.start()
        try:
            query = {"call": json.dumps(call), "page": "http://localhost/orders/T-1"}
            headers = {"Origin": "http://localhost"}
            address = f"http://127.0.0.1:{server.payer_port}/wechat/check"
            async with ClientSession() as session, session.get(address, params=query, headers=headers) as reply:
                answer: dict[str, Any] = await reply.json()
                return answer
        finally:
            await server.stop()

    assert asyncio.run(asked("http://localhost/orders/"))["opens"]
    assert "http://localhost/orders/" in asyncio.run(asked("http://localhost/shop/"))["why"]
    with pytest.raises(InvalidRequest):
        asyncio.run(asked("shop"))


@pytest.mark.parametrize(
    ("origin", "local"),
    [
        ("http://localhost", True), ("https://localhost:8443", True), ("http://127.0.0.1:5000", True),
        ("http://[::1]:5000", True), ("http://localhost/", False), ("http://user@localhost", False),
        ("http://localhost:99999", False), ("ws://localhost", False), ("http://LOCALHOST", False), ("http://[", False),
    ],
)  # fmt: skip
def test_an_origin_is_of_this_machine_or_not(origin: str, local: bool) -> None:
    assert loopback_origin(origin) is local


class Page(BaseHTTPRequestHandler):
    """A shop's page: the stand-in's script, and whatever markup the test says."""

    def __init__(self, page: str, *arguments: Any) -> None:
        self.page = page
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def served() -> Iterator[Any]:
    """A function that serves a page on loopback and returns its address."""
    servers = []

    def serve(page: str) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Page, page))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}/orders/T-1"

    yield serve
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


BRIDGE = """<!doctype html><script src="%s/wechat.js" %s></script><button id="go">Pay</button><pre id="told"></pre>
<script>
const told = (result) => { document.getElementById("told").textContent += JSON.stringify(result) + ";"; };
const call = %s;
document.addEventListener("WeixinJSBridgeReady", () => {
  document.getElementById("go").addEventListener("click", () => {
    %s
  });
  document.body.dataset.ready = "yes";
});
</script>"""
INVOKE = 'WeixinJSBridge.invoke("getBrandWCPayRequest", call, told);'
CHOOSE = """const signature = "0".repeat(40);
wx.config({ appId: call.appId, timestamp: 1, nonceStr: "n", signature, jsApiList: ["chooseWXPay"] });
wx.error(told);
wx.ready(() => wx.chooseWXPay({ ...call, success: told, cancel: told, fail: told }));"""
REQUEST = "wx.requestPayment({ ...call, success: told, fail: told });"


class Phone:
    """A browser on the shop's page."""

    def __init__(self, chrome: Any, gateway: Simulator, serve: Any) -> None:
        self.chrome, self.gateway, self.serve = chrome, gateway, serve

    def press(self, call: dict[str, Any], script: str = INVOKE, attributes: str = "") -> None:
        """Load a page with *call* in it, and press its button."""
        page = BRIDGE % (self.gateway.payer_url, attributes, json.dumps(call), script)
        self.chrome.get(self.serve(page))
        self.chrome.find_element("css selector", "body[data-ready]")
        self.chrome.find_element("id", "go").click()

    def at_cashier(self, *buttons: str) -> None:
        self.chrome.switch_to.frame(self.chrome.find_element("css selector", "iframe[name=wechat-cashier]"))
        for button in buttons:
            self.chrome.find_element("id", button).click()
        self.chrome.switch_to.default_content()

    def told(self) -> Any:
        """What the page was called back with; once only."""
        text = self.chrome.find_element("xpath", "//pre[contains(text(), ';')]").text
        assert text.count(";") == 1
        return json.loads(text.rstrip(";"))


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser(tmp_path_factory.mktemp("phone"), wait=WAIT) as running:
        yield running


@pytest.fixture
def page(chrome: Any, gateway: Simulator, served: Any) -> Phone:
    return Phone(chrome, gateway, served)


def test_a_page_pays_through_the_bridge(page: Phone, client: Client) -> None:
    page.press(client.cashier.jsapi(order(client)))
    page.at_cashier("pay", "done")
    assert page.told() == {"err_msg": "get_brand_wcpay_request:ok"}
    assert state_of(page.gateway) == "SUCCESS"
    assert page.chrome.execute_script("return document.querySelector('iframe')") is None


@pytest.mark.parametrize("leave", [("close",), ()])
def test_a_payer_who_leaves_has_cancelled(page: Phone, client: Client, leave: tuple[str, ...]) -> None:
    page.press(client.cashier.jsapi(order(client)))
    if leave:
        page.at_cashier(*leave)
    else:
        page.chrome.switch_to.frame(page.chrome.find_element("css selector", "iframe"))
        page.chrome.find_element("tag name", "body").send_keys("\ue00c")  # Escape
        page.chrome.switch_to.default_content()
    assert page.told() == {"err_msg": "get_brand_wcpay_request:cancel"}
    assert state_of(page.gateway) == "NOTPAY"


def test_a_call_that_fails_says_why_to_the_page_and_to_the_developer(page: Phone, client: Client) -> None:
    page.press({**client.cashier.jsapi(order(client)), "nonceStr": "another"})
    assert page.told() == {
        "err_msg": "get_brand_wcpay_request:fail", "err_code": "-1",
        "err_desc": "Payment signature verification failed",
    }  # fmt: skip
    said = " ".join(entry["message"] for entry in page.chrome.get_log("browser"))
    assert "the cashier does not open: paySign is wrong" in said


def test_a_page_pays_through_the_js_sdk(page: Phone, client: Client) -> None:
    page.press(client.cashier.jsapi(order(client), jssdk=True), CHOOSE)
    page.at_cashier("pay", "done")
    assert page.told() == {"errMsg": "chooseWXPay:ok"}


def test_the_js_sdk_wants_the_time_in_lower_case(page: Phone, client: Client) -> None:
    page.press(client.cashier.jsapi(order(client)), CHOOSE)
    told = page.told()["errMsg"]
    assert told.startswith("chooseWXPay:fail") and told.endswith("timeStamp")


def test_the_js_sdk_must_be_configured_first(page: Phone, client: Client) -> None:
    page.press(client.cashier.jsapi(order(client), jssdk=True), "wx.chooseWXPay({ ...call, fail: told });")
    assert page.told()["errMsg"] == "chooseWXPay:fail the permission value is offline verifying"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('{ appId: "", timestamp: 1, nonceStr: "n", signature: "0".repeat(40) }', "config:invalid appid"),
        ('{ appId: "wx1", timestamp: 1, nonceStr: "n", signature: "none" }', "config:invalid signature"),
    ],
)
def test_a_configuration_that_cannot_be_right_is_an_error(page: Phone, config: str, said: str) -> None:
    page.press({}, f"wx.error(told); wx.config({config});")
    assert page.told() == {"errMsg": said}


def test_a_mini_program_pays(page: Phone, client: Client, gateway: Simulator) -> None:
    attributes = f'data-appid="{gateway.merchant.appid}"'
    call = client.cashier.mini_program(order(client))
    page.press(call, REQUEST, attributes)
    page.at_cashier("pay", "done")
    assert page.told() == {"errMsg": "requestPayment:ok"}
    page.press(call, REQUEST, attributes)
    assert page.told() == {"errMsg": "requestPayment:fail (The order is paid already)"}


def test_a_mini_program_whose_payer_leaves_is_told_so(page: Phone, client: Client, gateway: Simulator) -> None:
    page.press(client.cashier.mini_program(order(client)), REQUEST, f'data-appid="{gateway.merchant.appid}"')
    page.at_cashier("close")
    assert page.told() == {"errMsg": "requestPayment:fail cancel"}


def test_another_payers_browser_does_not_open_the_cashier(page: Phone, client: Client) -> None:
    page.press(client.cashier.jsapi(order(client)), attributes='data-openid="oAnother"')
    assert "not the one that pays" in page.told()["err_desc"]


def test_two_cashiers_are_not_opened_at_once(page: Phone, client: Client) -> None:
    page.press(client.cashier.jsapi(order(client)), INVOKE + INVOKE)
    assert page.told()["err_msg"] == "get_brand_wcpay_request:fail"
    assert len(page.chrome.find_elements("css selector", "iframe")) == 1


def test_another_bridge_function_does_not_exist_here(page: Phone) -> None:
    page.press({}, 'WeixinJSBridge.invoke("shareTimeline", {}, told);')
    assert page.told() == {"err_msg": "system:function_not_exist"}


def test_the_browser_calls_itself_wechat(page: Phone) -> None:
    page.press({}, "told(/MicroMessenger/.test(navigator.userAgent));")
    assert page.told() is True


def test_a_message_of_another_window_is_not_taken_for_the_cashiers(page: Phone, client: Client) -> None:
    page.press(client.cashier.jsapi(order(client)))
    page.chrome.execute_script('window.postMessage({ wxpayCashier: "ok" }, "*")')
    page.at_cashier("close")
    assert page.told() == {"err_msg": "get_brand_wcpay_request:cancel"}


def test_the_cashier_fits_a_phone(page: Phone, client: Client, gateway: Simulator, tmp_path: Path) -> None:
    order(client, body="x" * 100)
    with browser(tmp_path) as narrow:
        phone(narrow)
        narrow.get(gateway.payer_url + cashier(gateway))
        assert width_of(narrow) <= 360
