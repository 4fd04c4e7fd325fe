"""The merchant's page: what it lists, what a call looks like, sending again, and a real browser that sees it live."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fixtures import AUTH_CODE, OTHER_KEY, signed
from tests.simulator.browser import WAIT, browser, phone, shade, width_of
from wxpay_v2 import Client, ManualClock
from wxpay_v2.simulator import Simulator, certificates
from wxpay_v2.simulator.guard import CONTROL_HEADER

HOSTILE = "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(1)>"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
SCREENSHOT = Path(__file__).parents[2] / "docs" / "images" / "merchant-page.png"
PAGES = ("/merchant", "/merchant/rows", "/merchant/exchanges/1", "/merchant/notifications/1")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("merchant") / "certificates"
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


def refund(client: Client, out_trade_no: str = "T-1") -> None:
    client.refund(
        out_trade_no=out_trade_no, out_refund_no=f"R-{out_trade_no}", total_fee=12345, refund_fee=45,
        refund_fee_type="HKD",
    )  # fmt: skip


def get(gateway: Simulator, path: str, **more: Any) -> requests.Response:
    with requests.get(gateway.payer_url + path, timeout=10, **more) as reply:
        return reply


def text_of(gateway: Simulator, path: str) -> str:
    """What a reader sees: the content without its tags."""
    reply = get(gateway, path)
    assert reply.status_code == 200
    return html.unescape(re.sub(r"<[^>]*>", " ", reply.text.partition("</head>")[2] or reply.text))


def section(gateway: Simulator, name: str, query: str = "") -> str:
    found = re.search(rf'id="{name}-part">(.*?)</section>', get(gateway, f"/merchant/rows{query}").text, re.DOTALL)
    assert found is not None
    return html.unescape(re.sub(r"<[^>]*>", " ", found[1]))


def post(gateway: Simulator, path: str, **headers: str) -> requests.Response:
    with requests.post(gateway.payer_url + path, headers=headers, timeout=10) as reply:
        return reply


def test_the_start_page_leads_to_it(gateway: Simulator) -> None:
    assert 'href="/merchant"' in get(gateway, "/").text


def test_an_empty_page_says_so(gateway: Simulator) -> None:
    assert text_of(gateway, "/merchant").count("None") >= 4


def test_it_lists_orders_refunds_notifications_and_calls(gateway: Simulator, client: Client) -> None:
    order(client)
    gateway.pay("T-1")
    gateway.deliver_now()
    refund(client)
    assert re.search(r"T-1 .*HKD 123\.45 .*HKD 0\.45 refunded .*REFUND", section(gateway, "orders"), re.DOTALL)
    assert re.search(r"R-T-1 .*T-1 .*HKD 0\.45 .*SUCCESS", section(gateway, "refunds"), re.DOTALL)
    told = section(gateway, "notifications")
    assert "no connection" in told and "2026-09-21 22:13:35" in told and "Send again" in told
    calls = section(gateway, "exchanges")
    assert re.search(r"refund .*right .*SUCCESS .*unified_order .*T-1", calls, re.DOTALL)


@pytest.mark.parametrize(
    ("currency", "fee", "amount"), [("HKD", 12345, "HKD 123.45"), ("JPY", 12345, "JPY 12,345"), ("CNY", 5, "CNY 0.05")]
)
def test_amounts_are_in_the_currencys_main_unit(
    gateway: Simulator, client: Client, currency: str, fee: int, amount: str
) -> None:
    order(client, fee_type=currency, total_fee=fee)
    assert amount in section(gateway, "orders")


def test_the_filter_chooses_by_number_and_by_state(gateway: Simulator, client: Client) -> None:
    order(client, "T-1")
    order(client, "T-2", body="Oolong")
    gateway.pay("T-1")
    for query, found in (
        ("?q=T-1", {"T-1"}), ("?q=oolong", {"T-2"}), ("?state=SUCCESS", {"T-1"}), ("?state=NOTPAY", {"T-2"}),
        ("?q=T-&state=", {"T-1", "T-2"}), ("?q=nothing", set()), ("?state=none", set()), ("?q=%20t-2%20", {"T-2"}),
    ):  # fmt: skip
        assert set(re.findall(r"T-[12]", section(gateway, "orders", query))) == found, query
    assert "T-2" not in section(gateway, "exchanges", "?q=T-1")
    assert "T-2" not in section(gateway, "notifications", "?q=T-2")


def test_a_call_shows_both_messages_their_texts_to_sign_and_verdicts(gateway: Simulator, client: Client) -> None:
    told = order(client)
    text = text_of(gateway, "/merchant/exchanges/1")
    assert text.count("signature right") == 2
    assert "<out_trade_no>T-1</out_trade_no>" in text and told["prepay_id"] in text
    assert text.count("&key=********") == 2
    assert re.search(r"Received\s+[0-9A-F]{6}\*\*\*\s+Computed here\s+[0-9A-F]{6}\*\*\*", text)
    assert "HMAC-SHA256" in text


def test_a_call_with_a_wrong_signature_shows_both_and_the_likely_cause(gateway: Simulator) -> None:
    body = signed({"mch_id": gateway.merchant.mch_id, "nonce_str": "n"}, OTHER_KEY)
    requests.post(gateway.base_url + "/pay/unifiedorder", body, verify=gateway.ca, timeout=10).close()
    text = text_of(gateway, "/merchant/exchanges/1")
    assert "signature wrong" in text and "another key" in text and "签名错误" in text
    assert "wrong" in section(gateway, "exchanges")


def test_s7_no_page_shows_a_key_a_payment_code_an_openid_or_a_signature(gateway: Simulator, client: Client) -> None:
    told = order(client)
    gateway.pay("T-1")
    code = gateway.gateway.new_payment_code()
    paid = client.micropay(
        body="Coffee", out_trade_no="Q-1", total_fee=100, fee_type="HKD", auth_code=code,
        spbill_create_ip="203.0.113.7",
    )  # fmt: skip
    requests.post(
        gateway.base_url + "/pay/micropay", f"<xml><auth_code>{AUTH_CODE}", verify=gateway.ca, timeout=10
    ).close()
    secrets = [gateway.merchant.api_key.reveal(), code, AUTH_CODE, OPENID, paid["openid"], told["sign"], paid["sign"]]
    for path in (*PAGES, "/merchant/exchanges/2", "/merchant/exchanges/3", "/merchant?q=Q-1"):
        reply = get(gateway, path)
        assert reply.status_code == 200
        assert [secret for secret in secrets if secret in reply.text] == [], path


def test_s1_what_merchants_and_shops_write_is_escaped(gateway: Simulator, client: Client) -> None:
    order(client, body=HOSTILE, attach=HOSTILE)
    gateway.pay("T-1")
    (pending,) = gateway.gateway.due_notifications()
    gateway.gateway.notification_delivered(pending.id, status=500, body=HOSTILE.encode())
    requests.post(gateway.base_url + "/<img src=x>", HOSTILE.encode(), verify=gateway.ca, timeout=10).close()
    for path in (*PAGES, "/merchant/exchanges/2", "/merchant?q=<img src=x>"):
        text = get(gateway, path).text.replace('<script src="/merchant.js" defer></script>', "")
        assert "<script" not in text and "<img" not in text, path


def test_its_policy_allows_its_own_script_and_no_other(gateway: Simulator) -> None:
    headers = get(gateway, "/merchant").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Frame-Options"] == "DENY"
    assert get(gateway, "/merchant.js").headers["Content-Type"].startswith("text/javascript")


def test_rows_that_have_not_changed_are_not_sent_again(gateway: Simulator, client: Client) -> None:
    order(client)
    tag = get(gateway, "/merchant/rows").headers["ETag"]
    again = get(gateway, "/merchant/rows", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    gateway.pay("T-1")
    assert get(gateway, "/merchant/rows", headers={"If-None-Match": tag}).status_code == 200


def test_a_notification_shows_its_message_and_every_attempt(gateway: Simulator, client: Client) -> None:
    order(client)
    gateway.pay("T-1")
    for status, body in ((500, b"oops"), (200, b"<xml><return_code>FAIL</return_code></xml>")):
        gateway.gateway.notification_delivered(1, status=status, body=body)
    text = text_of(gateway, "/merchant/notifications/1")
    assert "signature right" in text and "<transaction_id>" in text
    assert "HTTP 500" in text and "oops" in text and "return_code is not SUCCESS" in text
    assert "next at 2026-09-21 22:13:35" in text


def test_a_refunds_notification_is_shown_as_encrypted(gateway: Simulator, client: Client) -> None:
    order(client)
    gateway.pay("T-1")
    client.refund(
        out_trade_no="T-1", out_refund_no="R-1", total_fee=12345, refund_fee=45, refund_fee_type="HKD",
        notify_url="http://127.0.0.1:9/refunded",
    )  # fmt: skip
    gateway.gateway.tick()
    text = text_of(gateway, "/merchant/notifications/2")
    assert "encrypted" in text and "<req_info>***</req_info>" in text


def test_a_notification_is_sent_again_and_the_attempt_is_kept(gateway: Simulator, client: Client) -> None:
    order(client)
    gateway.pay("T-1")
    for _ in range(2):
        reply = post(gateway, "/merchant/notifications/1/again", Origin=gateway.payer_url)
        assert [one.status_code for one in reply.history] == [303]
        assert "no connection" in reply.text
    (one,) = gateway.gateway.notifications()
    assert [attempt.status for attempt in one.attempts] == [None, None]


def test_a_delivered_notification_is_sent_again_and_stays_delivered(gateway: Simulator, client: Client) -> None:
    order(client)
    gateway.pay("T-1")
    answer = b"<xml><return_code>SUCCESS</return_code></xml>"
    gateway.gateway.notification_delivered(1, status=200, body=answer)
    assert post(gateway, "/merchant/notifications/1/again", **{CONTROL_HEADER: "1"}).status_code == 200
    (one,) = gateway.gateway.notifications()
    assert (one.state, len(one.attempts)) == ("delivered", 2)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", ""])
def test_s8_a_foreign_page_cannot_have_one_sent(gateway: Simulator, client: Client, origin: str) -> None:
    order(client)
    gateway.pay("T-1")
    assert post(gateway, "/merchant/notifications/1/again", Origin=origin).status_code == 403
    (one,) = gateway.gateway.notifications()
    assert one.attempts == ()


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "1" * 30, "%C2%B2"])
def test_what_is_not_there_is_404(gateway: Simulator, number: str) -> None:
    for kind in ("exchanges", "notifications"):
        assert get(gateway, f"/merchant/{kind}/{number}").status_code == 404
    again = post(gateway, f"/merchant/notifications/{number}/again", Origin=gateway.payer_url)
    assert again.status_code == 404


def test_no_page_asks_another_host_for_anything(gateway: Simulator, client: Client) -> None:
    order(client)
    gateway.pay("T-1")
    for path in PAGES:
        tags = "".join(re.findall(r"<[^>]*>", get(gateway, path).text))
        assert not re.search(r"""(src|href|action|url)\s*[=(]\s*["']?(https?:)?//""", tags)


def test_a_real_browser_sees_news_filters_and_sends_again_without_loading_the_page(
    gateway: Simulator, client: Client, tmp_path: Path
) -> None:
    order(client, "20260921-0042", body="Oolong tea, 250 g")
    with browser(tmp_path, wait=WAIT) as chrome:
        chrome.set_window_size(1100, 1000)
        chrome.get(gateway.payer_url + "/merchant")
        chrome.execute_script("window.untouched = true")
        gateway.pay("20260921-0042")
        chrome.find_element("xpath", "//*[@id='orders-part']//*[text()='SUCCESS']")
        chrome.find_element("css selector", "#notifications-part button").click()
        chrome.find_element("xpath", "//*[@id='notifications-part']//*[contains(text(), 'no connection')]")
        if os.environ.get("WXPAY_V2_SCREENSHOTS"):
            refund(client, "20260921-0042")
            chrome.set_window_size(1100, 1330)
            chrome.get(gateway.payer_url + "/merchant")
            chrome.save_screenshot(str(SCREENSHOT))
            chrome.execute_script("window.untouched = true")
        chrome.find_element("css selector", "input[name=q]").send_keys("nothing like it")
        chrome.find_element("xpath", "//*[@id='orders-part']//*[text()='None that matches.']")
        assert chrome.execute_script("return window.untouched") is True
        assert not chrome.get_log("browser")


def test_a_phone_shows_every_page_without_sideways_scrolling(
    gateway: Simulator, client: Client, tmp_path: Path
) -> None:
    order(client, "x" * 32, body="x" * 100, notify_url="http://127.0.0.1:9/" + "x" * 200)
    gateway.pay("x" * 32)
    with browser(tmp_path) as chrome:
        phone(chrome)
        for scheme in ("light", "dark"):
            shade(chrome, scheme)
            for path in ("/merchant", "/merchant/exchanges/1", "/merchant/notifications/1"):
                chrome.get(gateway.payer_url + path)
                assert width_of(chrome) <= 360, path
        ink, page = chrome.execute_script(
            "const seen = getComputedStyle(document.body); return [seen.color, seen.backgroundColor]"
        )
        assert ink != page and page != "rgb(238, 241, 240)"
