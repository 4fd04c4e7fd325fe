"""The blocking transport: what a failure means for the money, and mutual TLS with real sockets on loopback."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from urllib3 import exceptions as urllib3

from tests.fixtures import (
    AUTH_CODE,
    KEY,
    MCH_ID,
    ORDER,
    QUICK,
    REFUND,
    client_certificate,
    crash_report,
    failure,
    fields_of,
    merchant,
    signed,
    success,
    to_xml,
)
from wxpay_v2.call import Request
from wxpay_v2.certificate import Certificate
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError, NotSent, OutcomeUnknown, Refused, WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.session import Session
from wxpay_v2.simulator import Simulator
from wxpay_v2.simulator.certificates import Authority, Issued
from wxpay_v2.v2 import catalogue

ANSWER = signed(success(out_trade_no="T-1"))
HOST = "https://gateway.example"
XML = {"Content-Type": "text/xml"}


# The mapping of failures, without a socket.


def request(name: str = "refund", **changes: Any) -> Request:
    fields = {"out_refund_no": "R-1", "out_trade_no": "T-1"}
    options: dict[str, Any] = {
        "host": HOST, "headers": {"Content-Type": "text/xml"}, "operation": catalogue.find(name), "fields": fields,
        "timeout": (0.5, 0.5), **changes,
    }  # fmt: skip
    return Request("POST", "/secapi/pay/refund", b"<xml>the body</xml>", **options)


def pool_error(reason: Exception) -> requests.ConnectionError:
    """As requests raises it: around urllib3's, which is around the real one."""
    return requests.ConnectionError(urllib3.MaxRetryError(None, "/secapi/pay/refund", reason))  # type: ignore[arg-type]


BEFORE = {
    "connect timeout": requests.ConnectTimeout(urllib3.MaxRetryError(None, "/", urllib3.ConnectTimeoutError())),  # type: ignore[arg-type]
    "refused": pool_error(urllib3.NewConnectionError(None, "refused")),  # type: ignore[arg-type]
    "no such host": pool_error(urllib3.NameResolutionError("gateway.example", None, socket.gaierror(-2, "unknown"))),  # type: ignore[arg-type]
    "proxy": requests.exceptions.ProxyError("no way out"),
    "untrusted": requests.exceptions.SSLError(urllib3.SSLError(ssl.SSLCertVerificationError())),
}
AFTER = {
    "read timeout": requests.ReadTimeout(),
    "reset": requests.ConnectionError(urllib3.ProtocolError("Connection aborted.", ConnectionResetError(104, "reset"))),
    "broken pipe": requests.ConnectionError(urllib3.ProtocolError("Connection aborted.", BrokenPipeError(32, "pipe"))),
    "chunk": requests.exceptions.ChunkedEncodingError("broken"),
    "TLS alert": requests.exceptions.SSLError(urllib3.SSLError(ssl.SSLError(1, "alert"))),
    "pool": requests.ConnectionError(urllib3.ClosedPoolError(None, "closed")),  # type: ignore[arg-type]
    "urllib3 read timeout": urllib3.ReadTimeoutError(None, "/", "slow"),  # type: ignore[arg-type]
    "urllib3 protocol": urllib3.ProtocolError("half a chunk"),
    "urllib3 incomplete": urllib3.IncompleteRead(5, 10),
    "urllib3 decode": urllib3.DecodeError("odd"),
    "OSError": OSError(5, "Input/output error"),
    "ValueError": ValueError("I/O operation on closed file"),
    "UnicodeError": UnicodeDecodeError("ascii", b"\xff", 0, 1, "odd"),
    "requests": requests.RequestException("something new"),
}


def answered(body: Any, **more: Any) -> Any:
    with responses.RequestsMock() as mock:
        mock.post(HOST + "/secapi/pay/refund", body=body, **more)
        return Session()(request())


@pytest.mark.parametrize("target", ["/v3/T%2A%7C-1%7E", "/v3/a%2Fb//c/../d", "/v3/x?q=%7E%2a&r=a%20b", "/v3/~a'()!"])
def test_an_address_goes_out_as_it_was_signed(target: str) -> None:
    path, _, query = target.partition("?")
    asked = Request("GET", path, b"", host=HOST.upper().replace("HTTPS", "https"), query=query)
    assert Session._prepare(asked).url == HOST + target


