"""npm's wechatpay-axios-plugin against the simulator, its own verification of replies switched on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from wxpay_v2 import ManualClock
from wxpay_v2.simulator import Simulator

MODULES = Path(__file__).parents[2] / ".npm-peers" / "node_modules"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not MODULES.joinpath("wechatpay-axios-plugin").is_dir(), reason="the npm client is not installed"
    ),
]


@pytest.fixture(params=["MD5", "HMAC-SHA256"])
def gateway(request):
    with Simulator(sign_type=request.param, clock=ManualClock(1_790_000_000), deliver=False) as running:
        yield running


def run(gateway, **more):
    merchant = gateway.merchant
    setup = {
        "modules": str(MODULES),
        "base_url": gateway.base_url + "/",
        "appid": merchant.appid,
        "mch_id": merchant.mch_id,
        "sub_mch_id": merchant.sub_mch_id,
        "secret": merchant.api_key.reveal(),
        "sign_type": merchant.sign_type,
        "cert": str(gateway.directory / "apiclient_cert.pem"),
        "key": str(gateway.directory / "apiclient_key.pem"),
        "out_trade_no": "A-1",
        "notify_url": "http://127.0.0.1:9/pay",
        **more,
    }
    done = subprocess.run(
        [shutil.which("node") or "node", str(Path(__file__).with_name("v2_client.cjs"))],
        input=json.dumps(setup), capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(gateway.ca)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_orders_queries_and_refunds_pass_its_own_reply_verification(gateway):
    order = run(gateway, stage="order")["order"]
    assert order["result_code"] == "SUCCESS"
    assert order["code_url"].startswith("weixin://")
    gateway.pay("A-1")
    (payment,) = gateway.gateway.due_notifications()
    gateway.gateway.notification_delivered(
        payment.id, status=200, body=b"<xml><return_code>SUCCESS</return_code></xml>"
    )
    # A refund notification for the decryption of the plugin: made by our own client first.
    from wxpay_v2 import Client

    with Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca, clock=gateway.gateway.clock) as client:
        client.refund(
            out_trade_no="A-1", out_refund_no="A-0-R", total_fee=1000, refund_fee=100, notify_url="http://127.0.0.1:9/r"
        )
    gateway.gateway.tick()
    refunded = next(one for one in gateway.gateway.due_notifications() if one.kind == "refund")
    answers = run(gateway, stage="rest", notification=payment.body.decode(), refund_notification=refunded.body.decode())
    assert answers["query"]["trade_state"] == "REFUND"  # the refund above, made by our own client
    assert answers["query"]["total_fee"] == "1000"
    assert "data" in answers["without_certificate"]
    assert answers["refund"]["refund_fee"] == "300"
    assert answers["refund_query"]["out_refund_no_0"] == "A-1-R"
    assert answers["notification"]["out_trade_no"] == "A-1"
    assert answers["refund_notification"]["out_refund_no"] == "A-0-R"
