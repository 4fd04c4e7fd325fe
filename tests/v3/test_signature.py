"""What is signed, and which headers of an answer or a callback prove that WeChat Pay sent it."""

from __future__ import annotations

import base64
import copy
import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from tests.v3 import keys as k
from wxpay_v2.errors import InvalidRequest, SignatureInvalid
from wxpay_v2.primitives import load_private_key
from wxpay_v2.v3.platform_keys import PlatformKeys, UnknownSerial
from wxpay_v2.v3.signature import Signer, check, statement_text, text_to_sign, text_to_verify

BODY = b'{"id":"EV-2018022511223320873","summary":"\xe6\x94\xaf\xe4\xbb\x98"}'
TARGET = "/v3/global/transactions/out-trade-no/T1?mchid=1900000109"


def known() -> PlatformKeys:
    return PlatformKeys([k.platform_key()])


def signer() -> Signer:
    return Signer(k.MCH_ID, k.SERIAL, load_private_key(k.private_pem(k.MERCHANT)))


def test_a_request_is_signed_as_five_lines_with_a_line_end_each() -> None:
    assert text_to_sign("GET", TARGET, 1700000000, "ABC", b"") == (
        b"GET\n/v3/global/transactions/out-trade-no/T1?mchid=1900000109\n1700000000\nABC\n\n"
    )
    assert text_to_sign("POST", "/v3/x", "1", "n", b'{"a":1}') == b'POST\n/v3/x\n1\nn\n{"a":1}\n'


def test_an_answer_is_signed_as_three_lines_and_an_empty_one_too() -> None:
    assert text_to_verify(1700000000, "N", b"{}") == b"1700000000\nN\n{}\n"
    assert text_to_verify("1700000000", "N", b"") == b"1700000000\nN\n\n"


def test_a_statement_is_signed_by_its_digest_without_blanks() -> None:
    assert statement_text("79bb0f45fc4c42234a918000b2668d689e2bde04") == (
        b'{"sha1":"79bb0f45fc4c42234a918000b2668d689e2bde04"}'
    )


@pytest.mark.parametrize("digest", ["", "79bb", "z" * 40, "7" * 39 + '"', "7" * 41, None, 7, "٧" * 40])
def test_what_is_no_sha1_does_not_stand_for_a_statement(digest: Any) -> None:
    with pytest.raises(SignatureInvalid, match="Sha1"):
        statement_text(digest)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("get", "/v3/x"), ("", "/v3/x"), ("GET\n", "/v3/x"), ("GET", "v3/x"), ("GET", "https://h/v3/x"), ("GET", ""),
        ("GET", "/v3/x y"), ("GET", "/v3/x\n"), ("GET", "/v3/\r\nx"), ("GET", "/v3/é"), ("GET", "/v3/x\0"),
    ],
)  # fmt: skip
def test_what_would_break_the_lines_is_refused(method: str, target: str) -> None:
    with pytest.raises(InvalidRequest, match="not a method and a path"):
        text_to_sign(method, target, 1, "n", b"")


@pytest.mark.parametrize("nonce", ["", "a b", 'a"', "a,b", "a\n", "é", "a" * 65])
def test_a_nonce_that_would_break_the_header_is_refused(nonce: str) -> None:
    with pytest.raises(InvalidRequest, match="nonce"):
        signer().authorization("GET", TARGET, b"", 1, nonce)


def test_the_authorization_header_holds_five_pairs_and_the_signature_verifies() -> None:
    header = signer().authorization("POST", "/v3/x?y=%20", BODY, 1700000000, "ABC123")
    scheme, _, rest = header.partition(" ")
    assert scheme == "WECHATPAY2-SHA256-RSA2048"
    pairs = dict(re.findall(r'(\w+)="([^"]*)"(?:,|$)', rest))
    signature = pairs.pop("signature")
    assert pairs == {"mchid": k.MCH_ID, "serial_no": k.SERIAL, "nonce_str": "ABC123", "timestamp": "1700000000"}
    assert rest.count(",") == 4
    assert len(signature) == 344
    public = k.key(k.MERCHANT).public_key()
    text = b"POST\n/v3/x?y=%20\n1700000000\nABC123\n" + BODY + b"\n"
    public.verify(base64.b64decode(signature), text, padding.PKCS1v15(), hashes.SHA256())


def test_a_signer_prints_without_its_key_and_stays_in_its_process() -> None:
    assert repr(signer()) == f"Signer('{k.MCH_ID}', '{k.SERIAL}', '***')"
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="does not leave"):
            leave(signer())


