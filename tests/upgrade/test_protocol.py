"""What each answer of API v3 is to a caller of v2: done, refused or unknown, over a gateway that says what it is told.

The gateway signs by `cryptography` alone, and keeps what it was sent.
"""

from __future__ import annotations

import json
import logging
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from tests import fixtures
from tests.v3 import keys
from tests.v3.gateway import account, answer, authorized
from wxpay_v2 import Client, Merchant
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError, InvalidRequest, Mismatch, NotSent, OutcomeUnknown, Refused, WXPayError
from wxpay_v2.upgrade import LostField, LostFieldWarning
from wxpay_v2.v3.platform_keys import UnknownSerial

SUB_MCH_ID = "1900000110"
DIRECT = Merchant(appid=fixtures.APPID, mch_id=keys.MCH_ID, api_key=fixtures.KEY)
FOR_ANOTHER = Merchant(appid=fixtures.APPID, mch_id=keys.MCH_ID, api_key=fixtures.KEY, sub_mch_id=SUB_MCH_ID)
LATER = {"name": keys.NEXT, "serial": "7B" * 20}

CALLS: dict[str, dict[str, Any]] = {
    "order_query": {"out_trade_no": "T-1"},
    "refund": fixtures.REFUND,
    "micropay": fixtures.QUICK,
    "reverse": {"out_trade_no": "Q-1"},
}
MONEY = ("refund", "micropay")
PAID: dict[str, Any] = {
    "mchid": keys.MCH_ID, "appid": fixtures.APPID, "id": "42", "out_trade_no": "T-1", "trade_type": "NATIVE",
    "bank_type": "CFT", "trade_state": "SUCCESS", "trade_state_desc": "paid", "payer": {"openid": "o-1"},
    "success_time": "2026-03-01T12:00:00+08:00",
    "amount": {"total": 100, "currency": "HKD", "payer_total": 100, "payer_currency": "HKD"},
}  # fmt: skip
DONE: dict[str, dict[str, Any]] = {
    "order_query": PAID,
    "refund": {"id": "50", "out_refund_no": "R-1", "create_time": "2026-03-01T12:00:00+08:00",
               "amount": {"refund": 40, "currency": "HKD", "payer_refund": 40, "payer_currency": "HKD"}},
    "micropay": {**PAID, "out_trade_no": "Q-1", "trade_type": "MICROPAY"},
}  # fmt: skip

Plan = Response | Exception


class Gateway:
    """Answers in order, with the last answer again and again; keeps what it was sent."""

    def __init__(self, *answers: Plan) -> None:
        self.answers = list(answers)
        self.sent: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.sent.append(request)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.sent]


def client(gateway: Gateway, merchant: Merchant = DIRECT, region: str = "global", **settings: Any) -> Client:
    who = account(**{"merchant_category_code": "5812", **settings})
    return Client(merchant, region=region, upgrade=who, transport=gateway, clock=ManualClock(keys.NOW))


def ask(name: str, *answers: Plan, **settings: Any) -> tuple[Any, Gateway]:
    """Make the call, and return what came of it: its result, or its error."""
    gateway = Gateway(*answers)
    made = client(gateway, **settings)
    try:
        return getattr(made, name)(**CALLS[name]), gateway
    except WXPayError as error:
        return error, gateway


def error(code: object, status: int, **changes: Any) -> Response:
    return answer({"code": code, "message": f"{code} in words"}, status, **changes)


def unsigned(response: Response) -> Response:
    return Response(response.status, response.body, {"content-type": "application/json"})


