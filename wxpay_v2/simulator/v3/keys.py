"""RSA and AES as the gateway uses them, and its own keys: platform certificates that rotate, and the public key.

A new platform certificate is listed at once and signs later, a day later by default; the old one stays listed until it
ends. What was encrypted for any of them is opened. Keys are made when they are first asked for; gateways of one process
share them where they can, because making them takes time.
Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay5_1.shtml
"""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from wxpay_v2.simulator.certificates import Authority

__all__ = [
    "DAYS", "NOTICE", "Platform", "PlatformKey", "decrypted", "encrypted", "registered", "sealed", "signature",
    "verifies",
]  # fmt: skip

DAYS = 1826
"""A platform certificate holds for five years."""
NOTICE = 86400.0
"""Seconds for which a new platform certificate is listed before it signs."""

_OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 - the protocol's choice
_PKCS1 = padding.PKCS1v15()


class PlatformKey(NamedTuple):
    """A key of the platform. serial: of its certificate, or "PUB_KEY_ID_...". pem: certificate or public key.

    begin, end: Unix seconds between which the certificate holds. signs_from: when it begins to sign.
    """

    serial: str
    private: rsa.RSAPrivateKey
    pem: bytes
    begin: float
    end: float
    signs_from: float

    def __repr__(self) -> str:
        return f"<PlatformKey {self.serial}>"


class Platform:
    """The platform's keys. Safe for threads. time: tells Unix seconds. directory: with the files of certificates.FILES.

    The certificate of *directory* is the first one if it holds at that time; a virtual clock may stand in another year,
    and then the first one is made for it, in memory, as all later ones are.
    """

    def __init__(self, time: Callable[[], float], directory: Path | None = None) -> None:
        self._time = time
        self._directory = directory
        self._lock = threading.Lock()
        self._keys: list[PlatformKey] = []

    def certificates(self) -> list[PlatformKey]:
        """Return what the list of certificates shows now, oldest first."""
        now = self._time()
        with self._lock:
            if not any(key.begin <= now < key.end for key in self._keys):
                self._keys.append(_from_directory(self._directory, now) or _first(now))
            return [key for key in self._keys if key.begin <= now < key.end]

    def signing(self) -> PlatformKey:
        """Return the certificate that signs now."""
        now = self._time()
        listed = self.certificates()
        begun = [key for key in listed if key.signs_from <= now] or listed[:1]
        return max(reversed(begun), key=lambda key: key.signs_from)  # of two that began together the newer

    def public_key(self) -> PlatformKey:
        """Return the WeChat Pay public key, which does not expire."""
        return _public()

    def find(self, serial: str) -> PlatformKey | None:
        """Return the key of that serial number, if it holds now."""
        if serial.startswith("PUB_KEY_ID_"):
            public = self.public_key()
            return public if public.serial == serial else None
        return next((key for key in self.certificates() if key.serial == serial.upper()), None)

    def rotate(self, after: float = NOTICE) -> str:
        """List one more certificate, which signs *after* seconds from now on. Return its serial number."""
        self.certificates()
        now = self._time()
        made = _made(now, now + after)
        with self._lock:
            self._keys.append(made)
        return made.serial


@lru_cache(maxsize=16)
def _first(now: float) -> PlatformKey:
    return _made(now, now)


@cache
def _public() -> PlatformKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    serial = f"PUB_KEY_ID_{secrets.randbelow(10**24):024d}"
    return PlatformKey(serial, private, pem, 0.0, float("inf"), 0.0)


def _made(now: float, signs_from: float) -> PlatformKey:
    issued = Authority(days=DAYS, now=now).platform()
    return _key(issued.certificate, issued.key_pem(), signs_from)


def _from_directory(directory: Path | None, now: float) -> PlatformKey | None:
    if directory is None:
        return None
    certificate = x509.load_pem_x509_certificate((directory / "wechatpay_platform_cert.pem").read_bytes())
    if not certificate.not_valid_before_utc.timestamp() <= now < certificate.not_valid_after_utc.timestamp():
        return None
    return _key(certificate, (directory / "wechatpay_platform_key.pem").read_bytes(), 0.0)


def _key(certificate: x509.Certificate, pem: bytes, signs_from: float) -> PlatformKey:
    private = load_pem_private_key(pem, None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise AssertionError("a platform key is an RSA key")
    return PlatformKey(
        f"{certificate.serial_number:040X}", private, certificate.public_bytes(Encoding.PEM),
        certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp(), signs_from,
    )  # fmt: skip


@lru_cache(maxsize=256)
def registered(pem: bytes) -> tuple[str, rsa.RSAPublicKey]:
    """Return serial number and key of a merchant's certificate. Raises ValueError for what is none."""
    certificate = x509.load_pem_x509_certificate(pem)
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")
    return f"{certificate.serial_number:040X}", public


def signature(private: rsa.RSAPrivateKey, text: bytes) -> str:
    """Return the signature of *text*: RSA PKCS#1 v1.5, SHA-256, base64."""
    return base64.b64encode(private.sign(text, _PKCS1, hashes.SHA256())).decode()


def verifies(public: rsa.RSAPublicKey, told: str, text: bytes) -> bool:
    """Say whether *told* is the signature of *text*."""
    try:
        public.verify(base64.b64decode(told, validate=True), text, _PKCS1, hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def sealed(plain: bytes, key: bytes, associated: str) -> dict[str, str]:
    """Return *plain* encrypted with the API v3 key as an object of a message. associated: "" allowed."""
    nonce = secrets.token_hex(6)
    data = AESGCM(key).encrypt(nonce.encode(), plain, associated.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce,
        "associated_data": associated,
        "ciphertext": base64.b64encode(data).decode(),
    }


def decrypted(text: str, private: rsa.RSAPrivateKey, scheme: str) -> str:
    """Return the plain text of a field. scheme: as in `Field.encrypted`. Raises ValueError when it does not open."""
    data = base64.b64decode(text, validate=True)
    return private.decrypt(data, _PKCS1 if "PKCS1" in scheme.upper() else _OAEP).decode()


def encrypted(text: str, public: rsa.RSAPublicKey) -> str:
    """Return *text* encrypted for a merchant, as fields of answers travel."""
    return base64.b64encode(public.encrypt(text.encode(), _OAEP)).decode()
