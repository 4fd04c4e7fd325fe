"""What travels encrypted in API v3: resources (callbacks, certificates) and sensitive fields.

A resource is AES-256-GCM under the API v3 key; a field RSA-OAEP under the receiver's public key, and in the customs
check RSAES-PKCS1-v1_5.
Sources: https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay4_2.shtml,
https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay4_3.shtml
"""

from __future__ import annotations

import base64
import binascii
import sys
from functools import partial

from wxpay_v2 import primitives
from wxpay_v2.errors import InvalidRequest, Malformed, SignatureInvalid
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from wxpay_v2.primitives import PrivateKey, PublicKey
    from wxpay_v2.secret import Secret

__all__ = ["ALGORITHM", "OAEP", "PKCS1", "decrypt", "encrypt", "open_resource", "seal_resource"]

ALGORITHM = "AEAD_AES_256_GCM"
OAEP, PKCS1 = "RSA-OAEP", "RSA-PKCS1-v1_5"
"""How a field is encrypted, in the words of the catalogue (`Field.encrypted`)."""

_from_base64: Callable[[Any], bytes] = (
    partial(binascii.a2b_base64, strict_mode=True)  # what the other calls, a fifth faster
    if sys.version_info >= (3, 11)
    else partial(base64.b64decode, validate=True)
)


@without_frames
def open_resource(resource: Mapping[str, object], api_v3_key: Secret) -> bytes:
    """Return the plain bytes of *resource*: algorithm, nonce (12 bytes), associated_data (or none), ciphertext.

    Raises SignatureInvalid for another algorithm and, with one message, for all that keeps it shut.
    """
    get: Callable[[str], Any] = resource.get
    if get("algorithm") != ALGORITHM:
        raise SignatureInvalid(f"encrypted with another algorithm than {ALGORITHM}")
    nonce, associated = get("nonce"), get("associated_data")
    try:
        data, nonce = _from_base64(get("ciphertext")), nonce.encode()
        associated = b"" if associated is None else associated.encode()
    except (ValueError, TypeError, AttributeError):
        data = nonce = associated = b""  # does not open
    return primitives.aes_gcm_decrypt(data, api_v3_key.reveal().encode(), nonce, associated)


@without_frames
def seal_resource(plain: bytes, api_v3_key: Secret, nonce: str, associated: str = "") -> dict[str, str]:
    """Return *plain* as a resource. nonce: 12 characters, never again under this key. Raises InvalidRequest."""
    if len(nonce) != 12 or not nonce.isascii():
        raise InvalidRequest("a nonce of a resource has 12 ASCII characters")
    data = primitives.aes_gcm_encrypt(plain, api_v3_key.reveal().encode(), nonce.encode(), associated.encode())
    return {
        "algorithm": ALGORITHM,
        "ciphertext": base64.b64encode(data).decode(),
        "associated_data": associated,
        "nonce": nonce,
    }


@without_frames
def encrypt(text: str, public: PublicKey, scheme: str = OAEP) -> str:
    """Return *text*, a sensitive field, encrypted for the owner of *public*, in base64.

    At most 214 bytes with a key of 2048 bits (245 in PKCS1). Raises InvalidRequest.
    """
    try:
        plain = text.encode()
    except UnicodeEncodeError:
        plain = None
    if plain is None:
        raise InvalidRequest("a lone surrogate cannot be encrypted")
    seal = primitives.rsa_pkcs1_encrypt if scheme == PKCS1 else primitives.rsa_oaep_encrypt
    return base64.b64encode(seal(plain, public)).decode()


@without_frames
def decrypt(text: str, private: PrivateKey, scheme: str = OAEP) -> str:
    """Return the plain text of a sensitive field that was encrypted for us.

    Raises Malformed for what is no base64, SignatureInvalid when the key does not open it.
    """
    try:
        data = _from_base64(text)
    except (ValueError, TypeError):
        raise Malformed("an encrypted field is not base64") from None
    plain = (primitives.rsa_pkcs1_decrypt if scheme == PKCS1 else primitives.rsa_oaep_decrypt)(data, private)
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise SignatureInvalid("an encrypted field does not open with this key") from None
