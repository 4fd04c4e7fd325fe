"""Raw bytes in, an answer out; what is called in between, and in which order."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
import threading
from functools import partial
from typing import Any

import pytest

from tests.adapters.shop import MERCHANT, NUMBER, OTHER, SUB, Shop, accepted, note, noted
from tests.corpus import messages as m
from wxpay_v2.adapters import AsyncEndpoint, Booking, Bookings, Endpoint, Order, async_endpoint, outside
from wxpay_v2.adapters.endpoint import MAX_BYTES, Answer
from wxpay_v2.client import Client
from wxpay_v2.errors import ConfigurationError, OutcomeUnknown
from wxpay_v2.merchant import Merchant
from wxpay_v2.v2 import xml
from wxpay_v2.v2.payment import Payment


@pytest.fixture
def shop() -> Shop:
    return Shop()


def posted(endpoint: Endpoint, body: bytes) -> bool:
    return accepted(endpoint.handle("POST", body))


def ours(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [record for record in caplog.records if record.name == "wxpay_v2"]


# Payments.


def test_a_genuine_payment_is_proven_booked_and_answered(shop: Shop) -> None:
    assert posted(shop.endpoint(), m.payment())
    (booking,) = shop.told
    assert booking.payment is not None
    assert (booking.payment.total_fee, booking.payment.fee_type) == (100, "HKD")
    assert (booking.kind, booking.merchant, booking.hint, booking.attempt) == ("payment", MERCHANT, False, 1)
    assert booking.fields["attach"] == m.PAYMENT["attach"]
    (entry,) = shop.bookings.find(NUMBER)
    assert (entry.identity, entry.state) == (m.PAYMENT["transaction_id"], "done")


def test_m7_the_same_payment_again_is_a_success_and_nothing_else(shop: Shop) -> None:
    endpoint = shop.endpoint()
    assert all(posted(endpoint, m.payment(nonce_str=str(number))) for number in range(5))
    assert len(shop.told) == 1


def test_m7_a_second_payment_is_recorded_reported_and_not_handled(shop: Shop, caplog: Any) -> None:
    endpoint = shop.endpoint()
    assert posted(endpoint, m.payment())
    assert posted(endpoint, m.payment(transaction_id="4200002"))
    assert len(shop.told) == 1
    (alarm,) = shop.alarms
    assert (alarm.kind, alarm.fields["transaction_id"]) == ("payment", "4200002")
    assert [entry.identity for entry in shop.bookings.unresolved()] == ["4200002"]
    assert [record.event for record in ours(caplog)] == ["notification.alarm"]


@pytest.mark.parametrize(
    ("changes", "order", "said"),
    [
        ({}, Order(101, "HKD"), "total_fee is 100, the order says 101"),
        ({}, Order(100), "fee_type is 'HKD', the order says 'CNY'"),
        ({"total_fee": "1"}, Order(100, "HKD"), "total_fee is 1"),
        ({}, None, "no such order"),
        ({"result_code": "FAIL"}, Order(100, "HKD"), "does not say that the payment succeeded"),
        ({"attach": "a&total_fee=1"}, Order(100, "HKD"), "could be several fields"),
    ],
)
def test_m1_what_does_not_prove_the_shops_own_order_is_an_alarm(
    shop: Shop, changes: dict[str, str], order: Order | None, said: str
) -> None:
    if order is None:
        del shop.orders[MERCHANT.mch_id, NUMBER]
    else:
        shop.orders[MERCHANT.mch_id, NUMBER] = order
    assert not posted(shop.endpoint(), m.payment(**changes))
    assert shop.told == []
    assert shop.bookings.find(NUMBER) == []
    (alarm,) = shop.alarms
    assert said in alarm.reason


@pytest.mark.parametrize("order", [(100, "HKD"), 100, {"total_fee": 100}, Order(100.0, "HKD"), Order(True, "HKD")])  # type: ignore[arg-type]
def test_m2_an_order_that_is_none_or_costs_a_float_books_nothing(shop: Shop, order: Any, caplog: Any) -> None:
    shop.orders[MERCHANT.mch_id, NUMBER] = order
    assert not posted(shop.endpoint(), m.payment())
    assert shop.told == []
    assert "order must return an Order" in caplog.text or "total_fee must" in caplog.text


def test_m9_news_that_a_paid_order_failed_changes_nothing(shop: Shop) -> None:
    endpoint = shop.endpoint()
    assert posted(endpoint, m.payment())
    assert not posted(endpoint, m.payment(result_code="FAIL"))
    assert [entry.state for entry in shop.bookings.find(NUMBER)] == ["done"]
    assert len(shop.alarms) == 1


def test_m1_the_amount_check_cannot_be_left_out() -> None:
    for settings in ({"on_paid": print}, {"order": print}, {}):
        with pytest.raises(ConfigurationError):
            Endpoint(MERCHANT, bookings=Shop().bookings, **settings)


def test_a_payment_is_never_given_to_a_handler_of_other_events(shop: Shop) -> None:
    endpoint = shop.endpoint(order=None, on_paid=None, on_event=shop.note)
    assert not posted(endpoint, m.payment())
    assert shop.told == []


# Refunds and other kinds.


def test_m6_a_refund_is_handled_once_and_is_a_hint(shop: Shop) -> None:
    endpoint = shop.endpoint()
    assert posted(endpoint, m.refund())
    assert posted(endpoint, m.refund(outer={"nonce_str": "of the second attempt"}))
    (booking,) = shop.told
    assert (booking.kind, booking.hint, booking.payment) == ("refund", True, None)
    assert booking.fields["out_refund_no"] == m.REFUND_INNER["out_refund_no"]


def test_a_refund_without_a_handler_of_its_own_goes_to_on_event(shop: Shop) -> None:
    events: list[Booking] = []
    assert posted(shop.endpoint(on_refund=None, on_event=events.append), m.refund())
    assert [event.kind for event in events] == ["refund"]


def test_a_refund_with_a_handler_of_its_own_goes_nowhere_else(shop: Shop) -> None:
    events: list[Booking] = []
    assert posted(shop.endpoint(on_event=events.append), m.refund())
    assert (len(shop.told), events) == (1, [])


def test_what_nobody_handles_is_asked_for_again(shop: Shop, caplog: Any) -> None:
    assert not posted(shop.endpoint(on_refund=None), m.refund())
    assert [record.event for record in ours(caplog)] == ["notification.unhandled"]
    assert shop.bookings.find(m.REFUND_INNER["out_trade_no"]) == []


def test_m1_a_deduction_is_proven_like_a_payment_and_a_failed_one_is_an_event(shop: Shop) -> None:
    events: list[Booking] = []
    endpoint = shop.endpoint(on_event=events.append)
    for _ in range(2):
        assert posted(endpoint, m.payment(contract_id="C-1", trade_state="PAY_FAIL"))
    assert [(event.kind, event.payment) for event in events] == [("papay_deduction", None)]
    assert not posted(endpoint, m.payment(contract_id="C-1", trade_state="SUCCESS", total_fee="1"))
    assert posted(endpoint, m.payment(contract_id="C-1", trade_state="SUCCESS", transaction_id="4200002"))
    (booking,) = shop.told
    assert booking.payment is not None
    assert (booking.kind, len(events), len(shop.alarms)) == ("papay_deduction", 1, 1)


SCAN = {
    "appid": m.APPID, "mch_id": m.MCH_ID, "openid": "o1", "is_subscribe": "Y", "nonce_str": "n", "product_id": "tea",
}  # fmt: skip


def test_a_scanned_code_is_answered_with_the_order_placed_for_it_signed(shop: Shop) -> None:
    answer = shop.endpoint(on_scan=lambda booking: "wx-" + booking.fields["product_id"], bookings=Untouchable()).handle(
        "POST", m.xml(m.signed(SCAN))
    )
    fields = xml.read(answer.body)
    assert (fields["result_code"], fields["prepay_id"]) == ("SUCCESS", "wx-tea")
    assert fields["sign"] == m.sign(fields)
    assert fields["nonce_str"]


@pytest.mark.parametrize("order", [None, 5, "", KeyError()])
def test_a_scanned_code_without_an_order_is_answered_fail_signed(shop: Shop, order: Any) -> None:
    def place(booking: Booking) -> Any:
        if isinstance(order, Exception):
            raise order
        return order

    fields = xml.read(shop.endpoint(on_scan=place).handle("POST", m.xml(m.signed(SCAN))).body)
    assert fields["result_code"] == "FAIL"
    assert fields["sign"] == m.sign(fields)
    assert not posted(shop.endpoint(), m.xml(m.signed(SCAN)))


@pytest.mark.parametrize("name", ["appid", "nonce_str"])
def test_a_scan_that_lacks_what_its_answer_repeats_is_not_believed(shop: Shop, name: str) -> None:
    scan = {key: value for key, value in SCAN.items() if key != name}
    assert not posted(shop.endpoint(on_scan=shop.note), m.xml(m.signed(scan)))
    assert shop.told == []


def test_news_of_risks_finds_the_provider_whichever_sub_merchant_it_is_about(shop: Shop) -> None:
    fields = {
        "return_code": "SUCCESS", "mch_id": m.MCH_ID, "sub_mch_id": "10000777", "sign_type": "HMAC-SHA256",
        "nonce_str": "n", "event_code": "1", "risk_level": "HIGH", "risk_level_desc": "high",
        "transaction_id_list": "{}",
    }  # fmt: skip
    body = m.xml(m.signed(fields, sign_type="HMAC-SHA256"))
    endpoint = shop.endpoint([OTHER, SUB], on_event=shop.note)
    assert posted(endpoint, body)
    assert posted(endpoint, body)
    assert [booking.kind for booking in shop.told] == ["risk_transactions"]


# Whose notification it is.


def test_many_merchants_behind_one_address_are_told_apart(shop: Shop) -> None:
    endpoint = shop.endpoint([MERCHANT, OTHER, SUB])
    assert posted(endpoint, m.payment())
    assert posted(endpoint, m.payment(m.OTHER_KEY, mch_id=OTHER.mch_id, appid=OTHER.appid))
    assert posted(endpoint, m.refund(outer={"sub_mch_id": m.SUB_MCH_ID}))
    assert [booking.merchant for booking in shop.told] == [MERCHANT, OTHER, SUB]
    assert shop.asked == [(MERCHANT.mch_id, NUMBER), (OTHER.mch_id, NUMBER)]


def test_a_notification_that_does_not_name_every_id_finds_its_merchant(shop: Shop) -> None:
    endpoint = shop.endpoint([MERCHANT, SUB, Merchant("wx3333333333333333", m.MCH_ID, m.KEY)])
    assert posted(endpoint, m.refund(outer={"appid": "", "sub_mch_id": m.SUB_MCH_ID}))
    assert posted(endpoint, m.refund(outer={"appid": "wx3333333333333333"}, refund_id="another"))
    assert posted(endpoint, m.refund(outer={"appid": ""}, refund_id="a third"))
    assert [booking.merchant.sub_mch_id for booking in shop.told] == [m.SUB_MCH_ID, "", ""]
    assert not posted(endpoint, m.refund(outer={"appid": "wx4444444444444444"}))


def test_an_institution_is_found_by_its_appid_where_the_sub_merchant_is_not_named(shop: Shop) -> None:
    second = Merchant("wx3333333333333333", m.MCH_ID, m.KEY, sub_mch_id="10000201")
    assert posted(shop.endpoint([SUB, second]), m.refund(outer={"appid": second.appid}))
    assert shop.told[0].merchant is second


def test_a_merchant_can_be_added_and_its_key_replaced(shop: Shop) -> None:
    endpoint = shop.endpoint(Merchant(m.APPID, m.MCH_ID, m.OTHER_KEY))
    assert not posted(endpoint, m.payment())
    endpoint.add(Client(MERCHANT, transport=lambda request: None))  # type: ignore[arg-type,return-value]
    assert posted(endpoint, m.payment())


def test_s4_a_genuine_notification_of_one_merchant_in_anothers_name_is_refused(shop: Shop) -> None:
    endpoint = shop.endpoint([MERCHANT, OTHER])
    for body in (
        m.payment(m.OTHER_KEY),  # signed by OTHER, says it is MERCHANT's
        m.payment(m.KEY, mch_id=OTHER.mch_id, appid=OTHER.appid),
        m.payment(m.KEY, mch_id=OTHER.mch_id),
        m.payment(m.OTHER_KEY, appid=OTHER.appid),
        m.refund(m.OTHER_KEY),
        m.refund(m.KEY, outer={"mch_id": OTHER.mch_id, "appid": OTHER.appid}),
        m.refund(mch_id=OTHER.mch_id, appid=OTHER.appid),  # inside the encrypted part
    ):
        assert not posted(endpoint, body)
    assert (shop.told, shop.asked, shop.alarms) == ([], [], [])


class Untouchable:
    """A store that nobody may touch."""

    def book(self, *arguments: Any, **named: Any) -> str:
        raise AssertionError("the store was used")

    find = unresolved = resolve = book


HOSTILE = [
    b"",
    b"<xml></xml>",
    b"not xml",
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><mch_id>&e;</mch_id></xml>',
    b'{"id": "1", "event_type": "TRANSACTION.SUCCESS"}',
    b"\xff\xfe" + "<xml/>".encode("utf-16-le"),
    b"<xml>" + b"<a>" * 10_000,
    b"x" * (10 << 20),
    m.payment(m.OTHER_KEY),
    m.payment(sign_type="HMAC-SHA256"),
    m.payment(mch_id="99999999"),
    m.payment(appid="wx0000000000000000"),
    m.payment(sub_mch_id="10000201"),
    m.xml(m.PAYMENT),
    m.xml({**m.PAYMENT, "sign": ""}),
    m.payment().replace(b"<total_fee>100<", b"<total_fee>101<"),
    m.payment() + b"<xml/>",
    m.payment() + b" " * MAX_BYTES,
    m.refund(m.OTHER_KEY),
    m.refund_around(b"\0" * 64),
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_not_genuine_is_refused_logged_once_and_touches_nothing(shop: Shop, body: bytes, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG, "wxpay_v2")
    endpoint = shop.endpoint([MERCHANT, OTHER, SUB], bookings=Untouchable())
    assert not posted(endpoint, body)
    assert (shop.told, shop.asked, shop.alarms) == ([], [], [])
    (record,) = ours(caplog)
    assert record.event == "notification.refused"
    assert len(record.getMessage()) < 400
    assert m.KEY not in caplog.text


def test_forged_ones_at_speed_touch_no_database(shop: Shop) -> None:
    endpoint = shop.endpoint(bookings=Untouchable())
    bodies = [m.payment(m.OTHER_KEY, out_trade_no=f"T-{number}", nonce_str=str(number)) for number in range(2000)]
    assert not any(posted(endpoint, body) for body in bodies)
    assert shop.asked == []


def test_an_empty_body_says_what_may_have_become_of_it(shop: Shop, caplog: Any) -> None:
    posted(shop.endpoint(), b"")
    assert "something before the endpoint has read it" in caplog.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS", "post", ""])
def test_only_post_is_answered(shop: Shop, method: str) -> None:
    answer = shop.endpoint().handle(method, m.payment())
    assert answer.status == 405
    assert ("Allow", "POST") in answer.headers
    assert shop.asked == []


# What breaks on our side.


def test_m8_a_handler_that_raises_is_answered_fail_and_called_again(shop: Shop, caplog: Any) -> None:
    failures = [RuntimeError("the printer is out of paper")]

    def ship(booking: Booking) -> None:
        if failures:
            raise failures.pop()
        shop.note(booking)

    endpoint = shop.endpoint(on_paid=ship)
    assert not posted(endpoint, m.payment())
    assert shop.bookings.find(NUMBER) == []
    assert [record.event for record in ours(caplog)] == ["notification.failed"]
    assert "out of paper" in caplog.text
    assert posted(endpoint, m.payment())
    assert len(shop.told) == 1


def test_m8_a_store_that_cannot_be_reached_is_answered_fail(shop: Shop) -> None:
    class Down:
        def book(self, *arguments: Any, **named: Any) -> str:
            raise OSError("no route to host")

    assert not posted(shop.endpoint(bookings=Down()), m.payment())


def test_m8_an_order_lookup_that_raises_is_answered_fail(shop: Shop) -> None:
    def order(number: str, merchant: Merchant) -> Order:
        raise OSError("no route to host")

    assert not posted(shop.endpoint(order=order), m.payment())


def test_m8_what_was_booked_too_late_is_answered_fail_and_success_when_asked_again(shop: Shop) -> None:
    def slow(booking: Booking) -> None:
        shop.clock.advance(5.1)
        shop.note(booking)

    endpoint = shop.endpoint(on_paid=slow)
    assert not posted(endpoint, m.payment())
    assert posted(endpoint, m.payment())
    assert len(shop.told) == 1


def test_m8_what_another_worker_is_at_is_answered_fail(shop: Shop) -> None:
    answers: list[bool] = []

    def slow(booking: Booking) -> None:
        answers.append(posted(endpoint, m.payment()))

    endpoint = shop.endpoint(on_paid=outside(slow))
    assert posted(endpoint, m.payment())
    assert answers == [False]


def test_an_effect_outside_is_told_which_attempt_it_is(shop: Shop) -> None:
    attempts: list[tuple[int, object]] = []

    @outside
    def ship(booking: Booking) -> None:
        attempts.append((booking.attempt, booking.connection))
        if booking.attempt < 3:
            raise OSError

    endpoint = shop.endpoint(on_paid=ship)
    assert [posted(endpoint, m.payment()) for _ in range(4)] == [False, False, True, True]
    assert attempts == [(1, None), (2, None), (3, None)]


def test_an_alarm_that_raises_changes_no_answer(shop: Shop, caplog: Any) -> None:
    def broken(alarm: Any) -> None:
        raise RuntimeError("the pager is off")

    endpoint = shop.endpoint(on_alarm=broken)
    assert posted(endpoint, m.payment())
    assert posted(endpoint, m.payment(transaction_id="4200002"))
    assert "the pager is off" in caplog.text


@pytest.mark.parametrize(
    "settings",
    [
        {"deadline": 0},
        {"deadline": True},
        {"deadline": "5"},
        {"deadline": 61},
        {"on_paid": "ship"},
        {"on_refund": 5},
        {"order": "orders"},
        {"bookings": None},
        {"bookings": "sqlite://"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(shop: Shop, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        shop.endpoint(**settings)


@pytest.mark.parametrize("merchants", [None, 5, "merchant", [None], [m.MCH_ID]])
def test_merchants_that_are_none_are_refused_at_once(shop: Shop, merchants: Any) -> None:
    with pytest.raises(ConfigurationError):
        shop.endpoint(merchants)


def test_a_coroutine_handler_is_refused_by_the_blocking_endpoint(shop: Shop) -> None:
    async def ship(booking: Booking) -> None:
        raise AssertionError

    for settings in ({"on_paid": ship}, {"on_refund": outside(ship)}, {"order": ship}, {"on_event": partial(ship)}):
        with pytest.raises(ConfigurationError, match="AsyncEndpoint"):
            shop.endpoint(**settings)
    with pytest.raises(ConfigurationError):
        AsyncEndpoint(MERCHANT, bookings=shop.bookings)


def test_an_object_that_is_called_like_a_coroutine_function_is_refused_by_the_blocking_endpoint(shop: Shop) -> None:
    with pytest.raises(ConfigurationError, match="AsyncEndpoint"):
        shop.endpoint(on_paid=Shipping(shop))


def test_a_coroutine_that_the_blocking_endpoint_will_not_await_is_ended(shop: Shop) -> None:
    shipping = Shipping(shop)
    assert not posted(shop.endpoint(on_paid=lambda booking: shipping(booking)), m.payment())
    gc.collect()  # a coroutine that was left alone would warn now, and warnings are errors
    assert (shop.told, shop.bookings.find(NUMBER)) == ([], [])


def test_a_handler_that_hides_a_coroutine_books_nothing(shop: Shop) -> None:
    class Awaitable:
        def __await__(self) -> Any:
            raise AssertionError

    assert not posted(shop.endpoint(on_paid=lambda booking: Awaitable()), m.payment())
    assert shop.bookings.find(NUMBER) == []


# What was proven by a query.


def test_a_payment_proven_by_a_query_and_its_notification_are_booked_once(shop: Shop) -> None:
    endpoint = shop.endpoint()
    payment = Payment(NUMBER, m.PAYMENT["transaction_id"], 100, "HKD")
    assert endpoint.settle(MERCHANT, payment, {"trade_state": "SUCCESS"}) == "booked"
    assert posted(endpoint, m.payment())
    assert endpoint.settle(MERCHANT, payment, {}) == "duplicate"
    assert len(shop.told) == 1
    with pytest.raises(ConfigurationError):
        shop.endpoint(order=None, on_paid=None).settle(MERCHANT, payment, {})


def test_m9_a_payment_of_an_order_that_was_closed_is_an_alarm(shop: Shop) -> None:
    endpoint = shop.endpoint()
    assert endpoint.settle_closed(MERCHANT, NUMBER) == "booked"
    assert posted(endpoint, m.payment())
    assert shop.told == []
    assert len(shop.alarms) == 1


# The awaiting endpoint.


class Shipping:
    """A handler that is an object with an awaiting ``__call__``."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    async def __call__(self, booking: Booking) -> None:
        assert booking.connection is None
        self.shop.bookings.find(NUMBER)  # inside the transaction this would wait for itself, and the loop with it
        self.shop.note(booking)


