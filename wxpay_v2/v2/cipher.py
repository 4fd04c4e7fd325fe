"""The encrypted part of a refund result notification (``req_info``): AES-256-ECB under the MD5 of the API key.

Source: https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_16
"""

from __future__ import annotations

import base64
import hashlib

from wxpay_v2 import primitives
from wxpay_v2.errors import Malformed
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.secret import Secret

__all__ = ["decrypt", "encrypt"]


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
