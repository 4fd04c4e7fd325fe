"""The merchant's own endpoint, tried with forged messages: what it believes, in which words, and where nothing goes."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.fixtures import merchant
from tests.migration.merchants import FAIL, SUCCESS, careful, careless, endpoint
from tests.v3 import gateway
from wxpay_v2.adapters import Endpoint, MemoryBookings, Order
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock
from wxpay_v2.migration.checks import endpoint as checks
from wxpay_v2.migration.checks.endpoint import check, forgeries
from wxpay_v2.migration.checks.settings import Checked
from wxpay_v2.migration.finding import BLOCKER, NOTE

WHO = merchant(certificate=False)


def tried(url: str, **options: Any) -> Checked:
    return check(WHO, url, ManualClock(), **options)


def ids(checked: Checked) -> set[str]:
    """What was found, but for the note that this is no public address."""
    return {one.id.removeprefix("readiness.endpoint.") for one in checked.findings if one.level != NOTE}


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/x", "http://0.0.0.0/x", "http://224.0.0.1/x",
        "http://user:pass@127.0.0.1/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://2130706433/x",
        "http://0x7f.1/x", "http://127.0.0.1", "http://127.0.0.1/x?y=1", "//127.0.0.1/x", "http://127.0.0.1:0/x", "",
        "http://127.0.0.1/x y", "http://127.0.0.1/\r\nHost: x", "http://shop.example/pay",
    ],
)  # fmt: skip
def test_s8_an_address_where_nothing_should_go_is_not_called(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)  # not even asked for
    checked = tried(url)
    assert {one.level for one in checked.findings} == {BLOCKER}


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "100.100.100.200", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0"],  # noqa: S104
)
def test_s8_a_name_that_leads_inside_is_not_followed(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    found = (family, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [public, found])
    monkeypatch.setattr(socket.socket, "connect", None)
    assert ids(tried("https://shop.example/pay")) == {"unreachable"}


def test_s8_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    found = socket.getaddrinfo

    def once(host: str, *more: Any, **named: Any) -> Any:
        asked.append(host)
        return found("127.0.0.1" if len(asked) == 1 else "169.254.169.254", *more, **named)

    with endpoint(careful) as url:
        monkeypatch.setattr(socket, "getaddrinfo", once)
        assert ids(tried(url.replace("127.0.0.1", "localhost"))) == set()
    assert asked == ["localhost"]


def test_s8_a_redirect_is_not_followed() -> None:
    went: list[bytes] = []

    def elsewhere(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        went.append(body)
        return 200, SUCCESS

    with endpoint(elsewhere) as other, answering(302, b"", {"Location": other}) as url:
        assert "redirect" in ids(tried(url))
    assert not went


@pytest.mark.parametrize("drop", [b"x", b"x\r\nX: "], ids=["bytes", "headers"])
def test_s8_a_slow_endpoint_holds_nobody_up(drop: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sends a little of its headers every now and then, so that no single read runs out of time."""
    monkeypatch.setattr(checks, "forgeries", lambda *given: forgeries(*given)[:1])  # one is held up, and no other
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(0.05)
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while True:
                    try:
                        if not connection.recv(65536):
                            return
                    except TimeoutError:
                        connection.sendall(drop)
            except OSError:
                return

    thread = Thread(target=drip)
    thread.start()
    with listener:
        checked = tried(f"http://127.0.0.1:{listener.getsockname()[1]}/pay", seconds=0.3)
        thread.join()
    assert ids(checked) == {"unreachable"}
    assert "within 0.3 seconds" in checked.findings[-1].message


def test_s8_no_more_is_read_of_an_answer_than_4_kib() -> None:
    with endpoint(lambda body, headers: (200, b" " * 5000 + SUCCESS)) as url:
        assert not {"accepts_v2_forgery"} & ids(tried(url))


