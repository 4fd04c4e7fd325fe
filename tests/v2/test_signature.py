"""The one signer and the one comparer of v2, against golden vectors and two hands that never saw its code."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
import pickle
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import examples
from tests.corpus import messages as m
from wxpay_v2.errors import ConfigurationError, InvalidRequest, SignatureInvalid
from wxpay_v2.secret import Secret
from wxpay_v2.v2 import signature
from wxpay_v2.v2.signature import Signer, text_to_sign

ALGORITHMS = ("MD5", "HMAC-SHA256")
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "signatures.json").read_text(encoding="utf-8"))
FIELDS = st.dictionaries(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True), st.one_of(st.just(""), examples.text()), min_size=1
)


def signer(sign_type: str = "MD5", key: str = m.KEY) -> Signer:
    return Signer(Secret(key), sign_type)


def test_there_are_good_and_bad_vectors_for_both_algorithms() -> None:
    assert {(vector["sign_type"], vector["result"]) for vector in VECTORS} == {
        (algorithm, result) for algorithm in ALGORITHMS for result in ("valid", "invalid")
    }
    assert all(vector["source"] and vector["why"] for vector in VECTORS)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['sign_type']}, {vector['why']}")
def test_a_golden_vector_holds_or_fails(vector: dict[str, Any]) -> None:
    own = signer(vector["sign_type"], vector["key"])
    message = {**vector["fields"], "sign": vector["sign"]}
    if vector["result"] == "valid":
        own.check(message)
        assert own.sign(vector["fields"]) == vector["sign"]
    else:
        with pytest.raises(SignatureInvalid):
            own.check(message)


def test_the_text_is_the_one_the_page_prints() -> None:
    assert text_to_sign(VECTORS[0]["fields"], m.KEY) == (
        "appid=wxd930ea5d5a258f4f&body=test&device_info=1000&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA"
        "&key=192006250b4c09247ec02edce69f6a2d"
    )


# Two other hands.

_ALPHABET = [
    *"abcxyzABCXYZ0189_-.,;:!?/\\\"'`~@#$^*()[]{}|<>&=+% \t\n中文\u00e9", "%s", "]]>",
]  # fmt: skip
_NAMES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"


def random_fields(dice: random.Random) -> dict[str, str]:
    fields = {
        dice.choice(_NAMES[:53]) + "".join(dice.choices(_NAMES, k=dice.randint(0, 12))): "".join(
            dice.choices(_ALPHABET, k=dice.choice((0, 0, 1, 5, 20)))
        )
        for _ in range(dice.randint(1, 24))
    }
    if dice.random() < 0.2:
        fields["sign"] = "whatever"
    return fields


def test_ten_thousand_messages_are_signed_as_by_an_independent_signer() -> None:
    dice = random.Random(20261121)
    own = {algorithm: signer(algorithm) for algorithm in ALGORITHMS}
    for _ in range(10_000):
        fields = random_fields(dice)
        for algorithm in ALGORITHMS:
            assert own[algorithm].sign(fields) == m.sign(fields, m.KEY, algorithm), fields


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_thousand_messages_are_signed_as_by_wechatpy() -> None:
    utils = pytest.importorskip("wechatpy.pay.utils", reason="wechatpy is not installed")
    dice = random.Random(1121)
    md5, mac = signer("MD5"), signer("HMAC-SHA256")
    for _ in range(1000):
        fields = {**random_fields(dice), "always": "there"}  # of nothing at all wechatpy signs "key=", without the "&"
        unsigned = m.without(fields, "sign")  # it signs an old sign too, and takes it out before
        assert md5.sign(fields) == utils.calculate_signature(unsigned, m.KEY)
        assert mac.sign(fields) == utils.calculate_signature_hmac(unsigned, m.KEY)


# The rule, field by field.


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(fields=FIELDS)
def test_what_is_signed_is_checked(algorithm: str, fields: dict[str, str]) -> None:
    own = signer(algorithm)
    sign = own.sign(fields)
    own.check({**fields, "sign": sign})
    assert len(sign) == {"MD5": 32, "HMAC-SHA256": 64}[algorithm]
    assert sign == sign.upper()


@given(FIELDS, st.data())
def test_order_empty_values_and_an_old_sign_change_nothing(fields: dict[str, str], data: st.DataObject) -> None:
    own = signer()
    shuffled = dict(data.draw(st.permutations(list(fields.items()))))
    assert own.sign(fields) == own.sign(shuffled) == own.sign({**shuffled, "sign": "x", "empty_": ""})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(fields=FIELDS, data=st.data())
def test_a_change_of_one_field_is_refused(algorithm: str, fields: dict[str, str], data: st.DataObject) -> None:
    own = signer(algorithm)
    message = {**fields, "sign": own.sign(fields)}
    name = data.draw(st.sampled_from(sorted(m.without(message, "sign")) or ["x"]))
    value = data.draw(st.one_of(st.just(""), examples.text()))
    changed = {**message, name: value}
    if value == message.get(name, ""):
        own.check(changed)
    else:
        with pytest.raises(SignatureInvalid):
            own.check(changed)
    if message.get(name):
        with pytest.raises(SignatureInvalid):
            own.check(m.without(message, name))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(fields=FIELDS, data=st.data())
def test_a_change_of_one_bit_of_the_sign_is_refused(
    algorithm: str, fields: dict[str, str], data: st.DataObject
) -> None:
    own = signer(algorithm)
    sign = own.sign(fields)
    place, bit = data.draw(st.integers(0, len(sign) - 1)), data.draw(st.integers(0, 6))
    changed = sign[:place] + chr(ord(sign[place]) ^ (1 << bit)) + sign[place + 1 :]
    with pytest.raises(SignatureInvalid, match="the signature is wrong"):
        own.check({**fields, "sign": changed})


@given(FIELDS, st.text(st.characters(exclude_categories=()), max_size=70))
def test_s4_4_any_text_as_a_sign_is_compared_and_nothing_else(fields: dict[str, str], sign: str) -> None:
    own = signer()
    if sign == own.sign(fields):
        own.check({**fields, "sign": sign})
    else:
        with pytest.raises(SignatureInvalid):
            own.check({**fields, "sign": sign})


# Threats, section 4.


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "named", ["MD5", "HMAC-SHA256", "md5", "hmac-sha256", "SHA256", "NONE", " MD5", "RSA", "0", " "]
)
def test_s4_1_a_message_does_not_choose_the_algorithm(algorithm: str, named: str) -> None:
    """Signed right in any way, a message is refused when it names another algorithm than the configured one."""
    own = signer(algorithm)
    for used in ALGORITHMS:
        message = m.signed({**m.PAYMENT, "sign_type": named}, sign_type=used)
        if used == algorithm == named:
            own.check(message)
        else:
            with pytest.raises(SignatureInvalid):
                own.check(message)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_s4_1_a_message_without_sign_type_is_checked_by_the_configured_algorithm(algorithm: str) -> None:
    own = signer(algorithm)
    for used in ALGORITHMS:
        for message in (m.signed(m.PAYMENT, sign_type=used), m.signed({**m.PAYMENT, "sign_type": ""}, sign_type=used)):
            if used == algorithm:
                own.check(message)
            else:
                with pytest.raises(SignatureInvalid, match="characters"):
                    own.check(message)


def test_s4_2_every_field_but_sign_is_signed_and_empty_ones_are_left_out() -> None:
    fields = {
        "b": "1",
        "unknown": "x",
        "zero": "0",
        "blank": " ",
        "empty": "",
        "sign": "old",
        "sign_type": "MD5",
        "key": "k",
    }
    assert text_to_sign(fields, "K") == "b=1&blank= &key=k&sign_type=MD5&unknown=x&zero=0&key=K"


def test_s4_2_the_order_is_by_byte_value() -> None:
    assert text_to_sign(dict.fromkeys(["a", "_", "Z", "B", "a1", "A_", "a_", "AB", "a0", "aa"], "1"), "K") == (
        "AB=1&A_=1&B=1&Z=1&_=1&a=1&a0=1&a1=1&a_=1&aa=1&key=K"
    )


@pytest.mark.parametrize("fields", [{}, {"a": ""}, {"sign": "x"}, {"sign": "x", "a": ""}])
def test_s4_2_of_nothing_only_the_key_is_left(fields: dict[str, str]) -> None:
    assert text_to_sign(fields, "K") == "&key=K"
    assert signer().sign(fields) == m.sign({})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("return_code", ["SUCCESS", "FAIL", "", "x"])
@pytest.mark.parametrize("sign", [None, ""])
def test_s4_3_missing_sign_is_a_wrong_one(algorithm: str, return_code: str, sign: str | None) -> None:
    message = {**m.PAYMENT, "return_code": return_code} | ({} if sign is None else {"sign": sign})
    with pytest.raises(SignatureInvalid, match="there is no signature"):
        signer(algorithm).check(message)


@pytest.mark.parametrize("sign", ["签名", "１" * 32, "\ud800" * 32, "é" * 16, "\0" * 32, "😀" * 8, "A" * 1_000_000])
def test_s4_4_a_sign_that_is_not_ascii_is_refused_without_a_type_error(sign: str) -> None:
    for algorithm in ALGORITHMS:
        with pytest.raises(SignatureInvalid, match="the signature is wrong"):
            signer(algorithm).check({**m.PAYMENT, "sign": sign})


def test_s4_4_a_sign_of_another_length_is_told_apart_in_words() -> None:
    with pytest.raises(SignatureInvalid, match="64 characters, MD5 has 32"):
        signer("MD5").check({"a": "1", "sign": "A" * 64})
    with pytest.raises(SignatureInvalid, match="32 characters, HMAC-SHA256 has 64"):
        signer("HMAC-SHA256").check({"a": "1", "sign": "A" * 32})
    with pytest.raises(SignatureInvalid, match=r"the signature is wrong$"):
        signer("MD5").check({"a": "1", "sign": "A" * 32})


@pytest.mark.parametrize(
    "key", ["", " " * 32, m.KEY[:-1], m.KEY + "0", m.KEY[:-1] + "\n", "钥" * 32, m.KEY[:-1] + "\0"]
)
def test_s4_5_a_key_that_cannot_be_one_makes_no_signer(key: str) -> None:
    with pytest.raises(ConfigurationError, match="API key"):
        signer(key=key)


@pytest.mark.parametrize("sign_type", ["", "md5", "SHA256", "HMAC-MD5", "NONE", "HMAC-SHA256 "])
def test_s4_5_an_algorithm_nobody_knows_makes_no_signer(sign_type: str) -> None:
    with pytest.raises(ConfigurationError, match="sign_type must be MD5 or HMAC-SHA256"):
        signer(sign_type)


def test_s4_5_no_environment_variable_skips_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEBUG", "TEST", "SANDBOX", "WXPAY_V2_DEBUG", "WXPAY_V2_SANDBOX", "WXPAY_V2_SKIP_VERIFY"):
        monkeypatch.setenv(name, "1")
    for message in ({"a": "1"}, {"a": "1", "sign": "0" * 32}, {"a": "1", "sign": "WECHATPAY/SIGNTEST/"}):
        with pytest.raises(SignatureInvalid):
            signer().check(message)


def test_s4_10_the_text_is_ambiguous_and_the_signature_alone_does_not_tell() -> None:
    """Why payment.ambiguous exists: two messages, one signature."""
    assert signer().sign({"a": "1", "b": "2"}) == signer().sign({"a": "1&b=2"})


# What must not be signed, and what must not be seen.


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("fields", [{"a": "\ud800"}, {"\udc00": "1"}, {"a": "x", "b": "", "c": "\udfff"}])
def test_a_lone_surrogate_is_not_signed_and_never_right(algorithm: str, fields: dict[str, str]) -> None:
    own = signer(algorithm)
    with pytest.raises(InvalidRequest, match="lone surrogate"):
        own.sign(fields)
    for sign in ("0" * 32, "0" * 64):
        with pytest.raises(SignatureInvalid):
            own.check({**fields, "sign": sign})


@pytest.mark.parametrize("fields", [{1: "a"}, {1: "a", "b": "c"}, {None: "a"}, {b"a": "b"}])
def test_a_name_that_is_no_text_is_not_signed(fields: Any) -> None:
    with pytest.raises(InvalidRequest, match="a field name must be a str"):
        signer().sign(fields)


@pytest.mark.parametrize("fields", [{"a": "\ud800"}, {"\udc00": "1"}, {1: "a", "b": "c"}])
def test_s7_no_error_of_a_signer_holds_the_key(fields: Any) -> None:
    """A UnicodeEncodeError quotes the whole text in its repr; it must not even be chained."""
    own = signer()
    for call in (own.sign, lambda given: own.check({**given, "sign": "x"})):
        with pytest.raises((InvalidRequest, SignatureInvalid)) as told:
            call(fields)
        error: BaseException | None = told.value
        while error is not None:
            assert m.KEY not in repr(error) + repr(error.args)
            frame = error.__traceback__
            while frame is not None:
                assert not any(isinstance(value, str) and m.KEY in value for value in frame.tb_frame.f_locals.values())
                frame = frame.tb_next
            error = error.__context__


def test_s7_a_signer_prints_its_algorithm_and_no_key() -> None:
    for algorithm in ALGORITHMS:
        own = signer(algorithm)
        assert repr(own) == str(own) == f"Signer('***', {algorithm!r})"
        assert own.sign_type == algorithm


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_s7_a_signer_does_not_leave_its_process(algorithm: str) -> None:
    own = signer(algorithm)
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="does not leave its process"):
            leave(own)


def test_a_signer_is_safe_for_threads() -> None:
    own = signer("HMAC-SHA256")
    messages = [random_fields(random.Random(number)) for number in range(400)]
    expected = [m.sign(fields, sign_type="HMAC-SHA256") for fields in messages]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            assert list(pool.map(own.sign, messages)) == expected


def test_md5_is_the_protocols_where_a_system_forbids_it_for_security(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = hashlib.md5

    def forbidden(data: bytes = b"", *, usedforsecurity: bool = True) -> Any:
        if usedforsecurity:
            raise ValueError("[digital envelope routines] unsupported")
        return allowed(data, usedforsecurity=False)

    monkeypatch.setattr(hashlib, "md5", forbidden)
    spec = importlib.util.spec_from_file_location("signature_on_such_a_system", signature.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.Signer(Secret(m.KEY)).sign(VECTORS[0]["fields"]) == VECTORS[0]["sign"]


def test_what_strangers_send_is_not_kept_for_ever() -> None:
    """Names come from anybody: a plan is kept per set of names, few of them and small ones only."""
    own = signer()
    tracemalloc.start()
    try:
        for number in range(40):
            own.sign({f"stranger_{number}_{place}_" + "x" * 2000: "1" for place in range(250)})
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 4 << 20
    for number in range(2 * signature._PLANS_KEPT):
        own.sign({f"stranger_{number}": "1", "a": "2"})
        assert len(signature._plans) <= signature._PLANS_KEPT
    assert own.sign(m.PAYMENT) == m.sign(m.PAYMENT)
