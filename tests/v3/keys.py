"""Keys, certificates, signatures and sealed boxes of API v3, made by `cryptography` without a look at the library."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from wxpay_v2.v3.platform_keys import PlatformKey

NOW = 1_790_000_000.0
DAY = 86400.0
V3_KEY = "CanaryV3KeyThatNobodyMaySee12345"
MCH_ID = "1900000109"
SERIAL = "7A" * 20
MERCHANT, PLATFORM, NEXT = "merchant", "platform", "next"


@cache
def _key(name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key per name, made once per process."""
    return _key(name, bits)


def pem_of(private: rsa.RSAPrivateKey, kind: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return private.private_bytes(Encoding.PEM, kind, NoEncryption())


def private_pem(name: str, kind: PrivateFormat = PrivateFormat.PKCS8, bits: int = 2048) -> bytes:
    return pem_of(key(name, bits), kind)


def public_pem(name: str, kind: PublicFormat = PublicFormat.SubjectPublicKeyInfo, bits: int = 2048) -> bytes:
    return key(name, bits).public_key().public_bytes(Encoding.PEM, kind)


@cache
def certificate(name: str, serial: str = SERIAL, begin: float = NOW - DAY, end: float = NOW + 5 * 365 * DAY) -> bytes:
    """A self-signed certificate of the key *name*, as PEM."""
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign")])
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key(name).public_key())
        .serial_number(int(serial, 16))
        .not_valid_before(datetime.fromtimestamp(begin, timezone.utc))
        .not_valid_after(datetime.fromtimestamp(end, timezone.utc))
        .sign(key(name), hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def platform_key(name: str = PLATFORM, serial: str = SERIAL, **moments: float) -> PlatformKey:
    return PlatformKey.of_certificate(certificate(name, serial, **moments))


def sign(name: str, text: bytes, digest: hashes.HashAlgorithm | None = None) -> str:
    return base64.b64encode(key(name).sign(text, padding.PKCS1v15(), digest or hashes.SHA256())).decode()


def headers(
    body: bytes, *, name: str = PLATFORM, serial: str = SERIAL, at: float = NOW, **changes: Any
) -> dict[str, Any]:
    """The headers of a message signed at *at* by the key *name*; *changes* by header, None to leave one out."""
    made: dict[str, Any] = {
        "Content-Type": "application/json",
        "Wechatpay-Nonce": "EWumbNKZrzOKSqUCPLUKPFpGdPXk0oKt",
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": sign(name, f"{int(at)}\nEWumbNKZrzOKSqUCPLUKPFpGdPXk0oKt\n".encode() + body + b"\n"),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        "Wechatpay-Timestamp": str(int(at)),
    }
    for header, value in changes.items():
        made[f"Wechatpay-{header.replace('_', '-').title()}"] = value
    return {header: value for header, value in made.items() if value is not None}


def sealed(plain: bytes, associated: str | None = "transaction", v3_key: str = V3_KEY) -> dict[str, Any]:
    nonce = "fdasflkja484"
    data = AESGCM(v3_key.encode()).encrypt(nonce.encode(), plain, (associated or "").encode())
    resource = {"algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "ciphertext": base64.b64encode(data).decode()}
    return resource if associated is None else {**resource, "associated_data": associated}


def listed(*certificates: tuple[str, bytes]) -> dict[str, Any]:
    """The document of a list of certificates: (serial_no, PEM) each."""
    data = [
        {
            "serial_no": serial,
            "effective_time": "2026-01-01T00:00:00+08:00",
            "expire_time": "2031-01-01T00:00:00+08:00",
            "encrypt_certificate": sealed(pem, "certificate"),
        }
        for serial, pem in certificates
    ]
    return json.loads(json.dumps({"data": data}))
