"""The people's site: pages over plain HTTP, who may post to them, the JSON controls, and a real browser."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.simulator.browser import WAIT, browser, phone, width_of
from wxpay_v2 import Client, ManualClock, OutcomeUnknown
from wxpay_v2.simulator import Simulator, certificates
from wxpay_v2.simulator.guard import CONTROL_HEADER

HOSTILE = "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(1)>"
SCREENSHOT = Path(__file__).parents[2] / "docs" / "images" / "payer-page.png"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("payer") / "certificates"
    certificates.write(path)
    return path


@pytest.fixture
def gateway(directory: Path) -> Iterator[Simulator]:
    with Simulator(directory=directory, clock=ManualClock(1_790_000_000), deliver=False) as running:
        yield running


def order(gateway: Simulator, out_trade_no: str = "T-1", **fields: Any) -> dict[str, str]:
    with Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca) as client:
        wanted: dict[str, Any] = {
            "body": "Tea", "total_fee": 12345, "fee_type": "USD", "trade_type": "NATIVE",
            "spbill_create_ip": "203.0.113.7", "notify_url": "http://127.0.0.1:9/paid", **fields,
        }  # fmt: skip
        return client.unified_order(out_trade_no=out_trade_no, **wanted)


def quick_pay(gateway: Simulator, out_trade_no: str = "Q-1") -> None:
    code = gateway.gateway.new_payment_code(needs_password=True)
    with (
        Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca) as client,
        pytest.raises(OutcomeUnknown),
    ):
        client.micropay(
            body="Coffee", out_trade_no=out_trade_no, total_fee=100, fee_type="HKD", auth_code=code,
            spbill_create_ip="203.0.113.7",
        )  # fmt: skip


def get(gateway: Simulator, path: str, **more: Any) -> requests.Response:
    with requests.get(gateway.payer_url + path, timeout=10, **more) as reply:
        return reply


def post(
    gateway: Simulator, path: str, form: dict[str, str], origin: str | None = "own", **headers: str
) -> requests.Response:
    if origin is not None:
        headers["Origin"] = gateway.payer_url if origin == "own" else origin
    with requests.post(gateway.payer_url + path, form, headers=headers, timeout=10) as reply:
        return reply


def control(gateway: Simulator, name: str, /, **arguments: Any) -> tuple[int, dict[str, Any]]:
    with requests.post(
        f"{gateway.payer_url}/control/{name}", json=arguments, headers={CONTROL_HEADER: "1"}, timeout=10
    ) as reply:
        return reply.status_code, reply.json()


def page_of(gateway: Simulator, out_trade_no: str = "T-1") -> str:
    return f"/pay/{gateway.merchant.mch_id}/{out_trade_no}"


def state_of(gateway: Simulator, out_trade_no: str = "T-1") -> str:
    return gateway.gateway.order(gateway.merchant.mch_id, out_trade_no).state


def test_the_payers_page_shows_merchant_goods_and_amounts_in_both_currencies(gateway: Simulator) -> None:
    code_url = order(gateway)["code_url"]
    reply = get(gateway, page_of(gateway))
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("text/html")
    for text in (
        gateway.merchant.mch_id,
        gateway.merchant.sub_mch_id,
        "Tea",
        "USD</small>123.45",
        code_url,
        "T-1",
        "NOTPAY",
    ):
        assert text in reply.text
    assert re.search(r"Mainland wallet <span>CNY 888\.84</span>", reply.text)
    assert re.search(r"Hong Kong wallet <span>HKD 966\.13</span>", reply.text)


def test_the_qr_code_says_the_code_url(gateway: Simulator) -> None:
    import segno

    code_url = order(gateway)["code_url"]
    drawn = segno.make(code_url, error="m", micro=False).svg_inline(border=0, omitsize=True)
    dots = re.findall(r' d="([^"]+)"', drawn)
    assert dots and all(one in get(gateway, page_of(gateway)).text for one in dots)


def test_an_order_that_nobody_scans_has_no_qr_code(gateway: Simulator) -> None:
    order(gateway, trade_type="JSAPI", openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    assert 'class="qr"' not in get(gateway, page_of(gateway)).text


def test_paying_cancelling_and_asking_for_the_password_are_buttons_of_plain_forms(gateway: Simulator) -> None:
    order(gateway)
    text = get(gateway, page_of(gateway)).text
    assert re.findall(r'<button name="action" value="([a-z]+)"', text) == ["pay", "password", "cancel"]
    assert "<script" not in text and "javascript:" not in text
    assert not re.search(r"\son[a-z]+=", text)
    assert 'lang="en"' in text


def test_a_payer_pays(gateway: Simulator) -> None:
    order(gateway)
    reply = post(gateway, page_of(gateway), {"action": "pay"})
    assert [one.status_code for one in reply.history] == [303]
    assert "Paid" in reply.text and "SUCCESS" in reply.text and "<form" not in reply.text
    assert state_of(gateway) == "SUCCESS"
    assert gateway.gateway.notifications()


@pytest.mark.parametrize(("wallet", "paid"), [("mainland", "CNY 888.84"), ("hongkong", "HKD 966.13")])
def test_a_payer_chooses_the_wallet(gateway: Simulator, wallet: str, paid: str) -> None:
    order(gateway)
    text = post(gateway, page_of(gateway), {"action": "pay", "wallet": wallet}).text
    assert f"{paid} from the payer" in text


def test_a_payer_cancels_and_the_order_stays_open(gateway: Simulator) -> None:
    order(gateway)
    post(gateway, page_of(gateway), {"action": "cancel"})
    assert state_of(gateway) == "NOTPAY"


def test_a_paid_order_is_not_paid_twice(gateway: Simulator) -> None:
    order(gateway)
    post(gateway, page_of(gateway), {"action": "pay"})
    reply = post(gateway, page_of(gateway), {"action": "pay"})
    assert reply.status_code == 409
    assert 'role="alert"' in reply.text
    assert len(gateway.gateway.notifications()) == 1


@pytest.mark.parametrize(("action", "state"), [("pay", "SUCCESS"), ("cancel", "PAYERROR")])
def test_a_quick_pay_asks_for_the_password_or_is_refused(gateway: Simulator, action: str, state: str) -> None:
    quick_pay(gateway)
    text = get(gateway, page_of(gateway, "Q-1")).text
    assert "Enter password" in text and "Refuse" in text
    post(gateway, page_of(gateway, "Q-1"), {"action": action})
    assert state_of(gateway, "Q-1") == state


def test_asking_for_the_password_shows_the_other_buttons(gateway: Simulator) -> None:
    order(gateway)
    text = post(gateway, page_of(gateway), {"action": "password"}).text
    assert "Enter password" in text
    assert state_of(gateway) == "USERPAYING"


@pytest.mark.parametrize("form", [{}, {"action": ""}, {"action": "refund"}, {"action": "pay", "wallet": "none"}])
def test_something_a_payer_cannot_do_is_refused(gateway: Simulator, form: dict[str, str]) -> None:
    order(gateway)
    assert post(gateway, page_of(gateway), form).status_code == 400
    assert state_of(gateway) == "NOTPAY"


@pytest.mark.parametrize(
    "path", ["/pay/1900000109/none", "/pay/none", "/pay/wx123/", "/nothing", "/templates/base.html"]
)
def test_what_is_not_there_is_404(gateway: Simulator, path: str) -> None:
    assert get(gateway, path).status_code == 404


def test_a_prepay_id_and_a_codes_id_lead_to_the_order(gateway: Simulator) -> None:
    placed = order(gateway)
    for wanted in (placed["prepay_id"], placed["code_url"].rpartition("=")[2]):
        assert get(gateway, f"/pay/{wanted}").url.endswith(page_of(gateway))


def test_an_mweb_url_leads_to_the_order_once_its_host_is_replaced(gateway: Simulator) -> None:
    link = order(gateway, trade_type="MWEB", scene_info='{"h5_info": {"type": "Wap"}}')["mweb_url"]
    assert get(gateway, link.removeprefix("https://wx.tenpay.com")).url.endswith(page_of(gateway))


def test_scanning_a_code_leads_to_its_order(gateway: Simulator) -> None:
    placed = order(gateway)
    assert get(gateway, "/scan", params={"code": placed["code_url"]}).url.endswith(page_of(gateway))


@pytest.mark.parametrize("code", ["", "https://example.com/", "weixin://wxpay/bizpayurl?pr=none", "x" * 300, HOSTILE])
def test_scanning_something_else_says_so(gateway: Simulator, code: str) -> None:
    order(gateway)
    reply = get(gateway, "/scan", params={"code": code})
    assert reply.status_code == 200
    assert 'role="alert"' in reply.text
    assert "<script" not in reply.text and "<img" not in reply.text


def test_s1_what_payers_and_merchants_write_is_escaped(gateway: Simulator) -> None:
    order(gateway, body=HOSTILE, attach=HOSTILE)
    post(gateway, page_of(gateway), {"action": "pay"})
    for path in ("/", page_of(gateway)):
        text = get(gateway, path).text
        assert "<script" not in text and "<img" not in text
        assert "&lt;script&gt;" in text


def test_every_page_carries_a_policy_that_forbids_scripts(gateway: Simulator) -> None:
    order(gateway)
    for path in ("/", page_of(gateway), "/pay/none", "/nothing"):
        headers = get(gateway, path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy and "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_no_page_asks_another_host_for_anything(gateway: Simulator) -> None:
    order(gateway)
    for path in ("/", page_of(gateway)):
        text = get(gateway, path).text
        assert not re.search(r"""(src|href|action|url)\s*[=(]\s*["']?(https?:)?//""", text)


def test_the_overview_lists_orders_refunds_and_notifications(gateway: Simulator) -> None:
    order(gateway)
    gateway.pay("T-1")
    gateway.deliver_now()
    with Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca) as client:
        client.refund(out_trade_no="T-1", out_refund_no="R-1", total_fee=12345, refund_fee=45, refund_fee_type="USD")
    text = get(gateway, "/").text
    for expected in ("T-1", "USD 123.45", "R-1", "USD 0.45", "http://127.0.0.1:9/paid", "no connection"):
        assert expected in text


