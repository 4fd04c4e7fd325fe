"""The platform's certificates, encrypted, and the echo that tests signatures and encryption."""

from __future__ import annotations

from typing import Any

from wxpay_v2.clock import rfc3339
from wxpay_v2.simulator.accounts import PUBLIC_KEY
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting, beijing
from wxpay_v2.simulator.v3 import keys
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal

__all__ = ["GLOBAL", "MAINLAND", "certificates", "echo"]


def certificates(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """List the certificates that hold, oldest first, each encrypted with the API v3 key."""
    key = call.account.api_v3_key
    if call.account.v3_keys == PUBLIC_KEY:
        raise Refusal("RESOURCE_NOT_EXISTS", "there is no platform certificate for this merchant", status=404)
    if key is None:
        raise Refusal("NO_AUTH", "the merchant has set no API v3 key", status=403)
    return {
        "data": [
            {
                "serial_no": one.serial,
                "effective_time": rfc3339(beijing(one.begin)),
                "expire_time": rfc3339(beijing(one.end)),
                "encrypt_certificate": keys.sealed(one.pem, key.reveal().encode(), "certificate"),
            }
            for one in call.platform.certificates()
        ]
    }


def echo(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the caller what it said, the encrypted part encrypted for it."""
    secret = call.text("encrypted_echo_message")
    return {
        "echo_message": call.text("echo_message"),
        "encrypted_echo_message": call.encrypted(secret) if secret else None,
    }


GLOBAL = {"certificates": certificates}
MAINLAND = {"certificates": certificates, "security_echo": echo}
