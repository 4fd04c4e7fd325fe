"""AES and RSA in a few functions; with certificate.py the one door to the crypto backend.

Every failure is one error: what was wrong with padding, length or tag is nobody's business outside.
"""

from __future__ import annotations

from wxpay_v2.errors import ConfigurationError, InvalidRequest, SignatureInvalid

__all__ = ["aes_ecb_decrypt", "aes_ecb_encrypt", "aes_gcm_decrypt", "aes_gcm_encrypt", "rsa_oaep_encrypt"]

_BLOCK = 16


def aes_ecb_encrypt(plain: bytes, key: bytes) -> bytes:
    """Return *plain*, padded by PKCS#7, encrypted with AES-ECB. key: 32 bytes."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - the protocol's choice
    return encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()


def aes_ecb_decrypt(data: bytes, key: bytes) -> bytes:
    """Return the plain text of *data*; the PKCS#7 padding must be whole. Raises SignatureInvalid."""
    if not data or len(data) % _BLOCK:
        raise SignatureInvalid("the encrypted part does not open with this key")
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305 - the protocol's choice
    padded = decryptor.update(data) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise SignatureInvalid("the encrypted part does not open with this key")
    return padded[:-pad]


def aes_gcm_encrypt(plain: bytes, key: bytes, nonce: bytes, associated: bytes) -> bytes:
    """Return *plain* encrypted with AES-256-GCM, the tag at its end. key: 32 bytes; nonce: 12, never again."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(nonce, plain, associated)


def aes_gcm_decrypt(data: bytes, key: bytes, nonce: bytes, associated: bytes) -> bytes:
    """Return the plain text of *data*. Raises SignatureInvalid, whatever it is that does not fit."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(nonce) != 12 or len(key) != 32 or len(data) < 16:
        raise SignatureInvalid("the encrypted part does not open with this key")
    try:
        return AESGCM(key).decrypt(nonce, data, associated)
    except InvalidTag:
        raise SignatureInvalid("the encrypted part does not open with this key") from None


def rsa_oaep_encrypt(plain: bytes, public_key: bytes) -> bytes:
    """Return *plain* encrypted with RSA-OAEP (SHA-1 and MGF1), as sensitive fields travel.

    public_key: PEM, of PKCS#1 or PKCS#8, or of a certificate. Raises ConfigurationError for another or a short key,
    InvalidRequest for a text longer than the key takes.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    try:
        key: object = None
        if b"CERTIFICATE" in public_key:
            key = x509.load_pem_x509_certificate(public_key).public_key()
        else:
            key = serialization.load_pem_public_key(public_key)
    except (ValueError, TypeError):
        pass
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < 2048:
        raise ConfigurationError("not an RSA public key of 2048 bits or more, as PEM")
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 - the protocol's choice
    try:
        return key.encrypt(plain, scheme)
    except ValueError:
        raise InvalidRequest(f"{len(plain)} bytes are more than this key can encrypt") from None