@pytest.mark.parametrize("target", ["v3", "/a b", "/a\n", "/ö", "/a#b", ""])
def test_an_address_that_could_not_have_been_signed_is_refused(target: str) -> None:
    with pytest.raises(ConfigurationError, match="not an address"):
        Session()(Request("GET", target, b"", host=HOST))


def test_no_header_outlives_its_request() -> None:
    """Each request of API v3 has a signature of its own; nothing here keeps one."""
    with responses.RequestsMock() as mock:
        mock.post(HOST + "/secapi/pay/refund", body=b"")
        Session()(request(headers={"Authorization": "the signature"}))
    assert "the signature" not in repr(vars(sys.modules[Session.__module__]))


@pytest.mark.parametrize("name", sorted(BEFORE))
def test_s2_what_fails_before_the_first_byte_is_not_sent(name: str) -> None:
    with pytest.raises(NotSent) as caught:
        answered(BEFORE[name])
    assert type(caught.value) is NotSent
    assert "call again" in str(caught.value)


@pytest.mark.parametrize("name", sorted(AFTER))
def test_s2_what_fails_after_the_first_byte_is_unknown(name: str) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        answered(AFTER[name])
    error = caught.value
    assert (error.phase, error.operation, error.numbers) == ("read", "refund", {"out_refund_no": "R-1"})
    assert error.query == "refund_query"


@pytest.mark.parametrize("name", sorted(AFTER))
@pytest.mark.parametrize("earlier", sorted(BEFORE))
def test_m11_a_lost_answer_is_unknown_also_while_an_unsent_call_is_being_handled(name: str, earlier: str) -> None:
    """A shop that falls back in its except clause must not have the first failure read into the second."""
    try:
        answered(BEFORE[earlier])
    except NotSent:
        with pytest.raises(OutcomeUnknown):
            answered(AFTER[name])


@pytest.mark.parametrize("status", [200, 201, 302, 404, 500, 502, 503])
def test_a_status_is_handed_on_as_it_is(status: int) -> None:
    found = answered(b"body", status=status, headers={"Location": "https://evil.example/", "X-Odd": "1"})
    assert (found.status, found.body) == (status, b"body")
    assert found.headers["location"] == "https://evil.example/"
    assert found.headers["x-odd"] == "1", "names in lower case"


def test_a_reply_shorter_than_it_said_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        answered(b"short", headers={"Content-Length": "500"}, auto_calculate_content_length=False)


@pytest.mark.parametrize(("size", "fits"), [(1 << 20, True), ((1 << 20) + 1, False), (3 << 20, False)])
def test_s3_1_a_reply_over_one_mebibyte_is_not_read_to_its_end(size: int, fits: bool) -> None:
    if fits:
        assert len(answered(b"x" * size).body) == size
        return
    with pytest.raises(OutcomeUnknown):
        answered(b"x" * size)


def test_a_statement_may_be_longer() -> None:
    with responses.RequestsMock() as mock:
        mock.post(HOST + "/secapi/pay/refund", body=b"x" * (3 << 20))
        assert len(Session()(request("download_bill")).body) == 3 << 20


def test_each_request_has_its_own_headers_and_body() -> None:
    session = Session()
    with responses.RequestsMock() as mock:
        mock.post(HOST + "/secapi/pay/refund", body=b"")
        for value in ("one", "two"):
            session(request(headers={"X-Number": value}))
        sent = [call.request for call in mock.calls]
    assert [found.headers["X-Number"] for found in sent] == ["one", "two"]
    assert [found.body for found in sent] == [b"<xml>the body</xml>"] * 2
    assert all(found.headers["Content-Length"] == "19" for found in sent)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\n b", "a\rb", "a\0b"])
def test_s6_a_header_with_a_line_end_or_a_nul_is_refused(value: str) -> None:
    for headers in ({"X-Odd": value}, {value: "x"}):
        with pytest.raises(ConfigurationError):
            Session()(request(headers=headers))


@pytest.mark.parametrize("host", ["http://gateway.example", "ftp://gateway.example", "gateway.example", "", "https://", "https://[::1",
                                  "https://gateway.example:99999", "HTTP://gateway.example"])  # fmt: skip
def test_s6_only_https_addresses_are_called(host: str) -> None:
    with pytest.raises((ConfigurationError, NotSent)):
        Session()(request(host=host))


@pytest.mark.parametrize("verify", [False, True, 0, "/nowhere/ca.pem", "", "no\0path", b"/etc", os.sep, 5, ["ca.pem"]])
def test_s6_verification_cannot_be_turned_off(verify: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"verify|CA bundle"):
        Session(verify=verify)
    with pytest.raises(ConfigurationError):
        Client(merchant(), verify=verify)