def awaited(endpoint: AsyncEndpoint, *bodies: bytes) -> list[bool]:
    async def post() -> list[Answer]:
        return list(await asyncio.gather(*(endpoint.handle("POST", body) for body in bodies)))

    return [accepted(answer) for answer in asyncio.run(post())]


def test_the_awaiting_endpoint_takes_blocking_handlers_in_a_thread(shop: Shop) -> None:
    threads: list[threading.Thread] = []

    def ship(booking: Booking) -> None:
        threads.append(threading.current_thread())

    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_paid=ship))
    assert awaited(endpoint, *[m.payment()] * 10) == [True] * 10
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def test_the_awaiting_endpoint_awaits_coroutines_on_its_own_loop(shop: Shop) -> None:
    threads: list[threading.Thread] = []

    async def order(number: str, merchant: Merchant) -> Order:
        await asyncio.sleep(0)
        return Order(100, "HKD")

    async def ship(booking: Booking) -> None:
        await asyncio.to_thread(threads.append, threading.current_thread())
        assert booking.connection is None

    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(order=order, on_paid=ship))
    assert awaited(endpoint, m.payment()) == [True]
    assert awaited(endpoint, m.payment(), m.payment(m.OTHER_KEY)) == [True, False]  # another loop
    assert threads == [threading.main_thread()]


