"""Signing and writing as wechatpy's users call it, on this library's one signer; values are escaped, 0 is signed."""

from __future__ import annotations

import socket

from wxpay_v2 import primitives
from wxpay_v2.compat import messages
from wxpay_v2.errors import ConfigurationError, InvalidRequest, SignatureInvalid
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.secret import Secret, without_frames
from wxpay_v2.v2 import cipher, signature, xml
from wxpay_v2.validation import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "calculate_signature",
    "calculate_signature_hmac",
    "dict_to_xml",
    "format_url",
    "get_external_ip",
    "rsa_decrypt",
    "rsa_encrypt",
]

_ROUTED = ("203.0.113.1", 9)  # a documentation address: the route to it is looked up, nothing is sent


def spelled(value: Any) -> str:
    """Return *value* as it is signed and sent: None and False are empty, 0 is "0", True is "True"."""
    if type(value) is str:
        return value
    if value is None or value is False:
        return ""
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def texts(params: Mapping[Any, Any]) -> dict[str, str]:
    """Return *params* with every name and value spelled; itself, where they are."""
    try:
        "".join(params), "".join(params.values())
        return dict(params)
    except TypeError:
        pass
    return {spelled(name): spelled(value) for name, value in params.items()}


@without_frames
def format_url(params: Mapping[Any, Any], api_key: str | None = None) -> bytes:
    """Return the text whose digest is the signature, as bytes; with *api_key*, in clear, at its end."""
    text = signature.text_to_sign(texts(params), spelled(api_key))
    shown = (text if api_key else text.removesuffix("&key=")).removeprefix("&")
    try:
        return shown.encode()
    except UnicodeEncodeError:  # which holds the text, and with it the key
        raise InvalidRequest("a lone surrogate cannot be signed") from None


@without_frames
def calculate_signature(params: Mapping[Any, Any], api_key: str) -> str:
    """Return the MD5 signature of *params*: 32 upper-case hex digits. Raises ConfigurationError for an empty key."""
    return _signed(params, api_key, MD5)


@without_frames
def calculate_signature_hmac(params: Mapping[Any, Any], api_key: str) -> str:
    """Return the HMAC-SHA256 signature of *params*: 64 upper-case hex digits. Raises as `calculate_signature`."""
    return _signed(params, api_key, HMAC_SHA256)


def _signed(params: Mapping[Any, Any], api_key: Any, sign_type: str) -> str:
    if not api_key:
        raise ConfigurationError("the API key is empty", remedy="set it: merchant platform, API security")
    return messages.sign(texts(params), api_key if isinstance(api_key, Secret) else spelled(api_key), sign_type)


@without_frames
def _check_signature(params: Mapping[Any, Any], api_key: str) -> bool:
    """Return whether *params* carry the right ``sign``, MD5 or HMAC-SHA256 as its length tells; in constant time."""
    if not api_key:
        raise ConfigurationError("the API key is empty", remedy="set it: merchant platform, API security")
    told = texts(params)
    sign_type = HMAC_SHA256 if len(told.get("sign", "")) == 64 else MD5
    key = Secret(spelled(api_key))
    try:
        signature.Signer(key, sign_type, wecom=len(key.reveal()) != 32).check(told)
    except SignatureInvalid:
        return False
    return True


def dict_to_xml(d: Mapping[Any, Any], sign: str | None = None) -> str:
    """Return *d* as wechatpy writes it: sorted, one element a line, digits bare and all else in CDATA, *sign* last.

    Raises InvalidRequest, naming the field, for what XML cannot carry unchanged.
    """
    return written(texts(d), sign)


def written(fields: Mapping[str, str], sign: str | None = None, *, escaped: bool = True) -> str:
    """Return *fields* as `dict_to_xml` does. escaped: False leaves ``]]>`` as it is, and with it what follows."""
    xml.template(tuple(fields))  # refuses names that XML has not
    values = "".join(fields.values())
    if escaped and not plain(values):
        for name, text in fields.items():
            xml.check_text(name, text)
    hostile = escaped and "]]>" in values
    lines = ["<xml>"]
    for name in sorted(fields):
        text = fields[name]
        if hostile:
            text = text.replace("]]>", "]]]]><![CDATA[>")
        lines.append(f"<{name}>{text}</{name}>" if text.isdigit() else f"<{name}><![CDATA[{text}]]></{name}>")
    if sign:
        xml.check_text("sign", sign)
        lines.append(f"<sign><![CDATA[{sign}]]></sign>")
    return "\n".join([*lines, "</xml>"])


def get_external_ip() -> str:
    """Return this machine's address on the way out, "127.0.0.1" without one. Nothing is looked up or sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(_ROUTED)
            return str(sock.getsockname()[0])
        except OSError:
            return "127.0.0.1"


@without_frames
def rsa_encrypt(data: str | bytes, pem: str | bytes, b64_encode: bool = True) -> str | bytes:
    """Return *data* encrypted with RSA-OAEP under the public key *pem*, in base64 unless told otherwise.

    Raises ConfigurationError for another kind of key, InvalidRequest for too long a text.
    """
    key = pem if isinstance(pem, bytes) else spelled(pem).encode()
    plain_text = data if isinstance(data, bytes) else spelled(data).encode()
    if not b64_encode:
        return primitives.rsa_oaep_encrypt(plain_text, key)
    try:
        return cipher.encrypt_field(plain_text.decode(), key)
    except UnicodeDecodeError:
        raise InvalidRequest("what travels as base64 is text: give a str, or b64_encode=False") from None


@without_frames
def rsa_decrypt(encrypted_data: bytes, pem: str | bytes, password: bytes | None = None) -> bytes:
    """Return what *encrypted_data* holds, with the private key *pem*. Raises SignatureInvalid, ConfigurationError."""
    if password is not None:
        raise ConfigurationError("the private key is encrypted", remedy="give it without a password, mode 0600")
    key = primitives.load_private_key(pem if isinstance(pem, bytes) else spelled(pem).encode())
    return primitives.rsa_oaep_decrypt(encrypted_data, key)
