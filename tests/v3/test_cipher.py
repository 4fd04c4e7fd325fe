"""Resources and sensitive fields: opened or refused with one error, against `cryptography` and the worked example."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given
from hypothesis import strategies as st

from tests.v3 import keys as k
from wxpay_v2.errors import InvalidRequest, Malformed, SignatureInvalid
from wxpay_v2.primitives import load_private_key, load_public_key
from wxpay_v2.secret import Secret
from wxpay_v2.v3.cipher import OAEP, PKCS1, decrypt, encrypt, open_resource, seal_resource

KEY = Secret(k.V3_KEY)
SHUT = "the encrypted part does not open with this key"
PUBLIC = load_public_key(k.public_pem(k.PLATFORM))
PRIVATE = load_private_key(k.private_pem(k.PLATFORM))
SCHEMES = {
    OAEP: padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None),  # noqa: S303 - the protocol's choice
    PKCS1: padding.PKCS1v15(),
}


@pytest.mark.parametrize(
    ("associated", "ciphertext"),
    [("transaction", "8cyLVizq7ijC4/PRQ+ys8FDiLvBUwezF"), ("", "8cyLVizq7iiUzVfvNvndb4oy7bvOZkOT")],
)
def test_the_worked_example_opens_and_is_made(associated: str, ciphertext: str) -> None:
    key = Secret("0123456789abcdef" * 2)
    resource = {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": "0123456789ab",
        "associated_data": associated,
        "ciphertext": ciphertext,
    }
    assert open_resource(resource, key) == b"hello v3"
    assert seal_resource(b"hello v3", key, "0123456789ab", associated) == resource


@pytest.mark.parametrize("absent", ["absent", "null", "empty"])
def test_associated_data_may_be_empty_or_absent(absent: str) -> None:
    resource = k.sealed(b"{}", None)
    if absent != "absent":
        resource["associated_data"] = None if absent == "null" else ""
    assert open_resource(resource, KEY) == b"{}"


def test_an_empty_text_opens() -> None:
    assert open_resource(k.sealed(b""), KEY) == b""


@pytest.mark.parametrize(
    "algorithm", [None, "", "AEAD_AES_128_GCM", "AEAD_SM4_GCM", "aead_aes_256_gcm", "AEAD_AES_256_GCM ", 7, ["x"]]
)
def test_s4_9_another_algorithm_is_refused(algorithm: Any) -> None:
    with pytest.raises(SignatureInvalid, match="another algorithm than AEAD_AES_256_GCM"):
        open_resource({**k.sealed(b"{}"), "algorithm": algorithm}, KEY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("associated_data", "refund"), ("associated_data", ""), ("associated_data", None), ("associated_data", 7),
        ("associated_data", "\ud800"), ("nonce", "fdasflkja485"), ("nonce", "fdasflkja48"), ("nonce", "fdasflkja4845"),
        ("nonce", ""), ("nonce", None), ("nonce", 7), ("nonce", "fdasflkja48é"), ("nonce", ["fdasflkja484"]),
        ("ciphertext", ""), ("ciphertext", None), ("ciphertext", 7), ("ciphertext", "AAAA"), ("ciphertext", "*"),
        ("ciphertext", "é"), ("ciphertext", "A" * 32), ("ciphertext", ["A"]), ("ciphertext", "AAA"),
    ],
)  # fmt: skip
def test_s4_9_all_that_keeps_it_shut_is_one_error(name: str, value: Any) -> None:
    with pytest.raises(SignatureInvalid) as refused:
        open_resource({**k.sealed(b"{}"), name: value}, KEY)
    assert str(refused.value) == SHUT


@pytest.mark.parametrize("name", ["nonce", "ciphertext", "associated_data"])
def test_s4_9_a_missing_part_is_the_same_error(name: str) -> None:
    resource = k.sealed(b"{}")
    del resource[name]
    with pytest.raises(SignatureInvalid) as refused:
        open_resource(resource, KEY)
    assert str(refused.value) == SHUT


def test_s4_9_another_key_is_the_same_error() -> None:
    with pytest.raises(SignatureInvalid) as refused:
        open_resource(k.sealed(b"{}"), Secret("0" * 32))
    assert str(refused.value) == SHUT


@given(st.data())
def test_s4_9_any_bit_changed_keeps_it_shut(data: st.DataObject) -> None:
    resource = k.sealed(b'{"out_trade_no":"T-1"}')
    sealed = bytearray(base64.b64decode(resource["ciphertext"]))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(SignatureInvalid, match=SHUT):
        open_resource({**resource, "ciphertext": base64.b64encode(sealed).decode()}, KEY)


@given(st.dictionaries(
    st.sampled_from(["algorithm", "nonce", "associated_data", "ciphertext"]),
    st.one_of(st.text(), st.none(), st.integers(), st.just("AEAD_AES_256_GCM"), st.just("fdasflkja484")),
))  # fmt: skip
def test_any_resource_is_refused_and_nothing_else(resource: dict[str, Any]) -> None:
    with pytest.raises(SignatureInvalid):
        open_resource(resource, KEY)


@given(st.binary(max_size=300), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_sealed_opens_again(plain: bytes, associated: str) -> None:
    assert open_resource(seal_resource(plain, KEY, "0123456789ab", associated), KEY) == plain


@pytest.mark.parametrize("nonce", ["", "0123456789a", "0123456789abc", "0123456789aé"])
def test_a_nonce_of_another_length_is_not_used(nonce: str) -> None:
    with pytest.raises(InvalidRequest, match="12 ASCII"):
        seal_resource(b"", KEY, nonce)


# Sensitive fields.


@pytest.mark.parametrize("scheme", [OAEP, PKCS1])
@pytest.mark.parametrize("text", ["", "张三", "x" * 214])
def test_a_field_that_we_encrypt_is_opened_by_its_owner(scheme: str, text: str) -> None:
    sealed = encrypt(text, PUBLIC, scheme)
    assert len(sealed) == 344
    assert k.key(k.PLATFORM).decrypt(base64.b64decode(sealed), SCHEMES[scheme]).decode() == text


@pytest.mark.parametrize("scheme", [OAEP, PKCS1])
def test_a_field_that_was_encrypted_for_us_is_opened(scheme: str) -> None:
    sealed = k.key(k.PLATFORM).public_key().encrypt("张三".encode(), SCHEMES[scheme])
    assert decrypt(base64.b64encode(sealed).decode(), PRIVATE, scheme) == "张三"


def test_the_same_text_is_never_encrypted_alike() -> None:
    assert encrypt("张三", PUBLIC) != encrypt("张三", PUBLIC)


@pytest.mark.parametrize(("scheme", "most"), [(OAEP, 214), (PKCS1, 245)])
def test_a_longer_text_than_the_key_takes_is_refused(scheme: str, most: int) -> None:
    assert encrypt("x" * most, PUBLIC, scheme)
    with pytest.raises(InvalidRequest, match=f"{most + 1} bytes are more"):
        encrypt("x" * (most + 1), PUBLIC, scheme)


def test_a_lone_surrogate_is_not_encrypted() -> None:
    with pytest.raises(InvalidRequest, match="lone surrogate"):
        encrypt("\ud800", PUBLIC)


@pytest.mark.parametrize("sealed", ["*", "AAA", "é", None, 7, ["x"]])
def test_a_field_that_is_no_base64_is_refused(sealed: Any) -> None:
    with pytest.raises(Malformed, match="base64"):
        decrypt(sealed, PRIVATE)


@pytest.mark.parametrize("sealed", [b"", b"x", b"\0" * 256, b"\xff" * 256, b"x" * 257])
def test_a_field_that_does_not_open_is_refused(sealed: bytes) -> None:
    with pytest.raises(SignatureInvalid, match="does not open"):
        decrypt(base64.b64encode(sealed).decode(), PRIVATE)


def test_a_field_for_somebody_else_is_refused() -> None:
    sealed = encrypt("张三", load_public_key(k.public_pem(k.NEXT)))
    with pytest.raises(SignatureInvalid, match="does not open"):
        decrypt(sealed, PRIVATE)
    with suppress(SignatureInvalid):  # this padding may open as random bytes, by design of the backend
        assert decrypt(sealed, PRIVATE, PKCS1) != "张三"


def test_a_field_that_opens_as_no_text_is_refused() -> None:
    sealed = k.key(k.PLATFORM).public_key().encrypt(b"\xff\xfe", SCHEMES[OAEP])
    with pytest.raises(SignatureInvalid, match="does not open"):
        decrypt(base64.b64encode(sealed).decode(), PRIVATE)
