"""The encrypted parts of messages, against the worked example and an independent hand."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus import messages as m
from wxpay_v2.errors import ConfigurationError, InvalidRequest, Malformed, SignatureInvalid
from wxpay_v2.secret import Secret
from wxpay_v2.v2 import cipher

KEY = Secret(m.KEY)
OTHER = Secret(m.OTHER_KEY)
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "req_info.json").read_text(encoding="utf-8"))
KINDS = {"malformed": Malformed, "signature": SignatureInvalid}


def test_there_are_good_and_bad_vectors() -> None:
    assert {vector["result"] for vector in VECTORS} == {"valid", *KINDS}
    assert all(vector["source"] and vector["why"] for vector in VECTORS)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_a_golden_vector_opens_or_fails(vector: dict[str, Any]) -> None:
    key = Secret(vector["key"])
    if vector["result"] == "valid":
        assert cipher.decrypt(vector["req_info"], key).decode() == vector["plain"]
        assert cipher.encrypt(vector["plain"].encode(), key) == vector["req_info"]
    else:
        with pytest.raises(KINDS[vector["result"]]) as told:
            cipher.decrypt(vector["req_info"], key)
        assert vector["key"] not in str(told.value)


def test_the_key_is_the_lower_case_md5_of_the_api_key() -> None:
    assert cipher._key(KEY) == b"d96eb16afdd491fa1e705096edbc2205"


@given(st.binary(max_size=200))
def test_what_is_encrypted_is_opened_again(plain: bytes) -> None:
    text = cipher.encrypt(plain, KEY)
    assert cipher.decrypt(text, KEY) == plain
    assert base64.b64decode(text, validate=True) == m.encrypt(plain)


@given(st.binary(max_size=64))
def test_another_key_opens_nothing(plain: bytes) -> None:
    """Or noise: one key in 256 finds a padding by chance, and what it opens is not the text."""
    with suppress(SignatureInvalid):
        assert cipher.decrypt(cipher.encrypt(plain, KEY), OTHER) != plain


@given(st.binary(min_size=1, max_size=64), st.data())
def test_a_change_of_one_bit_never_opens_as_the_same(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(m.encrypt(plain))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(SignatureInvalid):
        assert cipher.decrypt(base64.b64encode(sealed).decode(), KEY) != plain


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_text_is_opened_or_refused(text: str) -> None:
    with suppress(Malformed, SignatureInvalid):
        cipher.decrypt(text, KEY)


@given(st.binary(max_size=80).map(lambda data: base64.b64encode(data).decode()))
def test_any_base64_is_opened_or_refused(text: str) -> None:
    with suppress(SignatureInvalid):
        cipher.decrypt(text, KEY)


@pytest.mark.parametrize(
    "text", ["%", "AAA", "AAAA=", "=AAA", "AA=A", "A A=", "AAAA\n", "\nAAAA", "AA-_", "ＡＡＡＡ", "\ud800", "é"]
)
def test_base64_is_strict(text: str) -> None:
    with pytest.raises(Malformed, match="req_info is not base64"):
        cipher.decrypt(text, KEY)


def test_all_failures_to_open_are_told_in_the_same_words() -> None:
    """What was wrong with padding or length is nobody's business outside."""
    told = set()
    for sealed in (
        b"",
        b"x" * 15,
        m.encrypt_padded(b"\0" * 16),
        m.encrypt_padded(b"x" * 15 + b"\x11"),
        m.encrypt(b"")[:-1],
    ):
        with pytest.raises(SignatureInvalid) as error:
            cipher.decrypt(base64.b64encode(sealed).decode(), KEY)
        told.add(str(error.value))
    assert len(told) == 1


def test_m6_blocks_can_be_recombined_by_whoever_saw_others() -> None:
    """Not wished for but so: why a refund notification is a hint."""
    one, two = b"<a>1</a>" + b" " * 8, b"<b>2</b>" + b" " * 8
    spliced = m.encrypt(one)[:16] + m.encrypt(two)
    assert cipher.decrypt(base64.b64encode(spliced).decode(), KEY) == one + two


def test_a_field_is_encrypted_for_the_platforms_key_whichever_way_the_key_is_written() -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key()
    pkcs8 = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    pkcs1 = public.public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
    for pem in (pkcs1, pkcs8):
        sealed = base64.b64decode(cipher.encrypt_field("6222020200010001234 张三", pem))
        assert private.decrypt(sealed, scheme).decode() == "6222020200010001234 张三"
    with pytest.raises(InvalidRequest, match="more than this key"):
        cipher.encrypt_field("x" * 215, pkcs8)


@pytest.mark.parametrize("pem", [b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_what_is_no_public_key_is_refused(pem: bytes) -> None:
    with pytest.raises(ConfigurationError, match="RSA public key"):
        cipher.encrypt_field("x", pem)


def test_a_short_rsa_key_is_refused() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505
    pem = short.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ConfigurationError, match="2048"):
        cipher.encrypt_field("x", pem)
