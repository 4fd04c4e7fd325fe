"""wechatpy.crypto, the part that the payment part uses."""

from __future__ import annotations

import hashlib

from wxpay_v2.compat.wechatpy.exceptions import (
    InvalidAppIdException,
    InvalidMchIdException,
    InvalidSignatureException,
    both,
)
from wxpay_v2.compat.wechatpy.shapes import shaped
from wxpay_v2.errors import ConfigurationError, Malformed, Mismatch, Rejected, quoted
from wxpay_v2.secret import Secret, without_frames
from wxpay_v2.v2 import cipher, xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatRefundCrypto"]


class WeChatRefundCrypto:
    """Opens refund notifications. key: the API key. They are not signed: confirm what they say by a query."""

    @without_frames
    def __init__(self, key: str | bytes | Secret) -> None:
        if not key:
            raise ConfigurationError("the API key is empty", remedy="set it: merchant platform, API security")
        text = key.decode("utf-8", "surrogateescape") if isinstance(key, bytes) else key
        self._secret = text if isinstance(text, Secret) else Secret(text)

    @property
    def key(self) -> bytes:
        """The AES key: MD5 of the API key, 32 hex digits. As secret as that."""
        return hashlib.md5(self._secret.reveal().encode(), usedforsecurity=False).hexdigest().encode()

    @without_frames
    def decrypt_message(self, msg: Any, appid: str, mch_id: str) -> dict[str, Any]:
        """Return the fields that ``req_info`` of *msg* (XML, or a dict of its fields) holds.

        Raises InvalidAppIdException or InvalidMchIdException for another's, InvalidSignatureException for what does
        not open or is no message.
        """
        try:
            fields = msg if isinstance(msg, dict) else xml.read(as_bytes(msg))
            for name, ours, kind in (
                ("appid", appid, InvalidAppIdException),
                ("mch_id", mch_id, InvalidMchIdException),
            ):
                if fields.get(name) != ours:
                    raise _other(kind, f"{name} is {quoted(fields.get(name))}, ours is {quoted(ours)}")
            sealed = fields.get("req_info")
            if not isinstance(sealed, str) or not sealed:
                raise Malformed("the message has no req_info")
            return shaped(xml.read(cipher.decrypt(sealed, self._secret), root="root"))
        except Rejected as error:
            raise rejected(error) from None


def _other(kind: type[Any], message: str) -> Exception:
    found = kind()
    return both(kind, Mismatch(message), errcode=found.errcode, errmsg=found.errmsg)


def rejected(error: Any) -> Exception:
    """Return *error*, of a message that cannot be believed, as one that wechatpy's users catch."""
    if isinstance(error, (InvalidAppIdException, InvalidMchIdException, InvalidSignatureException)):
        return error
    return both(InvalidSignatureException, error, errcode=-40001, errmsg="Invalid signature")


def as_bytes(message: Any) -> bytes:
    """Return *message*, a str, bytes or a buffer of them, as bytes; lone surrogates become what no reader takes."""
    if isinstance(message, str):
        return message.encode("utf-8", "surrogatepass")
    return bytes(message) if isinstance(message, (bytearray, memoryview)) else message
