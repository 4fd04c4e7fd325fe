"""What travels encrypted inside a message: the refund of a notification, rent and hotel events, sensitive fields.

``req_info`` is AES-256-ECB under the MD5 of the API key (https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_16);
an event AES-256-GCM under the API v3 key; a field RSA-OAEP under the platform's public key.
"""

from __future__ import annotations

import base64
import hashlib

from wxpay_v2 import primitives
from wxpay_v2.errors import Malformed
from wxpay_v2.json_reader import read_object
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.secret import Secret

__all__ = ["decrypt", "encrypt", "encrypt_field", "open_event"]


def _key(key: Secret) -> bytes:
    return hashlib.md5(key.reveal().encode(), usedforsecurity=False).hexdigest().encode()


@without_frames
def encrypt(plain: bytes, key: Secret) -> str:
    """Return *plain* as base64 text for ``req_info``. key: the API key."""
    return base64.b64encode(primitives.aes_ecb_encrypt(plain, _key(key))).decode()


@without_frames
def decrypt(req_info: str, key: Secret) -> bytes:
    """Return the plain bytes of ``req_info``. key: the API key.

    Raises Malformed when it is not strict base64, SignatureInvalid when the key does not open it.
    """
    try:
        data = base64.b64decode(req_info)
    except ValueError:
        data = b""
    if base64.b64encode(data) != req_info.encode("utf-8", "replace"):  # the one spelling; b64decode takes several
        raise Malformed("req_info is not base64")
    return primitives.aes_ecb_decrypt(data, _key(key))


@without_frames
def open_event(fields: Mapping[str, str], api_v3_key: Secret) -> dict[str, Any]:
    """Return what ``event_ciphertext`` holds: JSON, encrypted with AES-256-GCM under the API v3 key.

    Raises Malformed for another cipher and what is no JSON object, SignatureInvalid when the key does not open it.
    """
    if fields.get("event_algorithm") != "AEAD_AES_256_GCM":
        raise Malformed("event_algorithm is not AEAD_AES_256_GCM")
    try:
        data = base64.b64decode(fields["event_ciphertext"], validate=True)
        nonce, associated = (fields.get(f"event_{name}", "").encode() for name in ("nonce", "associated_data"))
    except ValueError:
        raise Malformed("event_ciphertext is not base64") from None
    plain = primitives.aes_gcm_decrypt(data, api_v3_key.reveal().encode(), nonce, associated)
    return read_object(plain)


def encrypt_field(text: str, public_key: bytes) -> str:
    """Return *text* as a sensitive field travels: RSA-OAEP under the platform's key, in base64.

    public_key: PEM, as `get_public_key` answers it or as a platform certificate. Raises ConfigurationError,
    InvalidRequest.
    """
    return base64.b64encode(primitives.rsa_oaep_encrypt(text.encode(), public_key)).decode()
