"""A shop of 2018 as it is, run three ways: on wechatpy itself, on our face of it over v2, and on that over API v3.

It cannot tell them apart, but for one thing: what an attacker forges is believed by the first alone.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.example_shops.conftest import ROOT, wait_for
from tests.example_shops.hands import click, fill, find, other_tab, says, text
from tests.fixtures import signed, to_xml
from wxpay_v2.simulator import Simulator

REAL, OVER_V2, OVER_V3 = "wechatpy", "v2", "v3"
SHOP = ROOT / "examples" / "legacy_shop"
BREAD, CAKE, BAG = 1, 2, 3
PRICES = {BREAD: 2800, CAKE: 16800, BAG: 10}
BLOCK = 16


@dataclass
class Mall:
    """The running shop. way: what its ``wechatpy`` is."""

    url: str
    gateway: Simulator
    directory: Path
    way: str

    @property
    def believes(self) -> bool:
        """Whether a forgery is expected to be believed."""
        return self.way == REAL

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=30)

    def send(self, path: str, **form: str) -> requests.Response:
        """Post a form of the shop's own page, as its page would."""
        with requests.Session() as session:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', session.get(self.url, timeout=30).text)
            assert token is not None
            return session.post(self.url + path, {**form, "csrfmiddlewaretoken": token[1]}, timeout=30)

    def buy(self, product: int, note: str = "") -> str:
        """Order, and return the order's number."""
        page = self.send(f"/buy/{product}/", trade_type="NATIVE", note=note)
        return page.url.rstrip("/").rpartition("/")[2]

    def told(self, body: bytes, path: str = "/wechat/notify/") -> str:
        """What the shop answers to *body* as a notification."""
        with requests.post(self.url + path, body, timeout=30) as answer:
            return answer.text

    def status(self, number: str) -> str:
        """As the shop's list has it: nobody is asked for it."""
        row = re.search(rf'id="row-{number}".*?class="status">(\w+)<', self.get("/orders/").text, re.DOTALL)
        assert row is not None
        return row[1]

    def notified(self, number: str) -> dict[str, str]:
        """The fields of the gateway's own v2 notification about that order, as seen by whoever reads the shop's log."""
        *_, newest = (one for one in self.gateway.gateway.notifications() if one.out_trade_no == number)
        return {child.tag: child.text or "" for child in ElementTree.fromstring(newest.body)}  # noqa: S314


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, to be copied."""
    path = tmp_path_factory.mktemp("books") / "mall.sqlite3"
    environment = {**os.environ, "SHOP_CONFIG": os.devnull, "SHOP_DATABASE": str(path)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=SHOP, env=environment, check=True)
    return path


@pytest.fixture(scope="module", params=[REAL, OVER_V2, OVER_V3])
def mall(request: pytest.FixtureRequest, books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mall]:
    """The shop, each way in turn, started once; every test orders for itself. `deliver_now` brings notifications."""
    way = request.param
    faces = () if way == REAL else ("-m", "wxpay_v2.compat")
    with running(way, tmp_path_factory.mktemp(way), books, *faces) as shop:
        yield shop


@contextmanager
def running(way: str, directory: Path, books: Path, *before: str, shop: Path = SHOP) -> Iterator[Mall]:
    """The *shop* as a process: ``python *before manage.py runserver``, with a simulator of its own."""
    if importlib.util.find_spec("django") is None or importlib.util.find_spec("wechatpy") is None:
        pytest.skip("Django or wechatpy is not installed")
    shutil.copy(books, directory / "mall.sqlite3")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with (
        Simulator(mode="direct", region="mainland", sign_type="MD5", deliver=False) as gateway,
        (directory / "log").open("wb") as log,
    ):
        gateway.write_settings(directory / "shop.ini")
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "REQUESTS_CA_BUNDLE": str(gateway.ca),
            "SHOP_CONFIG": str(directory / "shop.ini"),
            "SHOP_URL": url,
            "SHOP_DATABASE": str(directory / "mall.sqlite3"),
        }
        if way == OVER_V3:
            environment["WXPAY_V2_UPGRADE"] = str(upgrade(directory, gateway))
        command = [sys.executable, *before, "manage.py", "runserver", "--noreload", str(port)]
        server = subprocess.Popen(command, cwd=shop, env=environment, stdout=log, stderr=log)
        try:
            wait_for(server, url, directory / "log")
            yield Mall(url, gateway, directory, way)
        finally:
            server.terminate()
            server.wait()


def upgrade(directory: Path, gateway: Simulator) -> Path:
    """What the operator adds for API v3; the shop never reads it."""
    path = directory / "upgrade.toml"
    v3 = re.search(r"^\[v3\]\n(.+\n)+", (directory / "shop.ini").read_text(), re.MULTILINE)
    assert v3 is not None
    path.write_text(f'{v3[0]}codepay = true\n\n[upgrade]\nbase_url = "{gateway.base_url}"\nverify = "{gateway.ca}"\n')
    path.chmod(0o600)
    return path


# What people see: the same on all three.


def test_a_customer_pays_by_code_and_the_shop_refunds(mall: Mall, chrome: Any) -> None:
    chrome.get(mall.url)
    click(chrome, f"#product-{BREAD} .native")
    find(chrome, "#qr svg")
    number = text(chrome, "#number")
    click(chrome, "#scan")
    page = other_tab(chrome)
    click(chrome, "button[value=pay]")
    says(chrome, ".done", "Paid")
    chrome.close()
    chrome.switch_to.window(page)
    says(chrome, "#status", "waiting")
    mall.gateway.deliver_now()
    says(chrome, "#status", "paid")
    paid = mall.gateway.gateway.order(mall.gateway.merchant.mch_id, number)
    assert (paid.state, paid.total_fee) == ("SUCCESS", PRICES[BREAD])
    says(chrome, "#transaction", paid.transaction_id)

    chrome.get(f"{mall.url}/orders/")
    click(chrome, f"#row-{number} .refund")
    says(chrome, f"#row-{number} .status", "refunding")
    mall.gateway.deliver_now()
    chrome.get(f"{mall.url}/orders/{number}/")
    says(chrome, "#status", "refunded")
    (refund,) = (one for one in mall.gateway.gateway.refunds() if one.order_id == paid.id)
    assert (refund.status, refund.refund_fee, refund.out_refund_no) == ("SUCCESS", PRICES[BREAD], f"R{number}")
    told = [one for one in mall.gateway.gateway.notifications() if one.out_trade_no == number]
    assert [(one.kind, one.state) for one in told] == [("payment", "delivered"), ("refund", "delivered")]


def test_a_customer_pays_inside_wechat(mall: Mall, chrome: Any) -> None:
    chrome.get(mall.url)
    click(chrome, f"#product-{CAKE} .jsapi")
    says(chrome, f"#product-{CAKE} .jsapi", "Buy in WeChat")
    click(chrome, f"#product-{CAKE} .jsapi")
    click(chrome, "#pay:not([disabled])")
    number = text(chrome, "#number")
    chrome.switch_to.frame(find(chrome, "iframe[name=wechat-cashier]"))
    click(chrome, "#pay")
    click(chrome, "#done")
    chrome.switch_to.default_content()
    mall.gateway.deliver_now()
    says(chrome, "#status", "paid")
    assert mall.gateway.gateway.order(mall.gateway.merchant.mch_id, number).state == "SUCCESS"


def test_the_cashier_charges_a_code_with_and_without_a_password(mall: Mall, chrome: Any) -> None:
    for needs_password in (False, True):
        chrome.get(f"{mall.url}/till/")
        fill(chrome, "#yuan", "12.50")
        fill(chrome, "#auth_code", mall.gateway.gateway.new_payment_code(needs_password=needs_password))
        click(chrome, "#charge")
        number = text(chrome, "#number")
        if needs_password:
            says(chrome, "#status", "waiting")
            mall.gateway.pay(number)
        says(chrome, "#status", "paid")
        order = mall.gateway.gateway.order(mall.gateway.merchant.mch_id, number)
        assert (order.state, order.total_fee, order.trade_type) == ("SUCCESS", 1250, "MICROPAY")


def test_a_code_without_money_is_told_as_such(mall: Mall) -> None:
    code = mall.gateway.gateway.new_payment_code(refuses="NOTENOUGH")
    page = mall.send("/till/", yuan="3", auth_code=code)
    assert 'role="alert"' in page.text
    assert mall.status(page.url.rstrip("/").rpartition("/")[2]) == "failed"


def test_the_list_asks_about_those_that_nobody_told_of(mall: Mall) -> None:
    number, left = mall.buy(BREAD), mall.buy(BREAD)
    mall.gateway.pay(number)
    mall.send("/orders/")
    assert (mall.status(number), mall.status(left)) == ("paid", "waiting")
    mall.gateway.deliver_now()  # late news
    assert mall.status(number) == "paid"


def test_the_gateway_speaks_api_v3_to_the_shop_that_was_told_to_and_to_no_other(mall: Mall) -> None:
    number = paid(mall)
    (told,) = (one for one in mall.gateway.gateway.notifications() if one.out_trade_no == number)
    assert (told.protocol, told.state) == ("v3" if mall.way == OVER_V3 else "v2", "delivered")


# What only an attacker sees. wechatpy believes all of it.


@pytest.mark.parametrize(
    ("told", "swallows"),
    [
        # A whole notification but for the order's number: all else is of the bag's.
        ({"mch_id": "1900000109"}, "q"),
        # With the amount, for shops that compare it; a note has no room for all the rest.
        ({"result_code": "SUCCESS", "total_fee": "16800", "transaction_id": "42"}, "zz"),
        # One that says FAIL where this shop does not look, and therefore proves nothing to whoever looks there.
        ({"result_code": "SUCCESS", "return_code": "FAIL", "total_fee": "16800", "transaction_id": "42"}, "zz"),
    ],
    ids=["number", "amount", "failure"],
)
def test_a_note_that_ends_in_fields_of_its_own_pays_another_order_on_wechatpy_alone(
    mall: Mall, told: dict[str, str], swallows: str
) -> None:
    """The signed text joins fields without escaping: who chose one of them may cut the message in other places.

    The attacker orders a paper bag with a note, pays ten fen, and posts the notification again, which he found in a
    log, cut so that the note's end is the cake's payment, and what is in its way one value of an unknown field. No key
    is needed: the signature stays as it is.
    """
    cake = mall.buy(CAKE)
    told = dict(sorted({**told, "out_trade_no": cake}.items()))
    note = "Hi&" + "&".join(f"{name}={text}" for name, text in told.items()) + f"&{swallows}="
    assert len(note) <= 120
    bag = mall.buy(BAG, note)
    if mall.status(bag) == "failed":  # over API v3 ours does not even place it; another shop of the merchant's may
        bag = placed_elsewhere(mall, note)
    mall.gateway.pay(bag)
    mall.gateway.deliver_now()
    genuine = mall.notified(bag)
    sign = genuine.pop("sign")
    swallowed = [f"&{name}={genuine[name]}" for name in sorted(genuine) if "attach" < name < swallows]
    kept = {name: text for name, text in genuine.items() if name < "attach" or name > swallows}
    forged = {**kept, "attach": "Hi", **told, swallows: "".join(swallowed)}
    assert signed(forged, mall.gateway.merchant.api_key.reveal()) == to_xml({**forged, "sign": sign})
    answer = mall.told(to_xml({**forged, "sign": sign}))
    assert ("SUCCESS" in answer, mall.status(cake)) == ((True, "paid") if mall.believes else (False, "waiting"))


def test_an_unsigned_answer_is_believed_by_wechatpy_alone(mall: Mall) -> None:
    """Whoever sits in between, a proxy with a certificate that the host trusts, answers in the gateway's name."""
    number = mall.buy(BREAD)
    mall.gateway.pay(number)
    mall.gateway.faults.add("unsigned", times=100)
    mall.send("/orders/")
    mall.gateway.faults.clear()
    assert mall.status(number) == ("paid" if mall.believes else "waiting")
    mall.send("/orders/")
    assert mall.status(number) == "paid"


