"""Why a signature is wrong: each mistake is named when it is the only one, and the key is never shown."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import examples
from tests.corpus import messages as m
from wxpay_v2.secret import Secret
from wxpay_v2.v2.doctor import MASK, causes, masked_text

KEY = "Key0fLettersInBothCasesAnd1Digit"
ALGORITHMS = ("MD5", "HMAC-SHA256")
FIELDS = {"appid": "wx8888888888888888", "mch_id": "1900000109", "body": "茶 & <tea>", "nonce_str": "abc", "B": "1"}


def diagnosed(fields: dict[str, str], sign_type: str = "MD5", key: str = KEY) -> list[str]:
    told = causes(fields, Secret(key), sign_type)
    assert not any(key in sentence for sentence in told)
    return told


def of_text(text: bytes, sign_type: str, key: str = KEY) -> str:
    if sign_type == "MD5":
        return hashlib.md5(text).hexdigest().upper()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest().upper()


def joined(pairs: Any, end: str = f"&key={KEY}") -> bytes:
    return ("&".join(f"{name}={value}" for name, value in pairs) + end).encode()


def mapped(change: Callable[[str], str]) -> dict[str, str]:
    return {name: change(value) for name, value in FIELDS.items()}


def escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def other(sign_type: str) -> str:
    return "MD5" if sign_type == "HMAC-SHA256" else "HMAC-SHA256"


def mistaken(algorithm: str) -> dict[str, dict[str, str]]:
    """What doctor says of it -> FIELDS with that one thing done wrong by whoever signed or carried them."""

    def signed(fields: dict[str, str], key: str = KEY) -> str:
        return m.sign(fields, key, algorithm)

    def text(text: bytes) -> dict[str, str]:
        return {**FIELDS, "sign": of_text(text, algorithm)}

    empty, blank, accent = {**FIELDS, "attach": ""}, {**FIELDS, "body": " Tea "}, {**FIELDS, "body": "café"}
    pairs = sorted(FIELDS.items())
    return {
        f"signed with {algorithm}, configured is {other(algorithm)}": {**FIELDS, "sign": signed(FIELDS)},
        "sign_type was not signed": {**FIELDS, "sign_type": algorithm, "sign": signed(FIELDS)},
        "sign_type={} was signed but not sent": {**FIELDS, "sign": signed({**FIELDS, "sign_type": algorithm})},
        "values were XML-escaped before signing": {**FIELDS, "sign": signed(mapped(escaped))},
        "values were URL-encoded before signing": {
            **FIELDS,
            "sign": signed(mapped(lambda value: quote(value, safe=""))),
        },
        "blanks around values were stripped before signing": {**blank, "sign": signed({**blank, "body": "Tea"})},
        "blanks around body were added on the way": {**blank, "sign": signed({**blank, "body": "Tea"})},
        "body was not signed, or added on the way": {**FIELDS, "sign": signed(m.without(FIELDS, "body"))},
        "the key was used with a blank or line end after it": {**FIELDS, "sign": signed(FIELDS, KEY + "\n")},
        "the key was used with a blank after it": {**FIELDS, "sign": signed(FIELDS, KEY + " ")},
        "the key was used in lower case": {**FIELDS, "sign": signed(FIELDS, KEY.lower())},
        "the key was used in upper case": {**FIELDS, "sign": signed(FIELDS, KEY.upper())},
        "the MD5 of the key was used as the key": {
            **FIELDS,
            "sign": signed(FIELDS, hashlib.md5(KEY.encode()).hexdigest()),
        },
        "empty fields were signed": {**empty, "sign": of_text(joined(sorted(empty.items())), algorithm)},
        "fields were not sorted by name": text(joined(FIELDS.items())),
        "fields were sorted without regard to case": text(joined(sorted(pairs, key=lambda pair: pair[0].lower()))),
        "the key was joined without &key=": text(joined(pairs, KEY)),
        "no key was appended": text(joined(pairs, "")),
        "the text was signed in GBK instead of UTF-8": text(m.text_to_sign(FIELDS, KEY).decode().encode("gbk")),
        "the text was signed in Latin-1 instead of UTF-8": {
            **accent,
            "sign": of_text(m.text_to_sign(accent, KEY).decode().encode("latin-1"), algorithm),
        },
        "lower-case hex": {**FIELDS, "sign": signed(FIELDS).lower()},
    }


MISTAKES = list(mistaken("MD5"))[1:]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_when_it_is_the_only_one(mistake: str, algorithm: str) -> None:
    told = diagnosed(mistaken(algorithm)[mistake], algorithm)
    assert mistake.format(algorithm) in told
    assert "another key" not in " ".join(told)
    assert len(told) <= 2, told


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_other_algorithm_is_named_when_it_is_the_only_mistake(algorithm: str) -> None:
    mistake, fields = next(iter(mistaken(algorithm).items()))
    assert diagnosed(fields, other(algorithm)) == [mistake]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_together_with_the_other_algorithm(mistake: str, algorithm: str) -> None:
    told = diagnosed(mistaken(algorithm)[mistake], other(algorithm))
    assert f"{mistake.format(algorithm)} (and with {algorithm})" in told


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(fields=st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), examples.text(), min_size=1))
def test_a_right_message_has_no_cause(algorithm: str, fields: dict[str, str]) -> None:
    fields = m.without(fields, "sign", "sign_type")
    assert diagnosed({**fields, "sign": m.sign(fields, KEY, algorithm)}, algorithm) == []
    named = {**fields, "sign_type": algorithm}
    assert diagnosed({**named, "sign": m.sign(named, KEY, algorithm)}, algorithm) == []


def test_a_right_signature_under_another_algorithms_name_is_explained() -> None:
    fields = {**FIELDS, "sign_type": "HMAC-SHA256"}
    assert diagnosed({**fields, "sign": m.sign(fields, KEY)}) == ["sign_type says 'HMAC-SHA256', configured is MD5"]


@pytest.mark.parametrize("fields", [FIELDS, {**FIELDS, "sign": ""}, {}])
def test_no_signature_at_all(fields: dict[str, str]) -> None:
    assert diagnosed(fields) == ["there is no sign field"]


def test_a_configured_key_with_blanks_around_it() -> None:
    right = {**FIELDS, "sign": m.sign(FIELDS, KEY)}
    for key in (KEY + "\n", " " + KEY, KEY + "\r\n", "\t" + KEY + " "):
        assert diagnosed(right, key=key) == ["the configured key has blanks around it, the signer's has not"]


def test_another_key_is_what_is_left_over() -> None:
    told = diagnosed({**FIELDS, "sign": m.sign(FIELDS, m.OTHER_KEY)})
    assert len(told) == 1
    assert "another key" in told[0]


def test_a_field_that_changed_on_the_way_is_what_is_left_over() -> None:
    told = diagnosed({**FIELDS, "sign": m.sign(FIELDS, KEY), "body": "other"})
    assert "a field changed on the way" in told[-1]


@pytest.mark.parametrize(
    ("sign", "hint"),
    [
        ("A" * 64, "the length of HMAC-SHA256, configured is MD5"),
        ("A" * 31, "31 characters"),
        ("A" * 33, "33 characters"),
        ("G" * 32, "not hexadecimal"),
        ("签名", "not hexadecimal"),
        ("\ud800" * 32, "not hexadecimal"),
    ],
)
def test_the_shape_of_the_sign_is_told(sign: str, hint: str) -> None:
    assert hint in " ".join(diagnosed({**FIELDS, "sign": sign}))


def test_a_sign_in_mixed_case_is_told() -> None:
    sign = m.sign(FIELDS, KEY)
    mixed = next(sign[:place] + sign[place:].lower() for place in range(1, 32) if sign[:place] != sign[:place].lower())
    assert mixed not in (sign, sign.lower())
    assert "lower case" in " ".join(diagnosed({**FIELDS, "sign": mixed}))


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        (KEY[:-1], "the key has 31 characters"),
        (KEY + "x", "the key has 33 characters"),
        ("a b" + KEY[3:], "holds blanks"),
    ],
)
def test_the_shape_of_the_key_is_told_and_not_the_key(key: str, hint: str) -> None:
    told = diagnosed({**FIELDS, "sign": m.sign(FIELDS, m.OTHER_KEY)}, key=key)
    assert hint in " ".join(told)


@pytest.mark.parametrize(
    "fields", [{"a": "\ud800", "sign": "x"}, {"\ud800": "a", "sign": "x"}, {"a": "\ud800 ", "sign": "A" * 32}]
)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_cannot_be_encoded_is_diagnosed_all_the_same(fields: dict[str, str], algorithm: str) -> None:
    assert diagnosed(fields, algorithm)
    assert diagnosed(fields, algorithm, key="\udc80" * 32)


@given(
    st.dictionaries(st.text(max_size=6), st.text(st.characters(exclude_categories=()), max_size=8)),
    st.text(max_size=70),
    st.sampled_from(ALGORITHMS),
)
def test_any_message_is_diagnosed_without_an_exception(fields: dict[str, str], sign: str, algorithm: str) -> None:
    told = diagnosed({**fields, "sign": sign}, algorithm)
    assert all(isinstance(sentence, str) and sentence for sentence in told)


def test_s7_the_masked_text_shows_neither_key_nor_payment_code() -> None:
    shown = masked_text({**FIELDS, "auth_code": "134567890123456789", "re_user_name": "张三", "sign": "X", "empty": ""})
    assert shown == (
        f"B=1&appid=wx8888888888888888&auth_code={MASK}&body=茶 & <tea>&mch_id=1900000109&nonce_str=abc"
        f"&re_user_name={MASK}&key={MASK}"
    )
    assert masked_text({"a": "1", "auth_code": ""}) == f"a=1&key={MASK}"