def test_a_payment_code_can_be_had_and_shown(gateway: Simulator) -> None:
    text = post(gateway, "/codes", {"wallet": "hongkong", "needs_password": "yes"}).text
    code = re.search(r"<code>([0-9]{18})</code>", text)
    assert code is not None
    assert "Hong Kong wallet, asks for the password" in text


def test_the_clock_is_moved_and_a_fault_is_set_and_forgotten(gateway: Simulator) -> None:
    before = gateway.clock.time()
    post(gateway, "/clock", {"seconds": "90"})
    assert gateway.clock.time() == before + 90
    assert "<li><span>system_error</span>" in post(gateway, "/faults", {"name": "system_error"}).text
    assert "<li>" not in post(gateway, "/faults", {"name": ""}).text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/clock", {"seconds": "soon"}), ("/clock", {"seconds": "-1"}), ("/clock", {}), ("/faults", {"name": "none"}),
        ("/faults", {"name": "delay", "seconds": "x"}), ("/codes", {"wallet": "none"}),
    ],
)  # fmt: skip
def test_nonsense_in_a_form_is_told_and_does_nothing(gateway: Simulator, path: str, form: dict[str, str]) -> None:
    before = gateway.clock.time()
    assert 'role="alert"' in post(gateway, path, form).text
    assert gateway.clock.time() == before
    assert gateway.faults.active() == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://localhost:1", ""])
