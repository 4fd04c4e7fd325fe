"""Calls of API v2 signed with HMAC-SHA256, as profit sharing and combined orders demand."""

from __future__ import annotations

from typing import Any

from tests.fixtures import KEY, sign, to_xml
from tests.simulator.v3.client import Merchant
from wxpay_v2.simulator.exchange import Exchange
from wxpay_v2.v2 import catalogue, xml

__all__ = ["hmac_call"]


def hmac_call(merchant: Merchant, name: str, **fields: Any) -> dict[str, str]:
    """Call API v2 with these fields; the answer's signature is checked."""
    told = {key: str(value) for key, value in {"nonce_str": "n", "sign_type": "HMAC-SHA256", **fields}.items()}
    body = to_xml({**told, "sign": sign(told, KEY, "HMAC-SHA256")})
    path = catalogue.find(name).path
    answer = merchant.gateway.handle(Exchange("POST", path, {}, body, merchant.issued.der))
    found: dict[str, str] = xml.read(answer.body)
    if "sign" in found:
        assert sign({key: text for key, text in found.items() if key != "sign"}, KEY, "HMAC-SHA256") == found["sign"]
    return found
