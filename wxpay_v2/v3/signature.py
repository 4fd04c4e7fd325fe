"""The signatures of API v3: RSA PKCS#1 v1.5 with SHA-256 over lines of text, and the headers they travel in.

A request is signed by the merchant's key, an answer or a callback by the platform's.
Sources: https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay4_0.shtml,
https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay4_1.shtml
"""

from __future__ import annotations

import binascii
import re

from wxpay_v2 import primitives
from wxpay_v2.errors import InvalidRequest, SignatureInvalid, quoted
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from wxpay_v2.primitives import PrivateKey
    from wxpay_v2.v3.platform_keys import PlatformKeys

__all__ = ["SCHEME", "WINDOW", "Signer", "check", "statement_text", "text_to_sign", "text_to_verify"]

SCHEME = "WECHATPAY2-SHA256-RSA2048"
WINDOW = 300
"""Seconds that a signature's time may be away from now, both ways."""

_METHOD = re.compile(r"[A-Z]{1,16}", re.ASCII)
_TARGET = re.compile(r"/[!-~]*", re.ASCII)
_NONCE = re.compile(r"[0-9A-Za-z_\-]{1,64}", re.ASCII)
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}", re.ASCII)

_SERIAL_NAME, _TIME_NAME = "wechatpay-serial", "wechatpay-timestamp"
_NONCE_NAME, _SIGNATURE_NAME = "wechatpay-nonce", "wechatpay-signature"
_TYPE_NAME = "wechatpay-signature-type"
# What each value may be: no comma, no blank, no line end, ASCII only. Two headers of one name arrive joined by a comma.
_SHAPES = {
    _SERIAL_NAME: re.compile(r"[0-9A-Za-z_]{1,64}", re.ASCII),
    _TIME_NAME: re.compile(r"[0-9]{1,12}", re.ASCII),
    _NONCE_NAME: re.compile(r"[!-+\--~]{1,128}", re.ASCII),
    _SIGNATURE_NAME: re.compile(r"[!-+\--~]{1,2048}", re.ASCII),
}
_LONGEST = 1536  # bytes of a signature
# The first three at one look: as none holds a comma, what is joined by commas comes apart in one way only.
_THREE = re.compile(",".join(_SHAPES[name].pattern for name in _SHAPES if name != _SIGNATURE_NAME), re.ASCII).fullmatch


def text_to_sign(method: str, target: str, timestamp: int | str, nonce: str, body: bytes) -> bytes:
    """Return the five lines a request's signature is of. method: upper case; target: path and query as on the wire.

    body: the bytes sent (of an upload its meta part). Raises InvalidRequest for what would break the lines.
    """
    if not _METHOD.fullmatch(method) or not _TARGET.fullmatch(target):
        raise InvalidRequest(f"not a method and a path with its query: {quoted(f'{method} {target}')}")
    return b"%b%b\n" % (f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode(), body)


def text_to_verify(timestamp: int | str, nonce: str, body: bytes) -> bytes:
    """Return the three lines the signature of an answer or a callback is of. body: the raw bytes, b"" for 204."""
    return b"%b%b\n" % (f"{timestamp}\n{nonce}\n".encode(), body)


def statement_text(sha1: str) -> bytes:
    """Return what stands for the body of a Global statement in the text to verify. sha1: of Wechatpay-Statement-Sha1.

    Raises SignatureInvalid for what is no SHA-1.
    """
    if not isinstance(sha1, str) or not _SHA1.fullmatch(sha1):
        raise SignatureInvalid("Wechatpay-Statement-Sha1 is not a SHA-1")
    return b'{"sha1":"%b"}' % sha1.encode()


class Signer:
    """Signs requests, and what opens the payer's cashier, with a merchant's key. Safe for threads; does not pickle.

    mch_id: of who calls (of an institution or service provider its own). serial_no: of the merchant's certificate.
    """

    __slots__ = ("_head", "_key", "mch_id", "serial_no")

    def __init__(self, mch_id: str, serial_no: str, key: PrivateKey) -> None:
        self.mch_id = mch_id
        self.serial_no = serial_no
        self._key = key
        self._head = f'{SCHEME} mchid="{mch_id}",serial_no="{serial_no}",nonce_str="'

    def __repr__(self) -> str:
        return f"Signer({self.mch_id!r}, {self.serial_no!r}, '***')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Signer does not leave its process")

    def sign(self, data: bytes) -> str:
        """Return the signature of *data* in base64. Raises ConfigurationError for a key whose numbers do not fit."""
        return binascii.b2a_base64(primitives.rsa_sign(self._key, data), newline=False).decode()

    @without_frames
    def authorization(self, method: str, target: str, body: bytes, timestamp: int, nonce: str) -> str:
        """Return the Authorization header of a request; the arguments are those of `text_to_sign`.

        nonce: 1 to 64 letters and digits, never again. Raises InvalidRequest, ConfigurationError.
        """
        if not _NONCE.fullmatch(nonce):
            raise InvalidRequest("a nonce has 1 to 64 letters and digits")
        signature = self.sign(text_to_sign(method, target, timestamp, nonce, body))
        return f'{self._head}{nonce}",timestamp="{timestamp}",signature="{signature}"'


