"""Messages made without the library: the signature, the cipher and the XML written anew from the rules.

What the tests hold the library against must not share its mistakes, so nothing of wxpay_v2 is imported here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from html import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY = "192006250b4c09247ec02edce69f6a2d"
OTHER_KEY = "8934e7d15453e97507ef794cf7b0519d"
APPID = "wxd930ea5d5a258f4f"
MCH_ID = "10000100"
SUB_MCH_ID = "10000200"

# The order that the payment notification below is about.
ORDER = {"out_trade_no": "T-20261121-1", "total_fee": 100, "fee_type": "HKD"}

PAYMENT = {
    "return_code": "SUCCESS",
    "return_msg": "OK",
    "appid": APPID,
    "mch_id": MCH_ID,
    "device_info": "WEB",
    "nonce_str": "5d2b6c2a8db53831f7eda20af46e531c",
    "result_code": "SUCCESS",
    "openid": "oUpF8uMEb4qRXf22hE3X68TekukE",
    "is_subscribe": "Y",
    "trade_type": "JSAPI",
    "bank_type": "CFT",
    "total_fee": "100",
    "fee_type": "HKD",
    "cash_fee": "87",
    "cash_fee_type": "CNY",
    "rate": "87000000",
    "transaction_id": "1004400740201409030005092168",
    "out_trade_no": "T-20261121-1",
    "attach": "茶 & <tea>",
    "time_end": "20261121103000",
}

REFUND_OUTER = {
    "return_code": "SUCCESS",
    "return_msg": "OK",
    "appid": APPID,
    "mch_id": MCH_ID,
    "nonce_str": "TeqClE3i0mvn3DrK",
}
REFUND_INNER = {
    "transaction_id": "1004400740201409030005092168",
    "out_trade_no": "T-20261121-1",
    "refund_id": "50000408942018111907145868882",
    "out_refund_no": "R-20261121-1",
    "total_fee": "100",
    "refund_fee": "40",
    "settlement_refund_fee": "40",
    "refund_status": "SUCCESS",
    "success_time": "2026-11-21 10:31:00",
    "refund_recv_accout": "支付用户的零钱",
    "refund_account": "REFUND_SOURCE_UNSETTLED_FUNDS",
    "refund_request_source": "API",
}


def text_to_sign(fields: Mapping[str, str], key: str = KEY) -> bytes:
    """Return the text of the rule: what is not empty, but sign; by byte order of the names; then the key."""
    signed = sorted((name.encode(), value.encode()) for name, value in fields.items() if value and name != "sign")
    return b"&".join(name + b"=" + value for name, value in signed) + b"&key=" + key.encode()


def sign(fields: Mapping[str, str], key: str = KEY, sign_type: str = "MD5") -> str:
    text = text_to_sign(fields, key)
    if sign_type == "MD5":
        return hashlib.md5(text).hexdigest().upper()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest().upper()


def signed(fields: Mapping[str, str], key: str = KEY, sign_type: str = "MD5") -> dict[str, str]:
    return {**fields, "sign": sign(fields, key, sign_type)}


def without(fields: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in names}


def xml(fields: Mapping[str, str], root: str = "xml") -> bytes:
    """Return *fields* as XML, values escaped and not in CDATA: the other way to write what the library writes."""
    inner = "".join(f"<{name}>{escape(value, quote=False)}</{name}>" for name, value in fields.items())
    return f"<{root}>{inner}</{root}>".encode()


def payment(key: str = KEY, sign_type: str = "MD5", **changes: str) -> bytes:
    """Return the payment notification with *changes*, signed after them."""
    return xml(signed({**PAYMENT, **changes}, key, sign_type))


def pad(plain: bytes) -> bytes:
    missing = 16 - len(plain) % 16
    return plain + bytes([missing]) * missing


def encrypt_padded(padded: bytes, key: str = KEY) -> bytes:
    encryptor = Cipher(algorithms.AES(hashlib.md5(key.encode()).hexdigest().encode()), modes.ECB()).encryptor()  # noqa: S305
    return encryptor.update(padded) + encryptor.finalize()


def encrypt(plain: bytes, key: str = KEY) -> bytes:
    return encrypt_padded(pad(plain), key)


def refund_around(cipher_text: bytes, **outer: str) -> bytes:
    """Return a refund notification around *cipher_text*, whatever it is."""
    return xml({**REFUND_OUTER, **outer, "req_info": base64.b64encode(cipher_text).decode()})


def refund(key: str = KEY, outer: Mapping[str, str] | None = None, **changes: str) -> bytes:
    """Return the refund notification with *changes* inside and *outer* outside."""
    return refund_around(encrypt(xml({**REFUND_INNER, **changes}, "root"), key), **(outer or {}))
