"""The platform's RSA key, which sensitive fields are encrypted for, and its certificate.

The key is made when it is first asked for and stays in memory, as the merchants' keys do: after a restart it is another
one. get_certificates encrypts with the API v3 key; for an account that has none the API key stands in for it.
"""

from __future__ import annotations

import base64
import json
import secrets
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from wxpay_v2 import primitives
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.certificates import Authority, Issued
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.protocol import Call

__all__ = ["decrypt", "get_certificates", "get_public_key"]

_ASSOCIATED = "certificate"


@cache
def _platform() -> Issued:
    return Authority().platform()


@cache
def _key() -> rsa.RSAPrivateKey:
    key = load_pem_private_key(_platform().key_pem(), None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - as `Authority` makes them
    return key


def decrypt(data: bytes) -> bytes:
    """Return the plain text of *data*, RSA-OAEP with SHA-1 under the key of get_public_key. Raises ValueError."""
    sha1 = hashes.SHA1()  # noqa: S303 - the protocol's choice
    return _key().decrypt(data, padding.OAEP(padding.MGF1(sha1), sha1, None))


def get_public_key(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Answer the public key, as PKCS#1 PEM."""
    return {"pub_key": _key().public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()}


def get_certificates(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Answer the platform's certificate, encrypted."""
    issued, nonce = _platform(), secrets.token_hex(6)
    sealed = primitives.aes_gcm_encrypt(
        issued.pem,
        (call.account.api_v3_key or call.account.api_key).reveal().encode(),
        nonce.encode(),
        _ASSOCIATED.encode(),
    )
    one = {
        "serial_no": issued.serial,
        "effective_time": f"{issued.certificate.not_valid_before_utc:%Y-%m-%d %H:%M:%S}",
        "expire_time": f"{issued.certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%S}",
        "encrypt_certificate": {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": _ASSOCIATED,
            "ciphertext": base64.b64encode(sealed).decode(),
        },
    }
    return {"certificates": json.dumps({"data": [one]}, separators=(",", ":"))}
