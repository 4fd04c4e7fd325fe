"""A gateway of API v3 as a function from Request to Response: signs with a throwaway key, by `cryptography` alone."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.v3 import keys
from wxpay_v2.call import Request, Response
from wxpay_v2.retry import Retry, Routes
from wxpay_v2.v3.account import V3Account
from wxpay_v2.v3.protocol import Protocol

BASE = "https://gateway.example"
JSON = "application/json"


def account(**changes: Any) -> V3Account:
    settings = {
        "serial_no": keys.SERIAL, "private_key": keys.private_pem(keys.MERCHANT), "api_v3_key": keys.V3_KEY,
        "platform_keys": keys.certificate(keys.PLATFORM), **changes,
    }  # fmt: skip
    return V3Account(**settings)


def protocol(who: V3Account | None = None, region: str = "global", mode: str = "direct") -> Protocol:
    return Protocol(who or account(), keys.MCH_ID, region, mode, lambda: keys.NOW)


def answer(document: object = None, status: int = 200, **changes: Any) -> Response:
    """A signed answer. changes: of `keys.headers`; body: other bytes than the document's."""
    body = changes.pop("body", b"" if document is None else json.dumps(document).encode())
    headers = {name.lower(): text for name, text in keys.headers(body, **changes).items()}
    return Response(status, body, headers)


class Gateway:
    """Answers with what it is given, in order; keeps what it was sent."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.sent.append(request)
        found = self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.sent]


def retry() -> Retry:
    return Retry(lambda: 0.0, lambda: 0.0)


def routes(region: str = "global") -> Routes:
    return Routes(region, lambda: 0.0, BASE)


def authorized(request: Request, body: bytes | None = None) -> dict[str, str]:
    """The parts of the Authorization header, whose signature holds; read without a look at the library."""
    scheme, _, rest = request.headers["Authorization"].partition(" ")
    assert scheme == "WECHATPAY2-SHA256-RSA2048"
    parts = dict(part.split("=", 1) for part in rest.split(","))
    told = {name: text.strip('"') for name, text in parts.items()}
    target = f"{request.path}?{request.query}" if request.query else request.path
    text = f"{request.method}\n{target}\n{told['timestamp']}\n{told['nonce_str']}\n".encode()
    text += (request.body if body is None else body) + b"\n"
    public = keys.key(keys.MERCHANT).public_key()
    public.verify(base64.b64decode(told["signature"]), text, padding.PKCS1v15(), hashes.SHA256())
    return told
