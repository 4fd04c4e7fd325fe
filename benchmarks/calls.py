"""Whole calls: a refund over mutual TLS against a server in another process, on a kept connection and from scratch."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import certifi
import limits
import messages
import peers
import requests
from race import Runner, race
from report import Row
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from wechatpy.pay import WeChatPay

from wxpay_v2 import Client, Merchant
from wxpay_v2.simulator import certificates

_NUMBER = "R-20260301-0000000042"
_REFUND: Any = {
    "out_trade_no": "T-20260301-0000000042",
    "out_refund_no": _NUMBER,
    "total_fee": "1800",
    "refund_fee": "100",
}
_TIMEOUT = (3.0, 10.0)
_TRUST = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")  # wechatpy and wechatpayv3 have no setting for it


class Gateway:
    """Where the calls go. base_url; ca: the public bundle with one more CA, as a shop's own trust store would be."""

    def __init__(self, base_url: str, ca: str, certificate: str, key: str) -> None:
        self.base_url = base_url
        self.ca = ca
        self.certificate = certificate
        self.key = key


@contextmanager
def gateway(body: bytes = b"", headers: Mapping[str, str] | None = None) -> Iterator[Gateway]:
    """Run server.py with throwaway certificates for as long as the context lasts.

    body, headers: of its answer, which is that of the refund unless told otherwise.
    """
    reply = _answer(body or messages.refund_reply(_NUMBER), headers or {"Content-Type": "text/plain"})
    with TemporaryDirectory(prefix="wxpay-bench-") as name:
        folder = Path(name, "certs")
        folder.mkdir(mode=0o700)
        certificates.write(folder, messages.MCH_ID, days=365)
        ca = Path(name, "ca.pem")
        ca.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + (folder / "rootca.pem").read_bytes())
        files = [str(folder / file) for file in ("gateway_cert.pem", "gateway_key.pem", "rootca.pem")]
        command = [sys.executable, str(Path(__file__).with_name("server.py")), *files, str(len(reply))]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            assert server.stdin is not None and server.stdout is not None
            try:
                server.stdin.write(reply)
                server.stdin.flush()
                port = int(server.stdout.readline())
                pair = [str(folder / file) for file in ("apiclient_cert.pem", "apiclient_key.pem")]
                for name in _TRUST:
                    os.environ[name] = str(ca)
                yield Gateway(f"https://localhost:{port}", str(ca), *pair)
            finally:
                for name in _TRUST:
                    os.environ.pop(name, None)
                server.stdin.close()
                server.wait(10)


def _answer(body: bytes, headers: Mapping[str, str]) -> bytes:
    told = {"Server": "nginx", **headers, "Content-Length": str(len(body)), "Connection": "keep-alive"}
    lines = [f"{name}: {value}\r\n" for name, value in told.items()]
    return "".join(["HTTP/1.1 200 OK\r\n", *lines, "\r\n"]).encode() + body


