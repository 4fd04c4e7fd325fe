"""The messages of API v3 that are measured: an order of the mainland and its answer, a callback of a payment."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from messages import API_KEY, APPID, MCH_ID

from wxpay_v2 import Merchant
from wxpay_v2.primitives import load_private_key
from wxpay_v2.secret import Secret
from wxpay_v2.v3 import cipher
from wxpay_v2.v3.account import V3Account
from wxpay_v2.v3.signature import Signer, text_to_verify

SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
V3_KEY = "0123456789abcdef0123456789ABCDEF"
PUBLIC_ID = "PUB_KEY_ID_0119000001092024101100397200000006"
NONCE = "593BEC0C930BF1AFEB40B4A08C8FB242"
NUMBER = "T-20260301-0000000042"
NOTIFY = "https://shop.example/wxpay/notifications"
PATH = "/v3/pay/transactions/native"

# The order, as v2 says it; what v3 is sent is made from it by the shim, so that both roads send the same document.
ORDER: dict[str, Any] = {
    "body": "桂花乌龙茶 大杯", "attach": "store=0042", "out_trade_no": NUMBER, "total_fee": 1800, "fee_type": "CNY",
    "spbill_create_ip": "203.0.113.7", "goods_tag": "SPRING", "notify_url": NOTIFY, "trade_type": "NATIVE",
    "product_id": "tea-0042",  # lost on the way, and told so
}  # fmt: skip
PLACED = b'{"code_url":"weixin://wxpay/bizpayurl?pr=tea0042"}'
PAID = {
    "mchid": MCH_ID, "appid": APPID, "out_trade_no": NUMBER, "transaction_id": "4200002642202603010000000042",
    "trade_type": "NATIVE", "trade_state": "SUCCESS", "trade_state_desc": "支付成功", "bank_type": "CMB_CREDIT",
    "attach": "store=0042", "success_time": "2026-03-01T10:17:42+08:00",
    "payer": {"openid": "oUpF8uN95-Ptaags6E_roPHg7AG0"},
    "amount": {"total": 1800, "payer_total": 1800, "currency": "CNY", "payer_currency": "CNY"},
}  # fmt: skip


@cache
def key(whose: str) -> RSAPrivateKey:
    """Return the RSA key of "merchant" or "platform", made for this run."""
    return generate_private_key(65537, 2048)


@cache
def private_pem(whose: str) -> bytes:
    """Return the key of *whose*, as PKCS#8."""
    return key(whose).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(whose: str) -> bytes:
    """Return the public key of *whose*."""
    return key(whose).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def account() -> V3Account:
    """Return a new account of the merchant; the platform signs with a WeChat Pay public key."""
    return V3Account(SERIAL, private_pem("merchant"), V3_KEY, {PUBLIC_ID: public_pem("platform")})


def merchant() -> Merchant:
    """Return the merchant that calls."""
    return Merchant(APPID, MCH_ID, API_KEY)


def signed(body: bytes) -> dict[str, str]:
    """Return the headers under which the platform hands *body* out now."""
    stamp = str(int(time.time()))
    platform = Signer("", "", load_private_key(private_pem("platform")))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Wechatpay-Nonce": NONCE,
        "Wechatpay-Serial": PUBLIC_ID,
        "Wechatpay-Signature": platform.sign(text_to_verify(stamp, NONCE, body)),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        "Wechatpay-Timestamp": stamp,
        "Request-ID": "08F78BB3BD0610A70618C0E2BD6428E9E60C",
    }


def callback() -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of the notification of a payment."""
    plain = json.dumps(PAID, ensure_ascii=False, separators=(",", ":")).encode()
    told: dict[str, Any] = {
        "id": "EV-2018022511223320873",
        "create_time": "2026-03-01T10:17:42+08:00",
        "resource_type": "encrypt-resource",
        "event_type": "TRANSACTION.SUCCESS",
        "summary": "支付成功",
        "resource": {
            **cipher.seal_resource(plain, Secret(V3_KEY), "fdasflkja484", "transaction"),
            "original_type": "transaction",
        },
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return signed(body), body
