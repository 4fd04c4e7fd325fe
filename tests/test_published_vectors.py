"""Vectors that NIST and RSA Laboratories published, as the package cryptography-vectors has them.

Wycheproof's, which look for what implementations got wrong, are in test_wycheproof.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from wxpay_v2.errors import SignatureInvalid
from wxpay_v2.primitives import (
    aes_gcm_decrypt,
    aes_gcm_encrypt,
    load_private_key,
    load_public_key,
    rsa_oaep_decrypt,
    rsa_verify,
)

HOME = Path(cryptography_vectors.__file__).parent
RSA = HOME / "asymmetric" / "RSA"


def _records(path: Path) -> Iterator[dict[str, str]]:
    """Every vector of a NIST file: its own lines, and those in brackets and above that hold for it."""
    shared: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="ascii")):
        lines = [line.strip() for line in block.splitlines() if line.strip() and not line.startswith("#")]
        brackets = [line.strip("[]") for line in lines if line.startswith("[")]
        own = dict(_pair(line) for line in lines if not line.startswith("["))
        shared.update(_pair(line) for line in brackets)
        if "Count" in own or "Result" in own:
            yield {**shared, **own}
        else:
            shared.update(own)


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()


def test_aes_256_gcm_with_a_nonce_of_12_bytes_and_a_tag_of_16() -> None:
    seen = {"opened": 0, "refused": 0}
    for record in _records(HOME / "ciphers" / "AES" / "GCM" / "gcmDecrypt256.rsp"):
        if (record["IVlen"], record["Taglen"]) != ("96", "128"):
            continue
        key, nonce, data, associated, tag = (bytes.fromhex(record[name]) for name in ("Key", "IV", "CT", "AAD", "Tag"))
        if "FAIL" in record:
            with pytest.raises(SignatureInvalid, match="does not open"):
                aes_gcm_decrypt(data + tag, key, nonce, associated)
            seen["refused"] += 1
        else:
            plain = bytes.fromhex(record["PT"])
            assert aes_gcm_decrypt(data + tag, key, nonce, associated) == plain
            assert aes_gcm_encrypt(plain, key, nonce, associated) == data + tag
            seen["opened"] += 1
    assert seen == {"opened": 184, "refused": 191}


@cache
def _public(modulus: str, exponent: str) -> bytes:
    key = rsa.RSAPublicNumbers(int(exponent, 16), int(modulus, 16)).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_rsa_pkcs1_v1_5_with_sha_256_and_keys_of_2048_bits_or_more() -> None:
    seen = {"verified": 0, "refused": 0}
    for record in _records(RSA / "FIPS_186-2" / "SigVer15_186-3.rsp"):
        if record["SHAAlg"] != "SHA256" or int(record["mod"]) < 2048:
            continue
        key = load_public_key(_public(record["n"], record["e"]))
        good = rsa_verify(key, bytes.fromhex(record["S"]), bytes.fromhex(record["Msg"]))
        assert good == record["Result"].startswith("P"), record["Result"]
        seen["verified" if good else "refused"] += 1
    assert seen == {"verified": 9, "refused": 45}


def test_rsa_oaep_with_sha_1() -> None:
    text = (RSA / "pkcs-1v2-1d2-vec" / "oaep-vect.txt").read_text(encoding="ascii").split("# Example 10: ")[1]
    values = re.findall(r"# ([A-Za-z][A-Za-z0-9 ()/]*):\s*\n((?:[0-9a-f]{2}\s+)+)", text)
    numbers = {name: int("".join(digits.split()), 16) for name, digits in values}
    public = rsa.RSAPublicNumbers(numbers["Public exponent"], numbers["Modulus"])
    parts = [numbers[name] for name in ("Prime 1", "Prime 2", "Exponent")]
    remainders = [numbers[name] for name in ("Prime exponent 1", "Prime exponent 2", "Coefficient")]
    private = rsa.RSAPrivateNumbers(*parts, *remainders, public).private_key()
    key = load_private_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    plain = [bytes.fromhex("".join(digits.split())) for name, digits in values if name == "Message"]
    sealed = [bytes.fromhex("".join(digits.split())) for name, digits in values if name == "Encryption"]
    assert len(plain) == 6
    assert [rsa_oaep_decrypt(data, key) for data in sealed] == plain