def test_s8_a_foreign_page_cannot_post(gateway: Simulator, origin: str) -> None:
    order(gateway)
    for path in (page_of(gateway), "/control/pay", "/clock", "/faults", "/codes"):
        assert post(gateway, path, {"action": "pay"}, origin=origin).status_code == 403
        assert post(gateway, path, {"action": "pay"}, origin, **{CONTROL_HEADER: "1"}).status_code == 403
    assert state_of(gateway) == "NOTPAY"


def test_s8_a_post_that_says_nothing_of_its_origin_is_refused(gateway: Simulator) -> None:
    order(gateway)
    assert post(gateway, page_of(gateway), {"action": "pay"}, origin=None).status_code == 403
    cross = {"Sec-Fetch-Site": "cross-site", CONTROL_HEADER: "1"}
    assert post(gateway, page_of(gateway), {"action": "pay"}, origin=None, **cross).status_code == 403
    assert state_of(gateway) == "NOTPAY"


def test_a_program_posts_with_the_header(gateway: Simulator) -> None:
    order(gateway)
    assert post(gateway, page_of(gateway), {"action": "pay"}, origin=None, **{CONTROL_HEADER: "1"}).status_code == 200
    assert state_of(gateway) == "SUCCESS"


def test_s8_a_preflight_gets_no_permission(gateway: Simulator) -> None:
    headers = {
        "Origin": "https://evil.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": CONTROL_HEADER,
    }  # fmt: skip
    with requests.options(gateway.payer_url + "/control/pay", headers=headers, timeout=10) as reply:
        assert reply.status_code in (403, 405)
        assert not any(name.lower().startswith("access-control") for name in reply.headers)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "[::]", "a b", ""]
)
def test_s8_a_foreign_host_name_is_not_served(gateway: Simulator, host: str) -> None:
    order(gateway)
    assert get(gateway, "/", headers={"Host": host}).status_code in (400, 421)
    with requests.post(
        gateway.payer_url + page_of(gateway),
        {"action": "pay"},
        headers={"Host": host, "Origin": f"http://{host}"},
        timeout=10,
    ) as reply:
        assert reply.status_code in (400, 421)
    assert state_of(gateway) == "NOTPAY"