def test_a_refund_notification_put_together_from_two_is_believed_by_wechatpy_alone(mall: Mall) -> None:
    """It is encrypted block by block and not signed: blocks of one that went well fit into one that did not."""
    well, badly = (paid(mall) for _ in range(2))
    mall.send(f"/orders/{well}/refund/")
    mall.gateway.deliver_now()
    mall.gateway.faults.add("refund_abnormal", times=1)
    mall.send(f"/orders/{badly}/refund/")
    mall.gateway.deliver_now()
    mall.gateway.faults.clear()
    assert (mall.status(well), mall.status(badly)) == ("refunded", "refunding")
    one, other = (sealed(mall, number, status) for number, status in ((badly, "CHANGE"), (well, "SUCCESS")))
    for cut in range(BLOCK, len(one), BLOCK):
        mall.told(around(mall, one[:cut] + other[cut:]), "/wechat/refund_notify/")
    assert mall.status(badly) == ("refunded" if mall.believes else "refunding")
    (refund,) = (one for one in mall.gateway.gateway.refunds() if one.out_refund_no == f"R{badly}")
    assert refund.status == "CHANGE"  # the customer has nothing


def test_what_no_key_has_signed_is_refused_on_all_three(mall: Mall) -> None:
    number = mall.buy(CAKE)
    ids = {"appid": mall.gateway.merchant.appid, "mch_id": mall.gateway.merchant.mch_id}
    forged = {
        "return_code": "SUCCESS", "result_code": "SUCCESS", **ids, "out_trade_no": number, "total_fee": "16800",
        "transaction_id": "42", "nonce_str": "n",
    }  # fmt: skip
    for body in (to_xml(forged), signed(forged, "AnotherKeyOfAnotherMerchant45678"), b"<xml>", b""):
        assert "FAIL" in mall.told(body)
    assert mall.status(number) == "waiting"


