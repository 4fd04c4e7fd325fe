"""npm's wechatpay-axios-plugin against the simulator, its own verification of answers switched on: API v2 and v3."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wxpay_v2 import Client, ManualClock
from wxpay_v2.simulator import Simulator
from wxpay_v2.simulator.accounts import CERTIFICATES, PUBLIC_KEY

MODULES = Path(__file__).parents[2] / ".npm-peers" / "node_modules"
V3_KEY = "0123456789abcdef0123456789ABCDEF"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not MODULES.joinpath("wechatpay-axios-plugin").is_dir(), reason="the npm client is not installed"
    ),
]


@pytest.fixture(params=["MD5", "HMAC-SHA256"])
def gateway(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with Simulator(sign_type=request.param, clock=ManualClock(1_790_000_000), deliver=False) as running:
        yield running


def run(gateway: Simulator, script: str, setup: dict[str, Any]) -> dict[str, Any]:
    """Run *script* of this folder with *setup* on its standard input; return what it printed."""
    where = {
        "modules": str(MODULES), "base_url": gateway.base_url + "/", "mch_id": gateway.merchant.mch_id,
        "key": str(gateway.directory / "apiclient_key.pem"),
    }  # fmt: skip
    done = subprocess.run(
        [shutil.which("node") or "node", str(Path(__file__).with_name(script))],
        input=json.dumps({**where, **setup}), capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(gateway.ca)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def run_v2(gateway: Simulator, **more: str) -> dict[str, Any]:
    merchant = gateway.merchant
    setup = {
        "appid": merchant.appid,
        "sub_mch_id": merchant.sub_mch_id,
        "secret": merchant.api_key.reveal(),
        "sign_type": merchant.sign_type,
        "cert": str(gateway.directory / "apiclient_cert.pem"),
        "out_trade_no": "A-1",
        "notify_url": "http://127.0.0.1:9/pay",
        **more,
    }
    return run(gateway, "v2_client.cjs", setup)


def test_orders_queries_and_refunds_pass_its_own_reply_verification(gateway: Simulator) -> None:
    order = run_v2(gateway, stage="order")["order"]
    assert order["result_code"] == "SUCCESS"
    assert order["code_url"].startswith("weixin://")
    gateway.pay("A-1")
    (payment,) = gateway.gateway.due_notifications()
    gateway.gateway.notification_delivered(
        payment.id, status=200, body=b"<xml><return_code>SUCCESS</return_code></xml>"
    )
    # A refund notification for the decryption of the plugin: made by our own client first.
    with Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca, clock=gateway.gateway.clock) as client:
        client.refund(
            out_trade_no="A-1", out_refund_no="A-0-R", total_fee=1000, refund_fee=100, notify_url="http://127.0.0.1:9/r"
        )
    gateway.gateway.tick()
    refunded = next(one for one in gateway.gateway.due_notifications() if one.kind == "refund")
    answers = run_v2(
        gateway, stage="rest", notification=payment.body.decode(), refund_notification=refunded.body.decode()
    )
    assert answers["query"]["trade_state"] == "REFUND"  # the refund above, made by our own client
    assert answers["query"]["total_fee"] == "1000"
    assert "data" in answers["without_certificate"]
    assert answers["refund"]["refund_fee"] == "300"
    assert answers["refund_query"]["out_refund_no_0"] == "A-1-R"
    assert answers["notification"]["out_trade_no"] == "A-1"
    assert answers["refund_notification"]["out_refund_no"] == "A-0-R"


class V3Shop:
    """A merchant of API v3 whose calls are made by ``v3_client.cjs``. certs: the keys it trusts; None: it asks."""

    number = "ORDER-1"

    def __init__(self, gateway: Simulator, region: str, mode: str) -> None:
        self.gateway = gateway
        self._region, self._mode = region, mode
        serials = gateway.v3_account.keys.serials
        self.certs = {serials[0]: gateway.gateway.platform.public_key().pem.decode()} if serials else None

    def due(self, kind: str) -> dict[str, Any]:
        """The one notification of *kind* that is due."""
        (due,) = (one for one in self.gateway.gateway.due_notifications() if one.kind == kind)
        return {"headers": due.headers(), "body": due.body.decode()}

    def run(self, stage: str, **more: Any) -> dict[str, Any]:
        merchant = self.gateway.merchant
        direct, abroad = self._mode == "direct", self._region == "global"
        sub = {} if direct else {"sub_mchid": merchant.sub_mch_id}
        params = {"mchid" if direct else "sp_mchid": merchant.mch_id, **sub}
        ids = {**params, "appid" if direct else "sp_appid": merchant.appid}
        payer = {"payer": {"openid" if direct else "sp_openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}
        setup = {
            "stage": stage, "region": self._region, "secret": V3_KEY, "certs": self.certs,
            "serial_no": self.gateway.v3_account.serial_no, "out_trade_no": self.number,
            "notify_url": "http://127.0.0.1:9/paid", "currency": "HKD" if abroad else "CNY", "ids": ids,
            "params": params, "order": {"merchant_category_code": "5411", "trade_type": "NATIVE"} if abroad else {},
            "jsapi": {**payer, "trade_type": "JSAPI"} if abroad else payer,
            "refund": ids if abroad else sub, "query": params if abroad else sub, **more,
        }  # fmt: skip
        return run(self.gateway, "v3_client.cjs", setup)


@pytest.fixture(
    params=[
        ("global", "institution", CERTIFICATES),
        ("global", "direct", PUBLIC_KEY),
        ("mainland", "direct", CERTIFICATES),
        ("mainland", "service_provider", PUBLIC_KEY),
    ],
    ids="-".join,
)
def shop(request: pytest.FixtureRequest, wxpay_certificates: Path) -> Iterator[V3Shop]:
    region, mode, keys = request.param
    with Simulator(
        directory=wxpay_certificates, region=region, mode=mode, v3_keys=keys, deliver=False,
        settings={"api_v3_key": V3_KEY},
    ) as running:  # fmt: skip
        yield V3Shop(running, region, mode)


def test_a_whole_payment_over_v3(shop: V3Shop) -> None:
    """An order, its query and close; its payment and refund, told in notifications; errors; a key that is unknown."""
    gateway = shop.gateway
    order = shop.run("order")
    assert order["native"]["data"]["code_url"].startswith("weixin://")
    assert order["jsapi"]["data"]["prepay_id"]
    assert order["query"]["data"]["trade_state"] == "NOTPAY"
    assert order["close"]["status"] == 204
    assert order["closed"]["data"]["trade_state"] == "CLOSED"
    assert (order["unknown"]["status"], order["unknown"]["data"]["code"]) == (404, "ORDER_NOT_EXIST")
    assert order["stranger"]["error"].startswith("EV3_RES_HEADER_PLATFORM_SERIAL")
    if shop.certs is None:
        (one,) = order["certificates"]["data"]["data"]
        assert list(order["certs"]) == [one["serial_no"]]
    shop.certs = order["certs"]
    gateway.pay(shop.number)
    told = shop.run("refund", notification=shop.due("payment"))
    assert told["payment"]["verified"] and not told["payment"]["spoilt"]
    assert told["payment"]["event_type"] == "TRANSACTION.SUCCESS"
    assert told["payment"]["resource"]["out_trade_no"] == shop.number
    assert told["paid"]["data"]["trade_state"] == "SUCCESS"
    assert told["refund"]["data"]["amount"]["refund"] == 300, told["refund"]
    gateway.advance(60)
    last = shop.run("rest", notification=shop.due("refund"))
    assert last["refunded"]["verified"] and last["refunded"]["event_type"] == "REFUND.SUCCESS"
    assert last["refunded"]["resource"]["out_refund_no"] == f"{shop.number}-R"
    assert last["refund_query"]["data"]["status"] == "SUCCESS"
