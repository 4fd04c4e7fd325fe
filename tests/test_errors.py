"""threats.md, section 2: kinds, one base, a sentence without secrets, and an unknown outcome without a truth value."""

from __future__ import annotations

import concurrent.futures
import copy
import inspect
import io
import logging
import pickle
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures import (
    AUTH_CODE,
    KEY,
    ORDER,
    QUICK,
    REFUND,
    Script,
    client,
    fail,
    failure,
    signed,
    success,
    to_xml,
)
from wxpay_v2 import errors
from wxpay_v2.call import Request, Response
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    Mismatch,
    MissingExtra,
    NotSent,
    OutcomeUnknown,
    Refused,
    Rejected,
    SignatureInvalid,
    WXPayError,
    quoted,
)

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, WXPayError)]
FIELDS = {"out_trade_no": "T-1", "auth_code": AUTH_CODE, "openid": "oUpF8uMuAJO", "sign": "0123456789ABCDEF"}
REQUEST = Request("POST", "/pay/micropay", b"<xml>body " + AUTH_CODE.encode() + b"</xml>", fields=FIELDS)
RESPONSE = Response(200, b"<xml>the whole answer</xml>", {"server": "nginx"})


def of(kind: type[WXPayError], **more: Any) -> WXPayError:
    return kind("a sentence", remedy="a remedy", operation="micropay", request=REQUEST, response=RESPONSE, **more)


def test_s2_every_error_has_the_one_public_base_and_is_exported() -> None:
    assert {kind.__name__ for kind in KINDS} | {"quoted"} == set(errors.__all__)
    assert all(issubclass(kind, WXPayError) and kind.__doc__ for kind in KINDS)
    assert WXPayError.__bases__ == (Exception,)


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        (InvalidRequest, NotSent),
        (ConfigurationError, NotSent),
        (MissingExtra, ConfigurationError),
        (Malformed, Rejected),
        (SignatureInvalid, Rejected),
        (Mismatch, Rejected),
    ],
)
def test_s2_a_kind_stands_in_its_family(kind: type[WXPayError], family: type[WXPayError]) -> None:
    assert issubclass(kind, family)


@pytest.mark.parametrize(("one", "other"), [(a, b) for a in range(4) for b in range(4) if a != b])
def test_s2_the_four_families_are_strangers(one: int, other: int) -> None:
    families = (NotSent, Refused, OutcomeUnknown, Rejected)
    assert not issubclass(families[one], families[other])


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_tells_operation_sentence_and_remedy(kind: type[WXPayError]) -> None:
    error = of(kind)
    assert str(error) == "micropay: a sentence (a remedy)"
    assert repr(error) == f"{kind.__name__}('micropay: a sentence (a remedy)')"
    assert error.args == ("a sentence",)
    assert (error.message, error.remedy, error.operation) == ("a sentence", "a remedy", "micropay")
    assert error.request is REQUEST
    assert error.response is RESPONSE
    assert str(kind("alone")) == "alone"


@pytest.mark.parametrize("kind", KINDS)
def test_s2_an_error_is_one_line_whatever_it_repeats(kind: type[WXPayError]) -> None:
    error = kind("first\nsecond\r\x1b[31m\u2028third 余额不足")
    assert str(error) == error.message == "first second  [31m third 余额不足"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])  # noqa: S301
def test_s7_a_copied_error_keeps_the_words_and_leaves_the_bodies(kind: type[WXPayError], again: Any) -> None:
    error = of(kind)
    twin = again(error)
    assert type(twin) is kind
    assert (str(twin), twin.args, twin.remedy) == (str(error), error.args, error.remedy)
    assert twin.request is None
    assert twin.response is None


@pytest.mark.parametrize("kind", KINDS)
def test_s7_no_error_prints_or_pickles_the_body_or_the_payment_code(kind: type[WXPayError]) -> None:
    error = of(kind)
    shown = f"{error} {error!r} {vars(error)!r} {pickle.dumps(error)!r} {pickle.dumps(REQUEST)!r}"
    for secret in (AUTH_CODE, "the whole answer", "oUpF8uMuAJO", "0123456789ABCDEF"):
        assert secret not in shown