# An answer of a success that is not one, whatever the call: made of the success's own document.
UNBELIEVED: dict[str, Callable[[dict[str, Any]], Response]] = {
    "unsigned": lambda told: unsigned(answer(told)),
    "without its signature": lambda told: answer(told, signature=None),
    "without its serial": lambda told: answer(told, serial=None),
    "signed by another key": lambda told: answer(told, name=keys.NEXT),
    "signed for a probe": lambda told: answer(told, signature="WECHATPAY/SIGNTEST/abc"),
    "signed over other bytes": lambda told: Response(200, answer(told).body + b" ", answer(told).headers),
    "signed by another scheme": lambda told: answer(told, signature_type="WECHATPAY2-SM2-WITH-SM3"),
    "signed five minutes ago": lambda told: answer(told, at=keys.NOW - 301),
    "signed in five minutes": lambda told: answer(told, at=keys.NOW + 301),
    "no JSON": lambda told: answer(body=b"<html>"),
    "half of the JSON": lambda told: answer(body=json.dumps(told).encode()[:-7]),
    "one name twice": lambda told: answer(body=b'{"amount": 1, "amount": 2}'),
    "no object": lambda told: answer([told]),
    "nothing": lambda told: answer(body=b""),
    "an error under a status of success": lambda told: error("ORDER_CLOSED", 200),
    "an amount that is text": lambda told: answer({**told, "amount": {**told["amount"], "total": "1", "refund": "1"}}),
    "an amount that is a fraction": lambda told: answer(
        body=json.dumps({**told, "amount": {"total": 1.5, "refund": 1.5}}).encode()
    ),
    "an amount that is a truth": lambda told: answer({**told, "amount": {"total": True, "refund": True}}),
}


def _because(told: Any) -> str:
    return f"{type(told).__name__}: {told}"


@pytest.mark.parametrize("how", UNBELIEVED)
@pytest.mark.parametrize("name", DONE)
def test_m3_a_success_that_cannot_be_believed_is_unknown_and_not_asked_for_again(name: str, how: str) -> None:
    told, gateway = ask(name, UNBELIEVED[how](DONE[name]))
    assert isinstance(told, OutcomeUnknown), _because(told)
    assert told.operation == name
    if name in MONEY:
        assert told.numbers and told.query
        assert len(gateway.sent) == 1


@pytest.mark.parametrize("name", DONE)
def test_a_success_under_its_signature_is_one(name: str) -> None:
    told, gateway = ask(name, answer(DONE[name]))
    assert not isinstance(told, Exception), _because(told)
    assert (told["return_code"], told["result_code"], told.verified) == ("SUCCESS", "SUCCESS", True)
    authorized(gateway.sent[0])


