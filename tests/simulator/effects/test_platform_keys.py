"""The platform's key: a real one, which fields are encrypted for, and its certificate."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.fixtures import KEY
from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator.effects.platform_keys import decrypt
from wxpay_v2.v2.cipher import encrypt_field


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller()
    yield caller
    caller.close()


def test_what_is_encrypted_for_the_public_key_the_platform_reads(caller: Caller) -> None:
    told = caller.get_public_key()["pub_key"]
    assert told.startswith("-----BEGIN RSA PUBLIC KEY-----")
    assert caller.get_public_key()["pub_key"] == told
    assert decrypt(base64.b64decode(encrypt_field("李", told.encode()))).decode() == "李"
    with pytest.raises(ValueError):
        decrypt(b"not encrypted")


def test_the_certificate_is_of_the_same_key(caller: Caller) -> None:
    told = caller.get_certificates()
    assert told.verified
    (one,) = json.loads(told["certificates"])["data"]
    cipher = one["encrypt_certificate"]
    plain = AESGCM(KEY.encode()).decrypt(
        cipher["nonce"].encode(), base64.b64decode(cipher["ciphertext"]), cipher["associated_data"].encode()
    )
    certificate = x509.load_pem_x509_certificate(plain)
    assert f"{certificate.serial_number:040X}" == one["serial_no"]
    key = load_pem_public_key(caller.get_public_key()["pub_key"].encode())
    assert isinstance(key, RSAPublicKey)
    assert certificate.public_key() == key
