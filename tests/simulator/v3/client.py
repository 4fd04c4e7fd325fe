"""A merchant of API v3 with the tests' own hand: plain ``cryptography`` calls, no line of the package's own v3.

`Merchant.ask` sends one request and holds what comes back against the rules: signed by a key of the platform, over
exactly the bytes received, within five minutes; a Request-ID; JSON with no name that the operation's row does not list.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from tests.fixtures import APPID, KEY, MCH_ID, SUB_MCH_ID
from wxpay_v2.clock import ManualClock
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.certificates import Authority, Issued
from wxpay_v2.simulator.gateway import Account, Answer, Exchange, Gateway
from wxpay_v2.v3 import catalogue

NOON = 1_790_049_600.0  # 2026-09-22 12:00 in Beijing
V3_KEY = "0123456789abcdef0123456789ABCDEF"
SUB_APPID = "wx2222222222222222"
SCHEME = "WECHATPAY2-SHA256-RSA2048"

_PAIRS: list[Issued] = []


def pair(number: int = 0) -> Issued:
    """One of the merchant certificates of this run; they take time to make."""
    while len(_PAIRS) <= number:
        _PAIRS.append(Authority().merchant(MCH_ID))
    return _PAIRS[number]


def private_key(issued: Issued) -> rsa.RSAPrivateKey:
    return _loaded(issued.key_pem())


@lru_cache  # 50 ms each
def _loaded(pem: bytes) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def text(*lines: str, body: bytes = b"") -> bytes:
    return "".join(f"{line}\n" for line in lines).encode() + body + b"\n"


def sign(key: rsa.RSAPrivateKey, data: bytes) -> str:
    return base64.b64encode(key.sign(data, padding.PKCS1v15(), hashes.SHA256())).decode()


def holds(pem: bytes, signature: str, data: bytes) -> bool:
    public = x509.load_pem_x509_certificate(pem).public_key() if b"CERTIFICATE" in pem else load_pem_public_key(pem)
    assert isinstance(public, rsa.RSAPublicKey)
    try:
        public.verify(base64.b64decode(signature, validate=True), data, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def opened(resource: Mapping[str, str], key: str = V3_KEY) -> bytes:
    assert resource["algorithm"] == "AEAD_AES_256_GCM" and len(resource["nonce"]) == 12
    data = base64.b64decode(resource["ciphertext"], validate=True)
    return AESGCM(key.encode()).decrypt(resource["nonce"].encode(), data, resource.get("associated_data", "").encode())


def encrypted(plain: str, pem: bytes) -> str:
    public = x509.load_pem_x509_certificate(pem).public_key() if b"CERTIFICATE" in pem else load_pem_public_key(pem)
    assert isinstance(public, rsa.RSAPublicKey)
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
    return base64.b64encode(public.encrypt(plain.encode(), scheme)).decode()


@dataclass
class Reply:
    """An answer as it was read. told: its JSON, {} for a 204."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body) if self.body else {}

    @property
    def code(self) -> str:
        return str(self.told.get("code", ""))

    @property
    def field(self) -> str:
        return str(self.told.get("detail", {}).get("field", ""))


