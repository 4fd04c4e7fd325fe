"""Notifications of API v3: what they say, how they are signed and sealed, when they are sent again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from tests.fixtures import MCH_ID, SUB_MCH_ID
from tests.simulator.v3.client import Merchant, holds, opened, text
from wxpay_v2.simulator.views import PendingNotification

SCHEDULE = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)


def one(merchant: Merchant) -> PendingNotification:
    (pending,) = merchant.gateway.due_notifications()
    return pending


def read(merchant: Merchant, pending: PendingNotification) -> tuple[dict[str, Any], dict[str, Any]]:
    """The envelope and the resource of a genuine notification, after its signature was verified."""
    assert pending.headers is not None
    headers = pending.headers()
    stamp, nonce = headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"]
    pem = merchant.platform_pem(headers["Wechatpay-Serial"])
    assert holds(pem, headers["Wechatpay-Signature"], text(stamp, nonce, body=pending.body))
    assert headers["Content-Type"].startswith("application/json") and headers["Request-ID"]
    assert int(stamp) == int(merchant.clock.time())
    envelope = json.loads(pending.body)
    assert envelope["resource_type"] == "encrypt-resource" and len(envelope["id"]) == 36
    return envelope, json.loads(opened(envelope["resource"]))


def test_a_payment_is_notified_with_what_a_query_tells(merchant: Merchant) -> None:
    merchant.paid(attach="table 4")
    envelope, resource = read(merchant, one(merchant))
    assert envelope["event_type"] == "TRANSACTION.SUCCESS"
    assert envelope["resource"]["original_type"] == "transaction"
    assert envelope["create_time"] == "2026-09-22T12:00:00+08:00"
    assert resource == merchant.query()
    assert resource["attach"] == "table 4"


def test_a_refund_is_notified_to_its_own_address(merchant: Merchant) -> None:
    merchant.paid()
    merchant.gateway.notification_delivered(one(merchant).id, status=204, body=b"")
    merchant.take_refund(notify_url="https://shop.example/refund")
    merchant.gateway.tick()
    pending = one(merchant)
    assert (pending.kind, pending.url) == ("refund", "https://shop.example/refund")
    envelope, resource = read(merchant, pending)
    assert (envelope["event_type"], envelope["resource"]["original_type"]) == ("REFUND.SUCCESS", "refund")
    assert (resource["refund_status"], resource["out_refund_no"]) == ("SUCCESS", "R-1")
    assert resource["amount"]["refund"] == 300 and resource["amount"]["total"] == 1000
    assert resource["success_time"] == "2026-09-22T12:00:00+08:00"
    if merchant.region == "global":
        assert resource["amount"]["exchange_rate"]["type"] == "USERPAYMENT_RATE"
        assert "recv_account" in resource and "user_received_account" not in resource
    else:
        assert "user_received_account" in resource and "currency" not in resource["amount"]
    expected = {"mchid": MCH_ID} if merchant.mode == "direct" else {"sp_mchid": MCH_ID, "sub_mchid": SUB_MCH_ID}
    assert {name: value for name, value in resource.items() if name.endswith("mchid")} == expected


def test_a_refund_without_an_address_is_notified_where_the_platform_was_told() -> None:
    merchant = Merchant(refund_notify_url="https://shop.example/set")
    merchant.paid(notify_url="https://shop.example/pay")
    merchant.take_refund()
    merchant.gateway.tick()
    assert [one.url for one in merchant.gateway.notifications()] == [
        "https://shop.example/pay", "https://shop.example/set"
    ]  # fmt: skip
    merchant.close()


@pytest.mark.parametrize(("fault", "status"), [("refund_abnormal", "ABNORMAL"), ("refund_closed", "CLOSED")])
def test_a_refund_that_does_not_arrive_is_notified(merchant: Merchant, fault: str, status: str) -> None:
    merchant.paid(notify_url="https://shop.example/pay")
    merchant.gateway.faults.add(fault)
    merchant.take_refund(notify_url="https://shop.example/refund")
    merchant.gateway.tick()
    _, pending = merchant.gateway.due_notifications()
    envelope, resource = read(merchant, pending)
    assert envelope["event_type"] == f"REFUND.{status}"
    assert resource["refund_status"] == status and "success_time" not in resource


@pytest.mark.parametrize(
    ("status", "ends"), [(200, True), (204, True), (202, False), (302, False), (401, False), (500, False)]
)
def test_an_answer_of_200_or_204_ends_it_whatever_it_says(abroad: Merchant, status: int, ends: bool) -> None:
    abroad.paid()
    abroad.gateway.notification_delivered(one(abroad).id, status=status, body=b'{"code":"FAIL"}')
    (view,) = abroad.gateway.notifications()
    assert (view.state == "delivered") is ends
    assert view.attempts[0].reason == ("" if ends else f"HTTP {status}")


def test_it_is_sent_again_on_schedule_signed_anew_with_the_same_body(abroad: Merchant) -> None:
    abroad.paid()
    first = one(abroad)
    for seconds in SCHEDULE:
        abroad.gateway.notification_failed(first.id, "no answer")
        assert abroad.gateway.due_notifications() == []
        abroad.clock.advance(seconds)
        again = one(abroad)
        assert again.body == first.body
        read(abroad, again)
    abroad.gateway.notification_failed(first.id, "no answer")
    (view,) = abroad.gateway.notifications()
    assert view.state == "given up" and len(view.attempts) == 16


def test_it_may_be_sent_once_more_by_hand(abroad: Merchant) -> None:
    abroad.paid()
    abroad.gateway.notification_delivered(one(abroad).id, status=200, body=b"")
    pending = abroad.gateway.pending_notification(1)
    assert pending is not None and pending.attempt == 2
    read(abroad, pending)
    assert abroad.gateway.pending_notification(99) is None


def test_without_an_api_v3_key_nothing_is_sent() -> None:
    merchant = Merchant(api_v3_key=None)
    merchant.paid()
    assert merchant.gateway.notifications() == []
    merchant.close()


def test_a_probe_comes_first_and_the_genuine_one_after_it(abroad: Merchant) -> None:
    abroad.gateway.faults.add("probe_notification", operation="payment")
    abroad.paid()
    probe, genuine = abroad.gateway.due_notifications()
    assert probe.headers is not None
    signature = probe.headers()["Wechatpay-Signature"]
    assert signature.startswith("WECHATPAY/SIGNTEST/") and len(signature) == 344
    read(abroad, genuine)


def test_a_forged_one_is_signed_and_sealed_by_somebody_else(abroad: Merchant) -> None:
    abroad.gateway.faults.add("forged_notification", operation="payment")
    abroad.paid()
    genuine, forged = abroad.gateway.due_notifications()
    read(abroad, genuine)
    with pytest.raises(AssertionError):
        read(abroad, forged)
    with pytest.raises(InvalidTag):
        opened(json.loads(forged.body)["resource"])


@pytest.mark.parametrize(("fault", "count"), [("duplicate_notification", 2), ("no_notification", 0)])
def test_other_faults_of_notifications_strike_too(abroad: Merchant, fault: str, count: int) -> None:
    abroad.gateway.faults.add(fault)
    abroad.paid()
    assert len(abroad.gateway.due_notifications()) == count


def test_a_rotated_certificate_signs_what_is_sent_after_the_switch(abroad: Merchant) -> None:
    abroad.paid()
    new = abroad.gateway.rotate_platform_certificate(after=0)
    pending = one(abroad)
    assert pending.headers is not None and pending.headers()["Wechatpay-Serial"] == new
    read(abroad, pending)


def test_s7_no_key_and_no_payer_stand_in_the_message(abroad: Merchant) -> None:
    abroad.paid()
    (order,) = abroad.gateway.orders()
    assert order.openid.encode() not in one(abroad).body
