"""Merchants prepared for readiness: one that is ready, and ways to break it. Endpoints, good and careless ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509

from tests import fixtures
from tests.fixtures import APPID, KEY, MCH_ID, SUB_MCH_ID
from wxpay_v2.migration.recordings import Recorded

V3_KEY = "CanaryV3KeyThatNobodyMaySee12345"
SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
OTHER_SERIAL = "6157F09EFDC096DE15EBE81A47057A7232F1B8E1"


def certificate(name: str = "readiness", **how: Any) -> x509.Certificate:
    """A certificate of an RSA key that is made once per run; see `tests.fixtures.certificate`."""
    return fixtures.certificate(name, **{"kind": "rsa", "begins": -100, "serial": int(SERIAL, 16), **how})


def key(name: str = "readiness") -> bytes:
    return fixtures.key_pem(name, kind="rsa")


class Prepared:
    """A merchant's folder and settings; `write` them to have a configuration file. Ready as it is made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.merchant: dict[str, Any] = {
            "appid": APPID, "mch_id": MCH_ID, "api_key": KEY, "sub_mch_id": SUB_MCH_ID,
            "certificate": "apiclient_cert.pem", "private_key": "apiclient_key.pem",
        }  # fmt: skip
        self.v3: dict[str, Any] = {
            "serial_no": SERIAL, "private_key": "apiclient_key.pem", "api_v3_key": V3_KEY,
            "merchant_category_code": "5812",
        }  # fmt: skip
        self.file("apiclient_cert.pem", fixtures.pem(certificate()))
        self.file("apiclient_key.pem", key())
        self.logs: list[Recorded] | None = None

    def file(self, name: str, data: bytes, mode: int = 0o600) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        path.chmod(mode)
        return path

    def certified(self, **how: Any) -> None:
        """Put another certificate in the place of the good one."""
        self.file("apiclient_cert.pem", fixtures.pem(certificate(**how)))

    def write(self, mode: int = 0o600) -> str:
        lines = []
        for table, told in (("merchant", self.merchant), ("v3", self.v3)):
            lines += [f"[{table}]", *(f"{name} = {_toml(value)}" for name, value in told.items() if value is not None)]
        return str(self.file("merchant.toml", "\n".join(lines).encode(), mode))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{name}" = {_toml(item)}' for name, item in value.items()) + "}"
    return str(value)


ORDER = {
    "appid": APPID, "mch_id": MCH_ID, "sub_mch_id": SUB_MCH_ID, "body": "Tea", "out_trade_no": "T-123456",
    "total_fee": "100", "fee_type": "HKD", "trade_type": "JSAPI", "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay", "nonce_str": "n", "sign": "A" * 32,
}  # fmt: skip
QUERY = {name: ORDER[name] for name in ("appid", "mch_id", "sub_mch_id", "out_trade_no", "nonce_str", "sign")}


def recorded(path: str, fields: Mapping[str, str], line: int = 1, fault: str = "") -> Recorded:
    return Recorded(f"wxpay.log:{line}", path, fields, fault)


# Endpoints: a function from (body, headers) to (status, body).

Handle = Callable[[bytes, Mapping[str, str]], tuple[int, bytes]]
SUCCESS = b"<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"
FAIL = b"<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[no]]></return_msg></xml>"


def careful(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Believes nobody, in the words of either version."""
    return (500, b'{"code":"FAIL","message":"no"}') if body[:1] == b"{" else (200, FAIL)


def careless(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Believes everybody, in the words of either version."""
    return (200, b'{"code":"SUCCESS"}') if body[:1] == b"{" else (200, SUCCESS)


@contextmanager
def endpoint(handle: Handle) -> Iterator[str]:
    """The address of an endpoint on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = handle(body, self.headers)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/wxpay"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
