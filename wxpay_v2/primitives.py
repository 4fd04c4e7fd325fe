"""AES and RSA in a few functions; with certificate.py the one door to the crypto backend.

Every failure is one error: what was wrong with padding, length or tag is nobody's business outside.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import lru_cache

from wxpay_v2.errors import ConfigurationError, InvalidRequest, SignatureInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    PublicKey = RSAPublicKey

__all__ = [
    "PrivateKey", "aes_ecb_decrypt", "aes_ecb_encrypt", "aes_gcm_decrypt", "aes_gcm_encrypt", "load_private_key",
    "load_public_key", "new_private_key", "read_certificate", "rsa_oaep_decrypt", "rsa_oaep_encrypt",
    "rsa_pkcs1_decrypt", "rsa_pkcs1_encrypt", "rsa_sign", "rsa_verify",
]  # fmt: skip

_BLOCK = 16
_LEAST_BITS = 2048
_CLOSED = "the encrypted part does not open with this key"


def aes_ecb_encrypt(plain: bytes, key: bytes) -> bytes:
    """Return *plain*, padded by PKCS#7, encrypted with AES-ECB. key: 32 bytes."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - the protocol's choice
    return encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()


def aes_ecb_decrypt(data: bytes, key: bytes) -> bytes:
    """Return the plain text of *data*; the PKCS#7 padding must be whole. Raises SignatureInvalid."""
    if not data or len(data) % _BLOCK:
        raise SignatureInvalid(_CLOSED)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305 - the protocol's choice
    padded = decryptor.update(data) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise SignatureInvalid(_CLOSED)
    return padded[:-pad]


def aes_gcm_encrypt(plain: bytes, key: bytes, nonce: bytes, associated: bytes) -> bytes:
    """Return *plain* encrypted with AES-256-GCM, the tag at its end. key: 32 bytes; nonce: 12, never again."""
    return _gcm(key).encrypt(nonce, plain, associated)


def aes_gcm_decrypt(data: bytes, key: bytes, nonce: bytes, associated: bytes) -> bytes:
    """Return the plain text of *data*. Raises SignatureInvalid, whatever it is that does not fit."""
    if len(nonce) != 12 or len(key) != 32 or len(data) < 16:
        raise SignatureInvalid(_CLOSED)
    try:
        return _gcm(key).decrypt(nonce, data, associated)
    except _schemes.invalid_tag:
        raise SignatureInvalid(_CLOSED) from None


@lru_cache(maxsize=16)
def _gcm(key: bytes) -> AESGCM:
    """Return the cipher of *key*, whose schedule costs more than the text of a callback. Safe for threads."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


class PrivateKey:
    """An RSA private key. It does not print, pickle, copy or compare; safe for threads.

    The PEM is read when it is given; the 35 ms in which its primes are checked are spent on first use, once.
    """

    __slots__ = ("_key", "_lock", "_pem")

    def __init__(self, pem: bytes) -> None:
        self._pem = pem
        self._lock = threading.Lock()
        self._key: RSAPrivateKey | None = None
        _private_from(pem, checked=False)

    def loaded(self) -> RSAPrivateKey:
        """Return the key as the backend takes it. Raises ConfigurationError for one whose numbers do not fit."""
        if self._key is None:
            with self._lock:
                if self._key is None:
                    self._key = _private_from(self._pem, checked=True)
                    self._pem = b""
        return self._key

    def __repr__(self) -> str:
        return "PrivateKey('***')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a PrivateKey does not leave its process")

    __getstate__ = __reduce__  # object's own would hand the slots out

    def __copy__(self) -> NoReturn:
        raise TypeError("a PrivateKey is not copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a PrivateKey is not copied")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("a PrivateKey is not compared with ==")

    __hash__ = None  # type: ignore[assignment]


def load_private_key(pem: bytes) -> PrivateKey:
    """Return the RSA private key in *pem*, of PKCS#1 or PKCS#8, without a password. Raises ConfigurationError."""
    return PrivateKey(pem)


def new_private_key() -> bytes:
    """Return a new RSA key of 2048 bits as PEM: for what must have one, and signs nothing that counts."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = generate_private_key(65537, _LEAST_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_public_key(pem: bytes) -> PublicKey:
    """Return the RSA public key in *pem*: of PKCS#1 or X.509, or a certificate's. Raises ConfigurationError."""
    if b"CERTIFICATE" in pem:
        return read_certificate(pem)[1]
    from cryptography.hazmat.primitives import serialization

    key: object = None
    if b"PRIVATE KEY" in pem:
        raise ConfigurationError(
            "a private key stands where a public key belongs", remedy="give the platform's public key, pub_key.pem"
        )
    with suppress(*_schemes.unreadable):
        key = serialization.load_pem_public_key(pem)
    return _strong_public(key)