def test_s8_two_hosts_are_not_served(gateway: Simulator) -> None:
    port = int(gateway.payer_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        assert connection.recv(64).split()[1] in (b"400", b"421")


def test_localhost_and_both_loopback_addresses_are_served(gateway: Simulator) -> None:
    port = gateway.payer_url.rpartition(":")[2]
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", "LOCALHOST"):
        assert get(gateway, "/", headers={"Host": host}).status_code == 200


def test_the_controls_do_what_the_pages_do(gateway: Simulator) -> None:
    order(gateway)
    assert control(gateway, "ask_password", out_trade_no="T-1")[1]["order"]["state"] == "USERPAYING"
    assert control(gateway, "cancel", out_trade_no="T-1")[1]["order"]["state"] == "NOTPAY"
    status, answer = control(gateway, "pay", out_trade_no="T-1", mch_id=gateway.merchant.mch_id, wallet="hongkong")
    assert (status, answer["order"]["state"], answer["order"]["cash_fee_type"]) == (200, "SUCCESS", "HKD")
    assert [one["out_trade_no"] for one in control(gateway, "orders")[1]["orders"]] == ["T-1"]
    assert control(gateway, "deliver") == (200, {"attempts": 1})
    (notification,) = control(gateway, "notifications")[1]["notifications"]
    assert notification["attempts"][0]["status"] is None
    assert control(gateway, "refunds") == (200, {"refunds": []})


def test_the_controls_set_faults_codes_and_the_clock(gateway: Simulator) -> None:
    assert control(gateway, "fault", name="lost_reply", operation="refund", times=2)[0] == 200
    assert [fault.times for fault in gateway.faults.active()] == [2]
    assert control(gateway, "clear_faults") == (200, {})
    assert gateway.faults.active() == []
    assert re.fullmatch("[0-9]{18}", control(gateway, "payment_code", wallet="hongkong")[1]["auth_code"])
    assert control(gateway, "advance", seconds=60) == (200, {"time": 1_790_000_060.0})


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [
        ("pay", {"out_trade_no": "none"}, 409), ("pay", {}, 400), ("pay", {"out_trade_no": "T", "extra": 1}, 400),
        ("pay", {"out_trade_no": 7}, 409), ("fault", {"name": "none"}, 400), ("fault", {"name": ["x"]}, 400),
        ("advance", {"seconds": "x"}, 400), ("advance", {"seconds": -1}, 400), ("advance", {"seconds": True}, 400),
        ("payment_code", {"wallet": "none"}, 400), ("none", {}, 404),
    ],
)  # fmt: skip
def test_a_control_used_wrongly_says_so(gateway: Simulator, name: str, arguments: dict[str, Any], status: int) -> None:
    found, answer = control(gateway, name, **arguments)
    assert found == status
    assert answer["error"]


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"1", b"[" * 60_000, b'{"a":' + b'"' + b"x" * 70_000 + b'"}'])
def test_a_control_that_is_no_json_object_is_refused(gateway: Simulator, body: bytes) -> None:
    with requests.post(gateway.payer_url + "/control/pay", body, headers={CONTROL_HEADER: "1"}, timeout=10) as reply:
        assert reply.status_code == 400
        assert "error" in reply.json()


