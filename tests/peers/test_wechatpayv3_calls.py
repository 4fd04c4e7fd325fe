"""wechatpayv3 2.0.4 and its asynchronous twin, unchanged but for the host and the trusted CA, against the simulator.

Both verify every answer by themselves, in both ways the platform signs: certificates that they download, and a WeChat
Pay public key. Nobody here wrote them: they show that the simulator speaks API v3 and not only to our own client.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

wechatpayv3 = pytest.importorskip("wechatpayv3", reason="wechatpayv3 is not installed")

from cryptography import x509  # noqa: E402
from wechatpayv3 import WeChatPay, WeChatPayType  # noqa: E402
from wechatpayv3 import async_ as twin  # noqa: E402
from wechatpayv3.async_.core import AsyncCore  # noqa: E402
from wechatpayv3.core import Core  # noqa: E402

from wxpay_v2.simulator import Simulator  # noqa: E402
from wxpay_v2.simulator.accounts import CERTIFICATES, PUBLIC_KEY  # noqa: E402

NOTIFY = "http://127.0.0.1:9/paid"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
AMOUNT = {"total": 1000, "currency": "CNY"}
V3_KEY = "0123456789abcdef0123456789ABCDEF"


class Peer:
    """One of the two clients, called alike."""

    def __init__(self, gateway: Simulator, settings: dict[str, Any], is_async: bool) -> None:
        self._gateway = gateway
        self._loop = asyncio.new_event_loop() if is_async else None
        self._whose = {"sub_mchid": gateway.merchant.sub_mch_id} if settings["partner_mode"] else {}
        self.kinds: Any = twin.WeChatPayType if is_async else WeChatPayType
        self._pay: Any = (twin.AsyncWeChatPay if is_async else WeChatPay)(self.kinds.NATIVE, **settings)
        self._run("__aenter__")

    def close(self) -> None:
        self._run("__aexit__", None, None, None)
        if self._loop is not None:
            self._loop.close()

    def _run(self, name: str, *arguments: Any, **named: Any) -> Any:
        if self._loop is not None:
            return self._loop.run_until_complete(getattr(self._pay, name)(*arguments, **named))
        return None if name.startswith("__") else getattr(self._pay, name)(*arguments, **named)

    def ask(self, name: str, **named: Any) -> tuple[int, dict[str, Any]]:
        """Make the call *name*; return its status and document. What it does not verify it raises."""
        status, text = self._run(name, **named, **self._whose)
        return status, json.loads(text) if text else {}

    def place(self, number: str, **more: Any) -> dict[str, Any]:
        named = {"description": "茶 & <Tea>", "out_trade_no": number, "amount": AMOUNT, "notify_url": NOTIFY, **more}
        status, told = self.ask("pay", **named)
        assert status == 200, told
        return told

    def heard(self, kind: str) -> dict[str, Any]:
        """What its own ``callback`` makes of the one notification of *kind* that is due."""
        (due,) = (one for one in self._gateway.gateway.due_notifications() if one.kind == kind)
        headers = due.headers()
        told: dict[str, Any] = self._pay.callback(headers, due.body)
        assert not self._pay.callback({**headers, "Wechatpay-Nonce": "another"}, due.body)
        assert not self._pay.callback(headers, due.body.replace(b'"id"', b'"iD"', 1))
        return told


@pytest.fixture(params=[("direct", CERTIFICATES), ("service_provider", PUBLIC_KEY)], ids="-".join)
def gateway(request: pytest.FixtureRequest, wxpay_certificates: Path) -> Iterator[Simulator]:
    mode, keys = request.param
    with Simulator(
        directory=wxpay_certificates, region="mainland", mode=mode, deliver=False, v3_keys=keys,
        settings={"api_v3_key": V3_KEY},
    ) as running:  # fmt: skip
        yield running


@pytest.fixture(params=["sync", "async"])
def peer(request: pytest.FixtureRequest, gateway: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(gateway.ca))
    monkeypatch.setenv("SSL_CERT_FILE", str(gateway.ca))
    for core in (Core, AsyncCore):  # it sets the host when it is made, and asks it for certificates at once
        monkeypatch.setattr(core, "_gate_way", property(lambda _: gateway.base_url, lambda *_: None), raising=False)
    merchant = gateway.merchant
    settings: dict[str, Any] = {
        "mchid": merchant.mch_id, "appid": merchant.appid,
        "private_key": (gateway.directory / "apiclient_key.pem").read_text(encoding="ascii"),
        "cert_serial_no": gateway.v3_account.serial_no, "apiv3_key": V3_KEY, "partner_mode": merchant.mode != "direct",
        "timeout": (3, 10),
    }  # fmt: skip
    (serial,) = gateway.v3_account.keys.serials or ("",)
    if serial:
        public = gateway.gateway.platform.public_key()
        settings |= {"public_key": public.pem.decode(), "public_key_id": serial}
    one = Peer(gateway, settings, request.param == "async")
    yield one
    one.close()


def test_an_order_is_placed_queried_and_closed(peer: Peer) -> None:
    assert peer.place("ORDER-1")["code_url"].startswith("weixin://")
    assert peer.ask("query", out_trade_no="ORDER-1")[1]["trade_state"] == "NOTPAY"
    assert peer.ask("close", out_trade_no="ORDER-1") == (204, {})
    status, told = peer.ask("query", out_trade_no="ORDER-1")
    assert (status, told["trade_state"], told["out_trade_no"]) == (200, "CLOSED", "ORDER-1")


def test_every_kind_of_order_is_taken(gateway: Simulator, peer: Peer) -> None:
    payer = {"openid": OPENID} if gateway.merchant.mode == "direct" else {"sp_openid": OPENID}
    scene = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
    assert peer.place("ORDER-J", pay_type=peer.kinds.JSAPI, payer=payer)["prepay_id"]
    assert peer.place("ORDER-A", pay_type=peer.kinds.APP)["prepay_id"]
    assert peer.place("ORDER-H", pay_type=peer.kinds.H5, scene_info=scene)["h5_url"].startswith("http")


def test_a_payment_and_its_refund_are_told_in_ways_that_it_opens(gateway: Simulator, peer: Peer) -> None:
    peer.place("ORDER-1", attach="茶")
    gateway.pay("ORDER-1")
    told = peer.heard("payment")
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    assert (told["resource"]["out_trade_no"], told["resource"]["attach"]) == ("ORDER-1", "茶")
    paid = peer.ask("query", transaction_id=told["resource"]["transaction_id"])[1]
    assert (paid["trade_state"], paid["amount"]["total"]) == ("SUCCESS", 1000)
    amount = {"refund": 300, "total": 1000, "currency": "CNY"}
    status, taken = peer.ask(
        "refund", out_refund_no="ORDER-1-R", out_trade_no="ORDER-1", amount=amount, notify_url=NOTIFY
    )
    assert (status, taken["status"], taken["amount"]["refund"]) == (200, "PROCESSING", 300)
    gateway.advance(60)
    assert peer.ask("query_refund", out_refund_no="ORDER-1-R")[1]["status"] == "SUCCESS"
    told = peer.heard("refund")
    assert told["event_type"] == "REFUND.SUCCESS"
    assert (told["resource"]["out_refund_no"], told["resource"]["amount"]["refund"]) == ("ORDER-1-R", 300)


def test_an_error_comes_with_its_status_and_code(peer: Peer) -> None:
    status, told = peer.ask("query", out_trade_no="ORDER-0")
    assert (status, told["code"]) == (404, "ORDER_NOT_EXIST")
    peer._pay._core._cert_serial_no = "0" * 40
    status, told = peer.ask("query", out_trade_no="ORDER-0")
    assert (status, told["code"]) == (401, "SIGN_ERROR")


def test_an_answer_that_is_not_signed_by_the_platform_is_not_taken(gateway: Simulator, peer: Peer) -> None:
    peer.place("ORDER-1")
    gateway.faults.add("probe", operation="order_query_by_out_trade_no", times=1)
    gateway.faults.add("probe", operation="partner_order_query_by_out_trade_no", times=1)
    with pytest.raises(Exception, match="verify the signature"):
        peer.ask("query", out_trade_no="ORDER-1")
    assert peer.ask("query", out_trade_no="ORDER-1")[0] == 200


@pytest.mark.parametrize("gateway", [("direct", CERTIFICATES)], indirect=True, ids="-".join)
def test_it_follows_a_new_platform_certificate(gateway: Simulator, peer: Peer) -> None:
    peer.place("ORDER-1")
    serial = gateway.rotate_platform_certificate(after=0)
    assert peer.ask("query", out_trade_no="ORDER-1")[0] == 200
    known: list[x509.Certificate] = peer._pay._core._certificates
    assert serial in {f"{one.serial_number:040X}" for one in known}
