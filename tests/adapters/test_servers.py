"""The endpoint under WSGI, ASGI, Django and Flask, against the very bytes that the simulator's gateway sends."""

from __future__ import annotations

import asyncio
import http.client
import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import django.conf
import django.db
import flask
import pytest

from tests import fixtures
from tests.adapters.shop import SUCCESS, Shop, accepted
from tests.simulator.shop import DER, ORDER
from tests.simulator.shop import Shop as GatewayShop
from wxpay_v2.adapters import AsyncEndpoint, Endpoint, Order, asgi, wsgi
from wxpay_v2.adapters import django as django_adapter
from wxpay_v2.adapters import flask as flask_adapter
from wxpay_v2.adapters.endpoint import MAX_BYTES, Answer
from wxpay_v2.simulator.transport import transport

if not django.conf.settings.configured:
    django.conf.settings.configure(
        SECRET_KEY="of a site that does not exist",
        ALLOWED_HOSTS=["testserver"],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
        DATA_UPLOAD_MAX_MEMORY_SIZE=100,
    )
    django.setup()

import django.test
from django.core.handlers.base import BaseHandler
from django.urls import path

MERCHANT = fixtures.merchant(certificate=False)
HEADERS = {"content-type": "text/xml; charset=utf-8"}
urlpatterns: list[Any] = []

# (method, body, headers, chunked) -> what the client got
Post = Callable[..., Answer]


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.orders = {(MERCHANT.mch_id, "T-1"): Order(1000, "HKD")}
    return shop


@pytest.fixture(scope="module")
def genuine() -> dict[str, bytes]:
    """A payment's and a refund's notification, as the gateway sends them."""
    gateway = GatewayShop()
    gateway.paid("T-1")
    gateway.refund("R-1", notify_url="https://shop.example/refund")
    gateway.gateway.tick()
    bodies = {one.kind: one.body for one in gateway.gateway.due_notifications()}
    gateway.close()
    assert bodies.keys() == {"payment", "refund"}
    return bodies


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


