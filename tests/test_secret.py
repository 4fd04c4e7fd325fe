"""A Secret does not print, pickle, copy or compare; what is logged of fields shows no more than threats.md allows."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures import AUTH_CODE, KEY, QUICK, Script, client
from wxpay_v2.call import Request
from wxpay_v2.errors import ConfigurationError, Malformed, WXPayError
from wxpay_v2.operation import Field
from wxpay_v2.secret import API_KEY_LENGTH, SENSITIVE, Secret, check_api_key, redacted, without_frames
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.signature import Signer


def test_only_reveal_opens_a_secret() -> None:
    assert Secret(KEY).reveal() == KEY


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        ascii,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r:>40}",
        lambda secret: f"{secret:s}",
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031
        lambda secret: "{0} {0!r}".format(secret),  # noqa: UP032
        lambda secret: repr([secret, {"key": secret}]),
        lambda secret: str(ConfigurationError(f"wrong: {secret}")),
        lambda secret: repr(Signer(secret)),
        lambda secret: " ".join(dir(secret)),
    ],
)
def test_s7_a_secret_never_prints(show: Any) -> None:
    assert KEY not in show(Secret(KEY))
    assert KEY[:8] not in show(Secret(KEY))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_s7_a_secret_is_not_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="does not leave its process"):
        pickle.dumps(Secret(KEY), protocol)


@pytest.mark.parametrize("leave", [copy.copy, copy.deepcopy, json.dumps, vars, lambda secret: secret.__getstate__()])
def test_s7_a_secret_is_not_copied_or_taken_apart(leave: Any) -> None:
    with pytest.raises((TypeError, AttributeError)):
        leave(Secret(KEY))


@pytest.mark.parametrize("other", [Secret(KEY), KEY, None], ids=["secret", "text", "none"])
def test_s7_a_secret_is_not_compared(other: object) -> None:
    secret = Secret(KEY)
    with pytest.raises(TypeError, match="not compared"):
        secret == other  # noqa: B015
    with pytest.raises(TypeError, match="not compared"):
        secret != other  # noqa: B015
    with pytest.raises(TypeError):
        hash(secret)


def test_s7_a_secret_takes_no_attributes_that_could_hold_it_in_clear() -> None:
    with pytest.raises(AttributeError):
        Secret(KEY).value = KEY  # type: ignore[attr-defined]


# The API key's shape.


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "empty"),
        (" " * 32, "blanks"),
        (KEY[:-1] + "\n", "blanks"),
        (KEY[:-1] + "\u00a0", "blanks"),
        (KEY + "\n", "blanks"),
        (KEY[:-1], "must have 32 characters, this one has 31"),
        (KEY + "x", "must have 32 characters, this one has 33"),
        (KEY[:-1] + "é", "printable ASCII"),
        (KEY[:-1] + "\0", "printable ASCII"),
        (KEY[:-1] + "\x7f", "printable ASCII"),
        (KEY[:-1] + "\ud800", "printable ASCII"),
    ],
)
def test_s4_5_a_key_that_cannot_be_one_is_a_configuration_error(key: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        check_api_key(Secret(key))
    assert KEY[:20] not in str(caught.value)


@pytest.mark.parametrize("key", [None, 5, KEY.encode(), ["x"] * 32], ids=["none", "int", "bytes", "list"])
def test_s4_5_a_key_that_is_no_text_is_a_configuration_error(key: Any) -> None:
    with pytest.raises(ConfigurationError):
        check_api_key(Secret(key))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=API_KEY_LENGTH, max_size=API_KEY_LENGTH))
def test_a_key_of_32_printable_characters_is_taken(key: str) -> None:
    check_api_key(Secret(key))


def test_s7_the_traceback_of_a_refused_key_does_not_show_it() -> None:
    """A genuine key with a line end is refused: then it must not stand in the crash report's locals either."""
    secret = Secret(KEY + "\n")
    try:
        check_api_key(secret)
    except ConfigurationError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "check_api_key" in shown
    assert KEY not in shown


# Redaction.


def rows() -> Iterator[Field]:
    def inside(found: tuple[Field, ...]) -> Iterator[Field]:
        for row in found:
            yield row
            yield from inside(row.fields)

    for operation in catalogue.operations():
        yield from inside((*operation.request, *operation.response))
    for message in (notifications.PAYMENT, notifications.REFUND):
        yield from inside((*message.fields, *message.decrypted))


def test_what_the_catalogue_calls_sensitive_is_redacted() -> None:
    """Names are redacted wherever they stand, so some rows are covered that their own operation need not hide."""
    marked = {row.name.partition("_$")[0] for row in rows() if row.sensitive}
    assert len(marked) > 10
    assert marked <= SENSITIVE.keys()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "oUpF***"),
        ("sub_openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "oUpF***"),
        ("sign", "C380BEC2BFD727A4B6845133519F3AD6", "C380BE***"),
        ("paySign", "C380BEC2BFD727A4B6845133519F3AD6", "C380BE***"),
        ("nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", "***"),
        ("auth_code", AUTH_CODE, "***"),
        ("auth_code", 134567890123456789, "***"),
        ("auth_code", "", "***"),
        ("req_info", "T87GAHG17TGAHG1TGHAHAHA1Y1CIOA9UGJH1GAHV871HAGAGQYQQPOOJMXNBCXBVNMNMAJAA", "***"),
        ("out_trade_no", "T-1", "T-1"),
        ("total_fee", 100, "100"),
    ],
)
def test_s7_a_redacted_field_shows_no_more_than_it_may(name: str, value: object, shown: str) -> None:
    assert redacted({name: value}) == {name: shown}