@pytest.mark.parametrize("wrapped", [lambda handler: handler, outside, lambda handler: outside(lambda b: handler(b))])
def test_an_awaiting_handler_of_any_shape_runs_outside_of_the_transaction(shop: Shop, wrapped: Any) -> None:
    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_paid=wrapped(Shipping(shop))))
    assert awaited(endpoint, m.payment(), m.payment()).count(True) >= 1
    assert len(shop.told) == 1


def test_m7_what_returns_a_coroutine_inside_the_transaction_books_nothing_and_is_told_how(
    database_url: str, shop: Shop, caplog: Any
) -> None:
    shop.bookings, shipping = Bookings(database_url), Shipping(shop)
    for handler in (lambda booking: shipping(booking), partial(shipping)):
        endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_paid=handler))
        assert awaited(endpoint, m.payment()) == [False]
    gc.collect()
    assert (shop.told, shop.bookings.find(NUMBER)) == ([], [])
    assert "use outside(...)" in caplog.text
    shop.bookings.close()


def test_a_loop_that_is_closed_leaves_no_thread_waiting(
    shop: Shop, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(async_endpoint, "_LOOK_SECONDS", 0.01)

    async def never(booking: Booking) -> None:
        await asyncio.Event().wait()

    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_paid=never, deadline=0.05))
    loop = asyncio.new_event_loop()
    assert not accepted(loop.run_until_complete(endpoint.handle("POST", m.payment())))
    loop.close()
    assert endpoint._threads is not None
    endpoint._here.loop = loop
    with pytest.raises(ConfigurationError, match="before the handler began"):
        endpoint._result(never(None))  # type: ignore[arg-type]
    endpoint._threads.shutdown(wait=True)
    assert "the event loop was closed" in caplog.text
    assert [entry.state for entry in shop.bookings.find(NUMBER)] == ["pending"]
    for task in asyncio.all_tasks(loop):  # asyncio would report them whenever they are collected, amid another test
        task._log_destroy_pending = False  # type: ignore[attr-defined]


