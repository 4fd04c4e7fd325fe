"""Orders whose notification never came: when they are asked about, and how they end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import fixtures
from tests.adapters.shop import Shop
from tests.fixtures import ok, to_xml
from tests.simulator.shop import DER, NOON
from tests.simulator.shop import Shop as GatewayShop
from wxpay_v2.adapters import AsyncEndpoint, Order, outside, waiting
from wxpay_v2.adapters.waiting import QUERY_SECONDS, Unpaid
from wxpay_v2.aio import AsyncClient
from wxpay_v2.call import Request, Response
from wxpay_v2.client import Client
from wxpay_v2.errors import ConfigurationError, InvalidRequest, NotSent, OutcomeUnknown
from wxpay_v2.flows import NotPaid, Paid
from wxpay_v2.simulator.transport import transport
from wxpay_v2.v2.payment import Payment

WAITS = Unpaid("T-1", 1000, "HKD", NOON)


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.orders = {(fixtures.MCH_ID, "T-1"): Order(1000, "HKD")}
    return shop


@pytest.fixture
def gateway() -> Iterator[GatewayShop]:
    gateway = GatewayShop()
    gateway.place()
    yield gateway
    gateway.close()


@pytest.fixture
def client(gateway: GatewayShop) -> Client:
    return fixtures.client(transport(gateway.gateway, DER), clock=gateway.clock, retry=1)


# When.


def test_m10_the_first_query_comes_within_60_seconds_and_the_end_after_the_patience() -> None:
    asked = []
    since = 0.0
    for now in range(int(NOON), int(NOON) + 7300, 5):
        asked += [(now - NOON, end) for _, end in waiting.due([WAITS], since=since, now=now)]
        since = now
    assert asked[0][0] <= 60
    assert [age for age, end in asked if not end] == list(QUERY_SECONDS)
    assert [age for age, end in asked if end] == [7200]


@given(st.lists(st.floats(0, 3600), max_size=5))
def test_m10_whenever_the_rounds_are_no_moment_is_missed(pauses: list[float]) -> None:
    now = since = NOON
    for pause in pauses:
        now += pause
        passed = [moment for moment in QUERY_SECONDS if since - NOON < moment <= now - NOON]
        passed += [moment for moment in (7200, 10800, 14400, 18000) if since - NOON < moment <= now - NOON]
        due = list(waiting.due([WAITS], since=since, now=now))
        assert bool(passed) == bool(due)
        assert due in ([], [(WAITS, now - NOON >= 7200)])
        since = now


def test_m10_after_a_restart_everything_that_waits_is_asked_about() -> None:
    assert list(waiting.due([WAITS], since=0.0, now=NOON + 31)) == [(WAITS, False)]
    assert list(waiting.due([WAITS], since=0.0, now=NOON + 29)) == []
    assert list(waiting.due(iter([WAITS]), since=NOON, now=NOON + 400, patience=300)) == [(WAITS, True)]


@pytest.mark.parametrize(
    "settings",
    [{"since": None}, {"now": "noon"}, {"patience": 299}, {"patience": float("inf")}, {"now": True}],
)
def test_moments_that_are_none_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        waiting.due([WAITS], **{"since": 0.0, "now": NOON, **settings})


def test_m10_what_could_not_be_ended_is_due_again_every_hour_and_at_once_after_a_restart() -> None:
    asked, since = [], NOON + 7100
    for now in range(int(NOON) + 7100, int(NOON) + 7200 + 3 * 3600, 5):
        asked += [now - NOON for _, end in waiting.due([WAITS], since=since, now=now) if end]
        since = now
    assert asked == [7200, 10800, 14400]
    assert list(waiting.due([WAITS], since=0.0, now=NOON + 9999)) == [(WAITS, True)]


# What is found.


def test_m10_a_payment_nobody_told_of_is_found_and_booked_once(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    endpoint = shop.endpoint(client)
    assert waiting.ask(client, endpoint, WAITS) is None
    gateway.gateway.pay("T-1")
    for _ in range(2):
        outcome = waiting.ask(client, endpoint, WAITS)
        assert isinstance(outcome, Paid)
    (pending,) = gateway.gateway.due_notifications()
    assert b"SUCCESS" in endpoint.handle("POST", pending.body).body
    (booking,) = shop.told
    assert (booking.kind, booking.fields["trade_state"]) == ("payment", "SUCCESS")
    assert booking.payment == outcome.payment or booking.payment is not None


def test_m10_an_order_nobody_paid_is_closed_and_then_queried(shop: Shop, gateway: GatewayShop, client: Client) -> None:
    endpoint = shop.endpoint(client)
    gateway.clock.advance(301)
    outcome = waiting.ask(client, endpoint, WAITS, end=True)
    assert isinstance(outcome, NotPaid)
    assert (outcome.err_code, gateway.state()) == ("CLOSED", "CLOSED")
    assert [entry.identity for entry in shop.bookings.find("T-1")] == ["closed"]
    assert isinstance(waiting.ask(client, endpoint, WAITS), NotPaid)
    assert shop.told == []


def test_m10_a_payment_just_before_the_close_wins(shop: Shop, gateway: GatewayShop) -> None:
    def send(request: Request) -> Response:
        if request.path == "/pay/closeorder":
            gateway.gateway.pay("T-1")
        return transport(gateway.gateway, DER)(request)

    client = fixtures.client(send, clock=gateway.clock, retry=1)
    gateway.clock.advance(301)
    assert isinstance(waiting.ask(client, shop.endpoint(client), WAITS, end=True), Paid)
    assert len(shop.told) == 1


def test_m10_an_order_the_gateway_never_heard_of_ends_only_with_its_patience(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    never = WAITS._replace(out_trade_no="T-9")
    assert waiting.ask(client, shop.endpoint(client), never) is None
    outcome = waiting.ask(client, shop.endpoint(client), never, end=True)
    assert isinstance(outcome, NotPaid)
    assert outcome.err_code == "ORDERNOTEXIST"


@pytest.mark.parametrize(
    "fault", ["reset", "lost_reply", "hang", "wrong_sign", "unsigned", "truncated", "system_error", "html"]
)
def test_m3_an_answer_that_cannot_be_trusted_leaves_the_order_waiting(
    shop: Shop, gateway: GatewayShop, client: Client, fault: str
) -> None:
    gateway.gateway.pay("T-1")
    for operation in ("order_query", "close_order"):
        gateway.gateway.faults.add(fault, operation=operation, times=10)
    gateway.clock.advance(301)
    for end in (False, True):
        assert waiting.ask(client, shop.endpoint(client), WAITS, end=end) is None
    assert (shop.told, shop.bookings.find("T-1")) == ([], [])


def test_m3_an_unsigned_word_that_there_is_no_such_order_does_not_end_it(shop: Shop) -> None:
    unsigned = Response(200, to_xml({"return_code": "FAIL", "return_msg": "x", "err_code": "ORDERNOTEXIST"}))
    client = fixtures.client(fixtures.Script([unsigned] * 3), retry=1)
    assert waiting.ask(client, shop.endpoint(client), WAITS, end=True) is None
    assert shop.bookings.find("T-1") == []


def test_a_gateway_that_cannot_be_reached_leaves_the_order_waiting(shop: Shop) -> None:
    client = fixtures.client(fixtures.Script([NotSent] * 9), retry=1)
    assert waiting.ask(client, shop.endpoint(client), WAITS, end=True) is None


def test_m1_another_amount_is_an_alarm_and_the_order_still_waits(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    gateway.gateway.pay("T-1")
    assert waiting.ask(client, shop.endpoint(client), WAITS._replace(total_fee=1001)) is None
    (alarm,) = shop.alarms
    assert "the order says 1001" in alarm.reason
    assert shop.told == []


def test_m10_an_order_that_contradicts_the_books_is_an_alarm_once_an_hour_at_most(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    gateway.gateway.pay("T-1")
    endpoint = shop.endpoint(client)
    since = NOON + 7199
    for now in range(int(NOON) + 7200, int(NOON) + 10800, 60):
        for order, end in waiting.due([WAITS._replace(total_fee=1001)], since=since, now=now):
            assert waiting.ask(client, endpoint, order, end=end) is None
        since = now
    assert len(shop.alarms) == 1


def test_m7_a_payment_whose_handler_another_worker_is_running_is_not_told_as_paid(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    gateway.gateway.pay("T-1")
    told = []

    def slow(booking: Any) -> None:
        told.append(waiting.ask(client, endpoint, WAITS))

    endpoint = shop.endpoint(client, on_paid=outside(slow))
    assert isinstance(waiting.ask(client, endpoint, WAITS), Paid)
    assert told == [None]


def test_m7_a_payment_of_an_order_that_was_closed_is_not_told_as_paid_until_somebody_has_resolved_it(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    endpoint = shop.endpoint(client)
    endpoint.settle_closed(client.merchant, "T-1")
    gateway.gateway.pay("T-1")
    assert waiting.ask(client, endpoint, WAITS) is None
    assert (shop.told, len(shop.alarms)) == ([], 1)
    for entry in shop.bookings.unresolved():
        shop.bookings.resolve(entry)
    assert isinstance(waiting.ask(client, endpoint, WAITS), Paid)
    assert (shop.told, len(shop.alarms)) == ([], 1)


def test_m7_a_close_of_an_order_that_is_paid_in_the_books_is_an_alarm_and_no_end(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    endpoint = shop.endpoint(client)
    endpoint.settle(client.merchant, Payment("T-1", "4200001", 1000, "HKD"), {})
    gateway.clock.advance(301)
    assert waiting.ask(client, endpoint, WAITS, end=True) is None
    assert len(shop.alarms) == 1


def test_an_order_that_was_refunded_before_it_was_booked_is_an_alarm(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    gateway.gateway.pay("T-1")
    gateway.refund()
    assert waiting.ask(client, shop.endpoint(client), WAITS) is None
    assert "refunded" in shop.alarms[0].reason


def test_a_query_that_says_success_and_proves_nothing_leaves_the_order_waiting(shop: Shop) -> None:
    reply = ok(trade_state="SUCCESS", out_trade_no="T-1", total_fee="1000", fee_type="HKD")
    client = fixtures.client(fixtures.Script([reply]))
    assert waiting.ask(client, shop.endpoint(client), WAITS) is None
    assert shop.told == []


def test_an_order_that_cannot_be_one_is_refused_and_not_asked_about_forever(shop: Shop, client: Client) -> None:
    for wrong in (WAITS._replace(out_trade_no=""), WAITS._replace(out_trade_no="x" * 99)):
        with pytest.raises(InvalidRequest):
            waiting.ask(client, shop.endpoint(client), wrong)


def test_a_handler_that_raises_is_heard_of_and_the_order_is_asked_about_again(
    shop: Shop, gateway: GatewayShop, client: Client
) -> None:
    def broken(booking: Any) -> None:
        raise RuntimeError("the printer is out of paper")

    gateway.gateway.pay("T-1")
    with pytest.raises(RuntimeError):
        waiting.ask(client, shop.endpoint(client, on_paid=broken), WAITS)
    assert isinstance(waiting.ask(client, shop.endpoint(client), WAITS), Paid)
    assert len(shop.told) == 1


def test_m10_the_same_awaited(shop: Shop, gateway: GatewayShop) -> None:
    blocking = transport(gateway.gateway, DER)
    gateway.place("T-2")

    async def send(request: Request) -> Response:
        return blocking(request)

    async def story() -> list[Any]:
        client = AsyncClient(fixtures.merchant(), transport=send, clock=gateway.clock, retry=1)
        endpoint = AsyncEndpoint(client, **shop.settings())
        found = [await waiting.ask_async(client, endpoint, WAITS)]
        gateway.gateway.pay("T-1")
        found.append(await waiting.ask_async(client, endpoint, WAITS._replace(total_fee=1)))
        found.append(await waiting.ask_async(client, endpoint, WAITS))
        gateway.clock.advance(301)
        found.append(await waiting.ask_async(client, endpoint, WAITS._replace(out_trade_no="T-2"), end=True))
        gateway.place("T-3")
        await endpoint.settle_closed(client.merchant, "T-3")
        gateway.gateway.pay("T-3")
        found.append(await waiting.ask_async(client, endpoint, WAITS._replace(out_trade_no="T-3")))
        return found

    waits, contradicted, paid, closed, late = asyncio.run(story())
    assert (waits, contradicted, late) == (None, None, None)
    assert isinstance(paid, Paid)
    assert isinstance(closed, NotPaid)
    assert (len(shop.told), len(shop.alarms)) == (1, 2)


def test_what_is_wrong_with_the_client_is_not_taken_for_the_gateways(shop: Shop) -> None:
    client = fixtures.client(fixtures.Script([ConfigurationError]), retry=1)
    with pytest.raises(ConfigurationError):
        waiting.ask(client, shop.endpoint(client), WAITS)
    client = fixtures.client(fixtures.Script([OutcomeUnknown]), retry=1)
    assert waiting.ask(client, shop.endpoint(client), WAITS) is None