class Merchant:
    """A merchant with its own gateway, an institution of the global region unless told otherwise."""

    def __init__(
        self, mode: str = "institution", region: str = "global", *, url: str = "sqlite://", delay: float = 0.0,
        gateway: Gateway | None = None, **changes: Any,
    ) -> None:  # fmt: skip
        subs = () if mode == "direct" else (SUB_MCH_ID,)
        self.issued = pair()
        self.key = private_key(self.issued)
        self.serial = self.issued.serial
        arguments: dict[str, Any] = {
            "appid": APPID, "mch_id": MCH_ID, "api_key": Secret(KEY), "sub_merchants": subs,
            "sub_appids": (SUB_APPID,) if subs else (), "currency": "HKD" if region == "global" else "CNY",
            "mode": mode, "region": region, "api_v3_key": Secret(V3_KEY), "certificates": (self.issued.pem,), **changes,
        }  # fmt: skip
        self.account = Account(**arguments)
        self.mode, self.region = mode, region
        self.clock = gateway.clock if gateway is not None else ManualClock(NOON)
        self.gateway = gateway or Gateway(url, clock=self.clock, refund_delay=delay)
        self.gateway.add_account(self.account)
        self.nonces = 0

    def close(self) -> None:
        self.gateway.ledger.check()
        self.gateway.close()

    @property
    def ids(self) -> dict[str, str]:
        """The numbers of a body."""
        if self.mode == "direct":
            return {"mchid": MCH_ID, "appid": APPID}
        return {"sp_mchid": MCH_ID, "sp_appid": APPID, "sub_mchid": SUB_MCH_ID}

    @property
    def numbers(self) -> dict[str, str]:
        """The merchant numbers of a query or of a close."""
        return {name: value for name, value in self.ids.items() if name.endswith("mchid")}

    def authorization(self, method: str, target: str, body: bytes = b"", **changes: Any) -> str:
        self.nonces += 1
        told = {
            "mchid": MCH_ID, "nonce_str": f"nonce{self.nonces}", "timestamp": str(int(self.clock.time())),
            "serial_no": self.serial, **changes,
        }  # fmt: skip
        signed = text(method, target, told["timestamp"], told["nonce_str"], body=body)
        told.setdefault("signature", sign(self.key, signed))
        return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in told.items())

    def exchange(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str | None] | None = None
    ) -> Exchange:
        """The request, signed; *headers* replace its own, None takes one away."""
        path, _, query = target.partition("?")
        own = {
            "Authorization": self.authorization(method, target, body), "Accept": "application/json",
            "User-Agent": "tests/1.0", "Content-Type": "application/json" if body else None, **(headers or {}),
        }  # fmt: skip
        sent = {name: value for name, value in own.items() if value is not None}
        return Exchange(method, path, sent, body, query=query)

    def send(self, exchange: Exchange) -> Reply:
        answer: Answer = self.gateway.handle(exchange)
        assert answer.action == "send"
        return Reply(answer.status, answer.headers, answer.body)

    def ask(self, name: str, told: Mapping[str, Any] | None = None, **headers: str | None) -> Reply:
        """Call the operation *name* with a document: what its path and query need is taken out of it."""
        row = catalogue.find(self.region, name)
        told = dict(told or {})
        path = row.path
        for part in row.in_path:
            path = path.replace(f"{{{part}}}", str(told.pop(part)))
        names = list(told) if row.request_format == "query" else [one for one in row.in_query if one in told]
        query = {one: told.pop(one) for one in names}
        target = f"{path}?{urlencode(query)}" if query else path
        body = b"" if row.request_format == "query" else json.dumps(told, ensure_ascii=False).encode()
        reply = self.send(self.exchange(row.method, target, body, {k.replace("_", "-"): v for k, v in headers.items()}))
        self.verify(reply)
        if reply.status in row.success and "code" not in reply.told:
            assert reply.told.keys() <= {one.name for one in row.response}
            missing = [one.name for one in row.response if one.required.kind == "always" and one.name not in reply.told]
            assert not missing, missing
        elif reply.code not in ("PARAM_ERROR", "SIGN_ERROR", "NO_AUTH", "SYSTEM_ERROR") and name != "certificates":
            listed = row.error(reply.code)
            assert listed is not None and listed.status in (0, reply.status), (reply.code, reply.status)
        return reply

    def verify(self, reply: Reply) -> str:
        """Assert that the answer is signed as the rules say. Return the serial number."""
        serial = reply.headers["Wechatpay-Serial"]
        pem = self.platform_pem(serial)
        stamp, nonce = reply.headers["Wechatpay-Timestamp"], reply.headers["Wechatpay-Nonce"]
        assert abs(int(stamp) - self.clock.time()) <= 300
        assert holds(pem, reply.headers["Wechatpay-Signature"], text(stamp, nonce, body=reply.body))
        assert reply.headers["Request-ID"]
        return serial

    def platform_pem(self, serial: str) -> bytes:
        found = self.gateway.platform.find(serial)
        assert found is not None, serial
        return found.pem

    def named(self, name: str) -> str:
        """The operation that *name* is for this merchant: on the mainland a provider has operations of its own."""
        partner = self.region == "mainland" and self.mode != "direct"
        if name == "charge":
            name = "micropay" if self.region == "global" else "codepay"
        elif name == "reverse":
            name = "reverse_by_out_trade_no" if self.region == "global" else "codepay_reverse"
        shared = ("refund_create", "refund_query_by_out_refund_no", "certificates")
        return f"partner_{name}" if partner and name not in shared else name

    def place(self, number: str = "T-00001", kind: str = "native", **changes: Any) -> Reply:
        return self.ask(self.named(f"transactions_{kind}"), self.order(number, **changes))

    def query(self, number: str = "T-00001") -> dict[str, Any]:
        told = self.ask(self.named("order_query_by_out_trade_no"), {"out_trade_no": number, **self.numbers})
        assert told.status == 200, told.told
        return told.told

    def pay_code(self, number: str = "Q-00001", **changes: Any) -> Reply:
        return self.ask(self.named("charge"), self.charge(number, **changes))

    def reverse(self, number: str = "Q-00001") -> Reply:
        apps = self.ids if self.region == "mainland" else self.numbers
        return self.ask(self.named("reverse"), {"out_trade_no": number, **apps})

    def close_order(self, number: str = "T-00001") -> Reply:
        return self.ask(self.named("close_by_out_trade_no"), {"out_trade_no": number, **self.numbers})

    def take_refund(self, number: str = "T-00001", refund_no: str = "R-1", **changes: Any) -> Reply:
        return self.ask("refund_create", self.refund(number, refund_no, **changes))

    def query_refund(self, refund_no: str = "R-1") -> Reply:
        ids = self.numbers if self.region == "global" else {"sub_mchid": SUB_MCH_ID} if self.mode != "direct" else {}
        return self.ask("refund_query_by_out_refund_no", {"out_refund_no": refund_no, **ids})

    def paid(self, number: str = "T-00001", **changes: Any) -> str:
        """Place and pay an order; return its number at WeChat Pay."""
        assert self.place(number, **changes).status == 200
        return self.gateway.pay(number).transaction_id

    def order(self, number: str = "T-00001", **changes: Any) -> dict[str, Any]:
        """The document of an order; a name in *changes* that is None is taken away."""
        told: dict[str, Any] = {
            **self.ids, "description": "Tea", "out_trade_no": number, "notify_url": "https://shop.example/pay",
            "amount": {"total": 1000, "currency": self.account.currency},
        }  # fmt: skip
        if self.region == "global":
            told.update(trade_type="NATIVE", merchant_category_code="4111")
        told.update(changes)
        return {name: value for name, value in told.items() if value is not None}

    def charge(self, number: str = "Q-00001", **changes: Any) -> dict[str, Any]:
        """The document of a quick pay."""
        code = changes.pop("code", None) or self.gateway.new_payment_code()
        told: dict[str, Any] = {
            **self.ids, "description": "Tea", "out_trade_no": number, "payer": {"auth_code": code},
            "amount": {"total": 1000, "currency": self.account.currency},
        }  # fmt: skip
        if self.region == "global":
            told.update(trade_type="MICROPAY", merchant_category_code="4111")
        else:
            told.update(scene_info={"store_info": {"id": "S1"}})
        told.update(changes)
        return {name: value for name, value in told.items() if value is not None}

    def refund(self, number: str = "T-00001", refund_no: str = "R-1", **changes: Any) -> dict[str, Any]:
        """The document of a refund."""
        currency = self.account.currency
        told: dict[str, Any] = {
            "out_trade_no": number, "out_refund_no": refund_no,
            "amount": {"refund": 300, "total": 1000, "currency": currency},
        }  # fmt: skip
        if self.region == "global":
            told.update(self.ids)
        elif self.mode != "direct":
            told["sub_mchid"] = SUB_MCH_ID
        told.update(changes)
        return {name: value for name, value in told.items() if value is not None}