def test_many_coroutines_that_wait_for_threads_of_their_own_do_not_wait_for_each_other(shop: Shop) -> None:
    done: list[str] = []

    async def query(booking: Booking) -> None:
        await asyncio.to_thread(done.append, booking.fields["refund_id"])

    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_refund=query))
    bodies = [m.refund(refund_id=str(number)) for number in range(64)]
    assert all(awaited(endpoint, *bodies))
    assert len(done) == 64


def test_a_handler_in_a_thread_sees_the_context_of_its_request(shop: Shop) -> None:
    request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="none")
    seen: list[str] = []

    async def post() -> Answer:
        request_id.set("of this request")
        return await endpoint.handle("POST", m.payment())

    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_paid=lambda booking: seen.append(request_id.get())))
    assert accepted(asyncio.run(post()))
    assert seen == ["of this request"]


def test_m8_a_coroutine_that_raises_is_answered_fail_and_called_again(shop: Shop, caplog: Any) -> None:
    failures: list[Exception] = [OutcomeUnknown("the query was lost"), RuntimeError("the printer is out of paper")]

    async def ship(booking: Booking) -> None:
        if failures:
            raise failures.pop()
        shop.note(booking)

    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_paid=ship))
    assert [awaited(endpoint, m.payment()) for _ in range(3)] == [[False], [False], [True]]
    assert [booking.attempt for booking in shop.told] == [3]
    assert "the query was lost" in caplog.text