def test_a_control_is_posted_never_fetched(gateway: Simulator) -> None:
    assert get(gateway, "/control/orders").status_code == 405


def test_s7_the_controls_do_not_show_what_the_views_hide(gateway: Simulator) -> None:
    quick_pay(gateway)
    gateway.pay("Q-1")
    (shown,) = control(gateway, "orders")[1]["orders"]
    assert not {"fields", "payer", "openid", "auth_code"} & set(shown)


def test_a_real_browser_shows_the_page_and_pays(gateway: Simulator, tmp_path: Path) -> None:
    pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element
    from selenium.webdriver.support.wait import WebDriverWait

    order(
        gateway,
        "20260921-0042",
        body="Oolong tea, 250 g\nporcelain pot",
        total_fee=25800,
        fee_type="HKD",
        attach="counter 3",
    )
    with browser(tmp_path) as chrome:
        chrome.set_window_size(1000, 915)
        chrome.get(gateway.payer_url + page_of(gateway, "20260921-0042"))
        assert "258.00" in chrome.title
        if os.environ.get("WXPAY_V2_SCREENSHOTS"):
            SCREENSHOT.parent.mkdir(parents=True, exist_ok=True)
            chrome.save_screenshot(str(SCREENSHOT))
        pay = chrome.find_element("css selector", "button[value=pay]")
        assert pay.accessible_name == "Pay"
        pay.click()
        # The click returns before the next page is there: what is found may be of this one, and gone when it is read.
        waiting = WebDriverWait(chrome, WAIT)
        waiting.until(text_to_be_present_in_element(("id", "state"), "SUCCESS"))
        waiting.until(text_to_be_present_in_element(("css selector", ".done"), "Paid"))
        assert not [entry for entry in chrome.get_log("browser") if "favicon" not in entry["message"]]
    assert state_of(gateway, "20260921-0042") == "SUCCESS"


def test_a_phone_shows_the_whole_page_without_sideways_scrolling(gateway: Simulator, tmp_path: Path) -> None:
    order(gateway, body="x" * 100)
    with browser(tmp_path) as chrome:
        phone(chrome)
        for path in ("/", page_of(gateway)):
            chrome.get(gateway.payer_url + path)
            assert width_of(chrome) <= 360