def check(headers: Mapping[str, str], body: bytes, keys: PlatformKeys, now: float, *, digest: str = "") -> str:
    """Return the serial number of the platform key that signed *body*, the raw bytes of an answer or a callback.

    headers: as received, names in any case. now: Unix seconds. digest: of a Global statement, the value of its
    Wechatpay-Statement-Sha1: that is what is signed then, and the caller compares it with the body's SHA-1.

    Raises SignatureInvalid when a header is missing, given twice or not well-formed, when the time is more than 5
    minutes from *now*, for another scheme, an expired key and a wrong signature (a WECHATPAY/SIGNTEST/ probe is one);
    UnknownSerial for a serial number that is not among *keys*.
    """
    serial, timestamp, nonce, signed = _signature_headers(headers)
    age = now - int(timestamp)
    if abs(age) > WINDOW:
        raise SignatureInvalid(
            f"signed {abs(age):.0f} seconds {'ago' if age > 0 else 'from now'}, {WINDOW} are allowed",
            remedy="check this machine's clock",
        )
    key = keys.find(serial, now)
    text = text_to_verify(timestamp, nonce, statement_text(digest) if digest else body)
    if not primitives.rsa_verify(key, signed, text):
        raise SignatureInvalid("the signature is wrong")
    return serial


def _signature_headers(headers: Mapping[str, str]) -> tuple[str, str, str, bytes]:
    """Return serial number, time, nonce and the signature's bytes."""
    try:  # as nearly all messages are
        found, names = headers, "".join(headers)
        if type(headers) is not dict or names != names.lower():
            found = {name.lower(): text for name, text in headers.items()}
        serial, timestamp, nonce = found[_SERIAL_NAME], found[_TIME_NAME], found[_NONCE_NAME]
        signed = _from_base64(found[_SIGNATURE_NAME])
        if (
            _THREE(",".join((serial, timestamp, nonce)))
            and found.get(_TYPE_NAME, SCHEME) == SCHEME
            and len(found) == len(headers)
            and 0 < len(signed) <= _LONGEST
        ):
            return serial, timestamp, nonce, signed
    except (KeyError, ValueError, TypeError, AttributeError):
        pass
    found = _looked_through(headers)
    try:
        signed = _from_base64(found[_SIGNATURE_NAME])
    except ValueError:
        raise SignatureInvalid("the signature is not base64") from None
    return found[_SERIAL_NAME], found[_TIME_NAME], found[_NONCE_NAME], signed


def _looked_through(headers: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    scheme: object = SCHEME
    for name, value in headers.items():
        lowered = name.lower() if isinstance(name, str) else ""
        if lowered in _SHAPES:
            if lowered in found:
                raise SignatureInvalid(f"there are two headers {lowered}")
            if not isinstance(value, str) or not _SHAPES[lowered].fullmatch(value):
                raise SignatureInvalid(f"the header {lowered} is not well-formed")
            found[lowered] = value
        elif lowered == _TYPE_NAME:
            scheme = value if scheme is SCHEME else None
    if scheme != SCHEME:
        raise SignatureInvalid(f"signed by another scheme than {SCHEME}")
    if len(found) < len(_SHAPES):
        missing = ", ".join(name for name in _SHAPES if name not in found)
        raise SignatureInvalid(
            f"there is no header {missing}", remedy="hand over every header of the message, unchanged"
        )
    return found


def _from_base64(text: str) -> bytes:
    """Return the bytes that *text* is the one spelling of; decoders take several. Raises ValueError."""
    data = binascii.a2b_base64(text)
    if binascii.b2a_base64(data, newline=False).decode() != text:
        raise ValueError("another spelling")
    return data