def test_m8_the_awaiting_endpoint_answers_in_time_and_the_booking_goes_on(shop: Shop) -> None:
    release, ended = threading.Event(), threading.Event()

    def slow(booking: Booking) -> None:
        release.wait(10)
        ended.set()

    async def story() -> list[bool]:
        late = accepted(await endpoint.handle("POST", m.payment()))
        release.set()
        await asyncio.to_thread(ended.wait, 10)
        while shop.bookings.find(NUMBER)[0].state != "done":
            await asyncio.sleep(0)
        return [late, accepted(await endpoint.handle("POST", m.payment()))]

    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_paid=outside(slow), deadline=0.05))
    assert asyncio.run(story()) == [False, True]


def test_the_awaiting_endpoint_books_what_a_query_has_proven(shop: Shop) -> None:
    async def ship(booking: Booking) -> None:
        shop.note(booking)

    async def page(alarm: Any) -> None:
        shop.alarms.append(alarm)

    async def story() -> list[str]:
        payments = [Payment(NUMBER, number, 100, "HKD") for number in ("4200001", "4200001", "4200002")]
        verdicts = [await endpoint.settle(MERCHANT, payment, {}) for payment in payments]
        await endpoint.alarm("just to see", "query", {})
        return [*verdicts, await endpoint.settle_closed(MERCHANT, "T-9")]

    endpoint = AsyncEndpoint(MERCHANT, **shop.settings(on_paid=ship, on_alarm=page))
    assert asyncio.run(story()) == ["booked", "duplicate", "alarm", "booked"]
    assert len(shop.told) == 1
    assert len(shop.alarms) == 2


def test_a_refusal_before_reading_is_answered_and_logged(shop: Shop, caplog: Any) -> None:
    assert not accepted(shop.endpoint().refuse("the body cannot be read"))
    assert "cannot be read" in caplog.text


# With a database.


def test_m7_effect_and_booking_commit_together_or_not_at_all(database_url: str, shop: Shop) -> None:
    failures = [KeyError()]

    def ship(booking: Booking) -> None:
        note(booking.connection, f"shipped by {booking.fields['transaction_id']}")
        if failures:
            raise failures.pop()

    bookings = Bookings(database_url)
    endpoint = shop.endpoint(bookings=bookings, on_paid=ship)
    assert not posted(endpoint, m.payment())
    assert noted(database_url) == []
    assert posted(endpoint, m.payment())
    assert posted(endpoint, m.payment())
    assert noted(database_url) == [f"shipped by {m.PAYMENT['transaction_id']}"]
    bookings.close()