def test_a_genuine_message_names_the_key_that_signed_it() -> None:
    assert check(k.headers(BODY), BODY, known(), k.NOW) == k.SERIAL


def test_an_answer_without_a_body_is_genuine_when_its_two_lines_are() -> None:
    assert check(k.headers(b""), b"", known(), k.NOW) == k.SERIAL


def test_a_statement_is_genuine_by_its_digest_and_not_by_its_bytes() -> None:
    digest = "79bb0f45fc4c42234a918000b2668d689e2bde04"
    by_digest = k.headers(f'{{"sha1":"{digest}"}}'.encode())
    assert check(by_digest, b"the bytes", known(), k.NOW, digest=digest) == k.SERIAL
    for wrong in ("79bb0f45fc4c42234a918000b2668d689e2bde05", digest.upper()):
        with pytest.raises(SignatureInvalid, match="wrong"):
            check(by_digest, b"the bytes", known(), k.NOW, digest=wrong)
    with pytest.raises(SignatureInvalid, match="wrong"):
        check(k.headers(b"the bytes"), b"the bytes", known(), k.NOW, digest=digest)


def test_s4_6_header_names_in_any_case_are_the_same() -> None:
    for change in (str.lower, str.upper):
        assert check({change(name): value for name, value in k.headers(BODY).items()}, BODY, known(), k.NOW)


@pytest.mark.parametrize("name", ["Serial", "Timestamp", "Nonce", "Signature"])
def test_s4_6_a_missing_header_is_refused_and_named(name: str) -> None:
    with pytest.raises(SignatureInvalid, match=f"no header wechatpay-{name.lower()}") as refused:
        check(k.headers(BODY, **{name: None}), BODY, known(), k.NOW)
    assert "unchanged" in refused.value.remedy


def test_s4_6_a_message_without_any_header_is_refused() -> None:
    with pytest.raises(SignatureInvalid, match="no header"):
        check({}, BODY, known(), k.NOW)


@pytest.mark.parametrize("name", ["Serial", "Timestamp", "Nonce", "Signature"])
def test_s4_6_a_header_given_twice_is_refused(name: str) -> None:
    genuine = k.headers(BODY)
    value = genuine[f"Wechatpay-{name}"]
    with pytest.raises(SignatureInvalid, match="two headers"):
        check({**genuine, f"wechatpay-{name}": value}, BODY, known(), k.NOW)
    with pytest.raises(SignatureInvalid, match="not well-formed"):
        check({**genuine, f"Wechatpay-{name}": f"{value}, {value}"}, BODY, known(), k.NOW)


@pytest.mark.parametrize("spelled", [str.lower, str.title])
def test_s4_6_a_header_given_twice_in_one_spelling_is_refused(spelled: Callable[[str], str]) -> None:
    genuine = [(spelled(name), value) for name, value in k.headers(BODY).items()]
    assert check(CIMultiDict(genuine), BODY, known(), k.NOW)
    for name, value in genuine:
        if name.lower().startswith("wechatpay-") and name.lower() != "wechatpay-signature-type":
            with pytest.raises(SignatureInvalid, match="two headers"):
                check(CIMultiDict([*genuine, (name, value)]), BODY, known(), k.NOW)


@pytest.mark.parametrize("name", ["Serial", "Timestamp", "Nonce", "Signature"])
@pytest.mark.parametrize("tail", [",", " ", "\r", "\n", "\r\nX: y", "\0", "é", "\u0661", "\ud800", "\t"])
def test_s4_6_a_value_with_more_than_one_value_in_it_is_refused(name: str, tail: str) -> None:
    genuine = k.headers(BODY)
    header = f"Wechatpay-{name}"
    for value in (genuine[header] + tail, tail + genuine[header]):
        with pytest.raises(SignatureInvalid, match="not well-formed"):
            check({**genuine, header: value}, BODY, known(), k.NOW)


@pytest.mark.parametrize("value", [None, 1, b"1790000000", ["1790000000"], 1.5, True])
@pytest.mark.parametrize("name", ["Serial", "Timestamp", "Nonce", "Signature"])
def test_s4_6_a_value_that_is_no_text_is_refused(name: str, value: Any) -> None:
    with pytest.raises(SignatureInvalid, match="not well-formed"):
        check({**k.headers(BODY), f"Wechatpay-{name}": value}, BODY, known(), k.NOW)


def test_s4_6_a_header_name_that_is_no_text_is_passed_over() -> None:
    assert check({**k.headers(BODY), b"Wechatpay-Serial": "x", 7: "y"}, BODY, known(), k.NOW)  # type: ignore[dict-item]


