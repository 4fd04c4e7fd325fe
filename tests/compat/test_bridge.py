"""Old libraries' messages over API v3: v2's answers, signed again; unknown stays unknown; notifications confirmed."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import sign
from wxpay_v2 import ConfigurationError, InvalidRequest, Malformed, Merchant, Mismatch, SignatureInvalid
from wxpay_v2.compat import headers
from wxpay_v2.compat.bridge import Bridge
from wxpay_v2.compat.settings import Settings
from wxpay_v2.simulator import Simulator
from wxpay_v2.v2 import cipher, xml

# What v2's own rules demand of an order, product_id, is one of the fields that API v3 loses.
pytestmark = pytest.mark.filterwarnings("ignore::wxpay_v2.upgrade.LostFieldWarning")

ORDER = {
    "body": "Tea", "out_trade_no": "T-123456", "total_fee": 1250, "trade_type": "NATIVE",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://127.0.0.1/pay", "product_id": "9",
}  # fmt: skip


class Till:
    """A shop in the mainland whose notifications are handed over by the test."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.merchant = simulator.merchant
        settings = Settings(
            simulator.v3_account, region="mainland", base_url=simulator.base_url, verify=str(simulator.ca),
            clock=simulator.clock,
        )  # fmt: skip
        self.bridge = Bridge(lambda: self.merchant, settings)

    def ask(self, path: str, **fields: Any) -> dict[str, str]:
        """The answer, whose signature an independent hand has checked."""
        told = xml.read(self.bridge.answer(path, {**fields, "sign": "OLD", "nonce_str": "n"}))
        assert told["sign"] == sign(told, self.merchant.api_key.reveal(), self.merchant.sign_type)
        return told

    def pending(self) -> tuple[bytes, dict[str, str]]:
        """The newest notification that waits: its bytes and headers."""
        notification = self.simulator.gateway.due_notifications()[-1]
        assert notification.headers is not None
        return notification.body, dict(notification.headers())


@pytest.fixture
def till(wxpay_certificates: Path) -> Any:
    with Simulator(directory=wxpay_certificates, region="mainland", mode="direct", deliver=False) as simulator:
        yield Till(simulator)


def test_an_order_is_placed_paid_and_refunded(till: Till) -> None:
    told = till.ask("pay/unifiedorder", **ORDER)
    assert (told["return_code"], told["result_code"]) == ("SUCCESS", "SUCCESS")
    assert told["code_url"].startswith("weixin://")
    till.simulator.pay("T-123456")
    paid = till.ask("pay/orderquery", out_trade_no="T-123456")
    assert (paid["trade_state"], paid["total_fee"]) == ("SUCCESS", "1250")
    refund = till.ask("secapi/pay/refund", out_trade_no="T-123456", out_refund_no="R-1", total_fee=1250, refund_fee=400)
    assert refund["refund_fee"] == "400"


def test_the_same_order_may_be_placed_again_and_the_gateway_decides(till: Till) -> None:
    first = till.ask("pay/unifiedorder", **ORDER)
    again = till.ask("pay/unifiedorder", **{**ORDER, "time_expire": "20991231235959"})
    assert {first["result_code"], again["result_code"]} <= {"SUCCESS", "FAIL"}


def test_a_refusal_is_v2s_own(till: Till) -> None:
    told = till.ask("pay/orderquery", out_trade_no="NONE-1")
    assert (told["return_code"], told["result_code"], told["err_code"]) == ("SUCCESS", "FAIL", "ORDERNOTEXIST")
    assert told["err_code_des"]


def test_m11_an_unknown_outcome_is_systemerror(till: Till) -> None:
    till.ask("pay/orderquery", out_trade_no="T-123456")  # the platform's certificates are fetched before
    till.simulator.faults.add("lost_reply", times=9)
    told = till.ask("pay/unifiedorder", **ORDER)
    assert (told["result_code"], told["err_code"]) == ("FAIL", "SYSTEMERROR")


def test_a_statement_is_text(till: Till) -> None:
    till.simulator.advance(86_400 * 2)
    answer = till.bridge.answer("pay/downloadbill", {"bill_date": "20990101", "bill_type": "ALL"})
    assert xml.read(answer)["return_code"] == "FAIL"


def test_what_v3_cannot_carry_is_refused_before_sending(till: Till) -> None:
    with pytest.raises(InvalidRequest, match="shortens no links"):
        till.bridge.answer("tools/shorturl", {"long_url": "weixin://x"})
    with pytest.raises(InvalidRequest, match="a path looks like"):
        till.bridge.answer("../../etc", {})


def test_a_v2_notification_passes_as_it_is(till: Till) -> None:
    assert till.bridge.notification(b"  <xml><a>1</a></xml>") == b"  <xml><a>1</a></xml>"