@pytest.mark.parametrize(
    "data", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\xff" * 100]
)
def test_s2_what_is_no_bundle_is_told_when_it_is_given(tmp_path: Path, data: bytes) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(data)
    with pytest.raises(ConfigurationError, match="not a PEM bundle of CAs"):
        Client(merchant(), verify=bundle)


@pytest.mark.parametrize(
    "proxy",
    [
        5,
        b"http://p:1",
        "p:1",
        "socks5://p:1",
        "http://",
        "http://p:99999",
        "http://[::1",
        "",
        ["x"],
        "http://u:secret@",
    ],
)
def test_s2_what_is_no_proxy_is_told_when_it_is_given(proxy: Any) -> None:
    with pytest.raises(ConfigurationError, match="proxy must be an address") as caught:
        Client(merchant(), proxy=proxy)
    assert "secret" not in str(caught.value)


def test_a_closed_client_is_told_at_once() -> None:
    made = Client(merchant())
    made.close()
    made.close()
    began = time.monotonic()
    with pytest.raises(NotSent, match="closed"):
        made.order_query(out_trade_no="T-1")
    assert time.monotonic() - began < 0.3, "nothing to wait for"


def test_a_call_that_needs_a_certificate_is_not_sent_without_one() -> None:
    with pytest.raises(ConfigurationError, match="needs the merchant certificate"):
        Session()(request(certificate=True))


def test_s2_a_certificate_that_tls_refuses_is_a_configuration_error() -> None:
    class Refusing(Certificate):
        __slots__ = ()

        def load_into(self, context: Any) -> None:
            super().load_into(_Nothing())

    class _Nothing:
        def load_cert_chain(self, path: str, password: str) -> None:
            raise ssl.SSLError(1, "[SSL: EE_KEY_TOO_SMALL] ee key too small")

    found = client_certificate()
    refusing = Refusing(found._chain, found._key)
    refusing.fingerprint = "another"
    with pytest.raises(ConfigurationError, match="TLS does not take the certificate"):
        Session(lambda: refusing)(request(certificate=True))


# Real sockets: a TLS server that does to each request what a script says.


