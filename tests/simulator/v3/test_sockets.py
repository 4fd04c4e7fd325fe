"""API v3 over real TLS: calls, notifications, the settings of a running simulator."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.fixtures import SUB_MCH_ID
from tests.simulator.v3.client import SCHEME, holds, opened, sign, text
from wxpay_v2.clock import ManualClock
from wxpay_v2.simulator import Simulator
from wxpay_v2.simulator.accounts import PUBLIC_KEY
from wxpay_v2.simulator.guard import CONTROL_HEADER
from wxpay_v2.v3.account import V3Account


class Shop:
    """The simulator's merchant, calling with requests and signing by hand."""

    def __init__(self, gateway: Simulator) -> None:
        self.gateway = gateway
        pem = (gateway.directory / "apiclient_cert.pem").read_bytes()
        self.serial = f"{x509.load_pem_x509_certificate(pem).serial_number:040X}"
        self.key: Any = load_pem_private_key((gateway.directory / "apiclient_key.pem").read_bytes(), None)
        self.account = gateway.gateway.accounts[gateway.merchant.mch_id]

    def call(self, method: str, target: str, told: dict[str, Any] | None = None) -> requests.Response:
        body = json.dumps(told).encode() if told is not None else b""
        stamp = str(int(self.gateway.clock.time()))
        signature = sign(self.key, text(method, target, stamp, "n1", body=body))
        headers = {
            "Authorization": f'{SCHEME} mchid="{self.account.mch_id}",nonce_str="n1",timestamp="{stamp}",'
            f'serial_no="{self.serial}",signature="{signature}"',
            "Accept": "application/json", "Content-Type": "application/json", "User-Agent": "tests",
        }  # fmt: skip
        url = self.gateway.base_url + target
        return requests.request(method, url, data=body, headers=headers, verify=str(self.gateway.ca), timeout=10)

    def verify(self, headers: Any, body: bytes) -> None:
        found = self.gateway.gateway.platform.find(headers["Wechatpay-Serial"])
        assert found is not None
        signed = text(headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], body=body)
        assert holds(found.pem, headers["Wechatpay-Signature"], signed)

    def order(self, number: str, notify_url: str) -> dict[str, Any]:
        return {
            "sp_mchid": self.account.mch_id, "sp_appid": self.account.appid, "sub_mchid": SUB_MCH_ID,
            "description": "Tea", "out_trade_no": number, "notify_url": notify_url, "trade_type": "NATIVE",
            "merchant_category_code": "5411", "amount": {"total": 100, "currency": "HKD"},
        }  # fmt: skip


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[tuple[Any, bytes]]]]:
    """An address that takes notifications with a 204, and what came there."""
    heard: list[tuple[Any, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/paid", heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_order_over_tls_is_paid_and_notified(
    wxpay_certificates: Path, endpoint: tuple[str, list[tuple[Any, bytes]]]
) -> None:
    address, heard = endpoint
    with Simulator(directory=wxpay_certificates, clock=ManualClock(), deliver=False) as gateway:
        shop = Shop(gateway)
        placed = shop.call("POST", "/v3/global/transactions/native", shop.order("T*|-1", address))
        assert placed.status_code == 200, placed.text
        shop.verify(placed.headers, placed.content)
        gateway.pay("T*|-1")
        assert gateway.deliver_now() == 1
        ((headers, body),) = heard
        shop.verify(headers, body)
        key = shop.account.api_v3_key
        assert key is not None
        assert json.loads(opened(json.loads(body)["resource"], key.reveal()))["out_trade_no"] == "T*|-1"
        target = f"/v3/global/transactions/out-trade-no/T%2A%7C-1?sp_mchid={shop.account.mch_id}&sub_mchid={SUB_MCH_ID}"
        told = shop.call("GET", target)
        assert told.json()["trade_state"] == "SUCCESS"
        (view,) = gateway.gateway.notifications()
        assert view.state == "delivered"
        page = requests.get(f"{gateway.payer_url}/merchant", timeout=10).text
        assert "order_query_by_out_trade_no" in page and "transactions_native" in page
        assert requests.get(f"{gateway.payer_url}/merchant/exchanges/1", timeout=10).text.count("signature right") == 2
        assert "encrypted" in requests.get(f"{gateway.payer_url}/merchant/notifications/1", timeout=10).text


def test_a_wrong_signature_over_tls_is_a_401(wxpay_gateway: Simulator) -> None:
    shop = Shop(wxpay_gateway)
    shop.serial = "0" * 40
    answer = shop.call("GET", "/v3/global/certificates")
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


def test_the_first_certificate_is_the_one_of_the_directory(wxpay_gateway: Simulator) -> None:
    shop = Shop(wxpay_gateway)
    (one,) = shop.call("GET", "/v3/global/certificates").json()["data"]
    key = shop.account.api_v3_key
    assert key is not None
    pem = (wxpay_gateway.directory / "wechatpay_platform_cert.pem").read_bytes()
    assert opened(one["encrypt_certificate"], key.reveal()) == pem


def test_the_account_of_a_client_is_the_gateways(wxpay_gateway: Simulator) -> None:
    shop = Shop(wxpay_gateway)
    account = wxpay_gateway.v3_account
    assert isinstance(account, V3Account) and account is wxpay_gateway.v3_account
    assert account.serial_no == shop.serial
    other = wxpay_gateway.v3_account_for("direct")
    assert other.serial_no != account.serial_no


def test_the_settings_file_holds_what_v3_needs(wxpay_certificates: Path, tmp_path: Path) -> None:
    with Simulator(directory=wxpay_certificates, settings={"api_v3_key": "0" * 32}) as gateway:
        gateway.write_settings(tmp_path / "simulator.toml")
        read = V3Account.from_config(tmp_path / "simulator.toml")
        assert read.serial_no == gateway.v3_account.serial_no
        assert 'api_v3_key = "' + "0" * 32 in (tmp_path / "simulator.toml").read_text(encoding="utf-8")
        assert (tmp_path / "simulator.toml").stat().st_mode & 0o777 == 0o600


def test_the_settings_file_names_the_public_key(tmp_path: Path) -> None:
    with Simulator(v3_keys=PUBLIC_KEY) as gateway:
        gateway.write_settings(tmp_path / "simulator.toml")
        serial = gateway.gateway.platform.public_key().serial
        for account in (gateway.v3_account, V3Account.from_config(tmp_path / "simulator.toml")):
            assert account.keys.find(serial, gateway.clock.time()) is not None


def test_a_program_rotates_the_platform_certificate(wxpay_gateway: Simulator) -> None:
    def control(**told: Any) -> requests.Response:
        url = f"{wxpay_gateway.payer_url}/control/rotate_platform_certificate"
        return requests.post(url, json=told, headers={CONTROL_HEADER: "1"}, timeout=10)

    serial = control().json()["serial_no"]
    assert len(Shop(wxpay_gateway).call("GET", "/v3/global/certificates").json()["data"]) == 2
    assert wxpay_gateway.gateway.platform.find(serial) is not None
    assert control(after=-1).status_code == 400
    assert wxpay_gateway.rotate_platform_certificate(after=0) == wxpay_gateway.gateway.platform.signing().serial
