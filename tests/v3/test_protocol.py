"""Requests as they are signed, answers as they are believed: done, refused or unknown."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
from types import MappingProxyType
from typing import Any

import pytest

from tests.v3 import keys
from tests.v3.gateway import Gateway, account, answer, authorized, protocol, retry, routes
from wxpay_v2 import call
from wxpay_v2.call import Request, Response
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    NotSent,
    OutcomeUnknown,
    Refused,
    SignatureInvalid,
    WXPayError,
)
from wxpay_v2.v3 import catalogue, cipher
from wxpay_v2.v3.platform_keys import UnknownSerial
from wxpay_v2.v3.protocol import Answer

QUERY = {"out_trade_no": "T-1", "mchid": keys.MCH_ID}
REFUND = {
    "mchid": keys.MCH_ID, "appid": "wx8888888888888888", "out_trade_no": "T-1", "out_refund_no": "R-1",
    "amount": {"refund": 1, "total": 1, "currency": "HKD"},
}  # fmt: skip
QUICK = {
    "mchid": keys.MCH_ID, "appid": "wx8888888888888888", "out_trade_no": "T-1", "description": "Tea",
    "trade_type": "MICROPAY", "merchant_category_code": "5812", "amount": {"total": 1, "currency": "HKD"},
    "payer": {"auth_code": "134567890123456789"}, "scene_info": {"device_ip": "203.0.113.7"},
}  # fmt: skip
FAILURE = {"code": "PARAM_ERROR", "message": "wrong", "detail": {"field": "/amount/total"}}


def row(name: str, region: str = "global") -> Any:
    return catalogue.find(region, name)


def made(name: str, told: dict[str, Any], *answers: Any, who: Any = None) -> tuple[Answer, Gateway]:
    gateway = Gateway(*answers)
    steps = protocol(who).make_call(row(name), told, retry(), routes())
    return call.run(steps, gateway, lambda seconds: None), gateway


def test_a_request_says_all_that_the_gateway_demands() -> None:
    request = protocol().request(row("refund_create"), REFUND)
    assert (request.method, request.path, request.query) == ("POST", "/v3/global/refunds", "")
    assert json.loads(request.body) == REFUND
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"]
    told = authorized(request)
    assert (told["mchid"], told["serial_no"], told["timestamp"]) == (keys.MCH_ID, keys.SERIAL, str(int(keys.NOW)))
    assert request.certificate is False


def test_a_query_is_signed_with_its_path_and_query_and_has_no_body() -> None:
    request = protocol().request(row("order_query_by_out_trade_no"), QUERY)
    assert (request.method, request.path) == ("GET", "/v3/global/transactions/out-trade-no/T-1")
    assert (request.query, request.body) == (f"mchid={keys.MCH_ID}", b"")
    assert "Content-Type" not in request.headers
    authorized(request)


def test_two_requests_have_two_nonces() -> None:
    made = protocol()
    first, second = (authorized(made.request(row("refund_create"), REFUND))["nonce_str"] for _ in range(2))
    assert first != second


def test_text_travels_as_utf_8_and_not_as_escapes() -> None:
    request = protocol().request(row("refund_create"), {**REFUND, "reason": "茶"})
    assert "茶".encode() in request.body


def test_what_the_row_refuses_is_not_signed() -> None:
    with pytest.raises(InvalidRequest, match=r"amount\.refund"):
        protocol().request(row("refund_create"), {**REFUND, "amount": {"total": 1, "currency": "HKD"}})


def test_sensitive_fields_travel_encrypted_for_the_key_that_the_header_names() -> None:
    told = {"type": "PERSONAL_OPENID", "account": "o-1", "name": "Li Lei", "relation_type": "SUPPLIER"}
    speaker = protocol(region="mainland")
    receiver = row("profit_sharing_receiver_add", "mainland")
    request = speaker.request(receiver, {"appid": "wx8888888888888888", **told})
    assert request.headers["Wechatpay-Serial"] == keys.SERIAL
    sent = json.loads(request.body)
    assert sent["account"] == "o-1"
    assert cipher.decrypt(sent["name"], private(keys.PLATFORM)) == "Li Lei"
    assert told["name"] == "Li Lei"  # the caller's own stays as it is


def private(name: str) -> Any:
    from wxpay_v2 import primitives

    return primitives.load_private_key(keys.private_pem(name))


def test_s7_no_print_pickle_or_field_of_a_request_shows_the_code_or_the_authorization() -> None:
    request = protocol().request(row("micropay"), QUICK)
    shown = repr(request) + repr(pickle.loads(pickle.dumps(request))) + repr(pickle.dumps(request))  # noqa: S301
    assert "134567890123456789" not in shown
    assert "signature" not in shown
    assert "T-1" in shown


def test_an_answer_is_believed_under_its_signature() -> None:
    found, _ = made("refund_create", REFUND, answer({"id": "50"}))
    assert (found.status, found.document, found.verified) == (200, {"id": "50"}, True)


def test_an_answer_without_a_body_is_verified_too() -> None:
    told = {"out_trade_no": "T-1", "mchid": keys.MCH_ID}
    found, _ = made("close_by_out_trade_no", told, answer(status=204))
    assert (found.status, found.document) == (204, None)
    with pytest.raises(OutcomeUnknown, match="cannot be trusted"):
        made("close_by_out_trade_no", told, Response(204, b""))


@pytest.mark.parametrize(
    "response",
    [
        Response(200, b'{"id": "50"}'),
        answer({"id": "50"}, name=keys.NEXT),
        answer({"id": "50"}, at=keys.NOW - 301),
        answer({"id": "50"}, at=keys.NOW + 301),
        answer({"id": "50"}, signature="WECHATPAY/SIGNTEST/abc"),
        answer({"id": "50"}, signature=None),
        answer({"id": "50"}, signature_type="WECHATPAY2-SM2-WITH-SM3"),
        answer(body=b"<html>"),
        answer(body=b'{"id": 1, "id": 2}'),
        answer(body=b""),
        answer([1]),
        Response(502, b"<html>"),
        answer({"code": "SYSTEM_ERROR", "message": "again"}, 500),
        answer({"code": "NOBODY_KNOWS", "message": "?"}, 400),
        Response(400, json.dumps(FAILURE).encode()),
        answer({"message": "no code"}, 400),
        answer({"code": 7, "message": "no code"}, 400),
    ],
)
def test_m3_what_is_unsigned_unreadable_or_unheard_of_about_money_is_unknown(response: Response) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        made("refund_create", REFUND, response, response, response)
    assert caught.value.numbers == {"out_refund_no": "R-1"}
    assert caught.value.query


def test_an_error_that_the_row_knows_is_a_refusal_in_v3s_words() -> None:
    with pytest.raises(Refused) as caught:
        made("refund_create", REFUND, answer(FAILURE, 400))
    assert (caught.value.err_code, caught.value.authenticated) == ("PARAM_ERROR", True)


def test_an_unsigned_refusal_of_a_read_is_one_that_says_so() -> None:
    response = Response(404, b'{"code": "ORDER_NOT_EXIST", "message": "none"}')
    with pytest.raises(Refused) as caught:
        made("order_query_by_out_trade_no", QUERY, response)
    assert caught.value.authenticated is False


def test_a_read_is_repeated_with_the_same_bytes_and_quick_pay_is_not() -> None:
    failing = answer({"code": "SYSTEM_ERROR", "message": "again"}, 500)
    found, gateway = made("order_query_by_out_trade_no", QUERY, failing, answer({"trade_state": "NOTPAY"}))
    assert found.document == {"trade_state": "NOTPAY"}
    assert gateway.sent[0].headers == gateway.sent[1].headers
    gateway = Gateway(failing)
    with pytest.raises(OutcomeUnknown):
        call.run(protocol().make_call(row("micropay"), QUICK, retry(), routes()), gateway, lambda seconds: None)
    assert len(gateway.sent) == 1


def listed(*names: str, **changes: Any) -> Response:
    found = keys.listed(*((SERIALS[name], keys.certificate(name, SERIALS[name])) for name in names))
    return answer(found, **changes)


SERIALS = {keys.PLATFORM: keys.SERIAL, keys.NEXT: "7B" * 20}


def test_certificates_are_fetched_before_the_first_call_and_verified_by_one_of_themselves() -> None:
    who = account(platform_keys=None)
    found, gateway = made("refund_create", REFUND, listed(keys.PLATFORM), answer({"id": "50"}), who=who)
    assert gateway.paths == ["/v3/global/certificates", "/v3/global/refunds"]
    assert found.verified
    _, gateway = made("refund_create", REFUND, answer({"id": "50"}), who=who)
    assert gateway.paths == ["/v3/global/refunds"]


def test_s4_7_a_forged_list_changes_nothing() -> None:
    who = account(platform_keys=None)
    for forged in (
        listed(keys.PLATFORM, name=keys.NEXT),
        Response(200, listed(keys.PLATFORM).body),
        answer({"data": []}),
    ):
        with pytest.raises(NotSent, match="platform certificates cannot be had"):
            made("refund_create", REFUND, forged, forged, forged, who=who)
        assert len(who.keys) == 0


def test_a_merchant_without_certificates_is_told_to_set_the_public_key() -> None:
    none = answer({"code": "RESOURCE_NOT_EXISTS", "message": "none"}, 404)
    with pytest.raises(ConfigurationError, match="public key instead"):
        made("refund_create", REFUND, none, who=account(platform_keys=None))


def test_nothing_is_sent_when_no_key_can_be_had() -> None:
    gateway = Gateway(*[Response(503, b"")] * 3)
    steps = protocol(account(platform_keys=None)).make_call(row("micropay"), QUICK, retry(), routes())
    with pytest.raises(NotSent, match="no answer could be verified"):
        call.run(steps, gateway, lambda seconds: None)
    assert set(gateway.paths) == {"/v3/global/certificates"}


def test_s4_7_an_unknown_serial_brings_the_list_once_and_the_call_is_not_sent_again() -> None:
    who = account()
    later = {"name": keys.NEXT, "serial": SERIALS[keys.NEXT]}
    found, gateway = made(
        "refund_create", REFUND, answer({"id": "50"}, **later), listed(keys.PLATFORM, keys.NEXT), who=who
    )
    assert gateway.paths == ["/v3/global/refunds", "/v3/global/certificates"]
    assert found.document == {"id": "50"}
    with pytest.raises(OutcomeUnknown) as caught:
        made("refund_create", REFUND, answer({"id": "50"}, serial="7C" * 20), who=who)  # and no further refresh
    assert isinstance(caught.value.__cause__, UnknownSerial)


LATER = {"name": keys.NEXT, "serial": SERIALS[keys.NEXT]}
PAGE = Response(404, b"<html>")


@pytest.mark.parametrize("failure", [NotSent("no route"), Response(302, b""), PAGE, Response(503, b"")])
def test_m3_a_call_that_was_answered_is_never_told_as_not_sent(failure: Response | Exception) -> None:
    answers = (answer({"id": "50"}, **LATER), failure, failure, failure)
    with pytest.raises(OutcomeUnknown) as caught:
        made("refund_create", REFUND, *answers, who=account())
    assert caught.value.numbers == {"out_refund_no": "R-1"}


@pytest.mark.parametrize(
    "failure", [NotSent("no route"), PAGE, answer({"code": "RESOURCE_NOT_EXISTS", "message": "none"}, 404)]
)
def test_s4_7_a_poll_that_fails_leaves_the_keys_we_have_to_serve(failure: Response | Exception) -> None:
    who = account()
    who.keys.install([], keys.NOW - 13 * 3600)
    failures = [failure] * (3 if isinstance(failure, Exception) else 1)
    found, gateway = made("refund_create", REFUND, *failures, answer({"id": "50"}), who=who)
    assert found.verified
    assert gateway.paths[-1] == "/v3/global/refunds"


def test_s4_7_expired_keys_do_not_keep_new_ones_from_being_fetched() -> None:
    who = account(platform_keys=keys.certificate(keys.PLATFORM, end=keys.NOW - 1))
    found, gateway = made("refund_create", REFUND, listed(keys.NEXT, **LATER), answer({"id": "50"}, **LATER), who=who)
    assert found.verified
    assert [request.headers.get("Wechatpay-Serial") for request in gateway.sent] == [None, SERIALS[keys.NEXT]]


def test_a_page_of_a_proxy_is_not_taken_for_the_mode_of_public_keys() -> None:
    with pytest.raises(NotSent, match="without a code"):
        made("refund_create", REFUND, PAGE, who=account(platform_keys=None))


class Cancelled(NotSent):
    """What a driver throws in when nothing left yet."""


def test_nothing_follows_a_call_that_was_cancelled_while_it_asked_for_keys() -> None:
    who = account()
    who.keys.install([], keys.NOW - 13 * 3600)
    steps = protocol(who).make_call(row("refund_create"), REFUND, retry(), routes())
    assert next(steps).path == "/v3/global/certificates"
    with pytest.raises(Cancelled):
        steps.throw(Cancelled("stop"))


def test_m3_quick_pays_202_with_a_code_is_unknown_and_with_a_state_an_answer() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        made("micropay", QUICK, answer({"code": "USERPAYING", "message": "wait"}, 202))
    assert caught.value.err_code == "USERPAYING"
    found, _ = made("micropay", QUICK, answer({"trade_state": "USERPAYING"}, 202))
    assert found.status == 202


def test_a_mapping_of_another_kind_travels_as_a_dict_does_sensitive_fields_encrypted() -> None:
    told = {"type": "PERSONAL_OPENID", "account": "o-1", "name": "Li Lei", "relation_type": "SUPPLIER"}
    receiver = row("profit_sharing_receiver_add", "mainland")
    request = protocol(region="mainland").request(receiver, MappingProxyType({"appid": "wx8888888888888888", **told}))
    assert cipher.decrypt(json.loads(request.body)["name"], private(keys.PLATFORM)) == "Li Lei"
    nested = {**REFUND, "amount": MappingProxyType(REFUND["amount"])}
    assert json.loads(protocol().request(row("refund_create"), nested).body) == REFUND


def test_the_digest_of_a_statement_is_that_of_its_text_and_not_of_the_gzip() -> None:
    text = "交易时间,…\r\n".encode()
    sha1 = hashlib.sha1(text).hexdigest()
    signed = answer(body=f'{{"sha1":"{sha1}"}}'.encode())
    told = {"date": "20260301", "mchid": keys.MCH_ID}
    headers = {**signed.headers, "wechatpay-statement-sha1": sha1}
    packed = gzip.compress(text)
    assert made("statements", told, Response(200, packed, headers))[0].raw == packed
    with pytest.raises(OutcomeUnknown, match="cannot be trusted"):
        made("statements", told, Response(200, packed[:-4], headers))


def test_a_global_statement_is_verified_by_its_digest() -> None:
    text = "交易时间,…\r\n".encode()
    sha1 = hashlib.sha1(text).hexdigest()
    told = {"date": "20260301", "mchid": keys.MCH_ID}

    def statement(body: bytes, digest: str) -> Response:
        signed = answer(body=f'{{"sha1":"{sha1}"}}'.encode())
        return Response(200, body, {**signed.headers, "wechatpay-statement-sha1": digest})

    found, _ = made("statements", told, statement(text, sha1))
    assert (found.raw, found.document, found.verified) == (text, None, True)
    for body, digest in ((text + b"x", sha1), (text, "0" * 40), (text, "zz")):
        with pytest.raises(OutcomeUnknown, match="cannot be trusted"):
            made("statements", told, statement(body, digest))


def test_s4_6_the_digest_header_is_no_way_around_the_signature_of_other_answers() -> None:
    body = b'{"id": "50"}'
    sha1 = hashlib.sha1(body).hexdigest()
    signed = answer(body=f'{{"sha1":"{sha1}"}}'.encode())
    response = Response(200, body, {**signed.headers, "wechatpay-statement-sha1": sha1})
    with pytest.raises(OutcomeUnknown, match="cannot be trusted"):
        made("refund_create", REFUND, response)


def test_reading_raises_what_is_wrong() -> None:
    speaker = protocol()
    with pytest.raises(SignatureInvalid):
        speaker.read(row("refund_create"), Response(200, b"{}"))
    with pytest.raises(Malformed):
        speaker.read(row("refund_create"), answer(body=b"x"))
    assert speaker.read(row("refund_create"), Response(401, b"x")).verified is False


@pytest.mark.parametrize("place", range(12))
def test_any_changed_byte_of_an_answer_is_found(place: int) -> None:
    good = answer({"id": "50"})
    body = bytearray(good.body)
    body[place % len(body)] ^= 1
    with pytest.raises((SignatureInvalid, Malformed)):
        protocol().read(row("refund_create"), Response(200, bytes(body), good.headers))


def test_errors_of_a_call_hide_what_the_request_carries() -> None:
    with pytest.raises(WXPayError) as caught:
        made("micropay", QUICK, answer(FAILURE, 400))
    shown = f"{caught.value!r} {caught.value} {caught.value.request!r} {pickle.dumps(caught.value)!r}"
    assert "134567890123456789" not in shown
    assert isinstance(caught.value.request, Request)


def test_s4_7_calls_that_begin_together_fetch_one_list() -> None:
    who = account(platform_keys=None)
    first = protocol(who).make_call(row("refund_create"), REFUND, retry(), routes())
    second = protocol(who).make_call(row("order_query_by_out_trade_no"), QUERY, retry(), routes())
    assert next(first).path == "/v3/global/certificates"  # type: ignore[union-attr]
    assert type(next(second)) is call.Pause
    assert type(next(second)) is call.Pause
    assert first.send(listed(keys.PLATFORM)).path == "/v3/global/refunds"
    assert next(second).path.endswith("/T-1")  # type: ignore[union-attr]


def test_a_call_does_not_wait_for_ever_for_the_list_of_another() -> None:
    who = account(platform_keys=None)
    who.keys.fetching.acquire()
    with pytest.raises(NotSent, match="do not come"):
        call.run(
            protocol(who).make_call(row("refund_create"), REFUND, retry(), routes()), Gateway(), lambda seconds: None
        )


def test_a_call_that_is_given_up_lets_the_next_one_fetch() -> None:
    who = account(platform_keys=None)
    first = protocol(who).make_call(row("refund_create"), REFUND, retry(), routes())
    next(first)
    first.close()
    assert not who.keys.fetching.locked()