def wsgi_server(shop: Shop) -> Iterator[Post]:
    with make_server(
        "127.0.0.1", 0, validator(wsgi.Application(shop.endpoint(MERCHANT))), handler_class=Quiet
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        def post(method: str, body: bytes, headers: dict[str, str]) -> Answer:
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            with suppress(BrokenPipeError, ConnectionResetError):  # it answered before it was told everything
                connection.request(method, "/notify", body, headers)
            try:
                response = connection.getresponse()
                kept = tuple((name, text) for name, text in response.getheaders() if name in ("Content-Type", "Allow"))
                return Answer(response.status, kept, response.read())
            finally:
                connection.close()

        yield post
        server.shutdown()
        thread.join()


def asgi_caller(shop: Shop, kind: type[Any] = AsyncEndpoint) -> Iterator[Post]:
    application = asgi.Application(kind(MERCHANT, **shop.settings()))

    def post(method: str, body: bytes, headers: dict[str, str]) -> Answer:
        return asyncio.run(
            asgi_call(application, method, [body[i : i + 65536] for i in range(0, len(body) + 1, 65536)])
        )

    yield post


async def asgi_call(application: Any, method: str, pieces: list[bytes], address: str = "/notify") -> Answer:
    left, sent = list(pieces), []

    async def receive() -> dict[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        piece = left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": address, "headers": [], "query_string": b""}
    await application(scope, receive, send)
    begin, end = sent
    headers = {name.decode(): text.decode() for name, text in begin["headers"]}
    assert headers.pop("content-length") == str(len(end["body"]))
    return Answer(begin["status"], tuple((name.title(), text) for name, text in headers.items()), end["body"])


def django_client(shop: Shop) -> Iterator[Post]:
    urlpatterns[:] = [path("notify", django_adapter.view(shop.endpoint(MERCHANT)))]
    client = django.test.Client(enforce_csrf_checks=True)
    with django.test.override_settings(ROOT_URLCONF=__name__):

        def post(method: str, body: bytes, headers: dict[str, str]) -> Answer:
            got = client.generic(method, "/notify", body, content_type=headers.get("content-type", ""))
            kept = tuple((name, text) for name, text in got.items() if name in ("Content-Type", "Allow"))
            return Answer(got.status_code, kept, got.content)

        yield post


def flask_client(shop: Shop) -> Iterator[Post]:
    app = flask.Flask("shop")
    app.add_url_rule("/notify", view_func=flask_adapter.view(shop.endpoint(MERCHANT)))

    def post(method: str, body: bytes, headers: dict[str, str]) -> Answer:
        got = app.test_client().open("/notify", method=method, data=body, headers=headers)
        kept = tuple((name, text) for name, text in got.headers.items() if name in ("Content-Type", "Allow"))
        return Answer(got.status_code, kept, got.data)

    yield post


SERVERS = {
    "wsgi": wsgi_server,
    "asgi": asgi_caller,
    "asgi, blocking": lambda shop: asgi_caller(shop, Endpoint),
    "django": django_client,
    "flask": flask_client,
}


@pytest.fixture(params=SERVERS)
def post(request: pytest.FixtureRequest, shop: Shop) -> Iterator[Post]:
    yield from SERVERS[request.param](shop)  # type: ignore[operator]


def test_what_the_gateway_sends_is_booked_and_acknowledged(post: Post, shop: Shop, genuine: dict[str, bytes]) -> None:
    for _ in range(2):
        assert accepted(post("POST", genuine["payment"], HEADERS))
        assert accepted(post("POST", genuine["refund"], HEADERS))
    assert [(one.kind, one.fields["out_trade_no"]) for one in shop.told] == [("payment", "T-1"), ("refund", "T-1")]


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_the_body_counts_and_not_what_is_said_of_it(
    post: Post, shop: Shop, genuine: dict[str, bytes], kind: str
) -> None:
    assert accepted(post("POST", genuine["payment"], {"content-type": kind}))
    assert not accepted(post("POST", b"out_trade_no=T-1&total_fee=1000", {"content-type": kind}))
    assert len(shop.told) == 1


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 10 << 20])
def test_a_body_beyond_the_limit_is_refused(post: Post, shop: Shop, genuine: dict[str, bytes], size: int) -> None:
    assert not accepted(post("POST", genuine["payment"].ljust(size), HEADERS))
    assert shop.told == []


def test_a_body_at_the_limit_is_read_whole(post: Post, shop: Shop, genuine: dict[str, bytes]) -> None:
    assert accepted(post("POST", genuine["payment"].ljust(MAX_BYTES), HEADERS))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_not_allowed(post: Post, shop: Shop, genuine: dict[str, bytes], method: str) -> None:
    answer = post(method, genuine["payment"], HEADERS)
    assert answer.status == 405
    assert dict(answer.headers)["Allow"] == "POST"
    assert shop.told == []


def test_an_empty_body_is_refused(post: Post) -> None:
    assert not accepted(post("POST", b"", HEADERS))


def test_a_forged_one_is_refused(post: Post, shop: Shop, genuine: dict[str, bytes]) -> None:
    assert not accepted(post("POST", genuine["payment"].replace(b"[1000]", b"[1001]"), HEADERS))
    assert (shop.asked, shop.told) == ([], [])


def test_every_server_answers_with_the_very_bytes(post: Post, genuine: dict[str, bytes]) -> None:
    answer = post("POST", genuine["payment"], HEADERS)
    assert answer == (200, (("Content-Type", "text/xml; charset=utf-8"),), SUCCESS)


def test_the_client_of_the_same_merchant_serves_as_well(shop: Shop) -> None:
    gateway = GatewayShop()
    client = fixtures.client(transport(gateway.gateway, DER), who=fixtures.merchant(), clock=gateway.clock)
    endpoint = shop.endpoint(client)
    client.unified_order(**{**ORDER, "product_id": "tea"})
    gateway.gateway.pay("T-1")
    (pending,) = gateway.gateway.due_notifications()
    answer = endpoint.handle("POST", pending.body)
    gateway.gateway.notification_delivered(pending.id, status=answer.status, body=answer.body)
    assert gateway.gateway.due_notifications() == []
    assert len(shop.told) == 1
    gateway.close()


