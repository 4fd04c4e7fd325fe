"""Callbacks: verified, decrypted, read; and whatever is not one is refused by one of two errors."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.v3 import keys
from tests.v3.gateway import account
from wxpay_v2.errors import Malformed, SignatureInvalid
from wxpay_v2.v3.notification import Callback, open_notification, reply
from wxpay_v2.v3.platform_keys import UnknownSerial

PAID = {"mchid": keys.MCH_ID, "id": "42", "out_trade_no": "T-1", "trade_state": "SUCCESS"}
ACCOUNT = account()


def body(document: object = PAID, **changes: Any) -> bytes:
    plain = document if isinstance(document, bytes) else json.dumps(document).encode()
    resource = {"original_type": "transaction", **keys.sealed(plain), **changes.pop("resource", {})}
    told = {
        "id": "e-1", "create_time": "2026-03-01T12:00:00+08:00", "resource_type": "encrypt-resource",
        "event_type": "TRANSACTION.SUCCESS", "summary": "paid", "resource": resource, **changes,
    }  # fmt: skip
    return json.dumps({name: value for name, value in told.items() if value is not None}).encode()


def opened(message: bytes, **changes: Any) -> Callback:
    return open_notification(keys.headers(message, **changes), message, ACCOUNT, keys.NOW)


def test_a_callback_is_opened() -> None:
    found = opened(body())
    assert (found.event_type, found.kind, found.id, found.document) == (
        "TRANSACTION.SUCCESS", "transaction", "e-1", PAID,
    )  # fmt: skip
    assert found.raw == body()


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [("REFUND.SUCCESS", "refund"), ("REFUND.ABNORMAL", "refund"), ("REFUND.CLOSED", "refund"), ("NEW.THING", "")],
)
def test_its_kind_follows_from_the_event(event_type: str, kind: str) -> None:
    message = body(event_type=event_type, resource={"original_type": "refund"})
    assert opened(message).kind == kind


def test_headers_may_be_spelt_in_any_case() -> None:
    message = body()
    shouted = {name.upper(): text for name, text in keys.headers(message).items()}
    assert open_notification(shouted, message, ACCOUNT, keys.NOW).kind == "transaction"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": keys.NEXT},
        {"signature": None},
        {"signature": "WECHATPAY/SIGNTEST/abc"},
        {"timestamp": None},
        {"nonce": None},
        {"serial": None},
        {"at": keys.NOW - 301},
        {"at": keys.NOW + 301},
        {"signature_type": "WECHATPAY2-SM2-WITH-SM3"},
    ],
)
def test_s4_6_what_is_not_signed_by_the_platform_is_refused(changes: dict[str, Any]) -> None:
    message = body()
    with pytest.raises(SignatureInvalid):
        opened(message, **changes)


def test_s4_7_a_key_nobody_knows_is_named_as_that() -> None:
    with pytest.raises(UnknownSerial):
        opened(body(), serial="7C" * 20)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{}",
        b"<xml></xml>",
        body(id=None),
        body(event_type=None),
        body(event_type=7),
        body(resource=None) if False else json.dumps({"id": "e", "event_type": "X"}).encode(),
        body(b"<xml></xml>"),
        body(b"[]"),
        body(b'{"a": 1, "a": 2}'),
        body(resource={"original_type": "refund"}),
    ],
)
def test_s4_9_what_is_signed_and_still_no_callback_is_malformed(message: bytes) -> None:
    with pytest.raises(Malformed):
        opened(message)


@pytest.mark.parametrize(
    "resource",
    [{"algorithm": "AES-256-ECB"}, {"nonce": "short"}, {"ciphertext": "AAAA"}, {"ciphertext": "?"}, {"nonce": None},
     {"associated_data": "other"}, {"ciphertext": None}],
)  # fmt: skip
def test_s4_9_what_keeps_the_resource_shut_is_one_error(resource: dict[str, Any]) -> None:
    with pytest.raises(SignatureInvalid):
        opened(body(resource=resource))


def test_the_bytes_are_what_is_verified() -> None:
    with pytest.raises(Malformed, match="bytes"):
        open_notification({}, "{}", ACCOUNT, keys.NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("headers", [None, [], [("Wechatpay-Serial", "x")], "x", 7, {1: 2}, {"wechatpay-serial": None}])
def test_s4_6_headers_of_another_shape_are_refused_by_our_own_error(headers: Any) -> None:
    with pytest.raises(SignatureInvalid):
        open_notification(headers, body(), ACCOUNT, keys.NOW)


def test_s7_a_callback_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(opened(body()))


@settings(max_examples=200)
@given(st.data())
def test_a_changed_byte_never_opens(data: st.DataObject) -> None:
    message = bytearray(body())
    headers = keys.headers(bytes(message))
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != message[place]))
    with pytest.raises((SignatureInvalid, Malformed)):
        open_notification(headers, bytes(message), ACCOUNT, keys.NOW)


@settings(max_examples=200)
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=4), st.binary(max_size=200))
def test_no_foreign_exception_leaves_it(headers: dict[str, str], message: bytes) -> None:
    with pytest.raises((SignatureInvalid, Malformed)):
        open_notification(headers, message, ACCOUNT, keys.NOW)


def test_it_is_answered_in_json() -> None:
    assert reply() == (b'{"code": "SUCCESS", "message": "OK"}', "application/json", 200)
    told, kind, status = reply(success=False, message="x" * 100)
    assert (kind, status) == ("application/json", 500)
    assert json.loads(told) == {"code": "FAIL", "message": "x" * 64}


def test_s7_a_callback_prints_no_payer() -> None:
    shown = repr(opened(body({**PAID, "name": "Li Lei", "payer": {"openid": "oUpF8uMuAJO"}})))
    assert "Li Lei" not in shown
    assert "oUpF8uMuAJO" not in shown
