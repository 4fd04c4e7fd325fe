"""Each fault once, as often as asked for, and only where it was asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures import KEY, sign
from tests.simulator.shop import Shop, fields_in, outcome
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.simulator.faults import AFTER, AFTER_V3, BEFORE, NAMES, NOTIFICATION, PAYER, REFUNDS, Faults


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


def refund_answer(shop: Shop) -> Any:
    asked = {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": 1000, "refund_fee": 300}
    return shop.send("refund", **asked)


def test_a_lost_reply_keeps_its_effect(shop: Shop) -> None:
    shop.paid()
    shop.gateway.faults.add("lost_reply", operation="refund")
    assert refund_answer(shop).action == "reset"
    assert shop.ask("refund_query", out_refund_no="R-1")["refund_fee"] == "300"
    assert outcome(shop.refund("R-1")) == "SUCCESS"
    assert len(shop.gateway.refunds()) == 1


def test_a_reply_that_hangs_keeps_its_effect(shop: Shop) -> None:
    shop.paid()
    shop.gateway.faults.add("hang", operation="refund")
    assert refund_answer(shop).action == "hang"
    assert len(shop.gateway.refunds()) == 1


def test_a_reset_comes_before_the_effect(shop: Shop) -> None:
    shop.paid()
    shop.gateway.faults.add("reset", operation="refund")
    assert refund_answer(shop).action == "reset"
    assert shop.gateway.refunds() == []


def test_a_proxy_answers_with_html_and_nothing_happens(shop: Shop) -> None:
    shop.paid()
    shop.gateway.faults.add("html", operation="refund")
    answer = refund_answer(shop)
    assert (answer.status, answer.headers["Content-Type"]) == (502, "text/html")
    assert answer.body.startswith(b"<html>")
    assert shop.gateway.refunds() == []


@pytest.mark.parametrize(("name", "effects"), [("system_error", 0), ("system_error_after", 1)])
def test_a_system_error_is_signed_and_comes_before_or_after_the_effect(shop: Shop, name: str, effects: int) -> None:
    shop.paid()
    shop.gateway.faults.add(name, operation="refund")
    assert outcome(shop.refund()) == "SYSTEMERROR"
    assert len(shop.gateway.refunds()) == effects
    assert outcome(shop.refund()) == "SUCCESS"


def test_a_failing_statement_and_a_failing_rate_say_so_in_their_own_form(shop: Shop) -> None:
    shop.gateway.faults.add("system_error", times=2)
    assert shop.ask("download_bill", bill_date="20260921") == {"return_code": "FAIL", "return_msg": "SYSTEMERROR"}
    told = shop.ask("query_exchange_rate", fee_type="USD", date="20260921")
    assert told == {"return_code": "FAIL", "return_msg": "SYSTEMERROR"}


def test_an_unsigned_reply_lacks_nothing_but_its_sign(shop: Shop) -> None:
    shop.paid()
    shop.gateway.faults.add("unsigned", operation="refund")
    told = fields_in(refund_answer(shop).body)
    assert "sign" not in told and told["refund_fee"] == "300"


def test_a_wrong_sign_is_wrong(shop: Shop) -> None:
    shop.paid()
    shop.gateway.faults.add("wrong_sign", operation="refund")
    told = fields_in(refund_answer(shop).body)
    assert told["refund_fee"] == "300"
    assert len(told["sign"]) == 32 and told["sign"] != sign(told, KEY)


@pytest.mark.parametrize("name", ["unsigned", "wrong_sign"])
def test_a_reply_that_is_never_signed_stays_as_it_is(shop: Shop, name: str) -> None:
    shop.gateway.faults.add(name)
    asked = {"interface_url": "u", "execute_time_": 1, "user_ip": "::1", "return_code": "SUCCESS"}
    assert outcome(shop.ask("report", result_code="SUCCESS", **asked)) == "SUCCESS"


def test_a_truncated_reply_ends_in_the_middle(shop: Shop) -> None:
    shop.paid()
    shop.gateway.faults.add("truncated", operation="refund")
    body = refund_answer(shop).body
    assert body.startswith(b"<xml>") and b"</xml>" not in body
    assert len(shop.gateway.refunds()) == 1


def test_a_delay_comes_together_with_another_fault(shop: Shop) -> None:
    shop.paid()
    shop.gateway.faults.add("delay", operation="refund", seconds=2.5)
    shop.gateway.faults.add("unsigned", operation="refund")
    answer = refund_answer(shop)
    assert answer.delay == 2.5
    assert b"<sign>" not in answer.body


def test_the_payer_takes_a_number_of_queries_for_the_password(shop: Shop) -> None:
    shop.gateway.faults.add("user_paying", queries=2)
    assert outcome(shop.charge()) == "USERPAYING"
    assert [shop.state("Q-1") for _ in range(4)] == ["USERPAYING", "USERPAYING", "SUCCESS", "SUCCESS"]
    assert outcome(shop.charge("Q-2")) == "SUCCESS"


def test_a_payer_who_pays_by_himself_may_still_refuse(shop: Shop) -> None:
    shop.gateway.faults.add("user_paying", queries=0)
    shop.charge()
    shop.gateway.cancel("Q-1")
    assert shop.state("Q-1") == "PAYERROR"


def test_a_refused_call_uses_no_fault_up(shop: Shop) -> None:
    for name in AFTER:
        shop.gateway.faults.add(name, seconds=1)
    assert outcome(shop.refund()) == "ORDERNOTEXIST"
    assert len(shop.gateway.faults.active()) == len(AFTER)
    shop.gateway.faults.clear()


def test_a_fault_strikes_its_operation_as_often_as_it_was_set(shop: Shop) -> None:
    fault = shop.gateway.faults.add("system_error", operation="order_query", times=2)
    shop.place()
    told = [outcome(shop.ask("order_query", out_trade_no="T-1")) for _ in range(3)]
    assert told == ["SYSTEMERROR", "SYSTEMERROR", "SUCCESS"]
    assert (fault.times, fault.struck, shop.gateway.faults.active()) == (0, 2, [])


def test_faults_are_listed_in_words_and_cleared() -> None:
    faults = Faults()
    faults.add("delay", operation="refund", times=3, seconds=1)
    faults.add("html")
    assert [str(fault).partition(":")[0] for fault in faults.active()] == ["delay of refund, 3 more", "html, 1 more"]
    faults.clear()
    assert faults.active() == []
    assert faults.take("refund", *NAMES) is None


def test_a_counted_fault_strikes_exactly_that_often_whatever_the_threads() -> None:
    faults = Faults()
    faults.add("reset", times=100)
    struck: list[object] = []

    def strike() -> None:
        struck.extend(fault for _ in range(50) if (fault := faults.take("refund", "reset")) is not None)

    threads = [threading.Thread(target=strike) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(struck) == 100


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("no such fault", {}),
        ("reset", {"operation": "no such operation"}),
        ("reset", {"operation": "payment"}),
        ("late_notification", {"operation": "unified_order"}),
        ("reset", {"times": 0}),
        ("reset", {"times": True}),
        ("user_paying", {"queries": -1}),
        ("delay", {"seconds": -1}),
        ("delay", {"seconds": float("inf")}),
        ("delay", {"seconds": "1"}),
    ],
)
def test_a_fault_that_cannot_be_set_is_refused(name: str, settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        Faults().add(name, **settings)


def test_every_fault_has_its_kind() -> None:
    assert set(NAMES) == set(BEFORE) | set(AFTER) | set(AFTER_V3) | set(NOTIFICATION) | set(PAYER) | set(REFUNDS)


# Notifications


@pytest.mark.parametrize("kind", ["payment", "refund"])
def test_no_notification_is_sent(shop: Shop, kind: str) -> None:
    shop.gateway.faults.add("no_notification", operation=kind)
    assert kinds_told(shop) == {"payment", "refund"} - {kind}


@pytest.mark.parametrize("kind", ["payment", "refund"])
def test_a_notification_comes_twice_word_for_word(shop: Shop, kind: str) -> None:
    shop.gateway.faults.add("duplicate_notification", operation=kind)
    kinds_told(shop)
    first, second = (one for one in shop.gateway.due_notifications() if one.kind == kind)
    assert first.body == second.body and first.id != second.id


def test_a_notification_comes_late(shop: Shop) -> None:
    shop.gateway.faults.add("late_notification", operation="payment", seconds=600)
    shop.paid()
    assert shop.gateway.due_notifications() == []
    assert shop.gateway.next_notification_at() == shop.clock.time() + 600
    shop.clock.advance(600)
    assert len(shop.gateway.due_notifications()) == 1


def test_a_forged_payment_notification_comes_along(shop: Shop) -> None:
    shop.gateway.faults.add("forged_notification", operation="payment")
    shop.paid()
    genuine, forged = shop.gateway.notifications()
    assert (genuine.forged, forged.forged) == (False, True)
    told, lied = fields_in(genuine.body), fields_in(forged.body)
    assert told["sign"] == sign(told, KEY)
    assert lied["sign"] != sign(lied, KEY)
    assert {**lied, "sign": ""} == {**told, "sign": ""}


def test_a_forged_refund_notification_comes_along(shop: Shop) -> None:
    shop.gateway.faults.add("forged_notification", operation="refund")
    kinds_told(shop)
    genuine, forged = (one for one in shop.gateway.notifications() if one.kind == "refund")
    assert forged.forged
    assert fields_in(genuine.body)["req_info"] != fields_in(forged.body)["req_info"]


def kinds_told(shop: Shop) -> set[str]:
    """The kinds of notification that a payment and its refund are told by."""
    shop.paid()
    shop.refund(notify_url="https://shop.example/refund")
    shop.gateway.tick()
    return {one.kind for one in shop.gateway.due_notifications()}
