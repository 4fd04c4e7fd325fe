"""Signatures and ciphers of API v3, and a whole callback, beside wechatpayv3 and the raw primitives."""

from __future__ import annotations

import base64
import json
import os
import re
import time
from typing import Any

import v3_messages as messages
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from messages import APPID, MCH_ID
from race import Runner, race
from report import Row
from requests.structures import CaseInsensitiveDict
from wechatpayv3 import WeChatPay, WeChatPayType, utils

from wxpay_v2.v3 import cipher, notification, signature

_PEER, _CHECKED = "wechatpayv3", "by hand"
_PADDING, _DIGEST = PKCS1v15(), SHA256()


def rows(rounds: int) -> list[Row]:
    """Return a row for each of the four."""
    found: list[Row] = []
    jobs = (
        ("v3: sign an order", signing(), 1.0),
        ("v3: verify an answer", verifying(), 1.0),
        ("v3: decrypt a payment", decrypting(), 1.4),
        ("v3: verify + decrypt + read a callback", calling_back(), 1.1),
    )
    for area, runners, aim in jobs:
        laps = race(runners, rounds=rounds)
        found.append(Row.of(area, _PEER, laps, aim=aim))
        if _CHECKED in runners:  # the peer looks at no age, no header given twice, no name given twice in JSON
            found.append(Row.of("the same, with the checks that ours makes", _CHECKED, laps))
    return found


def peer() -> WeChatPay:
    """Return a client of wechatpayv3 for the merchant that is measured."""
    return WeChatPay(
        WeChatPayType.NATIVE, MCH_ID, messages.private_pem("merchant").decode(), messages.SERIAL, APPID,
        messages.V3_KEY, messages.NOTIFY, public_key=messages.public_pem("platform").decode(),
        public_key_id=messages.PUBLIC_ID, timeout=(3, 10),
    )  # fmt: skip


def signing() -> dict[str, Runner]:
    """Return who makes the Authorization header of an order, with a fresh nonce and the time."""
    body = json.dumps(messages.PAID)
    data = body.encode()
    signer = messages.account().signer(MCH_ID)
    key = messages.key("merchant")

    def limit() -> str:
        stamp, nonce = str(int(time.time())), os.urandom(16).hex()
        made = key.sign(f"POST\n{messages.PATH}\n{stamp}\n{nonce}\n{body}\n".encode(), _PADDING, _DIGEST)
        return (
            f'WECHATPAY2-SHA256-RSA2048 mchid="{MCH_ID}",serial_no="{messages.SERIAL}",nonce_str="{nonce}",'
            f'timestamp="{stamp}",signature="{base64.b64encode(made).decode()}"'
        )

    return {
        "ours": lambda: signer.authorization("POST", messages.PATH, data, int(time.time()), os.urandom(16).hex()),
        _PEER: lambda: utils.build_authorization(messages.PATH, "POST", MCH_ID, messages.SERIAL, key, body),
        "limit": limit,
    }


def verifying() -> dict[str, Runner]:
    """Return who verifies the answer of an order, from its headers."""
    headers, body = messages.signed(messages.PLACED), messages.PLACED
    text = body.decode()
    keys, core, public = messages.account().keys, peer()._core, messages.key("platform").public_key()
    # Each as its own transport hands them over: ours a dict in lower case, the peer's what requests has.
    lowered, theirs = {name.lower(): value for name, value in headers.items()}, CaseInsensitiveDict(headers)

    def limit() -> bool:
        _verified(public, headers, body)
        return True

    runners: dict[str, Runner] = {
        "ours": lambda: signature.check(lowered, body, keys, time.time()) == messages.PUBLIC_ID,
        _PEER: lambda: core._verify_signature(theirs, text),
        "limit": limit,
    }
    assert all(runner() is True for runner in runners.values())
    return runners


def decrypting() -> dict[str, Runner]:
    """Return who opens the resource of a callback."""
    resource = json.loads(messages.callback()[1])["resource"]
    key, opener = messages.account().api_v3_key, AESGCM(messages.V3_KEY.encode())

    runners: dict[str, Runner] = {
        "ours": lambda: cipher.open_resource(resource, key),
        _PEER: lambda: utils.aes_decrypt(
            resource["nonce"], resource["ciphertext"], resource["associated_data"], messages.V3_KEY
        ),
        "limit": lambda: _opened(opener, resource),
    }
    assert json.loads(runners["ours"]()) == json.loads(runners[_PEER]()) == messages.PAID  # type: ignore[arg-type]
    return runners


def calling_back() -> dict[str, Runner]:
    """Return who makes a document of a callback."""
    headers, body = messages.callback()
    account, pay = messages.account(), peer()
    public, opener = messages.key("platform").public_key(), AESGCM(messages.V3_KEY.encode())

    def limit() -> object:
        _verified(public, headers, body)
        return json.loads(_opened(opener, json.loads(body)["resource"]))

    def checked() -> object:
        _fresh(headers)
        _verified(public, headers, body)
        return _strict(_opened(opener, _strict(body)["resource"]))

    runners: dict[str, Runner] = {
        "ours": lambda: notification.open_notification(headers, body, account, time.time()).document,
        _PEER: lambda: pay.callback(headers, body)["resource"],
        _CHECKED: checked,
        "limit": limit,
    }
    assert all(runner() == messages.PAID for runner in runners.values())
    return runners


def _verified(public: RSAPublicKey, headers: dict[str, str], body: bytes) -> None:
    text = b"%b\n%b\n%b\n" % (headers["Wechatpay-Timestamp"].encode(), headers["Wechatpay-Nonce"].encode(), body)
    public.verify(base64.b64decode(headers["Wechatpay-Signature"]), text, _PADDING, _DIGEST)


def _fresh(headers: dict[str, str]) -> None:
    """Raise unless *headers* have each name once, values of their shape, and a time of the last or next 5 minutes."""
    found = {name.lower(): text for name, text in headers.items()}
    told = tuple(found[f"wechatpay-{name}"] for name in ("serial", "timestamp", "nonce"))
    signed = found["wechatpay-signature"]
    assert len(found) == len(headers) and _SHAPE.fullmatch(",".join(told))
    assert base64.b64encode(base64.b64decode(signed, validate=True)).decode() == signed
    assert abs(time.time() - int(told[1])) <= 300 and told[0] == messages.PUBLIC_ID


def _strict(body: bytes) -> Any:
    """Return what the JSON in *body* says; each name once, whole numbers of at most 18 digits."""
    return _STRICT.decode(body.decode())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    assert len(told) == len(pairs)
    return told


def _whole(text: str) -> int:
    assert len(text) <= 18
    return int(text)


_SHAPE = re.compile(r"[0-9A-Za-z_]{1,64},[0-9]{1,12},[!-+\--~]{1,128}", re.ASCII)
_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_int=_whole, parse_float=_whole, parse_constant=_whole)


def _opened(opener: AESGCM, resource: dict[str, str]) -> bytes:
    data = base64.b64decode(resource["ciphertext"])
    return opener.decrypt(resource["nonce"].encode(), data, resource["associated_data"].encode())