def test_s7_a_request_in_the_log_is_redacted(caplog: pytest.LogCaptureFixture) -> None:
    fields = {"auth_code": AUTH_CODE, "openid": "oUpF8uMuAJO_M2pxb1Q9", "out_trade_no": "T-1"}
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("wxpay_v2").debug("exchange %r", Request("POST", "/pay/micropay", b"", fields=fields))
    assert "T-1" in caplog.text
    assert AUTH_CODE not in caplog.text
    assert "oUpF8" not in caplog.text


def test_s7_an_indexed_sensitive_field_is_redacted_as_well() -> None:
    fields = {"refund_recv_accout_0": "someone's card 1234", "refund_recv_accout": "x", "refund_fee_0": "100"}
    assert redacted(fields) == {"refund_recv_accout_0": "***", "refund_recv_accout": "***", "refund_fee_0": "100"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ('{"account":"oUpF8","amount":1}', '{"account":"***","amount":1}'),
        ('[{"re_user_name" : "张三"}, {"openid":["a","b"]}, 1]', '[{"re_user_name":"***"}, {"openid":"***"}, 1]'),
        ('{"openid_0":"oUpF8', '{"openid":"***"'),
        ('{"goods_name":"Tea"}', '{"goods_name":"Tea"}'),
        ('say "openid" aloud', 'say "openid" aloud'),
    ],
)
def test_s7_sensitive_names_inside_json_are_redacted_too(value: str, shown: str) -> None:
    assert redacted({"detail": value}) == {"detail": shown}


# Frames.


@without_frames
def careful(act: Callable[[], object], secret: str) -> object:
    return act()


def careless(secret: str) -> None:
    raise Malformed("no message")


def frames(error: BaseException) -> str:
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def test_s7_our_frames_are_not_in_the_traceback_of_our_errors() -> None:
    wire = Script([OSError("no route")])
    with pytest.raises(WXPayError) as caught:
        client(wire, retry=1).micropay(**QUICK)
    shown = frames(caught.value)
    assert "the transport failed" in shown
    assert "retry.py" not in shown
    assert "fixtures.py" in shown, "a transport of the caller's keeps its frame"
    assert KEY not in shown


def test_s7_what_one_of_our_errors_was_raised_from_is_not_shown() -> None:
    """A decoding error quotes the whole value that it could not take."""

    def decode() -> None:
        try:
            f"{KEY}\ud800".encode()
        except UnicodeEncodeError:
            raise Malformed("not UTF-8")  # noqa: B904 - so that the context stays

    with pytest.raises(Malformed) as caught:
        careful(decode, KEY)
    assert caught.value.__context__ is None


def test_a_callbacks_error_keeps_the_callers_frames_and_its_context() -> None:
    def inner() -> None:
        raise KeyError("row")

    def callback() -> None:
        try:
            inner()
        except KeyError as error:
            raise OSError("the disk is full") from error

    with pytest.raises(OSError, match="disk") as caught:
        careful(callback, KEY)
    shown = frames(caught.value)
    assert "in callback" in shown
    assert "in inner" in shown
    assert isinstance(caught.value.__cause__, KeyError)


def test_what_the_caller_is_handling_stays_as_it_is() -> None:
    try:
        raise ValueError("the caller's own")
    except ValueError as own:
        before = own.__traceback__
        with pytest.raises(Malformed) as caught:
            careful(lambda: careless(KEY), KEY)
        assert own.__traceback__ is before
        assert caught.value.__context__ is own


def test_a_fault_of_this_library_notes_where_it_was() -> None:
    with pytest.raises(AttributeError) as caught:
        without_frames(redacted)(5)  # type: ignore[arg-type]
    notes = getattr(caught.value, "__notes__", None)  # Python 3.10 has none
    assert notes is None or notes[0].startswith("raised in wxpay_v2.secret:")
    assert "redacted" not in [step.f_code.co_name for step, _ in traceback.walk_tb(caught.value.__traceback__)]


def test_s7_a_coroutine_is_guarded_while_it_runs() -> None:
    @without_frames
    async def awaited(secret: str) -> None:
        await asyncio.sleep(0)
        careful(lambda: careless(secret), secret)

    with pytest.raises(Malformed) as caught:
        asyncio.run(awaited(KEY))
    assert "secret.py" in frames(caught.value)
    ours = [step for step, _ in traceback.walk_tb(caught.value.__traceback__) if "wxpay_v2" in step.f_code.co_filename]
    assert ours
    assert KEY not in "".join(repr(step.f_locals) for step in ours)
    assert asyncio.run(_ready()) == 1


@without_frames
async def _ready() -> int:
    return 1