# Errors, and what each is: status, code, signed -> kind, v2's err_code, may_repeat; of refund, quick pay and a query.
REFUSED, UNKNOWN = Refused, OutcomeUnknown
ERRORS: list[tuple[str, int, object, bool, type[WXPayError], str]] = [
    ("refund", 400, "PARAM_ERROR", True, REFUSED, "PARAM_ERROR"),
    ("refund", 400, "PARAM_ERROR", False, UNKNOWN, "PARAM_ERROR"),
    ("refund", 403, "NOT_ENOUGH", True, REFUSED, "NOTENOUGH"),
    ("refund", 404, "RESOURCE_NOT_EXISTS", True, REFUSED, "ORDERNOTEXIST"),
    ("refund", 404, "RESOURCE_NOT_EXISTS", False, UNKNOWN, "ORDERNOTEXIST"),
    ("refund", 401, "SIGN_ERROR", True, REFUSED, "SIGNERROR"),
    ("refund", 401, "SIGN_ERROR", False, UNKNOWN, "SIGNERROR"),
    ("refund", 500, "SYSTEM_ERROR", True, UNKNOWN, "SYSTEMERROR"),
    ("refund", 400, "NOBODY_KNOWS", True, UNKNOWN, "SYSTEMERROR"),
    ("refund", 400, "AUTH_CODE_EXPIRED", True, UNKNOWN, "AUTHCODEEXPIRE"),  # of another call
    ("refund", 400, "", True, UNKNOWN, ""),
    ("refund", 400, 7, True, UNKNOWN, ""),
    ("refund", 400, None, True, UNKNOWN, ""),
    ("refund", 302, "PARAM_ERROR", True, UNKNOWN, "PARAM_ERROR"),
    ("refund", 200, "PARAM_ERROR", True, UNKNOWN, "PARAM_ERROR"),
    ("refund", 500, "PARAM_ERROR", True, UNKNOWN, "PARAM_ERROR"),
    ("micropay", 400, "PARAM_ERROR", True, REFUSED, "PARAM_ERROR"),
    ("micropay", 400, "PARAM_ERROR", False, UNKNOWN, "PARAM_ERROR"),
    ("micropay", 403, "NOT_ENOUGH", True, REFUSED, "NOTENOUGH"),
    ("micropay", 429, "RATE_LIMITED", True, REFUSED, "FREQUENCY_LIMITED"),  # a code that quick pay of v2 never had
    ("micropay", 429, "RATE_LIMITED", False, UNKNOWN, "FREQUENCY_LIMITED"),
    ("micropay", 202, "USERPAYING", True, UNKNOWN, "USERPAYING"),
    ("micropay", 202, "USERPAYING", False, UNKNOWN, ""),
    ("micropay", 500, "SYSTEM_ERROR", True, UNKNOWN, "SYSTEMERROR"),
    ("micropay", 500, "BANK_ERROR", True, UNKNOWN, "BANKERROR"),
    ("micropay", 400, "NOBODY_KNOWS", True, UNKNOWN, "SYSTEMERROR"),
    ("micropay", 401, "SIGN_ERROR", False, UNKNOWN, "SIGNERROR"),
    ("order_query", 404, "ORDER_NOT_EXIST", True, REFUSED, "ORDERNOTEXIST"),
    ("order_query", 404, "ORDERNOTEXIST", True, REFUSED, "ORDERNOTEXIST"),  # v3's other spelling
    ("order_query", 404, "ORDER_NOT_EXIST", False, REFUSED, "ORDERNOTEXIST"),
    ("order_query", 400, "NOBODY_KNOWS", True, UNKNOWN, "SYSTEMERROR"),
    ("order_query", 500, "SYSTEM_ERROR", True, UNKNOWN, "SYSTEMERROR"),
]


@pytest.mark.parametrize(
    ("name", "status", "code", "signed", "kind", "err_code"),
    ERRORS,
    ids=lambda each: str(getattr(each, "__name__", each)),
)
def test_m3_m11_an_error_is_as_definite_as_it_was_over_v2(
    name: str, status: int, code: object, signed: bool, kind: type[WXPayError], err_code: str
) -> None:
    response = error(code, status)
    told, gateway = ask(name, response if signed else unsigned(response))
    assert type(told) is kind, _because(told)
    assert told.err_code == err_code
    if isinstance(told, Refused):
        assert told.authenticated is signed
        assert told.fields["err_code"] == err_code if err_code else True
    if name == "micropay":
        assert len(gateway.sent) == 1


def test_m3_a_page_of_a_proxy_says_nothing_about_money() -> None:
    for response in (Response(502, b"<html>"), Response(403, b"<html>"), Response(200, b"<html>"), Response(301, b"")):
        for name in MONEY:
            told, _ = ask(name, response)
            assert type(told) is OutcomeUnknown, _because(told)


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize(
    ("state", "err_code", "kind"),
    [
        ("USERPAYING", "USERPAYING", OutcomeUnknown),
        ("ACCEPT", "USERPAYING", OutcomeUnknown),
        ("NOTPAY", "SYSTEMERROR", OutcomeUnknown),
        ("REFUND", "SYSTEMERROR", OutcomeUnknown),
        ("NOBODY_KNOWS", "SYSTEMERROR", OutcomeUnknown),
        (None, "SYSTEMERROR", OutcomeUnknown),
        (7, "SYSTEMERROR", OutcomeUnknown),
        ("CLOSED", "ORDERCLOSED", Refused),
    ],
)
def test_m3_quick_pay_is_paid_when_its_state_says_so_and_else_as_v2_tells_it(
    state: object, err_code: str, kind: type[WXPayError], status: int
) -> None:
    document = {**DONE["micropay"], "trade_state": state}
    told, gateway = ask("micropay", answer({k: v for k, v in document.items() if v is not None}, status))
    assert type(told) is kind, _because(told)
    assert told.err_code == err_code
    assert len(gateway.sent) == 1