def rows(rounds: int) -> list[Row]:
    """Return the rows of a kept connection, and of a client made for one call."""
    with gateway() as where:
        runners = kept(where)
        _agree(runners)
        laps = race(runners, rounds=rounds, calls=12)
        found = [
            Row.of("refund on a kept connection", "wechatpy", laps, aim=1.9),
            Row.of("the same, by the wall clock", "wechatpy", laps, clock="wall"),
        ]
        runners = from_scratch(where)
        _agree(runners)
        laps = race(runners, rounds=max(rounds // 4, 3), calls=3)
        return [
            *found,
            Row.of("refund, a client per call", "wechatpy", laps, aim=9.0),
            Row.of("the same, by the wall clock", "wechatpy", laps, clock="wall"),
            Row.of("the same, with a merchant per call", "wechatpy", laps, ours="all ours"),
        ]


def _agree(runners: dict[str, Runner]) -> None:
    """Raise unless everyone gets the answer."""
    for name, runner in runners.items():
        answer = runner()
        assert isinstance(answer, dict) and answer["out_refund_no"] == _NUMBER, name


def merchant(where: Gateway) -> Merchant:
    """Return the merchant that calls."""
    return Merchant(
        messages.APPID, messages.MCH_ID, messages.API_KEY, sub_mch_id=messages.SUB_MCH_ID,
        certificate=where.certificate, private_key=where.key,
    )  # fmt: skip


def kept(where: Gateway) -> dict[str, Runner]:
    """Return the runners of one refund on a connection that stands."""
    client = Client(merchant(where), base_url=where.base_url, verify=where.ca)
    pay = _wechatpy(where)
    session, send = _limit(where), _sender(where)
    return {
        "ours": lambda: client.refund(**_REFUND),
        "wechatpy": lambda: _wechatpy_refund(pay),
        "limit": lambda: send(session),
    }


def from_scratch(where: Gateway) -> dict[str, Runner]:
    """Return the runners of one refund by a client made for it; "all ours" makes its Merchant, too."""
    caller = merchant(where)
    send = _sender(where)

    def ours(who: Callable[[], Merchant]) -> object:
        with Client(who(), base_url=where.base_url, verify=where.ca) as client:
            return client.refund(**_REFUND)

    def theirs() -> object:
        pay = _wechatpy(where)
        with pay._http:
            return _wechatpy_refund(pay)

    context = _context(where)

    def limit() -> object:
        adapter = _limit(where, context)
        with closing(adapter):
            return send(adapter)

    return {
        "ours": lambda: ours(lambda: caller),
        "all ours": lambda: ours(lambda: merchant(where)),
        "wechatpy": theirs,
        "limit": limit,
    }


def _wechatpy(where: Gateway) -> WeChatPay:
    pay = peers.wechatpy(mch_cert=where.certificate, mch_key=where.key)
    pay.API_BASE_URL = where.base_url + "/"
    return pay


def _wechatpy_refund(pay: WeChatPay) -> object:
    return pay.refund.apply(
        total_fee=_REFUND["total_fee"], refund_fee=_REFUND["refund_fee"], out_refund_no=_NUMBER,
        out_trade_no=_REFUND["out_trade_no"],
    )  # fmt: skip


class _Context(ssl.SSLContext):
    """A context that resumes its last TLS session."""

    kept: ssl.SSLSession | None = None

    def wrap_socket(self, *args: Any, **more: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*args, **{**more, "session": self.kept})


class _Connection(HTTPSConnection):
    """Head and body in one write; the session is kept once the answer has brought its ticket."""

    _parts: list[bytes] | None = None

    def request(self, *args: Any, **more: Any) -> None:
        parts: list[bytes] = []
        self._parts = parts
        super().request(*args, **more)
        self._parts = None
        self.send(b"".join(parts))

    def send(self, data: Any) -> None:
        if self._parts is None:
            super().send(data)
        else:
            self._parts.append(data)

    def getresponse(self) -> Any:
        response = super().getresponse()
        sock: Any = self.sock
        if sock.context.kept is None:
            sock.context.kept = sock.session
        return response


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    """requests' adapter with a ready SSL context, one host and one pool."""

    _pool: Any = None

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **more)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def get_connection_with_tls_context(self, *args: Any, **more: Any) -> Any:
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **more)
        return self._pool

    def cert_verify(self, *args: Any) -> None:
        """The context verifies."""


def _context(where: Gateway) -> ssl.SSLContext:
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(where.ca)
    context.load_cert_chain(where.certificate, where.key)
    return context


def _limit(where: Gateway, context: ssl.SSLContext | None = None) -> HTTPAdapter:
    return _Adapter(context or _context(where))


def _sender(where: Gateway) -> Callable[[HTTPAdapter], dict[str, str]]:
    """Return a function that builds, sends and verifies one refund by hand through an adapter of requests."""
    ids = {"appid": messages.APPID, "mch_id": messages.MCH_ID, "sub_mch_id": messages.SUB_MCH_ID}
    build = limits.builder(ids, tuple(_REFUND), "MD5", messages.API_KEY)
    open_message = limits.opener(messages.refund_reply(_NUMBER), "MD5", messages.API_KEY)
    template = requests.Request("POST", where.base_url + "/secapi/pay/refund", data=b"-").prepare()

    def send(adapter: HTTPAdapter) -> dict[str, str]:
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.hooks = "POST", template.url, template.hooks
        prepared.body = body = build(_REFUND)
        prepared.headers = CaseInsensitiveDict({"Content-Type": "text/xml", "Content-Length": str(len(body))})
        reply = adapter.send(prepared, stream=True, timeout=_TIMEOUT)
        return open_message(reply.raw.read())

    return send
