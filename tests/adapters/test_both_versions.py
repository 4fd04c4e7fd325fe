"""One notify_url for both versions: each message verified by its own rules, answered in its own form, booked once."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import pytest

from tests.adapters.shop import MERCHANT, NUMBER, OTHER, Shop, accepted
from tests.corpus import messages as m
from tests.corpus import v3_targets as v3
from wxpay_v2.adapters import AsyncEndpoint, Endpoint, Order, asgi, wsgi
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock

JSON = ("Content-Type", "application/json")


def client(merchant: Any = MERCHANT) -> Client:
    def send(request: Any) -> Any:
        raise AssertionError("a notification calls nobody")

    return Client(merchant, upgrade=v3.ACCOUNT, clock=ManualClock(v3.NOW), transport=send)


def told(document: dict[str, Any] = v3.PAID, event: str = "TRANSACTION.SUCCESS") -> tuple[bytes, dict[str, str]]:
    """A genuine callback: its body and its headers."""
    original = "refund" if event.startswith("REFUND") else "transaction"
    head, _, body = v3.callback(document, event, original).partition(b"\n\n")
    return body, dict(line.split(": ", 1) for line in head.decode().split("\n"))


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_payment_told_by_v3_is_proven_booked_and_answered_in_json(shop: Shop) -> None:
    body, headers = told()
    answer = shop.endpoint(client()).handle("POST", body, headers)
    assert (answer.status, answer.headers) == (200, (JSON,))
    assert json.loads(answer.body)["code"] == "SUCCESS"
    (booking,) = shop.told
    assert booking.payment is not None
    assert (booking.payment.out_trade_no, booking.payment.total_fee, booking.payment.fee_type) == (NUMBER, 100, "HKD")
    assert (booking.kind, booking.merchant.mch_id) == ("payment", m.MCH_ID)


def test_m7_the_same_payment_told_by_both_versions_has_one_effect(shop: Shop) -> None:
    endpoint = shop.endpoint(client())
    body, headers = told({**v3.PAID, "id": m.PAYMENT["transaction_id"]})
    assert accepted(endpoint.handle("POST", m.payment()))
    assert endpoint.handle("POST", body, headers).status == 200
    assert endpoint.handle("POST", body, headers).status == 200
    assert len(shop.told) == 1


def test_a_refund_told_by_v3_is_a_hint_as_in_v2(shop: Shop) -> None:
    body, headers = told(v3.REFUNDED, "REFUND.SUCCESS")
    assert shop.endpoint(client()).handle("POST", body, headers).status == 200
    (booking,) = shop.told
    assert (booking.kind, booking.hint, booking.fields["refund_status"]) == ("refund", True, "SUCCESS")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body, headers: (body.replace(b"e-1", b"e-2"), headers),
        lambda body, headers: (body, {**headers, "Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"}),
        lambda body, headers: (body, {}),
        lambda body, headers: (body, {**headers, "Wechatpay-Serial": "PUB_KEY_ID_99"}),
        lambda body, headers: (b"{}", headers),
    ],
)
def test_s4_6_a_forged_one_is_refused_in_v3s_form_and_touches_nothing(shop: Shop, spoil: Any) -> None:
    answer = shop.endpoint(client()).handle("POST", *spoil(*told()))
    assert (answer.status, answer.headers) == (500, (JSON,))
    assert json.loads(answer.body)["code"] == "FAIL"
    assert shop.told == shop.asked == []


def test_a_payment_that_is_not_the_shops_order_is_an_alarm_and_asked_for_again(shop: Shop) -> None:
    shop.orders[MERCHANT.mch_id, NUMBER] = Order(101, "HKD")
    answer = shop.endpoint(client()).handle("POST", *told())
    assert answer.status == 500
    assert len(shop.alarms) == 1


def test_v3_is_refused_where_nobody_has_been_upgraded(shop: Shop) -> None:
    assert not accepted(shop.endpoint().handle("POST", *told()))
    assert shop.told == []


def test_many_merchants_behind_one_address_are_told_apart_by_what_opens(shop: Shop) -> None:
    endpoint = shop.endpoint([OTHER, client()])
    assert endpoint.handle("POST", *told()).status == 200
    foreign = told({**v3.PAID, "mchid": "1900000999"})
    assert endpoint.handle("POST", *foreign).status == 500
    assert [booking.merchant.mch_id for booking in shop.told] == [m.MCH_ID]


def test_an_event_loop_answers_alike(shop: Shop) -> None:
    endpoint = AsyncEndpoint(client(), **shop.settings())
    answer = asyncio.run(endpoint.handle("POST", *told()))
    assert (answer.status, answer.headers) == (200, (JSON,))


def wsgi_answer(endpoint: Endpoint, body: bytes, headers: dict[str, str]) -> tuple[str, bytes]:
    status: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()},
    }  # fmt: skip
    sent = wsgi.Application(endpoint)(environ, lambda told, headers: status.append(told))  # type: ignore[arg-type,func-returns-value]
    return status[0], b"".join(sent)


def test_the_signature_s_headers_pass_through_wsgi_and_asgi(shop: Shop) -> None:
    body, headers = told()
    endpoint = shop.endpoint(client())
    assert wsgi_answer(endpoint, body, headers)[0] == "200 OK"
    assert wsgi_answer(endpoint, body, {})[0].startswith("500")

    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": "POST", "headers": raw}
    asyncio.run(asgi.Application(endpoint)(scope, receive, send))
    twice = {**scope, "headers": [*raw, raw[0]]}  # a second header of one name is no header of ours
    asyncio.run(asgi.Application(endpoint)(twice, receive, send))
    assert [message["status"] for message in sent if "status" in message] == [200, 500]
