"""AES and RSA as the protocols take them; more published vectors are in test_published_vectors.py."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.v3 import keys as k
from wxpay_v2.errors import ConfigurationError, SignatureInvalid
from wxpay_v2.primitives import (
    aes_ecb_decrypt,
    aes_ecb_encrypt,
    load_private_key,
    load_public_key,
    read_certificate,
    rsa_oaep_decrypt,
    rsa_oaep_encrypt,
    rsa_sign,
    rsa_verify,
)

# NIST SP 800-38A, F.1.5: ECB-AES256.Encrypt.
KEY = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
PLAIN = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
SEALED = bytes.fromhex(
    "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7"
)


def test_the_published_vector_holds_and_one_block_of_padding_follows() -> None:
    sealed = aes_ecb_encrypt(PLAIN, KEY)
    assert sealed[:-16] == SEALED
    assert sealed[-16:] == aes_ecb_encrypt(b"", KEY)
    assert aes_ecb_decrypt(sealed, KEY) == PLAIN


@pytest.mark.parametrize("length", range(34))
def test_padding_is_one_to_sixteen_bytes(length: int) -> None:
    sealed = aes_ecb_encrypt(b"x" * length, KEY)
    assert len(sealed) == (length // 16 + 1) * 16
    assert aes_ecb_decrypt(sealed, KEY) == b"x" * length


@pytest.mark.parametrize("length", [0, 1, 15, 17, 31, 33])
def test_what_is_not_whole_blocks_is_refused(length: int) -> None:
    with pytest.raises(SignatureInvalid, match="does not open"):
        aes_ecb_decrypt(b"x" * length, KEY)


@pytest.mark.parametrize(
    "tail", [b"\x00", b"\x11", b"\x20", b"\xff", b"\x01\x02", b"\x03\x02\x03", b"\x02\x03\x03", b"\x80"]
)
def test_padding_that_is_not_whole_is_refused(tail: bytes) -> None:
    block = (b"x" * 16 + tail)[-16:]
    sealed = aes_ecb_encrypt(block, KEY)[:16]
    with pytest.raises(SignatureInvalid, match="does not open"):
        aes_ecb_decrypt(sealed, KEY)


@pytest.mark.parametrize("pad", [17, 18, 31, 32])
def test_padding_longer_than_a_block_is_refused_however_whole(pad: int) -> None:
    sealed = aes_ecb_encrypt((b"x" * 32 + bytes([pad]) * pad)[-32:], KEY)[:32]
    with pytest.raises(SignatureInvalid, match="does not open"):
        aes_ecb_decrypt(sealed, KEY)


@pytest.mark.parametrize("tail", [b"\x01", b"\x02\x02", b"\x05" * 5, b"\x10" * 16, b"\x01\x01"])
def test_whole_padding_is_taken_off_once(tail: bytes) -> None:
    block = (b"x" * 16 + tail)[-16:]
    sealed = aes_ecb_encrypt(block, KEY)[:16]
    assert aes_ecb_decrypt(sealed, KEY) == block[: -tail[-1]]


@given(st.binary(max_size=100), st.binary(min_size=32, max_size=32))
def test_what_is_encrypted_is_decrypted_again(plain: bytes, key: bytes) -> None:
    assert aes_ecb_decrypt(aes_ecb_encrypt(plain, key), key) == plain


@given(st.binary(max_size=100))
def test_any_bytes_are_decrypted_or_refused(data: bytes) -> None:
    with suppress(SignatureInvalid):
        assert aes_ecb_encrypt(aes_ecb_decrypt(data, KEY), KEY) == data


def test_a_signature_is_what_the_backend_verifies() -> None:
    signature = rsa_sign(load_private_key(k.private_pem(k.MERCHANT)), b"data")
    k.key(k.MERCHANT).public_key().verify(signature, b"data", padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(
    "pem",
    [k.public_pem(k.MERCHANT), k.public_pem(k.MERCHANT, PublicFormat.PKCS1), k.certificate(k.MERCHANT)],
    ids=["X.509", "PKCS#1", "certificate"],
)
def test_a_public_key_of_any_spelling_verifies_and_encrypts(pem: bytes) -> None:
    private, public = load_private_key(k.private_pem(k.MERCHANT)), load_public_key(pem)
    assert rsa_verify(public, rsa_sign(private, b"data"), b"data")
    assert not rsa_verify(public, rsa_sign(private, b"data"), b"date")
    assert not rsa_verify(public, b"", b"data")
    for key in (public, pem):
        assert rsa_oaep_decrypt(rsa_oaep_encrypt(b"plain", key), private) == b"plain"


def test_a_certificate_tells_its_number_its_key_and_its_time() -> None:
    serial, public, begin, end = read_certificate(k.certificate(k.MERCHANT))
    assert (serial, begin, end) == (k.SERIAL, k.NOW - k.DAY, k.NOW + 5 * 365 * k.DAY)
    assert public.public_numbers() == k.key(k.MERCHANT).public_key().public_numbers()


@pytest.mark.parametrize(
    "pem", [k.private_pem(k.MERCHANT), k.public_pem("short", bits=1024), b"", b"x", b"CERTIFICATE"]
)
def test_what_is_no_strong_public_key_is_refused(pem: bytes) -> None:
    with pytest.raises(ConfigurationError):
        load_public_key(pem)


def test_a_private_key_whose_numbers_do_not_fit_is_refused_on_first_use_and_every_time() -> None:
    numbers = k.key(k.MERCHANT).private_numbers()
    other = k.key(k.PLATFORM).private_numbers()
    spoiled = rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, numbers.d, other.dmp1, numbers.dmq1, numbers.iqmp, numbers.public_numbers
    )
    pem = k.pem_of(spoiled.private_key(unsafe_skip_rsa_key_validation=True))
    key = load_private_key(pem)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="not an RSA private key"):
            rsa_sign(key, b"data")


def test_other_threads_run_while_one_signs() -> None:
    key = load_private_key(k.private_pem("large", bits=4096))
    rsa_sign(key, b"")
    counted, stop = [0], threading.Event()

    def count() -> None:
        while not stop.is_set():
            counted[0] += 1

    thread = threading.Thread(target=count)
    thread.start()
    before = counted[0]
    for _ in range(20):
        rsa_sign(key, b"data")
    after = counted[0]
    stop.set()
    thread.join()
    assert after > before
