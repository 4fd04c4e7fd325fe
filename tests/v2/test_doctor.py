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
from wxpay_v2.v2.doctor import MASK, causes, explain, is_about_signature, masked_text

KEY = "Key0fLettersInBothCasesAnd1Digit"
ALGORITHMS = ("MD5", "HMAC-SHA256")
FIELDS = {"appid": "wx8888888888888888", "mch_id": "1900000109", "body": "茶 & <tea>", "nonce_str": "abc", "B": "1"}


def diagnosed(fields: dict[str, str], sign_type: str = "MD5", key: str = KEY, **others: str) -> list[str]:
    found = causes(fields, Secret(key), sign_type, {name: Secret(other) for name, other in others.items()})
    assert all(cause.remedy for cause in found), "each says what to do"
    shown = [f"{cause} {cause!r}" for cause in found]
    assert not any(secret in sentence for sentence in shown for secret in (key, *others.values()))
    return [cause.told for cause in found]


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
        "values were signed with their <![CDATA[ ]]>": {
            **FIELDS,
            "sign": signed(mapped(lambda value: f"<![CDATA[{value}]]>")),
        },
        "the key was used with a blank before it": {**FIELDS, "sign": signed(FIELDS, " " + KEY)},
        "the key was sorted among the fields": text(joined(sorted({**FIELDS, "key": KEY}.items()), "")),
        "the key was joined as key= without &": text(joined(pairs, f"key={KEY}")),
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


CHANGED = {
    "body was XML-escaped twice on the way": ("Tea & <milk>", "Tea &amp; &lt;milk&gt;"),
    "body was XML-unescaped on the way": ("Tea &amp; milk", "Tea & milk"),
    "body was URL-encoded on the way": ("茶 & milk", "%E8%8C%B6%20%26%20milk"),
    "body was URL-decoded on the way": ("%E8%8C%B6", "茶"),
    "a + in body became a blank on the way": ("1+1", "1 1"),
    "body was read as Latin-1 instead of UTF-8 on the way": ("茶", "茶".encode().decode("latin-1")),
    "body was read as Windows-1252 instead of UTF-8 on the way": ("café €", "café €".encode().decode("cp1252")),
    "body was read as GBK instead of UTF-8 on the way": ("茶叶", "茶叶".encode().decode("gb18030")),
    "the line ends of body changed on the way": ("a\r\nb", "a\nb"),
    "body changed its Unicode form on the way": ("caf\u00e9", "cafe\u0301"),
    "body was a decimal when it was signed": ("100.0", "100"),
    "body became a decimal on the way": ("100", "100.00"),
    "body was in other capitals when it was signed": ("true", "True"),
    "body was empty when it was signed": ("", "None"),
    "blanks around body were added on the way": ("Tea", " Tea\n"),
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("told", CHANGED)
def test_a_field_that_changed_on_the_way_is_named_with_the_change(told: str, algorithm: str) -> None:
    before, after = CHANGED[told]
    sign = m.sign({**FIELDS, "body": before}, KEY, algorithm)
    found = diagnosed({**FIELDS, "body": after, "sign": sign}, algorithm)
    assert told in found
    assert "another key" not in " ".join(found)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_that_was_mistaken_for_the_api_key_is_named(algorithm: str) -> None:
    wrong = {"the sub-merchant's key": m.OTHER_KEY, "the API v3 key": "V3KeyV3KeyV3KeyV3KeyV3KeyV3Key12"}
    for name, key in wrong.items():
        fields = {**FIELDS, "sign": m.sign(FIELDS, key, algorithm)}
        assert diagnosed(fields, algorithm, **wrong) == [f"signed with {name}"]
        assert "another key" in diagnosed(fields, algorithm)[-1]


def test_a_plain_sha_256_is_told_from_hmac() -> None:
    sign = hashlib.sha256(joined(sorted(FIELDS.items()))).hexdigest().upper()
    assert diagnosed({**FIELDS, "sign": sign}, "HMAC-SHA256") == ["plain SHA-256 of the text"]


def test_a_key_of_the_shape_of_a_serial_number_is_told() -> None:
    serial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
    found = causes({**FIELDS, "sign": "A" * 32}, Secret(serial))
    assert any("serial number" in cause.remedy for cause in found)


def test_a_message_with_many_long_fields_is_diagnosed_in_bounded_work() -> None:
    fields = {f"f{n}": "x" * 2000 for n in range(500)}
    assert diagnosed({**fields, "sign": "A" * 32})


# Of a request that the gateway refused.

SENT = {**FIELDS, "sub_mch_id": "1900000110", "openid": "oUpF8uMuAJO", "auth_code": "134567890123456789"}
NO = {"return_code": "FAIL", "return_msg": "签名错误"}


def explained(reply: dict[str, str], sent: dict[str, str] = SENT, sign_type: str = "MD5", **more: bool) -> str:
    told = explain(sent, reply, Secret(KEY), sign_type, **more)
    assert KEY not in told
    assert "134567890123456789" not in told
    assert "oUpF8" not in told
    return told


def test_without_another_signature_the_suspects_are_listed() -> None:
    told = explained(NO)
    assert told.startswith("text to sign (MD5): B=1&appid=wx8888888888888888&auth_code=***&body=茶 & <tea>&")
    assert told.split("\n")[0].endswith(f"&key={MASK}")
    for word in ("sub-merchant's", "the key is another one", "a proxy"):
        assert word in told
    assert told.count("likely: ") == told.count("    do: ")
    assert "sandbox" not in told.replace("not the sandbox's", "")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"sign_type": "HMAC-SHA256"}, "sign_type was not sent"),
        ({"sandbox": True}, "a key of its own"),
        ({"sent": {**SENT, "body": " Tea"}}, "blanks around body"),
    ],
)
def test_what_the_request_tells_is_told(more: Any, word: str) -> None:
    assert word in explained(NO, **more)
    assert word not in explained(NO)


def test_a_signed_answer_tells_whether_key_and_algorithm_are_right() -> None:
    reply = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "SIGNERROR"}
    assert "so these are right" in explained({**reply, "sign": m.sign(reply, KEY)})
    other = {**reply, "sign": m.sign(reply, KEY, "HMAC-SHA256")}
    assert "signed with HMAC-SHA256: the key is right" in explained(other)
    assert "another key" in explained({**reply, "sign": m.sign(reply, m.OTHER_KEY)})
    assert "in upper case" in explained({**reply, "sign": m.sign(reply, KEY.upper())})


@pytest.mark.parametrize(
    ("reply", "about"),
    [
        ({"err_code": "SIGNERROR"}, True),
        ({"err_code": "SIGN_ERROR"}, True),
        ({"return_msg": "签名错误"}, True),
        ({"return_msg": "签名失败"}, True),
        ({"return_msg": "Sign Error"}, True),
        ({"return_msg": "SIGN_ERROR"}, True),
        ({"err_code_des": "invalid signature"}, True),
        ({"err_code": "NOTENOUGH", "return_msg": "OK"}, False),
        ({}, False),
    ],
)
def test_a_refusal_for_the_signature_is_known_by_code_or_words(reply: dict[str, str], about: bool) -> None:
    assert is_about_signature(reply) is about