# WSGI


def called(shop: Shop, **environ: Any) -> Answer:
    seen: list[Any] = []
    application: Any = wsgi.Application(shop.endpoint(MERCHANT))
    body = application({"REQUEST_METHOD": "POST", **environ}, lambda *begun: seen.extend(begun))
    headers = tuple(one for one in seen[1] if one[0] != "Content-Length")
    return Answer(int(seen[0][:3]), headers, b"".join(body))


def called_by(application: Any, body: bytes) -> Answer:
    seen: list[Any] = []
    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    answer = application(environ, lambda *begun: seen.extend(begun))
    return Answer(int(seen[0][:3]), (), b"".join(answer))


class Drip(io.BytesIO):
    """A stream that gives at most 7 bytes at a time, and counts them."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(min(7, size or 0))
        self.taken += len(piece)
        return piece


def test_a_body_in_drips_is_put_together(shop: Shop, genuine: dict[str, bytes]) -> None:
    body = genuine["payment"]
    assert accepted(called(shop, **{"CONTENT_LENGTH": str(len(body)), "wsgi.input": Drip(body + b"the next request")}))


def test_a_body_without_a_length_is_read_only_where_the_server_ends_it(shop: Shop, genuine: dict[str, bytes]) -> None:
    body = genuine["payment"]
    assert accepted(called(shop, **{"wsgi.input": Drip(body), "wsgi.input_terminated": True}))
    endless = Drip(body)
    assert not accepted(called(shop, **{"wsgi.input": endless}))
    assert endless.taken == 0


@pytest.mark.parametrize("length", ["-1", "ten", "1.5", "+5", "٣", " 7"])
def test_a_length_that_is_no_number_is_refused(shop: Shop, length: str) -> None:
    assert not accepted(called(shop, **{"CONTENT_LENGTH": length, "wsgi.input": Drip(b"x" * 100)}))


def test_no_more_than_the_limit_is_read_whatever_length_is_claimed(shop: Shop) -> None:
    stream = Drip(b"x" * (2 * MAX_BYTES))
    assert not accepted(called(shop, **{"CONTENT_LENGTH": "9" * 5000, "wsgi.input": stream}))
    assert stream.taken == MAX_BYTES + 1


def test_a_connection_that_breaks_is_answered_fail(shop: Shop) -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise ConnectionResetError

    assert not accepted(called(shop, **{"CONTENT_LENGTH": "5", "wsgi.input": Broken()}))


# ASGI


def test_a_caller_that_hangs_up_is_not_booked(shop: Shop, genuine: dict[str, bytes]) -> None:
    application = asgi.Application(shop.endpoint(MERCHANT))

    async def story() -> list[Any]:
        messages = [
            {"type": "http.request", "body": genuine["payment"], "more_body": True},
            {"type": "http.disconnect"},
        ]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await application({"type": "http", "method": "POST"}, receive, send)
        return sent

    assert b"FAIL" in asyncio.run(story())[1]["body"]
    assert shop.told == []


def test_no_more_than_the_limit_is_received(shop: Shop) -> None:
    received = []

    async def receive() -> dict[str, Any]:
        received.append(65536)
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    async def send(message: Any) -> None:
        pass

    asyncio.run(asgi.Application(shop.endpoint(MERCHANT))({"type": "http", "method": "POST"}, receive, send))
    assert sum(received) <= MAX_BYTES + 65536


def test_a_server_may_start_and_stop_the_application_and_a_websocket_is_closed(shop: Shop) -> None:
    async def story(scope: str, *kinds: str) -> list[str]:
        messages, sent = [{"type": kind} for kind in kinds], []

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await asgi.Application(shop.endpoint(MERCHANT))({"type": scope}, receive, send)
        return sent

    lifespan = ("lifespan.startup", "lifespan.shutdown")
    assert asyncio.run(story("lifespan", *lifespan)) == [f"{kind}.complete" for kind in lifespan]
    assert asyncio.run(story("websocket")) == ["websocket.close"]


# Django and Flask: what else of a site reads the body first.


def test_a_middleware_that_looked_at_the_body_is_in_nobodys_way(shop: Shop, genuine: dict[str, bytes]) -> None:
    request = django.test.RequestFactory().generic("POST", "/notify", genuine["payment"], content_type="text/xml")
    with django.test.override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=None):
        assert request.body
    assert accepted_by_django(shop, request)
    app = flask.Flask("shop")
    app.add_url_rule("/notify", view_func=flask_adapter.view(shop.endpoint(MERCHANT)))
    app.before_request(lambda: flask.request.get_data() and None)
    got = app.test_client().post("/notify", data=genuine["payment"], headers=HEADERS)
    assert got.data == SUCCESS


def accepted_by_django(shop: Shop, request: Any) -> bool:
    got = django_adapter.view(shop.endpoint(MERCHANT))(request)
    return bool(got.content == SUCCESS)


def test_flask_reads_no_more_than_the_limit(shop: Shop) -> None:
    app = flask.Flask("shop")
    app.add_url_rule("/notify", view_func=flask_adapter.view(shop.endpoint(MERCHANT)))
    for length in ({"CONTENT_LENGTH": str(10 << 20)}, {"wsgi.input_terminated": True}):
        stream = Drip(b"x" * (2 * MAX_BYTES))
        answer = app.test_client().post("/notify", input_stream=stream, environ_overrides=length)
        assert b"FAIL" in answer.data
        assert stream.taken <= MAX_BYTES + 7


def test_a_body_that_was_eaten_is_refused_and_the_log_says_why(
    shop: Shop, genuine: dict[str, bytes], caplog: Any
) -> None:
    request = django.test.RequestFactory().generic("POST", "/notify", genuine["payment"], content_type="text/xml")
    request.read()
    assert not accepted_by_django(shop, request)
    assert "something before the endpoint has read it" in caplog.text


def test_m8_what_a_handler_did_by_the_orm_is_not_committed_after_the_booking(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(django.db.connections.settings["default"], "ATOMIC_REQUESTS", True)
    view = django_adapter.view(shop.endpoint(MERCHANT))
    assert BaseHandler().make_view_atomic(view) is view
    assert BaseHandler().make_view_atomic(lambda request: None) is not view


def test_a_body_that_cannot_be_read_is_answered_fail_by_django(shop: Shop) -> None:
    class Broken:
        method = "POST"

        def read(self, size: int) -> bytes:
            raise ConnectionResetError

    assert not accepted_by_django(shop, Broken())


def test_an_encoding_of_the_body_is_not_undone(post: Post, genuine: dict[str, bytes]) -> None:
    import gzip

    headers = {**HEADERS, "content-encoding": "gzip"}
    assert not accepted(post("POST", gzip.compress(genuine["payment"]), headers))


@pytest.mark.parametrize(
    ("package", "statement", "extra"),
    [
        ("django", "import wxpay_v2.adapters.django", "wxpay-v2[django]"),
        ("flask", "import wxpay_v2.adapters.flask", "wxpay-v2[flask]"),
        ("sqlalchemy", "from wxpay_v2.adapters import Bookings", "wxpay-v2[booking]"),
    ],
)
def test_without_its_package_an_adapter_names_the_extra(package: str, statement: str, extra: str) -> None:
    program = f"""
import sys
sys.modules[{package!r}] = None
from wxpay_v2.adapters import Endpoint, MemoryBookings, wsgi, asgi
from wxpay_v2.errors import MissingExtra
try:
    {statement}
except MissingExtra as error:
    assert {extra!r} in str(error), error
else:
    raise AssertionError("nothing was missing")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
