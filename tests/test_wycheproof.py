"""Wycheproof's vectors, which try what implementations got wrong, through our primitives.

They are read from a checkout of https://github.com/C2SP/wycheproof (Apache-2.0), whose folder testvectors_v1 the
variable WXPAY_V2_WYCHEPROOF names; without it there is nothing here to run.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from wxpay_v2.errors import SignatureInvalid
from wxpay_v2.operation import HMAC_SHA256
from wxpay_v2.primitives import (
    aes_gcm_decrypt,
    aes_gcm_encrypt,
    load_private_key,
    load_public_key,
    rsa_oaep_decrypt,
    rsa_verify,
)
from wxpay_v2.secret import Secret
from wxpay_v2.v2.signature import Signer

HOME = os.environ.get("WXPAY_V2_WYCHEPROOF", "")


def vectors(name: str, **wanted: int) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every vector of a file, each with its group, of the groups that have the *wanted* sizes."""
    document = json.loads((Path(HOME) / f"{name}_test.json").read_text(encoding="utf-8"))
    return [
        (group, test)
        for group in document["testGroups"]
        if all(group[size] == bits for size, bits in wanted.items())
        for test in group["tests"]
    ]


def octets(test: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(test[name]) for name in names]


class Raw(str):
    """A key of any bytes where a text is expected: the vectors' keys are no texts."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:  # type: ignore[override]
        return bytes.fromhex(self)


if HOME:

    def test_signatures() -> None:
        """SHA-256 with RSA PKCS#1 v1.5, keys of 2048, 3072 and 4096 bits. "acceptable" ones may go either way."""
        count = 0
        for bits in (2048, 3072, 4096):
            for group, test in vectors(f"rsa_signature_{bits}_sha256"):
                key = load_public_key(group["publicKeyPem"].encode())
                message, signature = octets(test, "msg", "sig")
                good = rsa_verify(key, signature, message)
                assert test["result"] == "acceptable" or good == (test["result"] == "valid"), (bits, test["tcId"])
                count += 1
        assert count == 776

    def test_aes_256_gcm() -> None:
        """A nonce of another length than 12 bytes is refused, however valid it is elsewhere."""
        count = 0
        for group, test in vectors("aes_gcm", keySize=256):
            key, nonce, associated, plain, data, tag = octets(test, "key", "iv", "aad", "msg", "ct", "tag")
            if test["result"] == "valid" and group["ivSize"] == 96:
                assert aes_gcm_decrypt(data + tag, key, nonce, associated) == plain
                assert aes_gcm_encrypt(plain, key, nonce, associated) == data + tag
            else:
                with pytest.raises(SignatureInvalid, match="does not open"):
                    aes_gcm_decrypt(data + tag, key, nonce, associated)
            count += 1
        assert count == 105

    def test_rsa_oaep() -> None:
        """A label, which WeChat Pay does not use, keeps it shut."""
        count = 0
        for group, test in vectors("rsa_oaep_2048_sha1_mgf1sha1"):
            key = load_private_key(group["privateKeyPem"].encode())
            plain, data, label = octets(test, "msg", "ct", "label")
            if test["result"] == "valid" and not label:
                assert rsa_oaep_decrypt(data, key) == plain
            else:
                with pytest.raises(SignatureInvalid, match="does not open"):
                    rsa_oaep_decrypt(data, key)
            count += 1
        assert count == 36

    def test_hmac_sha256() -> None:
        """The keyed state that every HMAC-SHA256 of a message starts from."""
        count = 0
        for group, test in vectors("hmac_sha256"):
            state = Signer(Secret(Raw(test["key"])), HMAC_SHA256, wecom=True)._mac
            assert state is not None
            mac = state.copy()
            mac.update(bytes.fromhex(test["msg"]))
            made = mac.digest()[: group["tagSize"] // 8]
            assert (made == bytes.fromhex(test["tag"])) == (test["result"] == "valid"), test["tcId"]
            count += 1
        assert count == 174