def test_what_is_sent_is_made_by_no_key_of_the_merchant_and_names_no_order() -> None:
    seen: list[tuple[bytes, dict[str, str]]] = []

    def look(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        seen.append((body, dict(headers)))
        return careful(body, headers)

    with endpoint(look) as url:
        tried(url)
    v2 = [body.decode() for body, _ in seen if body[:1] == b"<"]
    v3 = [(json.loads(body), headers) for body, headers in seen if body[:1] == b"{"]
    assert len(v2) == len(v3) == 2
    assert all("<![CDATA[forged-" in text and WHO.mch_id in text for text in v2)
    assert ["<sign>" in text for text in v2] == [True, False]
    assert ["Wechatpay-Signature" in headers for _, headers in v3] == [True, False]


def test_the_librarys_own_endpoint_passes() -> None:
    client = Client(WHO, upgrade=gateway.account(), clock=ManualClock(), transport=lambda request: None)  # type: ignore[arg-type,return-value]
    ours = Endpoint(client, bookings=MemoryBookings(), order=lambda number, who: Order(1), on_paid=lambda booking: None)

    def handle(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = ours.handle("POST", body, dict(headers))
        return answer.status, answer.body

    with endpoint(handle) as url:
        assert ids(tried(url)) == set()


def test_an_endpoint_of_v2_alone_answers_v3_so_that_payments_are_lost() -> None:
    with endpoint(lambda body, headers: (200, FAIL)) as url:
        checked = tried(url)
    assert ids(checked) == {"v3_not_understood"}
    assert "lost" in checked.findings[-1].message


def test_an_endpoint_that_believes_v2_without_looking_is_told_how_it_was_fooled() -> None:
    def unsigned(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        return (200, SUCCESS) if body[:1] == b"<" and b"<sign>" not in body else careful(body, headers)

    with endpoint(unsigned) as url:
        checked = tried(url)
    assert ids(checked) == {"accepts_v2_forgery"}
    assert checked.findings[-1].message.endswith("without a signature")


def test_an_endpoint_that_believes_everybody_is_told_of_both_versions() -> None:
    with endpoint(careless) as url:
        assert ids(tried(url)) == {"accepts_v2_forgery", "accepts_v3_forgery"}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, b"not here", {"absent", "v3_not_understood"}),
        (500, b"oops", {"v2_form", "v3_form"}),
        (415, b"xml only", {"v2_form", "v3_not_understood"}),
        (200, b"hello", {"v2_form", "accepts_v3_forgery"}),
        (200, b"success", {"accepts_v2_forgery", "accepts_v3_forgery"}),
        (200, b'{"code": "SUCCESS"}', {"accepts_v2_forgery", "accepts_v3_forgery"}),
        (200, b'{"code": "FAIL", "message": "no"}', {"v2_form", "v3_not_understood"}),
        (204, b"", {"v2_form", "accepts_v3_forgery"}),
        (302, b"", {"redirect"}),
        (200, b"<xml><return_code>success</return_code></xml", {"accepts_v2_forgery", "v3_not_understood"}),
    ],
)
def test_other_answers_are_told_for_what_the_gateway_makes_of_them(
    status: int, body: bytes, expected: set[str]
) -> None:
    with answering(status, body) as url:
        assert ids(tried(url)) == expected


def test_a_certificate_nobody_trusts_is_told(monkeypatch: pytest.MonkeyPatch, wxpay_gateway: Any) -> None:
    checked = tried(f"{wxpay_gateway.base_url}/pay")
    assert ids(checked) == {"unreachable"}
    assert "not trusted" in checked.findings[-1].message
    assert "unreachable" not in ids(tried(f"{wxpay_gateway.base_url}/pay", verify=str(wxpay_gateway.ca)))


def test_nobody_at_home_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert ids(tried(f"http://127.0.0.1:{port}/pay")) == {"unreachable"}


@contextmanager
def answering(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of an endpoint that gives one answer to everything."""
    from http.server import BaseHTTPRequestHandler

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, text in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/wxpay"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