@pytest.mark.parametrize("told", ["", "-1", "+1", "1.5", "1e9", "0x1", " 1", "1790000000000", "١٧٩", "1_0", "NaN"])
def test_s4_6_a_time_that_is_not_one_to_twelve_digits_is_refused(told: str) -> None:
    with pytest.raises(SignatureInvalid, match="timestamp is not well-formed"):
        check(k.headers(BODY, Timestamp=told), BODY, known(), k.NOW)


@pytest.mark.parametrize("away", [-300, -299, -1, 0, 1, 299, 300])
def test_s4_6_a_message_of_the_last_or_next_five_minutes_is_taken(away: int) -> None:
    assert check(k.headers(BODY, at=k.NOW + away), BODY, known(), k.NOW)


@pytest.mark.parametrize("away", [-86400, -301, 301, 86400])
def test_s4_6_a_message_of_another_time_is_refused_though_its_signature_holds(away: int) -> None:
    with pytest.raises(
        SignatureInvalid, match=f"{abs(away)} seconds {'ago' if away < 0 else 'from now'}, 300"
    ) as refused:
        check(k.headers(BODY, at=k.NOW + away), BODY, known(), k.NOW)
    assert "clock" in refused.value.remedy


def test_s4_6_the_window_ends_within_the_second() -> None:
    assert check(k.headers(BODY), BODY, known(), k.NOW + 300.0)
    for now in (k.NOW + 300.001, k.NOW - 300.001):
        with pytest.raises(SignatureInvalid, match=r"seconds (ago|from now)"):
            check(k.headers(BODY), BODY, known(), now)


def _not_strict(signature: str) -> list[str]:
    last = signature[-3]
    sibling = chr(ord(last) + 1)  # same bytes to a decoder that does not look at the bits left over
    return [
        signature[:-1], signature[:-2], signature + "=", signature + "AA==", "=" + signature, signature[:-2] + "-=",
        signature[:8] + "-_" + signature[10:], signature[:-3] + sibling + "==", f"{signature[:9]}\\n{signature[9:]}",
    ]  # fmt: skip


@pytest.mark.parametrize("position", range(9))
def test_s4_6_a_signature_that_is_not_strict_base64_is_refused(position: int) -> None:
    genuine = k.headers(BODY)
    with pytest.raises(SignatureInvalid, match=r"base64|wrong"):
        check(
            {**genuine, "Wechatpay-Signature": _not_strict(genuine["Wechatpay-Signature"])[position]},
            BODY,
            known(),
            k.NOW,
        )


def test_s4_6_leftover_bits_in_base64_are_another_spelling_and_refused() -> None:
    genuine = k.headers(BODY)
    signature = genuine["Wechatpay-Signature"]
    assert signature.endswith("==")
    respelled = signature[:-3] + chr(ord(signature[-3]) + 1) + "=="
    assert base64.b64decode(respelled) == base64.b64decode(signature)
    with pytest.raises(SignatureInvalid, match="not base64"):
        check({**genuine, "Wechatpay-Signature": respelled}, BODY, known(), k.NOW)


@pytest.mark.parametrize(
    "told", ["WECHATPAY2-SM2-WITH-SM3", "WECHATPAY2-RSA2048-SHA256", "wechatpay2-sha256-rsa2048", "", None, 7, "none"]
)
def test_s4_6_another_scheme_is_refused(told: Any) -> None:
    with pytest.raises(SignatureInvalid, match="another scheme"):
        check({**k.headers(BODY), "Wechatpay-Signature-Type": told}, BODY, known(), k.NOW)


def test_s4_6_the_scheme_may_be_absent_and_not_be_given_twice() -> None:
    assert check(k.headers(BODY, Signature_Type=None), BODY, known(), k.NOW)
    for second in ("WECHATPAY2-SHA256-RSA2048", "WECHATPAY2-SM2-WITH-SM3"):
        for first in ("WECHATPAY2-SHA256-RSA2048", "WECHATPAY2-SM2-WITH-SM3"):
            twice = {**k.headers(BODY), "Wechatpay-Signature-Type": first, "wechatpay-signature-type": second}
            with pytest.raises(SignatureInvalid, match="another scheme"):
                check(twice, BODY, known(), k.NOW)


def test_s4_6_a_signature_with_another_digest_is_wrong() -> None:
    text = b"1790000000\nEWumbNKZrzOKSqUCPLUKPFpGdPXk0oKt\n" + BODY + b"\n"
    for digest in (hashes.SHA1(), hashes.SHA512()):  # noqa: S303 - what is to be refused
        with pytest.raises(SignatureInvalid, match="wrong"):
            check(k.headers(BODY, Signature=k.sign(k.PLATFORM, text, digest)), BODY, known(), k.NOW)