class Gateway:
    """A TLS server on loopback. `act` is called with the connection and the bytes of each request."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        self.act: Callable[[ssl.SSLSocket, bytes], Any] = answer(ANSWER)
        self.requests: list[bytes] = []
        self.peers: list[bytes | None] = []
        self.versions: list[str | None] = []
        self.connections = 0
        self.stopped = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    @property
    def base_url(self) -> str:
        return f"https://localhost:{self.port}"

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(plain,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), plain:
            plain.settimeout(10)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.context.wrap_socket(plain, server_side=True) as connection:
                while True:
                    found = _one_request(connection)
                    if not found:
                        return
                    self.requests.append(found)
                    self.peers.append(connection.getpeercert(binary_form=True))
                    self.versions.append(connection.version())
                    if self.act(connection, found) == "close":
                        return

    def stop(self) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def _one_request(connection: ssl.SSLSocket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    (length,) = (
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(body: bytes, *, status: str = "200 OK", head: bytes = b"") -> Callable[[ssl.SSLSocket, bytes], None]:
    def act(connection: ssl.SSLSocket, found: bytes) -> None:
        first = f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n".encode()
        connection.sendall(first + head + b"\r\n" + body)

    return act


def raw(*pieces: bytes, then: str = "close", pause: float = 0.0) -> Callable[[ssl.SSLSocket, bytes], str]:
    """Send *pieces* as they are, and then close, reset, or hang."""

    def act(connection: ssl.SSLSocket, found: bytes) -> str:
        for piece in pieces:
            connection.sendall(piece)
            if pause:
                time.sleep(pause)
        if then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
        if then == "hang":
            connection.recv(1)
        return "close"

    return act


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def issued(authority: Authority) -> dict[str, Issued]:
    return {"server": authority.server(), "one": authority.merchant(), "two": authority.merchant()}


@pytest.fixture(scope="module")
def ca(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "rootca.pem"
    path.write_bytes(authority.pem)
    return path


def server_context(issued: Issued, folder: Path, ca: Path) -> ssl.SSLContext:
    pair = folder / f"{issued.serial}.pem"
    pair.write_bytes(issued.pem + issued.key_pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    context.load_verify_locations(ca)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


@pytest.fixture(scope="module")
def context(issued: dict[str, Issued], ca: Path, tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return server_context(issued["server"], tmp_path_factory.mktemp("server"), ca)


@pytest.fixture
def gateway(context: ssl.SSLContext) -> Iterator[Gateway]:
    made = Gateway(context)
    yield made
    made.stop()


@pytest.fixture
def who(issued: dict[str, Issued]) -> Merchant:
    made = merchant(certificate=False)
    made.use_certificate(issued["one"].pem, issued["one"].key_pem())
    return made


@pytest.fixture
def shop(who: Merchant, gateway: Gateway, ca: Path) -> Iterator[Client]:
    """A client of *gateway* that tries once."""
    with Client(who, base_url=gateway.base_url, verify=ca, retry=1) as made:
        yield made


@pytest.fixture
def hasty(who: Merchant, gateway: Gateway, ca: Path) -> Iterator[Client]:
    """A client of *gateway* that tries once and waits half a second for an answer."""
    with Client(who, base_url=gateway.base_url, verify=ca, retry=1, timeout=(1.0, 0.5)) as made:
        yield made


def test_a_call_goes_over_tls_and_comes_back(shop: Client, gateway: Gateway) -> None:
    result = shop.order_query(out_trade_no="T-1")
    assert result["out_trade_no"] == "T-1"
    head, _, body = gateway.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /pay/orderquery HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert headers["Host"] == f"localhost:{gateway.port}"
    assert headers["Content-Type"].startswith("text/xml")
    assert headers["Content-Length"] == str(len(body))
    assert headers.get("Accept-Encoding", "identity") == "identity"
    assert not {"Authorization", "Cookie", "Proxy-Authorization"} & set(headers)
    assert fields_of(Request("POST", "/", body, headers=XML))["out_trade_no"] == "T-1"
    assert gateway.versions == ["TLSv1.3"]


def test_a_connection_is_kept(shop: Client, gateway: Gateway) -> None:
    for _ in range(5):
        shop.order_query(out_trade_no="T-1")
    assert (len(gateway.requests), gateway.connections) == (5, 1)


def test_a_connection_the_gateway_closed_while_idle_is_made_anew(shop: Client, gateway: Gateway) -> None:
    def once(connection: ssl.SSLSocket, found: bytes) -> str:
        answer(ANSWER)(connection, found)
        return "close"

    gateway.act = once
    for _ in range(3):
        shop.order_query(out_trade_no="T-1")
        _until(lambda: all(not thread.is_alive() for thread in gateway.threads[1:]))
    assert (len(gateway.requests), gateway.connections) == (3, 3)


def _until(done: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_chunks_are_put_together(shop: Client, gateway: Gateway) -> None:
    half = len(ANSWER) // 2
    pieces = [b"%x\r\n%s\r\n" % (len(part), part) for part in (ANSWER[:half], ANSWER[half:])]
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    gateway.act = raw(head, *pieces, b"0\r\n\r\n")
    assert shop.order_query(out_trade_no="T-1")["out_trade_no"] == "T-1"


def test_a_body_without_a_length_ends_with_the_connection(shop: Client, gateway: Gateway) -> None:
    gateway.act = raw(b"HTTP/1.1 200 OK\r\n\r\n" + ANSWER)
    assert shop.order_query(out_trade_no="T-1")["out_trade_no"] == "T-1"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
BROKEN = {
    "closed without an answer": raw(),
    "reset without an answer": raw(then="reset"),
    "no answer": raw(then="hang"),
    "half a status line": raw(b"HTTP/1.1 20"),
    "reset in the head": raw(b"HTTP/1.1 200 OK\r\nContent-", then="reset"),
    "stuck in the head": raw(b"HTTP/1.1 200 OK\r\nContent-", then="hang"),
    "no body": raw(HEAD),
    "half a body": raw(HEAD + ANSWER[:50]),
    "reset in the body": raw(HEAD + ANSWER[:50], then="reset"),
    "stuck in the body": raw(HEAD + ANSWER[:50], then="hang"),
    "half a chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500\r\nabc"),
    "stuck in a chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500\r\nabc", then="hang"),
    "an odd chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
    "not HTTP": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "not ASCII": raw(b"\xff\xfe\x00\r\n\r\n"),
    "a long status line": raw(b"HTTP/1.1 200 " + b"x" * 100_000 + b"\r\n\r\n"),
    "many headers": raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 500 + b"\r\n"),
    "an odd length": raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
    "two lengths": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 500\r\n\r\nabcde"),
    "endless": raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (3 << 20), then="hang"),
    "empty": answer(b""),
    "302": answer(b"", status="302 Found", head=b"Location: /elsewhere\r\n"),
    "401": answer(b"", status="401 Unauthorized", head=b"WWW-Authenticate: Basic\r\n"),
    "502": answer(b"<html>Bad Gateway</html>", status="502 Bad Gateway"),
    "100 and nothing": raw(b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_s2_s7_whatever_breaks_after_the_request_has_left_is_unknown(
    hasty: Client, gateway: Gateway, name: str
) -> None:
    gateway.act = BROKEN[name]
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown) as caught:
        hasty.refund(**REFUND)
    assert time.monotonic() - began < 4, "one deadline"
    assert caught.value.numbers == {"out_refund_no": "R-1"}
    assert len(gateway.requests) == 1, "no redirect followed, nothing sent twice"
    assert KEY not in str(caught.value)
    report = crash_report(lambda: hasty.refund(**REFUND))
    assert "wxpay_v2" in report
    assert KEY not in report
    assert "PRIVATE KEY-----" not in report


@pytest.mark.parametrize("where", ["head", "body", "chunk"])
def test_s6_a_reply_that_drips_ends_at_the_deadline(hasty: Client, gateway: Gateway, where: str) -> None:
    """A read timeout that begins anew with every byte would hold a thread for as long as the other side likes."""
    start = {
        "head": b"HTTP/1.1 200 OK\r\nX-Odd: ",
        "body": HEAD,
        "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500\r\n",
    }[where]
    gateway.act = raw(start, *[b"x"] * 60, pause=0.1)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        hasty.refund(**REFUND)
    assert time.monotonic() - began < 3


def test_a_kept_connection_has_a_new_deadline_for_every_call(hasty: Client, gateway: Gateway) -> None:
    for _ in range(4):
        hasty.order_query(out_trade_no="T-1")
        time.sleep(0.2)
    assert gateway.connections == 1


def test_s2_nobody_listening_is_not_sent(ca: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Client(merchant(), base_url=f"https://localhost:{port}", verify=ca, retry=1) as made:
        with pytest.raises(NotSent, match="could not be reached") as caught:
            made.micropay(**QUICK)
        assert type(caught.value) is NotSent
        assert "call again" in caught.value.remedy


def test_m11_a_fallback_inside_an_except_clause_keeps_its_own_outcome(
    hasty: Client, gateway: Gateway, ca: Path
) -> None:
    gateway.act = raw(then="hang")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Client(merchant(), base_url=f"https://localhost:{port}", verify=ca, retry=1) as unreachable:
        try:
            unreachable.refund(**REFUND)
        except NotSent:
            with pytest.raises(OutcomeUnknown):
                hasty.refund(**REFUND)


# Who is who.


def test_s6_a_gateway_under_another_ca_is_not_spoken_to(gateway: Gateway, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority().pem)
    for verify in (None, other):
        with (
            Client(merchant(), base_url=gateway.base_url, verify=verify, retry=1) as made,
            pytest.raises(NotSent, match="certificate of the gateway is not trusted"),
        ):
            made.order_query(out_trade_no="T-1")
    assert gateway.requests == []


def test_s6_a_gateway_of_another_name_is_not_spoken_to(ca: Path, tmp_path: Path) -> None:
    elsewhere = Authority(hosts=["elsewhere.test"])
    trusted = tmp_path / "elsewhere.pem"
    trusted.write_bytes(elsewhere.pem)
    gateway = Gateway(server_context(elsewhere.server(), tmp_path, ca))
    try:
        with (
            Client(merchant(), base_url=gateway.base_url, verify=trusted, retry=1) as made,
            pytest.raises(NotSent, match="not trusted"),
        ):
            made.order_query(out_trade_no="T-1")
    finally:
        gateway.stop()
    assert gateway.requests == []


def test_s6_tls_below_1_2_is_not_spoken(issued: dict[str, Issued], ca: Path, tmp_path: Path) -> None:
    old = server_context(issued["server"], tmp_path, ca)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    gateway = Gateway(old)
    try:
        with (
            Client(merchant(), base_url=gateway.base_url, verify=ca, timeout=(1.0, 0.5), retry=1) as made,
            pytest.raises((NotSent, OutcomeUnknown)),
        ):
            made.order_query(out_trade_no="T-1")
    finally:
        gateway.stop()
    assert gateway.requests == []


def test_s7_the_certificate_is_shown_to_calls_that_need_it_and_to_no_other(
    shop: Client, gateway: Gateway, issued: dict[str, Issued]
) -> None:
    gateway.act = answer(signed(success()))
    shop.order_query(out_trade_no="T-1")
    shop.refund(**REFUND)
    shop.unified_order(**ORDER)
    shop.reverse(out_trade_no="T-1")
    der = issued["one"].der
    assert gateway.peers == [None, der, None, der]
    assert gateway.connections == 2, "each kind keeps its connection"


def test_s7_the_certificate_changes_without_a_restart(
    shop: Client, gateway: Gateway, issued: dict[str, Issued]
) -> None:
    gateway.act = answer(signed(success()))
    shop.refund(**REFUND)
    shop.merchant.use_certificate(issued["two"].pem, issued["two"].key_pem())
    shop.refund(**{**REFUND, "out_refund_no": "R-2"})
    shop.merchant.use_certificate(issued["one"].p12(MCH_ID))
    shop.refund(**{**REFUND, "out_refund_no": "R-3"})
    assert gateway.peers == [issued["one"].der, issued["two"].der, issued["one"].der]


@pytest.fixture
def changing(issued: dict[str, Issued]) -> Merchant:
    """A merchant in the change-over: both certificates are valid, the second is the next."""
    made = merchant(certificate=False)
    one, two = issued["one"], issued["two"]
    made.use_certificate(one.pem, one.key_pem(), next_certificate=two.pem, next_private_key=two.key_pem())
    return made


REFUSES = {
    "in words": to_xml({"return_code": "FAIL", "return_msg": "请使用商户证书"}),
    "by a code": signed(failure("CERT_ERROR")),
    "as a page": b"<html><head><title>400 The SSL certificate error</title></head></html>",
}


@pytest.mark.parametrize("how", REFUSES)
def test_s7_a_new_certificate_that_the_gateway_refuses_is_not_shown_again_at_once(
    changing: Merchant, gateway: Gateway, ca: Path, issued: dict[str, Issued], how: str
) -> None:
    def act(connection: ssl.SSLSocket, found: bytes) -> None:
        refuses = gateway.peers[-1] == issued["two"].der
        page = refuses and how == "as a page"
        body = REFUSES[how] if refuses else signed(success(out_refund_no="R-1"))
        answer(body, status="400 Bad Request" if page else "200 OK")(connection, found)

    gateway.act = act
    with Client(changing, base_url=gateway.base_url, verify=ca, clock=ManualClock()) as made:
        with pytest.raises((Refused, OutcomeUnknown)):
            made.refund(**REFUND)
        assert len(gateway.requests) == 1, "what may have been processed is not repeated for the certificate's sake"
        made.refund(**REFUND)
    assert gateway.peers == [issued["two"].der, issued["one"].der]


def test_s7_a_new_certificate_that_breaks_the_handshake_gives_way_within_the_call(
    gateway: Gateway, ca: Path, issued: dict[str, Issued], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of the call was sent, so that even what is sent once may be sent now."""
    gateway.context.maximum_version, before = ssl.TLSVersion.TLSv1_2, gateway.context.maximum_version
    try:
        stranger = Authority().merchant()
        who = merchant(certificate=False)
        one = issued["one"]
        who.use_certificate(one.pem, one.key_pem(), next_certificate=stranger.pem, next_private_key=stranger.key_pem())
        gateway.act = answer(signed(success(out_refund_no="R-1")))
        with Client(who, base_url=gateway.base_url, verify=ca, clock=ManualClock()) as made:
            made.refund(**REFUND)
    finally:
        gateway.context.maximum_version = before
    assert gateway.peers == [one.der]
    assert "certificate.refused" in caplog.text