def _notified(till: Till, with_headers: bool) -> dict[str, str]:
    till.ask("pay/unifiedorder", **ORDER)
    till.simulator.pay("T-123456")
    body, given = till.pending()
    return xml.read(till.bridge.notification(body, given if with_headers else None))


@pytest.mark.parametrize("with_headers", [True, False])
def test_a_payment_is_told_in_v2s_shape(till: Till, with_headers: bool) -> None:
    told = _notified(till, with_headers)
    assert told["sign"] == sign(told, till.merchant.api_key.reveal(), till.merchant.sign_type)
    assert (told["out_trade_no"], told["total_fee"], told["result_code"]) == ("T-123456", "1250", "SUCCESS")


def test_s4_6_a_notification_whose_headers_are_there_must_be_signed(till: Till) -> None:
    till.ask("pay/unifiedorder", **ORDER)
    till.simulator.pay("T-123456")
    body, given = till.pending()
    forged = {name: ("A" * 8 if name.lower() == "wechatpay-signature" else text) for name, text in given.items()}
    with pytest.raises(SignatureInvalid):
        till.bridge.notification(body, forged)
    token = headers.seen.set(forged)
    try:
        with pytest.raises(SignatureInvalid):
            till.bridge.notification(body)
    finally:
        headers.seen.reset(token)


def test_without_headers_nothing_is_believed_that_a_query_does_not_confirm(till: Till) -> None:
    till.ask("pay/unifiedorder", **ORDER)
    till.simulator.pay("T-123456")
    body, _ = till.pending()
    outer = json.loads(body)
    resource = outer["resource"]
    key = till.simulator.v3_account.api_v3_key
    from wxpay_v2.v3.cipher import open_resource, seal_resource

    told = json.loads(open_resource(resource, key))
    told["amount"]["total"] = told["amount"]["payer_total"] = 1
    told_by_a_replay = seal_resource(json.dumps(told).encode(), key, resource["nonce"], resource["associated_data"])
    body = json.dumps({**outer, "resource": {**told_by_a_replay, "original_type": "transaction"}}).encode()
    with pytest.raises(Mismatch, match="total_fee"):
        till.bridge.notification(body)
    resource["ciphertext"] = "A" + resource["ciphertext"][1:]
    with pytest.raises(SignatureInvalid):
        till.bridge.notification(json.dumps(outer).encode())
    with pytest.raises(Malformed):
        till.bridge.notification(b"[]")


@pytest.mark.parametrize("with_headers", [True, False])
def test_a_refund_is_told_encrypted_as_v2_does(till: Till, with_headers: bool) -> None:
    till.ask("pay/unifiedorder", **ORDER)
    till.simulator.pay("T-123456")
    till.ask(
        "secapi/pay/refund", out_trade_no="T-123456", out_refund_no="R-1", total_fee=1250, refund_fee=400,
        notify_url="https://127.0.0.1/refund",
    )  # fmt: skip
    till.simulator.advance(60)
    till.simulator.gateway.tick()
    body, given = till.pending()
    told = xml.read(till.bridge.notification(body, given if with_headers else None))
    inner = xml.read(cipher.decrypt(told["req_info"], till.merchant.api_key), root="root")
    assert (told["mch_id"], inner["out_refund_no"], inner["refund_fee"]) == (till.merchant.mch_id, "R-1", "400")
    assert inner["refund_status"] == "SUCCESS"


def test_a_merchant_assigned_late_is_the_one_that_calls(till: Till) -> None:
    first = till.bridge.client
    assert till.bridge.client is first
    merchant = till.merchant
    till.merchant = Merchant(merchant.appid, merchant.mch_id, merchant.api_key)
    assert till.bridge.client is not first


def test_without_an_account_there_is_no_bridge() -> None:
    with pytest.raises(ConfigurationError, match="needs a V3Account"):
        Bridge(_no_merchant, Settings())


def _no_merchant() -> Merchant:
    raise AssertionError


def test_lost_fields_do_not_warn_whoever_reads_v2s_answer(till: Till) -> None:
    till.ask("pay/unifiedorder", **ORDER)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told: Mapping[str, str] = till.ask("pay/orderquery", out_trade_no="T-123456")
        assert told.get("device_info") is None


def test_what_v2_tells_with_every_success_is_there_though_v3_has_no_value_for_it(till: Till) -> None:
    assert till.ask("pay/unifiedorder", **ORDER)["prepay_id"] == ""


@pytest.mark.parametrize("body", [bytearray(b"<xml><a>1</a></xml>"), memoryview(b"{}"), "{}", 10**9, {}, None])
def test_what_is_no_bytes_is_no_notification(till: Till, body: Any) -> None:
    with pytest.raises(Malformed, match="is bytes"):
        till.bridge.notification(body)
