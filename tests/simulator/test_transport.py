"""The gateway without a socket, called by our own client: the second reader of everything the gateway says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures import ORDER, QUICK, REFUND, client, merchant
from tests.simulator.shop import DER, Shop
from wxpay_v2.client import Client
from wxpay_v2.errors import OutcomeUnknown, Refused, SignatureInvalid
from wxpay_v2.flows import NotPaid, Paid, quick_pay
from wxpay_v2.simulator.transport import transport


@pytest.fixture(params=["MD5", "HMAC-SHA256"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    shop = Shop(sign_type=request.param)
    yield shop
    shop.close()


@pytest.fixture
def caller(shop: Shop) -> Client:
    return client(transport(shop.gateway, DER), who=merchant(sign_type=shop.sign_type), clock=shop.clock, retry=1)


def test_an_order_is_placed_paid_notified_and_refunded(shop: Shop, caller: Client) -> None:
    assert caller.unified_order(**ORDER)["code_url"].startswith("weixin://")
    shop.gateway.pay("T-1")
    (pending,) = shop.gateway.due_notifications()
    event = caller.open_notification(pending.body)
    assert event.paid(out_trade_no="T-1", total_fee=100, fee_type="HKD").total_fee == 100
    answer = event.reply()
    shop.gateway.notification_delivered(pending.id, status=answer.status, body=answer.body)
    assert shop.gateway.due_notifications() == []
    assert caller.refund(**REFUND, notify_url="https://shop.example/refund")["refund_fee"] == "40"
    shop.gateway.tick()
    (pending,) = shop.gateway.due_notifications()
    refund = caller.open_notification(pending.body)
    assert (refund.kind, refund.fields["refund_status"], refund.fields["refund_fee"]) == ("refund", "SUCCESS", "40")
    assert caller.refund_query(out_refund_no="R-1")["refund_status_0"] == "SUCCESS"


def test_a_forged_notification_is_not_opened(shop: Shop, caller: Client) -> None:
    shop.gateway.faults.add("forged_notification")
    caller.unified_order(**ORDER)
    shop.gateway.pay("T-1")
    genuine, forged = shop.gateway.due_notifications()
    caller.open_notification(genuine.body)
    with pytest.raises(SignatureInvalid):
        caller.open_notification(forged.body)


def test_the_gateways_refusal_is_the_clients(shop: Shop, caller: Client) -> None:
    caller.unified_order(**ORDER)
    with pytest.raises(Refused) as refused:
        caller.refund(**REFUND)
    assert (refused.value.err_code, refused.value.authenticated) == ("INVALID_REQUEST", True)


def test_without_the_certificate_a_refund_is_refused_without_a_signature(shop: Shop) -> None:
    bare = client(transport(shop.gateway), who=merchant(sign_type=shop.sign_type), clock=shop.clock, retry=1)
    with pytest.raises(OutcomeUnknown, match="without a signature"):
        bare.refund(**REFUND)


@pytest.mark.parametrize("fault", ["lost_reply", "hang", "reset"])
def test_a_broken_connection_is_an_unknown_outcome_of_the_read_phase(shop: Shop, caller: Client, fault: str) -> None:
    caller.unified_order(**ORDER)
    shop.gateway.pay("T-1")
    shop.gateway.faults.add(fault, operation="refund")
    with pytest.raises(OutcomeUnknown) as unknown:
        caller.refund(**REFUND)
    assert (unknown.value.phase, unknown.value.query) == ("read", "refund_query")
    assert unknown.value.numbers == {"out_refund_no": "R-1"}
    assert len(shop.gateway.refunds()) == (0 if fault == "reset" else 1)


def test_only_a_delay_beyond_the_read_timeout_is_an_unknown_outcome(shop: Shop, caller: Client) -> None:
    shop.gateway.faults.add("delay", seconds=9.5)
    caller.unified_order(**ORDER)
    shop.gateway.faults.add("delay", seconds=10.5)
    with pytest.raises(OutcomeUnknown) as unknown:
        caller.order_query(out_trade_no="T-1")
    assert unknown.value.phase == "read"


@pytest.mark.parametrize("fault", ["html", "unsigned", "wrong_sign", "truncated", "system_error_after"])
def test_an_answer_that_cannot_be_trusted_is_an_unknown_outcome(shop: Shop, caller: Client, fault: str) -> None:
    shop.gateway.faults.add(fault, operation="micropay")
    with pytest.raises(OutcomeUnknown):
        caller.micropay(**{**QUICK, "auth_code": shop.gateway.new_payment_code()})


@pytest.mark.parametrize("fault", ["lost_reply", "unsigned", "system_error_after", "truncated"])
def test_a_quick_pay_whose_answer_was_lost_ends_paid(shop: Shop, caller: Client, fault: str) -> None:
    shop.gateway.faults.add(fault, operation="micropay")
    assert isinstance(quick_pay(caller, **{**QUICK, "auth_code": shop.gateway.new_payment_code()}), Paid)


def test_a_quick_pay_ends_paid_when_the_password_comes_in_time(shop: Shop, caller: Client) -> None:
    shop.gateway.faults.add("user_paying", queries=3)
    assert isinstance(quick_pay(caller, **{**QUICK, "auth_code": shop.gateway.new_payment_code()}), Paid)


def test_a_quick_pay_nobody_confirms_ends_reversed(shop: Shop, caller: Client) -> None:
    code = shop.gateway.new_payment_code(needs_password=True)
    result = quick_pay(caller, **{**QUICK, "auth_code": code})
    assert isinstance(result, NotPaid) and result.reversed
    assert shop.state("Q-1") == "REVOKED"


def test_a_quick_pay_that_never_arrived_ends_not_paid_or_unknown_and_never_paid(shop: Shop, caller: Client) -> None:
    shop.gateway.faults.add("reset", operation="micropay")
    with pytest.raises(OutcomeUnknown):
        quick_pay(caller, **{**QUICK, "auth_code": shop.gateway.new_payment_code()})
    assert shop.gateway.orders() == []