def test_a_pickled_outcome_still_says_what_to_do_next() -> None:
    error = OutcomeUnknown(
        "lost", numbers={"out_trade_no": "T-1"}, query="order_query", query_after=5.0, reverse_after=15.0,
        err_code="SYSTEMERROR", phase="read", may_repeat=True,
    )  # fmt: skip
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert vars(twin) == vars(error)


def test_a_pickled_refusal_keeps_its_codes_and_leaves_its_fields() -> None:
    error = Refused("no", return_code="SUCCESS", err_code="NOTENOUGH", fields={"openid": "oUpF8uMuAJO"})
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (twin.err_code, twin.return_code, twin.fields) == ("NOTENOUGH", "SUCCESS", {})
    assert error.fields == {"openid": "oUpF8uMuAJO"}, "pickling changes nothing in the original"


def test_invalid_request_lists_its_faults() -> None:
    error = InvalidRequest("two faults", faults=["body is missing", "total_fee is missing"])
    assert error.faults == ("body is missing", "total_fee is missing")
    assert InvalidRequest("none told").faults == ()


def test_an_outcome_copies_its_numbers() -> None:
    numbers = {"out_trade_no": "T-1"}
    error = OutcomeUnknown("lost", numbers=numbers)
    numbers["out_trade_no"] = "T-2"
    assert error.numbers == {"out_trade_no": "T-1"}


# An unknown outcome has no truth value.


@pytest.mark.parametrize(
    "ask",
    [
        bool,
        lambda error: not error,
        lambda error: error and 1,
        lambda error: error or 1,
        lambda error: 1 if error else 0,
        lambda error: any([error]),
        lambda error: list(filter(None, [error])),
    ],
    ids=["bool", "not", "and", "or", "if", "any", "filter"],
)
def test_s2_an_unknown_outcome_has_no_truth_value(ask: Any) -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        ask(OutcomeUnknown("lost"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not OutcomeUnknown])
def test_every_other_error_is_true_like_any_exception(kind: type[WXPayError]) -> None:
    assert bool(kind("there is one")) is True


def lost() -> OutcomeUnknown:
    """An outcome as it leaves a call: raised, with a cause and a context."""
    try:
        try:
            raise TimeoutError("slow")
        except TimeoutError as cause:
            raise OutcomeUnknown("the answer was lost", remedy="query") from cause
    except OutcomeUnknown as error:
        return error