def read_certificate(pem: bytes) -> tuple[str, PublicKey, float, float]:
    """Return of the first certificate in *pem* its serial number (hex, upper case), RSA key, first and last moment.

    The moments are Unix seconds. Raises ConfigurationError.
    """
    from cryptography import x509

    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key: object = certificate.public_key()
        begin, end = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
        serial = f"{certificate.serial_number:040X}"
    except (*_schemes.unreadable, x509.InvalidVersion):
        raise ConfigurationError("not a certificate, as PEM") from None
    return serial, _strong_public(key), begin, end


def rsa_sign(key: PrivateKey, data: bytes) -> bytes:
    """Return the signature of *data*: PKCS#1 v1.5 with SHA-256. Other threads run meanwhile."""
    return key.loaded().sign(data, _schemes.pkcs1, _schemes.sha256)


def rsa_verify(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Return whether *signature* is that of *data* by *key*: PKCS#1 v1.5 with SHA-256."""
    try:
        key.verify(signature, data, _schemes.pkcs1, _schemes.sha256)
    except _schemes.invalid_signature:
        return False
    return True


def rsa_oaep_encrypt(plain: bytes, public_key: PublicKey | bytes) -> bytes:
    """Return *plain* encrypted with RSA-OAEP (SHA-1 and MGF1), as sensitive fields travel.

    public_key: loaded, or PEM as `load_public_key` takes it. Raises ConfigurationError for another or a short key,
    InvalidRequest for a text longer than the key takes.
    """
    return _encrypt(plain, load_public_key(public_key) if isinstance(public_key, bytes) else public_key, _schemes.oaep)


def rsa_oaep_decrypt(data: bytes, key: PrivateKey) -> bytes:
    """Return the plain text of *data*, RSA-OAEP with SHA-1 and MGF1. Raises SignatureInvalid."""
    return _decrypt(data, key, _schemes.oaep)


def rsa_pkcs1_encrypt(plain: bytes, public_key: PublicKey) -> bytes:
    """Return *plain* encrypted with RSAES-PKCS1-v1_5, as a customs check takes it. Raises InvalidRequest."""
    return _encrypt(plain, public_key, _schemes.pkcs1)


def rsa_pkcs1_decrypt(data: bytes, key: PrivateKey) -> bytes:
    """Return the plain text of *data*, RSAES-PKCS1-v1_5.

    Raises SignatureInvalid; what was not encrypted for this key may open as random bytes all the same.
    """
    return _decrypt(data, key, _schemes.pkcs1)


def _encrypt(plain: bytes, key: PublicKey, scheme: Any) -> bytes:
    try:
        return key.encrypt(plain, scheme)
    except ValueError:
        raise InvalidRequest(f"{len(plain)} bytes are more than this key can encrypt") from None


def _decrypt(data: bytes, key: PrivateKey, scheme: Any) -> bytes:
    try:
        return key.loaded().decrypt(data, scheme)
    except ValueError:
        raise SignatureInvalid(_CLOSED) from None


def _private_from(pem: bytes, *, checked: bool) -> RSAPrivateKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    if b"PRIVATE KEY-----" not in pem:
        kind = "a certificate" if b"CERTIFICATE" in pem else "a public key" if b"PUBLIC KEY" in pem else "no PEM"
        raise ConfigurationError(f"there is no private key: this is {kind}", remedy="give apiclient_key.pem")
    if b"ENCRYPTED" in pem:
        raise ConfigurationError("the private key is encrypted", remedy="give it without a password, mode 0600")
    key: object = None
    with suppress(*_schemes.unreadable):
        key = serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=not checked)
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise ConfigurationError(f"not an RSA private key of {_LEAST_BITS} bits or more, as PEM")
    return key


def _strong_public(key: object) -> PublicKey:
    from cryptography.hazmat.primitives.asymmetric import rsa

    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _LEAST_BITS:
        raise ConfigurationError(f"not an RSA public key of {_LEAST_BITS} bits or more, as PEM")
    return key


class _Schemes:
    """Paddings, digests and errors of the backend, made on first use: importing it costs more than we do."""

    def __getattr__(self, name: str) -> Any:
        from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        self.unreadable = (ValueError, TypeError, UnsupportedAlgorithm)
        self.invalid_signature = InvalidSignature
        self.invalid_tag = InvalidTag
        self.sha256 = hashes.SHA256()
        self.pkcs1 = padding.PKCS1v15()
        self.oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 - the protocol's choice
        return vars(self)[name]


_schemes = _Schemes()