def test_s4_6_another_key_s_signature_is_wrong() -> None:
    with pytest.raises(SignatureInvalid, match="the signature is wrong"):
        check(k.headers(BODY, name=k.MERCHANT), BODY, known(), k.NOW)


@pytest.mark.parametrize(
    "other", [BODY + b" ", BODY + b"\n", BODY[:-1], b"", b"\xef\xbb\xbf" + BODY, BODY.replace(b"EV", b"ev")]
)
def test_s4_6_the_raw_bytes_are_signed(other: bytes) -> None:
    with pytest.raises(SignatureInvalid, match="the signature is wrong"):
        check(k.headers(BODY), other, known(), k.NOW)


def test_s4_6_a_line_moved_from_one_part_to_another_is_a_wrong_signature() -> None:
    body = b"N2\n{}"
    genuine = k.headers(body)
    joined = genuine["Wechatpay-Nonce"] + "\nN2"
    with pytest.raises(SignatureInvalid, match="not well-formed"):
        check({**genuine, "Wechatpay-Nonce": joined}, b"{}", known(), k.NOW)


def test_s4_6_an_expired_platform_certificate_is_refused() -> None:
    old = PlatformKeys([k.platform_key(end=k.NOW)])
    with pytest.raises(SignatureInvalid, match="has expired") as refused:
        check(k.headers(BODY), BODY, old, k.NOW)
    assert not isinstance(refused.value, UnknownSerial)
    assert check(k.headers(BODY, at=k.NOW - 1), BODY, old, k.NOW - 1)


def test_s4_7_an_unknown_serial_number_is_refused_and_told() -> None:
    with pytest.raises(UnknownSerial, match="not known") as refused:
        check(k.headers(BODY, serial="0" * 40), BODY, known(), k.NOW)
    assert refused.value.serial == "0" * 40
    assert isinstance(refused.value, SignatureInvalid)
    assert pickle.loads(pickle.dumps(refused.value)).serial == "0" * 40  # noqa: S301


def test_s4_8_a_probe_is_an_ordinary_wrong_signature() -> None:
    genuine = k.headers(BODY)
    signature = genuine["Wechatpay-Signature"]
    wrong = {**genuine, "Wechatpay-Signature": base64.b64encode(b"x" * 256).decode()}
    with pytest.raises(SignatureInvalid) as ordinary:
        check(wrong, BODY, known(), k.NOW)
    probes = ["WECHATPAY/SIGNTEST/" + signature, "WECHATPAY/SIGNTEST/" + signature[19:], "WECHATPAY/SIGNTEST/aaaaa"]
    said = set()
    for probe in probes:
        with pytest.raises(SignatureInvalid) as refused:
            check({**genuine, "Wechatpay-Signature": probe}, BODY, known(), k.NOW)
        assert type(refused.value) is type(ordinary.value) is SignatureInvalid
        said.add(refused.value.message)
    assert said <= {"the signature is not base64", ordinary.value.message}
    assert ordinary.value.message in said


@given(data=st.data())
def test_any_bit_changed_anywhere_is_refused(data: st.DataObject) -> None:
    genuine = k.headers(BODY)
    part = data.draw(st.sampled_from(["body", "Wechatpay-Nonce", "Wechatpay-Timestamp", "Wechatpay-Signature"]))
    whole = BODY if part == "body" else genuine[part].encode()
    place = data.draw(st.integers(0, len(whole) * 8 - 1))
    changed = bytearray(whole)
    changed[place // 8] ^= 1 << place % 8
    body = bytes(changed) if part == "body" else BODY
    if part != "body":
        genuine[part] = changed.decode("latin-1")
    with pytest.raises(SignatureInvalid):
        check(genuine, body, known(), k.NOW)


NAMES = (
    "Wechatpay-Serial", "wechatpay-nonce", "Wechatpay-Timestamp", "WECHATPAY-SIGNATURE", "Wechatpay-Signature-Type",
)  # fmt: skip
VALUES = st.one_of(st.text(), st.none(), st.integers(), st.binary(), st.just(k.SERIAL), st.just(str(int(k.NOW))))


@given(st.dictionaries(st.sampled_from(NAMES), VALUES), st.binary())
def test_any_headers_and_body_are_refused_and_nothing_else(headers: dict[str, Any], body: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        check(headers, body, known(), k.NOW)
