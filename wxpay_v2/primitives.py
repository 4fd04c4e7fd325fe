"""AES and digests in a few functions; with certificate.py the one door to the crypto backend.

Every failure is one error: what was wrong with padding, length or tag is nobody's business outside.
"""

from __future__ import annotations

from wxpay_v2.errors import SignatureInvalid

__all__ = ["aes_ecb_decrypt", "aes_ecb_encrypt"]

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