def test_an_outcome_can_be_logged_by_the_standard_library() -> None:
    """Python's traceback and logging modules ask exceptions for their truth value; a log line must not be lost."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    log = logging.Logger("outcome")
    log.addHandler(handler)
    try:
        raise lost()
    except OutcomeUnknown as error:
        log.exception("first")
        log.error("second", exc_info=error)
        log.error("third", exc_info=True)
    text = stream.getvalue()
    assert text.count("OutcomeUnknown: the answer was lost") == 3
    assert "TimeoutError: slow" in text


def test_an_outcome_can_be_formatted_as_a_traceback() -> None:
    text = "".join(traceback.format_exception(lost()))
    assert "OutcomeUnknown: the answer was lost (query)" in text


def test_an_outcome_comes_out_of_a_thread_pool_as_itself() -> None:
    def call() -> None:
        raise lost()

    with concurrent.futures.ThreadPoolExecutor(1) as pool, pytest.raises(OutcomeUnknown, match="lost"):
        pool.submit(call).result()


def test_an_outcome_is_no_empty_truth_for_a_callers_code_in_a_thread() -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool, pytest.raises(TypeError, match="neither true nor false"):
        pool.submit(lambda: not lost()).result()


# Quotations.


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "value",
    ["x" * 10_000, b"x" * 10_000, "\n\r\0\x1b[31m" * 40, ["y" * 5000], 10**5000, Hostile(), "\ud800", {1: Hostile()}],
    ids=["text", "bytes", "controls", "list", "huge int", "hostile repr", "surrogate", "hostile inside"],
)
def test_s2_a_quotation_is_short_printable_and_never_fails(value: object) -> None:
    text = quoted(value)
    assert 0 < len(text) <= 64
    assert text.isprintable()
    text.encode()


@given(st.text() | st.binary() | st.integers() | st.floats() | st.lists(st.text()))
def test_s2_any_quotation_is_at_most_64_characters_of_printable_text(value: object) -> None:
    text = quoted(value)
    assert len(text) <= 64
    assert text.isprintable()


def test_a_quotation_of_a_short_value_is_whole() -> None:
    assert quoted("T-1") == "'T-1'"
    assert quoted("x" * 62) == "'" + "x" * 62 + "'"
    assert quoted("x" * 63) == "'" + "x" * 59 + "...'"


# Explained.


def test_an_error_explains_itself_in_lines() -> None:
    error = Refused("SIGNERROR: no", operation="refund", remedy="check the key", explanation="likely: another key")
    assert error.explain() == "refund: SIGNERROR: no\ndo: check the key\nlikely: another key"
    assert NotSent("alone").explain() == "alone"
    assert "another key" not in str(error), "a log line stays one"


@pytest.mark.parametrize("kind", KINDS)
def test_a_pickled_error_explains_what_it_could(kind: type[WXPayError]) -> None:
    error = of(kind, explanation="text to sign (MD5): a=1&key=********")
    assert pickle.loads(pickle.dumps(error)).explain() == error.explain()  # noqa: S301
    assert "a=1&key=********" in error.explain()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (signed(failure("SIGNERROR")), Refused),
        (to_xml({"return_code": "FAIL", "return_msg": "签名错误"}), OutcomeUnknown),
        (to_xml({"return_code": "FAIL", "return_msg": "SIGN_ERROR"}), OutcomeUnknown),
        (to_xml({"return_code": "FAIL", "return_msg": "sign error", "err_code": "SIGNERROR"}), OutcomeUnknown),
    ],
)
def test_a_refused_signature_is_explained_with_the_text_to_sign(reply: bytes, kind: type[WXPayError]) -> None:
    with pytest.raises(kind) as caught:
        client(Script([Response(200, reply)])).refund(**REFUND)
    told = caught.value.explain()
    assert "text to sign (MD5): appid=wx8888888888888888&mch_id=1900000109&" in told
    assert "&key=********" in told
    assert "sub-merchant's" in told
    assert KEY not in told
    assert pickle.loads(pickle.dumps(caught.value)).explain() == told  # noqa: S301


def test_a_reply_whose_signature_does_not_hold_is_explained() -> None:
    reply = Response(200, signed(success(prepay_id="wx1"), KEY, "HMAC-SHA256"))
    with pytest.raises(OutcomeUnknown) as caught:
        client(Script([reply])).unified_order(**ORDER)
    assert "likely: signed with HMAC-SHA256, configured is MD5" in caught.value.explain()


def test_s7_an_explanation_shows_no_payment_code_and_no_openid() -> None:
    reply = Response(200, to_xml({"return_code": "FAIL", "return_msg": "签名错误"}))
    with pytest.raises(OutcomeUnknown) as caught:
        client(Script([reply])).micropay(**QUICK)
    told = caught.value.explain()
    assert "auth_code=***&" in told
    assert AUTH_CODE not in told
    with pytest.raises(WXPayError) as caught:
        client(Script([reply])).unified_order(**{**ORDER, "trade_type": "JSAPI", "openid": "oUpF8uMuAJOxxxx"})
    assert "openid=oUpF***" in caught.value.explain()


def test_other_refusals_explain_no_signature() -> None:
    with pytest.raises(Refused) as caught:
        client(Script([fail("NOTENOUGH")])).refund(**REFUND)
    assert "text to sign" not in caught.value.explain()