def paid(mall: Mall) -> str:
    number = mall.buy(BREAD)
    mall.gateway.pay(number)
    mall.gateway.deliver_now()
    assert mall.status(number) == "paid"
    return number


def placed_elsewhere(mall: Mall, note: str) -> str:
    """An order of the same merchant's, by a v2 call that checks nothing."""
    merchant, number = mall.gateway.merchant, f"BAG-{time.time_ns()}"
    fields = {
        "appid": merchant.appid, "mch_id": merchant.mch_id, "nonce_str": "n", "body": "Paper bag", "attach": note,
        "out_trade_no": number, "total_fee": "10", "spbill_create_ip": "203.0.113.7", "trade_type": "NATIVE",
        "product_id": "3", "notify_url": f"{mall.url}/wechat/notify/",
    }  # fmt: skip
    body = signed(fields, merchant.api_key.reveal())
    with requests.post(
        f"{mall.gateway.base_url}/pay/unifiedorder", body, verify=str(mall.gateway.ca), timeout=30
    ) as answer:
        assert "code_url" in answer.text, answer.text
    return number


def _aes(mall: Mall) -> Cipher[modes.ECB]:
    key = hashlib.md5(mall.gateway.merchant.api_key.reveal().encode(), usedforsecurity=False).hexdigest()
    return Cipher(algorithms.AES(key.encode()), modes.ECB())  # noqa: S305 - the gateway's own


