"""What several test files share: a merchant, messages signed by an independent hand, a scripted wire, certificates.

Nothing here uses the library's signer, reader or writer: a fault of theirs must not hide in the test's own copy.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import traceback
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from email.parser import BytesParser
from email.policy import HTTP
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from wxpay_v2.call import Request, Response
from wxpay_v2.certificate import Certificate
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock
from wxpay_v2.merchant import Merchant

APPID, MCH_ID, SUB_MCH_ID = "wx8888888888888888", "1900000109", "1900000110"
KEY = "CanaryKeyThatMustNeverBeSeen0123"
OTHER_KEY = "AnotherKeyOfAnotherMerchant45678"
AUTH_CODE = "134567890123456789"


# Messages.


def sign(fields: Mapping[str, str], key: str = KEY, sign_type: str = "MD5") -> str:
    """The signature by the page's words, written without a look at the library."""
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] != "" and name != "sign")
    data = f"{text}&key={key}".encode()
    if sign_type == "MD5":
        return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
    return hmac.new(key.encode(), data, "sha256").hexdigest().upper()


def to_xml(fields: Mapping[str, str]) -> bytes:
    return ("<xml>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items()) + "</xml>").encode()


def signed(fields: Mapping[str, str], key: str = KEY, sign_type: str = "MD5") -> bytes:
    return to_xml({**fields, "sign": sign(fields, key, sign_type)})


def fields_of(request: Request) -> dict[str, str]:
    """What the request says: in XML, in its query, or in a form, files left out."""
    asked = dict(parse_qsl(request.query, keep_blank_values=True))
    if not request.body:
        return asked
    content_type = request.headers["Content-Type"]
    if content_type.startswith("multipart/"):
        parts = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + request.body)
        told = {part.get_param("name", header="content-disposition"): part for part in parts.iter_parts()}
        return {str(name): part.get_content() for name, part in told.items() if not part.get_filename()}
    root = ElementTree.fromstring(request.body)  # noqa: S314 - our own bytes
    return asked | {child.tag: child.text or "" for child in root}


def success(**fields: str) -> dict[str, str]:
    """The fields of a reply that says SUCCESS, with the ids of `merchant()`."""
    head = {"return_code": "SUCCESS", "return_msg": "OK", "result_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID}
    return {**head, "sub_mch_id": SUB_MCH_ID, "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", **fields}


def failure(err_code: str, **fields: str) -> dict[str, str]:
    """The fields of a signed business failure."""
    return success(result_code="FAIL", err_code=err_code, err_code_des=f"{err_code} in words", **fields)


def ok(**fields: str) -> Response:
    """A signed success, as a Response."""
    return Response(200, signed(success(**fields)))


def fail(err_code: str, **fields: str) -> Response:
    """A signed business failure, as a Response."""
    return Response(200, signed(failure(err_code, **fields)))


# Who calls, and over what.


class Script:
    """A transport that answers from a list: a Response, an exception to raise, or a function of the request."""

    def __init__(self, replies: Iterable[Any]) -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        assert self.replies, f"nobody expected request {len(self.requests)}: {request}"
        reply = self.replies.pop(0)
        if isinstance(reply, type) and issubclass(reply, Exception):
            raise reply("scripted")
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


def merchant(*, certificate: bool = True, **changes: Any) -> Merchant:
    """An institution with a sub-merchant, MD5 and (unless told otherwise) a client certificate."""
    arguments = {"appid": APPID, "mch_id": MCH_ID, "api_key": KEY, "sub_mch_id": SUB_MCH_ID, **changes}
    made = Merchant(**arguments)
    if certificate:
        made.certificate = client_certificate()
    return made


def client(send: Callable[[Request], Response], *, who: Merchant | None = None, **options: Any) -> Client:
    """A client over *send* with a clock that only moves when told to."""
    return Client(who or merchant(), transport=send, **{"clock": ManualClock(), **options})


ORDER = {
    "body": "Tea", "out_trade_no": "T-1", "total_fee": 100, "fee_type": "HKD", "trade_type": "NATIVE",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay", "product_id": "P-1",
}  # fmt: skip
QUICK = {
    "body": "Tea", "out_trade_no": "Q-1", "total_fee": 100, "fee_type": "HKD", "auth_code": AUTH_CODE,
    "spbill_create_ip": "203.0.113.7",
}  # fmt: skip
REFUND = {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": 100, "refund_fee": 40}


def crash_report(act: Callable[[], object]) -> str:
    """What a crash reporter prints of the error that *act* raises: the library's frames with their locals.

    Causes and contexts are walked too, suppressed or not; the tests' own frames, which hold the secrets, are not shown.
    """
    try:
        act()
    except Exception as error:
        report = ""
        todo: list[BaseException | None] = [error]
        while todo:
            found = todo.pop()
            if found is not None:
                todo += [found.__cause__, found.__context__]
                shown = traceback.TracebackException.from_exception(found, capture_locals=True)
                for frame in shown.stack:
                    if not frame.filename.startswith(os.path.dirname(__file__)):
                        report += f"{frame.filename}:{frame.lineno} {frame.name} {frame.locals}\n"
                report += f"{found!r} {found.args!r}\n"
        return report
    raise AssertionError("nothing was refused")


# Certificates: elliptic keys where nothing is said, because they are made in no time.


def key(name: str = "merchant", kind: str = "ec") -> Any:
    """A private key that stays the same for the whole run."""
    return _key(name, kind)


@cache
def _key(name: str, kind: str) -> Any:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def certificate(
    name: str = "merchant",
    *,
    kind: str = "ec",
    common_name: str = MCH_ID,
    days: float = 365,
    begins: float = -1,
    issuer: str = "Tenpay.com Root CA",
    serial: int = 0x5157F09EFDC096DE15EBE81A47057A7232F1B8E1,
    now: datetime | None = None,
) -> x509.Certificate:
    """A certificate valid from *begins* to *days*, counted in days from *now*; issuer "" signs itself."""
    moment = (now or datetime.now(timezone.utc)).replace(microsecond=0)
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Shop"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )
    by = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]) if issuer else subject
    private = key(name, kind)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(private.public_key())
        .serial_number(serial)
        .not_valid_before(moment + timedelta(days=begins))
        .not_valid_after(moment + timedelta(days=days))
        .sign(key("ca") if issuer else private, hashes.SHA256())
    )


def pem(found: x509.Certificate) -> bytes:
    return found.public_bytes(Encoding.PEM)


def key_pem(name: str = "merchant", *, kind: str = "ec", password: str = "") -> bytes:
    hidden = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return bytes(key(name, kind).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden))


def p12(found: x509.Certificate, name: str = "merchant", *, kind: str = "ec", password: str = MCH_ID) -> bytes:
    hidden = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"Tenpay Certificate", key(name, kind), found, None, hidden)


@cache
def client_certificate() -> Certificate:
    return Certificate.load(pem(certificate()), key_pem())