def test_s2_a_handshake_that_fails_is_not_sent(gateway: Gateway, ca: Path) -> None:
    gateway.context.maximum_version, before = ssl.TLSVersion.TLSv1_2, gateway.context.maximum_version
    try:
        stranger = Authority().merchant()
        who = merchant(certificate=False)
        who.use_certificate(stranger.pem, stranger.key_pem())
        with Client(who, base_url=gateway.base_url, verify=ca, retry=1) as made:
            with pytest.raises(NotSent) as caught:
                made.refund(**REFUND)
            assert type(caught.value) is NotSent
    finally:
        gateway.context.maximum_version = before
    assert gateway.requests == []


def test_s7_no_key_lies_on_disk_or_in_an_open_file_after_a_call(
    shop: Client, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gateway.act = answer(signed(success()))
    gc.collect()
    before = _open_files()
    shop.refund(**REFUND)
    assert list(tmp_path.iterdir()) == []
    assert {name for name in _open_files() - before if "socket:" not in name} == set()


def _open_files() -> set[str]:
    found = set()
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found.add(os.readlink(f"/proc/self/fd/{name}"))
    return found


# The environment decides nothing.


def test_s6_the_environment_changes_neither_route_nor_trust(
    who: Merchant, gateway: Gateway, ca: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login me password secret\n")
    netrc.chmod(0o600)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(name, str(junk))
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with Client(who, base_url=gateway.base_url, verify=ca, retry=1) as made:
        assert made.order_query(out_trade_no="T-1")["out_trade_no"] == "T-1"
        gateway.act = answer(signed(success()))
        assert made.refund(**REFUND)
    assert b"authorization" not in b"".join(gateway.requests).lower()


def test_s6_a_ca_bundle_of_the_environment_is_not_trusted(
    gateway: Gateway, ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(ca))
    with Client(merchant(), base_url=gateway.base_url, retry=1) as made, pytest.raises(NotSent, match="not trusted"):
        made.order_query(out_trade_no="T-1")
    assert gateway.requests == []


def test_s6_a_proxy_is_used_when_it_is_asked_for(who: Merchant, gateway: Gateway, ca: Path) -> None:
    """A CONNECT proxy of a few lines: what goes through it is TLS, end to end."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                near, _ = listener.accept()
                with near, socket.create_connection(("127.0.0.1", gateway.port)) as far:
                    seen.append(near.recv(65536))
                    near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    back = threading.Thread(target=_pump, args=(far, near, []), daemon=True)
                    back.start()
                    _pump(near, far, seen)
                    back.join(5)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with Client(who, base_url=gateway.base_url, verify=ca, proxy=address, retry=1) as made:
            assert made.order_query(out_trade_no="T-1")["out_trade_no"] == "T-1"
        thread.join(5)
    assert seen[0].startswith(b"CONNECT localhost:%d " % gateway.port)
    assert b"out_trade_no" not in b"".join(seen)


def _pump(source: socket.socket, target: socket.socket, seen: list[bytes]) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            seen.append(data)
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)


def test_s2_a_proxy_that_is_down_is_not_sent(gateway: Gateway, ca: Path) -> None:
    with (
        Client(merchant(), base_url=gateway.base_url, verify=ca, proxy="http://127.0.0.1:9", retry=1) as made,
        pytest.raises(NotSent),
    ):
        made.micropay(**QUICK)
    assert gateway.requests == []


def test_threads_share_a_client(shop: Client, gateway: Gateway) -> None:
    wrong: list[object] = []

    def work() -> None:
        for _ in range(5):
            try:
                assert shop.order_query(out_trade_no="T-1")["out_trade_no"] == "T-1"
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(gateway.requests) == 30
    assert gateway.connections <= 6


# Secrets.

CALLS: dict[str, Callable[[Client], Any]] = {
    "order_query": lambda made: made.order_query(out_trade_no="T-1"),
    "unified_order": lambda made: made.unified_order(
        **{**ORDER, "trade_type": "JSAPI", "openid": "oUpF8uMuAJO_M2pxb1Q9"}
    ),
    "refund": lambda made: made.refund(**REFUND),
    "micropay": lambda made: made.micropay(**QUICK),
}


@pytest.mark.parametrize("name", sorted(CALLS))
@pytest.mark.parametrize("how", ["answered", "no answer", "502"])
def test_s7_the_debug_log_of_a_call_shows_no_secret(
    shop: Client, gateway: Gateway, caplog: pytest.LogCaptureFixture, name: str, how: str
) -> None:
    gateway.act = {"answered": answer(signed(success())), "no answer": raw(), "502": BROKEN["502"]}[how]
    number = shop.merchant.certificate._key.private_numbers()  # type: ignore[union-attr]
    with caplog.at_level(logging.DEBUG), contextlib.suppress(OutcomeUnknown):
        CALLS[name](shop)
    sent = fields_of(Request("POST", "/", gateway.requests[0].partition(b"\r\n\r\n")[2], headers=XML))
    for secret in (KEY, AUTH_CODE, sent["sign"], sent["nonce_str"], "oUpF8uMuAJO", "PRIVATE", str(number.d)):
        assert secret not in caplog.text
    if how != "no answer":
        assert "call.sent" in caplog.text
        assert "T-1" in caplog.text or "Q-1" in caplog.text


# The simulator as gateway: the main job over real mutual TLS.


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(deliver=False) as running:
        yield running


def test_a_payment_and_its_refund_over_mutual_tls(simulator: Simulator) -> None:
    with Client(simulator.merchant, base_url=simulator.base_url, verify=simulator.ca) as made:
        order = made.unified_order(**{**ORDER, "out_trade_no": "S-1"})
        assert order["code_url"].startswith("weixin://")
        simulator.pay("S-1")
        assert made.order_query(out_trade_no="S-1")["trade_state"] == "SUCCESS"
        taken = made.refund(out_trade_no="S-1", out_refund_no="SR-1", total_fee=100, refund_fee=40)
        assert taken["refund_fee"] == "40"
        assert made.refund_query(out_refund_no="SR-1")["refund_count"] == "1"


def test_a_refund_without_the_certificate_is_refused_by_the_gateway(simulator: Simulator) -> None:
    """The client refuses locally; a session without a certificate shows what the gateway would say."""
    known = simulator.merchant
    with Client(known, base_url=simulator.base_url, verify=simulator.ca) as made:
        made.unified_order(**{**ORDER, "out_trade_no": "S-2"})
        simulator.pay("S-2")
        fields = {"out_trade_no": "S-2", "out_refund_no": "SR-2", "total_fee": 100, "refund_fee": 40}
        bare = made.protocol.request(catalogue.find("refund"), fields, "n" * 32)
        bare = bare.sent_to(simulator.base_url, (3.0, 10.0))
        bare.certificate = False
        with pytest.raises((Refused, OutcomeUnknown)) as caught:
            made.protocol.open_reply(bare, made._send(bare))
        assert "cert" in str(caught.value).lower() or "证书" in str(caught.value)


@pytest.mark.parametrize("fault", ["lost_reply", "reset", "html", "unsigned", "wrong_sign", "truncated"])
def test_s10_a_fault_at_the_gateway_is_unknown_and_the_same_number_settles_it(simulator: Simulator, fault: str) -> None:
    number = f"F-{fault}"
    with Client(simulator.merchant, base_url=simulator.base_url, verify=simulator.ca, retry=1) as made:
        made.unified_order(**{**ORDER, "out_trade_no": number})
        simulator.pay(number)
        fields = {"out_trade_no": number, "out_refund_no": f"{number}-R", "total_fee": 100, "refund_fee": 40}
        simulator.faults.add(fault, operation="refund", times=1)
        with pytest.raises(OutcomeUnknown) as caught:
            made.refund(**fields)
        assert caught.value.numbers == {"out_refund_no": f"{number}-R"}
        made.refund(**fields)
        told = made.refund_query(out_trade_no=number)
        assert (told["refund_count"], told["refund_fee_0"]) == ("1", "40"), "done once, whatever was lost"


def test_another_merchants_key_is_refused_by_the_gateway(simulator: Simulator) -> None:
    known = simulator.merchant
    other = Merchant(known.appid, known.mch_id, "k" * 32, sub_mch_id=known.sub_mch_id, sign_type=known.sign_type)
    with Client(other, base_url=simulator.base_url, verify=simulator.ca) as made, pytest.raises(WXPayError) as caught:
        made.order_query(out_trade_no="T-1")
    assert isinstance(caught.value, Refused | OutcomeUnknown)


def test_a_new_connection_resumes_the_tls_session_of_an_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a client made per call costs is mostly the handshake."""
    from wxpay_v2 import Client, session
    from wxpay_v2.simulator import Simulator

    reused: list[bool | None] = []
    remember = session._Context.remember

    def remembered(self: session._Context, sock: Any) -> None:
        reused.append(sock.session_reused)
        remember(self, sock)

    monkeypatch.setattr(session._Context, "remember", remembered)
    with Simulator(deliver=False) as gateway:
        for number in ("S-1", "S-2"):
            client = Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca)
            with client, pytest.raises(WXPayError):  # no such order; the certificate is asked for first
                client.reverse(out_trade_no=number)
    assert reused == [False, True]