def sealed(mall: Mall, number: str, status: str) -> bytes:
    """What the gateway says of the refund of order *number*, encrypted as v2 does."""
    order = mall.gateway.gateway.order(mall.gateway.merchant.mch_id, number)
    (refund,) = (one for one in mall.gateway.gateway.refunds() if one.order_id == order.id)
    fee = str(refund.refund_fee)
    fields = {
        "out_refund_no": refund.out_refund_no, "out_trade_no": number, "refund_id": refund.refund_id,
        "settlement_refund_fee": fee, "refund_fee": fee, "total_fee": fee, "settlement_total_fee": fee,
        "refund_status": status, "transaction_id": order.transaction_id, "success_time": "2018-11-11 12:00:00",
        "refund_account": "REFUND_SOURCE_RECHARGE_FUNDS", "refund_request_source": "API",
        "refund_recv_accout": "支付用户零钱",
    }  # fmt: skip
    plain = to_xml(fields).replace(b"<xml>", b"<root>").replace(b"</xml>", b"</root>")
    padder, encryptor = PKCS7(BLOCK * 8).padder(), _aes(mall).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def around(mall: Mall, content: bytes) -> bytes:
    merchant = mall.gateway.merchant
    fields = {"return_code": "SUCCESS", "appid": merchant.appid, "mch_id": merchant.mch_id, "nonce_str": "n"}
    return to_xml({**fields, "req_info": base64.b64encode(content).decode()})