@pytest.mark.parametrize("missing", ["id", "out_trade_no", "amount"])
def test_m1_a_success_that_names_no_payment_proves_none(missing: str) -> None:
    told, _ = ask("micropay", answer({name: value for name, value in DONE["micropay"].items() if name != missing}))
    assert type(told) is OutcomeUnknown, _because(told)


FOREIGN = {name: value for name, value in PAID.items() if name not in ("mchid", "appid")}
# The call, what is somebody else's in its answer, and the answer.
OTHERS: list[tuple[str, str, Merchant, dict[str, Any]]] = [
    ("order_query", "mch_id", DIRECT, {**PAID, "mchid": "1900000999"}),
    ("order_query", "sp_mchid", DIRECT, {**FOREIGN, "sp_mchid": "1900000999", "sub_mchid": keys.MCH_ID}),
    ("order_query", "nobody's", DIRECT, FOREIGN),
    ("micropay", "nobody's", DIRECT, {**FOREIGN, "out_trade_no": "Q-1"}),
    ("order_query", "direct", FOR_ANOTHER, {name: value for name, value in PAID.items() if name != "payer"}),
    ("order_query", "appid", DIRECT, {**PAID, "appid": "wx9999999999999999"}),
    ("order_query", "out_trade_no", DIRECT, {**PAID, "out_trade_no": "T-2"}),
    ("refund", "out_refund_no", DIRECT, {**DONE["refund"], "out_refund_no": "R-2"}),
    ("micropay", "out_trade_no", DIRECT, {**DONE["micropay"], "out_trade_no": "Q-2"}),
    ("micropay", "mch_id", DIRECT, {**DONE["micropay"], "mchid": "1900000999"}),
    ("order_query", "sub_mch_id", FOR_ANOTHER, {"sp_mchid": keys.MCH_ID, "sub_mchid": "1900000111", **{
        name: value for name, value in PAID.items() if name not in ("mchid", "appid", "payer")}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "field", "merchant", "document"), OTHERS, ids=[f"{n}-{f}" for n, f, _, _ in OTHERS])
def test_m1_an_authentic_answer_about_something_else_is_unknown(
    name: str, field: str, merchant: Merchant, document: dict[str, Any]
) -> None:
    told, _ = ask(name, answer(document), merchant=merchant)
    assert type(told) is OutcomeUnknown, _because(told)
    assert isinstance(told.__cause__, Mismatch)
    assert "which is not" in str(told.__cause__) or field in str(told.__cause__)


def test_a_lost_answer_is_unknown_and_a_link_that_never_was_is_not_sent() -> None:
    told, gateway = ask("micropay", OutcomeUnknown("no answer came", phase="read"))
    assert (type(told), len(gateway.sent)) == (OutcomeUnknown, 1)
    told, _ = ask("micropay", NotSent("no route"))
    assert type(told) is NotSent


@pytest.mark.parametrize("failing", [Response(503, b""), error("SYSTEM_ERROR", 500)])
def test_m4_quick_pay_is_never_sent_twice_and_a_query_is(failing: Response) -> None:
    _, gateway = ask("micropay", failing)
    assert gateway.paths == ["/v3/global/micropay/transactions/pay"]
    told, gateway = ask("order_query", failing, failing, answer(PAID))
    assert told["trade_state"] == "SUCCESS"
    assert len(gateway.sent) == 3


def test_m5_a_refund_is_repeated_with_the_same_bytes() -> None:
    told, gateway = ask("refund", error("SYSTEM_ERROR", 500), answer(DONE["refund"]))
    assert told["refund_id"] == "50"
    assert len({(request.body, request.headers["Authorization"]) for request in gateway.sent}) == 1


def test_m3_a_refusal_after_an_attempt_that_may_have_arrived_is_unknown() -> None:
    told, gateway = ask("refund", error("SYSTEM_ERROR", 500), error("PARAM_ERROR", 400))
    assert type(told) is OutcomeUnknown, _because(told)
    assert len(gateway.sent) == 2


# Keys.


def listed(*names: str, **changes: Any) -> Response:
    serials = {keys.PLATFORM: keys.SERIAL, keys.NEXT: LATER["serial"]}
    return answer(keys.listed(*((serials[one], keys.certificate(one, serials[one])) for one in names)), **changes)


def test_s4_7_an_unknown_serial_is_believed_once_a_fresh_list_has_it_and_the_call_is_sent_once() -> None:
    told, gateway = ask("micropay", answer(DONE["micropay"], **LATER), listed(keys.PLATFORM, keys.NEXT))
    assert told["transaction_id"] == "42"
    assert gateway.paths == ["/v3/global/micropay/transactions/pay", "/v3/global/certificates"]


@pytest.mark.parametrize("fetched", [Response(503, b""), NotSent("no route"), listed(keys.PLATFORM)])
def test_s4_7_an_unknown_serial_that_no_list_has_is_unknown(fetched: Plan) -> None:
    told, gateway = ask("micropay", answer(DONE["micropay"], **LATER), fetched)
    assert type(told) is OutcomeUnknown, _because(told)
    assert isinstance(told.__cause__, UnknownSerial)
    assert gateway.paths.count("/v3/global/micropay/transactions/pay") == 1


def test_s4_7_unknown_serials_bring_one_list_in_ten_minutes() -> None:
    gateway = Gateway(answer(DONE["micropay"], **LATER), listed(keys.PLATFORM), answer(DONE["order_query"], **LATER))
    made = client(gateway)
    for name in ("micropay", "order_query", "order_query"):
        with pytest.raises(OutcomeUnknown):
            getattr(made, name)(**CALLS[name])
    assert gateway.paths.count("/v3/global/certificates") == 1


@pytest.mark.parametrize("failure", [Response(503, b""), NotSent("no route"), Response(200, b"{}")])
def test_without_any_key_the_call_is_not_sent(failure: Plan) -> None:
    told, gateway = ask("micropay", failure, platform_keys=None)
    assert isinstance(told, NotSent), _because(told)
    assert set(gateway.paths) == {"/v3/global/certificates"}


def test_a_merchant_of_public_keys_is_told_to_give_one() -> None:
    told, gateway = ask("refund", error("RESOURCE_NOT_EXISTS", 404), platform_keys=None)
    assert isinstance(told, ConfigurationError)
    assert "platform_keys" in told.remedy
    assert gateway.paths == ["/v3/global/certificates"]


# What API v3 cannot give.


def test_a_read_that_stays_on_v2_goes_over_v2() -> None:
    body = fixtures.signed({**fixtures.success(trade_state="NOTPAY", out_trade_no="T-1"), "mch_id": keys.MCH_ID,
                            "sub_mch_id": ""})  # fmt: skip
    told, gateway = ask("order_query", Response(200, body), over_v2=("order_query",))
    assert told["trade_state"] == "NOTPAY"
    assert gateway.paths == ["/pay/orderquery"]
    assert "Authorization" not in gateway.sent[0].headers


def test_a_lost_field_that_was_asked_for_is_told_before_anything_is_sent_when_strict() -> None:
    gateway = Gateway(answer({"code_url": "weixin://x"}))
    with pytest.raises(LostField, match="product_id"):
        client(gateway, strict=True).unified_order(**fixtures.ORDER)
    assert not gateway.sent


@pytest.mark.parametrize("name", DONE)
def test_a_lost_field_that_is_read_is_told_once_and_is_nothing(name: str) -> None:
    told, _ = ask(name, answer(DONE[name]))
    lost = next(iter(told.losses))
    with pytest.warns(LostFieldWarning, match=lost.replace("$", r"\$")):
        assert told[lost] == ""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert told[lost] == ""
    told, _ = ask(name, answer(DONE[name]), strict=True)
    with pytest.raises(LostField):
        told[lost]


def test_what_cannot_be_carried_is_refused_before_anything_is_sent() -> None:
    gateway = Gateway(answer({}))
    for name, fields in (("short_url", {"long_url": "weixin://x"}), ("micropay", fixtures.QUICK | {"deposit": "Y"})):
        with pytest.raises(InvalidRequest) as caught:
            getattr(client(gateway), name)(**fields)
        assert caught.value.remedy or caught.value.faults
    with pytest.raises(InvalidRequest, match="merchant_category_code"):
        client(gateway, merchant_category_code="").micropay(**fixtures.QUICK)
    with pytest.raises(InvalidRequest, match="codepay"):
        client(gateway, region="mainland").micropay(**{**fixtures.QUICK, "fee_type": "CNY"})
    assert not gateway.sent


@pytest.mark.parametrize("name", DONE)
def test_results_and_errors_are_pickled(name: str) -> None:
    told, _ = ask(name, answer(DONE[name]))
    again = pickle.loads(pickle.dumps(told))  # noqa: S301
    assert (again, again.losses, again.typed) == (told, told.losses, told.typed)
    for response in (error("PARAM_ERROR", 400), error("SYSTEM_ERROR", 500)):
        failed, _ = ask(name, response)
        again = pickle.loads(pickle.dumps(failed))  # noqa: S301
        assert (type(again), again.err_code, str(again)) == (type(failed), failed.err_code, str(failed))


# Secrets.

_SECRETS = {
    "payment code": fixtures.AUTH_CODE,
    "v2 key": fixtures.KEY,
    "v3 key": keys.V3_KEY,
    "private key": keys.private_pem(keys.MERCHANT).decode().splitlines()[3],
    "authorization": 'signature="',
}


@pytest.mark.parametrize(
    "response",
    [
        Response(502, b"<html>"), error("PARAM_ERROR", 400), error("SYSTEM_ERROR", 500), error("NOBODY_KNOWS", 400),
        answer(DONE["micropay"], name=keys.NEXT), answer({**DONE["micropay"], "out_trade_no": "Q-2"}),
        answer({**DONE["micropay"], "amount": 7}), answer(DONE["micropay"]),
    ],
    ids=["502", "refused", "500", "unheard of", "forged", "another order", "malformed", "paid"],
)  # fmt: skip
def test_s7_nothing_told_of_a_quick_pay_shows_the_code_or_a_key(
    response: Response, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = Gateway(response)
    made = client(gateway)
    report = ""
    with caplog.at_level(logging.DEBUG):
        try:
            told = made.micropay(**fixtures.QUICK)
            report += f"{told!r} {told.operation!r} {pickle.dumps(told)!r}"
        except WXPayError as failed:
            report += f"{failed!r} {failed} {failed.explain()} {vars(failed)} {pickle.dumps(failed)!r} {failed.request}"
            report += fixtures.crash_report(lambda: client(Gateway(response)).micropay(**fixtures.QUICK))
    report += f"{made!r} {made.protocol!r} {gateway.sent[0]!r} {caplog.text}"
    assert [name for name, secret in _SECRETS.items() if secret in report] == []
    assert fixtures.AUTH_CODE.encode() in gateway.sent[0].body  # it was sent, after all
